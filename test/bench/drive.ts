import {Buffer} from 'node:buffer';
import {readFileSync} from 'node:fs';
import {performance} from 'node:perf_hooks';
import process from 'node:process';
import {stripVTControlCharacters} from 'node:util';
import {spawn} from '@lydell/node-pty';
import {cleanEnvironment} from '../helpers/terminal.js';

export type Subject = {
	readonly name: string;
	readonly command: string;
	readonly args: readonly string[];
	readonly cwd: string;
	/** What the first useful frame shows; without it, the time to the exit is taken. */
	readonly ready?: string;
	readonly keys?: readonly string[];
	readonly quit?: string;
	/** Milliseconds of silence after which a key is done. */
	readonly quiet?: number;
	/** Columns and rows, 120x40 if absent. */
	readonly size?: readonly [columns: number, rows: number];
};

/** What a key caused: its own screen update, and all until the screen was quiet (a preview that came later too). Times from the key, in ms. */
export type KeyCost = {readonly firstMs: number; readonly firstBytes: number; readonly lastMs: number; readonly bytes: number};

/** Of a process with all its threads, in MB: now, and at most so far. */
export type Memory = {readonly rss: number; readonly peak: number; readonly threads: number};

export type Measured = {readonly frameMs: number; readonly keys: readonly KeyCost[]; readonly memory?: Memory | undefined};

// Output that follows within this many ms belongs to the same update.
const sameUpdate = 3;
const limit = 60_000;

const answers: ReadonlyArray<readonly [query: string, answer: string]> = [
	['\u{1B}[c', '\u{1B}[?62;22c'], ['\u{1B}[0c', '\u{1B}[?62;22c'], ['\u{1B}[>c', '\u{1B}[>1;10;0c'], ['\u{1B}[6n', '\u{1B}[1;1R'],
];

type Chunk = {readonly at: number; readonly bytes: number};

/** @returns `undefined` where the system does not tell */
export const memoryOf = (pid: number): Memory | undefined => {
	try {
		const text = readFileSync(`/proc/${pid}/status`, 'utf8');
		const number = (name: string): number => Number(new RegExp(String.raw`^${name}:\s+(\d+)`, 'mv').exec(text)?.[1]);
		return {rss: number('VmRSS') / 1024, peak: number('VmHWM') / 1024, threads: number('Threads')};
	} catch {
		return undefined;
	}
};

/** A program that runs in a pseudo-terminal. */
export type Driven = {
	readonly pid: number;
	/** Milliseconds to the first useful frame; `NaN` if there was none. */
	readonly framed: Promise<number>;
	/** Milliseconds to the exit. */
	readonly ended: Promise<number>;
	/** Waits until nothing has been written for some ms. */
	readonly settle: (quiet: number) => Promise<void>;
	readonly write: (text: string) => void;
	readonly press: (key: string, quiet: number) => Promise<KeyCost>;
	/** Lets it quit, and kills it if it does not. */
	readonly quit: () => Promise<void>;
};

export const drive = (subject: Subject, home: string): Driven => {
	const start = performance.now();
	const [cols, rows] = subject.size ?? [120, 40];
	const child = spawn(subject.command, [...subject.args], {
		name: 'xterm-256color', cols, rows, cwd: subject.cwd, env: cleanEnvironment(home, {COLORTERM: 'truecolor'}),
	});
	const ended = Promise.withResolvers<number>();
	const framed = Promise.withResolvers<number>();
	const timer = setTimeout(() => {
		framed.resolve(NaN);
	}, limit);
	child.onExit(() => {
		clearTimeout(timer);
		ended.resolve(performance.now() - start);
		framed.resolve(NaN);
	});

	let output = '';
	let chunks: Chunk[] = [];
	let isFramed = subject.ready === undefined;
	let heard = () => {}; // eslint-disable-line @typescript-eslint/no-empty-function -- nobody waits yet
	child.onData(data => {
		const at = performance.now();
		for (const [query, answer] of answers) {
			if (data.includes(query)) {
				child.write(answer);
			}
		}

		chunks.push({at, bytes: Buffer.byteLength(data)});
		heard();
		if (isFramed) {
			return;
		}

		output += data;
		if (!stripVTControlCharacters(output).includes(subject.ready!)) {
			return;
		}

		isFramed = true;
		clearTimeout(timer);
		framed.resolve(at - start);
	});

	const settle = async (quiet: number): Promise<void> => {
		const {promise, resolve} = Promise.withResolvers<void>();
		const rest = setTimeout(resolve, quiet);
		const most = setTimeout(resolve, limit);
		heard = () => {
			rest.refresh();
		};

		await promise;
		clearTimeout(rest);
		clearTimeout(most);
	};

	return {
		pid: child.pid,
		framed: framed.promise,
		ended: ended.promise,
		settle,
		write(text) {
			child.write(text);
		},
		async press(key, quiet) {
			chunks = [];
			const pressed = performance.now();
			child.write(key);
			await settle(quiet);
			const gap = chunks.findIndex((chunk, index) => index > 0 && chunk.at - chunks[index - 1]!.at > sameUpdate);
			const first = gap === -1 ? chunks : chunks.slice(0, gap);
			const sum = (some: readonly Chunk[]) => some.reduce((total, {bytes}) => total + bytes, 0);
			return {
				firstMs: (first.at(-1)?.at ?? NaN) - pressed,
				firstBytes: sum(first),
				lastMs: (chunks.at(-1)?.at ?? NaN) - pressed,
				bytes: sum(chunks),
			};
		},
		async quit() {
			child.write(subject.quit ?? 'q');
			const killer = setTimeout(() => {
				try {
					process.kill(-child.pid, 'SIGKILL');
				} catch {}
			}, 1000);
			await ended.promise;
			clearTimeout(killer);
		},
	};
};

/** Runs a program once: to its first useful frame, then key by key. */
export const measure = async (subject: Subject, home: string): Promise<Measured> => {
	const driven = drive(subject, home);
	if (subject.ready === undefined) {
		return {frameMs: await driven.ended, keys: []};
	}

	const quiet = subject.quiet ?? 200;
	const frameMs = await driven.framed;
	const keys: KeyCost[] = [];
	let memory: Memory | undefined;
	if (!Number.isNaN(frameMs)) {
		await driven.settle(quiet);
		for (const key of subject.keys ?? []) {
			keys.push(await driven.press(key, quiet));
		}

		memory = memoryOf(driven.pid);
	}

	await driven.quit();
	return {frameMs, keys, memory};
};
