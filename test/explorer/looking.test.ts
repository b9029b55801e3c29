import {describe, expect, it} from 'vitest';
import type {Preview} from '../../source/preview/preview.js';
import {topLayer, type Model} from '../../source/explorer/model.js';
import {update} from '../../source/explorer/update.js';
import {factsFor, freshModel, now} from '../helpers/explorer.js';
import {hour, idOf, minute, openSessions, ownId, rowOf, type SessionsScreen} from '../helpers/sessions.js';

const preview = (lines: readonly string[]): Preview => ({kind: 'lines', lines, isCut: false, facts: factsFor()});

const rows = [rowOf(idOf(1), {label: 'hers', isOwn: false, age: 2}), rowOf(idOf(2), {label: 'other', age: 3})];

const look = (screen: SessionsScreen, id = idOf(1)): void => {
	screen.send({
		type: 'session-looked-into', session: {
			id, label: 'hers', isReadOnly: true, owner: 'alice', lastActiveAt: now - hour, timeoutHours: 48,
		}, roots: ['single', 'bulk'],
	});
};

/** What one comes back to. */
const behindOf = ({session, tree, cursor, scroll, facts, marks, preview: shown, pane, markTotals}: Model): unknown => ({
	// The folders are read again, under other tickets.
	session, rows: [...tree.folders].map(([path, {entries, state}]) => [path, entries, state]), expanded: tree, cursor, scroll, facts: [...facts.keys()], marks: [...marks], preview: shown, pane, markTotals,
});

const comparable = (model: Model): unknown => {
	const {expanded: _, ...rest} = behindOf(model) as Record<string, unknown>;
	return rest;
};

/** One's own session with a folder open, marks, a scrolled preview, and the keys in it. */
const busyWith = (): SessionsScreen => {
	const screen = openSessions(rows);
	screen.press('q', 'G', 'l', 'j', 'space', 'k', 'k', 'k', 'space', 'k');
	const path = screen.focused();
	screen.send({type: 'facts-read', facts: new Map([['single', factsFor('directory')], [path, factsFor()]])});
	screen.send({type: 'preview-read', path, preview: preview(Array.from({length: 60}, (_, index) => `line ${index}`))});
	screen.press('J', 'J', 'J');
	for (const {ticket} of screen.wanted('measure-marks')) {
		screen.send({type: 'marks-measured', ticket, totals: {files: 2, bytes: 20}});
	}

	return screen;
};

describe('looking into a session', () => {
	it('shows it from its top, read-only, and nothing of one\'s own; all of that is there again afterwards', () => {
		const screen = busyWith();
		const before = comparable(screen.model());
		expect(before).toMatchObject({cursor: {path: 'single/c.txt'}, marks: ['bulk/batch/deep.txt', 'single/c.txt'], preview: {scroll: 3}, markTotals: {state: 'ready'}});
		screen.press('s', 'i');
		look(screen);
		expect(screen.model()).toMatchObject({session: {id: idOf(1), isReadOnly: true}, cursor: {path: 'single', index: 0}, scroll: 0, marks: new Set(), facts: new Map(), preview: {load: {state: 'idle'}}, layers: [], pane: 'tree'});
		expect(screen.rows()).toEqual(['> single/-', '    a.txt', '    b.txt', '    c.txt', '  bulk/-', '    batch/']);
		screen.press('j', 'space', 'v', 'j', 'tab', 'J', 'P', 'P');
		screen.send({type: 'preview-read', path: screen.focused(), preview: preview(['hers'])});
		screen.wanted('measure-marks');
		screen.press('escape', 'escape'); // The range, then the session.
		expect(screen.model().layers).toEqual([{type: 'sessions'}]);
		expect(screen.wanted('leave')).toHaveLength(1);
		for (const {ticket, paths} of screen.wanted('measure-marks')) {
			expect(paths).toEqual(['bulk/batch/deep.txt', 'single/c.txt']);
			screen.send({type: 'marks-measured', ticket, totals: {files: 2, bytes: 20}});
		}

		expect(comparable(screen.model())).toEqual(before);
		expect(screen.model().rangeFrom).toBeUndefined();
		screen.press('q');
		expect(comparable(screen.model())).toEqual(before);
		expect(screen.wanted('read-preview').at(-1)).toEqual({type: 'read-preview', path: 'single/c.txt'});
	});

	it('one session after another: behind them is still one\'s own', () => {
		const screen = busyWith();
		const before = comparable(screen.model());
		for (const id of [idOf(1), idOf(2), idOf(1)]) {
			screen.press('s', 'i');
			look(screen, id);
			screen.press('j', 'space', 's');
			expect(topLayer(screen.model())?.type).toBe('sessions');
			screen.press('q');
		}

		for (const {ticket} of screen.wanted('measure-marks')) {
			screen.send({type: 'marks-measured', ticket, totals: {files: 2, bytes: 20}});
		}

		expect(comparable(screen.model())).toEqual(before);
	});

	it('the list is where it was: its cursor, filter and order', () => {
		const screen = openSessions(rows);
		screen.press(',', 'n', '/', ...'er', 'return', 'G', 'i');
		const {sessions} = screen.model();
		look(screen, idOf(2));
		screen.press('q');
		expect(screen.model().sessions).toMatchObject({cursor: sessions!.cursor, filter: 'er', sort: {by: 'name'}, isBusy: false});
	});

	it('answers to questions about one\'s own are dropped where they would be taken for the other\'s', () => {
		const screen = busyWith();
		screen.press('R');
		const tickets = ['single', 'bulk'].map(path => screen.model().tree.folders.get(path)!.ticket);
		screen.press('s', 'i');
		look(screen);
		const before = screen.rows();
		for (const [index, path] of ['single', 'bulk'].entries()) {
			screen.send({type: 'folder-listed', path, ticket: tickets[index]!, entries: [{name: 'mine', type: 'file'}], isComplete: true});
		}

		expect(screen.rows()).toEqual(before);
	});

	it('keys touch and hold one\'s own session only', () => {
		const screen = openSessions(rows);
		screen.press('i');
		look(screen);
		screen.send({type: 'clock-ticked', now: now + (11 * minute)});
		screen.press('j');
		expect(screen.wanted('touch')).toEqual([{type: 'touch', at: now + (11 * minute)}]);
		screen.send({type: 'touched', at: now + (11 * minute)});
		expect(screen.model()).toMatchObject({session: {id: idOf(1), lastActiveAt: now - hour}, behind: {session: {id: ownId, lastActiveAt: now + (11 * minute)}}});
		screen.send({type: 'clock-ticked', now: now + (36 * hour)});
		expect(screen.wanted('release')).toHaveLength(1);
		screen.press('j');
		expect(screen.wanted('hold')).toHaveLength(1);
	});

	it('without one\'s own nothing is touched, and what is looked into is given up, too, when nobody presses a key', () => {
		let model = freshModel({menu: {items: [], index: 0, isBusy: false}});
		const seen: string[] = [];
		const send = (message: Parameters<typeof update>[1]): void => {
			const [next, effects] = update(model, message);
			model = next;
			seen.push(...effects.map(({type}) => type));
		};

		send({type: 'key-pressed', key: 's'});
		send({type: 'session-looked-into', session: {id: idOf(1), isReadOnly: true, owner: 'alice', lastActiveAt: now}, roots: ['single', 'bulk']});
		send({type: 'clock-ticked', now: now + hour});
		send({type: 'key-pressed', key: 'j'});
		expect(seen).not.toContain('touch');
		expect(seen).not.toContain('hold');
		send({type: 'clock-ticked', now: now + (26 * hour)});
		expect(seen).toContain('release');
		send({type: 'key-pressed', key: 'j'});
		expect(seen).toContain('hold');
		expect(seen).not.toContain('touch');
	});

	it('what could not be held is told', () => {
		const screen = openSessions(rows);
		screen.send({type: 'session-looked-into', session: {id: idOf(1), isReadOnly: true, lastActiveAt: now}, roots: ['single', 'bulk'], problem: 'it cannot be held'});
		expect(screen.model().notice).toEqual({kind: 'problem', text: 'it cannot be held'});
	});

	it('an export that was asked for there is of there, also when it is answered elsewhere', () => {
		const screen = openSessions(rows);
		screen.press('i');
		look(screen);
		screen.press('j', 'x', 'return', 'q');
		expect(screen.model()).toMatchObject({session: {id: ownId}, tasks: [{request: {paths: ['single/a.txt']}}]});
		expect(screen.wanted('export')).toMatchObject([{session: {id: idOf(1), label: 'hers'}, paths: ['single/a.txt']}]);
	});

	it('in a narrow screen, too, back is where it was', () => {
		const screen = busyWith();
		screen.press('s', 'i');
		look(screen);
		screen.send({type: 'screen-resized', columns: 40, rows: 10});
		screen.press('G', 'q');
		screen.send({type: 'screen-resized', columns: 100, rows: 20});
		screen.press('q');
		expect(screen.model()).toMatchObject({cursor: {path: 'single/c.txt'}, preview: {path: 'single/c.txt', scroll: 3}, marks: new Set(['bulk/batch/deep.txt', 'single/c.txt'])});
	});
});
