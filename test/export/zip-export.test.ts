import {symlink} from 'node:fs/promises';
import {expect, test} from 'vitest';
import {selectEntries} from '../../source/export/entries.js';
import {exportZip} from '../../source/export/export.js';
import type {Progress} from '../../source/export/types.js';
import {
	checkArchive,
	session,
	sessionWith,
} from './sessions.js';

const filesOf = (entries: ReadonlyArray<{readonly name: string; readonly hash: string}>): Record<string, string> =>
	Object.fromEntries(entries.filter(({name}) => !name.endsWith('/')).map(({name, hash}) => [name, hash]));

test('a selection too large to be remembered is looked through as it is drawn', async () => {
	const place = await sessionWith({'single/a': 'a', 'bulk/b/1': '1', 'bulk/b/2': '2'});
	const namesWith = async (keptEntries: number): Promise<string[]> => {
		const selection = await selectEntries(place.outputs, session, [], {keptEntries});
		const names: string[] = [];
		for await (const {name} of selection.entries) {
			names.push(name);
		}

		expect(selection.totals()).toEqual({totalFiles: 3, totalBytes: 3});

		return names.toSorted();
	};

	expect(await namesWith(2)).toEqual(['bulk', 'bulk/b', 'bulk/b/1', 'bulk/b/2', 'single', 'single/a']);
	expect(await namesWith(100)).toEqual(await namesWith(2));
});

test('progress goes up to the totals, and not oftener than every 50 ms', async () => {
	const {outputs, destination} = await sessionWith(Object.fromEntries(Array.from({length: 300}, (_, index) => [`bulk/b/${index}.txt`, 'text '.repeat(1000)])));
	const seen: Array<Progress & {readonly at: number}> = [];
	await exportZip(outputs, session, [], destination('p.zip'), {
		onProgress(progress) {
			seen.push({...progress, at: performance.now()});
		},
	});
	expect(seen.at(-1)).toMatchObject({
		files: 300, totalFiles: 300, bytes: 1_500_000, totalBytes: 1_500_000,
	});
	for (const [index, {at, bytes}] of seen.slice(1, -1).entries()) {
		expect(at - seen[index]!.at).toBeGreaterThan(49);
		expect(bytes).toBeGreaterThanOrEqual(seen[index]!.bytes);
	}
});

test('an archive put into its own session does not swallow itself', async () => {
	const place = await sessionWith({'single/a': 'a', 'single/old.zip': 'an older output'});
	const inside = {directory: `${place.session}/single`, name: 'old.zip'};
	const first = await exportZip(place.outputs, session, [], inside);
	expect(first).toMatchObject({
		path: `${place.session}/single/old (2).zip`, files: 2, skipped: [], renamed: true,
	});
	const inFirst = filesOf(await checkArchive(first.path));
	expect(Object.keys(inFirst).toSorted()).toEqual(['single/a', 'single/old.zip']);
	await symlink(`${place.session}/single`, `${place.home}/by-link`);
	const second = await exportZip(place.outputs, session, [], {directory: `${place.home}/by-link`, name: 'old.zip'}, {overwrite: true});
	expect(second).toMatchObject({path: `${place.home}/by-link/old.zip`, skipped: [], renamed: false});
	const inSecond = filesOf(await checkArchive(second.path));
	expect(Object.keys(inSecond).toSorted()).toEqual(['single/a', 'single/old (2).zip']);
});

