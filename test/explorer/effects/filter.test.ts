import fs from 'node:fs';
import {describe, expect, test} from 'vitest';
import {openLive, sessionId} from '../../helpers/live.js';

describe('the fuzzy filter on real folders', () => {
	test('finds letters in their order, anywhere in the session, best first, and where they are', async () => {
		const live = await openLive({'single/image.png': '', 'bulk/one/deep/message in a group.txt': '', 'bulk/one/notes.md': '', 'single/.hidden image': ''});
		live.press('f', 'i', 'm', 'g');
		const {rows, total} = await live.told('filter-found', ({isComplete, rows: found}) => isComplete && found[0]?.name === 'single/image.png');
		expect(rows.map(({path}) => path)).toEqual(['single/image.png']);
		expect(total).toBe(1);
		const [best] = rows;
		expect(best!.matched!.map(index => best!.name[index]!.toLowerCase()).join('')).toBe('img');
	});

	test('answers while it is still reading, with many files, and keys are not kept waiting for it', async () => {
		const live = await openLive(Object.fromEntries(Array.from({length: 5000}, (_, index) => [`bulk/${index % 10}/file ${index}.txt`, ''])));
		live.press('f', '4', '9', '9', '9');
		const {total} = await live.told('filter-found', ({isComplete, ticket}) => isComplete && ticket === live.model().filter?.ticket);
		expect(total).toBe(1);
		expect(live.model().tree.found?.[0]?.path).toBe('bulk/9/file 4999.txt');
		live.press('escape');
		await live.until(model => model.cursor.path === 'bulk/9/file 4999.txt' && model.tree.found === undefined);
	});

	test('what cannot be read is passed over', async () => {
		const live = await openLive({'single/a.txt': ''});
		fs.rmSync(`${live.session}/bulk`, {recursive: true});
		live.press('f', 'a');
		expect((await live.told('filter-found', ({isComplete}) => isComplete)).rows.map(({path}) => path)).toEqual(['single/a.txt']);
	});
});

describe('an order that needs sizes', () => {
	test('is that of the disk', async () => {
		const live = await openLive({'single/small': 'x', 'single/large': 'x'.repeat(100), 'single/middle': 'x'.repeat(10)});
		await live.until(model => model.tree.folders.get('single')?.state === 'ready');
		live.press(',', 's', 'g', 'g', 'j');
		await live.until(model => (model.tree.folders.get('single')?.sorting?.facts.size ?? 0) === 3);
		live.press('g', 'g', 'j');
		expect(live.model().cursor.path).toBe('single/large');
	});
});

describe('removal', () => {
	test('goes on after a failure, and tells what became of each', async () => {
		const live = await openLive({'single/a': '', 'single/b': '', 'single/c': ''}, {wrap: services => ({
			...services,
			async removeOutput(session, path) {
				if (path === 'single/b') {
					throw Object.assign(new Error('x'), {code: 'EBUSY'});
				}

				fs.rmSync(`${live.session}/${path}`);
				expect(live.session.endsWith(session)).toBe(true);
				return path === 'single/c' ? 'one entry stayed' : undefined;
			},
		})});
		await live.until(model => model.tree.folders.get('single')?.state === 'ready');
		live.press('j', 'a', 'X', 'y');
		const told = await live.told('removal-finished');
		expect(told).toMatchObject({removed: ['single/a', 'single/c'], text: 'removed 2 outputs', problems: ['single/b: it is in use', 'single/c: one entry stayed']});
		await live.until(model => model.tree.folders.get('single')?.entries.length === 1);
		expect([...live.model().marks]).toEqual(['single/b']);
	});

	test('a folder takes along what is marked below it', async () => {
		const removed: string[] = [];
		const live = await openLive({'bulk/one/x': ''}, {wrap: services => ({...services, async removeOutput(_, path) {
			removed.push(path);
			return undefined;
		}})});
		live.run({type: 'remove', id: 1, session: sessionId, paths: ['bulk/one/x', 'bulk/one']});
		await live.told('removal-finished');
		expect(removed).toEqual(['bulk/one']);
	});
});

test('what is copied is the path on this machine, the name, or a command that a shell reads as it is meant', async () => {
	const copied: string[] = [];
	const live = await openLive({'single/it\'s here.txt': ''}, {wrap: services => ({...services, copy(text) {
		copied.push(text);
		return true;
	}})});
	for (const what of ['path', 'name', 'download'] as const) {
		live.run({type: 'copy', what, path: 'single/it\'s here.txt', isFolder: false});
	}

	expect(copied.slice(0, 2)).toEqual([`${live.session}/single/it's here.txt`, 'it\'s here.txt']);
	expect(copied[2]).toMatch(/^scp '[^'][^'@]*@[^'][^':]*:[^\n\r'\u2028\u2029]*(?:[\n\r\u2028\u2029][^':]*:[^\n\r'\u2028\u2029]*)*(?:'.*)?it'\\''s here\.txt' \.$/v);
	expect(await live.told('text-shown', ({title}) => title.startsWith('A command'))).toMatchObject({lines: [copied[2]]});
});

test('what a folder holds is counted with all that is below it, one folder after the other', async () => {
	const live = await openLive({'bulk/one/a': 'x'.repeat(10), 'bulk/one/deep/b': 'x'.repeat(5), 'bulk/two/c': 'x'});
	await live.told('folder-measured', ({path}) => path === 'bulk/two');
	const totals = live.model().folderTotals;
	expect(['single', 'bulk', 'bulk/one', 'bulk/two'].map(path => totals.get(path)?.bytes)).toEqual([0, 16, 15, 1]);
	fs.writeFileSync(`${live.session}/bulk/two/d`, 'x'.repeat(100));
	live.press('R');
	await live.until(model => model.folderTotals.get('bulk')?.bytes === 116);
});
