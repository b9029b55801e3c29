import {describe, expect, test} from 'vitest';
import type {Row} from '../../source/explorer/tree.js';
import {openExplorer, type Explorer} from '../helpers/explorer.js';

const tree = {single: ['a.txt', 'b.png'], bulk: ['one/', 'two/'], 'bulk/one': ['deep/'], 'bulk/one/deep': ['x.png', 'y.png']};

const found = (...paths: readonly string[]): Row[] => paths.map(path => ({path, name: path, depth: 0, type: path.includes('.') ? 'file' : 'directory', isExpanded: false, matched: [0]}));

const answer = (explorer: Explorer, rows: readonly Row[], isComplete = true): void => {
	explorer.send({type: 'filter-found', ticket: explorer.wanted('filter').at(-1)!.ticket, rows, total: rows.length, isComplete});
};

const filtered = (...paths: readonly string[]): Explorer => {
	const explorer = openExplorer(tree);
	explorer.press('f', 'p');
	answer(explorer, found(...paths));
	return explorer;
};

describe('the fuzzy filter', () => {
	test('reads the session when it opens, asks with each letter, and shows the best under the cursor', () => {
		const explorer = openExplorer(tree);
		explorer.press('f');
		expect(explorer.wanted('begin-filter')).toEqual([{type: 'begin-filter', withHidden: false}]);
		expect(explorer.rows()[0]).toBe('> single/-');
		explorer.press('p', 'n');
		expect(explorer.wanted('filter').map(({text}) => text)).toEqual(['p', 'pn']);
	});

	test('drops the answer to what was typed before', () => {
		const explorer = openExplorer(tree);
		explorer.press('f', 'p');
		const [first] = explorer.wanted('filter');
		explorer.press('n');
		explorer.send({type: 'filter-found', ticket: first!.ticket, rows: found('single/b.png'), total: 1, isComplete: true});
		expect(explorer.model().tree.found).toBeUndefined();
		answer(explorer, found('bulk/one/deep/x.png', 'single/b.png'));
		expect(explorer.rows()).toEqual(['> bulk/one/deep/x.png', '  single/b.png']);
	});

	test('keys move among the finds while one types; what came later does not move the cursor that has gone on', () => {
		const explorer = filtered('bulk/one/deep/x.png', 'single/b.png');
		explorer.press('down');
		expect(explorer.focused()).toBe('single/b.png');
		explorer.press('n');
		answer(explorer, found('bulk/one/deep/y.png', 'single/b.png', 'single/a.png'));
		expect(explorer.focused()).toBe('single/b.png');
		explorer.press('ctrl+p');
		expect(explorer.focused()).toBe('bulk/one/deep/y.png');
	});

	test('its finds are rows: marked, exported, and the marks stay when it ends, on the file that had the cursor', () => {
		const explorer = filtered('bulk/one/deep/x.png', 'single/b.png', 'bulk/one/deep/y.png');
		explorer.press('return', 'space', 'space', 'z');
		expect(explorer.model().layers.at(-1)).toMatchObject({type: 'prompt', paths: ['bulk/one/deep/x.png', 'single/b.png']});
		explorer.press('escape', 'escape');
		expect(explorer.model().tree.found).toBeUndefined();
		expect(explorer.focused()).toBe('bulk/one/deep/y.png');
		expect([...explorer.model().marks]).toEqual(['bulk/one/deep/x.png', 'single/b.png']);
		expect(explorer.rows()).toContain('>       y.png');
		expect(explorer.wanted('end-filter')).toHaveLength(1);
	});

	test('Esc while one types shows the tree again, and waits for folders that are still to be read', () => {
		const explorer = openExplorer(tree, {answers: false});
		explorer.press('f', 'p');
		answer(explorer, found('bulk/one/deep/x.png'));
		explorer.press('escape');
		expect(explorer.model().goal).toBe('bulk/one/deep/x.png');
		for (const path of ['bulk', 'bulk/one', 'bulk/one/deep'] as const) {
			const {ticket} = (explorer.model().tree.folders.get(path)!);
			explorer.send({
				type: 'folder-listed', path, ticket, entries: tree[path].map(name => name.endsWith('/') ? {name: name.slice(0, -1), type: 'directory'} : {name, type: 'file'}), isComplete: true,
			});
		}

		expect([explorer.focused(), explorer.model().goal]).toEqual(['bulk/one/deep/x.png', undefined]);
	});

	test('a key while it waits gives the goal up', () => {
		const explorer = openExplorer(tree, {answers: false});
		explorer.press('f', 'p');
		answer(explorer, found('bulk/one/deep/x.png'));
		explorer.press('escape', 'g', 'g');
		expect([explorer.focused(), explorer.model().goal]).toEqual(['single', undefined]);
	});

	test('a folder among the finds is shown where it is, and open', () => {
		const explorer = filtered('bulk/one', 'single/b.png');
		explorer.press('return', 'return');
		expect(explorer.rows()).toContain('>   one/-');
		expect(explorer.rows()).toContain('      deep/');
	});

	test('says that nothing matches, on a row that nothing can be done with', () => {
		const explorer = openExplorer(tree);
		explorer.press('f', 'q');
		answer(explorer, []);
		expect(explorer.rows()).toEqual(['> nothing matches: Esc shows all']);
		explorer.press('return', 'space', 'x', 'X', 'e', 'y', 'p', 'l', 'a');
		expect(explorer.model()).toMatchObject({layers: [], marks: new Set()});
		explorer.press('h');
		expect(explorer.focused()).toBe('single');
	});

	test('pasted text is typed', () => {
		const explorer = openExplorer(tree);
		explorer.press('f');
		explorer.send({type: 'text-pasted', text: 'x.png\nq'});
		expect(explorer.wanted('filter').map(({text}) => text)).toEqual(['x.png q']);
	});

	test('ends with the session that it is about', () => {
		const explorer = filtered('single/b.png');
		explorer.press('return');
		explorer.send({type: 'session-opened', session: {id: '99999999-2222-4333-8444-555555555555', isReadOnly: false, lastActiveAt: 0}, roots: ['single', 'bulk'], isNew: false});
		expect(explorer.model()).toMatchObject({filter: undefined, layers: []});
		expect(explorer.rows()[0]).toBe('> single/-');
	});
});

describe('finding among the rows', () => {
	test('goes on from where it began, round the end, in any case', () => {
		const explorer = openExplorer(tree);
		explorer.press('G', '/', 'A', '.');
		expect(explorer.focused()).toBe('single/a.txt');
		explorer.press('backspace', 'backspace', 'o');
		expect(explorer.focused()).toBe('bulk/two');
		explorer.press('return', 'n');
		expect(explorer.focused()).toBe('bulk/one');
		explorer.press('N');
		expect(explorer.focused()).toBe('bulk/two');
	});

	test('Esc goes back; what is not there is told, and the cursor stays', () => {
		const explorer = openExplorer(tree);
		explorer.press('j', '/', 't', 'w');
		expect(explorer.focused()).toBe('bulk/two');
		explorer.press('escape');
		expect(explorer.focused()).toBe('single/a.txt');
		explorer.press('/', 'q', 'q', 'return');
		expect(explorer.focused()).toBe('single/a.txt');
		expect(explorer.model().notice).toMatchObject({kind: 'problem', text: 'nothing here is called qq'});
		explorer.press('n');
		expect(explorer.model().notice).toMatchObject({kind: 'problem'});
	});

	test('n without anything sought says so', () => {
		const explorer = openExplorer(tree);
		explorer.press('n');
		expect(explorer.model().notice?.text).toContain('/ finds');
	});
});
