import fc from 'fast-check';
import {expect, test} from 'vitest';
import {keymap} from '../../source/explorer/keymap.js';
import type {Effect, Message} from '../../source/explorer/messages.js';
import {isFullPreview, type Model} from '../../source/explorer/model.js';
import {previewRows} from '../../source/explorer/preview-rows.js';
import {rowsOf} from '../../source/explorer/tree.js';
import {layoutOf} from '../../source/explorer/viewport.js';
import {entriesOf, factsFor, openExplorer} from '../helpers/explorer.js';

/** What may happen: answers take the oldest question that is open, so that they come late, in any order with keys. */
type Event =
	| {readonly type: 'key'; readonly key: string}
	| {readonly type: 'paste'; readonly text: string}
	| {readonly type: 'resize'; readonly columns: number; readonly rows: number}
	| {readonly type: 'answer'; readonly names: readonly string[]; readonly isGood: boolean; readonly isComplete: boolean};

const keys = [...new Set(keymap.flatMap(binding => binding.keys.flatMap(key => key.split(' ')))), 'y', 'n', 'backspace', 'f1']
	// Leaving ends the run.
	.filter(key => key !== 'q' && key !== 'ctrl+c');

const name = fc.constantFrom('a', 'b', 'c.txt', '.hidden', 'folder/', 'other/', 'link@', '語', 'z');

const event: fc.Arbitrary<Event> = fc.oneof(
	{weight: 8, arbitrary: fc.record({type: fc.constant('key' as const), key: fc.constantFrom(...keys)})},
	{weight: 4, arbitrary: fc.record({
		type: fc.constant('answer' as const), names: fc.uniqueArray(name), isGood: fc.boolean(), isComplete: fc.boolean(),
	})},
	{weight: 1, arbitrary: fc.record({type: fc.constant('resize' as const), columns: fc.integer({min: 1, max: 200}), rows: fc.integer({min: 1, max: 60})})},
	{weight: 1, arbitrary: fc.record({type: fc.constant('paste' as const), text: fc.string()})},
);

const answerTo = (effect: Effect, {names, isGood, isComplete}: Extract<Event, {type: 'answer'}>): Message | undefined => {
	switch (effect.type) {
		case 'list-folder': {
			return isGood
				? {
					type: 'folder-listed', path: effect.path, ticket: effect.ticket, entries: entriesOf(names), isComplete,
				}
				: {
					type: 'folder-failed', path: effect.path, ticket: effect.ticket, problem: 'it does not exist',
				};
		}

		case 'read-facts': {
			return {type: 'facts-read', facts: new Map(effect.paths.map(path => [path, factsFor()]))};
		}

		case 'read-preview': {
			return isGood
				? {
					type: 'preview-read', path: effect.path, preview: {
						kind: 'lines', lines: names.map(text => text.repeat(50)), isCut: !isComplete, facts: factsFor(),
					},
				}
				: {type: 'preview-failed', path: effect.path, problem: 'gone'};
		}

		case 'measure-marks':
		case 'measure-prompt': {
			return {type: effect.type === 'measure-marks' ? 'marks-measured' : 'prompt-measured', ticket: effect.ticket, totals: {files: 1, bytes: 1}};
		}

		case 'export': {
			return isGood
				? {
					type: 'export-finished', id: effect.id, text: 'done', problems: isComplete ? [] : ['x'], nextTo: '.',
				}
				: {type: 'export-cancelled', id: effect.id, arrived: 0};
		}

		case 'open-session':
		case 'count-sessions':
		case 'cancel-tasks':
		case 'hold':
		case 'release':
		case 'sweep':
		case 'touch':
		case 'suspend': {
			return undefined;
		}
	}
};

/** What must be true whatever has happened. */
const check = (model: Model): void => {
	const rows = rowsOf(model.tree);
	const {
		cursor, scroll, size, preview, showsPreview,
	} = model;
	expect(rows[cursor.index]?.path).toBe(cursor.path);
	expect(new Set(rows.map(({path}) => path)).size).toBe(rows.length);
	const layout = layoutOf(size, {showsPreview, isFull: isFullPreview(model)});
	if (layout.treeWidth > 0) {
		expect(scroll).toBeGreaterThanOrEqual(0);
		expect(scroll).toBeLessThanOrEqual(Math.max(0, rows.length - layout.listHeight));
		expect(cursor.index).toBeGreaterThanOrEqual(scroll);
		expect(cursor.index).toBeLessThan(scroll + layout.listHeight);
	}

	if (layout.preview !== undefined && preview.load.state === 'ready') {
		expect(preview.scroll).toBeGreaterThanOrEqual(0);
		expect(preview.scroll).toBeLessThanOrEqual(Math.max(0, previewRows(preview.load.value, layout.preview.width, layout.preview.height).length - 1));
	}

	for (const mark of model.marks) {
		expect(mark.endsWith('/')).toBe(false);
	}
};

const markingKeys = new Set(['space', 'v', 'a', 'A', 'u']);

test('whatever happens in whatever order, the cursor is on a row, the list is on screen, and only marking keys mark', () => {
	fc.assert(fc.property(fc.array(event, {maxLength: 120}), events => {
		const explorer = openExplorer({}, {answers: false, roots: ['single', 'bulk', 'legacy']});
		const open: Effect[] = [];
		const types = ['list-folder', 'read-facts', 'read-preview', 'measure-marks', 'measure-prompt', 'export'] as const;
		for (const happened of events) {
			for (const type of types) {
				open.push(...explorer.wanted(type));
			}

			const before = explorer.model();
			switch (happened.type) {
				case 'key': {
					explorer.press(happened.key);
					break;
				}

				case 'paste': {
					explorer.send({type: 'text-pasted', text: happened.text});
					break;
				}

				case 'resize': {
					explorer.send({type: 'screen-resized', columns: happened.columns, rows: happened.rows});
					break;
				}

				case 'answer': {
					const question = open.shift();
					const message = question && answerTo(question, happened);
					if (message !== undefined) {
						explorer.send(message);
					}

					break;
				}
			}

			const after = explorer.model();
			check(after);
			// An export ends a range, and with it marks.
			const mayMark = happened.type === 'key' && before.layers.length === 0 && (markingKeys.has(happened.key) || (before.rangeFrom !== undefined && ['x', 'z'].includes(happened.key)));
			if (!mayMark) {
				expect(after.marks).toBe(before.marks);
			}

			if (before.layers.length > 0 && before.layers.at(-1)?.type !== 'full-preview' && after.layers.length === before.layers.length && happened.type === 'key') {
				expect([after.cursor.path, after.tree]).toEqual([before.cursor.path, before.tree]);
			}

			if (after.exitCode !== undefined) {
				return;
			}
		}
	}), {numRuns: 400});
});
