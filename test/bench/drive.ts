import {Buffer} from 'node:buffer';
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
};

/** What a key caused: its own screen update, and all until the screen was quiet (a preview that came later too). Times from the key, in ms. */
export type KeyCost = {readonly firstMs: number; readonly firstBytes: number; readonly lastMs: number; readonly bytes: number};

export type Measured = {readonly frameMs: number; readonly keys: readonly KeyCost[]};

// Output that follows within this many ms belongs to the same update.
const sameUpdate = 3;
const quiet = 200;
const limit = 30_000;

const answers: ReadonlyArray<readonly [query: string, answer: string]> = [
	['\u{1B}[c', '\u{1B}[?62;22c'], ['\u{1B}[0c', '\u{1B}[?62;22c'], ['\u{1B}[>c', '\u{1B}[>1;10;0c'], ['\u{1B}[6n', '\u{1B}[1;1R'],
];

type Chunk = {readonly at: number; readonly bytes: number};

/** Runs a program once in a pseudo-terminal of 120x40: to its first useful frame, then key by key. */
export const measure = async (subject: Subject, home: string): Promise<Measured> => {
	const start = performance.now();
	const child = spawn(subject.command, [...subject.args], {
		name: 'xterm-256color', cols: 120, rows: 40, cwd: subject.cwd, env: cleanEnvironment(home, {COLORTERM: 'truecolor'}),
	});
	const ended = Promise.withResolvers<number>();
	const framed = Promise.withResolvers<number>();
	child.onExit(() => {
		ended.resolve(performance.now() - start);
		framed.resolve(NaN);
	});

	let output = '';
	let chunks: Chunk[] = [];
	let isFramed = false;
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
		if (subject.ready === undefined || !stripVTControlCharacters(output).includes(subject.ready)) {
			return;
		}

		isFramed = true;
		framed.resolve(at - start);
	});

	if (subject.ready === undefined) {
		return {frameMs: await ended.promise, keys: []};
	}

	/** Waits until nothing has been written for `quiet` ms. */
	const settle = async () => {
		const {promise, resolve} = Promise.withResolvers<void>();
		const timer = setTimeout(resolve, quiet);
		const most = setTimeout(resolve, limit);
		heard = () => {
			timer.refresh();
		};

		await promise;
		clearTimeout(timer);
		clearTimeout(most);
	};

	const press = async (key: string): Promise<KeyCost> => {
		chunks = [];
		const pressed = performance.now();
		child.write(key);
		await settle();
		const gap = chunks.findIndex((chunk, index) => index > 0 && chunk.at - chunks[index - 1]!.at > sameUpdate);
		const first = gap === -1 ? chunks : chunks.slice(0, gap);
		const sum = (some: readonly Chunk[]) => some.reduce((total, {bytes}) => total + bytes, 0);
		return {
			firstMs: (first.at(-1)?.at ?? NaN) - pressed,
			firstBytes: sum(first),
			lastMs: (chunks.at(-1)?.at ?? NaN) - pressed,
			bytes: sum(chunks),
		};
	};

	const timer = setTimeout(() => {
		framed.resolve(NaN);
	}, limit);
	const frameMs = await framed.promise;
	clearTimeout(timer);
	const keys: KeyCost[] = [];
	if (!Number.isNaN(frameMs)) {
		await settle();
		for (const key of subject.keys ?? []) {
			keys.push(await press(key));
		}

		child.write(subject.quit ?? 'q');
	}

	const killer = setTimeout(() => {
		try {
			process.kill(-child.pid, 'SIGKILL');
		} catch {}
	}, 1000);
	await ended.promise;
	clearTimeout(killer);
	return {frameMs, keys};
};
