import fs from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {commandTable} from '../../source/commands/commands.js';
import {commandNames, flagsOf, shells, slots, valueFlags} from '../../source/commands/completions/grammar.js';
import {flagTable, isOn, written} from '../../source/commands/flags.js';
import {formatMarker} from '../../source/session/marker.js';
import {isRoot, plant, stranger, temporaryFolder} from '../helpers/folders.js';
import {openPlace, openProgram, type Home} from '../helpers/program.js';
import {attempt, need} from '../helpers/tools.js';

const program = openProgram();

/** The candidates, and what is said of each; fails if anything else is said. */
const ask = async (place: Home, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string[][]> => {
	const {code, stdout, stderr} = await place.run(['__complete', ...args], {env});
	expect([code, stderr]).toEqual([0, '']);
	return stdout.split('\n').slice(0, -1).map(line => line.split('\t'));
};

const values = async (place: Home, ...args: readonly string[]): Promise<string[]> => (await ask(place, args)).map(line => line[0]!);

/** Every entry, with all that a look could change but the time of the last look. */
const snapshot = (folder: string): string[] => [folder, ...fs.readdirSync(folder, {recursive: true}).map(name => path.join(folder, String(name)))].map(name => {
	const {ino, mode, mtimeMs, ctimeMs} = fs.lstatSync(name);
	return [name, ino, mode, mtimeMs, ctimeMs].join(' ');
});

const idOf = (digit: number): string => `${String(digit).repeat(8)}-2222-4333-8444-555555555555`;

const plantSession = (place: Home, digit: number, marker: {readonly label?: string; readonly keepUntil?: 'forever'; readonly hoursAgo?: number} = {}): void => {
	const {hoursAgo = 0, ...rest} = marker;
	const time = Date.now() - (hoursAgo * 3_600_000);
	plant(`${place.outputs}/${idOf(digit)}`, {'single/': '', 'bulk/': '', '.session.json': formatMarker({id: idOf(digit), createdAt: time, lastActiveAt: time, ...rest})});
	fs.chmodSync(`${place.outputs}/${idOf(digit)}/.session.json`, 0o600);
};

describe('the scripts', () => {
	test.each(shells)('for %s is what that shell can read, with every command and flag', async shell => {
		const {code, stdout, stderr} = await program.run(['completions', shell]);
		expect([code, stderr]).toEqual([0, '']);
		const [, ...named] = commandTable;
		for (const {name} of named) {
			expect(stdout).toMatch(new RegExp(String.raw`\b${name}\b`));
		}

		for (const {name} of flagTable) {
			expect(stdout).toContain(written(name));
		}
	});

	test('hold no error that their shells could tell of', async context => {
		await need(context, 'bash', 'zsh', 'fish');
		const folder = await temporaryFolder();
		for (const shell of shells) {
			fs.writeFileSync(`${folder}/script`, (await program.run(['completions', shell])).stdout);
			expect(await attempt(shell, ['-n', `${folder}/script`])).toEqual({code: 0, stdout: '', stderr: ''});
		}
	});

	test('are printed whatever the settings are, and without a home', async () => {
		const place = await openPlace(program);
		plant(place.home, {'config/sojourn/config.json': '{'});
		for (const env of [{SOJOURN_OUTPUTS: '/'}, {SESSION_TIMEOUT_HOURS: 'x'}, {HOME: undefined}]) {
			expect(await place.run(['completions', 'bash'], {env})).toMatchObject({code: 0, stderr: ''});
		}

		expect(JSON.parse((await place.run(['completions', 'fish', '--json'])).stdout)).toMatchObject({shell: 'fish', script: expect.stringContaining('complete -c sojourn') as string});
	});

	test('are for shells that are known', async () => {
		expect(await program.run(['completions', 'tcsh'])).toMatchObject({code: 2, stdout: '', stderr: 'sojourn: completions takes the name of a shell, bash, zsh, fish, not "tcsh"\n'});
		expect(await program.run(['completions'])).toMatchObject({code: 2, stdout: ''});
	});

	test('bash asks by a function that needs no terminal', async context => {
		await need(context, 'bash');
		const folder = await temporaryFolder();
		fs.writeFileSync(`${folder}/script`, (await program.run(['completions', 'bash'])).stdout);
		const complete = async (line: string): Promise<string[]> => {
			// eslint-disable-next-line no-template-curly-in-string -- the shell's
			const {stdout, stderr} = await attempt('bash', ['-c', '. "$1"; compopt() { :; }; COMP_LINE=$2 COMP_POINT=${#2}; _sojourn sojourn; printf "%s\\n" "${COMPREPLY[@]}"', 'bash', `${folder}/script`, line]);
			expect(stderr).toBe('');
			return stdout.trim().split('\n');
		};

		expect(await complete('sojourn ')).toEqual(commandNames.filter(name => name !== 'explorer'));
		expect(await complete('sojourn sweep --a')).toEqual(['--all']);
		expect(await complete('sojourn export --verify=')).toEqual(['directory', 'full']);
		expect(await complete('sojourn --theme "d')).toEqual(['dark']);
		expect(await complete('sojourn legacy b')).toEqual(['backup']);
		expect(await complete('sojourn path -')).toContain('--session');
		expect(await complete('sojourn add -')).toEqual(expect.arrayContaining(['-', '--bulk']));
		expect(await complete('/nowhere/sojourn start --l')).toEqual(['--label']);
		expect(await complete('sojourn keep $(touch owned) "`touch owned`" ')).toEqual(['']);
		expect(fs.existsSync('owned')).toBe(false);
	});
});

test('the tables say what each word and each value is', () => {
	expect(Object.fromEntries(valueFlags.map(({flag, kind}) => [flag, kind]))).toMatchObject({
		'--outputs': 'folders', '--to': 'files', '--session': 'sessions', '--theme': ['terminal', 'dark', 'light', 'high-contrast'], '--verify': ['directory', 'full'], '--level': ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'], '--label': 'text', '--hours': 'text',
	});
	expect(Object.fromEntries(slots.map(({command, position, kind}) => [`${command}:${position}`, kind]))).toMatchObject({
		'path:0': ['single', 'bulk'], 'add:*': 'files', 'ls:*': 'outputs', 'export:*': 'outputs', 'rm:*': 'outputs', 'keep:0': 'sessions', 'unkeep:0': 'sessions', 'label:0': 'sessions', 'end:*': 'sessions',
		'legacy:0': ['status', 'backup', 'import', 'remove', 'restore', 'publish'], 'legacy:publish:*': 'sessions', 'legacy:restore:0': 'folders', 'completions:0': ['bash', 'zsh', 'fish'],
	});
	for (const command of commandNames) {
		expect(flagsOf(command).map(([flag]) => flag)).toEqual(flagTable.filter(flag => isOn(flag, command)).map(({name}) => written(name)));
	}
});

describe('outputs', () => {
	test('come a level at a time, as PATH arguments take them, the hidden ones if a dot is typed', async () => {
		const place = await openPlace(program);
		const id = await place.session();
		plant(`${place.outputs}/${id}`, {'single/a\u{1B}[31m': '', 'single/\u{DCFF}': '', 'single/b\\': '', 'single/B2': '', 'single/.hidden': '', 'bulk/one/1.txt': '', 'bulk/10': '', 'bulk/9': ''});
		expect(await values(place, 'outputs', '')).toEqual(['single/', 'bulk/']);
		expect(await values(place, 'outputs', 'b')).toEqual(['bulk/']);
		expect(await values(place, 'outputs', 'bulk/')).toEqual(['bulk/9', 'bulk/10', 'bulk/one/']);
		expect(await values(place, 'outputs', 'bulk/one/')).toEqual(['bulk/one/1.txt']);
		expect(new Set(await values(place, 'outputs', 'single/'))).toEqual(new Set([String.raw`single/\xff`, String.raw`single/a\x1b[31m`, 'single/B2', String.raw`single/b\\`]));
		expect(await values(place, 'outputs', 'single/.')).toEqual(['single/.hidden']);
		expect(await values(place, 'outputs', 'single/b')).toEqual([String.raw`single/b\\`]);
		expect(await values(place, 'outputs', 'single/A')).toEqual([String.raw`single/a\x1b[31m`]);
		expect(await values(place, 'outputs', './single/B')).toEqual(['single/B2']);
	});

	test('are those of the session that the line names, else of the current one', async () => {
		const place = await openPlace(program);
		plantSession(place, 1, {label: 'one'});
		plant(`${place.outputs}/${idOf(1)}`, {'single/first': ''});
		await place.session();
		expect(await values(place, 'outputs', 'single/')).toEqual([]);
		expect(await values(place, 'outputs', 'single/', 'ls', '--session', 'one')).toEqual(['single/first']);
		expect(await values(place, 'outputs', 'single/', '--session=one', '--tree')).toEqual(['single/first']);
		expect(await ask(place, ['outputs', 'single/'], {SOJOURN_SESSION: 'one'})).toEqual([['single/first']]);
		expect(await values(place, 'outputs', 'single/', 'ls', '--label', '--session', 'one')).toEqual([]);
		fs.renameSync(place.outputs, `${place.home}/elsewhere`);
		expect(await values(place, 'outputs', 'single/', '--outputs', '~/elsewhere', '--session', 'one')).toEqual(['single/first']);
		expect(fs.existsSync(place.outputs)).toBe(false);
	});

	test('of a folder of thousands are bounded, what they begin with alike is not changed by that', async () => {
		const place = await openPlace(program);
		const id = await place.session();
		const folder = `${place.outputs}/${id}/bulk/many`;
		fs.mkdirSync(folder);
		for (let index = 0; index < 3000; index++) {
			fs.closeSync(fs.openSync(`${folder}/file ${String(index).padStart(5, '0')}`, 'w'));
		}

		const start = performance.now();
		const all = await values(place, 'outputs', 'bulk/many/');
		expect(performance.now() - start).toBeLessThan(3000);
		expect([all.length, all[0], all.at(-1)]).toEqual([1001, 'bulk/many/file 00000', 'bulk/many/file 02999']);
		expect((await values(place, 'outputs', 'bulk/many/file 012')).length).toBe(100);
	});

	test('that cannot be: nothing is said, and links are not followed', async () => {
		const place = await openPlace(program);
		expect(await values(place, 'outputs', '')).toEqual([]);
		const id = await place.session();
		fs.symlinkSync('/', `${place.outputs}/${id}/single/link`);
		for (const prefix of ['nowhere/', '/etc/', '../', 'single/../', 'single/link/', 'single/missing/', String.raw`single/\q/`]) {
			expect(await values(place, 'outputs', prefix)).toEqual([]);
		}

		for (const env of [{SOJOURN_OUTPUTS: '/'}, {SESSION_TIMEOUT_HOURS: 'x'}, {SOJOURN_SESSION: 'missing'}]) {
			expect(await ask(place, ['outputs', 'single/'], env)).toEqual([]);
		}

		fs.chmodSync(place.outputs, 0o777); // Which every command warns of.
		expect(await values(place, 'outputs', 's')).toEqual(['single/']);
		expect(await ask(place, [])).toEqual(await ask(place, ['outputs', '']));
	});
});

describe('sessions', () => {
	test('come by their labels, else by their ids, the last used first', async () => {
		const place = await openPlace(program);
		plantSession(place, 1, {label: 'it\'s old', hoursAgo: 5});
		plantSession(place, 2, {hoursAgo: 3});
		plantSession(place, 3, {label: 'new', keepUntil: 'forever'});
		plant(`${place.outputs}/${idOf(4)}`, {'single/': '', strange: ''});
		expect(await ask(place, ['sessions', ''])).toEqual([
			['new', '33333333, used now, kept'],
			[idOf(2), 'no label, used 3h ago'],
			['it\'s old', '11111111, used 5h ago'],
			[idOf(4), 'no label, broken'],
		]);
		expect(await ask(place, ['sessions', '3333'])).toEqual([[idOf(3), 'new, used now, kept']]);
		expect(await values(place, 'sessions', 'NE')).toEqual(['new']);
		expect(await values(place, 'sessions', 'x')).toEqual([]);
	});

	test('of others come with --all alone', async context => {
		if (!isRoot) {
			context.skip('only root can make files of others');
		}

		const place = await openPlace(program);
		plantSession(place, 1, {label: 'mine'});
		plantSession(place, 2, {label: 'theirs'});
		for (const name of ['', '/single', '/bulk', '/.session.json']) {
			fs.chownSync(`${place.outputs}/${idOf(2)}${name}`, stranger, stranger);
		}

		expect(await values(place, 'sessions', '')).toEqual(['mine']);
		expect(await values(place, 'sessions', '2222')).toEqual([]);
		expect((await values(place, 'sessions', '', 'end', '--all')).toSorted()).toEqual(['mine', 'theirs']);
		plant(`${place.outputs}/${idOf(2)}`, {'single/secret': ''});
		expect(await values(place, 'outputs', 'single/', 'ls', '--session', 'theirs')).toEqual([]);
		expect(await values(place, 'outputs', 'single/', 'ls', '--session', 'theirs', '--all')).toEqual(['single/secret']);
	});
});

test('nothing is changed by what is asked', async () => {
	const place = await openPlace(program);
	plantSession(place, 1, {label: 'expired', hoursAgo: 100});
	plant(`${place.outputs}/${idOf(1)}`, {'single/a': '', 'bulk/b/c': ''});
	const before = [...snapshot(place.outputs), ...snapshot(place.home)];
	expect(await values(place, 'sessions', '')).toEqual(['expired']);
	expect(await values(place, 'outputs', 'bulk/b/', 'rm', '--session', 'expired')).toEqual(['bulk/b/c']);
	expect([...snapshot(place.outputs), ...snapshot(place.home)]).toEqual(before);
});
