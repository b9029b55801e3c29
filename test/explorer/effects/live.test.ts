import fs from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import type {Services} from '../../../source/explorer/effects/services.js';
import type {OpenFile} from '../../../source/outputs/outputs.js';
import {openLive, sessionId} from '../../helpers/live.js';
import {execute, namesIn, plant} from '../../helpers/folders.js';

const entriesOf = (live: Awaited<ReturnType<typeof openLive>>, folder: string): readonly string[] | undefined =>
	live.model().tree.folders.get(folder)?.entries.map(({name}) => name);

const isRead = (live: Awaited<ReturnType<typeof openLive>>, folder: string) => (): boolean => live.model().tree.folders.get(folder)?.state === 'ready';

describe('a folder', () => {
	test('comes in the order of the screen: folders first, numbers as numbers', async () => {
		const live = await openLive({
			'single/b10.txt': '', 'single/b9.txt': '', 'single/zoo/': '', 'single/Able.txt': '', 'single/a2/': '', 'single/a10/': '', 'single/.x': '',
		});
		await live.until(isRead(live, 'single'));
		expect(entriesOf(live, 'single')).toEqual(['a2', 'a10', 'zoo', '.x', 'Able.txt', 'b9.txt', 'b10.txt']);
	});

	test('of thousands comes in parts, each in order, and whole in the end', async () => {
		const names = Array.from({length: 9000}, (_, index) => `single/${(index * 7919) % 9000}.txt`);
		let clock = 0;
		const live = await openLive(Object.fromEntries(names.map(name => [name, ''])), {wrap: services => ({...services, now() {
			clock += 1000;
			return clock;
		}})});
		await live.told('folder-listed', ({path: folder, isComplete}) => folder === 'single' && isComplete);
		const lengths: number[] = [];
		for (const message of live.messages) {
			if (message.type === 'folder-listed' && message.path === 'single') {
				lengths.push(message.entries.length);
				const numbers = message.entries.map(({name}) => Number(name.slice(0, -4)));
				expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
			}
		}

		expect(lengths.length).toBeGreaterThan(3);
		expect(lengths.at(-1)).toBe(9000);
		expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
	});

	test('that nobody has made yet is an empty one, if it is a part of the session', async () => {
		const live = await openLive({});
		fs.rmdirSync(path.join(live.session, 'bulk'));
		live.press('R');
		await live.until(isRead(live, 'bulk'));
		expect(entriesOf(live, 'bulk')).toEqual([]);
	});

	test('that is gone, or no folder any more, says why', async () => {
		const live = await openLive({'bulk/batch/x': ''});
		await live.until(isRead(live, 'bulk'));
		fs.rmSync(path.join(live.session, 'bulk/batch'), {recursive: true});
		fs.symlinkSync('/etc', path.join(live.session, 'bulk/batch'));
		live.press('G', 'l');
		await live.until(({tree}) => tree.folders.get('bulk/batch')?.state === 'failed');
		expect(live.model().tree.folders.get('bulk/batch')?.problem).toMatch(/symbolic link|not a folder/v);
	});

	test('that must not be read says so', async () => {
		// Root may read everything: the refusal is put in.
		const live = await openLive({'bulk/batch/x': ''}, {wrap: services => ({
			...services,
			outputs: {
				...services.outputs,
				async * list(location, options) {
					if (location.endsWith('bulk/batch')) {
						throw Object.assign(new Error('refused'), {code: 'EACCES'});
					}

					yield * services.outputs.list(location, options);
				},
			},
		})});
		await live.until(isRead(live, 'bulk'));
		live.press('G', 'l');
		await live.until(({tree}) => tree.folders.get('bulk/batch')?.problem === 'permission denied');
	});

	test('of an older deployment shows its two folders, and nothing of other users', async () => {
		const live = await openLive({'/single/old.png': '', '/bulk/b/1.png': '', '/99999999-2222-4333-8444-555555555555/single/secret': ''}, {roots: ['single', 'bulk', 'legacy']});
		live.press('G', 'l');
		await live.until(isRead(live, 'legacy'));
		expect(entriesOf(live, 'legacy')?.toSorted((a, b) => a.localeCompare(b))).toEqual(['bulk', 'single']);
		const {preview} = await live.told('preview-read', message => message.path === 'legacy');
		expect(preview).toMatchObject({kind: 'facts', title: 'folders of an older deployment'});
		live.press('G', 'l', 'j');
		await live.until(({tree}) => tree.folders.get('legacy/single')?.state === 'ready');
		expect(entriesOf(live, 'legacy/single')).toEqual(['old.png']);
	});
});

test('facts come for the rows on screen; what has vanished is not asked for again', async () => {
	const live = await openLive({'single/a.txt': 'hello', 'single/b.txt': ''});
	await live.until(({facts}) => facts.has('single/a.txt'));
	expect(live.model().facts.get('single/a.txt')).toMatchObject({type: 'file', bytes: 5});
	expect(live.model().facts.get('single')).toMatchObject({type: 'directory'});

	const gone = await openLive({'single/a.txt': 'hello'}, {
		wrap(services) {
			return {
				...services, outputs: {
					...services.outputs,
					async statEntries(...parameters) {
						if (parameters[1].includes('a.txt')) {
							fs.rmSync(path.join(services.outputs.location, sessionId, 'single/a.txt'), {force: true});
						}

						return services.outputs.statEntries(...parameters);
					},
				},
			};
		},
	});
	await gone.until(({facts}) => facts.has('single/a.txt'));
	expect(gone.model().facts.get('single/a.txt')?.bytes).toBeNaN();
	gone.press('j', 'k', 'j');
	expect(gone.messages.at(-1)).toMatchObject({type: 'key-pressed'});
});

describe('the preview', () => {
	const counting = (reads: string[], gate?: Promise<void>, stats: string[] = []) => (services: Services): Services => ({
		...services, outputs: {
			...services.outputs,
			async stat(location) {
				stats.push(location);
				return services.outputs.stat(location);
			},
			async open(location) {
				reads.push(location);
				await gate;
				return services.outputs.open(location);
			},
		},
	});

	test('of files that one runs past is not read', async () => {
		const reads: string[] = [];
		const stats: string[] = [];
		const live = await openLive(Object.fromEntries(Array.from({length: 30}, (_, index) => [`single/${index}.txt`, 'text'])), {wrap: counting(reads, undefined, stats)});
		await live.until(isRead(live, 'single'));
		live.press(...Array.from({length: 30}, () => 'j'));
		await live.told('preview-read', message => message.path === 'single/29.txt');
		expect(reads).toEqual([`${sessionId}/single/29.txt`]);
		expect(stats.filter(location => location.includes('.txt'))).toEqual(reads);
	});

	test('that comes too late is not shown', async () => {
		const reads: string[] = [];
		const {promise, resolve} = Promise.withResolvers<void>();
		const live = await openLive({'single/a.txt': 'one', 'single/b.txt': 'two'}, {wrap: counting(reads, promise)});
		await live.until(isRead(live, 'single'));
		live.press('j');
		await expect.poll(() => reads).toHaveLength(1);
		live.press('j');
		await expect.poll(() => reads).toHaveLength(2);
		resolve();
		await live.told('preview-read', message => message.path === 'single/b.txt');
		expect(live.messages.some(message => message.type === 'preview-read' && message.path === 'single/a.txt')).toBe(false);
		expect(live.model().preview.path).toBe('single/b.txt');
	});

	test('of what is gone says so', async () => {
		const live = await openLive({'single/a.txt': 'one'});
		await live.until(isRead(live, 'single'));
		fs.rmSync(path.join(live.session, 'single/a.txt'));
		live.press('j');
		const {problem} = await live.told('preview-failed');
		expect(problem).toMatch(/single\/a\.txt: it does not exist/v);
	});
});

describe('what marks come to', () => {
	test('counts each file once, however its folders are marked', async () => {
		const live = await openLive({'bulk/b/1.txt': '12345', 'bulk/b/deep/2.txt': '123', 'single/a.txt': '1'});
		await live.until(isRead(live, 'bulk'));
		live.press('G', 'l');
		await live.until(isRead(live, 'bulk/b'));
		// The folder around, its folder, one in it, and links that are none of ours.
		fs.symlinkSync('/etc/passwd', path.join(live.session, 'bulk/b/link'));
		live.press('a', 'j', 'a', 'k', 'k', 'space', 'g', 'g', 'j', 'space');
		await live.until(({markTotals}) => markTotals.state === 'ready');
		expect([...live.model().marks]).toEqual(expect.arrayContaining(['bulk', 'bulk/b', 'bulk/b/deep', 'bulk/b/1.txt']));
		expect(live.model().markTotals).toEqual({state: 'ready', value: {files: 3, bytes: 9}});
	});

	test('is nothing for what is gone, and no failure', async () => {
		const live = await openLive({'bulk/b/1.txt': '12345', 'single/a.txt': '1'});
		await live.until(isRead(live, 'bulk'));
		live.press('G', 'l');
		await live.until(isRead(live, 'bulk/b'));
		live.press('j');
		fs.rmSync(path.join(live.session, 'bulk/b'), {recursive: true});
		live.press('space', 'g', 'g', 'j', 'space');
		await live.until(({markTotals}) => markTotals.state === 'ready');
		expect(live.model().markTotals).toEqual({state: 'ready', value: {files: 1, bytes: 1}});
	});
});

describe('an export', () => {
	test('of marked files puts copies into a folder, beside what is there', async () => {
		const live = await openLive({'single/a.txt': 'new', 'single/b.txt': 'other'});
		await live.until(isRead(live, 'single'));
		plant(live.home, {'a.txt': 'old'});
		live.press('j', 'space', 'space', 'x', 'return');
		const {text, problems} = await live.told('export-finished');
		expect(text).toMatch(/^exported 2 files, 8 B, to \S+\/a \(2\)\.txt and 1 more file$/v);
		expect(problems).toEqual([]);
		expect(namesIn(live.home)).toEqual(['a (2).txt', 'a.txt', 'b.txt']);
		expect(fs.readFileSync(path.join(live.home, 'a.txt'), 'utf8')).toBe('old');
	});

	test('of marked files keeps the tree that they do not share', async () => {
		const live = await openLive({'bulk/b/1.txt': 'one', 'single/a.txt': 'a'});
		await live.until(isRead(live, 'bulk'));
		live.press('G', 'l');
		await live.until(isRead(live, 'bulk/b'));
		live.press('j', 'space', 'g', 'g', 'j', 'space', 'x', 'return');
		const {problems} = await live.told('export-finished');
		expect(problems).toEqual([]);
		expect(namesIn(live.home)).toEqual(['bulk', 'single']);
		expect(fs.readFileSync(path.join(live.home, 'bulk/b/1.txt'), 'utf8')).toBe('one');
		expect(namesIn(path.join(live.home, 'single'))).toEqual(['a.txt']);
	});

	test('tells of what it could not take, by name, and takes the rest', async () => {
		const live = await openLive({'single/a.txt': 'new', 'single/b\u{1B}[2J.txt': 'other'});
		await live.until(isRead(live, 'single'));
		live.press('j', 'space', 'space');
		fs.rmSync(path.join(live.session, 'single/b\u{1B}[2J.txt'));
		live.press('x', 'return');
		const {problems} = await live.told('export-finished');
		expect(problems).toEqual([expect.stringContaining(String.raw`single/b\x1b[2J.txt`)]);
		expect(live.model().layers).toMatchObject([{type: 'report'}]);
		expect(namesIn(live.home)).toEqual(['a.txt']);
	});

	test('of a folder makes one ZIP that holds it', async () => {
		const live = await openLive({'bulk/b/1.txt': '12345', 'bulk/b/deep/2.txt': '123', 'bulk/b/run:1.txt': ''});
		await live.until(isRead(live, 'bulk'));
		live.press('G', 'x', 'return');
		await live.told('export-finished');
		const [archive] = namesIn(live.home);
		const {stdout} = await execute('unzip', ['-Z1', path.join(live.home, archive!)]);
		expect(stdout.split('\n')).toEqual(expect.arrayContaining([expect.stringMatching(/b\/deep\/2\.txt$/v), expect.stringMatching(/run:1\.txt$/v)]));
	});

	test('to a place that is not there fails, says which, and leaves nothing', async () => {
		const live = await openLive({'single/a.txt': 'new'}, {wrap: services => services});
		await live.until(isRead(live, 'single'));
		live.press('j', 'x', 'ctrl+u', ...'missing/place', 'return');
		const {problem} = await live.told('export-failed');
		expect(problem).toMatch(/missing does not exist/v);
		expect(live.model()).toMatchObject({tasks: [], notice: {kind: 'problem'}});
		expect(namesIn(live.home)).toEqual([]);
	});

	test('of several files to a file name is refused', async () => {
		const live = await openLive({'single/a.txt': 'new', 'single/b.txt': 'other'});
		await live.until(isRead(live, 'single'));
		live.press('j', 'space', 'space', 'x', 'ctrl+u', 'o', 'return');
		const {problem} = await live.told('export-failed');
		expect(problem).toMatch(/several files go into one/v);
		expect(namesIn(live.home)).toEqual([]);
	});

	test('to a file of another name is followed by one that offers the folder', async () => {
		const live = await openLive({'single/a.txt': 'new'});
		await live.until(isRead(live, 'single'));
		live.press('j', 'z', 'ctrl+u', ...'mine.zip', 'return');
		expect(await live.told('export-finished')).toMatchObject({nextTo: '.'});
		live.press('x');
		expect(live.model().layers).toMatchObject([{type: 'prompt', text: '.'}]);
		expect(namesIn(live.home)).toEqual(['mine.zip']);
	});

	// The reading of the file waits until the test lets it go on.
	const slow = (gate: Promise<void>) => (services: Services): Services => {
		const {local: _local, ...outputs} = services.outputs; // Threads would read by calls of their own.
		return {
			...services, outputs: {
				...outputs,
				async open(location): Promise<OpenFile> {
					const {handle: _, ...file} = await outputs.open(location);
					return {
						...file, async read(buffer, position) {
							if (position > 0) {
								await gate;
							}

							return file.read(buffer, position);
						},
					};
				},
			},
		};
	};

	test.each(['x', 'z'])('by %s that is cancelled leaves nothing behind', async key => {
		const {promise, resolve} = Promise.withResolvers<void>();
		const live = await openLive({'single/a.bin': new Uint8Array(8_000_000)}, {wrap: slow(promise)});
		await live.until(isRead(live, 'single'));
		live.press('j', key, 'return');
		await live.until(({tasks}) => (tasks[0]?.bytes ?? 0) > 0);
		expect(live.model().tasks[0]!.totalBytes).toBe(8_000_000);
		live.press('ctrl+c');
		resolve();
		await live.told('export-cancelled');
		expect(live.model()).toMatchObject({tasks: [], notice: {text: 'the export was cancelled; nothing was left behind'}});
		expect(live.model().exitCode).toBeUndefined();
		expect(namesIn(live.home)).toEqual([]);
	});

	test('of several files that is cancelled says what had arrived', async () => {
		const {promise, resolve} = Promise.withResolvers<void>();
		const live = await openLive({'single/a.txt': 'small', 'single/b.bin': new Uint8Array(8_000_000)}, {wrap: slow(promise)});
		await live.until(isRead(live, 'single'));
		live.press('j', 'space', 'space', 'x');
		await live.told('prompt-measured');
		live.press('return');
		await live.until(({tasks}) => (tasks[0]?.bytes ?? 0) > 5);
		expect(live.model().tasks[0]!.totalBytes).toBe(8_000_005);
		live.press('ctrl+c');
		resolve();
		await live.told('export-cancelled');
		expect(live.model().notice?.text).toBe('the export was cancelled; 1 file had arrived whole and stays');
		expect(namesIn(live.home)).toEqual(['a.txt']);
	});

	test('of the legacy folders holds them, and nothing of the sessions beside them', async () => {
		const live = await openLive({'/single/old.png': '1', '/bulk/b/1.png': '1', '/other.txt': '', 'single/mine.txt': ''}, {roots: ['single', 'bulk', 'legacy']});
		live.press('G', 'x');
		await live.told('prompt-measured');
		expect(live.model().layers).toMatchObject([{totals: {value: {files: 2}}}]);
		live.press('return');
		const {text} = await live.told('export-finished');
		expect(text).toMatch(/^exported 2 files/v);
		const {stdout} = await execute('unzip', ['-Z1', path.join(live.home, namesIn(live.home)[0]!)]);
		expect(stdout).not.toMatch(/mine|other|1111/v);
	});

	test('is cancelled by the end of the program, which waits until nothing is left', async () => {
		const {promise, resolve} = Promise.withResolvers<void>();
		const live = await openLive({'single/a.bin': new Uint8Array(8_000_000)}, {wrap: slow(promise)});
		await live.until(isRead(live, 'single'));
		live.press('j', 'x', 'return');
		await live.until(({tasks}) => (tasks[0]?.bytes ?? 0) > 0);
		live.press('q', 'y');
		const stopped = live.stop();
		resolve();
		await stopped;
		expect(namesIn(live.home)).toEqual([]);
		expect(live.model().exitCode).toBe(0);
	});
});

describe('what runs beside', () => {
	test('a sweep that fails is a message', async () => {
		const live = await openLive({}, {wrap: services => ({
			...services, async sweep() {
				throw Object.assign(new Error('EACCES'), {code: 'EACCES'});
			},
		})});
		live.run({type: 'sweep'});
		await live.told('sweep-failed');
		expect(live.model().notice).toEqual({kind: 'problem', text: 'the sweep failed: permission denied'});
	});

	test('activity is noted in order, and a failure told', async () => {
		const noted: number[] = [];
		const live = await openLive({}, {wrap: services => ({
			...services, async touch(at) {
				if (at === 2) {
					throw Object.assign(new Error('full'), {code: 'ENOSPC'});
				}

				noted.push(at);
			},
		})});
		for (const at of [1, 2, 3]) {
			live.run({type: 'touch', at});
		}

		await live.told('touched', ({at}) => at === 3);
		expect(noted).toEqual([1, 3]);
		expect(live.messages).toContainEqual({type: 'touch-failed', problem: 'the session\'s activity cannot be noted: no space is left on the disk'});
	});

	test('a session that cannot be opened is a message', async () => {
		const live = await openLive({}, {wrap: services => ({
			...services, async openSession() {
				throw Object.assign(new Error('x'), {code: 'ENOSPC'});
			},
		})});
		live.run({type: 'open-session', session: 'new'});
		expect(await live.told('session-refused')).toMatchObject({problem: 'the session cannot be opened: no space is left on the disk'});
	});
});
