import fc from 'fast-check';
import {expect, test} from 'vitest';
import {keymap, keymapOf} from '../../source/explorer/keymap.js';
import type {Effect, Message} from '../../source/explorer/messages.js';
import {isFullPreview, type Model} from '../../source/explorer/model.js';
import {previewRows} from '../../source/explorer/preview-rows.js';
import {rowsOf} from '../../source/explorer/tree.js';
import {shownSessions} from '../../source/explorer/sessions.js';
import {layoutOf, sessionsHeight} from '../../source/explorer/viewport.js';
import type {SweepReport} from '../../source/outputs/sweep.js';
import {entriesOf, factsFor, freshModel, now, openExplorer, openModel, type Explorer} from '../helpers/explorer.js';
import {idOf, rowOf} from '../helpers/sessions.js';

/** What may happen: answers take the oldest question that is open, so that they come late, in any order with keys. */
type Event =
	| {readonly type: 'key'; readonly key: string}
	| {readonly type: 'paste'; readonly text: string}
	| {readonly type: 'resize'; readonly columns: number; readonly rows: number}
	| {readonly type: 'tick'; readonly minutes: number}
	/** Something has changed on the disk: in the folder around the cursor, or in another. */
	| {readonly type: 'change'; readonly folder: string | undefined; readonly names: readonly string[]; readonly isGone: boolean; readonly isWhole: boolean}
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
	{weight: 2, arbitrary: fc.record({
		type: fc.constant('change' as const), folder: fc.constantFrom(undefined, 'single', 'bulk', 'bulk/folder', 'legacy'), names: fc.uniqueArray(name), isGone: fc.boolean(), isWhole: fc.boolean(),
	})},
	{weight: 1, arbitrary: fc.record({type: fc.constant('resize' as const), columns: fc.integer({min: 1, max: 200}), rows: fc.integer({min: 1, max: 60})})},
	{weight: 1, arbitrary: fc.record({type: fc.constant('paste' as const), text: fc.string()})},
);

const answerTo = (effect: Effect, {names, isGood, isComplete}: Extract<Event, {type: 'answer'}>): Message | undefined => {
	switch (effect.type) { // eslint-disable-line @typescript-eslint/switch-exhaustiveness-check -- what is not answered here is not asked for there
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

		case 'list-sessions': {
			const rows = names.map((label, index) => rowOf(idOf(index), {label, age: label.length * 20, isOwn: isGood, ...(isComplete && {found: {bytes: index}})}));
			return isGood
				? {type: 'sessions-listed', ticket: effect.ticket, rows, ...(isComplete && {ids: rows.map(({session}) => session.id)})}
				: {type: 'sessions-failed', ticket: effect.ticket, problem: 'permission denied'};
		}

		case 'look-into':
		case 'open-session': {
			const id = effect.type === 'look-into' ? effect.row.session.id : effect.session === 'new' ? idOf(99) : effect.session.id;
			const session = {id, isReadOnly: effect.type === 'look-into', lastActiveAt: now};
			return isGood
				? {type: effect.type === 'look-into' ? 'session-looked-into' : 'session-opened', session, roots: ['single', 'bulk'], isNew: isComplete}
				: {type: 'session-refused', problem: 'gone'};
		}

		case 'count-session': {
			return {type: 'session-counted', ticket: effect.ticket, totals: {files: 1, bytes: 1}};
		}

		case 'keep-session':
		case 'label-session':
		case 'end-session': {
			const {id} = effect.row.session;
			const session = effect.type === 'end-session' ? undefined : {...effect.row.session, ...(isComplete && {keep: {until: 'forever', isByAdministrator: false} as const})};
			return isGood ? {type: 'session-changed', id, session, text: 'done'} : {type: 'session-unchanged', problem: 'no'};
		}

		case 'try-sweep':
		case 'sweep': {
			const report: SweepReport = {
				isDryRun: effect.type === 'try-sweep', removed: names.map((_, index) => ({id: idOf(index), files: 1, bytes: 1, lastActiveAt: now, evidence: {path: '', source: 'ctime', time: now}})), kept: [], recovered: [], unmanaged: [], failed: [], ...(!isComplete && {skipped: 'busy'}),
			};
			return effect.type === 'sweep'
				? {type: 'sweep-finished', report}
				: {type: 'sweep-tried', ticket: effect.ticket, report: isGood ? {state: 'ready', value: report} : {state: 'failed', problem: 'no'}};
		}

		default: {
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

/** What must be true of the list of sessions and of the dialogs, whatever has happened. */
const checkSessions = (model: Model): void => {
	const {layers, sessions, size, session, menu, behind} = model;
	const types = layers.map(({type}) => type);
	expect(types.filter(type => type === 'sessions').length).toBeLessThanOrEqual(1);
	for (const [index, type] of types.entries()) {
		if (type === 'filter') {
			// What is filtered is seen: the list, or a report that waits before it.
			expect(types.slice(0, index)).toContain('sessions');
			expect(index).toBe(types.length - 1);
		} else if (type === 'sessions') {
			expect(types.slice(0, index).filter(below => below !== 'report')).toEqual([]);
		}
	}

	expect(behind !== undefined && menu !== undefined).toBe(false);
	expect(session !== undefined && menu !== undefined).toBe(false);
	if (behind !== undefined) {
		expect(session?.isReadOnly).toBe(true);
		expect(types).not.toContain('sessions');
	}

	if (types.includes('sessions')) {
		expect(sessions).toBeDefined();
	}

	if (sessions !== undefined) {
		const shown = shownSessions(sessions, model.now);
		const {cursor, scroll} = sessions;
		const height = sessionsHeight(size.rows);
		expect(cursor.index).toBeGreaterThanOrEqual(0);
		expect(cursor.index).toBeLessThanOrEqual(Math.max(0, shown.length - 1));
		expect(scroll).toBeGreaterThanOrEqual(0);
		expect(scroll).toBeLessThanOrEqual(Math.max(0, shown.length - height));
		if (shown.length > 0) {
			expect(cursor.index).toBeGreaterThanOrEqual(scroll);
			expect(cursor.index).toBeLessThan(scroll + height);
		}
	}
};

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

				case 'tick': {
					break;
				}

				case 'change': {
					const path = happened.folder ?? before.cursor.path.slice(0, Math.max(0, before.cursor.path.lastIndexOf('/')));
					explorer.send(happened.isWhole
						? {type: 'folder-changed', path}
						: {type: 'entries-changed', path, found: new Map(entriesOf(happened.names).map(entry => [entry.name, happened.isGone ? undefined : factsFor(entry.type)]))});
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
			// What takes outputs home ends a range, and with it marks.
			const mayMark = happened.type === 'key' && (before.layers.at(-1)?.type === 'commands' || before.layers.length === 0) && (happened.key === 'return' || markingKeys.has(happened.key) || (before.rangeFrom !== undefined && ['x', 'z', 'X', 'D'].includes(happened.key)));
			if (!mayMark) {
				expect(after.marks).toBe(before.marks);
			}

			if (before.layers.length > 0 && !['full-preview', 'find', 'fuzzy', 'commands'].includes(before.layers.at(-1)!.type) && after.layers.length === before.layers.length && happened.type === 'key') {
				expect([after.cursor.path, after.tree]).toEqual([before.cursor.path, before.tree]);
			}

			if (after.exitCode !== undefined) {
				return;
			}
		}
	}), {numRuns: 400});
});

const screenKeys = [...new Set([...keymapOf('sessions').flatMap(binding => binding.keys.flatMap(key => key.split(' '))), 'y', 'e', 's', 'n', 'x', 'backspace', '1', 'ctrl+u'])].filter(key => key !== 'ctrl+c' && key !== 'ctrl+z');

const sessionsEvent: fc.Arbitrary<Event> = fc.oneof(
	{weight: 8, arbitrary: fc.record({type: fc.constant('key' as const), key: fc.constantFrom(...screenKeys)})},
	{weight: 5, arbitrary: fc.record({
		type: fc.constant('answer' as const), names: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'dd', 'eee', 'ffff', 'ggggg', '語', 'z')), isGood: fc.boolean(), isComplete: fc.boolean(),
	})},
	{weight: 1, arbitrary: fc.record({type: fc.constant('resize' as const), columns: fc.integer({min: 30, max: 200}), rows: fc.integer({min: 8, max: 60})})},
	{weight: 1, arbitrary: fc.record({type: fc.constant('paste' as const), text: fc.string()})},
	{weight: 1, arbitrary: fc.record({type: fc.constant('tick' as const), minutes: fc.integer({min: 1, max: 2000})})},
);

const pressed = (...names: readonly string[]): Event[] => names.map(key => ({type: 'key', key}));

/** Some in a row that chance would hardly bring together. */
const sessionsEvents: fc.Arbitrary<Event[]> = fc.array(fc.oneof(
	{weight: 12, arbitrary: sessionsEvent.map(one => [one])},
	{weight: 1, arbitrary: fc.constantFrom(pressed('d', 'y'), pressed('d', 'y', 'e', 's', 'return'), pressed('S'), pressed('m', 'return'), pressed('/', 'a', 'return'), pressed('i'), pressed('q', 's'))},
), {minLength: 20, maxLength: 120}).map(parts => parts.flat());

/** The destructive effects, and what they wait for. */
const isRemoval = ({type}: Effect): boolean => type === 'end-session' || type === 'sweep';

const unanswered: ReadonlySet<Effect['type']> = new Set(['read-facts', 'read-preview', 'stop-listing-sessions', 'leave', 'touch', 'hold', 'release', 'suspend', 'count-legacy', 'cancel-task', 'cancel-tasks', 'stop-prompt']);

const isQuestion = ({type}: Effect): boolean => !unanswered.has(type);

/** An explorer in which a session is open, or one with the start menu. */
const openOver = (hasMenu: boolean): Explorer => {
	const explorer = openExplorer({}, {answers: false});
	if (!hasMenu) {
		return explorer;
	}

	const item = rowOf(idOf(1), {label: 'a'});
	return openModel(freshModel({menu: {items: [{session: item.session, isCurrent: true, lastActiveAt: now}], index: 0, isBusy: false}}));
};

test.each([false, true])('whatever happens in the screen of sessions (over the start menu: %s), its cursor is on a row, its dialogs stand on it, and only a confirmed removal removes', hasMenu => {
	let opened = 0;
	fc.assert(fc.property(sessionsEvents, events => {
		const explorer = openOver(hasMenu);
		explorer.press('s');
		const open = explorer.all().filter(effect => isQuestion(effect));
		for (const happened of events) {
			const before = explorer.model();
			const top = before.layers.at(-1)?.type;
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

				case 'change': {
					break; // Told in the property above.
				}

				case 'tick': {
					explorer.send({type: 'clock-ticked', now: before.now + (happened.minutes * 60_000)});
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
			if (after.session !== undefined) {
				check(after);
			}

			checkSessions(after);
			const asked = explorer.all();
			if (asked.some(effect => isRemoval(effect))) {
				expect(happened.type).toBe('key');
				expect(['end', 'try-sweep']).toContain(top);
				opened++;
			}

			open.push(...asked.filter(effect => isQuestion(effect)));
			if (after.exitCode !== undefined) {
				return;
			}
		}
	}), {numRuns: 300});
	// The keys get that far.
	expect(opened).toBeGreaterThan(0);
});
