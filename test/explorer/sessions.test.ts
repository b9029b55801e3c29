import {describe, expect, it, test} from 'vitest';
import type {SessionRow, SortKey} from '../../source/explorer/model.js';
import {expiryOfRow, isKeptRow, lastActiveAt, shownSessions, stateOfRow, totalsOf} from '../../source/explorer/sessions.js';
import {now} from '../helpers/explorer.js';
import {hour, idOf, minute, openSessions, ownId, rowOf} from '../helpers/sessions.js';

const label = (number: number, name: string, traits: Parameters<typeof rowOf>[1] = {}): SessionRow => rowOf(idOf(number), {label: name, ...traits});

describe('the order', () => {
	const rows = [
		label(1, 'b10', {age: 2, found: {bytes: 30}}),
		label(2, 'b9', {age: 5, found: {bytes: 500}}),
		label(3, 'a', {age: 1, found: {bytes: 30}, keep: {until: 'forever', isByAdministrator: false}}),
		label(4, 'c', {age: 9, keep: {until: now + (90 * hour), isByAdministrator: true}}),
		rowOf(idOf(5), {age: undefined, problem: 'broken'}),
		label(6, 'Z', {age: 3, found: {bytes: 0}, keep: {until: 'forever', isByAdministrator: false}}),
	];

	test.each<readonly [SortKey, string, readonly string[], readonly string[]]>([
		['name', 'n', ['00000005', 'a', 'b9', 'b10', 'c', 'Z'], ['Z', 'c', 'b10', 'b9', 'a', '00000005']],
		['size', 's', ['b9', 'a', 'b10', 'Z', '00000005', 'c'], ['Z', 'a', 'b10', 'b9', '00000005', 'c']],
		['activity', 'm', ['a', 'b10', 'Z', 'b9', 'c', '00000005'], ['c', 'b9', 'Z', 'b10', 'a', '00000005']],
		['left', 't', ['b9', 'b10', 'c', 'a', 'Z', '00000005'], ['a', 'Z', 'c', 'b10', 'b9', '00000005']],
	])('by %s, and reversed: what is not known comes last both ways, equals by their names', (by, key, expected, reversed) => {
		const screen = openSessions(rows);
		screen.press(',', key);
		expect(screen.model().sessions?.sort).toEqual({by, isReversed: false});
		expect(screen.list().map(name => name.slice(1))).toEqual(expected);
		screen.press(',', key.toUpperCase());
		expect(screen.model().sessions?.sort).toEqual({by, isReversed: true});
		expect(screen.list().map(name => name.slice(1))).toEqual(reversed);
		// Not a row is asked for again, and the order does not depend on the one before.
		const other = openSessions(rows.toReversed());
		other.press(',', key.toUpperCase());
		expect(other.list().map(name => name.slice(1))).toEqual(reversed);
		expect(screen.wanted('list-sessions')).toHaveLength(1);
	});

	it('is by the last activity at first, and a comma alone, or with another key, changes nothing', () => {
		const screen = openSessions(rows);
		expect(screen.list()[0]).toBe('>a');
		screen.press(',');
		expect(screen.model().pendingKey).toBe(',');
		screen.press('x');
		expect(screen.model()).toMatchObject({pendingKey: '', sessions: {sort: {by: 'activity', isReversed: false}}});
	});
});

describe('the filter', () => {
	const rows = [
		label(1, 'Holiday pictures', {owner: 'alice', isOwn: false}),
		label(2, 'work', {owner: 'bob', isOwn: false, age: 40, found: {}}),
		label(3, 'pictures of work', {keep: {until: 'forever', isByAdministrator: false}}),
		label(44, 'ännu', {isHeld: true}),
	];

	test.each([
		['pictures', ['Holiday pictures', 'pictures of work']],
		['PICTURES alice', ['Holiday pictures']],
		['work pict', ['pictures of work']],
		['00000044', ['ännu']],
		['44-1111', ['ännu']],
		['bob', ['work']],
		['expired', ['work']],
		['kept', ['pictures of work']],
		['active', ['ännu']],
		['idle', ['Holiday pictures']],
		['ÄNNU', ['ännu']],
		['nothing like that', []],
	])('%s', (text, expected) => {
		const screen = openSessions(rows);
		screen.press('/', ...Array.from(text, character => character === ' ' ? 'space' : character));
		expect(screen.list().map(name => name.slice(1)).toSorted((a, b) => a.localeCompare(b, 'en'))).toEqual(expected.toSorted((a, b) => a.localeCompare(b, 'en')));
		screen.press('return');
		expect(screen.model()).toMatchObject({layers: [{type: 'sessions'}], sessions: {filter: text}});
	});

	it('by state goes with the time', () => {
		const screen = openSessions([label(1, 'one', {age: 23, found: {}})]);
		screen.press('f', ...'expired');
		expect(screen.list()).toEqual([]);
		screen.send({type: 'clock-ticked', now: now + (2 * hour)});
		expect(screen.list()).toEqual(['>one']);
	});

	it('leaves the totals those of all', () => {
		const screen = openSessions([label(1, 'one', {found: {files: 2, bytes: 20}}), label(2, 'two', {found: {files: 1, bytes: 5}}), label(3, 'three')]);
		screen.press('f', ...'one');
		expect(screen.list()).toEqual(['>one']);
		expect(totalsOf(screen.model().sessions!)).toEqual({files: 3, bytes: 25, counted: 2});
	});

	it('takes pasted text as one line without control characters, while it is typed', () => {
		const screen = openSessions(rows);
		screen.send({type: 'text-pasted', text: 'work'});
		expect(screen.model().sessions?.filter).toBe('');
		screen.press('/');
		screen.send({type: 'text-pasted', text: ' wo\u{1B}rk\n'});
		expect(screen.model().sessions?.filter).toBe('work');
		screen.press('escape');
		expect(screen.model()).toMatchObject({layers: [{type: 'sessions'}], sessions: {filter: ''}});
	});
});

describe('what is known of a session', () => {
	const bound = 24 * hour;

	test.each<readonly [string, Parameters<typeof rowOf>[1], string | undefined, string | undefined]>([
		['young by its marker is idle at once', {age: 5, found: {}}, 'idle', 'idle'],
		['used a minute ago', {age: 1 / 60, found: {}}, 'active', 'active'],
		['old by its marker, old by a walk', {age: 30, found: {}}, undefined, 'expired'],
		['old by its marker, young by a walk', {age: 30, found: {hours: 2}}, undefined, 'idle'],
		['old, without a marker', {age: undefined, found: {hours: 40}}, undefined, 'expired'],
		['without a marker', {age: undefined, found: {hours: 1}}, undefined, 'idle'],
		['held, however old', {age: 300, isHeld: true, found: {}}, 'active', 'active'],
		['held and without a marker', {age: undefined, isHeld: true, found: {hours: 300}}, 'active', 'active'],
		['kept for good', {age: 300, keep: {until: 'forever', isByAdministrator: false}, found: {}}, 'kept', 'kept'],
		['kept for a while yet', {age: 300, keep: {until: now + 1, isByAdministrator: true}, found: {}}, 'kept', 'kept'],
		['kept until a moment ago', {age: 300, keep: {until: now - 1, isByAdministrator: false}, found: {}}, undefined, 'expired'],
		['broken', {age: 300, problem: 'x is not a directory', found: {}}, 'broken', 'broken'],
		['broken and held', {age: undefined, problem: 'cannot be read', isHeld: true, found: {}}, 'broken', 'broken'],
		['old, but in doubt', {age: 300, found: {doubt: 'single cannot be looked at'}}, undefined, 'idle'],
		['old after a timeout of its owner\'s own', {age: 5, maxAgeHours: 4, found: {}}, undefined, 'expired'],
	])('%s: before and after a walk', (_, traits, before, after) => {
		const {found: __, ...rest} = traits!;
		expect(stateOfRow(rowOf(idOf(1), rest), now)).toBe(before);
		expect(stateOfRow(rowOf(idOf(1), traits), now)).toBe(after);
	});

	it('expires exactly after its timeout, not at it', () => {
		const row = rowOf(idOf(1), {age: 0, found: {}});
		expect([bound - 1, bound, bound + 1].map(passed => stateOfRow(row, now + passed))).toEqual(['idle', 'idle', 'expired']);
		expect([5 * minute, (5 * minute) + 1].map(passed => stateOfRow(row, now + passed))).toEqual(['active', 'idle']);
		expect(expiryOfRow(row)).toBe(now + bound);
	});

	it('a walk finds the newest sign of life, and the expiry goes with it and with what keeps it', () => {
		expect(lastActiveAt(rowOf(idOf(1), {age: 30, found: {hours: 2}}))).toBe(now - (2 * hour));
		expect(lastActiveAt(rowOf(idOf(1), {age: undefined}))).toBeUndefined();
		expect(expiryOfRow(rowOf(idOf(1), {age: undefined}))).toBeUndefined();
		expect(expiryOfRow(rowOf(idOf(1), {age: 1, keep: {until: now + (90 * hour), isByAdministrator: true}}))).toBe(now + (90 * hour));
		expect(expiryOfRow(rowOf(idOf(1), {age: 1, keep: {until: 'forever', isByAdministrator: true}}))).toBeUndefined();
		expect(isKeptRow(rowOf(idOf(1), {keep: {until: now, isByAdministrator: true}}), now)).toBe(false);
	});
});

describe('the list', () => {
	const rows = [label(1, 'one', {age: 1}), label(2, 'two', {age: 2}), label(3, 'three', {age: 3}), label(4, 'four', {age: 4})];

	it('opens with what is open under the cursor; where that is not on it, at the top, until the cursor is moved', () => {
		const own = rowOf(ownId, {label: 'mine', age: 9});
		const screen = openSessions([...rows, own]);
		expect(screen.list().at(-1)).toBe('>mine');
		const other = openSessions(rows, {changes: {}});
		expect(other.list()).toEqual(['>one', ' two', ' three', ' four']);
	});

	it('keeps the cursor on its session through new rows, orders, filters that leave it, a reload and what a walk finds', () => {
		const screen = openSessions(rows);
		screen.press('j', 'j');
		expect(screen.focusedId()).toBe(idOf(3));
		const stays = (): void => {
			expect(screen.focusedId()).toBe(idOf(3));
			expect(screen.model().sessions?.cursor.id).toBe(idOf(3));
		};

		screen.press(',', 'n');
		stays();
		screen.press(',', 'M');
		stays();
		screen.press('/', ...'r', 'return');
		expect(screen.list()).toEqual([' four', '>three']);
		stays();
		screen.press('escape');
		stays();
		screen.press('R');
		screen.answer([label(9, 'nine', {age: 0})], false);
		stays();
		screen.answer([label(9, 'nine', {age: 0}), ...rows]);
		stays();
		screen.send({type: 'sessions-found', ticket: screen.model().sessions!.ticket, found: new Map([[idOf(3), {files: 1, bytes: 1, evidence: {path: 'single/x', source: 'mtime', time: now}}]])});
		screen.press(',', 'm');
		stays();
		screen.press('q', 's');
		expect(screen.model().sessions?.cursor.id).toBe(ownId);
	});

	it('where the session under the cursor goes, stays at its height', () => {
		const screen = openSessions(rows);
		screen.press('j');
		screen.send({type: 'session-changed', id: idOf(2), session: undefined, text: 'two was removed'});
		expect(screen.list()).toEqual([' one', '>three', ' four']);
		screen.press('G');
		screen.send({type: 'session-changed', id: idOf(4), session: undefined, text: 'four was removed'});
		expect(screen.list()).toEqual([' one', '>three']);
		for (const id of [idOf(3), idOf(1)]) {
			screen.send({type: 'session-changed', id, session: undefined, text: 'gone'});
		}

		expect(screen.list()).toEqual([]);
		screen.press('j', 'return', 'i', 'd', 'm', 'r');
		expect([screen.wanted('open-session'), screen.wanted('look-into'), screen.model().layers]).toEqual([[], [], [{type: 'sessions'}]]);
	});

	it('drops answers to a reading that is not the last', () => {
		const screen = openSessions(rows);
		const old = screen.model().sessions!.ticket;
		screen.press('R');
		const before = screen.model();
		screen.send({type: 'sessions-listed', ticket: old, rows: [label(7, 'seven')], ids: []});
		screen.send({type: 'sessions-failed', ticket: old, problem: 'no'});
		screen.send({type: 'sessions-found', ticket: old, found: new Map([[idOf(1), {files: 9, bytes: 9}]])});
		expect(screen.model()).toBe(before);
	});

	it('shows the old rows until the new reading is complete, then those alone that are there', () => {
		const screen = openSessions([label(1, 'one', {age: 1, found: {bytes: 77}}), ...rows.slice(1)]);
		screen.press('R');
		expect(screen.model().sessions?.load.state).toBe('loading');
		screen.answer([label(5, 'five', {age: 0})], false);
		expect(screen.list()).toHaveLength(5);
		screen.answer([label(1, 'one', {age: 1}), label(5, 'five', {age: 0})]);
		expect(screen.list().map(name => name.slice(1))).toEqual(['five', 'one']);
		// What was found stays until it is looked at again.
		expect(screen.model().sessions).toMatchObject({load: {state: 'ready'}});
		expect(totalsOf(screen.model().sessions!)).toEqual({files: 1, bytes: 77, counted: 1});
	});

	it('that cannot be read says why, and is read again', () => {
		const screen = openSessions(rows);
		screen.press('R');
		screen.send({type: 'sessions-failed', ticket: screen.model().sessions!.ticket, problem: 'the sessions cannot be listed: permission denied'});
		expect(screen.model().sessions?.load).toEqual({state: 'failed', problem: 'the sessions cannot be listed: permission denied'});
		screen.wanted('list-sessions');
		screen.press('R');
		expect(screen.wanted('list-sessions')).toHaveLength(1);
	});

	it('what a walk finds in a session that is none of the list any more is dropped', () => {
		const screen = openSessions(rows);
		screen.send({type: 'sessions-found', ticket: screen.model().sessions!.ticket, found: new Map([[idOf(99), {files: 1, bytes: 1}]])});
		expect(screen.model().sessions?.rows.size).toBe(4);
	});

	it('scrolls with the cursor, and with the size of the screen', () => {
		const many = Array.from({length: 100}, (_, index) => label(index, `s${index}`, {age: index / 10}));
		const screen = openSessions(many);
		const height = (): number => screen.model().size.rows - 4;
		const visible = (): boolean => {
			const {cursor, scroll} = screen.model().sessions!;
			return cursor.index >= scroll && cursor.index < scroll + height() && scroll <= Math.max(0, 100 - height());
		};

		for (const keys of [['G'], ['ctrl+u'], ['pageup'], ['g', 'g'], ['pagedown'], ['ctrl+d'], ['end'], ['home'], ['down'], ['up']]) {
			screen.press(...keys);
			expect(visible()).toBe(true);
		}

		screen.press('G');
		expect(screen.focusedId()).toBe(idOf(99));
		for (const [columns, lines] of [[40, 10], [200, 60], [30, 5], [80, 24]] as const) {
			screen.send({type: 'screen-resized', columns, rows: lines});
			expect(screen.focusedId()).toBe(idOf(99));
			expect(lines < 10 || visible()).toBe(true);
		}
	});

	it('is derived once for each state of it', () => {
		const screen = openSessions(rows);
		const {sessions} = screen.model();
		expect(shownSessions(sessions!, now)).toBe(shownSessions(sessions!, now + minute));
	});
});
