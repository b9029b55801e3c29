import {describe, expect, test} from 'vitest';
import type {EndedTask, Model, TaskRequest} from '../../source/explorer/model.js';
import {widthOf} from '../../source/text/width.js';
import {App} from '../../source/ui/app.js';
import {cursorOf} from '../../source/ui/cursor.js';
import {plainTheme, terminalTheme, type Theme} from '../../source/ui/theme.js';
import {exportTask, now, openExplorer} from '../helpers/explorer.js';
import {renderAt} from '../helpers/render.js';

const hostile = 'evil\u{1B}[31m\u{202E}\n\t\u{9B}2J';

const request = (path: string, to = '.'): TaskRequest => ({type: 'export', isZip: true, session: undefined, paths: [path], to});

const ended: readonly EndedTask[] = [
	{id: 1, request: request('single/plain.txt'), end: 'done', text: 'exported 1 file', problems: [], at: now},
	{id: 2, request: request(`single/${hostile}`, hostile), end: 'failed', text: `${hostile} ${'語 '.repeat(90)}`, problems: [], at: now - 100_000},
	{id: 3, request: request(`single/${'語'.repeat(80)}`, '語'.repeat(80)), end: 'part', text: 'exported', problems: Array.from({length: 20}, () => `語${'x'.repeat(100)}`), at: now},
	{id: 4, request: {type: 'remove', session: '11111111', paths: ['single/a', 'single/b']}, end: 'cancelled', text: 'nothing was removed', problems: [], at: now},
];

const tasks = [
	exportTask({id: 5}),
	exportTask({id: 6, request: request('bulk/a'), startedAt: now - 10_000, updatedAt: now, bytes: 1_000_000_000, totalBytes: 3_000_000_000, current: `bulk/a/${hostile}`}),
	exportTask({id: 7, request: {type: 'send', transfer: {way: 'kitty'}, session: undefined, paths: ['single/x', 'single/y']}}),
	exportTask({id: 8, isCancelling: true}),
];

const draw = (model: Model, theme: Theme = plainTheme): string[] => {
	const rendered = renderAt(<App model={model} theme={theme}/>, model.size.columns, model.size.rows);
	const lines = rendered.frame().split('\n');
	rendered.unmount();
	return lines;
};

const open = (columns: number, rows: number, changes: Partial<Model> = {}) => {
	const explorer = openExplorer({single: ['a']}, {changes: {tasks, ended, ...changes}});
	explorer.send({type: 'screen-resized', columns, rows});
	explorer.press('w');
	return explorer;
};

describe.each([[40, 10], [80, 24], [120, 40], [200, 60]])('at %ix%i', (columns, rows) => {
	test('the list is exact on each of its rows, with the cursor on it', () => {
		const explorer = open(columns, rows);
		for (let row = 0; row < tasks.length + ended.length; row++) {
			const model = explorer.model();
			const lines = draw(model);
			expect(lines).toHaveLength(rows);
			expect(lines.filter(line => widthOf(line) > columns)).toEqual([]);
			expect(lines.join('')).not.toMatch(/\p{Cc}|\u{202E}/v);
			expect(draw(model, terminalTheme)).toEqual(lines);
			expect(lines[0]).toContain('Tasks  4 running, 2 failed, 2 ended');
			expect(lines.at(-1)).toMatch(/Return more.*\? help {3}q quit *$/v);
			expect(lines[cursorOf(model).row]).toMatch([/cancelling…/v, /your terminal as/v, /33 %/v, /waiting/v, /cancelled/v, /in part/v, /failed/v, /done/v][row]!);
			explorer.press('j');
		}
	});

	test('what is chosen is told beneath it', () => {
		const explorer = open(columns, rows);
		explorer.press('j', 'j');
		expect(draw(explorer.model()).join('\n')).toMatch(/one ZIP of a to \.[\s\S]*at bulk\/a\/evil/v);
		explorer.press('G');
		expect(draw(explorer.model()).join('\n')).toMatch(/one ZIP of plain\.txt to \.[\s\S]*exported 1 file/v);
	});

	test('dialogs stand before it, and without tasks it says what it is for', () => {
		const explorer = open(columns, rows);
		explorer.press('G', 'k', 'r');
		expect(draw(explorer.model()).join('\n')).toContain('Export as one ZIP');
		explorer.press('escape', '?');
		expect(draw(explorer.model()).join('\n')).toContain('try again what has');
		expect(draw(open(columns, rows, {tasks: [], ended: []}).model()).join('\n')).toContain('no tasks: what is exported');
	});

	test('the dialog of an export tells what fits, and the folders that a text may become', () => {
		const explorer = open(columns, rows, {tasks: [], ended: [], layers: []});
		explorer.press('q', 'j', 'z');
		const prompt = () => explorer.model().layers.at(-1) as {readonly ticket: number; readonly look: {readonly ticket: number}; readonly text: string};
		explorer.send({type: 'prompt-measured', ticket: prompt().ticket, totals: {files: 3, bytes: 5_000_000}, size: {estimate: 2_000_000, least: 0}});
		explorer.send({type: 'destination-looked-at', ticket: prompt().look.ticket, load: {state: 'ready', value: {directory: '~', name: 'a.zip', free: 9_000_000_000}}});
		expect(draw(explorer.model()).join('\n')).toContain('estimated 2.0 MB, 9.0 GB free:');
		for (const names of [[], ['a', 'b'], Array.from({length: 60}, (_, index) => `${index === 3 ? hostile : '語'.repeat(5)}${index}`)]) {
			explorer.send({type: 'destination-completed', ticket: prompt().ticket, text: prompt().text, completed: prompt().text, names, isCut: names.length === 60});
			const lines = draw(explorer.model());
			expect(lines.filter(line => widthOf(line) > columns)).toEqual([]);
			expect(lines.join('')).not.toMatch(/\p{Cc}|\u{202E}/v);
			expect(lines.join('\n')).toMatch(names.length === 0 ? /no folder there begins so/v : names.length === 2 ? /a\/ {2}b\//v : /and \d+ more or so/v);
		}
	});
});
