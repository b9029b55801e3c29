import {describe, expect, test} from 'vitest';
import {describeAge} from '../../source/text/age.js';
import {linearChanges, linearText, type LinearText} from '../../source/ui/linear-text.js';
import {rebind} from '../../source/explorer/rebind.js';
import {factsFor, now, openExplorer, type Explorer} from '../helpers/explorer.js';

/** What is told after each step, and nothing that was told before. */
const listen = (explorer: Explorer): (() => string[]) => {
	let told: LinearText | undefined;
	return () => {
		const text = linearText(explorer.model());
		const lines = linearChanges(told, text);
		told = text;
		return lines;
	};
};

const open = () => {
	const explorer = openExplorer({single: ['a.txt', 'b.txt', 'link@'], bulk: ['batch/']}, {changes: {size: {columns: 80, rows: 24}}});
	return {explorer, hear: listen(explorer)};
};

test('the focused row is one line of text', () => {
	const {explorer, hear} = open();
	expect(hear()).toEqual(['Session 11111111, 24h 0m left, ? help, q quit', 'single, folder, open, 1 of 6']);
	explorer.press('j');
	explorer.send({type: 'facts-read', facts: new Map([['single/a.txt', {...factsFor('file', 3000), modifiedAt: factsFor().modifiedAt - 240_000}]])});
	expect(hear()).toEqual(['single/a.txt, file, 3.0 KB, 5 minutes old, 2 of 6']);
	explorer.press('space', 'k');
	expect(hear()).toEqual(['single/a.txt, file, 3.0 KB, 5 minutes old, marked, 2 of 6']);
	explorer.press('j', 'j');
	expect(hear()).toEqual(['single/link, link, 4 of 6']);
	explorer.press('j', 'j', 'v');
	expect(hear()[0]).toBe('bulk/batch, folder, closed, in the range, 6 of 6');
	explorer.press('v', 'l');
	expect(hear()).toContain('bulk/batch, folder, open, marked, 6 of 7');
});

test('what is not known yet is told when it comes, by itself; what is told is not told again', () => {
	const {explorer, hear} = open();
	explorer.press('j');
	expect(hear()).toHaveLength(2);
	explorer.send({type: 'facts-read', facts: new Map([['single/a.txt', factsFor('file', 10)]])});
	expect(hear()).toEqual(['10 B, 1 minute old']);
	explorer.send({type: 'clock-ticked', now: explorer.model().now + 120_000});
	expect(hear()).toEqual([]);
});

test('that the time runs out is told once, and who has other keys hears those', () => {
	const explorer = openExplorer({single: ['.hidden'], bulk: []}, {changes: {keymap: rebind({'toggle-hidden': ['H']}, '')}});
	const hear = listen(explorer);
	explorer.press('j');
	expect(hear()).toContain('only hidden files: H shows them, 2 of 4');
	explorer.send({type: 'clock-ticked', now: now + (23 * 3_600_000)});
	expect(hear()).toEqual(['1h 0m left']);
	explorer.send({type: 'clock-ticked', now: now + (23.5 * 3_600_000)});
	expect(hear()).toEqual([]);
});

describe('a dialog', () => {
	test('is lines of text, and only what changes in it is told', () => {
		const {explorer, hear} = open();
		explorer.press('j', 'a');
		hear();
		explorer.press('x');
		expect(hear()).toEqual(['Export files, counting…', 'single/a.txt', 'single/b.txt', 'single/link', 'to a directory or file name:', 'Return export, Esc cancel, Tab complete', '> .']);
		const {ticket} = explorer.model().layers[0] as {ticket: number};
		explorer.send({type: 'prompt-measured', ticket, totals: {files: 3, bytes: 30}});
		expect(hear()).toEqual(['Export files, 3 files, 30 B']);
		explorer.press('/');
		expect(hear()).toEqual(['> ./']);
		explorer.press('left');
		expect(hear()).toEqual(['> .[cursor]/']);
		explorer.press('ctrl+u', 'delete', 'return');
		expect(hear()).toEqual(['name a directory or a file', '> ']);
		explorer.press('escape');
		expect(hear()).toEqual(['single/a.txt, file, marked, 2 of 6']);
	});

	test('that has to be scrolled on a screen is told whole', () => {
		const {explorer, hear} = open();
		hear();
		explorer.press('?');
		const help = hear();
		expect(help[0]).toBe('Keys');
		expect(help).toContain('j ↓, next row');
		expect(help).toContain('Ctrl+Z, suspend; fg comes back');
	});

	test('of commands tells the one that is chosen', () => {
		const {explorer, hear} = open();
		hear();
		explorer.press(':', 'z', 'i', 'p');
		expect(hear()).toEqual(['Commands: type to search, Down and Up choose, Return runs, Escape cancels', 'export the focused or marked ones as one ZIP, z, 1 of 1', ': zip']);
		explorer.press('backspace', 'backspace', 'backspace', 'down');
		expect(hear()[0]).toMatch(/^previous row, k ↑, 2 of \d+$/v);
	});
});

test('a text that is read is told page by page, the rows that come into view alone', () => {
	const {explorer, hear} = open();
	explorer.press('j');
	explorer.send({type: 'preview-read', path: 'single/a.txt', preview: {kind: 'lines', lines: Array.from({length: 60}, (_, line) => line % 2 === 0 ? 'same' : `line ${line}`), isCut: false, facts: factsFor()}});
	hear();
	explorer.press('return');
	const first = hear();
	expect(first.slice(0, 3)).toEqual(['Preview of single/a.txt, Space next page, q back', 'same', 'line 1']);
	expect(first).toHaveLength(21);
	explorer.press('j', 'j');
	expect(hear()).toEqual(['same', 'line 21']);
	explorer.press('q');
	expect(hear()).toEqual(['single/a.txt, file, 2 of 6']);
});

test.each([[0, 'just made'], [59_000, '59 seconds old'], [60_000, '1 minute old'], [3_600_000, '1 hour old'], [47 * 3_600_000, '47 hours old'], [10 * 86_400_000, '10 days old'], [1200 * 86_400_000, '3 years old'], [-5, 'just made']])('%d milliseconds are %s', (age, words) => {
	expect(describeAge(age)).toBe(words);
});
