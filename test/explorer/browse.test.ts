import {describe, expect, test} from 'vitest';
import {openExplorer, factsFor, entriesOf, type FakeTree} from '../helpers/explorer.js';

const small: FakeTree = {
	single: ['a.png', 'b.txt', 'c.wav'],
	bulk: ['batch-1/', 'batch-2/'],
	'bulk/batch-1': ['1.png', 'deep/'],
	'bulk/batch-1/deep': ['x.txt'],
	'bulk/batch-2': [],
};

const numbered = (count: number): string[] => Array.from({length: count}, (_, index) => `${String(index + 1).padStart(5, '0')}.txt`);

test('single and bulk are open, their folders closed, the cursor on the first row', () => {
	const explorer = openExplorer(small);
	expect(explorer.rows()).toEqual([
		'> single/-',
		'    a.png',
		'    b.txt',
		'    c.wav',
		'  bulk/-',
		'    batch-1/',
		'    batch-2/',
	]);
});

describe('moving', () => {
	test('goes row by row and stops at the ends', () => {
		const explorer = openExplorer(small);
		explorer.press('j', 'down');
		expect(explorer.focused()).toBe('single/b.txt');
		explorer.press('k', 'up', 'up', 'k');
		expect(explorer.focused()).toBe('single');
		explorer.press('G', 'j');
		expect(explorer.focused()).toBe('bulk/batch-2');
		explorer.press('g', 'g');
		expect(explorer.focused()).toBe('single');
		explorer.press('end', 'home');
		expect(explorer.focused()).toBe('single');
	});

	test('by half and whole pages keeps the cursor on screen', () => {
		const explorer = openExplorer({single: numbered(100)}); // 18 rows for the list
		explorer.press('ctrl+d');
		expect(explorer.model().cursor.index).toBe(9);
		explorer.press('pagedown');
		expect(explorer.model().cursor.index).toBe(26);
		expect(explorer.model().scroll).toBe(11);
		explorer.press('pageup', 'ctrl+u', 'ctrl+u');
		expect([explorer.model().cursor.index, explorer.model().scroll]).toEqual([0, 0]);
	});

	test('waits for the second g, and forgets the first when another key comes', () => {
		const explorer = openExplorer(small);
		explorer.press('j', 'j', 'g');
		expect(explorer.focused()).toBe('single/b.txt');
		explorer.press('j');
		expect(explorer.focused()).toBe('single/c.wav');
		explorer.press('g', 'escape', 'g');
		expect(explorer.focused()).toBe('single/c.wav');
		explorer.press('g');
		expect(explorer.focused()).toBe('single');
	});

	test('ignores keys that mean nothing', () => {
		const explorer = openExplorer(small);
		explorer.press('j');
		const before = explorer.rows();
		explorer.press('ctrl+q', 'f5', 'é', '1', 'alt+x', 'shift+tab', 'ctrl+space', 'D', 'Q', 'constructor', '__proto__');
		expect(explorer.rows()).toEqual(before);
		expect(explorer.model().layers).toEqual([]);
	});
});

describe('folders', () => {
	test('open, close, and lead to the one around, from anywhere', () => {
		const explorer = openExplorer(small);
		explorer.press('G', 'k', 'l', 'j', 'j', 'right', 'j');
		expect(explorer.rows().slice(4)).toEqual([
			'  bulk/-',
			'    batch-1/-',
			'      1.png',
			'      deep/-',
			'>       x.txt',
			'    batch-2/',
		]);
		explorer.press('h');
		expect(explorer.focused()).toBe('bulk/batch-1/deep');
		explorer.press('left');
		expect(explorer.rows()).toContain('>     deep/');
		explorer.press('h', 'h', 'h', 'h', 'h');
		expect(explorer.rows().slice(4)).toEqual(['> bulk/']);
	});

	test('what was open below a closed one is open again', () => {
		const explorer = openExplorer(small);
		explorer.press('G', 'k', 'l', 'j', 'j', 'l', 'h', 'l', 'h', 'h', 'h');
		expect(explorer.focused()).toBe('bulk/batch-1');
		expect(explorer.rows()).toContain('>   batch-1/');
	});

	test('l goes into an open folder, and does nothing on a file', () => {
		const explorer = openExplorer(small);
		explorer.press('l');
		expect(explorer.focused()).toBe('single/a.png');
		explorer.press('l', 'right');
		expect(explorer.focused()).toBe('single/a.png');
		expect(explorer.model().layers).toEqual([]);
	});

	test('Return opens and closes a folder, and shows a file in full', () => {
		const explorer = openExplorer(small);
		explorer.press('G', 'return');
		expect(explorer.rows().at(-1)).toBe('      empty');
		explorer.press('return');
		expect(explorer.rows().at(-1)).toBe('>   batch-2/');
		explorer.press('g', 'g', 'j', 'return');
		expect(explorer.model().layers).toEqual([{type: 'full-preview'}]);
		explorer.press('escape');
		expect(explorer.model().layers).toEqual([]);
	});

	test('are read each time that they are opened, with those open below', () => {
		const explorer = openExplorer(small);
		explorer.press('G', 'k', 'l', 'j', 'j', 'l', 'k', 'k', 'h');
		explorer.wanted('list-folder');
		explorer.disk({'bulk/batch-1': ['1.png', '2.png', 'deep/'], 'bulk/batch-1/deep': ['x.txt', 'y.txt']});
		explorer.press('l');
		expect(explorer.wanted('list-folder').map(({path}) => path)).toEqual(['bulk/batch-1', 'bulk/batch-1/deep']);
		expect(explorer.rows().slice(5, 10)).toEqual(['>   batch-1/-', '      1.png', '      2.png', '      deep/-', '        x.txt']);
	});

	test('that cannot be read say why, and are tried again when opened anew', () => {
		const explorer = openExplorer({bulk: ['secret/']}, {answers: false});
		for (const {path, ticket} of explorer.wanted('list-folder')) {
			explorer.send({
				type: 'folder-listed', path, ticket, entries: entriesOf(path === 'bulk' ? ['secret/'] : []), isComplete: true,
			});
		}

		explorer.press('G', 'l');
		const {ticket} = explorer.wanted('list-folder')[0]!;
		explorer.send({
			type: 'folder-failed', path: 'bulk/secret', ticket, problem: 'permission denied',
		});
		expect(explorer.rows().at(-1)).toBe('      cannot be read: permission denied');
		explorer.press('h', 'l');
		expect(explorer.wanted('list-folder')).toMatchObject([{path: 'bulk/secret'}]);
	});
});

test('an empty session, an empty folder and one of hidden files say what to do next', () => {
	const explorer = openExplorer({single: [], bulk: ['.cache/', 'batch/'], 'bulk/batch': []});
	expect(explorer.rows()).toContain('    empty: sojourn add FILE');
	explorer.press('G', 'l');
	expect(explorer.rows()).toContain('      empty');
	explorer.disk({bulk: ['.cache/', '.x']});
	explorer.press('R');
	expect(explorer.rows()).toContain('>   only hidden files: . shows them');
	explorer.press('.');
	expect(explorer.rows()).toContain('    .x');

	const empty = openExplorer({});
	expect(empty.rows()).toEqual(['> single/-', '    empty: sojourn add FILE', '  bulk/-', '    empty: sojourn add FILE --bulk']);
	empty.press('j', 'return', 'l', 'a', 'v', 'v', 'space');
	expect(empty.model().marks.size).toBe(0);
	empty.press('g', 'g', 'j', 'x');
	expect(empty.model().layers).toEqual([]);
	expect(empty.model().notice?.text).toMatch(/^nothing to export here/v);
});

describe('what the folders answer', () => {
	test('is dropped if it is an answer to an older question', () => {
		const explorer = openExplorer({}, {answers: false});
		const [first] = explorer.wanted('list-folder');
		explorer.press('R');
		const before = explorer.rows();
		for (const ticket of [first!.ticket, 0, 99]) {
			explorer.send({
				type: 'folder-listed', path: 'single', ticket, entries: entriesOf(['old.txt']), isComplete: true,
			});
			explorer.send({
				type: 'folder-failed', path: 'single', ticket, problem: 'old',
			});
			explorer.send({
				type: 'folder-listed', path: 'bulk/never-asked-for', ticket, entries: entriesOf(['old.txt']), isComplete: true,
			});
		}

		expect(explorer.rows()).toEqual(before);
	});

	test('comes in chunks, under a cursor that stays with its path', () => {
		const explorer = openExplorer({}, {answers: false});
		const [single] = explorer.wanted('list-folder');
		const answer = (names: readonly string[], isComplete: boolean): void => {
			explorer.send({
				type: 'folder-listed', path: 'single', ticket: single!.ticket, entries: entriesOf(names), isComplete,
			});
		};

		explorer.press('j');
		expect(explorer.rows()[1]).toBe('>   reading…');
		answer(['m.txt'], false);
		expect(explorer.focused()).toBe('single/m.txt');
		answer(['a.txt', 'b.txt', 'm.txt'], false);
		expect(explorer.rows()[3]).toBe('>   m.txt');
		answer(['a.txt', 'b.txt', 'c/', 'm.txt', 'z.txt'], true);
		expect(explorer.rows()[4]).toBe('>   m.txt');
	});

	test('in chunks does not take away what is shown while a folder is read again', () => {
		const explorer = openExplorer({single: numbered(50)});
		explorer.press('G', 'k', 'k', 'k');
		const before = explorer.focused();
		const reading = openExplorer({}, {answers: false});
		const [first] = reading.wanted('list-folder');
		reading.send({
			type: 'folder-listed', path: 'single', ticket: first!.ticket, entries: entriesOf(numbered(50)), isComplete: true,
		});
		reading.press('G', 'k', 'k');
		expect(reading.focused()).toBe('single/00050.txt');
		reading.press('R');
		const again = reading.wanted('list-folder').find(({path}) => path === 'single');
		reading.send({
			type: 'folder-listed', path: 'single', ticket: again!.ticket, entries: entriesOf(numbered(5)), isComplete: false,
		});
		expect(reading.focused()).toBe('single/00050.txt');
		expect(before).toBe('single/00049.txt');
	});

	test('without the file under the cursor leaves the cursor at its height, in its folder', () => {
		const explorer = openExplorer({single: ['a', 'b', 'c'], bulk: ['x/']});
		explorer.press('j', 'j');
		explorer.disk({single: ['a', 'c']});
		explorer.press('R');
		expect(explorer.focused()).toBe('single/c');
		explorer.disk({single: ['a']});
		explorer.press('R');
		expect(explorer.focused()).toBe('single/a');
		explorer.disk({single: []});
		explorer.press('R');
		expect(explorer.rows()[1]).toMatch(/^> {3}empty/v);
	});

	test('without the folder around leaves the cursor on the nearest one that is left', () => {
		const explorer = openExplorer(small);
		explorer.press('G', 'k', 'l', 'j', 'j', 'l', 'j');
		explorer.disk({bulk: [], 'bulk/batch-1': []});
		explorer.press('R');
		expect(explorer.focused()).toBe('bulk');
	});
});

describe('hidden files', () => {
	test('are shown on demand, and the cursor stays', () => {
		const explorer = openExplorer({single: ['.config', 'a.txt', '.z']});
		explorer.press('j');
		expect(explorer.focused()).toBe('single/a.txt');
		explorer.press('.');
		expect(explorer.rows().slice(1, 4)).toEqual(['    .config', '>   a.txt', '    .z']);
		explorer.press('j', '.');
		expect(explorer.rows()).not.toContain('    .z');
		expect(explorer.focused()).toBe('single/a.txt');
	});
});

describe('what the screen needs to know', () => {
	test('facts are asked for the rows on it, and for no others', () => {
		const explorer = openExplorer({single: numbered(1000)});
		const asked = new Set(explorer.wanted('read-facts').flatMap(({paths}) => paths));
		expect(asked.has('single/00017.txt')).toBe(true);
		expect(asked.has('single/00018.txt')).toBe(false);
		explorer.send({type: 'facts-read', facts: new Map([...asked].map(path => [path, factsFor()]))});
		explorer.wanted('read-facts');
		explorer.press('j');
		expect(explorer.wanted('read-facts')).toEqual([]);
		explorer.press('G');
		expect(explorer.wanted('read-facts').at(-1)!.paths).toContain('single/01000.txt');
	});

	test('the preview of the focused row is read, and a late one dropped', () => {
		const explorer = openExplorer(small);
		explorer.wanted('read-preview');
		explorer.press('j', 'j');
		expect(explorer.wanted('read-preview').map(({path}) => path)).toEqual(['single/a.png', 'single/b.txt']);
		const preview = {
			kind: 'lines', lines: ['hello'], isCut: false, facts: factsFor(),
		} as const;
		explorer.send({type: 'preview-read', path: 'single/a.png', preview});
		explorer.send({type: 'preview-failed', path: 'single/a.png', problem: 'gone'});
		expect(explorer.model().preview.load).toEqual({state: 'idle'});
		explorer.send({type: 'preview-read', path: 'single/b.txt', preview});
		expect(explorer.model().preview).toMatchObject({path: 'single/b.txt', load: {state: 'ready'}});
		explorer.press('escape', 'ctrl+q');
		expect(explorer.wanted('read-preview')).toEqual([]);
	});

	test('nothing is read for a preview that is hidden, or has no room', () => {
		const explorer = openExplorer(small);
		explorer.press('P');
		explorer.wanted('read-preview');
		explorer.press('j');
		expect(explorer.wanted('read-preview')).toEqual([]);
		explorer.press('return');
		expect(explorer.wanted('read-preview')).toMatchObject([{path: 'single/a.png'}]);
		explorer.press('q', 'P');
		expect(explorer.wanted('read-preview')).toMatchObject([{path: 'single/a.png'}]);
	});
});

describe('the preview', () => {
	const withText = (lines: number): ReturnType<typeof openExplorer> => {
		const explorer = openExplorer(small);
		explorer.press('j');
		explorer.send({
			type: 'preview-read', path: 'single/a.png', preview: {
				kind: 'lines', lines: Array.from({length: lines}, (_, index) => `line ${index + 1}`), isCut: false, facts: factsFor(),
			},
		});
		return explorer;
	};

	test('scrolls with J and K as far as it goes', () => {
		const explorer = withText(18); // 16 rows of text
		explorer.press('K', 'J', 'J', 'J', 'J');
		expect(explorer.model().preview.scroll).toBe(2);
		expect(explorer.focused()).toBe('single/a.png');
	});

	test('takes the movements after Tab, and gives them back', () => {
		const explorer = withText(100);
		explorer.press('tab', 'j', 'ctrl+d', 'pagedown', 'G');
		expect(explorer.model().preview.scroll).toBe(84);
		explorer.press('g', 'g', 'j', 'tab', 'j');
		expect([explorer.model().preview.scroll, explorer.focused()]).toEqual([1, 'single/b.txt']);
		explorer.press('tab', 'escape', 'j', 'tab', 'h', 'k');
		expect(explorer.focused()).toBe('single/b.txt');
	});

	test('in full scrolls like a pager and closes', () => {
		const explorer = withText(100);
		explorer.press('return', 'j', 'space', 'J', 'K');
		expect(explorer.model().preview.scroll).toBe(1 + 15);
		expect(explorer.model().marks.size).toBe(0);
		explorer.press('G', 'return');
		expect(explorer.model().layers).toEqual([]);
		expect(explorer.focused()).toBe('single/a.png');
	});

	test('is never scrolled beyond its end, whatever the width', () => {
		const explorer = withText(30);
		explorer.press('G', 'k', 'k', 'k');
		const wide = openExplorer(small);
		wide.press('j');
		wide.send({
			type: 'preview-read', path: 'single/a.png', preview: {
				kind: 'lines', lines: Array.from({length: 20}, () => 'x'.repeat(140)), isCut: false, facts: factsFor(),
			},
		});
		wide.press('tab', 'G');
		expect(wide.model().preview.scroll).toBe(60 - 16);
		wide.send({type: 'screen-resized', columns: 300, rows: 24});
		expect(wide.model().preview.scroll).toBe(0);
	});

	test('leaves the keys to the tree when there is no more room for it', () => {
		const explorer = withText(100);
		explorer.press('tab');
		explorer.send({type: 'screen-resized', columns: 60, rows: 12});
		expect(explorer.model().pane).toBe('tree');
		explorer.press('j');
		expect(explorer.focused()).toBe('single/b.txt');
	});
});

describe('the size of the screen', () => {
	test('changes, and the cursor stays in view', () => {
		const explorer = openExplorer({single: numbered(500)});
		explorer.press('G', ...Array.from({length: 30}, () => 'k'));
		const path = explorer.focused();
		for (const [columns, rows] of [[40, 10], [200, 60], [80, 24], [41, 11], [120, 40]] as const) {
			explorer.send({type: 'screen-resized', columns, rows});
			const {cursor, scroll} = explorer.model();
			expect(cursor.path).toBe(path);
			expect(cursor.index).toBeGreaterThanOrEqual(scroll);
		}
	});

	test('may be too small: then keys that one cannot see the effect of do nothing, but one can leave', () => {
		const explorer = openExplorer(small);
		explorer.send({type: 'screen-resized', columns: 39, rows: 10});
		explorer.press('j', 'space', 'a', 'z', 'return', '?');
		expect([explorer.focused(), explorer.model().marks.size, explorer.model().layers]).toEqual(['single', 0, []]);
		explorer.send({type: 'screen-resized', columns: 40, rows: 9});
		explorer.press('j');
		explorer.send({type: 'screen-resized', columns: 40, rows: 10});
		explorer.press('j');
		expect(explorer.focused()).toBe('single/a.png');
		explorer.send({type: 'screen-resized', columns: 10, rows: 3});
		explorer.press('q');
		expect(explorer.model().exitCode).toBe(0);
	});
});
