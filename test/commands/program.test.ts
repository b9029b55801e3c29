import {execFile} from 'node:child_process';
import fs from 'node:fs';
import process from 'node:process';
import {describe, expect, it, test} from 'vitest';
import ts from 'typescript';
import {version} from '../../source/version.js';
import {isRoot, modeOf, namesIn, plant, snapshot, stranger, temporaryFolder} from '../helpers/folders.js';
import {openHome, openProgram, type Home, type ProgramOptions} from '../helpers/program.js';

const program = openProgram();

const openPlace = async (options?: Parameters<typeof openHome>[2]): Promise<Home & {readonly base: string}> => {
	const base = await temporaryFolder();
	return {...openHome(program, base, options), base};
};

describe('the first file that Node reads', () => {
	it('can be parsed by any Node: it is ES5', () => {
		const text = fs.readFileSync(`${program.folder}/bin.cjs`, 'utf8');
		// What a down-levelling compiler would change is newer than ES5.
		const lowered = ts.transpileModule(text, {compilerOptions: {target: ts.ScriptTarget.ES5, module: ts.ModuleKind.CommonJS, ignoreDeprecations: '6.0'}}).outputText; // eslint-disable-line @typescript-eslint/no-deprecated -- old is what is wanted
		const normal = (code: string): string => code.replaceAll(/\s+/g, ' ').replaceAll(/;? ?\}/g, '}').trim();
		expect(normal(lowered)).toBe(normal(ts.transpileModule(text, {compilerOptions: {target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.CommonJS}}).outputText));
		expect(text).not.toMatch(/\b(?:const|let|class|async|import|export)\b|=>|`|\?\.|\?\?|\.\.\./);
	});

	test.each(['0.10.48', '4.9.1', '20.20.2', '22.21.9'])('says on Node %s what it needs', async nodeVersion => {
		const {code, stdout, stderr} = await program.run(['--version'], {nodeVersion});
		expect({code, stdout, stderr}).toEqual({code: 2, stdout: '', stderr: `sojourn: this needs Node 22.22 or newer, and runs on ${nodeVersion}: install a newer Node, or put it first on your PATH\n`});
	});

	test.each(['22.22.0', '23.0.0', '100.1.0'])('runs on Node %s', async nodeVersion => {
		expect(await program.run(['--version'], {nodeVersion})).toMatchObject({code: 0, stdout: `${version}\n`});
	});
});

describe('help and mistakes', () => {
	it('help and version go to standard output and touch nothing', async () => {
		const {run, base} = await openPlace();
		const before = snapshot(base);
		for (const args of [['--help'], ['ls', '--help'], ['--version'], ['add', '--version']]) {
			const {code, stdout, stderr} = await run(args);
			expect({code, stderr}).toEqual({code: 0, stderr: ''});
			expect(stdout).toMatch(/^(?:sojourn|\d+\.\d+\.\d+\n$)/);
		}

		expect(snapshot(base)).toEqual(before);
	});

	it('what is wrong is named, ends with 2, and nothing is made', async () => {
		const {run, base} = await openPlace();
		const before = snapshot(base);
		const wrong: ReadonlyArray<readonly [readonly string[], string, ProgramOptions?]> = [
			[['frob'], 'there is no command "frob": "sojourn --help" lists the commands'],
			[['explorer'], 'there is no command "explorer"'],
			[['fr\u{1B}ob'], String.raw`there is no command "fr\x1bob"`],
			[['start', '--frob'], 'there is no flag --frob'],
			[['start', '--tree'], '--tree does not belong to sojourn start; it goes with sojourn ls'],
			[['start', 'now'], 'start takes no arguments'],
			[['start', '--label', 'a/b'], 'the label "a/b" is not allowed: it holds a slash'],
			[['start', '--label', 'cafe'], 'it looks like a session id'],
			[['start', '--label='], 'it is empty'],
			[['start', '--max-age-hours', '24h'], '--max-age-hours: "24h" is not allowed; give a number of hours above 0 and at most 87600'],
			[['start', '--max-age-hours='], '--max-age-hours: "" is empty'],
			[['start'], 'SESSION_TIMEOUT_HOURS: "1e3" is not allowed', {env: {SESSION_TIMEOUT_HOURS: '1e3'}}],
			[['start'], 'SOJOURN_OUTPUTS: "" is empty', {env: {SOJOURN_OUTPUTS: ''}}],
			[['start', '--outputs', '/'], 'is refused: it is the root of the file system'],
			[['start', '--outputs', '..'], 'is refused: it is a home directory'],
			[['start', '--outputs', `${base}/no/such`], 'does not exist, and neither does its parent'],
			[['ls', '--outputs', `${base}/no/such`], 'does not exist, and neither does its parent'],
			[['add'], 'add needs at least one file'],
			[['add', '-'], 'what comes from standard input needs a name: sojourn add - --name NAME'],
			[['add', '-', '-', '--name', 'a'], 'standard input (-) can be given once'],
			[['add', 'a', 'b', '--name', 'c'], '--name goes with one file'],
			[['add', 'a', '--name', 'b/c'], '--name: "b/c" is no name'],
			[['add', 'a', '--name='], '--name: "" is no name'],
			[['add', 'a', '--batch', '..'], '--batch: ".." is no name'],
			[['path', 'both'], 'path takes "single", "bulk" or nothing, not "both"'],
			[['ls', '--tree', '--json'], '--tree, --json and -0 contradict each other'],
			[['ls', '--all'], '--all needs --session'],
			[['sessions', 'x'], 'sessions takes no arguments'],
			[['path', '--json', '-0'], '--json and -0 contradict each other'],
			[['sessions', '--json', '-0'], '--json and -0 contradict each other'],
			[['sweep', 'x'], 'sweep takes no arguments'],
			[['label', 'x'], 'label takes a session and a text'],
			[['demo', 'x'], 'demo takes no arguments'],
			[['demo', '--outputs', 'x'], '--outputs does not go with demo'],
		];
		const results = [];
		for (const [args, , options] of wrong) {
			const {code, stdout, stderr} = await run(args, options);
			results.push({args, code, stdout, stderr});
		}

		expect(results).toEqual(wrong.map(([args, message]) => ({
			args, code: 2, stdout: '', stderr: expect.stringMatching(new RegExp(String.raw`^sojourn: .*${message.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)}[^\n]*\n$`, 's')) as string,
		})));
		expect(snapshot(base)).toEqual(before);
	});

	it('a config file that is broken is named', async () => {
		const {run, home} = await openPlace();
		plant(home, {'config/sojourn/config.json': '{"maxAgeHours": "24"}'});
		expect(await run(['ls'])).toMatchObject({code: 2, stderr: expect.stringContaining(`maxAgeHours in ${home}/config/sojourn/config.json: "24" is not allowed`) as string});
		plant(home, {'config/sojourn/config.json': '{'});
		expect(await run(['ls'])).toMatchObject({code: 2, stderr: `sojourn: cannot read the settings in ${home}/config/sojourn/config.json: it is not valid JSON; correct or remove the file\n`});
	});

	it('an outputs directory that leads nowhere is refused in a sentence', async () => {
		const {run, outputs} = await openPlace();
		fs.symlinkSync('nowhere', outputs);
		const {code, stderr} = await run(['start']);
		expect({code, stderr}).toEqual({code: 2, stderr: expect.stringContaining('is a link that leads nowhere') as string});
	});

	it('a policy counts if nobody else could have written it, and is refused if it is broken', async () => {
		const {run, outputs, json, session} = await openPlace();
		await session();
		const file = `${outputs}/.sojourn.json`;
		const hoursLeft = async (): Promise<number> => {
			const [{lastActiveAt, expiresAt}] = await json(['sessions']) as [{lastActiveAt: string; expiresAt: string}];
			return (Date.parse(expiresAt) - Date.parse(lastActiveAt)) / 3_600_000;
		};

		fs.writeFileSync(file, '{"maxAgeHours": 48}');
		expect(await hoursLeft()).toBe(48);
		fs.chmodSync(file, 0o666);
		expect(await hoursLeft()).toBe(24);
		fs.chmodSync(file, 0o644);
		fs.writeFileSync(file, '{"maxAge": 48}');
		expect(await run(['ls'])).toMatchObject({code: 2, stderr: expect.stringContaining('has the unknown key "maxAge"') as string});
	});
});

describe('without a terminal', () => {
	it('sojourn prints what ls prints, removes nothing, and ends with 0', async () => {
		const {run, outputs, session, json} = await openPlace();
		expect(await run([])).toMatchObject({code: 0, stdout: ''});
		expect(fs.existsSync(outputs)).toBe(false);
		const id = await session();
		await run(['add', '-', '--name', 'a.txt'], {input: 'a'});
		const before = snapshot(outputs);
		expect(await run(['--max-age-hours', '0.0000001'])).toMatchObject({code: 0, stdout: 'single/a.txt\n', stderr: ''});
		expect(snapshot(outputs)).toEqual(before);
		expect(await json([])).toEqual(await json(['ls']));
		expect(await json([])).toMatchObject({session: id});
	});

	it('--print-path is refused, as is what does not go with it', async () => {
		const {run, outputs} = await openPlace();
		expect(await run(['--print-path', '--json'])).toMatchObject({code: 2, stdout: '', stderr: expect.stringContaining('--print-path and --json contradict each other') as string});
		expect(await run(['-0'])).toMatchObject({code: 2, stderr: expect.stringContaining('-0 goes with --print-path here') as string});
		expect(await run(['ls', '--print-path'])).toMatchObject({code: 2, stderr: expect.stringContaining('it goes with sojourn without a command') as string});
		expect(await run(['--print-path'], {env: {TERM: 'dumb'}})).toMatchObject({code: 2, stderr: expect.stringContaining('TERM is "dumb"') as string});
		const {promise, resolve} = Promise.withResolvers<{code: unknown; stdout: string; stderr: string}>();
		// Without any terminal to fall back on.
		execFile('setsid', ['--wait', process.execPath, `${program.folder}/bin.cjs`, '--print-path'], {env: {PATH: process.env['PATH'], HOME: outputs}}, (error, stdout, stderr) => {
			resolve({code: error?.code, stdout, stderr});
		});
		expect(await promise).toEqual({code: 2, stdout: '', stderr: 'sojourn: --print-path needs a terminal to show the explorer on, and this process has none; run it in a terminal, or take "sojourn ls"\n'});
		expect(fs.existsSync(outputs)).toBe(false);
	});

	it('demo prints what ls prints, and leaves nothing behind', async () => {
		const {run, base} = await openPlace();
		fs.mkdirSync(`${base}/tmp`);
		const {code, stdout, stderr} = await run(['demo'], {env: {TMPDIR: `${base}/tmp`, SOJOURN_OUTPUTS: undefined}});
		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		expect(stdout.split('\n').length).toBeGreaterThan(50);
		expect(namesIn(`${base}/tmp`)).toEqual([]);
		expect(namesIn(`${base}/home`)).toEqual(['work']);
	});

	it('a reader that goes away leaves no trace on standard error', async () => {
		const {session, outputs, home} = await openPlace();
		const id = await session();
		plant(outputs, Object.fromEntries(Array.from({length: 3000}, (_, index) => [`${id}/single/${'x'.repeat(100)}${index}`, ''])));
		const {promise, resolve} = Promise.withResolvers<{stdout: string; stderr: string; code: unknown}>();
		execFile('bash', ['-c', 'set -o pipefail; "$0" "$1" | head -1', process.execPath, `${program.folder}/bin.cjs`], {
			env: {PATH: process.env['PATH'], HOME: home, XDG_STATE_HOME: `${home}/state`, SOJOURN_OUTPUTS: outputs},
		}, (error, stdout, stderr) => {
			resolve({stdout, stderr, code: error?.code});
		});
		// As if SIGPIPE, which Node ignores, had ended it.
		expect(await promise).toEqual({stdout: `single/${'x'.repeat(100)}0\n`, stderr: '', code: 141});
	});
});

describe('whatever the umask', () => {
	test.each([0, 0o077, 0o777])('%o, modes are 0700 and 0600, and everything works', async umask => {
		const uid = isRoot ? stranger : undefined;
		const base = await temporaryFolder();
		if (uid !== undefined) {
			fs.chownSync(base, uid, uid);
		}

		const {run, home, session} = openHome(program, base, uid === undefined ? {} : {uid});
		const options = {umask, env: {SOJOURN_OUTPUTS: undefined}};
		plant(`${home}/work`, {'folder/deep/a.txt': 'a', program: '#!'});
		fs.chmodSync(`${home}/work/program`, 0o755);
		for (const name of ['folder', 'folder/deep', 'folder/deep/a.txt', 'program']) {
			fs.chownSync(`${home}/work/${name}`, uid ?? process.getuid!(), uid ?? process.getgid!());
		}

		const id = await session(['--label', 'mine'], options);
		expect(await run(['add', 'folder', 'program'], options)).toMatchObject({code: 0, stdout: 'bulk/folder/deep/a.txt\nsingle/program\n'});
		expect(await run(['label', 'mine', 'ours'], options)).toMatchObject({code: 0});
		// A second session, so that the first can be swept.
		await session([], options);
		expect(await run(['sweep', '--max-age-hours', '0.0000001', '--quiet'], options)).toMatchObject({code: 0, stderr: ''});
		const second = namesIn(`${home}/data/sojourn/outputs`).filter(name => name !== id);
		expect(second).toEqual([expect.stringMatching(/^\.sojourn-\d+$/) as string]);
		const third = await session([], options);
		await run(['add', 'folder', 'program', '--json'], options);
		const modes: Record<string, string> = {};
		for (const name of fs.readdirSync(home, {recursive: true, encoding: 'utf8'})) {
			if (!name.startsWith('work')) {
				modes[name.replace(third, 'ID').replace(/[\da-f]{32}/, 'HASH').replace(/clock\/[\da-f]{16}/, 'clock/HOST').replace(/-\d+/, '-UID')] = modeOf(`${home}/${name}`);
			}
		}

		const outputs = 'data/sojourn/outputs';
		expect(modes).toEqual({
			data: '0700', 'data/sojourn': '0700', [outputs]: '0700', [`${outputs}/ID`]: '0700', [`${outputs}/ID/.session.json`]: '0600',
			[`${outputs}/ID/single`]: '0700', [`${outputs}/ID/single/program`]: '0700', [`${outputs}/ID/bulk`]: '0700', [`${outputs}/ID/bulk/folder`]: '0700',
			[`${outputs}/ID/bulk/folder/deep`]: '0700', [`${outputs}/ID/bulk/folder/deep/a.txt`]: '0600', [`${outputs}/.sojourn-UID`]: '0700', [`${outputs}/.sojourn-UID/trash`]: '0700', [`${outputs}/.sojourn-UID/clock`]: '0700', [`${outputs}/.sojourn-UID/clock/HOST`]: '0600',
			state: '0700', 'state/sojourn': '0700', 'state/sojourn/current': '0700', 'state/sojourn/current/HASH.json': '0600', 'state/sojourn/sojourn.log': '0600',
		});
	});
});
