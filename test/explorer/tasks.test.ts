import {describe, expect, test} from 'vitest';
import {taskRows} from '../../source/explorer/tasks.js';
import {stateParts} from '../../source/explorer/task-lines.js';
import type {Layer} from '../../source/explorer/model.js';
import {linearChanges, linearText} from '../../source/ui/linear-text.js';
import {now, openExplorer, type Explorer, type FakeTree} from '../helpers/explorer.js';

const tree: FakeTree = {single: ['a.png', 'b.txt', 'c.txt'], bulk: ['batch/']};

/** Starts an export of the focused row and gives its id. */
const begin = (explorer: Explorer): number => {
	explorer.press('x', 'return');
	return explorer.wanted('export').at(-1)!.id;
};

const open = (count = 0): {readonly explorer: Explorer; readonly ids: readonly number[]} => {
	const explorer = openExplorer(tree);
	const ids = Array.from({length: count}, () => {
		explorer.press('j');
		return begin(explorer);
	});
	return {explorer, ids};
};

const progress = (explorer: Explorer, id: number, bytes: number, at = now): void => {
	explorer.send({type: 'task-progressed', id, at, bytes, totalBytes: 100, current: 'single/a.png'});
};

/** The rows as one would read them. */
const rows = (explorer: Explorer): string[] => {
	const model = explorer.model();
	return taskRows(model).map((row, index) => `${index === model.taskCursor.index ? '>' : ' '}${row.request.paths.join(',')} ${stateParts(row, model).join(' ')}`);
};

const top = (explorer: Explorer): Layer | undefined => explorer.model().layers.at(-1);

describe('the list of tasks', () => {
	test('several run, one is cancelled, and each keeps its row', () => {
		const {explorer, ids} = open(3);
		progress(explorer, ids[0]!, 0);
		progress(explorer, ids[0]!, 50, now + 1000);
		explorer.press('w');
		expect(rows(explorer)).toEqual(['>single/c.txt waiting', ' single/b.txt waiting', ' single/a.png 50 % 1s left 50 B of 100 B 50 B/s']);
		explorer.press('j', 'x');
		expect(explorer.wanted('cancel-task')).toEqual([{type: 'cancel-task', id: ids[1]}]);
		expect(explorer.wanted('cancel-tasks')).toEqual([]);
		explorer.press('x');
		expect(explorer.wanted('cancel-task')).toEqual([]);
		expect(rows(explorer)[1]).toBe('>single/b.txt cancelling…');
		explorer.send({type: 'export-cancelled', id: ids[1]!, arrived: 0});
		explorer.send({type: 'export-finished', id: ids[2]!, text: 'exported 1 file', problems: [], nextTo: '.'});
		explorer.send({type: 'export-failed', id: ids[0]!, problem: 'no space\u{1B}'});
		expect(rows(explorer)).toEqual([' single/c.txt done now', '>single/b.txt cancelled now', ' single/a.png failed now']);
		expect(explorer.model().tasks).toEqual([]);
	});

	test('what is only remarked on counts as done, and is told in the list', () => {
		const {explorer, ids} = open(1);
		explorer.send({type: 'export-finished', id: ids[0]!, text: 'exported 1 file', problems: [], notes: ['run:1.txt: Windows'], nextTo: '.'});
		expect(explorer.model().notice).toEqual({text: 'exported 1 file; 1 remark: w', kind: 'success'});
		explorer.press('w', 'return');
		expect(top(explorer)).toMatchObject({type: 'report', lines: expect.arrayContaining([expect.stringContaining('run:1.txt: Windows')]) as unknown});
	});

	test.each(['q', 'escape', 'w'])('is left by %s, and by nothing that is meant for it', key => {
		const {explorer} = open(1);
		explorer.press('w', 'j', 'x', 'd', 'r', 'a', 'space', 'P');
		expect(explorer.model().layers).toEqual([{type: 'tasks'}]);
		explorer.press(key);
		expect(explorer.model().layers).toEqual([]);
	});

	test('opens over the sessions and the start menu, too, and goes back to them', () => {
		const {explorer} = open();
		explorer.press('s', 'w');
		expect(explorer.model().layers).toEqual([{type: 'sessions'}, {type: 'tasks'}]);
		explorer.press('q');
		expect(explorer.model().layers).toEqual([{type: 'sessions'}]);
	});

	test('is empty at first: its keys do nothing', () => {
		const {explorer} = open();
		explorer.press('w', 'x', 'r', 'd', 'D', 'return', 'j', 'G');
		expect(explorer.model().layers).toEqual([{type: 'tasks'}]);
	});

	test('what failed is asked for again, on the same list, with its destination; then it is not in the list twice', () => {
		const {explorer, ids} = open(1);
		explorer.send({type: 'export-failed', id: ids[0]!, problem: 'the directory x does not exist'});
		explorer.press('w', 'r');
		expect(top(explorer)).toMatchObject({type: 'prompt', paths: ['single/a.png'], text: '.', again: ids[0]});
		explorer.press('escape');
		expect(rows(explorer)).toEqual(['>single/a.png failed now']);
		explorer.press('r', 'ctrl+u', '/', 'return');
		expect(explorer.wanted('export').at(-1)).toMatchObject({paths: ['single/a.png'], to: '/'});
		expect(rows(explorer)).toEqual(['>single/a.png waiting']);
	});

	test('what is done or runs is not tried again, what runs is not dismissed: it says so', () => {
		const {explorer, ids} = open(1);
		explorer.press('w', 'r');
		expect(explorer.model().notice?.text).toMatch(/has not ended: x cancels/v);
		explorer.press('d');
		expect(explorer.model().notice?.text).toMatch(/has not ended/v);
		explorer.send({type: 'export-finished', id: ids[0]!, text: 'exported 1 file', problems: [], nextTo: '.'});
		explorer.press('r');
		expect(explorer.model().notice?.text).toMatch(/it is done/v);
		explorer.press('x');
		expect(explorer.model().notice?.text).toMatch(/it has ended: d takes/v);
		explorer.press('d');
		expect(rows(explorer)).toEqual([]);
	});

	test('of a removal only what is left is asked for again, and it is asked', () => {
		const {explorer} = open();
		explorer.press('j', 'space', 'space', 'X', 'y');
		const {id} = explorer.wanted('remove')[0]!;
		explorer.press('w');
		explorer.send({type: 'removal-finished', id, removed: ['single/a.png'], text: 'removed a.png', problems: ['single/b.txt: permission denied']});
		expect(explorer.model().layers).toEqual([{type: 'tasks'}]); // The list tells of it: no report before it.
		expect(rows(explorer)).toEqual(['>single/b.txt in part now']);
		explorer.press('r');
		expect(top(explorer)).toMatchObject({type: 'remove', paths: ['single/b.txt']});
		explorer.press('return', 'n');
		expect(explorer.wanted('remove')).toEqual([]);
	});

	test('Return tells all that is known', () => {
		const {explorer, ids} = open(1);
		explorer.send({type: 'export-finished', id: ids[0]!, text: 'exported 1 file', problems: ['single/x: gone'], nextTo: '.'});
		explorer.press('q', 'w', 'return');
		expect(top(explorer)).toMatchObject({type: 'report', title: 'export of a.png to .'});
		expect((top(explorer) as Extract<Layer, {type: 'report'}>).lines).toEqual(expect.arrayContaining(['exported 1 file', 'single/x: gone', 'single/a.png']));
	});

	test('forgets what was done after ten minutes, what failed never, and nothing while one looks', () => {
		const {explorer, ids} = open(2);
		explorer.send({type: 'export-finished', id: ids[0]!, text: 'done', problems: [], nextTo: '.'});
		explorer.send({type: 'export-failed', id: ids[1]!, problem: 'no space'});
		explorer.press('w');
		explorer.send({type: 'clock-ticked', now: now + 700_000});
		expect(rows(explorer)).toHaveLength(2);
		explorer.press('q');
		explorer.send({type: 'clock-ticked', now: now + 710_000});
		expect(rows(explorer)).toEqual(['>single/b.txt failed 11m']);
		explorer.press('w', 'D');
		expect(rows(explorer)).toEqual([]);
	});

	test('keeps the last hundred', () => {
		const {explorer} = open(1);
		for (let count = 0; count < 120; count++) {
			explorer.send({type: 'export-failed', id: explorer.model().tasks[0]!.id, problem: 'no'});
			begin(explorer);
		}

		expect(explorer.model().ended).toHaveLength(100);
	});

	test('is clicked, and scrolled with the wheel', () => {
		const {explorer} = open(3);
		const click = (row: number, at: number): void => {
			explorer.send({type: 'mouse-used', kind: 'click', row, column: 5, at});
		};

		explorer.press('w');
		click(2, 0);
		expect(explorer.model().taskCursor.index).toBe(1);
		click(2, 100);
		expect(top(explorer)).toMatchObject({type: 'report', title: 'export of b.txt to .'});
		explorer.press('q');
		click(19, 200);
		click(9, 900);
		expect(explorer.model().taskCursor.index).toBe(1);
		explorer.send({type: 'mouse-used', kind: 'wheel-up', row: 5, column: 1, at: 1000});
		expect(explorer.model().taskCursor.index).toBe(0);
	});

	test('is told line by line: where it stands, each quarter, the end', () => {
		const {explorer, ids} = open(1);
		let before = linearText(explorer.model());
		const hear = (): string[] => {
			const after = linearText(explorer.model());
			const lines = linearChanges(before, after);
			before = after;
			return lines;
		};

		progress(explorer, ids[0]!, 0);
		explorer.press('w');
		expect(hear()).toEqual(['Tasks, 1 running, x cancel, r try again, ? help, q back', 'export a.png, 0 %, 0 B of 100 B, at single/a.png, 1 of 1']);
		progress(explorer, ids[0]!, 10);
		expect(hear()).toEqual([]);
		progress(explorer, ids[0]!, 30);
		expect(hear()).toEqual(['export a.png, 30 %, 30 B of 100 B, at single/a.png, 1 of 1']);
		explorer.send({type: 'export-failed', id: ids[0]!, problem: 'no space'});
		expect(hear()).toEqual(['export a.png, failed, now, no space, 1 of 1', 'no space']);
	});
});

describe('the destination', () => {
	const prompt = (explorer: Explorer) => explorer.model().layers.at(-1) as Extract<Layer, {type: 'prompt'}>;
	const look = (explorer: Explorer, free: number): void => {
		explorer.send({type: 'destination-looked-at', ticket: prompt(explorer).look.ticket, load: {state: 'ready', value: {directory: '~', name: 'a.zip', free}}});
	};

	const ask = (key: string, bytes: number, size?: {estimate: number; least: number}): Explorer => {
		const {explorer} = open();
		explorer.press('j', key);
		const {ticket} = explorer.wanted('measure-prompt')[0]!;
		explorer.send({type: 'prompt-measured', ticket, totals: {files: 1, bytes}, size});
		return explorer;
	};

	test('is looked at anew with each change of the text, and only the last answer counts', () => {
		const {explorer} = open();
		explorer.press('j', 'x');
		explorer.wanted('look-at-destination');
		const old = prompt(explorer).look.ticket;
		explorer.press('/', 'left');
		expect(explorer.wanted('look-at-destination')).toMatchObject([{ticket: prompt(explorer).look.ticket, request: {to: './'}}]);
		explorer.send({type: 'destination-looked-at', ticket: old, load: {state: 'failed', problem: 'old'}});
		expect(prompt(explorer).look.load).toEqual({state: 'loading'});
		look(explorer, 5);
		expect(prompt(explorer).look.load).toMatchObject({state: 'ready', value: {free: 5}});
		explorer.press('escape');
		expect(explorer.wanted('stop-prompt')).toHaveLength(1);
	});

	test('that cannot be is looked at again by Return, and nothing is begun; by then it may be there', () => {
		const {explorer} = open();
		explorer.press('j', 'x');
		explorer.send({type: 'destination-looked-at', ticket: prompt(explorer).look.ticket, load: {state: 'failed', problem: 'there is no folder there'}});
		explorer.wanted('look-at-destination');
		explorer.press('return');
		expect(explorer.wanted('look-at-destination')).toMatchObject([{ticket: prompt(explorer).look.ticket}]);
		expect(explorer.wanted('export')).toEqual([]);
		look(explorer, 1_000_000_000);
		explorer.press('return');
		expect(explorer.wanted('export')).toHaveLength(1);
	});

	test('that is certainly too small is refused, however often', () => {
		const explorer = ask('z', 1000, {estimate: 900, least: 800});
		look(explorer, 700);
		explorer.press('return', 'return', 'return');
		expect(explorer.wanted('export')).toEqual([]);
		expect(prompt(explorer).problem).toBe('it takes at least 800 B, and only 700 B are free there');
	});

	test.each([['z', {estimate: 900, least: 100}], ['x', undefined]] as const)('that seems too small asks once more (%s)', (key, size) => {
		const explorer = ask(key, 1000, size);
		look(explorer, 700);
		explorer.press('return');
		expect(explorer.wanted('export')).toEqual([]);
		expect(prompt(explorer).problem).toMatch(/about (?:900 B|1\.0 KB), and only 700 B are free there: Return again/v);
		explorer.press('return');
		expect(explorer.wanted('export')).toHaveLength(1);
	});

	test('that is changed has to be warned of again; one that fits is not', () => {
		const explorer = ask('z', 1000, {estimate: 900, least: 100});
		look(explorer, 700);
		explorer.press('return', 'x');
		look(explorer, 700);
		explorer.press('return');
		expect(explorer.wanted('export')).toEqual([]);
		explorer.press('backspace');
		look(explorer, Infinity);
		explorer.press('return');
		expect(explorer.wanted('export')).toHaveLength(1);
	});

	test('is completed at the cursor; an answer to another text is dropped', () => {
		const {explorer} = open();
		explorer.press('j', 'x', 'ctrl+u', 'p', 'z', 'left', 'tab');
		const {ticket} = explorer.wanted('complete-destination')[0]!;
		explorer.send({type: 'destination-completed', ticket, text: 'q', completed: 'quiet/', names: ['quiet'], isCut: false});
		explorer.send({type: 'destination-completed', ticket: ticket + 99, text: 'p', completed: 'pictures/', names: ['pictures'], isCut: false});
		expect(prompt(explorer).text).toBe('pz');
		explorer.send({type: 'destination-completed', ticket, text: 'p', completed: 'pictures/', names: ['pictures'], isCut: false});
		expect(prompt(explorer)).toMatchObject({text: 'pictures/z', caret: 9});
		expect(prompt(explorer)).not.toHaveProperty('candidates');
		explorer.send({type: 'destination-completed', ticket, text: 'pictures/', completed: 'pictures/a', names: ['a\u{1B}', 'ab'], isCut: false});
		expect(prompt(explorer)).toMatchObject({text: 'pictures/az', candidates: {names: ['a\u{1B}', 'ab']}});
		explorer.press('right');
		expect(prompt(explorer)).not.toHaveProperty('candidates');
	});
});
