import {type Buffer} from 'node:buffer';
import {spawn} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import process from 'node:process';
import {describe, expect, it, test} from 'vitest';
import {attempt, need} from '../helpers/tools.js';
import {
	environmentOf,
	openPlace as openEmptyPlace,
	openProgram,
	type Ended,
	type Home,
} from '../helpers/program.js';
import {idOf, markerText, plantSession} from '../outputs/stores.js';

const program = openProgram();

type Place = Home & {readonly id: string; readonly place: string};

const openPlace = async (): Promise<Place> => {
	const home = await openEmptyPlace(program);
	const id = await home.session(['--label', 'mine']);
	return {...home, id, place: `${home.outputs}/${id}`};
};

/** Whether nobody can lock the session for itself alone. */
const isHeld = async (place: string): Promise<boolean> => (await attempt('flock', ['-x', '-n', place, 'true'])).code !== 0;

const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
	await expect.poll(condition, {timeout: 10_000, interval: 10}).toBe(true);
};

/** Starts a shell script by `run`, and waits until it has said `ready`. */
const startScript = async ({start}: Home, script: string, flags: readonly string[] = []): Promise<{readonly pid: number; readonly output: () => string; readonly kill: (signal: NodeJS.Signals) => void; readonly ended: Promise<Ended>}> => {
	const {child, ended} = start(['run', ...flags, '--', 'sh', '-c', script]);
	const {promise, resolve} = Promise.withResolvers<void>();
	let text = '';
	child.stdout!.on('data', (data: Buffer) => {
		text += data.toString();
		if (text.includes('ready\n')) {
			resolve();
		}
	});
	await Promise.race([promise, ended]);
	return {pid: child.pid!, output: () => text, kill(signal) {
		child.kill(signal);
	}, ended};
};

describe('run', () => {
	it('tells the program its session, and leaves its output and its code as they are', async () => {
		const {run, id, place, outputs} = await openPlace();
		const ended = await run(['run', '--', 'sh', '-c', String.raw`printf "%s\n" "$SESSION_ID" "$SESSION_DIR" "$SINGLE_DIR" "$BULK_DIR" "$SOJOURN_SESSION" "$SOJOURN_OUTPUTS"; echo a > "$SINGLE_DIR/a.txt"; echo oops >&2; exit 7`]);
		expect(ended).toMatchObject({code: 7, stdout: `${[id, place, `${place}/single`, `${place}/bulk`, id, outputs].join('\n')}\n`, stderr: 'oops\n'});
		expect(fs.readFileSync(`${place}/single/a.txt`, 'utf8')).toBe('a\n');
	});

	it('can be used in itself: a program that it runs adds to the same session', async () => {
		const {run, json, id} = await openPlace();
		const other = await json(['start']) as {id: string};
		const {code} = await run(['run', '--session', id, '--', process.execPath, `${program.folder}/bin.cjs`, 'add', '-', '--name', 'in.txt'], {input: 'text'});
		expect(code).toBe(0);
		expect(await json(['ls', '--session', id])).toMatchObject({entries: [{path: 'single/in.txt', bytes: 4}]});
		expect(await json(['ls'])).toMatchObject({session: other.id, entries: []}); // The current one is still the other.
	});

	it('starts a session where there is none, or with --new, and says so', async () => {
		const home = await openEmptyPlace(program);
		const first = await home.run(['run', 'sh', '-c', 'echo "$SESSION_ID"']);
		expect(first).toMatchObject({code: 0, stderr: `started session ${first.stdout}`});
		const again = await home.run(['run', '--', 'sh', '-c', 'echo "$SESSION_ID"']);
		expect(again).toMatchObject({code: 0, stdout: first.stdout, stderr: ''});
		const fresh = await home.run(['run', '--new', '--', 'sh', '-c', 'echo "$SESSION_ID"']);
		expect(fresh.stdout).not.toBe(first.stdout);
		expect(fresh).toMatchObject({code: 0, stderr: `started session ${fresh.stdout}`});
		expect(await home.run(['run', '--quiet', '--new', '--', 'true'])).toMatchObject({code: 0, stderr: ''});
	});

	it('hands on each word as it is', async () => {
		const {run} = await openPlace();
		const words = ['007', '1e3', '0x10', '', '--', '--json', '-0', 'a b', '*', '$HOME', 'new\nline', 'ü', '--no-x', '-', '--session', 'true'];
		expect((await run(['run', '--', 'printf', String.raw`%s\0`, ...words])).stdout).toBe(words.map(word => `${word}\0`).join(''));
	});

	it('hands through what comes and goes by pipes, also where a reader is slow', async () => {
		const {home, outputs} = await openPlace();
		const node = `'${process.execPath}' '${program.folder}/bin.cjs'`;
		const {code, stdout, stderr} = await attempt('bash', ['-c', `set -o pipefail; seq 1 400000 | ${node} run -- sh -c 'sleep 0.2; cat; echo end >&2' | (sleep 0.5; cksum); seq 1 400000 | cksum`], {...environmentOf(home), SOJOURN_OUTPUTS: outputs});
		expect({code, stderr}).toEqual({code: 0, stderr: 'end\n'});
		const [got, wanted] = stdout.split('\n', 2);
		expect(got).toBe(wanted);
	});

	test.each([
		['a missing program', ['nothing-of-that-name'], 127, 'cannot run nothing-of-that-name: there is no such program on the PATH'],
		['a missing path', ['./nothing'], 127, 'cannot run ./nothing: there is no such program\n'],
		['a script whose interpreter is missing', ['./script'], 126, 'cannot run ./script: what its first line says it runs with is missing\n'],
		['what may not be run', ['/etc/passwd'], 126, 'cannot run /etc/passwd: permission denied'],
		['no command', [], 2, 'run needs a command: sojourn run -- COMMAND…'],
		['an empty command', [''], 2, 'run needs a command'],
		['a name full of escape codes', ['\u{1B}[31m'], 127, String.raw`cannot run \x1b[31m: there is`],
	])('refuses %s', async (_, words, code, message) => {
		const {run, work} = await openPlace();
		fs.writeFileSync(`${work}/script`, '#!/nothing/there\n', {mode: 0o755});
		expect(await run(['run', '--', ...words])).toMatchObject({code, stdout: '', stderr: expect.stringContaining(message) as string});
	});

	it('refuses --json, as standard output is the program\'s, and bytes that it cannot hand on', async context => {
		const {run, home, outputs, place} = await openPlace();
		expect(await run(['run', '--json', '--', 'true'])).toMatchObject({code: 2, stdout: '', stderr: expect.stringContaining('--json does not go with run') as string});
		await need(context, 'bash');
		const {code, stderr} = await attempt('bash', ['-c', String.raw`'${process.execPath}' '${program.folder}/bin.cjs' run -- touch "$1"/$'\xff'`, 'bash', place], {...environmentOf(home), SOJOURN_OUTPUTS: outputs});
		expect({code, stderr}).toEqual({code: 2, stderr: expect.stringContaining('bytes that are no UTF-8') as string});
	});

	test.each(['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)('passes %s on, once, and ends with the program', async name => {
		const home = await openPlace();
		const script = await startScript(home, `trap 'echo caught' ${name.slice(3)}; trap 'exit 9' ALRM; echo ready; while :; do sleep 0.02; done`);
		script.kill(name);
		await until(() => script.output().includes('caught'));
		script.kill('SIGALRM');
		expect(await script.ended).toMatchObject({code: 9, stdout: 'ready\ncaught\n', stderr: ''});
	});

	it('passes on also what comes in the moment in which the program starts', async () => {
		const {run} = await openPlace();
		const script = 'trap "exit 3" USR2; kill -USR2 $PPID; while :; do sleep 0.02; done';
		const ended = await Promise.all(Array.from({length: 12}, async () => run(['run', '--no-sweep', '--', 'sh', '-c', script])));
		expect(ended.map(({code, signal}) => ({code, signal}))).toEqual(ended.map(() => ({code: 3, signal: undefined})));
	});

	test.each(['SIGTERM', 'SIGKILL', 'SIGSEGV'] as const)('ends with 128+n where the program was ended by %s', async name => {
		const {run} = await openPlace();
		expect(await run(['run', '--', 'sh', '-c', `kill -${name.slice(3)} $$`])).toMatchObject({code: 128 + os.constants.signals[name], signal: undefined});
	});

	it('holds the session as long as the program runs, also when it is killed itself', async () => {
		const home = await openPlace();
		const {place} = home;
		const script = await startScript(home, 'echo $$; echo ready; while [ ! -e "$SINGLE_DIR/go" ]; do sleep 0.02; done');
		expect(await isHeld(place)).toBe(true);
		script.kill('SIGKILL');
		await until(() => !fs.existsSync(`/proc/${script.pid}`) || fs.readFileSync(`/proc/${script.pid}/stat`, 'latin1').includes(') Z '));
		expect(await isHeld(place)).toBe(true); // By the program alone.
		expect((await home.run(['sweep', '--max-age-hours', '0.0000001'])).stdout).toContain('held: a program has locked it');
		fs.writeFileSync(`${place}/single/go`, '');
		await script.ended;
		await until(async () => !await isHeld(place));

		const quick = await startScript(home, 'echo ready');
		await quick.ended;
		expect(await isHeld(place)).toBe(false);
	});

	it('notes at its end that the session was used', async () => {
		const {run, outputs} = await openPlace();
		plantSession(outputs, idOf(1), markerText(idOf(1)));
		const read = (): number => Date.parse((JSON.parse(fs.readFileSync(`${outputs}/${idOf(1)}/.session.json`, 'utf8')) as {lastActiveAt: string}).lastActiveAt);
		const before = read();
		const now = Date.now();
		expect(before).toBeLessThan(now - 1000);
		expect(await run(['run', '--session', idOf(1), '--', 'false'])).toMatchObject({code: 1, stderr: ''});
		expect(read()).toBeGreaterThanOrEqual(now);
	});

	it('sweeps meanwhile, never its own session; not with --no-sweep', async () => {
		const {run, outputs, place} = await openPlace();
		const soon = ['--max-age-hours', '0.0000001'];
		const other = plantSession(outputs, idOf(1), markerText(idOf(1)));
		expect(await run(['run', ...soon, '--no-sweep', '--', 'true'])).toMatchObject({code: 0, stderr: ''});
		expect(fs.existsSync(other)).toBe(true);
		expect(await run(['run', ...soon, '--', 'true'])).toMatchObject({code: 0, stderr: 'removed 1 session that had expired\n'});
		expect([fs.existsSync(other), fs.existsSync(place)]).toEqual([false, true]);
	});

	it('keeps the code of a program whose session was ended under it, and says what it could not note', async () => {
		const home = await openPlace();
		const script = await startScript(home, 'echo ready; while [ -e "$SINGLE_DIR" ]; do sleep 0.02; done; exit 5');
		expect(await home.run(['end', '--yes', home.id])).toMatchObject({code: 1, stderr: expect.stringContaining('held') as string});
		expect(await home.run(['end', '--force', '--yes', home.id])).toMatchObject({code: 0});
		expect(await script.ended).toMatchObject({code: 5, stderr: expect.stringContaining('was used cannot be noted') as string});
	});

	it('tells more with --verbose', async () => {
		const {run, id} = await openPlace();
		expect((await run(['run', '--verbose', '--', 'false'])).stderr).toMatch(new RegExp(String.raw`false ended with 1 after .*; its session was mine \(${id.slice(0, 8)}\)`));
	});

	it('ends by a signal that comes before the program runs', async () => {
		const {home, outputs} = await openPlace();
		const child = spawn(process.execPath, [`${program.folder}/bin.cjs`, 'run', '--', 'sh', '-c', 'sleep 0.1'], {env: {...environmentOf(home), SOJOURN_OUTPUTS: outputs}, stdio: 'ignore'});
		const {promise, resolve} = Promise.withResolvers<number>();
		child.on('exit', (code, signal) => {
			resolve(code ?? (128 + os.constants.signals[signal!]));
		});
		child.kill('SIGTERM');
		expect(await promise).toBe(128 + 15);
	});
});
