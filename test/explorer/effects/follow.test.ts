import fs from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import type {Services} from '../../../source/explorer/effects/services.js';
import type {Model} from '../../../source/explorer/model.js';
import {rowsOf} from '../../../source/explorer/tree.js';
import type {Session} from '../../../source/outputs/read-session.js';
import type {Outputs} from '../../../source/outputs/outputs.js';
import {namesIn, snapshot} from '../../helpers/folders.js';
import {openLive, sessionId, type Files, type Live} from '../../helpers/live.js';
import {watchedFolders} from '../../helpers/watches.js';

const namesOf = (model: Model, folder: string): string[] | undefined => model.tree.folders.get(folder)?.entries.map(({name}) => name);

const shows = (folder: string, ...names: readonly string[]) => (model: Model): boolean => JSON.stringify(namesOf(model, folder)) === JSON.stringify(names);

const isRead = (...folders: readonly string[]) => ({tree}: Model): boolean => folders.every(folder => tree.folders.get(folder)?.state === 'ready');

/** Waits for what no message tells of. */
const eventually = async (isWanted: () => boolean): Promise<void> => {
	await expect.poll(isWanted, {timeout: 10_000, interval: 5}).toBe(true);
};

/** Opens a session and waits until its two parts are read, and with them watched. */
const openFollowed = async (files: Files = {}, options?: Parameters<typeof openLive>[1]): Promise<Live & {readonly at: (name: string) => string}> => {
	const live = await openLive(files, options);
	await live.until(isRead('single', 'bulk'));
	return {...live, at: name => path.join(live.session, name)};
};

const press = async (live: Live, keys: readonly string[], folder: string): Promise<void> => {
	live.press(...keys);
	await live.until(isRead(folder));
};

const withOutputs = (change: (outputs: Outputs) => Partial<Outputs>, more: Partial<Services> = {}) => (services: Services): Services =>
	({...services, ...more, outputs: {...services.outputs, ...change(services.outputs)}});

const refusing = (code: string, message = 'refused') => (): Partial<Outputs> => ({
	async watch() {
		throw Object.assign(new Error(message), {code});
	},
});

describe('what a producer does appears by itself', () => {
	test('a new file, one renamed, one removed, folders made and removed', async () => {
		const live = await openFollowed({'single/b.txt': 'b'});
		fs.writeFileSync(live.at('single/a.txt'), 'a');
		await live.until(shows('single', 'a.txt', 'b.txt'));
		fs.renameSync(live.at('single/a.txt'), live.at('single/c.txt'));
		await live.until(shows('single', 'b.txt', 'c.txt'));
		fs.rmSync(live.at('single/b.txt'));
		await live.until(shows('single', 'c.txt'));
		fs.mkdirSync(live.at('bulk/batch 10'));
		fs.mkdirSync(live.at('bulk/batch 9'));
		await live.until(shows('bulk', 'batch 9', 'batch 10'));
		fs.rmdirSync(live.at('bulk/batch 9'));
		await live.until(shows('bulk', 'batch 10'));
		fs.rmdirSync(live.at('bulk/batch 10'));
		fs.writeFileSync(live.at('bulk/batch 10'), 'now a file');
		await live.until(({tree}) => tree.folders.get('bulk')?.entries[0]?.type === 'file');
		expect(live.messages.filter(({type}) => type === 'folder-failed')).toEqual([]);
	});

	test('in an expanded folder, and in one below it', async () => {
		const live = await openFollowed({'bulk/batch/deep/x': ''});
		await press(live, ['G', 'l'], 'bulk/batch');
		await press(live, ['j', 'l'], 'bulk/batch/deep');
		fs.writeFileSync(live.at('bulk/batch/deep/y'), '');
		fs.writeFileSync(live.at('bulk/batch/z'), '');
		await live.until(shows('bulk/batch/deep', 'x', 'y'));
		await live.until(shows('bulk/batch', 'deep', 'z'));
	});

	test('single and bulk that are made later', async () => {
		const live = await openFollowed();
		fs.rmdirSync(live.at('bulk'));
		fs.rmdirSync(live.at('single'));
		fs.mkdirSync(live.at('single'));
		fs.writeFileSync(live.at('single/a'), '');
		await live.until(shows('single', 'a'));
		fs.mkdirSync(live.at('bulk/batch'), {recursive: true});
		await live.until(shows('bulk', 'batch'));
		fs.writeFileSync(live.at('single/b'), '');
		await live.until(shows('single', 'a', 'b'));
	});

	test('a folder that was removed, made anew under its name, and filled: its new entries, none of its old', async () => {
		const live = await openFollowed({'bulk/batch/old': ''});
		await press(live, ['G', 'l'], 'bulk/batch');
		fs.renameSync(live.at('bulk/batch'), live.at('moved'));
		fs.mkdirSync(live.at('bulk/batch'));
		fs.writeFileSync(live.at('bulk/batch/new'), '');
		await live.until(shows('bulk/batch', 'new'));
		fs.writeFileSync(live.at('moved/elsewhere'), '');
		fs.writeFileSync(live.at('bulk/batch/newer'), '');
		await live.until(shows('bulk/batch', 'new', 'newer'));
		fs.rmSync(live.at('bulk/batch'), {recursive: true});
		await live.until(({tree}) => shows('bulk')(live.model()) && !tree.folders.has('bulk/batch'));
		fs.mkdirSync(live.at('bulk/batch'));
		fs.writeFileSync(live.at('bulk/batch/newest'), '');
		await live.until(shows('bulk/batch', 'newest'));
	});

	test('a link in the place of an expanded folder leads nowhere', async () => {
		const live = await openFollowed({'bulk/batch/x': '', '/outside/secret': ''});
		await press(live, ['G', 'l'], 'bulk/batch');
		fs.renameSync(live.at('bulk/batch'), live.at('away'));
		fs.symlinkSync('../../outside', live.at('bulk/batch'));
		await live.until(({tree}) => tree.folders.get('bulk')?.entries[0]?.type === 'symlink' && !tree.folders.has('bulk/batch'));
		fs.writeFileSync(path.join(live.session, '../outside/more'), '');
		fs.writeFileSync(live.at('bulk/last'), '');
		await live.until(shows('bulk', 'batch', 'last'));
		expect(JSON.stringify(live.messages)).not.toMatch(/secret|more/v);
	});

	test('in a session that one only looks into, and then again in one\'s own', async () => {
		const other = '22222222-2222-4333-8444-555555555555';
		const live = await openFollowed({[`/${other}/single/x`]: '', [`/${other}/bulk/`]: ''});
		const before = snapshot(path.join(live.session, `../${other}`));
		const session: Session = {id: other, uid: 0};
		live.run({
			type: 'look-into', row: {
				session, isOwn: false, owner: 'other', isHeld: false, maxAgeHours: 24,
			},
		});
		await live.until(shows('single', 'x'));
		expect(watchedFolders(path.dirname(live.session))).toEqual(['', other, `${other}/bulk`, `${other}/single`]);
		expect(snapshot(path.join(live.session, `../${other}`))).toEqual(before);
		fs.writeFileSync(path.join(live.session, `../${other}/single/y`), '');
		await live.until(shows('single', 'x', 'y'));
		live.press('q');
		await live.until(isRead('single', 'bulk'));
		await eventually(() => watchedFolders(path.dirname(live.session)).join(' ') === ` ${sessionId} ${sessionId}/bulk ${sessionId}/single`);
		fs.writeFileSync(live.at('single/mine'), '');
		await live.until(shows('single', 'mine'));
	});

	test('in the folders of an older deployment, and nothing of the sessions beside them', async () => {
		const live = await openFollowed({'/single/old.png': ''}, {roots: ['single', 'bulk', 'legacy']});
		await press(live, ['G', 'l'], 'legacy');
		await press(live, ['j', 'l'], 'legacy/single');
		const outputs = path.dirname(live.session);
		fs.mkdirSync(path.join(outputs, 'another-session'));
		fs.writeFileSync(path.join(outputs, 'file'), '');
		fs.mkdirSync(path.join(outputs, 'bulk'));
		await live.until(shows('legacy', 'bulk', 'single'));
		fs.writeFileSync(path.join(outputs, 'single/older.png'), '');
		await live.until(shows('legacy/single', 'old.png', 'older.png'));
		expect(namesOf(live.model(), 'single')).toEqual([]);
	});

	test('without what is still being added by sojourn itself', async () => {
		const live = await openFollowed();
		const slow = async function * (): AsyncGenerator<Uint8Array> {
			yield new Uint8Array(10);
			fs.writeFileSync(live.at('single/beside'), '');
			await live.until(shows('single', 'beside'));
			yield new Uint8Array(10);
		};

		await live.services.outputs.write(`${sessionId}/single/added`, slow());
		await live.until(shows('single', 'added', 'beside'));
		expect(JSON.stringify(live.messages)).not.toContain('.part');
	});
});

describe('a file that grows', () => {
	test('has its size and age on screen kept up, and its preview read again, scrolled as it was', async () => {
		const live = await openFollowed({'single/log.txt': Array.from({length: 100}, (_, index) => `line ${index}\n`).join('')});
		live.press('j');
		await live.until(({preview, facts}) => preview.load.state === 'ready' && facts.has('single/log.txt'));
		live.press('J', 'J', 'J');
		fs.appendFileSync(live.at('single/log.txt'), 'the last line\n');
		const {size} = fs.statSync(live.at('single/log.txt'));
		await live.until(({facts}) => facts.get('single/log.txt')?.bytes === size);
		await live.until(({preview}) => JSON.stringify(preview.load).includes('the last line'));
		expect(live.model().preview.scroll).toBe(3);
	});

	test('without a rest has its preview read to the end all the same', async () => {
		let reads = 0;
		const release: Array<() => void> = [];
		const live = await openFollowed({'single/log.txt': 'one\n'}, {wrap: withOutputs(outputs => ({
			async open(place) {
				reads++;
				if (reads === 1) {
					await new Promise<void>(resolve => {
						release.push(resolve);
					});
				}

				return outputs.open(place);
			},
		}))});
		live.press('j');
		await live.until(({facts}) => facts.has('single/log.txt'));
		await eventually(() => reads > 0);
		for (const text of ['two\n', 'three\n']) {
			fs.appendFileSync(live.at('single/log.txt'), text);
			const {size} = fs.statSync(live.at('single/log.txt'));
			await live.until(({facts}) => facts.get('single/log.txt')?.bytes === size);
		}

		expect(live.messages.filter(message => message.type === 'preview-read' && message.path === 'single/log.txt')).toEqual([]);
		release[0]!();
		await live.until(({preview}) => JSON.stringify(preview.load).includes('three'));
		await eventually(() => reads === 2);
	});
});

describe('a burst', () => {
	test('of 10,000 files comes whole, in few steps', async () => {
		const live = await openFollowed({'single/first': ''});
		live.press('j', 'space');
		for (let index = 0; index < 10_000; index++) {
			fs.writeFileSync(live.at(`single/${index}.txt`), '');
			if (index % 100 === 0) {
				await new Promise(resolve => {
					setImmediate(resolve);
				});
			}
		}

		await live.until(model => namesOf(model, 'single')?.length === 10_001);
		const all = namesOf(live.model(), 'single')!;
		expect(all.slice(0, 3)).toEqual(['0.txt', '1.txt', '2.txt']);
		expect(new Set(all).size).toBe(10_001);
		expect(live.model().cursor.path).toBe('bulk');
		expect([...live.model().marks]).toEqual(['single/first']);
		expect(live.messages.filter(({type}) => type === 'folder-changed' || type === 'entries-changed').length).toBeLessThan(60);
		fs.rmSync(live.at('single'), {recursive: true});
		await live.until(shows('single'));
	});

	test('beyond what the system remembers loses nothing, in no folder', async () => {
		const live = await openFollowed({'bulk/x': ''});
		// The program is busy meanwhile, as it is not while it waits for files.
		for (let index = 0; index < 9000; index++) {
			fs.writeFileSync(live.at('single/same'), `${index}`);
			fs.renameSync(live.at('single/same'), live.at('single/other'));
		}

		fs.writeFileSync(live.at('bulk/late'), '');
		await live.until(shows('bulk', 'late', 'x'));
		await live.until(shows('single', 'other'));
	});
});

describe('the watches', () => {
	test('are on the open folders and those around them, and go with them', async () => {
		const live = await openFollowed({'bulk/a/1/x': '', 'bulk/b/x': '', 'single/c/x': ''});
		const top = path.dirname(live.session);
		const inSession = (): string[] => watchedFolders(top).map(folder => folder.replace(sessionId, 'S'));
		expect(inSession()).toEqual(['', 'S', 'S/bulk', 'S/single']);
		await press(live, ['G', 'k', 'l'], 'bulk/a');
		await press(live, ['j', 'l'], 'bulk/a/1');
		expect(inSession()).toEqual(['', 'S', 'S/bulk', 'S/bulk/a', 'S/bulk/a/1', 'S/single']);
		live.press('h', 'h', 'h');
		await eventually(() => inSession().length === 4);
		live.press('h', 'h');
		await eventually(() => inSession().length === 3);
		await live.stop();
		expect(inSession()).toEqual([]);
	});

	test('change no time, and nothing is asked while nothing changes', async () => {
		const live = await openFollowed({'single/a': '', 'bulk/b/c': ''});
		const before = snapshot(live.session);
		await press(live, ['G', 'l'], 'bulk/b');
		fs.mkdirSync(path.join(live.session, '../another'));
		fs.writeFileSync(path.join(live.session, '../another/x'), '');
		expect(snapshot(live.session)).toEqual(before);
		expect(live.messages.filter(({type}) => type === 'touched')).toEqual([]);
	});

	test('are not more than allowed: those on screen come first, and one that comes there is read anew', async () => {
		const live = await openFollowed(Object.fromEntries(Array.from({length: 30}, (_, index) => [`bulk/${index}/x`, ''])), {wrap: services => ({...services, following: {most: 20}})});
		live.press('j', 'j');
		for (let index = 0; index < 30; index++) {
			await press(live, ['G', ...Array.from({length: 29 - index}, () => 'k'), 'l'], `bulk/${index}`);
		}

		const watched = (): string[] => watchedFolders(live.session);
		await eventually(() => !watched().includes('bulk/0') && watched().length <= 20);
		expect(live.model().polling).toBeUndefined();
		fs.writeFileSync(live.at('bulk/0/y'), '');
		live.press('g', 'g');
		await live.until(shows('bulk/0', 'x', 'y'));
		expect(watched()).toContain('bulk/0');
		expect(watched().length).toBeLessThanOrEqual(20);
	});
});

describe('where nothing can be watched', () => {
	test('folders on screen are polled, and the model says why', async () => {
		const live = await openFollowed({'single/a': '', 'bulk/b/c': ''}, {wrap: withOutputs(refusing('ENOTSUP', 'NFS'), {following: {pollEvery: 50}})});
		await live.until(({polling}) => polling === 'NFS');
		live.press('j');
		await live.until(({facts}) => facts.has('single/a'));
		fs.writeFileSync(live.at('single/a'), 'longer');
		fs.writeFileSync(live.at('single/b'), '');
		await live.until(shows('single', 'a', 'b'));
		await live.until(({facts, preview}) => facts.get('single/a')?.bytes === 6 && JSON.stringify(preview.load).includes('longer'));
		await press(live, ['G', 'l'], 'bulk/b');
		fs.writeFileSync(live.at('bulk/b/d'), '');
		await live.until(shows('bulk/b', 'c', 'd'));
		const rows = rowsOf(live.model().tree);
		const {length} = live.messages;
		await live.until(() => live.messages.slice(length).filter(message => message.type === 'folder-changed' && message.path === 'bulk/b').length > 3);
		expect(rowsOf(live.model().tree)).toBe(rows);
	});

	test.each(['ENOSPC', 'EMFILE'])('at a limit of the system (%s) they are polled until there is room', async code => {
		let isFull = true;
		const live = await openFollowed({'single/a': ''}, {wrap: withOutputs(outputs => ({
			async watch(place, options) {
				if (isFull) {
					throw Object.assign(new Error('full'), {code});
				}

				return outputs.watch(place, options);
			},
		}), {following: {pollEvery: 50}})});
		await live.until(({polling}) => polling === 'watch limit');
		fs.writeFileSync(live.at('single/b'), '');
		await live.until(shows('single', 'a', 'b'));
		isFull = false;
		await live.until(({polling}) => polling === undefined);
		expect(watchedFolders(live.session)).toEqual(['', 'bulk', 'single']);
		fs.writeFileSync(live.at('single/c'), '');
		await live.until(shows('single', 'a', 'b', 'c'));
	});

	test('parts that are made later appear, too', async () => {
		const live = await openLive({}, {wrap: withOutputs(refusing('ENOTSUP', 'FUSE'), {following: {pollEvery: 50}})});
		fs.rmdirSync(path.join(live.session, 'single'));
		await live.until(isRead('single'));
		fs.mkdirSync(path.join(live.session, 'single/a'), {recursive: true});
		await live.until(shows('single', 'a'));
	});

	test('one that takes long to read is polled more slowly, and never twice at once', async () => {
		const readings: Array<{readonly began: number; ended: number}> = [];
		await openFollowed({}, {wrap: withOutputs(outputs => ({
			...refusing('ENOTSUP', 'NFS')(),
			async * list(place, options) {
				const reading = {began: performance.now(), ended: Infinity};
				if (place.endsWith('bulk')) { // Of the focused one the preview counts the files, too.
					readings.push(reading);
					const {promise, resolve} = Promise.withResolvers<void>();
					setTimeout(resolve, 20); // A slow disk.
					await promise;
				}

				yield * outputs.list(place, options);
				reading.ended = performance.now();
			},
		}), {following: {pollEvery: 10}})});
		await eventually(() => readings.length > 3);
		for (const [index, {began, ended}] of readings.entries()) {
			const next = readings[index + 1];
			if (next !== undefined && index > 0) {
				expect(next.began - ended).toBeGreaterThan((ended - began) * 5);
			}
		}
	});

	test('a folder that is off the screen is not read until it comes there', async () => {
		const places: string[] = [];
		const live = await openFollowed({...Object.fromEntries(Array.from({length: 40}, (_, index) => [`bulk/${index}`, ''])), 'single/a': ''}, {wrap: withOutputs(outputs => ({
			...refusing('ENOTSUP', 'NFS')(),
			list(place, options) {
				places.push(place);
				return outputs.list(place, options);
			},
		}), {following: {pollEvery: 30}})});
		live.press('G');
		// One reading of it may be under way.
		await eventually(() => places.length > 9 && new Set(places.slice(-9)).size === 1 && places.at(-1) === `${sessionId}/bulk`);
		fs.writeFileSync(live.at('single/b'), '');
		live.press('g', 'g');
		await live.until(shows('single', 'a', 'b'));
	});
});

describe('the session itself', () => {
	test('that is renamed or removed is told, and seen again when it comes back', async () => {
		const live = await openFollowed({'single/a': ''});
		fs.renameSync(live.session, `${live.session}.away`);
		await live.until(({session}) => session?.isGone === true);
		expect(live.model().notice).toMatchObject({kind: 'problem', text: 'the session is gone: its directory was removed or renamed'});
		fs.renameSync(`${live.session}.away`, live.session);
		await live.until(({session}) => session?.isGone === false);
		fs.writeFileSync(live.at('single/b'), '');
		await live.until(shows('single', 'a', 'b'));
		fs.rmSync(live.session, {recursive: true});
		await live.until(({session}) => session?.isGone === true);
	});

	test('that is gone where nothing can be watched is told, too', async () => {
		const live = await openFollowed({}, {wrap: withOutputs(refusing('ENOTSUP', 'NFS'), {following: {pollEvery: 50}})});
		fs.rmSync(live.session, {recursive: true});
		await live.until(({session}) => session?.isGone === true);
	});

	test('while another is removed beside it is let alone', async () => {
		const live = await openFollowed({'/other/x': ''});
		const checks = (): number => live.messages.filter(({type}) => type === 'session-checked').length;
		await live.until(() => checks() === 2); // As it is opened.
		fs.rmSync(path.join(live.session, '../other'), {recursive: true});
		fs.writeFileSync(live.at('single/a'), '');
		await live.until(shows('single', 'a'));
		expect(checks()).toBe(2);
		expect(namesIn(path.dirname(live.session))).toEqual([sessionId]);
	});
});
