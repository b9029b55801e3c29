import {expect, test} from 'vitest';
import {openExplorer} from '../helpers/explorer.js';

const tree = {single: ['a.txt'], bulk: ['one/', 'two/'], 'bulk/one': ['deep/'], 'bulk/one/deep': ['x.png']};

test('folders on screen are counted, once, and again when they were read again', () => {
	const explorer = openExplorer(tree, {roots: ['single', 'bulk', 'legacy']});
	expect(explorer.wanted('measure-folders').at(-1)?.paths).toEqual(['single', 'bulk', 'bulk/one', 'bulk/two']);
	for (const path of ['single', 'bulk', 'bulk/one', 'bulk/two']) {
		explorer.send({type: 'folder-measured', path, totals: {files: 1, bytes: 10}});
	}

	explorer.press('j', 'j', 'P');
	expect(explorer.wanted('measure-folders')).toEqual([]);
	explorer.press('g', 'g', 'j', 'j', 'j', 'l');
	expect(explorer.focused()).toBe('bulk/one');
	expect(explorer.wanted('measure-folders').at(-1)?.paths).toEqual(['bulk', 'bulk/one', 'bulk/one/deep']);
	expect(explorer.model().folderTotals.get('bulk')).toEqual({files: 1, bytes: 10, isStale: true});
	expect(explorer.model().folderTotals.get('bulk/two')?.isStale).toBe(false);
});

test('another session has other folders', () => {
	const explorer = openExplorer(tree);
	explorer.send({type: 'folder-measured', path: 'bulk', totals: {files: 1, bytes: 10}});
	explorer.send({type: 'session-opened', session: {id: '99999999-2222-4333-8444-555555555555', isReadOnly: false, lastActiveAt: 0}, roots: ['single', 'bulk'], isNew: false});
	expect(explorer.model().folderTotals.size).toBe(0);
});
