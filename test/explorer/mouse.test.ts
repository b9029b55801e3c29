import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {update} from '../../source/explorer/update.js';
import {scrollBy, scrollTo} from '../../source/explorer/viewport.js';
import {factsFor, freshModel, now, openExplorer, type Explorer} from '../helpers/explorer.js';

const names = Array.from({length: 60}, (_, index) => `${index}.txt`);

const open = (columns = 100, rows = 20): Explorer => {
	const explorer = openExplorer({single: names, bulk: ['batch/'], 'bulk/batch': ['x']}, {changes: {size: {columns, rows}}});
	explorer.send({type: 'preview-read', path: 'single', preview: {kind: 'lines', lines: Array.from({length: 100}, (_, line) => `line ${line}`), isCut: false, facts: factsFor()}});
	return explorer;
};

const click = (explorer: Explorer, row: number, column = 3, at = 0): void => {
	explorer.send({type: 'mouse-used', kind: 'click', row, column, at});
};

const turn = (explorer: Explorer, kind: 'wheel-up' | 'wheel-down', row: number, column = 3): void => {
	explorer.send({type: 'mouse-used', kind, row, column, at: 0});
};

describe('a click', () => {
	test('moves the cursor to its row, wherever the list is scrolled to', () => {
		const explorer = open();
		click(explorer, 4);
		expect(explorer.focused()).toBe('single/3.txt');
		explorer.press('G');
		const {scroll} = explorer.model();
		click(explorer, 5);
		expect(explorer.model().cursor.index).toBe(scroll + 5);
	});

	test('beside the rows, on the line between, or on the status bar does nothing', () => {
		const explorer = openExplorer({});
		const before = explorer.model().cursor;
		click(explorer, 10);
		click(explorer, 1, 50);
		click(explorer, 19);
		expect(explorer.model().cursor).toEqual(before);
		expect(explorer.model().pane).toBe('tree');
	});

	test('in the preview gives it the keys, and one in the tree takes them back', () => {
		const explorer = open();
		click(explorer, 5, 70);
		expect(explorer.model().pane).toBe('preview');
		click(explorer, 2);
		expect([explorer.model().pane, explorer.focused()]).toEqual(['tree', 'single/1.txt']);
	});

	test('answers no question', () => {
		const explorer = open();
		explorer.press('j', 'x');
		const {layers} = explorer.model();
		for (let row = 0; row < 20; row++) {
			click(explorer, row, 20, row);
		}

		expect(explorer.model().layers).toEqual(layers);
	});

	test('is a sign of life', () => {
		const explorer = open();
		explorer.send({type: 'clock-ticked', now: now + 3_600_000});
		click(explorer, 2);
		expect(explorer.wanted('touch')).toHaveLength(1);
	});
});

describe('a double click', () => {
	test('opens a folder, and a file in full', () => {
		const explorer = open();
		explorer.press('G');
		const row = explorer.model().cursor.index - explorer.model().scroll;
		click(explorer, row, 3, 1000);
		click(explorer, row, 4, 1300);
		expect(explorer.model().tree.expanded.has('bulk/batch')).toBe(true);
		click(explorer, 0, 3, 5000);
		click(explorer, 0, 3, 5001);
		expect(explorer.model().layers).toMatchObject([{type: 'full-preview'}]);
	});

	test('is two clicks on one place, soon after each other', () => {
		const explorer = open();
		click(explorer, 3, 3, 1000);
		click(explorer, 3, 3, 1500);
		click(explorer, 4, 3, 1600);
		click(explorer, 4, 9, 1700);
		click(explorer, 5, 9, 1800);
		expect(explorer.model().layers).toEqual([]);
		click(explorer, 5, 9, 1900);
		expect(explorer.model().layers).toHaveLength(1);
	});

	test('acts on what the first click chose, though the list moved under it', () => {
		const explorer = open();
		click(explorer, 17, 3, 0);
		expect(explorer.model().scroll).toBeGreaterThan(0);
		const chosen = explorer.focused();
		click(explorer, 17, 3, 100);
		expect([explorer.focused(), explorer.model().layers.length]).toEqual([chosen, 1]);
	});

	test('of three clicks is none for the third', () => {
		const explorer = open();
		explorer.press('G');
		const row = explorer.model().cursor.index - explorer.model().scroll;
		for (const at of [0, 100, 200]) {
			click(explorer, row, 3, at);
		}

		expect(explorer.model().tree.expanded.has('bulk/batch')).toBe(true);
	});
});

describe('the wheel', () => {
	test('scrolls the list; the cursor stays unless it would leave the screen', () => {
		const explorer = open();
		explorer.press('ctrl+d');
		const {index} = explorer.model().cursor;
		turn(explorer, 'wheel-down', 5);
		expect([explorer.model().scroll, explorer.model().cursor.index]).toEqual([3, index]);
		for (let step = 0; step < 40; step++) {
			turn(explorer, 'wheel-down', 5);
		}

		expect(explorer.model().scroll).toBe(63 - 18);
		for (let step = 0; step < 40; step++) {
			turn(explorer, 'wheel-up', 5);
		}

		expect(explorer.model().scroll).toBe(0);
	});

	test('scrolls the preview that it is over, right or below', () => {
		for (const [explorer, row, column] of [[open(), 5, 70], [open(60, 30), 20, 5]] as const) {
			turn(explorer, 'wheel-down', row, column);
			expect([explorer.model().preview.scroll, explorer.model().scroll]).toEqual([3, 0]);
			turn(explorer, 'wheel-up', row, column);
			expect(explorer.model().preview.scroll).toBe(0);
		}
	});

	test('scrolls the help, and the full preview', () => {
		const explorer = open();
		explorer.press('?');
		turn(explorer, 'wheel-down', 5);
		expect(explorer.model().layers).toMatchObject([{type: 'help', scroll: 3}]);
	});

	test('leaves the cursor where scrolling leaves it, and never out of the list', () => {
		fc.assert(fc.property(fc.nat(200), fc.nat(200), fc.integer({min: 1, max: 60}), fc.integer({min: 1, max: 200}), fc.constantFrom(3, -3), (cursor, scroll, height, count, rows) => {
			const index = Math.min(cursor, count - 1);
			const settled = scrollTo(index, scroll, height, count);
			const next = scrollBy(index, settled, height, count, rows);
			expect(next.index).toBeGreaterThanOrEqual(0);
			expect(next.index).toBeLessThan(count);
			expect(scrollTo(next.index, next.scroll, height, count)).toBe(next.scroll);
		}));
	});
});

test('in the start menu and the list of sessions it is the same', () => {
	const items = ['one', 'two', 'three'].map(id => ({session: {id, uid: 1}, isCurrent: false, lastActiveAt: now}));
	let model = freshModel({menu: {items, index: 0, isBusy: false}});
	for (const [row, at] of [[3, 0], [50, 5], [0, 9]] as const) {
		[model] = update(model, {type: 'mouse-used', kind: 'click', row, column: 4, at});
		expect(model.menu?.index).toBe(1);
	}

	const [opening, effects] = update(model, {type: 'mouse-used', kind: 'click', row: 3, column: 4, at: 100});
	expect([opening.menu?.isBusy, effects]).toMatchObject([true, [{type: 'open-session', session: {id: 'two'}}]]);

	const explorer = open();
	explorer.press('s');
	const {ticket} = explorer.wanted('list-sessions')[0]!;
	const rows = items.map(({session}) => ({session, isOwn: true, owner: 'me', isHeld: false, maxAgeHours: 24}));
	explorer.send({type: 'sessions-listed', ticket, rows, ids: ['one', 'two', 'three']});
	click(explorer, 4, 3, 0);
	const {id} = explorer.model().sessions!.cursor;
	expect(explorer.model().sessions!.cursor.index).toBe(2);
	click(explorer, 1, 3, 10);
	click(explorer, 9, 3, 20);
	click(explorer, 4, 3, 30);
	expect(explorer.wanted('open-session')).toMatchObject([{session: {id}}]);
});

test('where the screen is too small it does nothing', () => {
	const explorer = open(30, 5);
	click(explorer, 2);
	expect(explorer.model().cursor.index).toBe(0);
});
