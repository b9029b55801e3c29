import {describe, expect, it, test} from 'vitest';
import type {Layer, Model, SessionRow} from '../../source/explorer/model.js';
import type {SweepReport} from '../../source/outputs/sweep.js';
import {widthOf} from '../../source/text/width.js';
import {App} from '../../source/ui/app.js';
import {plainTheme, terminalTheme, type Theme} from '../../source/ui/theme.js';
import {now} from '../helpers/explorer.js';
import {renderAt} from '../helpers/render.js';
import {hour, idOf, openSessions, ownId, rowOf, type SessionsScreen} from '../helpers/sessions.js';

const sizes = [[40, 10], [80, 24], [120, 40], [200, 60]] as const;

const wide = '語'.repeat(64);

const hostile = 'evil\u{1B}[31m\u{202E}\n\t\u{9B}2J';

/** Labels hold no control characters; owners and reasons may. */
const odd: readonly SessionRow[] = [
	rowOf(ownId, {label: 'mine', age: 0, isHeld: true, found: {files: 12_345_678, bytes: 999_999_999_999}}),
	rowOf(idOf(1), {label: wide, age: 1, found: {files: 0, bytes: 0}}),
	rowOf(idOf(2), {label: 'e\u{301}'.repeat(60), owner: hostile, isOwn: false, age: 2, keep: {until: 'forever', isByAdministrator: true}}),
	rowOf(idOf(3), {label: '👩‍👩‍👧 family', owner: wide, isOwn: false, age: 30}),
	rowOf(idOf(4), {age: undefined, problem: `${hostile} ${'語 '.repeat(90)}`, owner: '4294967294', isOwn: false}),
	rowOf(idOf(5), {label: 'שלום עולם', age: 40, found: {doubt: hostile}}),
	rowOf(idOf(6), {label: 'kept', age: 50, keep: {until: now + (80_000 * hour), isByAdministrator: false}, found: {}}),
	rowOf(idOf(7), {label: 'gone', age: 50, found: {bytes: 5}}),
	rowOf(idOf(8), {age: undefined, owner: '\u{202E}\u{1B}[31m\n', isOwn: false}),
];

const draw = (model: Model, theme: Theme = plainTheme): {readonly lines: string[]; readonly styled: string} => {
	const rendered = renderAt(<App model={model} theme={theme}/>, model.size.columns, model.size.rows);
	const result = {lines: rendered.frame().split('\n'), styled: rendered.styledFrame()};
	rendered.unmount();
	return result;
};

/** Fails unless the frame fills its screen, and nothing in it could move a cursor or turn the text; with colours it shows the same. */
const expectExact = ({model}: SessionsScreen): string => {
	const {columns, rows} = model().size;
	const {lines, styled} = draw(model());
	expect(lines).toHaveLength(rows);
	expect(lines.filter(line => widthOf(line) > columns)).toEqual([]);
	expect(lines.join('')).not.toMatch(/\p{Cc}|\u{202E}/v);
	if (columns === 80) {
		expect(draw(model(), terminalTheme).lines).toEqual(lines);
	}

	// The plain theme has no colours, whatever is shown.
	// eslint-disable-next-line no-control-regex -- sequences begin with one
	expect(styled.replaceAll(/\u{1B}\[(?:[0-47]|22|23|24|27|39|49)?m/gv, '')).not.toMatch(/\u{1B}/v);
	return lines.join('\n');
};

const screenOf = (rows: readonly SessionRow[], [columns, lines]: readonly [number, number], isAll = true): SessionsScreen => {
	const screen = openSessions(rows, {changes: {isAll}});
	screen.send({type: 'screen-resized', columns, rows: lines});
	const {ticket} = screen.model().sessions!;
	screen.send({type: 'sessions-listed', ticket, rows: [], ids: rows.map(({session}) => session.id), space: {free: 123_456_789_012, total: 999_999_999_999}});
	return screen;
};

const report: SweepReport = {
	isDryRun: true,
	removed: Array.from({length: 30}, (_, index) => ({id: idOf(index), files: 1, bytes: 1, lastActiveAt: now - (30 * hour), evidence: {path: `single/${index}${hostile}${wide}`, source: 'mtime', time: now - (30 * hour)}})),
	kept: [{id: idOf(70), reason: `held: process 4711 (${hostile})`}],
	recovered: [],
	unmanaged: [{name: hostile}],
	failed: [],
	warnings: [hostile],
};

describe.each(sizes)('at %ix%i', (columns, rows) => {
	const size = [columns, rows] as const;

	test.each([false, true])('the list is exact, whatever its sessions are called (all owners: %s)', isAll => {
		const screen = screenOf(odd, size, isAll);
		for (const keys of [[], ['G'], ['g', 'g'], ['j', 'j'], [','], ['s'], ['/', '語', 'x'], ['escape'], ['z', '/', 'z', 'return'], ['escape']]) {
			screen.press(...keys);
			expectExact(screen);
		}

		screen.press('f');
		screen.send({type: 'text-pasted', text: `${hostile}${wide}`});
		expectExact(screen);
		screen.press('home');
		expectExact(screen);
		screen.press('return');
		expect(expectExact(screen)).toContain('no session matches the filter');
		screen.press('escape');
		const first = expectExact(screen).split('\n');
		expect(first[0]).toContain(isAll ? 'All sessions' : 'Your sessions');
		expect(first[1]).toMatch(/^ {2}NAME .*SIZE/v);
		expect(first.at(-2)).toMatch(/\d\/9$/v);
		expect(first.at(-1)).toMatch(/\? help {3}q quit *$/v);
	});

	it('tells that it is being read, that there is nothing, and why it cannot be read', () => {
		const screen = openSessions([]);
		screen.send({type: 'screen-resized', columns, rows});
		expect(expectExact(screen)).toContain('no sessions: o starts one');
		expect(expectExact(screen)).toContain('0 sessions');
		screen.press('R');
		expect(expectExact(screen)).toContain('reading…');
		screen.send({type: 'sessions-failed', ticket: screen.model().sessions!.ticket, problem: `the sessions cannot be listed: ${hostile}${wide}`});
		expect(expectExact(screen)).toContain('the sessions cannot be listed');
	});

	/** What a dialog must show whole, however much else it has to tell. */
	const whole: ReadonlyArray<readonly [name: string, keys: readonly string[], shown: readonly RegExp[]]> = [
		['keep', ['m'], [/Keep this session/v, /for how many hours\?/v, /│ > /v, /Return keep {3}Esc cancel/v]],
		['keep, wrongly', ['m', 'x', 'return'], [/give a number of hours/v, /│ > x/v, /Return keep {3}Esc cancel/v]],
		['relabel', ['r'], [/another label/v, /label:/v, /│ > /v, /Return label {3}Esc cancel/v]],
		['relabel, wrongly', ['r', 'ctrl+u', 'a', '/', 'return'], [/this cannot be a label/v, /│ > a\//v]],
		['end', ['d'], [/End this session/v, /files?, .*go with it|counting/v, /y remove {3}n cancel|type yes to remove it:/v]],
		['end, typed', ['d', 'n', 'o', 'return'], [/End this session/v, /files?, .*go with it|counting/v]],
	];

	// The smallest screen cuts the most.
	const asked = rows === 10 ? odd : odd.slice(2, 5);

	test.each(asked.map(({session}) => session.id))('each dialog about %s is whole', id => {
		for (const [name, keys, shown] of whole) {
			const screen = screenOf(odd, size);
			const index = (): number => screen.model().sessions!.cursor.index;
			screen.press('g', 'g');
			while (screen.focusedId() !== id) {
				const before = index();
				screen.press('j');
				expect(index()).toBe(before + 1);
			}

			screen.press(...keys);
			const text = expectExact(screen);
			const layer = screen.model().layers.at(-1)!;
			if (layer.type === 'sessions') {
				continue; // Refused, with a sentence in the last line.
			}

			for (const expected of shown) {
				expect(text, `${name} at ${columns}x${rows}:\n${text}`).toMatch(expected);
			}

			if (layer.type === 'end' && layer.isTyped) {
				expect(text, text).toMatch(/│ > (?:no)?/v);
				expect(text, text).toMatch(/Return remove {3}Esc cancel/v);
			}

			expect(text).toMatch(/┌─+┐/v);
			expect(text).toMatch(/└─+┘/v);
		}
	});

	it('what a sweep would do is whole, from its first line to its last, and says how to answer', () => {
		const screen = screenOf(odd, size);
		screen.press('S');
		expect(expectExact(screen)).toContain('looking at every session…');
		screen.send({type: 'sweep-tried', ticket: screen.wanted('try-sweep')[0]!.ticket, report: {state: 'ready', value: report}});
		const text = expectExact(screen);
		expect(text).toContain('A sweep would remove 30 sessions');
		expect(text).toContain('would go 00000000');
		expect(text).toContain('y remove   n cancel   j k scroll');
		screen.press('G');
		const end = expectExact(screen);
		expect(end).toMatch(/warning: +(?:│\n│ +)?evil/v);
		expect(end).toContain('y remove   n cancel');
		screen.send({type: 'screen-resized', columns: 200, rows: 160});
		expect(expectExact(screen)).toContain('would go 00000000');
		screen.send({type: 'screen-resized', columns, rows});
		screen.press('n', '?');
		const help = expectExact(screen);
		expect(help).toContain('Keys');
		expect(help).toContain('Sessions');
		screen.press('G');
		expect(expectExact(screen)).toContain('Ctrl+Z');
	});

	it('a notice and the progress of an export take the place of the hints', () => {
		const screen = screenOf(odd, size);
		screen.send({type: 'session-unchanged', problem: `it was not removed: ${hostile}${wide}`});
		expect(expectExact(screen).split('\n').at(-1)).toContain(String.raw`it was not removed: evil\x1b`);
	});

	it('10,000 sessions are drawn as those on screen are, and quickly', () => {
		const many = Array.from({length: 10_000}, (_, index) => rowOf(idOf(index), {label: `session ${index}`, age: index / 1000, ...(index % 2 === 0 && {found: {files: 10, bytes: 1_000_000}})}));
		const screen = screenOf(many, size);
		screen.press('G');
		const started = performance.now();
		const text = expectExact(screen);
		expect(performance.now() - started).toBeLessThan(5000);
		expect(text).toContain('session 9999');
		expect(text).toContain('10,000 sessions');
		expect(text).toMatch(/10000\/10000$/mv);
		if (columns >= 80) {
			expect(text).toContain('(50 % counted)');
		}
	});

	it('what is looked into says so, and whose it is', () => {
		const screen = screenOf(odd, size);
		screen.send({type: 'session-looked-into', session: {id: idOf(2), label: wide, isReadOnly: true, owner: hostile, lastActiveAt: now, timeoutHours: 24}, roots: ['single', 'bulk']});
		expect(expectExact(screen).split('\n').at(-2)).toContain('read-only');
		screen.press('q');
		screen.send({type: 'session-looked-into', session: {id: idOf(1), label: wide, isReadOnly: true, lastActiveAt: now, isBroken: true}, roots: ['single', 'bulk']});
		const status = expectExact(screen).split('\n').at(-2);
		expect(status).toContain(columns < 60 ? 'read-only' : 'only looking, read-only');
		expect(status).toContain('broken');
	});
});

test('the list, as one reads it', () => {
	const screen = screenOf([
		rowOf(ownId, {label: 'mine', age: 1 / 60, isHeld: true, found: {files: 3, bytes: 3_000_000}}),
		rowOf(idOf(1), {label: 'hers', owner: 'alice', isOwn: false, age: 2, found: {files: 1200, bytes: 1_000_000}}),
		rowOf(idOf(2), {owner: 'bob', isOwn: false, age: 30}),
		rowOf(idOf(3), {label: 'old', owner: 'bob', isOwn: false, age: 31, found: {files: 0, bytes: 0}}),
		rowOf(idOf(4), {label: 'safe', age: 32, keep: {until: 'forever', isByAdministrator: true}, found: {files: 1, bytes: 0}}),
		rowOf(idOf(5), {age: undefined, owner: 'eve', isOwn: false, problem: 'single is not a directory', found: {files: 0, bytes: 0}}),
	], [120, 12]);
	expect(draw(screen.model()).lines.map(line => line.trimEnd())).toEqual([
		'All sessions  by last activity',
		'  NAME                                    ID       OWNER      STATE       FILES    SIZE SHARE              USED     LEFT',
		'* mine                                    11111111 me         active          3  3.0 MB 75.0% [########  ]   1m  23h 59m',
		'  hers                                    00000001 alice      idle        1,200  1.0 MB 25.0% [###       ]   2h   22h 0m',
		'  00000002                                00000002 bob        …               …       …                     30h        …',
		'  old                                     00000003 bob        expired         0     0 B  0.0% [          ]  31h     none',
		'  safe                                    00000004 me         kept            1     0 B  0.0% [          ]  32h for good',
		'  00000005                                00000005 eve        broken          0     0 B  0.0% [          ]    -        -',
		'',
		'',
		'6 sessions of all owners, 1,204 files, 4.0 MB (83 % counted); 123 GB of 1.0 TB free                                  1/6',
		'Return resume   i look inside   o new   m keep   d end   f filter   ? help   q quit',
	]);
});

test('roles are colours in the coloured theme, and none in the plain one', () => {
	const screen = screenOf(odd, [120, 40]);
	const colour = /\u{1B}\[(?:3[0-7]|9[0-7]|38|48|4[0-7])/v; // eslint-disable-line no-control-regex -- sequences begin with one
	expect(draw(screen.model(), terminalTheme).styled).toMatch(colour);
	expect(draw(screen.model(), plainTheme).styled).not.toMatch(colour);
	const dialogs: Array<Layer['type']> = [];
	for (const key of ['m', 'r', 'd', 'S', '?']) {
		screen.press('g', 'g', 'j', key);
		dialogs.push(screen.model().layers.at(-1)!.type);
		expect(draw(screen.model(), terminalTheme).styled).toMatch(colour);
		expect(draw(screen.model(), plainTheme).styled).not.toMatch(colour);
		screen.press('escape');
	}

	expect(dialogs).toEqual(['keep', 'relabel', 'end', 'try-sweep', 'help']);
});
