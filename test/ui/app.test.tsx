import {
	afterAll,
	describe,
	expect,
	test,
} from 'vitest';
import type {Message} from '../../source/explorer/messages.js';
import type {Model} from '../../source/explorer/model.js';
import {rowsOf} from '../../source/explorer/tree.js';
import {keymapOf} from '../../source/explorer/keymap.js';
import {widthOf} from '../../source/text/width.js';
import {App} from '../../source/ui/app.js';
import {browseFrame} from '../../source/ui/browse-frame.js';
import {createPainter} from '../../source/ui/painter.js';
import {plainTheme, terminalTheme, type Theme} from '../../source/ui/theme.js';
import {
	entriesOf,
	factsFor,
	freshModel,
	now,
	openExplorer,
	type Explorer,
	type FakeTree,
} from '../helpers/explorer.js';
import {renderAt} from '../helpers/render.js';

const sizes = [[40, 10], [80, 24], [120, 40], [200, 60], [400, 100]] as const;

/** Names that take other columns than they have code units, or could do harm. */
const odd = ['日本語のとても長い名前'.repeat(6), 'e\u{301}'.repeat(70), 'שלום עולם.txt', '👩‍👩‍👧 family.png', 'a\u{1B}[31m\u{202E}\n\t.txt', '\u{DCE9}t\u{DCE9}.txt', 'x'.repeat(255), ' leading', String.raw`back\slash`];

const tree: FakeTree = {single: ['a.png', ...odd, 'link@', 'pipe|'], bulk: ['batch/', 'e\u{301}'.repeat(30) + '/'], 'bulk/batch': ['deep/'], 'bulk/batch/deep': ['one.txt']};

const frameOf = (model: Model, theme: Theme = plainTheme): {readonly lines: string[]; readonly styled: string} => {
	const rendered = renderAt(<App model={model} theme={theme}/>, model.size.columns, model.size.rows);
	const result = {lines: rendered.frame().split('\n'), styled: rendered.styledFrame()};
	rendered.unmount();
	return result;
};

/** How many frames were compared. */
let compared = 0;

/** Fails if the frame that is written before Ink is loaded, where there is one, is not what Ink draws: not a byte may be painted when it takes over. */
const expectSame = (model: Model, styled: string, theme: Theme): void => {
	const early = browseFrame(model, theme);
	if (early !== undefined) {
		const painter = createPainter();
		painter.paint(early, model.size.columns, model.size.rows);
		expect(painter.paint(styled, model.size.columns, model.size.rows)).toBe('');
		compared++;
	}
};

afterAll(() => {
	expect(compared).toBeGreaterThan(40);
});

/** Fails unless the frame fills its screen, and no line is wider than that. */
const expectExact = (model: Model): string[] => {
	const {lines, styled} = frameOf(model);
	expectSame(model, styled, plainTheme);
	expectSame(model, frameOf(model, terminalTheme).styled, terminalTheme);
	expect(lines).toHaveLength(model.size.rows);
	expect(lines.filter(line => widthOf(line) > model.size.columns)).toEqual([]);
	expect(lines.join('')).not.toMatch(/\p{Cc}|\u{202E}/v);
	return lines;
};

const sized = (explorer: Explorer, columns: number, rows: number): Model => {
	explorer.send({type: 'screen-resized', columns, rows});
	return explorer.model();
};

const withFacts = (explorer: Explorer): void => {
	explorer.send({type: 'facts-read', facts: new Map(rowsOf(explorer.model().tree).map(({path, type}) => [path, factsFor(type === 'message' ? 'file' : type, 123_456_789)]))});
};

const showPreview = (explorer: Explorer, lines: readonly string[]): void => {
	explorer.send({
		type: 'preview-read', path: explorer.focused(), preview: {
			kind: 'lines', lines, isCut: false, facts: factsFor('file', 1234),
		},
	});
};

describe.each(sizes)('at %ix%i', (columns, rows) => {
	test('the frame is exact, whatever the names', () => {
		const explorer = openExplorer(tree);
		explorer.press('G', 'k', 'l', 'j', 'l', 'g', 'g', 'j', 'space', 'j', 'v', 'j');
		withFacts(explorer);
		showPreview(explorer, ['text', '語'.repeat(100), 'e\u{301}'.repeat(100), '', 'שלום'.repeat(40), ...Array.from({length: 80}, () => 'more')]);
		for (const keys of [[], ['tab'], ['G'], ['return'], ['P'], ['.']]) {
			explorer.press(...keys);
			expectExact(sized(explorer, columns, rows));
		}
	});

	test('each dialog is whole, over it', () => {
		const explorer = openExplorer(tree, {changes: {exportTo: `/home/${'語'.repeat(100)}/x`}});
		sized(explorer, columns, rows);
		explorer.press('?');
		const help = expectExact(explorer.model());
		expect(help.some(line => line.includes('┌──'))).toBe(true);
		expect(help.some(line => line.includes('q close'))).toBe(true);
		expect(help.some(line => line.includes('└──'))).toBe(true);
		explorer.press('G');
		expect(expectExact(explorer.model()).join('\n')).toContain('Ctrl+Z');
		explorer.press('q', 'j', 'a', 'x');
		const prompt = expectExact(explorer.model()).join('\n');
		expect(prompt).toContain('counting…');
		expect(prompt).toContain('to a directory or file name:');
		expect(prompt).toContain('Return export   Esc cancel');
		for (const key of ['home', 'end', 'ctrl+u', '語', 'left']) {
			explorer.press(key);
			expectExact(explorer.model());
		}

		explorer.press('escape', 'u', 'g', 'g', 'j', 'x', 'return');
		const {id} = explorer.wanted('export')[0]!;
		explorer.send({
			type: 'task-progressed', id, at: now, bytes: 0, totalBytes: 3_000_000_000,
		});
		explorer.send({
			type: 'task-progressed', id, at: now + 10_000, bytes: 1_000_000_000, totalBytes: 3_000_000_000,
		});
		const progress = expectExact(explorer.model()).at(-1)!;
		expect(progress).toContain('33 %');
		expect(progress).toMatch(/Ctrl\+C cancel *$/v);
		explorer.press('q');
		expect(expectExact(explorer.model()).join('\n')).toContain('1 export is still running');
		explorer.send({
			type: 'export-finished', id, text: `exported ${'語'.repeat(100)}`, problems: odd.map((_, index) => `single/${index}: ${'語'.repeat(100)}`), nextTo: '.',
		});
		expectExact(explorer.model());
	});

	test('the status bar shows the time left beside the longest label, and hints that are whole', () => {
		const explorer = openExplorer(tree);
		explorer.send({
			type: 'session-opened', session: {
				id: '11111111-2222-4333-8444-555555555555', label: '語'.repeat(64), isReadOnly: false, lastActiveAt: now,
			}, roots: ['single', 'bulk'], isNew: false,
		});
		const [status, hints] = expectExact(sized(explorer, columns, rows)).slice(-2);
		expect(status).toContain('24h 0m left');
		expect(status).toMatch(/1\/\d+$/v);
		expect(hints).toMatch(/^Return open.*\? help {3}q quit *$/v);
		expect(hints).not.toContain('…');
	});

	test('the start menu shows the chosen row, however many there are', () => {
		const items = Array.from({length: 70}, (_, index) => ({
			session: {
				id: `${String(index).padStart(8, '0')}-2222-4333-8444-555555555555`, uid: 1, marker: {
					id: '', createdAt: 0, lastActiveAt: 0, label: index % 2 === 0 ? `session ${index}` : '語'.repeat(64),
				},
			}, isCurrent: index === 0, lastActiveAt: now, files: index, bytes: 1_000_000,
		}));
		for (const index of [0, 1, 35, 69, 70]) {
			const lines = expectExact(freshModel({size: {columns, rows}, menu: {
				items, index, isBusy: false, remark: `your last session, ${'語'.repeat(100)}, has expired`,
			}}));
			const chosen = lines.filter(line => line.startsWith('> '));
			expect(chosen).toHaveLength(1);
			expect(chosen[0]).toContain(index === 70 ? 'start a new session' : (index % 2 === 0 ? `session ${index}` : '語語'));
			expect(chosen[0]).toMatch(index === 70 ? /session$/v : /left/v);
			expect(lines[0]).toBe('Resume a session, or start a new one');
			expect(lines.at(-1)).toContain('Return choose');
		}
	});
});

test.each([[39, 40], [120, 9], [10, 2], [1, 1]])('at %ix%i it is too small, and says what it needs', (columns, rows) => {
	const explorer = openExplorer(tree);
	const {lines} = frameOf(sized(explorer, columns, rows));
	expect(lines.length).toBeLessThanOrEqual(rows);
	expect(lines.filter(line => widthOf(line) > columns)).toEqual([]);
	if (columns > 20) {
		expect(lines.slice(0, 2)).toEqual(['Too small', `${columns}x${rows}; needs 40x10`]);
	}
});

test('a tree with sizes and ages, marks and the cursor', () => {
	const explorer = openExplorer({single: ['a.png', 'b.txt', 'link@'], bulk: ['batch/']}, {changes: {size: {columns: 60, rows: 10}}});
	explorer.press('j', 'space');
	withFacts(explorer);
	explorer.send({type: 'marks-measured', ticket: 1, totals: {files: 1, bytes: 2_500_000}});
	expect(frameOf(explorer.model()).lines.map(line => line.trimEnd())).toEqual([
		' ▾ single                                                1m',
		'*    a.png                                      123 MB   1m',
		'     b.txt                                      123 MB   1m',
		'   → link                                                1m',
		' ▾ bulk                                                  1m',
		'   ▸ batch                                               1m',
		'',
		'',
		'11111111  24h 0m left  1 marked, 1 file, 2.5 MB          3/6',
		'Return open   Space mark   x export   ? help   q quit',
	]);
});

describe('what is shown beside', () => {
	test('the name, size and age of what is previewed, and how far one is', () => {
		const explorer = openExplorer({single: ['a.txt']});
		explorer.press('j');
		showPreview(explorer, Array.from({length: 36}, (_, index) => `line ${index + 1}`));
		explorer.press('J');
		const {lines} = frameOf(explorer.model());
		expect(lines[0]).toMatch(/│ a\.txt {2}1\.2 KB, 1m old, 47 %/v);
		expect(lines[2]).toMatch(/│ line 2$/v);
	});

	test('a preview that failed says why', () => {
		const explorer = openExplorer({single: ['a.txt']});
		explorer.press('j');
		explorer.send({type: 'preview-failed', path: 'single/a.txt', problem: 'cannot preview single/a.txt: permission denied'});
		expect(frameOf(explorer.model()).lines[2]).toContain('cannot preview single/a.txt: perm');
	});

	test('that it is another user\'s session, or that its time is running out', () => {
		const explorer = openExplorer({}, {owner: 'alice'});
		explorer.send({type: 'clock-ticked', now: now + (23 * 3_600_000)});
		expect(frameOf(explorer.model()).lines.at(-2)).toMatch(/^11111111 {2}1h 0m left {2}alice's, read-only/v);
		explorer.send({type: 'clock-ticked', now: now + (25 * 3_600_000)});
		expect(frameOf(explorer.model()).lines.at(-2)).toContain('expired');
	});

	test('the hints of the full preview are its own', () => {
		const explorer = openExplorer({single: ['a.txt']});
		explorer.press('j', 'return');
		expect(frameOf(explorer.model()).lines.at(-1)?.trimEnd()).toBe('j k scroll   Space next page   q back');
	});
});

test('what is typed into the prompt is shown as it is, and made harmless', () => {
	const explorer = openExplorer({single: ['a.txt']}, {changes: {exportTo: ''}});
	explorer.press('j', 'x');
	explorer.send({type: 'text-pasted', text: '/a\u{202E}b\u{3000}c/語'});
	explorer.press('left');
	expect(frameOf(explorer.model()).lines.find(line => line.includes('> '))).toContain(String.raw`> /a\xe2\x80\xaeb\xe3\x80\x80c/語`);
	explorer.send({type: 'text-pasted', text: 'x'.repeat(1_000_000)});
	const start = performance.now();
	frameOf(explorer.model());
	expect(performance.now() - start).toBeLessThan(1000);
});

test('the help has a line for each key', () => {
	const explorer = openExplorer({}, {changes: {size: {columns: 120, rows: 80}}});
	explorer.press('?');
	const text = frameOf(explorer.model()).lines.join('\n');
	for (const {help} of keymapOf('browse')) {
		expect(text).toContain(help);
	}
});

describe('colour', () => {
	const all = (theme: Theme): string => {
		const explorer = openExplorer(tree, {changes: {notice: {kind: 'problem', text: 'a problem'}}});
		withFacts(explorer);
		const problem = frameOf(explorer.model(), theme).styled;
		explorer.press('j', 'space', 'j', 'v', 'j', 'G');
		const marks = frameOf(explorer.model(), theme).styled;
		explorer.press('escape', 'x');
		return problem + marks + frameOf(explorer.model(), theme).styled;
	};

	// The look is what differs, not what is shown.
	// eslint-disable-next-line no-control-regex -- sequences begin with one
	const sgr = (text: string): Set<string> => new Set([...text.matchAll(/\u{1B}\[(?<codes>[\d;]*)m/gv)].flatMap(match => match.groups!.codes!.split(';')));

	test('is that of the terminal\'s 16', () => {
		const codes = sgr(all(terminalTheme));
		expect([...codes].filter(code => /^3[0-7]$/v.test(code)).length).toBeGreaterThan(2);
		expect([...codes].filter(code => ['38', '48'].includes(code))).toEqual([]);
	});

	test('is left out for NO_COLOR, attributes stay', () => {
		const codes = sgr(all(plainTheme));
		expect([...codes].filter(code => /^(?:3[0-8]|4[0-8]|9\d|10\d)$/v.test(code))).toEqual([]);
		expect(codes).toContain('7');
		expect(codes).toContain('1');
	});
});

test('of 100,000 rows those on screen are drawn, and quickly', () => {
	const names = Array.from({length: 100_000}, (_, index) => `file ${index}.txt`);
	const explorer = openExplorer({}, {answers: false});
	const {path, ticket} = explorer.wanted('list-folder')[0]!;
	const listed: Message = {
		type: 'folder-listed', path, ticket, entries: entriesOf(names), isComplete: true,
	};
	explorer.send(listed);
	explorer.press('G', 'k', 'k');
	const model = sized(explorer, 120, 40);
	const rendered = renderAt(<App model={model} theme={plainTheme}/>, 120, 40);
	expect(rendered.frame()).toContain('file 99999.txt');
	const start = performance.now();
	for (let step = 0; step < 20; step++) {
		explorer.press('k');
		rendered.rerender(<App model={explorer.model()} theme={plainTheme}/>);
	}

	expect((performance.now() - start) / 20).toBeLessThan(50);
	expect(rendered.frame()).toContain('file 99978.txt');
	rendered.unmount();
});
