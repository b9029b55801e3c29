import fs from 'node:fs';
import {describe, expect, it, test} from 'vitest';
import {openOutputsDirectory} from '../../source/outputs/local/directory.js';
import {localOutputs} from '../../source/outputs/local/local.js';
import {localSweeper} from '../../source/outputs/local/sweeper.js';
import {sweep, type SweepOptions, type SweepReport} from '../../source/outputs/sweep.js';
import type {Sweeper} from '../../source/outputs/sweeper.js';
import {isRoot, modeOf, namesIn, plant, snapshot, stranger} from '../helpers/folders.js';
import {hour, idOf, markerText, openStore, plantSession, self, type Store} from './stores.js';

const control = `.sojourn-${self}`;
const random = '0123456789abcdef01234567';
const soon = (): number => Date.now() + (48 * hour);

const run = async ({outputs, sweeper}: Pick<Store, 'outputs' | 'sweeper'>, options: Partial<SweepOptions> = {}): Promise<SweepReport> =>
	sweep(outputs, sweeper, {viewer: {uid: self}, policy: {maxAgeHours: 24, now: soon()}, ...options});

/** Does something to a session at the moment when it has been moved to the trash and is about to be looked at again. */
const between = (sweeper: Sweeper, meddle: () => void): Sweeper => ({
	...sweeper,
	remove: async (id, isExpired) => sweeper.remove(id, async (where, _, place) => {
		if (place !== id) {
			meddle();
		}

		return isExpired(where, id, place);
	}),
});

describe('the look again', () => {
	const place = async (): Promise<Store & {readonly trash: string; readonly moved: () => string}> => {
		const store = await openStore();
		const trash = `${store.directory}/${control}/trash`;
		plant(plantSession(store.directory, idOf(1), markerText(idOf(1))), {'single/a.txt': 'a'});
		return {...store, trash, moved: () => `${trash}/${namesIn(trash)[0]!}`};
	};

	test.each<[string, (moved: string) => void, RegExp]>([
		['a file written', moved => {
			fs.writeFileSync(`${moved}/single/new.txt`, 'new');
			fs.utimesSync(`${moved}/single/new.txt`, (soon() / 1000) - 60, (soon() / 1000) - 60);
		}, /^in use: mtime of single\/new\.txt/],
		['a resume', moved => {
			fs.writeFileSync(`${moved}/.session.json`, markerText(idOf(1), {lastActiveAt: new Date(soon()).toISOString()}));
		}, /^in use: the marker/],
		['a keep', moved => {
			fs.writeFileSync(`${moved}/.session.json`, markerText(idOf(1), {keepUntil: 'forever'}));
		}, /^marked to be kept for good/],
		['something strange', moved => {
			fs.writeFileSync(`${moved}/stranger`, '');
		}, /^broken: stranger does not belong/],
	])('puts back what %s in between has brought to life', async (_, meddle, reason) => {
		const store = await place();
		const report = await run({
			outputs: store.outputs, sweeper: between(store.sweeper, () => {
				meddle(store.moved());
			}),
		});
		expect(report).toMatchObject({removed: [], failed: [], kept: [{id: idOf(1), reason: expect.stringMatching(reason) as string}]});
		expect(namesIn(store.trash)).toEqual([]);
		expect(fs.readFileSync(`${store.directory}/${idOf(1)}/single/a.txt`, 'utf8')).toBe('a');
	});

	it('takes the move itself for no sign of life', async () => {
		const store = await place();
		// The clock is such that the move, but nothing before it, is young.
		const newest = Math.max(...['', 'single', 'bulk', 'single/a.txt', '.session.json'].map(name => fs.lstatSync(`${store.directory}/${idOf(1)}/${name}`).ctimeMs));
		while (Date.now() < newest + 20) {
			// The clock of the disk is coarse.
		}

		const report = await run(store, {policy: {maxAgeHours: 24, now: newest + 10 + (24 * hour)}});
		expect(report.removed).toMatchObject([{id: idOf(1)}]);
	});

	it('puts nothing in the place of what has come meanwhile; the session waits in the trash and is put back later', async () => {
		const store = await place();
		const report = await run({
			outputs: store.outputs, sweeper: between(store.sweeper, () => {
				fs.writeFileSync(`${store.moved()}/.session.json`, markerText(idOf(1), {keepUntil: 'forever'}));
				plant(store.directory, {[`${idOf(1)}/single/other.txt`]: 'other'});
			}),
		});
		expect(report.failed).toMatchObject([{id: idOf(1), error: expect.stringContaining('safe there and put back by the next sweep') as string}]);
		expect(namesIn(`${store.directory}/${idOf(1)}/single`)).toEqual(['other.txt']);
		expect(namesIn(`${store.moved()}/single`)).toEqual(['a.txt']);
		fs.rmSync(`${store.directory}/${idOf(1)}`, {recursive: true});
		expect(await run(store)).toMatchObject({recovered: [{id: idOf(1)}], failed: []});
		expect(namesIn(`${store.directory}/${idOf(1)}/single`)).toEqual(['a.txt']);
	});

	it('is made with what was moved, whatever was put in its place before', async () => {
		const store = await place();
		plant(store.base, {'outside/a.txt': 'a'});
		const sweeper: Sweeper = {
			...store.sweeper,
			async remove(id, isExpired) {
				fs.renameSync(`${store.directory}/${id}`, `${store.base}/aside`);
				fs.symlinkSync(`${store.base}/outside`, `${store.directory}/${id}`);
				return store.sweeper.remove(id, isExpired);
			},
		};
		expect((await run({outputs: store.outputs, sweeper})).removed).toEqual([]);
		expect(fs.readlinkSync(`${store.directory}/${idOf(1)}`)).toBe(`${store.base}/outside`);
		expect(namesIn(`${store.base}/outside`)).toEqual(['a.txt']);
	});
});

describe('after an interruption', () => {
	it('every state of the trash is finished or undone', async () => {
		const store = await openStore();
		const trash = `${store.directory}/${control}/trash`;
		const young = markerText(idOf(1), {lastActiveAt: new Date(soon() - hour).toISOString()});
		plant(store.directory, {[`${control}/trash/`]: ''});
		plant(plantSession(trash, `${idOf(1)}.${random}`, young), {'single/a.txt': 'a'});
		plant(plantSession(trash, `${idOf(2)}.${random}`, markerText(idOf(2))), {'single/a.txt': 'a'});
		plantSession(trash, `${idOf(3)}.${random}`, '{');
		plant(trash, {'purge.aa/deep/er/a.txt': 'a', 'purge.bb': 'a file', [`${idOf(4)}.short/single/a`]: '', odd: ''});
		fs.symlinkSync(store.base, `${trash}/purge.cc`);
		plant(store.base, {'outside.txt': ''});
		const report = await run(store);
		expect(report.recovered.map(({id}) => id).sort()).toEqual([idOf(1), idOf(3)]);
		expect(report.failed).toEqual([]);
		// What was put back is listed again, and kept.
		expect(report.kept.map(({id}) => id)).toEqual([idOf(1), idOf(3)]);
		expect(namesIn(trash)).toEqual([]);
		expect(namesIn(store.directory)).toEqual([control, idOf(1), idOf(3)].sort());
		expect(fs.readFileSync(`${store.directory}/${idOf(1)}/single/a.txt`, 'utf8')).toBe('a');
		expect(namesIn(store.base)).toEqual(['outputs', 'outside.txt']);
		expect(modeOf(trash)).toBe('0700');
	});

	it('a session that is being made is left alone for an hour', async () => {
		const store = await openStore();
		const trash = `${store.directory}/${control}/trash`;
		plant(store.directory, {[`${control}/trash/`]: '', [`${control}/trash/new.${random}/single/`]: ''});
		plantSession(store.directory, idOf(1), markerText(idOf(1)));
		for (const [minutes, names] of [[59, [`new.${random}`]], [61, []]] as const) {
			expect(await run(store, {policy: {maxAgeHours: 24, now: Date.now() + (minutes * 60_000)}})).toMatchObject({recovered: [], failed: []});
			expect(namesIn(trash)).toEqual(names);
		}
	});

	it('a trash that is none stops no other removal from being tried, and is told', async () => {
		const store = await openStore();
		plant(store.directory, {[`${control}/trash`]: 'a file'});
		fs.chmodSync(`${store.directory}/${control}`, 0o700);
		plantSession(store.directory, idOf(1), markerText(idOf(1)));
		const report = await run(store);
		expect(report.failed.map(({id}) => id)).toEqual([control, idOf(1)]);
		expect(report.failed[0]!.error).toContain('is no directory of mode 0700');
		expect(namesIn(store.directory)).toEqual([control, idOf(1)].sort());
	});
});

test('of several sweeps at once each session is removed once, and those that find another at work go on', async () => {
	for (let round = 0; round < 5; round++) {
		const store = await openStore();
		const ids = Array.from({length: 12}, (_, index) => idOf(index + 1));
		for (const id of ids) {
			plant(plantSession(store.directory, id, markerText(id)), {'single/a.txt': 'a', 'bulk/b/c/d.txt': 'd', 'bulk/e/f.txt': 'f'});
		}

		plantSession(store.directory, idOf(99), markerText(idOf(99), {keepUntil: 'forever'}));
		const stores = [store, await store.again(), await store.again()];
		const reports = await Promise.all(stores.map(async one => run(one)));
		expect(reports.flatMap(({failed}) => failed)).toEqual([]);
		const removed = reports.flatMap(report => report.removed.map(({id}) => id));
		expect(new Set(removed).size).toBe(removed.length);
		expect(namesIn(store.directory)).toEqual([control, idOf(99)].sort());
		expect(namesIn(`${store.directory}/${control}/trash`)).toEqual([]);
		expect(reports.flatMap(({kept}) => kept.map(({id}) => id)).filter(id => id !== idOf(99))).toEqual([]);
	}
});

test('where its turn is not seen by another sweep, as on another host, that one puts back what is locked, and neither fails nor claims it', async () => {
	const store = await openStore();
	const other = await store.again();
	plant(plantSession(store.directory, idOf(1), markerText(idOf(1))), {'single/a.txt': 'a'});
	const others: SweepReport[] = [];
	const sweeper: Sweeper = {
		...store.sweeper,
		remove: async (id, look) => store.sweeper.remove(id, async (where, _, place) => {
			const seen = await look(where, id, place);
			if (place !== id) {
				const alone: Sweeper = {...other.sweeper, begin: async () => ({end: async () => undefined})};
				others.push(await run({outputs: other.outputs, sweeper: alone}));
			}

			return seen;
		}),
	};
	expect(await run({outputs: store.outputs, sweeper})).toMatchObject({removed: [], kept: [], failed: []});
	expect(others).toMatchObject([{failed: [], recovered: [{id: idOf(1)}], kept: [{id: idOf(1), reason: expect.stringContaining('held') as string}]}]);
	expect(namesIn(store.directory)).toEqual([control, idOf(1)].sort());
	expect(namesIn(`${store.directory}/${control}/trash`)).toEqual([]);
	expect(await run(store)).toMatchObject({removed: [{id: idOf(1)}]});
});

describe('where others can exchange entries', () => {
	const openAs = async (store: Store, mode: number, options: {readonly isGroupTrusted?: boolean} = {}): Promise<SweepReport> => {
		fs.chmodSync(store.directory, mode);
		const opened = (await openOutputsDirectory(store.directory, {uid: self, home: '/nonexistent'}, {isNamed: true, mayCreate: false}))!;
		try {
			return await run({outputs: localOutputs(opened.root, opened.directory), sweeper: localSweeper(opened, self, {clock: 'believed', ...options})});
		} finally {
			await opened.root.close();
		}
	};

	it('every removal is refused, with the command that mends it', async () => {
		const store = await openStore();
		plantSession(store.directory, idOf(1), markerText(idOf(1)));
		for (const [mode, command] of [[0o777, 'chmod go-w'], [0o772, 'chmod go-w'], [0o770, 'chmod g-w'], [0o775, 'chmod g-w']] as const) {
			const report = await openAs(store, mode);
			expect(report).toMatchObject({skipped: 'unsafe', removed: [], kept: [], failed: []});
			expect(report.detail).toContain(`${command} ${store.directory}`);
		}

		expect(await openAs(store, 0o772, {isGroupTrusted: true})).toMatchObject({skipped: 'unsafe'});
		expect(namesIn(store.directory)).toEqual([idOf(1)]);
	});

	test.each([[0o1777, false], [0o755, false], [0o1770, false], [0o770, true], [0o2775, true]])('but not with mode %o (group trusted: %s)', async (mode, isGroupTrusted) => {
		const store = await openStore();
		plantSession(store.directory, idOf(1), markerText(idOf(1)));
		expect(await openAs(store, mode, {isGroupTrusted})).toMatchObject({removed: [{id: idOf(1)}]});
	});
});

describe('a control directory that somebody else has planted', () => {
	const attempts: Array<[string, (place: string, base: string) => void, string, boolean]> = [
		['open to others', place => {
			fs.mkdirSync(place);
			fs.chmodSync(place, 0o777);
		}, 'is open to other users (mode 0777)', false],
		['a link', (place, base) => {
			fs.mkdirSync(`${base}/trap/trash`, {recursive: true, mode: 0o700});
			fs.chmodSync(`${base}/trap`, 0o700);
			fs.symlinkSync(`${base}/trap`, place);
		}, 'is no directory', false],
		['a file', place => {
			fs.writeFileSync(place, '');
		}, 'is no directory', false],
		['another user\'s', place => {
			fs.mkdirSync(place, {mode: 0o700});
			fs.chownSync(place, stranger, stranger);
		}, `belongs to another user (uid ${stranger})`, true],
	];

	for (const [name, make, reason, needsRoot] of attempts) {
		it.skipIf(needsRoot && !isRoot)(`${name}: is told and passed over for one of its own, which is found again`, async () => {
			const store = await openStore();
			plant(store.base, {'trap/': ''});
			make(`${store.directory}/${control}`, store.base);
			const planted = [...snapshot(`${store.directory}/${control}`), ...snapshot(`${store.base}/trap`)];
			for (const number of [1, 2]) {
				plantSession(store.directory, idOf(number), markerText(idOf(number)));
				const report = await run(await store.again());
				expect(report).toMatchObject({removed: [{id: idOf(number)}], failed: [], warnings: [expect.stringContaining(`${control} in the outputs directory is passed over`) as string]});
				expect(report.warnings![0]).toContain(reason);
			}

			const names = namesIn(store.directory);
			expect(names).toEqual([control, expect.stringMatching(new RegExp(String.raw`^\.sojourn-${self}-[\da-f]{12}$`)) as string]);
			expect(modeOf(`${store.directory}/${names[1]!}`)).toBe(isRoot ? '0711' : '0700');
			expect([...snapshot(`${store.directory}/${control}`), ...snapshot(`${store.base}/trap`)]).toEqual(planted);
		});
	}
});
