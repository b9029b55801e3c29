import {describe, expect, test} from 'vitest';
import {orderEntries, type SortBy, type SortFacts} from '../../source/explorer/sort.js';
import {entriesOf, factsFor, openExplorer} from '../helpers/explorer.js';

const entries = entriesOf(['b/', 'c/', 'a.txt', 'a2.png', 'a10.png', 'none']);

const facts: SortFacts = new Map([
	['b', {bytes: 4096, modifiedAt: 1}],
	['c', {bytes: 4096, modifiedAt: 5}],
	['a.txt', {bytes: 30, modifiedAt: 3}],
	['a2.png', {bytes: 10, modifiedAt: 9}],
	['a10.png', {bytes: 20, modifiedAt: 9}],
]);

const ordered = (by: SortBy, isReversed = false, known: SortFacts | undefined = facts): string[] => orderEntries(entries, {by, isReversed}, known).map(({name}) => name);

test.each<[SortBy, boolean, readonly string[]]>([
	['name', false, ['b', 'c', 'a.txt', 'a2.png', 'a10.png', 'none']],
	['name', true, ['c', 'b', 'none', 'a10.png', 'a2.png', 'a.txt']],
	['size', false, ['b', 'c', 'a.txt', 'a10.png', 'a2.png', 'none']],
	['size', true, ['c', 'b', 'none', 'a2.png', 'a10.png', 'a.txt']],
	['time', false, ['c', 'b', 'a2.png', 'a10.png', 'a.txt', 'none']],
	['extension', false, ['b', 'c', 'none', 'a2.png', 'a10.png', 'a.txt']],
])('by %s, reversed %s: folders first, equal ones in the order of names', (by, isReversed, wanted) => {
	expect(ordered(by, isReversed)).toEqual(wanted);
});

test('without what it needs an order is that of names', () => {
	expect(ordered('size', false, new Map())).toEqual(entries.map(({name}) => name));
	expect(orderEntries(entries, {by: 'time', isReversed: false}, undefined).map(({name}) => name)).toEqual(entries.map(({name}) => name));
});

describe('in the tree', () => {
	const tree = {single: ['a.txt', 'b.png', 'c.jpg'], bulk: ['batch/']};

	test('facts are asked for once a reading, the cursor stays on its file, and answers of another reading are dropped', () => {
		const explorer = openExplorer(tree);
		explorer.press('j', 'j', ',', 's');
		expect(explorer.focused()).toBe('single/b.png');
		const asked = explorer.wanted('read-sort-facts');
		expect(asked.map(({path, names}) => [path, names])).toEqual([['single', tree.single], ['bulk', ['batch']]]);
		explorer.press('k', 'j');
		expect(explorer.wanted('read-sort-facts')).toEqual([]);
		const {ticket} = asked[0]!;
		const sizes = new Map([['a.txt', factsFor('file', 1)], ['b.png', factsFor('file', 3)], ['c.jpg', factsFor('file', 2)]]);
		explorer.send({type: 'sort-facts-read', path: 'single', ticket: ticket + 100, facts: sizes});
		expect(explorer.rows()[2]).toBe('>   b.png');
		explorer.send({type: 'sort-facts-read', path: 'single', ticket, facts: sizes});
		expect(explorer.rows().slice(1, 4)).toEqual(['>   b.png', '    c.jpg', '    a.txt'].map(line => line.replace(/^(.)\s{3}/, '$1   ')));
		expect(explorer.focused()).toBe('single/b.png');
	});

	test('while a folder is read again the last order stays', () => {
		const explorer = openExplorer(tree);
		explorer.press(',', 's');
		const [single] = explorer.wanted('read-sort-facts');
		explorer.send({type: 'sort-facts-read', path: 'single', ticket: single!.ticket, facts: new Map([['c.jpg', factsFor('file', 2)]])});
		explorer.press('R');
		expect(explorer.rows()[1]?.trim()).toBe('c.jpg');
		expect(explorer.wanted('read-sort-facts')).toHaveLength(2);
	});

	test('one may leave the choice, and names need no facts', () => {
		const explorer = openExplorer(tree);
		explorer.press(',', 'j', ',', 'E');
		expect(explorer.focused()).toBe('single/a.txt');
		expect(explorer.wanted('read-sort-facts')).toEqual([]);
		expect(explorer.rows().slice(1, 4).map(row => row.slice(1).trim())).toEqual(['a.txt', 'b.png', 'c.jpg']);
		explorer.press(',', 'n');
		expect(explorer.model().tree.sort).toEqual({by: 'name', isReversed: false});
	});
});
