import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {ownerName} from '../../source/outputs/owner.js';
import {isRoot, namesIn, plant, snapshot, temporaryFolder} from '../helpers/folders.js';
import {openHome, openProgram, type Home} from '../helpers/program.js';
import {idOf, markerText, plantSession} from '../outputs/stores.js';

const program = openProgram();

/** What lies in an outputs directory besides this program's own. */
const sessionsIn = (outputs: string): string[] => namesIn(outputs).filter(name => !name.startsWith('.sojourn-'));

const openPlace = async (): Promise<Home & {readonly base: string}> => {
	const base = await temporaryFolder();
	return {...openHome(program, base), base};
};

const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;

describe('start, path, label and the current session', () => {
	it('start makes a session current; path, add and ls go there; the JSON is as it should be', async () => {
		const {run, json, outputs, session} = await openPlace();
		expect(await run(['path'])).toMatchObject({code: 1, stdout: '', stderr: 'sojourn: there is no session yet: "sojourn start" starts one\n'});
		expect(await run(['ls'])).toMatchObject({code: 1, stderr: 'sojourn: there is no session yet: "sojourn start" starts one\n'});
		expect(fs.existsSync(outputs)).toBe(false);
		const first = await session(['--label', 'first']);
		const started = await json(['start']) as {id: string};
		const second = `${outputs}/${started.id}`;
		expect(started).toEqual({
			id: expect.stringMatching(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/) as string, path: second, single: `${second}/single`, bulk: `${second}/bulk`,
		});
		expect(namesIn(second)).toEqual(['.session.json', 'bulk', 'single']);
		expect(await run(['path'])).toMatchObject({code: 0, stdout: `${second}\n`, stderr: ''});
		expect(await run(['path', 'bulk'])).toMatchObject({stdout: `${second}/bulk\n`});
		expect(await json(['path', 'single'])).toEqual({path: `${second}/single`});
		expect(await run(['path', '--session', 'first'])).toMatchObject({stdout: `${outputs}/${first}\n`});
		expect(await run(['path'], {env: {SOJOURN_SESSION: first.slice(0, 6)}})).toMatchObject({stdout: `${outputs}/${first}\n`});
		// Looking at another does not move the memory.
		expect(await run(['path'])).toMatchObject({stdout: `${second}\n`});
		expect(await run(['path', '--session', 'nowhere'])).toMatchObject({code: 1, stderr: 'sojourn: there is no session "nowhere": "sojourn sessions" lists those there are\n'});
	});

	it('each outputs directory has a current session of its own, by whatever path it is reached', async () => {
		const {run, session, outputs, base} = await openPlace();
		const first = await session();
		const other = ['--outputs', `${base}/other`];
		const second = await session(other);
		fs.symlinkSync('outputs', `${base}/link`);
		expect(await run(['path'])).toMatchObject({stdout: `${outputs}/${first}\n`});
		expect(await run(['path', ...other])).toMatchObject({stdout: `${base}/other/${second}\n`});
		expect(await run(['path', '--outputs', '../../link'])).toMatchObject({stdout: `${outputs}/${first}\n`});
		fs.rmSync(`${outputs}/${first}`, {recursive: true});
		expect(await run(['path'])).toMatchObject({code: 1, stderr: expect.stringContaining('there is no session yet') as string});
	});

	it('a label is given once, and again; one that is bad or taken is refused, and starts nothing', async () => {
		const {run, json, session, outputs} = await openPlace();
		const first = await session(['--label', 'été 1']);
		const second = await session();
		expect(await run(['start', '--label', 'été 1'])).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining(`the label "été 1" is taken by the session ${first.slice(0, 8)}`) as string});
		expect(await run(['label', second.slice(0, 8), 'été 1'])).toMatchObject({code: 1});
		expect(await run(['label', second, 'a\u{1B}b'])).toMatchObject({code: 2, stderr: expect.stringContaining(String.raw`the label "a\x1bb" is not allowed`) as string});
		expect(await json(['label', 'été 1', 'printemps'])).toEqual({id: first, label: 'printemps'});
		expect(await run(['label', second.slice(0, 8), 'été 1'])).toMatchObject({code: 0, stdout: '', stderr: `the session ${second.slice(0, 8)} is now called été 1\n`});
		expect(await run(['label', 'nothing', 'x'])).toMatchObject({code: 1});
		expect(sessionsIn(outputs)).toHaveLength(2);
	});

	it('where nothing can be remembered the id is printed all the same, and the failure named', async () => {
		const {run, home, outputs} = await openPlace();
		fs.writeFileSync(`${home}/state`, '');
		const {code, stdout, stderr} = await run(['start']);
		expect({code, stderr}).toEqual({code: 1, stderr: expect.stringContaining(`cannot remember the current session in ${home}/state/sojourn/current`) as string});
		expect(sessionsIn(outputs)).toEqual([stdout.trim()]);
	});

	it('start sweeps what has expired, but not the session that it starts, unless it is told not to', async () => {
		const {run, session, outputs, home} = await openPlace();
		const soon = ['--max-age-hours', '0.0000001'];
		const first = await session();
		const {stdout} = await run(['start', '--no-sweep', ...soon]);
		expect(sessionsIn(outputs)).toEqual([first, stdout.trim()].sort());
		const third = await run(['start', ...soon]);
		expect(third).toMatchObject({code: 0, stderr: 'removed 2 sessions that had expired\n'});
		expect(sessionsIn(outputs)).toEqual([third.stdout.trim()]);
		const log = fs.readFileSync(`${home}/state/sojourn/sojourn.log`, 'utf8').trim().split('\n').map(line => JSON.parse(line) as Record<string, unknown>);
		expect(log.map(({event, id}) => `${String(event)} ${String(id)}`).sort()).toEqual([`removed ${first}`, `removed ${stdout.trim()}`].sort());
		expect(log[0]).toMatchObject({time: isoTime, outputs, files: 0, bytes: 0, evidence: {source: 'ctime', time: isoTime}});
	});
});

describe('sessions', () => {
	it('lists each with its state, newest first; the JSON is as it should be', async () => {
		const {run, json, session, outputs} = await openPlace();
		expect(await json(['sessions'])).toEqual([]);
		expect(await run(['sessions'])).toMatchObject({code: 0, stdout: '', stderr: 'there are no sessions: "sojourn start" starts one\n'});
		const id = await session(['--label', 'mine']);
		await run(['add', '-', '--name', 'a.txt'], {input: '12345'});
		const later = '2038-01-01T00:00:00.000Z';
		plantSession(outputs, idOf(1), markerText(idOf(1), {keepUntil: later}));
		plantSession(outputs, idOf(2), '{');
		plantSession(outputs, idOf(3));
		const uid = process.getuid!();
		const all = await json(['sessions']) as Array<Record<string, unknown>>;
		expect(all.find(entry => entry['id'] === id)).toEqual({
			id, label: 'mine', owner: isRoot ? 'root' : await ownerName(uid) ?? null, uid, createdAt: isoTime, lastActiveAt: isoTime, expiresAt: isoTime, state: 'active', files: 1, bytes: 5, path: `${outputs}/${id}`,
		});
		expect(all.find(entry => entry['id'] === idOf(1))).toMatchObject({label: null, createdAt: '2020-01-01T00:00:00.000Z', expiresAt: later, state: 'kept', files: 0, bytes: 0});
		expect(all.find(entry => entry['id'] === idOf(2))).toMatchObject({label: null, createdAt: null, expiresAt: null, state: 'broken'});
		expect(all.find(entry => entry['id'] === idOf(3))).toMatchObject({label: null, createdAt: null, state: 'active'});
		expect(all).toHaveLength(4);
		const {code, stdout, stderr} = await run(['sessions']);
		expect({code, stderr}).toEqual({code: 0, stderr: `${idOf(2).slice(0, 8)} is broken and left as it is: .session.json is not valid JSON\n`});
		const lines = stdout.trimEnd().split('\n').map(line => line.split(/ {2,}/));
		expect(lines[0]).toEqual(['', 'ID', 'LABEL', 'STATE', 'FILES', 'SIZE', 'ACTIVE', 'TIME LEFT']);
		expect(lines.find(([mark]) => mark === '*')).toEqual(['*', id.slice(0, 8), 'mine', 'active', '1', '5 B', 'now', '23h 59m']);
		expect((await run(['sessions', '-0'])).stdout).toBe([...[1, 2, 3].map(number => idOf(number)), id].sort().map(name => `${name}\0`).join(''));
	});

	it('--no-sizes leaves out the counts and nothing else', async () => {
		const {run, json, session, outputs} = await openPlace();
		const id = await session();
		// A marker that is young enough for the sweep, and a file that is younger.
		const used = new Date(Date.now() - 10_000_000);
		fs.writeFileSync(`${outputs}/${id}/.session.json`, markerText(id, {lastActiveAt: used.toISOString()}));
		plant(outputs, {[`${id}/bulk/b/a.txt`]: 'a'});
		const [{files, bytes, ...rest}] = await json(['sessions']) as [Record<string, unknown>];
		expect({files, bytes}).toEqual({files: 1, bytes: 1});
		expect(await json(['sessions', '--no-sizes'])).toEqual([{...rest, files: null, bytes: null}]);
		expect(rest['state']).toBe('active');
		expect((await run(['sessions', '--no-sizes'])).stdout).not.toContain('SIZE');
	});

	it('an expired session is named as such until it is swept', async () => {
		const {json, session} = await openPlace();
		await session();
		expect(await json(['sessions', '--max-age-hours', '0.0000001'])).toMatchObject([{state: 'expired'}]);
	});
});

describe('ls', () => {
	const openFiles = async (): Promise<Home & {readonly base: string; readonly place: string; readonly id: string}> => {
		const home = await openPlace();
		const id = await home.session();
		const place = `${home.outputs}/${id}`;
		plant(place, {
			'single/a2.txt': '22', 'single/a10.txt': '', 'bulk/b/one.txt': '1', 'bulk/b/deep/two.txt': '', 'bulk/empty/': '',
		});
		fs.symlinkSync('a2.txt', `${place}/single/link`);
		return {...home, id, place};
	};

	it('prints a path a line, folders before what they hold, in natural order', async () => {
		const {run} = await openFiles();
		expect(await run(['ls'])).toMatchObject({
			code: 0, stderr: '',
			stdout: 'single/a2.txt\nsingle/a10.txt\nsingle/link\nbulk/b\nbulk/b/deep\nbulk/b/deep/two.txt\nbulk/b/one.txt\nbulk/empty\n',
		});
		for (const [argument, stdout] of [['bulk/b', 'bulk/b/deep\nbulk/b/deep/two.txt\nbulk/b/one.txt\n'], ['./bulk/b/deep/', 'bulk/b/deep/two.txt\n'], ['single/a2.txt', 'single/a2.txt\n'], ['single/link', 'single/link\n'], ['bulk/empty', '']] as const) {
			expect(await run(['ls', argument])).toMatchObject({code: 0, stdout});
		}

		expect((await run(['ls', '--tree'])).stdout).toBe(`single/
├── a2.txt  2 B
├── a10.txt  0 B
└── link
bulk/
├── b/
│   ├── deep/
│   │   └── two.txt  0 B
│   └── one.txt  1 B
└── empty/
`);
	});

	it('prints JSON as it should be', async () => {
		const {json, id} = await openFiles();
		expect(await json(['ls'])).toEqual({session: id, entries: [
			['single/a2.txt', 'file', 2], ['single/a10.txt', 'file', 0], ['single/link', 'symlink', 6], ['bulk/b', 'directory'], ['bulk/b/deep', 'directory'],
			['bulk/b/deep/two.txt', 'file', 0], ['bulk/b/one.txt', 'file', 1], ['bulk/empty', 'directory'],
		].map(([path, type, bytes = expect.any(Number) as number]) => ({path, type, bytes, modifiedAt: isoTime}))});
	});

	it('names what it was not given rightly', async () => {
		const {run} = await openFiles();
		for (const [argument, code, message] of [
			['nowhere', 1, 'there is no output nowhere: paths start with single/ or bulk/, as "sojourn ls" prints them'],
			['single/none', 1, 'there is no output single/none: "sojourn ls" lists those there are'],
			['single/a2.txt/x', 1, 'there is no output single/a2.txt/x'],
			['single/link/x', 1, 'there is no output single/link/x'],
			['single/../../x', 2, 'is no path of an output'],
			['single//a2.txt', 2, 'is no path of an output'],
			['/', 1, 'there is no output /'],
			['/etc', 1, 'there is no output /etc'],
			['.session.json', 1, 'there is no output .session.json'],
			['--', 0, ''],
		] as const) {
			expect(await run(['ls', argument])).toMatchObject({code, stderr: expect.stringContaining(message) as string});
		}
	});

	it('takes names in the printed form and in their own, and refuses what could be either', async () => {
		const {run, json, session, outputs} = await openPlace();
		const id = await session();
		const raw = Buffer.concat([Buffer.from(`${outputs}/${id}/single/r`), Buffer.of(0xff)]);
		plant(outputs, {
			[`${id}/single/a\nb`]: 'newline', [String.raw`${id}/single/a\x0ab`]: 'looks like it', [`${id}/single/tab\t.txt`]: '1', [String.raw`${id}/single/back\slash`]: '22', [String.raw`${id}/single/odd\x00`]: '', [String.raw`${id}/single/odd\x2e\x2e`]: '',
		});
		fs.writeFileSync(raw, '333');
		const printed = (await run(['ls'])).stdout.trimEnd().split('\n');
		expect([...printed].sort()).toEqual([String.raw`single/a\\x0ab`, String.raw`single/a\x0ab`, String.raw`single/back\\slash`, String.raw`single/odd\\x00`, String.raw`single/odd\\x2e\\x2e`, String.raw`single/r\xff`, String.raw`single/tab\x09.txt`].sort());
		expect((await run(['ls', '-0'])).bytes).toEqual(Buffer.concat([...printed].map(line => Buffer.concat([
			line === String.raw`single/r\xff` ? Buffer.concat([Buffer.from('single/r'), Buffer.of(0xff)]) : Buffer.from(line.replaceAll(/\\x0[a9]|\\\\/g, token => token === '\\\\' ? '\\' : token === String.raw`\x0a` ? '\n' : '\t')), Buffer.of(0),
		]))));
		const {entries} = await json(['ls']) as {entries: Array<{path: string; pathBase64?: string}>};
		expect(entries.find(({pathBase64}) => pathBase64 !== undefined)).toMatchObject({path: String.raw`single/r\xff`, pathBase64: Buffer.concat([Buffer.from('single/r'), Buffer.of(0xff)]).toString('base64')});
		expect(entries.map(({path}) => path)).toContain('single/a\nb');
		const bytesOf = async (argument: string): Promise<unknown> => {
			const {code, stdout, stderr} = await run(['ls', argument, '--json']);
			return code === 0 ? (JSON.parse(stdout) as {entries: Array<{bytes: number}>}).entries[0]!.bytes : stderr;
		};

		expect(await bytesOf(String.raw`single/r\xff`)).toBe(3);
		expect(await bytesOf('single/tab\t.txt')).toBe(1);
		expect(await bytesOf(String.raw`single/tab\x09.txt`)).toBe(1);
		expect(await bytesOf(String.raw`single/back\\slash`)).toBe(2);
		expect(await bytesOf(String.raw`single/back\slash`)).toBe(2);
		expect(await bytesOf(String.raw`single/odd\x00`)).toBe(0);
		expect(await bytesOf(String.raw`single/odd\x2e\x2e`)).toBe(0);
		expect(await bytesOf('single/a\nb')).toBe(7);
		expect(await bytesOf(String.raw`single/a\\x0ab`)).toBe(13);
		expect(await bytesOf(String.raw`single/a\x0ab`)).toContain(String.raw`names two outputs, as printed single/a\x0ab and single/a\\x0ab: give the printed form`);
	});

	it('copes with times that no calendar has', async context => {
		if (!fs.existsSync('/dev/shm')) {
			context.skip('there is no file system in memory, which holds such times');
		}

		const outputs = fs.mkdtempSync('/dev/shm/sojourn-test-');
		try {
			const {json, run, session} = await openPlace();
			const options = {env: {SOJOURN_OUTPUTS: outputs}};
			const id = await session([], options);
			plant(outputs, {[`${id}/single/far.txt`]: ''});
			fs.utimesSync(`${outputs}/${id}/single/far.txt`, 9_000_000_000_000, 9_000_000_000_000);
			expect(await json(['ls'], options)).toMatchObject({entries: [{path: 'single/far.txt', modifiedAt: null}]});
			expect(await run(['ls', '--tree'], options)).toMatchObject({code: 0});
			expect(await json(['sessions'], options)).toMatchObject([{id, lastActiveAt: isoTime}]);
			expect(await json(['sweep', '--dry-run'], options)).toMatchObject({kept: [{id}]});
		} finally {
			fs.rmSync(outputs, {recursive: true});
		}
	});

	it('looking changes nothing', async () => {
		const {run, outputs, home} = await openFiles();
		const before = [...snapshot(outputs), ...snapshot(home)];
		for (const args of [['ls'], ['ls', '--tree'], ['sessions'], ['sessions', '--no-sizes'], ['path'], ['sweep', '--dry-run'], []]) {
			expect(await run(args)).toMatchObject({code: 0});
		}

		expect([...snapshot(outputs), ...snapshot(home)]).toEqual(before);
	});
});
