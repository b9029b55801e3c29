import {rmSync} from 'node:fs';
import path from 'node:path';
import {performance} from 'node:perf_hooks';
import {openTerminal, type TestTerminal} from '../helpers/terminal.js';
import type {Session} from './corpus.js';
import {memoryOf} from './drive.js';
import {median, printTable, printVerdict, quantile} from './figures.js';

/**
What a key takes until the terminal shows its row, while something else is at work, and whether memory stays as it is over many keys.
*/

const onRow = (row: number): RegExp => new RegExp(String.raw`\s${row}/\d+$`, 'mv');

const timeout = 120_000;

/** Opens the explorer, and waits until its list is there. */
const open = async (session: Session, home: string): Promise<TestTerminal> => {
	const terminal = openTerminal({
		args: ['--outputs', session.outputs, '--session', session.id, '--no-sweep'], home, cwd: session.single,
	});
	await terminal.waitFor(/\s1\/\d{3,}$/mv, {timeout});
	return terminal;
};

/** Presses `j` and waits for each row, from the second on. @returns milliseconds of each */
const step = async (terminal: TestTerminal, count: number, from = 1): Promise<number[]> => {
	const times: number[] = [];
	for (let index = 1; index <= count; index++) {
		const began = performance.now();
		terminal.type('j');
		await terminal.waitFor(onRow(from + index), {timeout});
		times.push(performance.now() - began);
	}

	return times;
};

const keys = 60;

export type Busy = {readonly what: string; readonly times: readonly number[]};

export const printBusy = (results: readonly Busy[]): void => {
	printTable('A key (j) while something else is at work: ms until the terminal shows the row', ['meanwhile', 'median', 'p95', 'most', 'keys'], results.map(({what, times}) =>
		[what, median(times), quantile(times, 0.95), Math.max(...times), String(times.length)]));
	console.log('');
	for (const {what, times} of results) {
		printVerdict(`key, ${what}, median`, median(times), 5, 'ms');
		printVerdict(`key, ${what}, p95`, quantile(times, 0.95), 16, 'ms');
	}
};

/** Keys that follow each other as one that is held down, and keys after each of which the preview comes. */
export const stepWithPreviews = async (session: Session, home: string): Promise<Busy[]> => {
	const terminal = await open(session, home);
	await terminal.waitForQuiet();
	const held = await step(terminal, keys);
	const each: number[] = [];
	for (let index = 0; index < keys; index++) {
		await terminal.waitForQuiet(80); // The preview begins 40 ms after a key.
		each.push(...await step(terminal, 1, keys + 1 + index));
	}

	await terminal.dispose();
	return [{what: 'nothing, one key after the other', times: held}, {what: 'each after the preview of the last', times: each}];
};

/** Keys while the sizes of folders are counted: right after the start. */
export const stepWhileCounting = async (session: Session, home: string): Promise<Busy> => {
	const terminal = await open(session, home);
	const times = await step(terminal, keys);
	await terminal.dispose();
	return {what: 'sizes of folders are counted', times};
};

/** Keys while the session is exported as a ZIP. */
export const stepWhileExporting = async (session: Session, home: string): Promise<Busy> => {
	const terminal = await open(session, home);
	const to = path.join(home, 'busy.zip');
	terminal.press('z');
	await terminal.waitFor('Export as one ZIP');
	terminal.press('ctrl+u');
	terminal.type(`${to}\r`);
	await terminal.waitFor(/\d %|\d of \d/v, {timeout});
	const times: number[] = [];
	// As long as it takes, and no longer.
	for (let index = 0; index < keys && !terminal.text().includes('exported'); index++) {
		times.push(...await step(terminal, 1, 1 + index));
	}

	await terminal.dispose();
	rmSync(to, {force: true});
	return {what: 'a ZIP is written', times};
};

const milestones = [0, 1000, 10_000, 100_000];

/** Memory after many keys, up and down the list, with a preview whenever they rest. */
export const measureFlatness = async (session: Session, home: string): Promise<void> => {
	const terminal = await open(session, home);
	await terminal.waitForQuiet(500);
	const rows: Array<Array<string | number>> = [];
	let pressed = 0;
	for (const milestone of milestones) {
		for (; pressed < milestone; pressed += 1000) {
			for (let part = 0; part < 5; part++) {
				terminal.type('j'.repeat(100));
				await terminal.waitFor(onRow(101), {timeout});
				terminal.type('k'.repeat(100));
				await terminal.waitFor(onRow(1), {timeout});
			}
		}

		await terminal.waitForQuiet(1000);
		const memory = memoryOf(terminal.pid);
		rows.push([milestone.toLocaleString('en'), memory?.rss ?? NaN, memory?.peak ?? NaN]);
	}

	await terminal.dispose();
	printTable('Memory after many keys (MB)', ['keys', 'now', 'peak'], rows);
	console.log('');
	printVerdict('memory after 100,000 keys', Number(rows.at(-1)![1]) / Number(rows[1]![1]), 1.1, '× that after 1,000');
};
