import {describe, expect, test} from 'vitest';
import type {Model} from '../../source/explorer/model.js';
import {App} from '../../source/ui/app.js';
import {cursorOf} from '../../source/ui/cursor.js';
import {createPainter} from '../../source/ui/painter.js';
import {plainTheme} from '../../source/ui/theme.js';
import {factsFor, freshModel, now, openExplorer} from '../helpers/explorer.js';
import {renderAt} from '../helpers/render.js';
import {createScreen, feed} from '../helpers/screen.js';

/** What the screen shows from the cursor on. */
const atCursor = (model: Model): string => {
	const rendered = renderAt(<App model={model} theme={plainTheme}/>, model.size.columns, model.size.rows);
	const {row, column} = cursorOf(model);
	const line = rendered.frame().split('\n')[row] ?? '';
	rendered.unmount();
	return line.slice(column).trimEnd();
};

const names = Array.from({length: 60}, (_, index) => `${index}.txt`);

describe.each([[40, 10], [80, 24], [120, 40], [400, 100]])('at %ix%i the cursor is', (columns, rows) => {
	const open = () => openExplorer({single: names}, {changes: {size: {columns, rows}}});

	test('on the focused row', () => {
		const explorer = open();
		expect(atCursor(explorer.model())).toMatch(/^ ▾ single/v);
		for (const keys of [['j'], ['G', 'k', 'k'], ['ctrl+u'], ['g', 'g', 'j', 'j']]) {
			explorer.press(...keys);
			expect(atCursor(explorer.model()).trim()).toMatch(new RegExp(`^${explorer.focused().slice(7)}`, 'v'));
		}
	});

	test('in the text that is typed', () => {
		const explorer = open();
		explorer.press('j', 'x', 'ctrl+u', 'a', 'b', 'c', 'left');
		expect(atCursor(explorer.model())).toMatch(/^c +│/v);
		explorer.press('escape', '/', '3', '.', 'left');
		expect(atCursor(explorer.model())).toBe('.');
		explorer.press('escape', 'f', 'x');
		expect(cursorOf(explorer.model())).toEqual({row: rows - 1, column: 9});
		explorer.press('escape', ':', 'k', 'e');
		expect(atCursor(explorer.model())).toMatch(/^ +│/v);
	});

	test('at the beginning of what is to be read', () => {
		const explorer = open();
		explorer.press('?');
		expect(atCursor(explorer.model())).toMatch(/^Keys /v);
		explorer.press('escape', 'j');
		explorer.send({type: 'preview-read', path: explorer.focused(), preview: {kind: 'lines', lines: ['the first line'], isCut: false, facts: factsFor()}});
		explorer.press('return');
		expect(atCursor(explorer.model())).toMatch(/^the first line/v);
		explorer.press('escape', 'tab');
		if (explorer.model().pane === 'preview') {
			expect(atCursor(explorer.model())).toMatch(/^the first line/v);
		}
	});

	test('on the choice in the start menu', () => {
		const items = Array.from({length: 70}, (_, index) => ({session: {id: `${String(index).padStart(8, '0')}-2222-4333-8444-555555555555`, uid: 1}, isCurrent: index === 0, lastActiveAt: now}));
		for (const remark of [undefined, 'your last session has expired']) {
			for (const index of [0, 1, 6, 35, 69, 70]) {
				expect(atCursor(freshModel({size: {columns, rows}, menu: {items, index, isBusy: false, ...(remark !== undefined && {remark})}}))).toMatch(index === 70 ? /^> start a new/v : new RegExp(`^> ${String(index).padStart(8, '0')}`, 'v'));
			}
		}
	});
});

test('where it is too small it is at the top', () => {
	expect(cursorOf(freshModel({size: {columns: 5, rows: 2}}))).toEqual({row: 0, column: 0});
});

test('a terminal that is fed with frames has it where it belongs, for a few bytes', async () => {
	const terminal = createScreen(20, 4);
	const painter = createPainter();
	await feed(terminal, painter.paint('one\ntwo\nthree', 20, 4, {row: 1, column: 2}));
	expect([terminal.buffer.active.cursorY, terminal.buffer.active.cursorX]).toEqual([1, 2]);
	expect(painter.paint('one\ntwo\nthree', 20, 4, {row: 1, column: 2})).toBe('');
	expect(painter.paint('one\ntwo\nthree', 20, 4, {row: 2, column: 0})).toBe('\u{1B}[3H');
	expect(painter.paint('one\ntwo\nfour', 20, 4, {row: 0, column: 0})).toBe('\u{1B}[3Hfour \u{1B}[H');
});
