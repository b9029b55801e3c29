import {describe, expect, test} from 'vitest';
import type {Model} from '../../source/explorer/model.js';
import {rowsOf} from '../../source/explorer/tree.js';
import {App} from '../../source/ui/app.js';
import {createPainter} from '../../source/ui/painter.js';
import {plainTheme} from '../../source/ui/theme.js';
import {drawnOrder} from '../helpers/bidi.js';
import {factsFor, openExplorer} from '../helpers/explorer.js';
import {renderAt} from '../helpers/render.js';
import {createScreen, feed} from '../helpers/screen.js';

const names = ['שלום', 'שלום 12', 'שלום עולם (3)', 'ملف', 'ملف 7', 'abc שלום', 'שלום.txt', '2024 דוח', 'שלום' + 'א'.repeat(80)];

/** The rows of a terminal, each as its cells. */
const shownBy = async (model: Model, {isMarked = true, isOld = false} = {}): Promise<string[][]> => {
	const {columns, rows} = model.size;
	const rendered = renderAt(<App model={model} theme={plainTheme}/>, columns, rows);
	const frame = rendered.styledFrame();
	rendered.unmount();
	const terminal = createScreen(columns, rows, isOld);
	const bytes = createPainter().paint(frame, columns, rows);
	await feed(terminal, isMarked ? bytes : bytes.replaceAll('\u{200E}', ''));
	return Array.from({length: rows}, (_, row) => Array.from({length: columns}, (__, column) => terminal.buffer.active.getLine(row)!.getCell(column)!.getChars()));
};

const open = (columns: number, rows: number): Model => {
	const explorer = openExplorer({single: names}, {changes: {size: {columns, rows}}});
	explorer.press('j', 'j');
	explorer.send({type: 'facts-read', facts: new Map(rowsOf(explorer.model().tree).map(({path}) => [path, factsFor('file', 123_000)]))});
	explorer.send({type: 'preview-read', path: explorer.focused(), preview: {kind: 'lines', lines: ['12 and text', 'שלום 34', '56'], isCut: false, facts: factsFor()}});
	return explorer.model();
};

/** The rows in which the size, the age or the line beside them is drawn elsewhere than in its column. */
const disturbed = (rows: ReadonlyArray<readonly string[]>, treeWidth: number): number[] => rows.flatMap((cells, row) => {
	const order = drawnOrder(cells);
	const end = Math.min(cells.length, treeWidth + 1);
	return order.slice(treeWidth - 13, end).every((column, index) => column === treeWidth - 13 + index) ? [] : [row];
});

describe.each([[40, 10], [80, 24], [120, 40], [400, 100]])('at %ix%i a name that runs from right to left', (columns, rows) => {
	const model = open(columns, rows);
	// The last columns of a row are its size and its age.
	const treeWidth = columns >= 80 ? Math.floor(columns / 2) : columns;
	const listHeight = Math.min(names.length + 1, rows - 2);

	test('leaves what stands beside it in its place, in a terminal that orders such text and in one that does not', async () => {
		for (const isOld of [false, true]) {
			const shown = await shownBy(model, {isOld});
			// The newer one of these two gives a mark a cell of its own, which the next character takes; what orders text (VTE) keeps it with the one before.
			expect(isOld ? disturbed(shown.slice(0, listHeight), treeWidth) : []).toEqual([]);
			for (const cells of shown.slice(1, listHeight)) {
				expect(cells.slice(treeWidth - 13, treeWidth).map(cell => cell === '' ? ' ' : cell[0]).join('')).toMatch(/^ {1,2}123 KB {3}1m $/v);
			}
		}
	});

	test('would not, without the mark', async () => {
		expect(disturbed((await shownBy(model, {isMarked: false, isOld: true})).slice(0, listHeight), treeWidth)).not.toEqual([]);
	});
});

test('inside a name nothing is put, and where nothing runs from right to left nothing at all', () => {
	expect(createPainter().paint('שלום עולם (3).txt  12 KB', 40, 1)).not.toContain('\u{200E}');
	expect(createPainter().paint('שלום 3  12 KB', 40, 1)).toContain('3\u{200E}');
	expect(createPainter().paint('日本語 3  12 KB\nabc  12 KB', 40, 2)).not.toContain('\u{200E}');
});
