import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {withChanges, compareEntries} from '../../source/explorer/entries.js';
import {createComparer, createFront, createSorter} from '../../source/explorer/effects/list-folder.js';
import type {Model} from '../../source/explorer/model.js';
import {indexOfPath, rowsOf} from '../../source/explorer/tree.js';
import {shownRows} from '../../source/explorer/watching.js';
import type {Entry, Facts} from '../../source/outputs/outputs.js';
import {entriesOf, factsFor, openExplorer, type Explorer} from '../helpers/explorer.js';

const id = '11111111-2222-4333-8444-555555555555';

const numbered = (count: number): string[] => Array.from({length: count}, (_, index) => `${String(index + 1).padStart(3, '0')}.txt`);

const changed = (explorer: Explorer, path: string, found: Readonly<Record<string, Facts | undefined>>): void => {
	explorer.send({type: 'entries-changed', path, found: new Map(Object.entries(found))});
};

describe('the folders that are followed', () => {
	test('are the open ones, told when they change and only then', () => {
		const explorer = openExplorer({bulk: ['a/', 'b/'], 'bulk/a': ['deep/'], 'bulk/a/deep': ['x']});
		expect(explorer.wanted('watch-folders').at(-1)).toEqual({type: 'watch-folders', session: id, folders: ['single', 'bulk'], shown: ['single', 'bulk']});
		explorer.press('j', 'k', 'space', 'v', 'v', '?', 'escape');
		expect(explorer.wanted('watch-folders')).toEqual([]);
		explorer.press('G', 'k', 'l', 'j', 'l');
		expect(explorer.wanted('watch-folders').at(-1)).toMatchObject({folders: ['single', 'bulk', 'bulk/a', 'bulk/a/deep']});
		explorer.press('h', 'h', 'h');
		expect(explorer.wanted('watch-folders').at(-1)).toMatchObject({folders: ['single', 'bulk']});
		explorer.press('h', 'h');
		expect(explorer.wanted('watch-folders').at(-1)).toMatchObject({folders: ['single']});
	});

	test('on screen are told apart, as the screen moves', () => {
		const explorer = openExplorer({single: numbered(50), bulk: ['a/', ...numbered(50)]});
		expect(explorer.wanted('watch-folders').at(-1)).toMatchObject({shown: ['single']});
		explorer.press('G');
		expect(explorer.wanted('watch-folders').at(-1)).toMatchObject({folders: ['single', 'bulk'], shown: ['bulk']});
		explorer.press('k', 'j');
		expect(explorer.wanted('watch-folders')).toEqual([]);
	});

	test('are those of the session that one looks into, and again those of one\'s own', () => {
		const explorer = openExplorer({});
		explorer.press('s');
		explorer.send({type: 'session-looked-into', session: {id: 'other', isReadOnly: true, lastActiveAt: 0}, roots: ['single', 'bulk']});
		expect(explorer.wanted('watch-folders').at(-1)).toMatchObject({session: 'other', folders: ['single', 'bulk']});
		explorer.press('q');
		expect(explorer.wanted('watch-folders').at(-1)).toMatchObject({session: id});
	});
});

describe('a change', () => {
	test('of entries that are looked at is taken in where they belong, with their sizes', () => {
		const explorer = openExplorer({single: ['a/', 'b.txt', 'd.txt']});
		changed(explorer, 'single', {'c.txt': factsFor('file', 3), 'd.txt': undefined, z: factsFor('directory'), gone: undefined});
		expect(explorer.rows().slice(1, 6)).toEqual(['    a/', '    z/', '    b.txt', '    c.txt', '  bulk/-']);
		expect(explorer.model().facts.get('single/c.txt')?.bytes).toBe(3);
		changed(explorer, 'single', {'b.txt': factsFor('directory')});
		expect(explorer.rows().slice(2, 5)).toEqual(['    b.txt/', '    z/', '    c.txt']);
	});

	test('that is none leaves the rows the very same', () => {
		const explorer = openExplorer({single: ['a', 'b']});
		const rows = rowsOf(explorer.model().tree);
		changed(explorer, 'single', {a: factsFor(), c: undefined});
		expect(rowsOf(explorer.model().tree)).toBe(rows);
	});

	test('in a folder that is not open, or not known, or being read, is dropped', () => {
		const explorer = openExplorer({bulk: ['a/']}, {answers: false});
		explorer.wanted('list-folder');
		const before = explorer.model();
		explorer.send({type: 'folder-changed', path: 'bulk/a'});
		explorer.send({type: 'folder-changed', path: 'nowhere'});
		changed(explorer, 'single', {x: factsFor()});
		changed(explorer, 'nowhere', {x: factsFor()});
		expect(explorer.model()).toBe(before);
		expect(explorer.wanted('list-folder')).toEqual([]);

		const closed = openExplorer({bulk: ['a/'], 'bulk/a': ['x']});
		closed.press('G', 'l', 'h');
		closed.wanted('list-folder');
		closed.send({type: 'folder-changed', path: 'bulk/a'});
		expect(closed.wanted('list-folder')).toEqual([]);
	});

	test('anywhere has the folder read again, which shows what it held until all is there', () => {
		const explorer = openExplorer({}, {answers: false});
		const answer = (names: readonly string[], isComplete = true): void => {
			const {path, ticket} = explorer.wanted('list-folder').find(effect => effect.path === 'single')!;
			explorer.send({type: 'folder-listed', path, ticket, entries: entriesOf(names), isComplete});
		};

		answer(['a', 'b']);
		const rows = explorer.rows();
		explorer.send({type: 'folder-changed', path: 'single'});
		expect(explorer.rows()).toEqual(rows);
		answer(['a'], false);
		expect(explorer.rows()).toEqual(rows);
		explorer.send({type: 'folder-changed', path: 'single'});
		answer([]);
		expect(explorer.rows()[1]).toBe('    empty: sojourn add FILE');
		explorer.send({type: 'folder-changed', path: 'single'});
		// An empty folder does not blink.
		expect(explorer.rows()[1]).toBe('    empty: sojourn add FILE');
		answer(['c']);
		expect(explorer.rows()[1]).toBe('    c');
	});

	test('that brings back an open folder has it read', () => {
		const explorer = openExplorer({bulk: ['a/'], 'bulk/a': ['old']});
		explorer.press('G', 'l');
		changed(explorer, 'bulk', {a: undefined});
		expect(explorer.model().tree.folders.has('bulk/a')).toBe(false);
		explorer.disk({'bulk/a': ['new']});
		changed(explorer, 'bulk', {a: factsFor('directory')});
		expect(explorer.rows().slice(-2)).toEqual(['>   a/-', '      new']);
	});

	test('of the focused file has its preview read again, of another not', () => {
		const explorer = openExplorer({single: ['a', 'b']});
		explorer.press('j');
		explorer.send({type: 'facts-read', facts: new Map([['single/a', factsFor()], ['single/b', factsFor()]])});
		explorer.wanted('read-preview');
		changed(explorer, 'single', {a: factsFor(), b: factsFor('file', 11)});
		expect(explorer.wanted('read-preview')).toEqual([]);
		changed(explorer, 'single', {a: factsFor('file', 11)});
		expect(explorer.wanted('read-preview')).toEqual([{type: 'read-preview', path: 'single/a', isRefresh: true}]);
		explorer.press('P');
		changed(explorer, 'single', {a: factsFor('file', 12)});
		expect(explorer.wanted('read-preview')).toEqual([]);
	});
});

describe('the screen stands still', () => {
	const open = (): Explorer => {
		const explorer = openExplorer({single: numbered(60)});
		explorer.press('G', 'k', 'k', 'k', ...Array.from({length: 20}, () => 'k'));
		return explorer;
	};

	const shown = (model: Model): string[] => shownRows(model).map(({path}) => path);

	test('when files come and go above it', () => {
		const explorer = open();
		const before = [shown(explorer.model()), explorer.focused()];
		changed(explorer, 'single', {'000.txt': factsFor(), '001a.txt': factsFor(), '002.txt': undefined, folder: factsFor('directory')});
		expect([shown(explorer.model()), explorer.focused()]).toEqual(before);
		explorer.send({type: 'folder-changed', path: 'single'}); // Without those again.
		expect([shown(explorer.model()), explorer.focused()]).toEqual(before);
	});

	test('when the first row on it goes', () => {
		const explorer = open();
		const [first, ...others] = shown(explorer.model());
		changed(explorer, 'single', {[first!.slice(7)]: undefined});
		expect(shown(explorer.model()).slice(1)).toEqual(others);
	});

	test('and the cursor goes to the next file when its own goes, whatever came in above', () => {
		const explorer = open();
		expect(explorer.focused()).toBe('single/039.txt');
		changed(explorer, 'single', {'039.txt': undefined, ...Object.fromEntries(Array.from({length: 30}, (_, index) => [`000-${index}`, factsFor()]))});
		expect(explorer.focused()).toBe('single/040.txt');
		changed(explorer, 'single', Object.fromEntries(numbered(60).slice(39).map(name => [name, undefined])));
		expect(explorer.focused()).toBe('single/038.txt');
	});
});

const name = fc.constantFrom('a', 'b', 'B', '1', '2', '10', 'a1', 'a02', '.x', 'dir/', '0/', 'z/', 'é', 'k', 'm', 'q');
const names = fc.uniqueArray(name, {selector: one => one.replace('/', '')});

test('whatever is refreshed, the cursor keeps its path, the marks stay, and what is on screen moves no further than it must', () => {
	const change = fc.record({folder: fc.constantFrom('single', 'bulk', 'bulk/dir'), now: names, isWhole: fc.boolean()});
	fc.assert(fc.property(names, names, names, fc.integer({min: 0, max: 40}), fc.integer({min: 10, max: 24}), fc.array(change, {minLength: 1, maxLength: 8}), (single, bulk, dir, steps, rows, changes) => {
		const sorted = (some: readonly string[]): string[] => entriesOf(some).sort(compareEntries).map(entry => entry.type === 'directory' ? `${entry.name}/` : entry.name);
		const explorer = openExplorer({single: sorted(single), bulk: sorted([...bulk.filter(one => one !== 'dir/'), 'dir/']), 'bulk/dir': sorted(dir)});
		explorer.press('G');
		while (explorer.focused() !== 'bulk/dir') {
			explorer.press('k');
		}

		explorer.press('l', 'g', 'g', ...Array.from({length: steps}, () => 'j'), 'space', 'k');
		explorer.send({type: 'screen-resized', columns: 100, rows});
		for (const {folder, now, isWhole} of changes) {
			const before = explorer.model();
			explorer.wanted('list-folder');
			const known = before.tree.folders.get(folder)?.entries;
			const open = before.tree.expanded.has(folder) && rowsOf(before.tree).some(row => row.path === folder);
			if (known === undefined || !open) {
				continue;
			}

			if (isWhole) {
				explorer.disk({[folder]: sorted(now)});
				explorer.send({type: 'folder-changed', path: folder});
			} else {
				const types = new Map<string, Entry['type'] | undefined>([...known.map(entry => [entry.name, undefined] as const), ...entriesOf(now).map(entry => [entry.name, entry.type] as const)]);
				explorer.send({type: 'entries-changed', path: folder, found: new Map([...types].map(([one, type]) => [one, type === undefined ? undefined : factsFor(type)]))});
			}

			// One that came back open was read, too, and short before.
			const isAlone = explorer.wanted('list-folder').every(({path}) => path === folder);
			const after = explorer.model();
			const [old, fresh] = [rowsOf(before.tree), rowsOf(after.tree)];
			expect(after.tree.folders.get(folder)?.entries).toEqual(entriesOf(sorted(now)));
			expect(after.marks).toBe(before.marks);
			if (fresh.some(row => row.path === before.cursor.path)) {
				expect(after.cursor.path).toBe(before.cursor.path);
			}

			// The first row stays the first, unless the cursor would leave the screen or the list would end above its foot.
			const {path: top} = old[before.scroll]!;
			const wanted = indexOfPath(fresh, top, before.scroll);
			const height = rows - 2;
			const isRoom = wanted !== -1 && wanted <= Math.max(0, fresh.length - height) && after.cursor.index >= wanted + 2 && after.cursor.index <= wanted + height - 3;
			if (isRoom && isAlone) {
				expect(after.scroll).toBe(wanted);
			}
		}
	}), {numRuns: 500});
});

test('a folder compared with what it held is the same as one sorted anew, and the very list if nothing changed', async () => {
	await fc.assert(fc.asyncProperty(names, names, fc.integer({min: 1, max: 5}), async (before, after, size) => {
		const known = entriesOf(before).sort(compareEntries);
		const comparer = createComparer(known);
		const sorter = createSorter();
		const found = entriesOf(after);
		for (let start = 0; start < found.length; start += size) {
			await comparer.add(found.slice(start, start + size));
			sorter.add(found.slice(start, start + size));
		}

		expect(comparer.sorted()).toEqual(sorter.sorted());
		const same = createComparer(known);
		await same.add(entriesOf(before));
		expect(same.sorted()).toBe(known);
		expect(withChanges(known, new Map())).toBe(known);
	}));
});

test('what is told of a large folder before it is sorted is the beginning of what it is then', () => {
	fc.assert(fc.property(fc.array(fc.string({maxLength: 3}), {maxLength: 2000}), fc.integer({min: 1, max: 700}), (list, size) => {
		const found = entriesOf(list);
		const front = createFront();
		const sorter = createSorter();
		for (let start = 0; start < found.length; start += size) {
			front.add(found.slice(start, start + size));
			sorter.add(found.slice(start, start + size));
		}

		expect(front.entries()).toEqual(sorter.sorted().slice(0, 500));
	}), {numRuns: 50});
});

test('a session that vanishes is told, and its return; another\'s is not', () => {
	const explorer = openExplorer({});
	explorer.send({type: 'session-checked', id: 'other', isThere: false});
	explorer.send({type: 'session-checked', id, isThere: true});
	expect(explorer.model().session?.isGone).toBeUndefined();
	explorer.send({type: 'session-checked', id, isThere: false});
	expect(explorer.model()).toMatchObject({session: {isGone: true}, notice: {kind: 'problem'}});
	explorer.press('j');
	explorer.send({type: 'session-checked', id, isThere: false});
	expect(explorer.model().notice).toBeUndefined();
	explorer.wanted('list-folder');
	explorer.send({type: 'session-checked', id, isThere: true});
	expect(explorer.wanted('list-folder').map(({path}) => path)).toEqual(['single', 'bulk']);
});
