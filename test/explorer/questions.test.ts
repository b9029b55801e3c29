import {describe, expect, it, test} from 'vitest';
import {topLayer, type Layer, type SessionRow} from '../../source/explorer/model.js';
import type {SweepReport} from '../../source/outputs/sweep.js';
import {now} from '../helpers/explorer.js';
import {hour, idOf, openSessions, ownId, rowOf, type SessionsScreen} from '../helpers/sessions.js';

const mine = rowOf(idOf(1), {label: 'mine', age: 1, found: {files: 3, bytes: 300}});

const typed = (text: string): string[] => Array.from(text, character => character === ' ' ? 'space' : character);

const top = <T extends Layer['type']>(screen: SessionsScreen, type: T): Extract<Layer, {type: T}> => {
	const layer = topLayer(screen.model());
	if (layer?.type !== type) {
		throw new Error(`There is no ${type}, but ${layer?.type ?? 'nothing'}.`);
	}

	return layer as Extract<Layer, {type: T}>;
};

const isClosed = (screen: SessionsScreen): boolean => topLayer(screen.model())?.type === 'sessions';

describe('ending a session', () => {
	const end = (row: SessionRow, ...keys: readonly string[]): SessionsScreen => {
		const screen = openSessions([row]);
		screen.press('d', ...keys);
		return screen;
	};

	it('of one\'s own is y, and nothing else', () => {
		for (const key of ['return', 'Y', 'd', 'e', 'space', 'tab', 'j']) {
			const screen = end(mine, key);
			expect(top(screen, 'end').isTyped).toBe(false);
			expect(screen.wanted('end-session')).toEqual([]);
		}

		for (const key of ['n', 'q', 'escape', 'ctrl+c']) {
			const screen = end(mine, key);
			expect([isClosed(screen), screen.wanted('end-session'), screen.model().exitCode]).toEqual([true, [], undefined]);
		}

		const screen = end(mine, 'y');
		expect(isClosed(screen)).toBe(true);
		expect(screen.wanted('end-session')).toEqual([{type: 'end-session', row: mine, totals: {files: 3, bytes: 300}, isKept: false}]);
	});

	test.each<readonly [string, SessionRow, boolean]>([
		['somebody else\'s', rowOf(idOf(1), {isOwn: false, found: {}}), false],
		['one kept for good', rowOf(idOf(1), {keep: {until: 'forever', isByAdministrator: false}, found: {}}), true],
		['one kept for a while', rowOf(idOf(1), {keep: {until: now + 1, isByAdministrator: true}, found: {}}), true],
		['a broken one', rowOf(idOf(1), {age: undefined, problem: 'it is odd', found: {}}), false],
	])('of %s is a word, typed by hand', (_, row, isKept) => {
		const screen = end(row, 'y', 'return');
		expect(top(screen, 'end')).toMatchObject({isTyped: true, isKept, text: 'y', problem: 'type yes to remove it, or leave with Esc'});
		screen.press('ctrl+u');
		expect(top(screen, 'end')).not.toHaveProperty('problem');
		screen.send({type: 'text-pasted', text: 'yes\n'});
		screen.press('return');
		expect(top(screen, 'end').text).toBe('');
		screen.press('n', 'o', 'return', 'backspace', 'backspace', 'q', 'backspace');
		expect(screen.wanted('end-session')).toEqual([]);
		screen.press('space', 'Y', 'e', 's', 'return');
		expect(isClosed(screen)).toBe(true);
		expect(screen.wanted('end-session')).toMatchObject([{row: {session: {id: idOf(1)}}, isKept}]);
		for (const key of ['escape', 'ctrl+c']) {
			const left = end(row, 'y', 'e', 's', key);
			expect([isClosed(left), left.wanted('end-session')]).toEqual([true, []]);
		}
	});

	it('one that is kept no more is one as any other', () => {
		expect(top(end(rowOf(idOf(1), {keep: {until: now - 1, isByAdministrator: true}, found: {}})), 'end')).toMatchObject({isTyped: false, isKept: false});
	});

	it('counts what goes before it asks, and again, and waits for that', () => {
		const screen = end(rowOf(idOf(1), {label: 'one'}));
		const {ticket} = screen.wanted('count-session')[0]!;
		expect(top(screen, 'end').totals).toEqual({state: 'loading'});
		screen.press('y');
		expect(top(screen, 'end').problem).toBe('it is still being counted: a moment');
		expect(screen.wanted('end-session')).toEqual([]);
		screen.send({type: 'session-counted', ticket: ticket - 1, totals: {files: 99, bytes: 99}});
		expect(top(screen, 'end').totals).toEqual({state: 'loading'});
		screen.send({type: 'session-counted', ticket, totals: {files: 4, bytes: 40}});
		screen.press('y');
		expect(screen.wanted('end-session')).toMatchObject([{totals: {files: 4, bytes: 40}}]);
		const known = end(mine);
		known.send({type: 'session-counted', ticket: known.wanted('count-session')[0]!.ticket, totals: {files: 5, bytes: 500}});
		expect(top(known, 'end').totals).toEqual({state: 'ready', value: {files: 5, bytes: 500}});
	});

	it('acts on the session that it asked about, wherever the cursor is by now and whatever a walk has found', () => {
		const screen = openSessions([mine, rowOf(idOf(2), {label: 'other', age: 0.5})]);
		screen.press('j', 'd');
		const {ticket} = screen.model().sessions!;
		screen.send({type: 'sessions-found', ticket, found: new Map([[idOf(1), {files: 77, bytes: 77}]])});
		screen.send({type: 'session-changed', id: idOf(2), session: undefined, text: 'gone'});
		screen.answer([], true);
		expect(top(screen, 'end')).toMatchObject({row: mine, totals: {state: 'ready', value: {files: 3, bytes: 300}}});
		screen.press('y');
		expect(screen.wanted('end-session')).toMatchObject([{row: mine, totals: {files: 3, bytes: 300}}]);
	});

	it('is refused for the one that is open', () => {
		const screen = openSessions([rowOf(ownId)]);
		screen.press('d');
		expect(isClosed(screen)).toBe(true);
		expect(screen.model().notice).toEqual({kind: 'problem', text: 'this session is open here: resume another, or start one with o, before this one is ended'});
	});
});

describe('keeping a session', () => {
	test.each<readonly [string, number | 'forever']>([
		['', 'forever'], ['72', now + (72 * hour)], [' 0.5 ', now + (hour / 2)], ['87600', now + (87_600 * hour)],
	])('for %j hours', (text, keep) => {
		const screen = openSessions([mine]);
		screen.press('m', ...typed(text), 'return');
		expect(isClosed(screen)).toBe(true);
		expect(screen.wanted('keep-session')).toEqual([{type: 'keep-session', row: mine, keep}]);
	});

	test.each(['0', '-1', '24h', '1e3', '.5', '87600.1', 'forever', '٣'])('not for %j hours, which says what is allowed', text => {
		const screen = openSessions([mine]);
		screen.press('m', ...typed(text), 'return');
		expect(top(screen, 'keep').problem).toBe('give a number of hours above 0 and at most 87600, such as 24 or 0.5');
		expect(screen.wanted('keep-session')).toEqual([]);
		screen.press('ctrl+u');
		expect(top(screen, 'keep')).not.toHaveProperty('problem');
		screen.press('1', 'escape');
		expect([isClosed(screen), screen.wanted('keep-session')]).toEqual([true, []]);
	});

	it('is counted from the moment of the answer, and takes pasted hours without confirming them', () => {
		const screen = openSessions([mine]);
		screen.press('m');
		screen.send({type: 'text-pasted', text: '2\n'});
		expect(top(screen, 'keep').text).toBe('2');
		screen.send({type: 'clock-ticked', now: now + hour});
		screen.press('return');
		expect(screen.wanted('keep-session')).toMatchObject([{keep: now + (3 * hour)}]);
	});

	it('is lifted by the same key without a question, by whomever it is kept', () => {
		for (const isByAdministrator of [false, true]) {
			const row = rowOf(idOf(1), {keep: {until: now + 1, isByAdministrator}});
			const screen = openSessions([row]);
			screen.press('m');
			expect(screen.wanted('keep-session')).toEqual([{type: 'keep-session', row, keep: undefined}]);
			screen.send({type: 'clock-ticked', now: now + 1000});
			screen.press('m');
			expect(top(screen, 'keep').row).toBe(row);
		}
	});

	it('is no use for a broken one, which says so', () => {
		const screen = openSessions([rowOf(idOf(1), {age: undefined, problem: 'it is odd'})]);
		screen.press('m');
		expect([isClosed(screen), screen.model().notice?.text]).toEqual([true, '00000001 is broken, and not removed by a sweep: it is odd']);
	});
});

describe('relabelling a session', () => {
	it('starts with the label that it has', () => {
		const screen = openSessions([mine]);
		screen.press('r');
		expect(top(screen, 'relabel')).toMatchObject({text: 'mine', caret: 4});
		screen.press(...typed(' 2'), 'return');
		expect(screen.wanted('label-session')).toEqual([{type: 'label-session', row: mine, label: 'mine 2'}]);
		expect(isClosed(screen)).toBe(true);
	});

	test.each(['', ' ', 'a/b', '-x', '11111111', 'x'.repeat(65), String.raw`a\b`])('to %j is refused, with the reason', text => {
		const screen = openSessions([mine]);
		screen.press('r', 'ctrl+u', ...typed(text), 'return');
		expect(top(screen, 'relabel').problem).toMatch(/^this cannot be a label: it/v);
		expect(screen.wanted('label-session')).toEqual([]);
		screen.press('escape');
		expect(isClosed(screen)).toBe(true);
	});

	it('is the owner\'s alone', () => {
		const screen = openSessions([rowOf(idOf(1), {label: 'hers', isOwn: false})]);
		screen.press('r');
		expect([isClosed(screen), screen.model().notice?.text]).toEqual([true, 'hers belongs to alice, who alone can label it']);
	});
});

describe('sweeping from the list', () => {
	const report = (count: number, more: Partial<SweepReport> = {}): SweepReport => ({
		isDryRun: true,
		removed: Array.from({length: count}, (_, index) => ({id: idOf(index), files: 1, bytes: 1, lastActiveAt: now - (30 * hour), evidence: {path: '', source: 'ctime', time: now - (30 * hour)}})),
		kept: [], recovered: [], unmanaged: [], failed: [], ...more,
	});

	const trying = (value: SweepReport): SessionsScreen => {
		const screen = openSessions([mine]);
		screen.press('S');
		screen.send({type: 'sweep-tried', ticket: screen.wanted('try-sweep')[0]!.ticket, report: {state: 'ready', value}});
		return screen;
	};

	it('says first what it would do, and does it on y', () => {
		const screen = openSessions([mine]);
		screen.press('S', 'y', 'return');
		expect([top(screen, 'try-sweep').report, screen.wanted('sweep')]).toEqual([{state: 'loading'}, []]);
		const {ticket} = screen.wanted('try-sweep')[0]!;
		screen.send({type: 'sweep-tried', ticket: ticket - 1, report: {state: 'ready', value: report(9)}});
		expect(top(screen, 'try-sweep').report.state).toBe('loading');
		screen.send({type: 'sweep-tried', ticket, report: {state: 'ready', value: report(2)}});
		screen.press('return', 'space', 'Y');
		expect(screen.wanted('sweep')).toEqual([]);
		screen.press('y');
		expect(screen.wanted('sweep')).toEqual([{type: 'sweep', isAll: true}]);
		expect(isClosed(screen)).toBe(true);
		expect(screen.model()).toMatchObject({sweep: {state: 'loading'}, notice: {text: 'sweeping…'}});
	});

	it('has nothing to do where nothing has expired, or where it must not', () => {
		for (const value of [report(0), report(3, {skipped: 'clock', detail: 'the clock went back'}), report(3, {skipped: 'busy'}), report(3, {skipped: 'unsafe'})]) {
			const screen = trying(value);
			screen.press('y');
			expect(screen.wanted('sweep')).toEqual([]);
			screen.press('q');
			expect(isClosed(screen)).toBe(true);
		}

		const failed = openSessions([mine]);
		failed.press('S');
		failed.send({type: 'sweep-tried', ticket: failed.wanted('try-sweep')[0]!.ticket, report: {state: 'failed', problem: 'no'}});
		failed.press('y');
		expect(failed.wanted('sweep')).toEqual([]);
	});

	test.each(['n', 'q', 'escape', 'ctrl+c'])('%s leaves it', key => {
		const screen = trying(report(2));
		screen.press(key);
		expect([isClosed(screen), screen.wanted('sweep'), screen.model().exitCode]).toEqual([true, [], undefined]);
	});

	it('scrolls as far as its lines go', () => {
		const screen = trying(report(100)); // Two rows each.
		const height = screen.model().size.rows - 6;
		for (const [keys, scroll] of [[['j'], 1], [['k', 'k'], 0], [['G'], 200 - height], [['j'], 200 - height], [['home'], 0], [['pagedown'], height - 1], [['end'], 200 - height]] as const) {
			screen.press(...keys);
			expect(top(screen, 'try-sweep').scroll).toBe(scroll);
		}

		const short = trying(report(2));
		short.press('G', 'j');
		expect(top(short, 'try-sweep').scroll).toBe(0);
	});

	test.each<readonly [string, Partial<SweepReport>, string]>([
		['what it removed', report(2), '2 sessions had expired and were removed'],
		['that nothing was left to remove', report(0), 'nothing was removed'],
		['that another is at work', {skipped: 'busy', detail: 'another sweep is at work'}, 'another sweep is at work'],
		['why it must not', {skipped: 'clock', detail: 'the clock went back'}, 'the clock went back'],
	])('tells %s', (_, more, text) => {
		const screen = trying(report(2));
		screen.press('y');
		screen.send({type: 'sweep-finished', report: {...report(0), isDryRun: false, ...more}, isAskedFor: true});
		expect(screen.model().notice?.text).toBe(text);
	});

	test('tells it also after other keys', () => {
		const screen = trying(report(2));
		screen.press('y', 'j', 'k');
		expect(screen.model().notice).toBeUndefined();
		screen.send({type: 'sweep-finished', report: {...report(0), isDryRun: false}, isAskedFor: true});
		expect(screen.model().notice?.text).toBe('nothing was removed');
	});
});
