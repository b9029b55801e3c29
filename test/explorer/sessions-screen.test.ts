import {describe, expect, it, test} from 'vitest';
import type {MenuItem, Model, SessionRow} from '../../source/explorer/model.js';
import {keymapOf} from '../../source/explorer/keymap.js';
import {update} from '../../source/explorer/update.js';
import type {Message} from '../../source/explorer/messages.js';
import {exportTask, freshModel, now} from '../helpers/explorer.js';
import {hour, idOf, openSessions, ownId, rowOf} from '../helpers/sessions.js';

const label = (number: number, name: string, traits: Parameters<typeof rowOf>[1] = {}): SessionRow => rowOf(idOf(number), {label: name, ...traits});

const own = rowOf(ownId, {label: 'mine', age: 9});

const one = label(1, 'one', {age: 1});

const others = label(2, 'hers', {age: 2, isOwn: false});

const broken = rowOf(idOf(3), {age: undefined, problem: 'single is not a directory'});

const opened = (id: string, name = 'other'): Message => ({
	type: 'session-opened', session: {
		id, label: name, isReadOnly: false, lastActiveAt: now,
	}, roots: ['single', 'bulk'], isNew: false,
});

describe('resuming, starting and looking', () => {
	test.each([
		[['return'], 'open-session', {session: one.session}],
		[['o'], 'open-session', {session: 'new'}],
		[['i'], 'look-into', {row: one}],
	] as const)('%j: once, until it is answered', (keys, type, effect) => {
		const screen = openSessions([one, others]);
		screen.press(...keys);
		expect(screen.wanted(type)).toMatchObject([effect]);
		screen.press(...keys, 'return', 'o', 'i', 'R', ...keys, 'return', 'o', 'i', 'q', 's', ...keys, 'o');
		expect([screen.wanted('open-session'), screen.wanted('look-into')]).toEqual([[], []]);
		screen.send({type: 'session-refused', problem: 'the session is gone'});
		expect(screen.model().notice).toEqual({kind: 'problem', text: 'the session is gone'});
		screen.press('o');
		expect(screen.wanted('open-session')).toHaveLength(1);
	});

	it('one can move and order meanwhile, and leave, but no dialog is opened that the answer would pull the rug from under', () => {
		const screen = openSessions([one, others]);
		screen.press('return', 'j', ',', 'n', '/', '?', 'd', 'm', 'r', 'S');
		expect(screen.model()).toMatchObject({layers: [{type: 'sessions'}], sessions: {sort: {by: 'name'}}});
		screen.press('q');
		expect(screen.model().layers).toEqual([]);
		screen.send(opened(idOf(1)));
		expect(screen.model()).toMatchObject({layers: [], session: {id: idOf(1)}, sessions: {isBusy: false}});
	});

	it('of the one that is open closes the screen', () => {
		for (const key of ['return', 'i']) {
			const screen = openSessions([own, one]);
			expect(screen.focusedId()).toBe(ownId);
			screen.press(key);
			expect(screen.model().layers).toEqual([]);
			expect([screen.wanted('open-session'), screen.wanted('look-into')]).toEqual([[], []]);
			expect(screen.wanted('stop-listing-sessions')).toHaveLength(1);
		}
	});

	it('what belongs to somebody else, or is broken, is not resumed but told of, and can be looked into', () => {
		for (const [row, text] of [[others, 'hers belongs to alice, and cannot be resumed by anybody else; i looks inside'], [broken, '00000003 is broken: single is not a directory; i looks inside']] as const) {
			const screen = openSessions([row]);
			screen.press('return');
			expect(screen.model().notice).toEqual({kind: 'problem', text});
			expect(screen.wanted('open-session')).toEqual([]);
			screen.press('i');
			expect(screen.wanted('look-into')).toHaveLength(1);
		}
	});

	it('the session that was opened takes the place of the other, of which nothing stays', () => {
		const screen = openSessions([one]);
		screen.press('q', 'j', 'space', 's', 'return');
		screen.send(opened(idOf(1)));
		expect(screen.model()).toMatchObject({layers: [], session: {id: idOf(1)}, cursor: {path: 'single'}, marks: new Set(), markTotals: {state: 'idle'}, isHeld: true});
		expect(screen.wanted('stop-listing-sessions')).toHaveLength(2);
		expect(screen.model().facts.size).toBe(0);
	});

	it('an export dialog keeps to the session that it was opened in, and a full preview goes with its own', () => {
		const screen = openSessions([one]);
		screen.press('return', 'q', 'j', 'x');
		screen.send(opened(idOf(1)));
		expect(screen.model().layers).toMatchObject([{type: 'prompt', paths: ['single/a.txt']}]);
		screen.press('return');
		expect(screen.wanted('export')).toMatchObject([{paths: ['single/a.txt'], session: {id: ownId}}]);
		const other = openSessions([one]);
		other.press('return', 'q', 'j', 'return');
		expect(other.model().layers).toEqual([{type: 'full-preview'}]);
		other.send(opened(idOf(1)));
		expect(other.model().layers).toEqual([]);
	});
});

describe('the way out', () => {
	test.each(['q', 'escape'])('%s closes the screen', key => {
		const screen = openSessions([one]);
		screen.press(key);
		expect([screen.model().layers, screen.model().exitCode]).toEqual([[], undefined]);
		expect(screen.wanted('stop-listing-sessions')).toHaveLength(1);
	});

	it('Esc lifts the filter first, q does not need to', () => {
		const screen = openSessions([one, others]);
		screen.press('/', ...'one', 'return', 'escape');
		expect(screen.model()).toMatchObject({layers: [{type: 'sessions'}], sessions: {filter: ''}});
		screen.press('escape');
		expect(screen.model().layers).toEqual([]);
		screen.press('s', '/', ...'one', 'return', 'q');
		expect(screen.model().layers).toEqual([]);
	});

	it('Ctrl+C quits, or cancels what runs', () => {
		const screen = openSessions([one]);
		screen.press('ctrl+c');
		expect(screen.model().exitCode).toBe(130);
		const busy = openSessions([one], {changes: {tasks: [exportTask()]}});
		busy.press('ctrl+c');
		expect(busy.model().exitCode).toBeUndefined();
		expect(busy.wanted('cancel-tasks')).toHaveLength(1);
	});

	const bare = (changes: Partial<Model>): Model => freshModel({layers: [{type: 'sessions'}], sessions: {
		load: {state: 'ready'}, rows: new Map(), cursor: {id: '', index: 0}, scroll: 0, sort: {by: 'activity', isReversed: false}, filter: '', ticket: 1, isBusy: false,
	}, ...changes});

	test.each(['q', 'escape'])('%s quits where nothing is behind, and asks while a task runs', key => {
		expect(update(bare({}), {type: 'key-pressed', key})[0].exitCode).toBe(0);
		const [asked] = update(bare({tasks: [exportTask()]}), {type: 'key-pressed', key});
		expect(asked).toMatchObject({layers: [{type: 'sessions'}, {type: 'confirm-quit'}]});
		expect(asked.exitCode).toBeUndefined();
	});
});

describe('over the start menu', () => {
	const item = (row: SessionRow): MenuItem => ({session: row.session, isCurrent: false, lastActiveAt: now});

	const fromMenu = (rows: readonly SessionRow[]): {readonly model: () => Model; readonly press: (...keys: readonly string[]) => string[]; readonly send: (message: Message) => string[]} => {
		let model = freshModel({menu: {items: rows.map(row => item(row)), index: 1, isBusy: false}});
		const send = (message: Message): string[] => {
			const [next, effects] = update(model, message);
			model = next;
			return effects.map(({type}) => type);
		};

		return {
			model: () => model,
			press: (...keys) => keys.flatMap(key => send({type: 'key-pressed', key})),
			send,
		};
	};

	it('s opens it, and q comes back to the choice as it was', () => {
		const screen = fromMenu([one, label(4, 'four')]);
		expect(screen.press('s')).toEqual(['list-sessions']);
		expect(screen.model().layers).toEqual([{type: 'sessions'}]);
		expect(screen.press('q')).toEqual(['stop-listing-sessions']);
		expect(screen.model()).toMatchObject({layers: [], menu: {index: 1, isBusy: false}});
		expect(screen.model().exitCode).toBeUndefined();
	});

	it('what is being opened from it is not opened from the menu, too', () => {
		const screen = fromMenu([one, label(4, 'four')]);
		screen.press('s');
		screen.send({type: 'sessions-listed', ticket: screen.model().sessions!.ticket, rows: [one], ids: [idOf(1)]});
		expect(screen.press('return', 'q')).toEqual(['open-session', 'stop-listing-sessions']);
		expect(screen.press('return', 's', 'j')).toEqual([]);
		screen.send({type: 'session-refused', problem: 'no'});
		expect(screen.press('return')).toEqual(['open-session']);
	});

	it('one looks into a session from it, and is back at the list, behind which the choice is', () => {
		const screen = fromMenu([one, label(4, 'four')]);
		screen.press('s');
		screen.send({type: 'session-looked-into', session: {id: idOf(4), isReadOnly: true, lastActiveAt: now}, roots: ['single', 'bulk']});
		expect(screen.model()).toMatchObject({menu: undefined, session: {id: idOf(4)}, layers: []});
		expect(screen.press('q')).toContain('leave');
		expect(screen.model()).toMatchObject({menu: {index: 1}, session: undefined, layers: [{type: 'sessions'}]});
		screen.press('q');
		expect(screen.model()).toMatchObject({menu: {index: 1}, layers: []});
	});

	it('a session that was relabelled, kept or ended is so in the choice', () => {
		const screen = fromMenu([one, label(4, 'four')]);
		screen.press('s');
		const keep = {until: 'forever', isByAdministrator: false} as const;
		screen.send({type: 'session-changed', id: idOf(4), session: {...label(4, 'vier').session, keep}, text: 'done'});
		expect(screen.model().menu?.items[1]?.session).toMatchObject({id: idOf(4), marker: {label: 'vier'}, keep});
		screen.press('q', 'j', 's');
		expect(screen.model().menu?.index).toBe(2);
		screen.send({type: 'session-changed', id: idOf(4), session: undefined, text: 'gone'});
		expect(screen.model().menu).toMatchObject({items: [{session: {id: idOf(1)}}], index: 1});
		// Also while one looks into another.
		screen.send({type: 'session-looked-into', session: {id: idOf(9), isReadOnly: true, lastActiveAt: now}, roots: ['single', 'bulk']});
		screen.send({type: 'session-changed', id: idOf(1), session: undefined, text: 'gone'});
		screen.press('q');
		expect(screen.model().menu).toMatchObject({items: [], index: 0});
	});
});

describe('a session that was changed', () => {
	const changed: Message = {type: 'session-changed', id: ownId, session: {...own.session, marker: {...own.session.marker!, label: 'renamed'}, keep: {until: now + (72 * hour), isByAdministrator: false}}, text: 'mine is kept'};

	it('is so in the list and where it is open, and that is told', () => {
		const screen = openSessions([own, one]);
		screen.send(changed);
		expect(screen.list()).toContain('>renamed');
		expect(screen.model()).toMatchObject({session: {label: 'renamed', keepUntil: now + (72 * hour)}, notice: {kind: 'success', text: 'mine is kept'}});
		screen.send({...changed, session: own.session, isProblem: true});
		expect(screen.model().session).not.toHaveProperty('keepUntil');
		expect(screen.model().notice?.kind).toBe('problem');
	});

	it('is so where it waits behind another, which stays as it is', () => {
		const screen = openSessions([own, one]);
		screen.send({type: 'session-looked-into', session: {id: idOf(1), label: 'one', isReadOnly: true, lastActiveAt: now}, roots: ['single', 'bulk']});
		screen.send(changed);
		expect(screen.model()).toMatchObject({session: {id: idOf(1), label: 'one'}, behind: {session: {label: 'renamed'}}});
		screen.press('q');
		expect(screen.model().session).toMatchObject({id: ownId, label: 'renamed', keepUntil: now + (72 * hour)});
	});

	it('is so where it is looked into', () => {
		const screen = openSessions([own, one]);
		screen.send({type: 'session-looked-into', session: {id: idOf(1), label: 'one', isReadOnly: true, lastActiveAt: now}, roots: ['single', 'bulk']});
		screen.send({type: 'session-changed', id: idOf(1), session: {...one.session, keep: {until: 'forever', isByAdministrator: true}}, text: 'one is kept'});
		expect(screen.model()).toMatchObject({session: {id: idOf(1), label: 'one', isReadOnly: true, keepUntil: 'forever'}});
	});

	it('or was not, is told', () => {
		const screen = openSessions([own]);
		screen.send({type: 'session-unchanged', problem: 'mine was not removed: \u{1B}[2J'});
		expect(screen.model().notice).toEqual({kind: 'problem', text: String.raw`mine was not removed: \x1b[2J`});
	});
});

describe('what is done from elsewhere', () => {
	it('a sweep that ends reads the list again, if it is on screen', () => {
		const screen = openSessions([one]);
		screen.wanted('list-sessions');
		const report = {isDryRun: false, removed: [], kept: [], recovered: [], unmanaged: [], failed: []};
		screen.send({type: 'sweep-finished', report});
		expect(screen.wanted('list-sessions')).toHaveLength(1);
		screen.press('q');
		screen.send({type: 'sweep-finished', report});
		expect(screen.wanted('list-sessions')).toEqual([]);
	});

	it('the report of an export that could not take all stays below what is being answered', () => {
		for (const [keys, type] of [[['d'], 'end'], [['m'], 'keep'], [['r'], 'relabel'], [['/'], 'filter'], [['S'], 'try-sweep']] as const) {
			const screen = openSessions([one], {changes: {tasks: [exportTask({id: 7})]}});
			screen.press(...keys);
			screen.send({type: 'export-finished', id: 7, text: 'exported 1 file', problems: ['single/x: it is gone'], nextTo: '.'});
			expect(screen.model().layers.map(layer => layer.type)).toEqual(['sessions', 'report', type]);
			screen.press('escape');
			expect(screen.model().layers.map(layer => layer.type)).toEqual(['sessions', 'report']);
		}
	});
});

describe('help, and keys without a meaning', () => {
	it('the help is that of the place, closes by q, and leaves the list as it is', () => {
		const screen = openSessions([one]);
		screen.press('?');
		expect(screen.model().layers).toEqual([{type: 'sessions'}, {type: 'help', scroll: 0, place: 'sessions'}]);
		screen.press('G', 'd', 'q');
		expect(screen.model().layers).toEqual([{type: 'sessions'}]);
		screen.press('q', '?');
		expect(screen.model().layers).toMatchObject([{type: 'help', place: 'browse'}]);
	});

	it('no key of the tree alone does anything', () => {
		const places = new Set(keymapOf('sessions').flatMap(({keys}) => keys));
		const alone = keymapOf('browse').filter(({only}) => only === 'browse').flatMap(({keys}) => keys).filter(key => !places.has(key) && key !== 's');
		expect(alone).toContain('x');
		for (const key of [...alone, 's', 'f5', 'backspace', '1']) {
			const screen = openSessions([one, own]);
			const before = screen.model();
			screen.press(key);
			expect({...screen.model(), pendingKey: ''}).toEqual({...before, pendingKey: ''});
		}
	});

	it('where the screen is too small nothing is done but leaving', () => {
		const screen = openSessions([one, own]);
		screen.send({type: 'screen-resized', columns: 39, rows: 9});
		const {sessions} = screen.model();
		screen.press('g', 'g', 'd', 'y', 'return', 'o', 'j', 'S', 'm');
		expect(screen.model().sessions).toEqual(sessions);
		expect(screen.model().layers).toEqual([{type: 'sessions'}]);
		screen.press('q');
		expect(screen.model().exitCode).toBe(0);
	});

	it('pasted text does nothing', () => {
		const screen = openSessions([one, own]);
		const before = screen.model();
		screen.send({type: 'text-pasted', text: 'dyoq\n'});
		expect(screen.model()).toBe(before);
	});
});
