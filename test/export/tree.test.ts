import {readdir, writeFile} from 'node:fs/promises';
import {expect, test} from 'vitest';
import {foldersBelow, intoFolder} from '../../source/export/tree.js';
import {temporaryDirectory} from './sessions.js';

test.each([
	[['bulk/a/1', 'bulk/a/2'], ['', '']],
	[['bulk/a/1', 'bulk/b/1'], ['a', 'b']],
	[['bulk/a/1', 'bulk/a/deep/er/1'], ['', 'deep/er']],
	[['single/1', 'bulk/a/1'], ['single', 'bulk/a']],
	[['bulk/a/1'], ['']],
])('%j', (paths, folders) => {
	expect([...foldersBelow(paths).values()]).toEqual(folders);
});

test('folders are made on the way, and taken back while they are empty', async () => {
	const directory = await temporaryDirectory();
	const {destination} = await intoFolder({directory, name: 'x'}, 'a/b');
	expect(destination).toEqual({directory: `${directory}/a/b`, name: 'x'});
	await writeFile(`${directory}/a/b/x`, '');
	const second = await intoFolder({directory, name: 'x'}, 'a/c/d');
	await second.undo();
	expect(await readdir(`${directory}/a`)).toEqual(['b']);
	await expect(intoFolder({directory, name: 'x'}, 'a/new/b/x/y'.replace('new/', ''))).rejects.toThrow('cannot make the folder');
});
