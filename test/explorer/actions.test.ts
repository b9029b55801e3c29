import {describe, expect, test} from 'vitest';
import {matchingCommands} from '../../source/explorer/commands.js';
import {defaultKeymap, keymapOf} from '../../source/explorer/keymap.js';
import {openExplorer} from '../helpers/explorer.js';

const tree = {single: ['a.txt', 'b.png'], bulk: ['one/'], 'bulk/one': ['x.png']};

describe('commands', () => {
	test('all of them are there, are searched by words, and are run by Return', () => {
		const explorer = openExplorer(tree);
		explorer.press(':');
		expect(explorer.model().layers).toMatchObject([{type: 'commands', text: '', index: 0}]);
		explorer.press('z', 'i', 'p', 'return');
		expect(explorer.model().layers).toMatchObject([{type: 'prompt', isZip: true, paths: ['single']}]);
	});

	test('the arrows choose, within the list; what nothing matches runs nothing', () => {
		const explorer = openExplorer(tree);
		explorer.press(':', 'up', 'end', ...Array.from({length: 100}, () => 'down'));
		expect(explorer.model().layers).toMatchObject([{type: 'commands', index: keymapOf('browse').length - 1}]);
		explorer.press('q', 'q', 'q', 'return');
		expect(explorer.model().layers).toMatchObject([{type: 'commands'}]);
		expect(explorer.model().exitCode).toBeUndefined();
		explorer.press('escape');
		expect(explorer.model().layers).toEqual([]);
	});

	const harmless = keymapOf('browse').filter(({action}) => !['move-down', 'quit', 'interrupt', 'suspend'].includes(action));

	test('each command does what its key does', () => {
		for (const binding of harmless) {
			const byKey = openExplorer(tree);
			byKey.press('j', ...binding.keys[0]!.split(' '));
			const byName = openExplorer(tree);
			byName.press('j', ':');
			byName.send({type: 'text-pasted', text: binding.help});
			const index = matchingCommands(binding.help, defaultKeymap).indexOf(binding);
			byName.press(...Array.from({length: index}, () => 'down'), 'return');
			const seen = ({layers, tree: {sort, showsHidden}, marks, rangeFrom, pane, cursor}: ReturnType<typeof byKey.model>): unknown => ({layers: layers.map(({type}) => type), sort, showsHidden, marks, rangeFrom, pane, cursor});
			expect([binding.action, seen(byName.model())]).toEqual([binding.action, seen(byKey.model())]);
		}
	});

	test('the help is searched by them', () => {
		const explorer = openExplorer(tree);
		explorer.press('?', '/', 'm', 'a', 'r', 'k');
		expect(explorer.model().layers).toMatchObject([{type: 'commands', text: 'mark'}]);
	});
});

describe('removal', () => {
	test('asks about a frozen list, takes y alone, and unmarks what is gone', () => {
		const explorer = openExplorer(tree);
		explorer.press('j', 'space', 'space', 'X');
		const [asked] = explorer.wanted('measure-prompt').slice(-1);
		expect(asked?.paths).toEqual(['single/a.txt', 'single/b.png']);
		explorer.press('return', 'space', 'x');
		explorer.send({type: 'text-pasted', text: 'y'});
		expect(explorer.wanted('remove')).toEqual([]);
		explorer.send({type: 'prompt-measured', ticket: asked!.ticket, totals: {files: 2, bytes: 7}});
		expect(explorer.model().layers).toMatchObject([{type: 'remove', totals: {state: 'ready', value: {files: 2}}}]);
		explorer.press('y');
		const [effect] = explorer.wanted('remove');
		expect(effect?.paths).toEqual(['single/a.txt', 'single/b.png']);
		expect(explorer.model()).toMatchObject({layers: [], tasks: [{request: {type: 'remove'}, totalBytes: 2}]});
		explorer.disk({single: ['b.png']});
		explorer.send({type: 'removal-finished', id: effect!.id, removed: ['single/a.txt'], text: 'removed a.txt', problems: ['single/b.png: it is in use']});
		expect([...explorer.model().marks]).toEqual(['single/b.png']);
		expect(explorer.rows()[1]).toMatch(/b\.png$/);
		expect(explorer.model()).toMatchObject({tasks: [], layers: [{type: 'report', lines: ['single/b.png: it is in use']}], notice: {kind: 'problem'}});
	});

	test.each([['single', []], ['the shared folders', ['G', 'l', 'j']], ['a marked root', ['space', 'j']]])('refuses %s', (_, keys) => {
		const explorer = openExplorer(tree, {roots: ['single', 'bulk', 'legacy']});
		explorer.press(...keys, 'X');
		expect(explorer.model()).toMatchObject({layers: [], notice: {kind: 'problem'}});
	});

	test('in a session that one only looks at nothing is removed, edited or kept', () => {
		const explorer = openExplorer(tree, {owner: 'alice'});
		for (const key of ['X', 'e', 'm']) {
			explorer.press('g', 'g', 'j', key);
			expect(explorer.model()).toMatchObject({layers: [], notice: {kind: 'problem', text: expect.stringContaining('only looks') as string}});
		}

		expect([...explorer.wanted('remove'), ...explorer.wanted('open-with'), ...explorer.wanted('read-own-session')]).toEqual([]);
		explorer.press('i');
		expect(explorer.wanted('open-with')).toEqual([{type: 'open-with', program: 'pager', path: 'single/a.txt'}]);
	});

	test('is about the session that it was asked in, also when another has been opened meanwhile', () => {
		const explorer = openExplorer(tree);
		const {id} = explorer.model().session!;
		explorer.press('j', 'X');
		explorer.send({type: 'session-opened', session: {id: '99999999-2222-4333-8444-555555555555', isReadOnly: false, lastActiveAt: 0}, roots: ['single', 'bulk'], isNew: false});
		explorer.press('y');
		expect(explorer.wanted('remove')).toMatchObject([{session: id, paths: ['single/a.txt']}]);
	});

	test('a task that removes keeps the program open, and says what it is', () => {
		const explorer = openExplorer(tree);
		explorer.press('j', 'X', 'y', 'q');
		expect(explorer.model().layers).toMatchObject([{type: 'confirm-quit'}]);
	});
});

describe('handing over', () => {
	test('what is copied is the row under the cursor', () => {
		const explorer = openExplorer(tree);
		explorer.press('j', 'y', 'p', 'y', 'n', 'y', 'c', 'y', 'x', 'escape', 'G', 'y', 'c');
		expect(explorer.wanted('copy')).toEqual([
			{type: 'copy', what: 'path', path: 'single/a.txt', isFolder: false},
			{type: 'copy', what: 'name', path: 'single/a.txt', isFolder: false},
			{type: 'copy', what: 'download', path: 'single/a.txt', isFolder: false},
			{type: 'copy', what: 'download', path: 'bulk/one', isFolder: true},
		]);
	});

	test('folders are not handed to an editor; what comes back is read again', () => {
		const explorer = openExplorer(tree);
		explorer.press('e', 'i');
		expect(explorer.wanted('open-with')).toEqual([]);
		explorer.press('j', 'e');
		expect(explorer.wanted('open-with')).toEqual([{type: 'open-with', program: 'editor', path: 'single/a.txt'}]);
		explorer.wanted('list-folder');
		explorer.send({type: 'came-back'});
		expect(explorer.wanted('list-folder').map(({path}) => path)).toEqual(['single', 'bulk']);
	});
});
