import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {completePath} from '../../../source/explorer/effects/complete-path.js';
import {createJobs} from '../../../source/explorer/effects/jobs.js';
import {encodeName} from '../../../source/text/names.js';
import {namesIn, plant, temporaryFolder} from '../../helpers/folders.js';
import {openLive} from '../../helpers/live.js';

const values = {label: 'label', id: 'id', date: '2026-01-02'};

const complete = async (folder: string, text: string) => completePath(text, {cwd: folder, home: path.join(folder, 'home'), values, signal: new AbortController().signal});

describe('a completion', () => {
	test.each([
		['', '', ['brace{x}', 'home', 'link', 'pictures', 'pictures-2']],
		['pi', 'pictures', ['pictures', 'pictures-2']],
		['pictures-', 'pictures-2/', ['pictures-2']],
		['ho', 'home/', ['home']],
		['li', 'link/', ['link']],
		['.', '.hidden/', ['.hidden']],
		['fi', 'fi', []],
		['br', 'brace{{x}/', ['brace{x}']],
		['brace{{', 'brace{{x}/', ['brace{x}']],
		['~', '~/', ['~']],
		['~/l', '~/label/', ['label']],
		['~/{label}/d', '~/{label}/deep/', ['deep']],
		['{label}', '{label}', []],
		['nowhere/x', 'nowhere/x', []],
		['file/x', 'file/x', []],
	])('of %j is %j', async (text, completed, names) => {
		const folder = await temporaryFolder();
		plant(folder, {'pictures/': '', 'pictures-2/': '', '.hidden/': '', file: '', 'brace{x}/': '', 'home/label/deep/': ''});
		fs.symlinkSync('pictures', path.join(folder, 'link'));
		fs.symlinkSync('file', path.join(folder, 'linked-file'));
		fs.symlinkSync('nowhere', path.join(folder, 'dangling'));
		expect(await complete(folder, text)).toEqual({completed, names, isCut: false});
	});

	test('of a name that is not UTF-8 gives just that name', async () => {
		const folder = await temporaryFolder();
		const name = Buffer.from([0x61, 0xe9, 0x0a]);
		fs.mkdirSync(Buffer.concat([Buffer.from(`${folder}/`), name]));
		const {completed} = await complete(folder, 'a');
		expect(encodeName(completed)).toEqual(Buffer.concat([name, Buffer.from('/')]));
	});

	test('that is given up ends', async () => {
		const folder = await temporaryFolder();
		plant(folder, {'a/': ''});
		await expect(completePath('a', {cwd: folder, home: folder, values, signal: AbortSignal.abort()})).rejects.toThrow('abort');
	});
});

describe('tasks that wait for each other', () => {
	test('run in their order, so many at once; one that waits is cancelled by itself', async () => {
		const jobs = createJobs(2);
		const log: string[] = [];
		const gates = Array.from({length: 4}, () => Promise.withResolvers<void>());
		for (const [id, {promise}] of gates.entries()) {
			jobs.start(id, async signal => {
				log.push(`${id}${signal.aborted ? ' aborted' : ''}`);
				await (signal.aborted ? undefined : promise);
			});
		}

		await Promise.resolve();
		expect(log).toEqual(['0', '1']);
		jobs.cancel(2);
		await Promise.resolve();
		await Promise.resolve();
		expect(log).toEqual(['0', '1', '2 aborted']);
		gates[0]!.resolve();
		await expect.poll(() => log).toEqual(['0', '1', '2 aborted', '3']);
		gates[1]!.resolve();
		gates[3]!.resolve();
		await jobs.settled();
	});
});

const isRead = (folder: string) => ({tree}: {readonly tree: {readonly folders: ReadonlyMap<string, {readonly state: string}>}}): boolean => tree.folders.get(folder)?.state === 'ready';

describe('the dialog of an export', () => {
	test('is told what it will be called, where, what is free, and what a ZIP will take', async () => {
		const live = await openLive({'single/a.txt': 'x'.repeat(1000), 'single/b.png': 'y'.repeat(1000)});
		await live.until(isRead('single'));
		live.press('z', 'ctrl+u', '~', '/', ...'{label}-{name}');
		const {load} = await live.told('destination-looked-at', message => message.load.state === 'ready');
		expect(load).toEqual({state: 'ready', value: {directory: '~', name: '11111111-single.zip', free: expect.any(Number) as number}});
		const {size} = await live.told('prompt-measured');
		expect(size!.least).toBeGreaterThan(1000);
		expect(size!.estimate).toBeGreaterThan(1400);
		expect(size!.estimate).toBeLessThan(2000);
	});

	test('is told why a destination will not do', async () => {
		const live = await openLive({'single/a.txt': 'x'});
		await live.until(isRead('single'));
		live.press('j', 'x', 'ctrl+u', ...'no{where}');
		const {load} = await live.told('destination-looked-at', message => message.load.state === 'failed');
		expect(load).toMatchObject({problem: expect.stringMatching(/no \{where\} in a destination/v) as string});
	});

	test('completes with Tab, and exports there, each file under a name of its own', async () => {
		const live = await openLive({'single/a.txt': 'x', 'bulk/b/c.txt': 'y'});
		plant(live.home, {'pictures/': '', 'puzzles/': ''});
		await live.until(isRead('single'));
		await live.until(isRead('bulk'));
		live.press('j', 'space', 'j', 'j', 'l');
		await live.until(isRead('bulk/b'));
		live.press('j', 'space', 'x', 'ctrl+u', 'p', 'tab');
		await live.told('destination-completed');
		expect(live.model().layers.at(-1)).toMatchObject({text: 'p', candidates: {names: ['pictures', 'puzzles']}});
		live.press('i', 'tab');
		await live.told('destination-completed', ({names}) => names.length === 1);
		live.press(...'{id}-{name}', 'return');
		await live.told('export-finished');
		const {id} = (live.model().session!);
		expect(namesIn(path.join(live.home, 'pictures/single'))).toEqual([`${id}-a.txt`]);
		expect(namesIn(path.join(live.home, 'pictures/bulk/b'))).toEqual([`${id}-c.txt`]);
		expect(live.model().ended).toMatchObject([{end: 'done'}]);
	});
});

test('one of several exports is cancelled by itself, and those over the number wait', async () => {
	const live = await openLive({'single/a.bin': new Uint8Array(8_000_000)}, {
		wrap: services => ({
			...services, outputs: {
				...services.outputs,
				async open(location) {
					const {handle: _, ...file} = await services.outputs.open(location);
					return {...file, async read(buffer, position) {
						if (position > 0) {
							await gate.promise;
						}

						return file.read(buffer, position);
					}};
				},
			},
		}),
	});
	const gate = Promise.withResolvers<void>();
	await live.until(isRead('single'));
	live.press('j');
	for (let count = 0; count < 4; count++) {
		live.press('x', 'return');
	}

	await live.until(({tasks}) => tasks.slice(0, 3).every(({bytes}) => bytes > 0));
	expect(live.model().tasks[3]).not.toHaveProperty('startedAt');
	live.press('w', 'G', 'x');
	gate.resolve();
	await live.until(({tasks}) => tasks.length === 0);
	expect(live.model().ended.map(({end}) => end).toSorted((a, b) => a.localeCompare(b))).toEqual(['cancelled', 'done', 'done', 'done']);
	expect(namesIn(live.home)).toEqual(['a (2).bin', 'a (3).bin', 'a.bin']);
});
