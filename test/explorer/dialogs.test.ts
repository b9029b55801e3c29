import {describe, expect, test} from 'vitest';
import type {Layer, Model} from '../../source/explorer/model.js';
import {
	factsFor,
	freshModel,
	now,
	openExplorer,
	type Explorer,
	type FakeTree,
} from '../helpers/explorer.js';
import {update} from '../../source/explorer/update.js';

const tree: FakeTree = {
	single: ['a.png', 'b.txt', 'link@', 'pipe|'],
	bulk: ['batch/'],
	legacy: ['bulk/', 'single/'],
};

const prompt = (explorer: Explorer): Extract<Layer, {type: 'prompt'}> => {
	const layer = explorer.model().layers.at(-1);
	if (layer?.type !== 'prompt') {
		throw new Error(`There is no prompt, but ${layer?.type ?? 'nothing'}.`);
	}

	return layer;
};

const typed = (text: string): string[] => Array.from(text, character => character === ' ' ? 'space' : character);

/** Starts an export and gives its id. */
const begin = (explorer: Explorer): number => {
	explorer.press('x', 'return');
	return explorer.wanted('export').at(-1)!.id;
};

describe('the destination prompt', () => {
	test('shows what it is about, filled in, measured', () => {
		const explorer = openExplorer(tree, {changes: {exportTo: '/home/me'}});
		explorer.press('j', 'x');
		expect(prompt(explorer)).toMatchObject({
			isZip: false, paths: ['single/a.png'], text: '/home/me', caret: 8, totals: {state: 'loading'},
		});
		const {ticket} = explorer.wanted('measure-prompt')[0]!;
		explorer.send({type: 'prompt-measured', ticket: ticket + 5, totals: {files: 9, bytes: 9}});
		explorer.send({type: 'prompt-measured', ticket, totals: {files: 1, bytes: 10}});
		expect(prompt(explorer).totals).toEqual({state: 'ready', value: {files: 1, bytes: 10}});
		explorer.press('return');
		expect(explorer.wanted('export')).toEqual([{
			type: 'export', id: expect.any(Number) as number, isZip: false, session: explorer.model().session, paths: ['single/a.png'], to: '/home/me', totalBytes: 10,
		}]);
	});

	test('keeps its list, whatever becomes of the tree and the marks', () => {
		const explorer = openExplorer(tree);
		explorer.press('j', 'space', 'space', 'x');
		explorer.disk({single: []});
		explorer.send({type: 'screen-resized', columns: 60, rows: 12});
		for (const path of ['single', 'bulk']) {
			const {ticket} = explorer.model().tree.folders.get(path)!;
			explorer.send({
				type: 'folder-listed', path, ticket, entries: [], isComplete: true,
			});
		}

		explorer.press('return');
		expect(explorer.wanted('export')[0]!.paths).toEqual(['single/a.png', 'single/b.txt']);
	});

	test.each([
		['x on a folder', ['G', 'x'], true],
		['x on a session\'s part', ['x'], true],
		['z on a file', ['j', 'z'], true],
		['x with a folder among the marks', ['j', 'space', 'G', 'space', 'x'], true],
		['x with several files', ['j', 'space', 'space', 'x'], false],
		['z with several files', ['j', 'space', 'space', 'z'], true],
	])('%s: one ZIP is %3$s', (_, keys, isZip) => {
		const explorer = openExplorer(tree);
		explorer.press(...keys);
		expect(prompt(explorer).isZip).toBe(isZip);
	});

	test.each([
		['a link', ['j', 'j', 'j', 'x'], /link is not followed/v],
		['a pipe', ['j', 'j', 'j', 'j', 'z'], /special file/v],
	])('is not opened for %s, and says why', (_, keys, notice) => {
		const explorer = openExplorer(tree);
		explorer.press(...keys);
		expect(explorer.model().layers).toEqual([]);
		expect(explorer.model().notice).toMatchObject({kind: 'problem', text: expect.stringMatching(notice) as string});
	});

	test('does not mix the session and the legacy folders', () => {
		const explorer = openExplorer(tree, {roots: ['single', 'bulk', 'legacy']});
		explorer.press('j', 'space', 'G', 'l', 'j', 'space', 'z');
		expect(explorer.model().layers).toEqual([]);
		expect(explorer.model().notice?.text).toMatch(/one after the other/v);
		explorer.press('u', 'z');
		expect(prompt(explorer).paths).toEqual(['legacy/single']);
	});

	test('takes every key as text, and only Return, Esc and Ctrl+C as more', () => {
		const explorer = openExplorer(tree, {changes: {exportTo: ''}});
		explorer.press('j', 'x', ...typed('qjg G/x~?é語'), 'pagedown', 'f1', 'tab', 'up', 'alt+x', 'ctrl+q');
		expect(prompt(explorer).text).toBe('qjg G/x~?é語');
		explorer.press('escape');
		expect(explorer.model().layers).toEqual([]);
		explorer.press('x', 'ctrl+c');
		expect([explorer.model().layers, explorer.model().exitCode]).toEqual([[], undefined]);
	});

	test('wants a destination', () => {
		const explorer = openExplorer(tree);
		explorer.press('j', 'x', 'ctrl+u', 'space', 'return');
		expect(prompt(explorer).problem).toBe('name a directory or a file');
		explorer.press('o');
		expect(prompt(explorer)).not.toHaveProperty('problem');
		explorer.press('return');
		expect(explorer.wanted('export')).toMatchObject([{to: 'o'}]);
	});

	test('offers the last destination again; after a file the folder that it is in', () => {
		const explorer = openExplorer(tree);
		explorer.press('j', 'x', 'ctrl+u', ...typed('/tmp/out/name.png'), 'return');
		const {id} = explorer.wanted('export')[0]!;
		explorer.press('x');
		expect(prompt(explorer).text).toBe('/tmp/out/name.png');
		explorer.press('escape');
		explorer.send({
			type: 'export-finished', id, text: 'done', problems: [], nextTo: '/tmp/out/',
		});
		explorer.press('x');
		expect(prompt(explorer).text).toBe('/tmp/out/');
	});
});

describe('a paste', () => {
	test('does nothing where there is no field', () => {
		const explorer = openExplorer(tree);
		const before = explorer.model();
		for (const keys of [[], ['?'], ['j', 'return']]) {
			explorer.press(...keys);
			const {layers, cursor} = explorer.model();
			explorer.send({type: 'text-pasted', text: 'q\nj x\u{3}'});
			expect(explorer.model()).toMatchObject({layers, cursor});
			explorer.press('q');
		}

		expect(before.exitCode).toBeUndefined();
		expect(explorer.model().exitCode).toBe(0); // By the last key, not by a paste.
	});

	test('does nothing in the menu', () => {
		const menu = {items: [], index: 0, isBusy: false};
		const model = freshModel({menu});
		expect(update(model, {type: 'text-pasted', text: 'j\nq'})).toEqual([model, []]);
	});

	test('goes into the prompt as one line, without control characters, and does not confirm it', () => {
		const explorer = openExplorer(tree, {changes: {exportTo: ''}});
		explorer.press('j', 'x');
		explorer.send({type: 'text-pasted', text: '/tmp/a\u{1B}[31m\u{7} b\n\tc\u{9B}\n\n'});
		expect(prompt(explorer)).toMatchObject({text: '/tmp/a[31m b c', caret: 14});
		expect(explorer.wanted('export')).toEqual([]);
	});

	test('goes in at the cursor, exact where names have unusual characters, and no longer than a path', () => {
		const explorer = openExplorer(tree, {changes: {exportTo: '/x'}});
		explorer.press('j', 'x', 'home');
		explorer.send({type: 'text-pasted', text: '/ユーザー\u{3000}\u{202F}名'});
		expect(prompt(explorer).text).toBe('/ユーザー\u{3000}\u{202F}名/x');
		explorer.send({type: 'text-pasted', text: 'x'.repeat(1_000_000)});
		expect(prompt(explorer).text).toHaveLength(4096);
	});
});

describe('tasks', () => {
	test('show their progress from the first that is told', () => {
		const explorer = openExplorer(tree);
		explorer.press('j');
		const id = begin(explorer);
		expect(explorer.model().tasks).toEqual([{
			id, request: {type: 'export', isZip: false, session: explorer.model().session, paths: ['single/a.png'], to: '.'}, bytes: 0, isCancelling: false,
		}]);
		explorer.send({
			type: 'task-progressed', id, at: now + 9000, bytes: 10, totalBytes: 100,
		});
		explorer.send({
			type: 'task-progressed', id, at: now + 10_000, bytes: 20, totalBytes: 100,
		});
		explorer.send({
			type: 'task-progressed', id: id + 1, at: now + 11_000, bytes: 99, totalBytes: 100,
		});
		expect(explorer.model().tasks).toMatchObject([{
			startedAt: now + 9000, updatedAt: now + 10_000, bytes: 20, totalBytes: 100,
		}]);
	});

	test('end with what came of them', () => {
		const explorer = openExplorer(tree);
		explorer.press('j');
		explorer.send({
			type: 'export-finished', id: begin(explorer), text: 'exported 1 file', problems: [], nextTo: '.',
		});
		expect(explorer.model()).toMatchObject({tasks: [], notice: {kind: 'success', text: 'exported 1 file'}, layers: []});
		explorer.send({type: 'export-failed', id: begin(explorer), problem: 'no space\u{1B}'});
		expect(explorer.model()).toMatchObject({tasks: [], notice: {kind: 'problem', text: String.raw`no space\x1b`}});
		explorer.send({type: 'export-cancelled', id: begin(explorer), arrived: 0});
		expect(explorer.model().tasks).toEqual([]);
		expect(explorer.model().notice?.text).toMatch(/cancelled/v);
		explorer.send({
			type: 'export-finished', id: begin(explorer), text: 'exported 2 files', problems: ['single/c: gone'], nextTo: '.',
		});
		expect(explorer.model().layers).toMatchObject([{type: 'report', lines: ['single/c: gone']}]);
	});

	test('tell of their problems below a dialog that is being answered', () => {
		const explorer = openExplorer(tree);
		explorer.press('j');
		const id = begin(explorer);
		explorer.press('x');
		explorer.send({
			type: 'export-finished', id, text: 'done in part', problems: ['c'], nextTo: '.',
		});
		explorer.press('q');
		expect(prompt(explorer).text).toBe('.q');
		explorer.press('escape');
		expect(explorer.model().layers).toMatchObject([{type: 'report'}]);
	});

	test('make q ask first', () => {
		const explorer = openExplorer(tree);
		explorer.press('j');
		const id = begin(explorer);
		explorer.press('q', 'return', 'space', 'j', 'x');
		expect(explorer.model().layers).toEqual([{type: 'confirm-quit'}]);
		explorer.press('n');
		expect([explorer.model().layers, explorer.model().exitCode]).toEqual([[], undefined]);
		explorer.press('q', 'q', 'q', 'y');
		expect(explorer.model().exitCode).toBe(0);
		expect(explorer.wanted('cancel-tasks')).toHaveLength(1);
		expect(id).toBeGreaterThan(0);
	});

	test('take the question back when the last of them ends', () => {
		const explorer = openExplorer(tree);
		explorer.press('j');
		const [first, second] = [begin(explorer), begin(explorer)];
		explorer.press('q');
		explorer.send({
			type: 'export-finished', id: first, text: 'one', problems: [], nextTo: '.',
		});
		expect(explorer.model().layers).toEqual([{type: 'confirm-quit'}]);
		explorer.send({
			type: 'export-finished', id: second, text: 'two', problems: [], nextTo: '.',
		});
		explorer.press('y');
		expect([explorer.model().layers, explorer.model().exitCode]).toEqual([[], undefined]);
		explorer.press('q');
		expect(explorer.model().exitCode).toBe(0);
	});

	test.each([[[]], [['?']], [['return']]])('are cancelled by Ctrl+C (after %j), and a second one quits with 130', before => {
		const explorer = openExplorer(tree);
		explorer.press('j');
		begin(explorer);
		explorer.press(...before, 'ctrl+c');
		expect(explorer.wanted('cancel-tasks')).toHaveLength(1);
		expect(explorer.model()).toMatchObject({tasks: [{isCancelling: true}]});
		expect(explorer.model().exitCode).toBeUndefined();
		explorer.press('ctrl+c');
		expect(explorer.model().exitCode).toBe(130);
	});
});

describe('leaving', () => {
	test('q quits with 0, Ctrl+C with 130, Esc not at all', () => {
		const explorer = openExplorer(tree);
		explorer.press('escape', 'escape');
		expect(explorer.model().exitCode).toBeUndefined();
		explorer.press('q');
		expect(explorer.model().exitCode).toBe(0);
		const other = openExplorer(tree);
		other.press('ctrl+c');
		expect(other.model().exitCode).toBe(130);
	});

	test('q, Esc and Ctrl+C close a dialog first', () => {
		const explorer = openExplorer(tree);
		for (const key of ['q', 'escape', 'ctrl+c', '?']) {
			explorer.press('?', key);
			expect([explorer.model().layers, explorer.model().exitCode]).toEqual([[], undefined]);
		}
	});

	test('Ctrl+Z suspends from anywhere', () => {
		const explorer = openExplorer(tree);
		for (const keys of [[], ['?'], ['q', 'j', 'x'], ['escape', 'return']]) {
			explorer.press(...keys, 'ctrl+z');
			expect(explorer.wanted('suspend')).toHaveLength(1);
		}
	});
});

describe('help', () => {
	test('scrolls within its lines, and acts on nothing below', () => {
		const explorer = openExplorer(tree, {changes: {size: {columns: 80, rows: 20}}});
		explorer.press('?', 'G');
		const layer = explorer.model().layers.at(-1) as {scroll: number};
		explorer.press('j', 'pagedown', 'space', 'a', 'x', 'R', 'tab', 'P', '.');
		expect(explorer.model().layers).toMatchObject([{type: 'help', scroll: layer.scroll}]);
		explorer.press('g', 'g', 'k');
		expect(explorer.model().layers).toMatchObject([{type: 'help', scroll: 0}]);
		expect(explorer.model()).toMatchObject({marks: new Set(), showsPreview: true, cursor: {index: 0}});
	});
});

describe('activity', () => {
	const touches = (model: Partial<Model>, minutes: readonly number[]): number[] => {
		const explorer = openExplorer(tree, {changes: model});
		const times: number[] = [];
		for (const minute of minutes) {
			explorer.send({type: 'clock-ticked', now: now + (minute * 60_000)});
			explorer.press('j', 'k');
			times.push(...explorer.wanted('touch').map(({at}) => (at - now) / 60_000));
		}

		return times;
	};

	test('is noted by keys, at most every ten minutes', () => {
		expect(touches({timeoutHours: 24}, [0, 5, 9.9, 10, 11, 19, 20, 200])).toEqual([10, 20, 200]);
	});

	test('is noted oftener where the timeout is short', () => {
		expect(touches({timeoutHours: 0.5}, [1, 2.9, 3, 5, 6])).toEqual([3, 6]);
	});

	test('is not noted by looking, resizing, or in another user\'s session', () => {
		const explorer = openExplorer(tree);
		explorer.send({type: 'clock-ticked', now: now + 9_000_000});
		explorer.send({type: 'screen-resized', columns: 90, rows: 30});
		explorer.send({type: 'facts-read', facts: new Map([['single', factsFor('directory')]])});
		expect(explorer.wanted('touch')).toEqual([]);
		const others = openExplorer(tree, {owner: 'alice'});
		others.send({type: 'clock-ticked', now: now + 9_000_000});
		others.press('j', '?', 'q');
		expect(others.wanted('touch')).toEqual([]);
	});

	test('that cannot be noted is told', () => {
		const explorer = openExplorer(tree);
		explorer.send({type: 'touch-failed', problem: 'disk full'});
		expect(explorer.model().notice).toEqual({kind: 'problem', text: 'disk full'});
	});
});

describe('the sweep', () => {
	const report = {
		isDryRun: false, removed: [], kept: [], recovered: [], unmanaged: [], failed: [],
	};
	const removed = [{
		id: 'x', files: 1, bytes: 1, lastActiveAt: 0, evidence: {path: '', kind: 'mtime', time: 0},
	}] as never;

	test('says what it removed, after what there was to say already', () => {
		const explorer = openExplorer(tree, {changes: {notice: {text: 'started session 1111', kind: 'info'}}});
		explorer.send({type: 'sweep-finished', report: {...report, removed}});
		expect(explorer.model().notice?.text).toBe('started session 1111; 1 session had expired and was removed');
		explorer.press('j');
		expect(explorer.model().notice).toBeUndefined();
	});

	test('that had nothing to do says nothing; one that failed, was skipped or could not remove says so', () => {
		const explorer = openExplorer(tree);
		explorer.send({type: 'sweep-finished', report});
		expect(explorer.model().notice).toBeUndefined();
		explorer.send({type: 'sweep-failed', problem: 'the sweep failed: permission denied'});
		expect(explorer.model().notice).toMatchObject({kind: 'problem', text: 'the sweep failed: permission denied'});
		explorer.send({type: 'sweep-finished', report: {...report, skipped: 'unsafe', detail: 'every user can change it'}});
		expect(explorer.model().notice).toMatchObject({kind: 'problem', text: 'every user can change it'});
		explorer.send({type: 'sweep-finished', report: {...report, failed: [{id: 'x', error: 'it is in use'}]}});
		expect(explorer.model().notice?.text).toBe('1 expired session could not be removed: it is in use');
	});
});
