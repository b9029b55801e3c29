import {EventEmitter} from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type {ReadStream, WriteStream} from 'node:tty';
import {expect, onTestFinished, test} from 'vitest';
import {createLoop, type Loop} from '../../source/explorer/loop.js';
import type {Model} from '../../source/explorer/model.js';
import {openScreen} from '../../source/ui/screen.js';
import {openExplorer} from '../helpers/explorer.js';
import {temporaryFolder} from '../helpers/folders.js';
import {createScreen, feed, linesOf} from '../helpers/screen.js';
import {plainLook} from '../helpers/look.js';

type FakeTerminal = {
	readonly stdin: EventEmitter;
	readonly stdout: EventEmitter & {writableNeedDrain: boolean};
	/** What was written past the stream, at once. */
	readonly written: () => string;
	/** The frames that were written. */
	readonly frames: string[];
	readonly isRaw: () => boolean;
};

/** A terminal of which the test decides how quick it is. */
const fakeTerminal = async (): Promise<FakeTerminal> => {
	const file = path.join(await temporaryFolder(), 'terminal');
	const fd = fs.openSync(file, 'w');
	const frames: string[] = [];
	let isRaw = false;
	const stdout = Object.assign(new EventEmitter(), { // eslint-disable-line unicorn/prefer-event-target -- as Node's terminals are
		fd, isTTY: true, columns: 60, rows: 12, writableNeedDrain: false, write(data: string) {
			frames.push(data);
			return true;
		},
	});
	const nothing = (): void => undefined;
	const stdin = Object.assign(new EventEmitter(), { // eslint-disable-line unicorn/prefer-event-target -- as Node's terminals are
		setEncoding: nothing, resume: nothing, pause: nothing, setRawMode(value: boolean) {
			isRaw = value;
		},
	});
	onTestFinished(() => {
		fs.closeSync(fd);
	});
	return {
		stdin, stdout, frames, isRaw: () => isRaw, written: () => fs.readFileSync(file, 'utf8'),
	};
};

const model = (): Model => openExplorer({single: Array.from({length: 50}, (_, index) => `${index}.txt`)}, {changes: {size: {columns: 60, rows: 12}}}).model();

type Opened = {readonly crashes: unknown[]; readonly close: () => void};

const open = (terminal: FakeTerminal, loop: Loop): Opened => {
	const crashes: unknown[] = [];
	const {close} = openScreen(loop, {
		stdin: terminal.stdin as unknown as ReadStream,
		stdout: terminal.stdout as unknown as WriteStream,
		look: plainLook, isInTmux: false, onShown: () => undefined,
		onCrash(error) {
			crashes.push(error);
		},
		onHangUp() {
			crashes.push('hung up');
		},
	});
	onTestFinished(close);
	return {crashes, close};
};

const listened = ['exit', 'uncaughtException', 'unhandledRejection', 'SIGTSTP', 'SIGCONT', 'SIGQUIT'];

const shown = async (frames: readonly string[]): Promise<string[]> => {
	const screen = createScreen(60, 12);
	for (const frame of frames) {
		await feed(screen, frame);
	}

	return linesOf(screen);
};

test('a slow terminal gets the newest frame, not all of them', async () => {
	const terminal = await fakeTerminal();
	const loop = createLoop(model());
	open(terminal, loop);
	await expect.poll(() => terminal.frames.length).toBe(1);
	terminal.stdout.writableNeedDrain = true;
	for (let press = 0; press < 5; press++) {
		terminal.stdin.emit('data', 'j');
	}

	terminal.stdin.emit('data', 'jj');
	await new Promise<void>(resolve => {
		setImmediate(resolve);
	});
	expect(terminal.frames).toHaveLength(1);
	terminal.stdout.writableNeedDrain = false;
	terminal.stdout.emit('drain');
	await expect.poll(async () => (await shown(terminal.frames)).at(-2)).toMatch(/8\/53$/v);
	expect(terminal.frames.length).toBeLessThanOrEqual(3);
});

test('a fault in what is drawn restores the terminal and is told', async () => {
	const terminal = await fakeTerminal();
	let current = model();
	const listeners = new Set<() => void>();
	const {crashes} = open(terminal, {
		model: () => current, dispatch: () => undefined, begin: () => undefined, subscribe(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
	});
	await expect.poll(() => terminal.frames.length).toBe(1);
	expect(terminal.isRaw()).toBe(true);
	current = {...current, tree: undefined as never};
	for (const listener of listeners) {
		listener();
	}

	await expect.poll(() => crashes).toHaveLength(1);
	expect(terminal.isRaw()).toBe(false);
	expect(terminal.written().startsWith('\u{1B}[?1049h')).toBe(true);
	expect(terminal.written().endsWith('\u{1B}[?1049l')).toBe(true);
});

test('closed, it leaves nothing behind: not on the terminal, nor in the process', async () => {
	const before = listened.map(event => process.listenerCount(event));
	const terminal = await fakeTerminal();
	const loop = createLoop(model());
	const {close, crashes} = open(terminal, loop);
	await expect.poll(() => terminal.frames.length).toBe(1);
	close();
	close();
	expect(terminal.written().split('\u{1B}[?1049l')).toHaveLength(2);
	expect(listened.map(event => process.listenerCount(event))).toEqual(before);
	terminal.stdin.emit('data', 'jjj');
	terminal.stdout.emit('resize');
	expect(loop.model().cursor.index).toBe(0);
	expect(terminal.frames).toHaveLength(1);
	expect(crashes).toEqual([]);
});

test('the end of the input is the end of the terminal', async () => {
	const terminal = await fakeTerminal();
	const {crashes} = open(terminal, createLoop(model()));
	terminal.stdin.emit('end');
	expect(crashes).toEqual(['hung up']);
});
