import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {openTerminal, type TestTerminal} from '../helpers/terminal.js';
import {timeoutHours, type World} from './concurrency-world.js';
import {killGroup, launch, runToEnd, until, type Ended} from './launch.js';

/** What a round is played with. */
export type Tools = {
	/** The program, copied. */
	readonly program: string;
	/** What sweeps: the program, or in a control something else. */
	readonly sweep: readonly string[];
	/** A script that is loaded before a program, and lets it begin when all are there. */
	readonly gate: string;
};

/** Is loaded before a program: says that it is there, and waits for the gate to be opened. */
export const gateScript = `
const fs = require('node:fs');
const gate = process.env.TEST_GATE;
delete process.env.TEST_GATE;
fs.writeFileSync(gate + '/' + process.pid, '');
const nothing = new Int32Array(new SharedArrayBuffer(4));
while (!fs.existsSync(gate + '/open')) {
	Atomics.wait(nothing, 0, 0, 3);
}
`;

/** Several programs that are to begin at the same moment. */
export const makeGate = (world: World): {readonly folder: string; readonly open: (count: number) => Promise<void>} => {
	const folder = path.join(world.base, 'gate');
	fs.mkdirSync(folder);
	return {
		folder,
		async open(count) {
			await until(() => fs.readdirSync(folder).length === count, `${count} programs to be there`);
			fs.writeFileSync(path.join(folder, 'open'), '');
		},
	};
};

/** Holds a session as a program does that knows nothing of this one: with the `flock` utility. @returns what ends that */
export const holdByFlock = async (world: World, id: string, isStopped = false): Promise<() => Promise<void>> => {
	const held = Promise.withResolvers<void>();
	const {child, ended} = launch(['flock', '-s', `${world.outputs}/${id}/.`, 'sh', '-c', 'echo held; exec sleep infinity'], {cwd: world.base, env: world.env, onLine() {
		held.resolve();
	}});
	await Promise.race([held.promise, ended.then(({stderr}) => {
		throw new Error(`flock has ended: ${stderr}`);
	})]);
	if (isStopped) {
		killGroup(child, 'SIGSTOP');
	}

	return async () => {
		killGroup(child, 'SIGKILL');
		await ended;
	};
};

/** A program that keeps writing into a session. */
export type Producer = {
	readonly id: string;
	/** Hashes of the files that it has written whole so far, by their paths. */
	readonly written: ReadonlyMap<string, string>;
	/** @returns for how many seconds it has written nothing at most, and what has gone wrong */
	readonly stop: () => Promise<{readonly gap: number; readonly problem?: string}>;
};

export const startProducer = async (world: World, id: string): Promise<Producer> => {
	const written = new Map<string, string>();
	const first = Promise.withResolvers<void>();
	let gap = Infinity;
	const since = Number(process.hrtime.bigint()) / 1e9;
	const {child, ended} = launch(['python3', path.join(import.meta.dirname, 'concurrency-producer.py'), path.join(world.outputs, id), String(since)], {cwd: world.base, env: world.env, onLine(line) {
		const told = JSON.parse(line) as {readonly path: string; readonly hash: string} | {readonly gap: number};
		if ('gap' in told) {
			gap = told.gap;
		} else {
			written.set(told.path, told.hash);
			first.resolve();
		}
	}});
	await Promise.race([first.promise, ended]);
	return {
		id, written,
		async stop() {
			child.stdin!.end();
			const {code, stderr} = await ended;
			return code === 0 ? {gap} : {gap: 0, problem: `a producer ended with ${code}: ${stderr.trim().split('\n').at(-1)}`};
		},
	};
};

/**
Opens a session in an explorer, in a real pseudo-terminal.

@param gateFolder - for one that is opened together with the sweepers, and sweeps as they do. The others have the timeout of every day: an explorer in which no key is pressed for longer than its own gives the session up.
*/
export const openExplorer = ({program, gate}: Tools, world: World, id: string, gateFolder?: string): TestTerminal => openTerminal({
	command: process.execPath,
	args: [...(gateFolder === undefined ? [] : ['--require', gate]), program, '--session', id],
	home: world.home,
	env: {SOJOURN_OUTPUTS: world.outputs, ...(gateFolder !== undefined && {SESSION_TIMEOUT_HOURS: String(timeoutHours), TEST_GATE: gateFolder})},
});

/** What is seen when a session is open: its label, in the bar at the top, and its folders. */
export const isOpened = async (terminal: TestTerminal, id: string): Promise<void> => terminal.waitFor(() => terminal.text().includes(`label ${id.slice(0, 8)}`) && terminal.text().includes('single'), {timeout: 60_000});

export type Export = {
	readonly id: string;
	readonly ended: Ended;
	readonly to: string;
	/** The one file that was asked for; absent for the whole session as a ZIP. */
	readonly file?: string | undefined;
	/** What must be in it. */
	readonly expected: ReadonlyMap<string, string>;
};

/**
Exports over and over, until it is told to stop.

@param choose - names the session, what its files are now, and whether one file or all of it is wanted
*/
export const exportOver = (tools: Tools, world: World, name: string, choose: (number: number) => Omit<Export, 'ended' | 'to'>): {readonly stop: () => Promise<readonly Export[]>} => {
	const stopping = new AbortController();
	const made: Export[] = [];
	const work = async (): Promise<void> => {
		do {
			const chosen = choose(made.length);
			const to = path.join(world.exports, `${name}-${made.length}${chosen.file === undefined ? '.zip' : '.one'}`);
			const words = ['export', ...(chosen.file === undefined ? ['--zip'] : [chosen.file]), '--session', chosen.id, '--to', to, '--json'];
			made.push({...chosen, to, ended: await runToEnd([process.execPath, tools.program, ...words], {cwd: world.home, env: world.env})});
		} while (!stopping.signal.aborted);
	};

	const done = work();
	return {
		async stop() {
			stopping.abort();
			await done;
			return made;
		},
	};
};

/** Quits an explorer as its user does. @returns what has gone wrong */
export const quit = async (terminal: TestTerminal): Promise<string | undefined> => {
	terminal.press('q');
	const timer = setTimeout(() => {
		terminal.kill('SIGKILL');
	}, 60_000);
	const {exitCode, signal} = await terminal.exit;
	clearTimeout(timer);
	const last = terminal.text().trim().split('\n').slice(-3).join(' | ');
	await terminal.dispose();
	return exitCode === 0 && (signal ?? 0) === 0 ? undefined : `an explorer ended with ${exitCode}, signal ${signal ?? 0}: ${last}`;
};

