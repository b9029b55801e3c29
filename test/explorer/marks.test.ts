import {describe, expect, test} from 'vitest';
import {openExplorer, type Explorer, type FakeTree} from '../helpers/explorer.js';

const tree: FakeTree = {
	single: ['.hidden', 'a', 'b', 'c', 'd'],
	bulk: ['one/', 'two/'],
	'bulk/one': ['1', '2', '3'],
};

const marked = (explorer: Explorer): string[] => [...explorer.model().marks].toSorted((a, b) => a.localeCompare(b));

test('Space marks and goes on, and unmarks', () => {
	const explorer = openExplorer(tree);
	explorer.press('j', 'space', 'space');
	expect(explorer.rows().slice(1, 4)).toEqual([' *  a', ' *  b', '>   c']);
	explorer.press('k', 'space');
	expect(marked(explorer)).toEqual(['single/a']);
	explorer.press('G', 'space', 'space');
	expect(marked(explorer)).toEqual(['single/a']);
	expect(explorer.focused()).toBe('bulk/two');
});

describe('a range', () => {
	test.each([
		['downwards', ['j', 'v', 'j', 'j', 'v']],
		['upwards', ['j', 'j', 'j', 'v', 'k', 'k', 'v']],
		['ended by Space', ['j', 'v', 'j', 'j', 'space']],
		['with jumps', ['j', 'j', 'j', 'v', 'g', 'g', 'j', 'v']],
	])('%s marks what it covers', (_, keys) => {
		const explorer = openExplorer(tree);
		explorer.press(...keys);
		expect(marked(explorer)).toEqual(['single/a', 'single/b', 'single/c']);
		expect(explorer.model().rangeFrom).toBeUndefined();
	});

	test('is shown while it is made, and Esc gives it up', () => {
		const explorer = openExplorer(tree);
		explorer.press('j', 'space', 'v', 'j');
		expect(explorer.rows().slice(1, 5)).toEqual([' *  a', ' +  b', '>+  c', '    d']);
		explorer.press('escape');
		expect(explorer.rows().slice(1, 5)).toEqual([' *  a', '    b', '>   c', '    d']);
	});

	test('adds to the marks, and takes none away', () => {
		const explorer = openExplorer(tree);
		explorer.press('j', 'j', 'space', 'k', 'k', 'v', 'j', 'v');
		expect(marked(explorer)).toEqual(['single/a', 'single/b']);
	});

	test('whose beginning is no longer visible marks nothing', () => {
		const explorer = openExplorer(tree);
		explorer.press('j', 'v', 'j');
		explorer.disk({single: ['b', 'c']});
		explorer.press('R', 'v');
		expect(marked(explorer)).toEqual([]);
	});

	test('is what an export is about', () => {
		const explorer = openExplorer(tree);
		explorer.press('j', 'v', 'j', 'x');
		expect(explorer.model().layers.at(-1)).toMatchObject({type: 'prompt', paths: ['single/a', 'single/b']});
	});
});

describe('all of a folder', () => {
	test('is marked by a, inverted by A, cleared by u', () => {
		const explorer = openExplorer(tree);
		explorer.press('j', 'a');
		expect(marked(explorer)).toEqual(['single/a', 'single/b', 'single/c', 'single/d']);
		explorer.press('space', 'A');
		expect(marked(explorer)).toEqual(['single/a']);
		explorer.press('G', 'a');
		expect(marked(explorer)).toEqual(['bulk/one', 'bulk/two', 'single/a']);
		explorer.press('u');
		expect(marked(explorer)).toEqual([]);
	});

	test('is what is shown of it', () => {
		const explorer = openExplorer(tree);
		explorer.press('.', 'j', 'a', '.');
		expect(marked(explorer)).toContain('single/.hidden');
		explorer.press('A');
		expect(marked(explorer)).toEqual(['single/.hidden']);
	});

	test('at the top is the session, or the legacy folders', () => {
		const explorer = openExplorer({...tree, legacy: ['single/']}, {roots: ['single', 'bulk', 'legacy']});
		explorer.press('a');
		expect(marked(explorer)).toEqual(['bulk', 'single']);
		explorer.press('u', 'G', 'a');
		expect(marked(explorer)).toEqual(['legacy']);
	});
});

test('marks hold to their paths: closed folders, hidden files, reading again, files that come and go', () => {
	const explorer = openExplorer(tree);
	explorer.press('G', 'k', 'l', 'j', 'space', 'j', 'space', 'g', 'g', '.', 'j', 'space');
	const before = marked(explorer);
	expect(before).toEqual(['bulk/one/1', 'bulk/one/3', 'single/.hidden']);
	explorer.press('.', 'G', 'k', 'h', 'h');
	expect(explorer.rows()).toContain('>   one/');
	explorer.disk({'bulk/one': ['0', '1', '2', '3', '4'], single: []});
	explorer.press('R', 'l');
	expect(marked(explorer)).toEqual(before);
	expect(explorer.rows()).toContain(' *    1');
	expect(explorer.rows()).toContain('      0');
});

describe('what the marks come to', () => {
	test('is measured anew after each change, and only the last answer counts', () => {
		const explorer = openExplorer(tree);
		explorer.press('j', 'space', 'space');
		const [first, second] = explorer.wanted('measure-marks');
		expect(second!.paths).toEqual(['single/a', 'single/b']);
		explorer.send({type: 'marks-measured', ticket: first!.ticket, totals: {files: 1, bytes: 1}});
		expect(explorer.model().markTotals).toEqual({state: 'loading'});
		explorer.send({type: 'marks-measured', ticket: second!.ticket, totals: {files: 2, bytes: 20}});
		expect(explorer.model().markTotals).toEqual({state: 'ready', value: {files: 2, bytes: 20}});
		explorer.press('u');
		expect(explorer.model().markTotals).toEqual({state: 'idle'});
	});

	test('is not asked for by keys that mark nothing', () => {
		const explorer = openExplorer(tree);
		explorer.press('j', 'space');
		explorer.wanted('measure-marks');
		explorer.press('j', 'k', 'l', 'h', '.', 'R', '?', 'q', 'x', 'escape', 'G');
		expect(explorer.wanted('measure-marks')).toEqual([]);
	});
});
