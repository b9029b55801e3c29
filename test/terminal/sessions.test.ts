import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it, onTestFinished, test} from 'vitest';
import {lockByFlock} from '../helpers/flock.js';
import {execute, isRoot, namesIn, plant, stranger, temporaryFolder} from '../helpers/folders.js';
import {openProgram} from '../helpers/program.js';
import {colours, isRestored, launch, makePlace, sessionId, strays, type Place} from '../helpers/sojourn.js';
import {cleanEnvironment, openTerminal, type TestTerminal} from '../helpers/terminal.js';
import {idOf, markerText, plantSession} from '../outputs/stores.js';

const program = openProgram();

const binary = path.resolve(import.meta.dirname, '../../dist/bin.cjs');

const {O_RDONLY, O_NOATIME} = fs.constants;

/** All that can be told of a tree: mode, owner, size and times of every entry, when each file was last read, and what it holds. Telling it leaves no trace. */
const traceOf = (folder: string): string[] => {
	const lines: string[] = [];
	const look = (place: string): void => {
		const stats = fs.lstatSync(place, {bigint: true});
		const told = [place.slice(folder.length), stats.mode.toString(8), stats.uid, stats.gid, stats.ino, stats.nlink, stats.size, stats.mtimeNs, stats.ctimeNs];
		if (stats.isFile()) {
			const descriptor = fs.openSync(place, O_RDONLY | O_NOATIME);
			told.push(stats.atimeNs, createHash('sha256').update(fs.readFileSync(descriptor)).digest('hex'));
			fs.closeSync(descriptor);
		}

		lines.push(told.join(' '));
		if (stats.isDirectory()) {
			for (const name of namesIn(place)) {
				look(`${place}/${name}`);
			}
		}
	};

	look(folder);
	return lines;
};

const filterFor = async (terminal: TestTerminal, text: string): Promise<void> => {
	terminal.press('/', 'ctrl+u');
	terminal.type(text);
	await terminal.waitFor(`filter: ${text}`);
	terminal.press('return');
	await terminal.waitFor(/ 1\/1$/mv);
};

const unfiltered = async (terminal: TestTerminal): Promise<void> => {
	terminal.press('escape');
	await terminal.waitFor(() => !terminal.text().includes('filter:'));
};

describe.skipIf(!isRoot)('an administrator, in a directory of several users (needs root)', () => {
	const users = [stranger, 54_321, 65_534] as const;

	const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

	type World = {readonly base: string; readonly outputs: string; readonly home: string; readonly placeOf: (name: string) => string; readonly open: (args?: readonly string[], env?: Readonly<Record<string, string>>) => TestTerminal};

	/** Sessions of three users, by their labels. */
	const names = ['alpha', 'beta', 'gamma', 'delta', 'omega'] as const;

	const makeWorld = async (): Promise<World> => {
		const base = await temporaryFolder();
		const outputs = path.join(base, 'outputs');
		const home = path.join(base, 'root');
		fs.mkdirSync(outputs);
		fs.chmodSync(outputs, 0o1777);
		plant(home, {'work/': ''});
		const placeOf = (name: string): string => path.join(outputs, idOf(names.indexOf(name as typeof names[number]) + 1));
		for (const [index, name] of names.entries()) {
			const at = new Date(Date.now() - 60_000).toISOString();
			const place = plantSession(outputs, path.basename(placeOf(name)), markerText(path.basename(placeOf(name)), {label: name, createdAt: at, lastActiveAt: at}));
			plant(place, {'single/a.txt': `the text of ${name}\n`, 'single/p.png': png, 'bulk/batch/t.csv': 'a,b\n1,2\n', 'bulk/batch/deep/n.json': '{"a": 1}'});
			fs.symlinkSync('a.txt', `${place}/single/link`);
			// So old that the system would note that they are read.
			for (const file of ['.session.json', 'single/a.txt', 'single/p.png', 'bulk/batch/t.csv', 'bulk/batch/deep/n.json']) {
				fs.utimesSync(`${place}/${file}`, 1_000_000_000, 1_100_000_000);
			}

			const uid = users[index % users.length]!;
			await execute('chown', ['-hR', `${uid}:${uid}`, place]);
		}

		return {
			base, outputs, home, placeOf,
			open(args = ['--all'], env = {}) {
				const terminal = openTerminal({
					args, home, cwd: path.join(home, 'work'), columns: 110, rows: 30, env: {SOJOURN_OUTPUTS: outputs, ...env},
				});
				onTestFinished(async () => terminal.dispose());
				return terminal;
			},
		};
	};

	it('inspects, keeps, lifts, ends and sweeps, and leaves no trace in what was merely looked at, kept or lifted', async () => {
		const {outputs, home, placeOf, open} = await makeWorld();
		const traces = (): unknown => ['alpha', 'beta', 'gamma'].map(name => traceOf(placeOf(name)));
		const before = traces();
		// A program holds one of them: with so short a timeout all else has expired that is not kept.
		const release = await lockByFlock(`${placeOf('gamma')}/.`);
		const terminal = open(['--all', '--max-age-hours', '0.0000001']);
		await terminal.waitFor('All sessions');
		await terminal.waitFor('5 sessions of all owners, 25 files');
		await terminal.waitFor(/gamma .* active /v);
		await terminal.waitFor(/alpha .* expired /v);

		// Inside one: the tree, previews, a full one, an export of a file and of all.
		await filterFor(terminal, 'alpha');
		terminal.press('i');
		await terminal.waitFor(`uid ${stranger}'s, read-only`);
		await terminal.waitFor('a.txt');
		terminal.press('j');
		await terminal.waitFor('the text of alpha');
		terminal.press('return');
		await terminal.waitFor(/^a\.txt /v);
		await terminal.waitFor(() => !terminal.text().includes('│') && terminal.text().includes('the text of alpha'));
		terminal.press('q');
		await terminal.waitFor('│');
		terminal.press('j', 'j');
		await terminal.waitFor('PNG picture');
		terminal.press('k', 'G', 'l');
		await terminal.waitFor('t.csv');
		terminal.press('j', 'l', 'j', 'j');
		await terminal.waitFor(/│ +t\.csv /v);
		fs.mkdirSync(`${home}/taken`);
		terminal.press('x', 'ctrl+u');
		terminal.type('~/taken');
		terminal.press('return');
		await terminal.waitFor('exported 1 file');
		terminal.press('g', 'g', 'z');
		await terminal.waitFor('Export as one ZIP');
		terminal.press('return');
		await terminal.waitFor(/exported 2 files.*\.zip/v);
		// What was left out is told: the link.
		await terminal.waitFor('q close');
		terminal.press('q', 'R', 'q');
		await terminal.waitFor('All sessions');
		expect(traces()).toEqual(before);
		expect(fs.readFileSync(`${home}/taken/t.csv`, 'utf8')).toBe('a,b\n1,2\n');
		expect(namesIn(`${home}/taken`)).toHaveLength(2);

		// It is kept for 72 hours, another for good, and a third until that is lifted.
		terminal.press('m');
		await terminal.waitFor('for how many hours?');
		terminal.type('72');
		terminal.press('return');
		await terminal.waitFor('alpha is kept until 20');
		await terminal.waitFor(/alpha .* kept .* (?:3d 0h|2d 23h)/v);
		await unfiltered(terminal);
		await filterFor(terminal, 'beta');
		terminal.press('m', 'return');
		await terminal.waitFor('beta is kept for good');
		await unfiltered(terminal);
		await filterFor(terminal, 'gamma');
		terminal.press('m', 'return');
		await terminal.waitFor('gamma is kept for good');
		terminal.press('m');
		await terminal.waitFor('gamma is not kept any more');
		expect(traces()).toEqual(before);
		expect(namesIn(`${outputs}/.sojourn-0/keep`)).toEqual([path.basename(placeOf('alpha')), path.basename(placeOf('beta'))]);

		// One is ended, by a word that is typed.
		await unfiltered(terminal);
		await filterFor(terminal, 'delta');
		terminal.press('d');
		await terminal.waitFor('type yes to remove it:');
		await terminal.waitFor('5 files');
		await terminal.waitFor(`it belongs to ${stranger}`);
		terminal.paste('yes\n');
		terminal.press('return');
		await terminal.waitFor('type yes to remove it, or leave with Esc');
		expect(fs.existsSync(placeOf('delta'))).toBe(true);
		terminal.type('yes');
		terminal.press('return');
		await terminal.waitFor('delta was removed: 5 files');
		expect(fs.existsSync(placeOf('delta'))).toBe(false);
		await unfiltered(terminal);

		// A sweep, tried first.
		const omega = traceOf(placeOf('omega'));
		terminal.press('S');
		await terminal.waitFor('A sweep would remove 1 session');
		await terminal.waitFor('would go 00000005');
		await terminal.waitFor('kept     00000003  held: a program has locked it');
		expect(traceOf(placeOf('omega'))).toEqual(omega);
		terminal.press('return', 'n');
		await terminal.waitFor(() => !terminal.text().includes('A sweep would'));
		expect(fs.existsSync(placeOf('omega'))).toBe(true);
		terminal.press('S');
		await terminal.waitFor('y remove');
		terminal.press('y');
		await terminal.waitFor('1 session had expired and was removed');
		await terminal.waitFor('3 sessions of all owners, 15 files');
		expect(namesIn(outputs).filter(name => !name.startsWith('.'))).toEqual(['alpha', 'beta', 'gamma'].map(name => path.basename(placeOf(name))));
		expect(traces()).toEqual(before);
		terminal.press('ctrl+c');
		expect(await terminal.exit).toMatchObject({exitCode: 130});
		expect(isRestored(terminal)).toBe(true);
		await release();
		expect(traces()).toEqual(before);
		// It stays so in what the commands say.
		const {stdout} = await execute(process.execPath, [binary, 'log', '--json'], {env: cleanEnvironment(home, {SOJOURN_OUTPUTS: outputs})});
		expect(stdout).toContain(path.basename(placeOf('delta')));
		expect(stdout).toContain(path.basename(placeOf('omega')));
	}, 60_000);

	it('while looking, the session is held; afterwards it is as any other', async () => {
		const {placeOf, open} = await makeWorld();
		const before = traceOf(placeOf('beta'));
		const isFree = async (): Promise<boolean> => execute('flock', ['-n', '-x', `${placeOf('beta')}/.`, 'true']).then(() => true, () => false);
		const terminal = open();
		await terminal.waitFor('5 sessions of all owners, 25 files');
		await filterFor(terminal, 'beta');
		terminal.press('i');
		await terminal.waitFor('uid 54321\'s, read-only');
		expect(await isFree()).toBe(false);
		terminal.press('s');
		await terminal.waitFor('All sessions');
		await expect.poll(isFree).toBe(true);
		terminal.press('i');
		await terminal.waitFor('read-only');
		terminal.kill('SIGKILL');
		await terminal.exit;
		expect(await isFree()).toBe(true);
		expect(traceOf(placeOf('beta'))).toEqual(before);
	});

	it('a user sees their own alone, and others\' as broken with --all; nothing of theirs can be done', async () => {
		const {base, outputs, placeOf} = await makeWorld();
		const home = path.join(base, 'user');
		plant(home, {'work/': ''});
		await execute('chown', ['-R', `${stranger}:${stranger}`, home]);
		const others = ['beta', 'gamma', 'omega'].map(name => traceOf(placeOf(name)));
		const open = (...args: readonly string[]): TestTerminal => {
			const terminal = openTerminal({
				command: process.execPath,
				args: ['--require', path.join(program.folder, 'prepare.cjs'), path.join(program.folder, 'bin.cjs'), ...args],
				home, cwd: `${home}/work`, columns: 100, rows: 24, env: {SOJOURN_OUTPUTS: outputs, TEST_PREPARE: JSON.stringify({uid: stranger})},
			});
			onTestFinished(async () => terminal.dispose());
			return terminal;
		};

		const terminal = open();
		await terminal.waitFor('Resume a session');
		terminal.press('s');
		await terminal.waitFor('2 sessions, 10 files');
		expect(terminal.text()).toContain('Your sessions');
		expect(terminal.text()).not.toMatch(/beta|gamma|omega/v);
		terminal.press('q');
		await terminal.waitFor('Resume a session');
		terminal.press('q');
		expect(await terminal.exit).toMatchObject({exitCode: 0});

		const all = open('--all');
		await all.waitFor('Resume a session');
		all.press('s');
		await all.waitFor('5 sessions of all owners');
		await all.waitFor(() => all.screen().filter(line => line.includes(' broken ')).length === 3);
		expect(all.text()).not.toMatch(/beta|gamma|omega/v);
		await filterFor(all, '00000002');
		all.press('return');
		await all.waitFor('00000002 is broken: ');
		all.press('m');
		await all.waitFor('is broken, and not removed by a sweep');
		all.press('r');
		await all.waitFor('who alone can label it');
		all.press('d');
		await all.waitFor('type yes to remove it:');
		all.type('yes');
		await all.waitFor('go with it');
		all.press('return');
		await all.waitFor('00000002 was not removed: ');
		all.press('ctrl+c');
		await all.exit;
		expect(['beta', 'gamma', 'omega'].map(name => traceOf(placeOf(name)))).toEqual(others);
	});
});

/** Beside the session of the place, others that are one's own. */
const plantOthers = ({outputs}: Place, labels: readonly string[]): void => {
	for (const [index, label] of labels.entries()) {
		const at = new Date().toISOString();
		plant(plantSession(outputs, idOf(index + 1), markerText(idOf(index + 1), {label, createdAt: at, lastActiveAt: at})), {[`single/${label}.txt`]: `the text of ${label}\n`});
	}
};

const currentOf = async ({home, outputs}: Place): Promise<string> => {
	const {stdout} = await execute(process.execPath, [binary, 'path'], {env: cleanEnvironment(home, {SOJOURN_OUTPUTS: outputs})});
	return path.basename(stdout.trim());
};

test('a user resumes another session, starts one, relabels, looks inside and back, and ends one', async () => {
	const place = await makePlace({'single/a.txt': 'the text of mine\n'});
	plantOthers(place, ['second', 'third']);
	const terminal = launch(place);
	await terminal.waitFor('a.txt');
	terminal.press('j');
	await terminal.waitFor('the text of mine');
	terminal.press('space', 'k', 's');
	await terminal.waitFor('3 sessions, 3 files');
	expect(terminal.text()).toMatch(/^\* mine /mv);

	// Looking: nothing is remembered, and one's own is there again as it was.
	await filterFor(terminal, 'third');
	const before = fs.readFileSync(`${place.outputs}/${idOf(2)}/.session.json`, 'utf8');
	terminal.press('i');
	await terminal.waitFor('only looking, read-only');
	terminal.press('j');
	await terminal.waitFor('the text of third');
	terminal.press('q');
	await terminal.waitFor('Your sessions');
	terminal.press('q');
	await terminal.waitFor('the text of mine');
	await terminal.waitFor('1 marked');
	expect(terminal.text()).toMatch(/2\/4$/mv);
	expect(fs.readFileSync(`${place.outputs}/${idOf(2)}/.session.json`, 'utf8')).toBe(before);
	expect(await currentOf(place)).toBe(sessionId);

	// Resuming: that is where one is now.
	terminal.press('s');
	await terminal.waitFor('filter: third');
	await unfiltered(terminal);
	await filterFor(terminal, 'second');
	terminal.press('return');
	await terminal.waitFor('second.txt');
	await terminal.waitFor(/^second {2}\d+h/mv);
	expect(terminal.text()).not.toContain('marked');
	expect(await currentOf(place)).toBe(idOf(1));

	// A new one, with a label of its own.
	terminal.press('s');
	await terminal.waitFor('Your sessions');
	terminal.press('o');
	await terminal.waitFor('started session');
	const started = await currentOf(place);
	expect([sessionId, idOf(1), idOf(2)]).not.toContain(started);
	terminal.press('s');
	await terminal.waitFor('4 sessions, 3 files');
	await unfiltered(terminal);
	await terminal.waitFor(new RegExp(String.raw`^\* ${started.slice(0, 8)} `, 'mv'));
	terminal.press('g', 'g', 'r');
	await terminal.waitFor('another label');
	terminal.paste('fresh\nlabel');
	await terminal.waitFor('> fresh label');
	terminal.press('return');
	await terminal.waitFor('is now called fresh label');
	expect(fs.readFileSync(`${place.outputs}/${started}/.session.json`, 'utf8')).toContain('"fresh label"');
	terminal.press('d');
	await terminal.waitFor('this session is open here');

	// One is ended by y alone; a resize and a paste meanwhile do not answer.
	await filterFor(terminal, 'third');
	terminal.press('d');
	await terminal.waitFor('y remove');
	terminal.resize(40, 10);
	await terminal.waitFor(/└─{38}┘/v);
	expect(terminal.text()).toContain('y remove   n cancel');
	terminal.paste('y\n');
	terminal.press('return', 'space');
	terminal.resize(30, 8);
	await terminal.waitFor('Too small');
	terminal.press('y');
	terminal.resize(100, 24);
	await terminal.waitFor('1 file, 18 B go with it, for good');
	expect(fs.existsSync(`${place.outputs}/${idOf(2)}`)).toBe(true);
	terminal.press('y');
	await terminal.waitFor('third was removed: 1 file, 18 B');
	expect(fs.existsSync(`${place.outputs}/${idOf(2)}`)).toBe(false);
	await terminal.waitFor('no session matches the filter');
	terminal.press('q');
	await terminal.waitFor(/^fresh label /mv);
	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
	expect(isRestored(terminal)).toBe(true);
	expect(strays(terminal)).toBe('');
	expect(await currentOf(place)).toBe(started);
}, 60_000);

test('the list is reached from the start menu, in a terminal without colours, and orders itself', async () => {
	const place = await makePlace({'single/a.txt': 'x'.repeat(5000)});
	plantOthers(place, ['second', 'third']);
	const terminal = launch(place, [], {env: {NO_COLOR: '1'}});
	await terminal.waitFor('Resume a session');
	terminal.press('s');
	await terminal.waitFor('3 sessions, 3 files');
	const namesOnScreen = (): string[] => terminal.screen().slice(2, 5).map(line => line.slice(2).split(' ', 1)[0]!);
	terminal.press(',');
	await terminal.waitFor('capitals reversed');
	terminal.press('s');
	await terminal.waitFor('by size');
	expect(namesOnScreen()).toEqual(['mine', 'second', 'third']);
	terminal.press(',', 'S');
	await terminal.waitFor('by size, reversed');
	expect(namesOnScreen()).toEqual(['third', 'second', 'mine']);
	terminal.press(',', 'n');
	await terminal.waitFor('by name');
	expect(namesOnScreen()).toEqual(['mine', 'second', 'third']);
	terminal.press('?');
	await terminal.waitFor('go on in this session');
	terminal.press('q');
	await terminal.waitFor(() => !terminal.text().includes('go on in this session'));
	terminal.press('escape');
	await terminal.waitFor('Resume a session');
	terminal.press('s');
	await terminal.waitFor('by name');
	await filterFor(terminal, 'third');
	terminal.press('return');
	await terminal.waitFor('third.txt');
	expect(await currentOf(place)).toBe(idOf(2));
	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
	expect(colours(terminal)).toEqual([]);
	expect(strays(terminal)).toBe('');
});

test('sizes come while one looks: a list of a thousand sessions is there before they are counted', async () => {
	const place = await makePlace({'single/a.txt': 'a'});
	const at = new Date().toISOString();
	for (let number = 1; number <= 1000; number++) {
		plant(plantSession(place.outputs, idOf(number), markerText(idOf(number), {createdAt: at, lastActiveAt: at})), {'single/a.txt': '1'});
	}

	const terminal = launch(place, ['--session', sessionId, '--no-sweep']);
	await terminal.waitFor('a.txt');
	terminal.press('s');
	await terminal.waitFor(/1,001 sessions, .*\d % counted/v);
	terminal.press('G');
	await terminal.waitFor(/ 1001\/1001$/mv);
	await terminal.waitFor('1,001 sessions, 1,001 files, 1.0 KB;', {timeout: 30_000});
	terminal.press('q', 'q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
}, 60_000);

test('--all without a session of one\'s own opens the list, whatever its key is, and starts none', async () => {
	const place = await makePlace();
	fs.rmSync(place.session, {recursive: true});
	fs.mkdirSync(`${place.home}/.config/sojourn`, {recursive: true});
	fs.writeFileSync(`${place.home}/.config/sojourn/config.json`, '{"keys": {"show-sessions": "L"}}');
	const terminal = launch(place, ['--all'], {columns: 30, rows: 8});
	await terminal.waitFor('Too small');
	terminal.resize(80, 24);
	await terminal.waitFor('no sessions: o starts one');
	terminal.press('q');
	await terminal.waitFor('start a new session');
	terminal.press('L');
	await terminal.waitFor('All sessions');
	terminal.press('q', 'q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
	expect(fs.readdirSync(place.outputs).filter(name => !name.startsWith('.sojourn-'))).toEqual([]);
});
