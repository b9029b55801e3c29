import fs from 'node:fs';
import {describe, expect, it, test} from 'vitest';
import {startSession} from '../../source/outputs/sessions.js';
import {readSession} from '../../source/outputs/read-session.js';
import {execute, isRoot, modeOf, namesIn, plant} from '../helpers/folders.js';
import {idOf, openStore, self} from './stores.js';

const control = `.sojourn-${self}`;

const marker = {id: idOf(1), createdAt: 1000, lastActiveAt: 2000, label: 'mine'};

describe('a new session', () => {
	it('is there whole, and nothing is left where it was made', async () => {
		const {outputs, directory} = await openStore();
		await outputs.createSession(marker);
		expect(namesIn(`${directory}/${idOf(1)}`)).toEqual(['.session.json', 'bulk', 'single']);
		expect(['', '/single', '/bulk', '/.session.json'].map(name => modeOf(`${directory}/${idOf(1)}${name}`))).toEqual(['0700', '0700', '0700', '0600']);
		expect(await readSession(outputs, idOf(1))).toEqual({id: idOf(1), uid: self, marker});
		expect(namesIn(`${directory}/${control}/trash`)).toEqual([]);
	});

	it('takes the place of nothing, not even of an empty directory, and leaves no trace', async () => {
		const {outputs, directory} = await openStore();
		const things: ReadonlyArray<(place: string) => void> = [
			place => {
				fs.mkdirSync(place);
			},
			place => {
				plant(place, {'single/precious.txt': 'p'});
			},
			place => {
				fs.writeFileSync(place, 'p');
			},
			place => {
				fs.symlinkSync('nowhere', place);
			},
		];
		for (const make of things) {
			const place = `${directory}/${idOf(1)}`;
			make(place);
			const {ino} = fs.lstatSync(place);
			await expect(outputs.createSession(marker)).rejects.toMatchObject({code: 'EEXIST'});
			expect(fs.lstatSync(place).ino).toBe(ino);
			expect(namesIn(`${directory}/${control}/trash`)).toEqual([]);
			fs.rmSync(place, {recursive: true, force: true});
		}
	});

	it.each<[string, (directory: string) => void]>([
		['a trash', directory => {
			plant(directory, {[`${control}/trash`]: ''});
			fs.chmodSync(`${directory}/${control}`, 0o700);
		}],
		['a trash that is for its owner only', directory => {
			plant(directory, {[`${control}/trash/`]: ''});
			fs.chmodSync(`${directory}/${control}`, 0o700);
			fs.chmodSync(`${directory}/${control}/trash`, 0o777);
		}],
	])('can be had where there can be no %s; it takes the place of nothing then, too', async (_, spoil) => {
		const {outputs, directory} = await openStore();
		spoil(directory);
		await outputs.createSession(marker);
		expect(await readSession(outputs, idOf(1))).toMatchObject({marker});
		await expect(outputs.createSession(marker)).rejects.toMatchObject({code: 'EEXIST'});
		expect(namesIn(`${directory}/${idOf(1)}`)).toEqual(['.session.json', 'bulk', 'single']);
	});

	it('of many at once is one for each, also in a directory where nothing is yet', async () => {
		const {outputs, directory} = await openStore();
		const sessions = await Promise.all(Array.from({length: 20}, async () => startSession(outputs, {now: Date.now(), uid: self})));
		expect(namesIn(directory)).toEqual([control, ...sessions.map(({id}) => id)].sort());
		expect(namesIn(`${directory}/${control}/trash`)).toEqual([]);
	});

	it('of which many want the same name is one', async () => {
		const {outputs, directory} = await openStore();
		const results = await Promise.allSettled(Array.from({length: 20}, async (_, index) => outputs.createSession({...marker, label: `of ${index}`})));
		expect(results.filter(({status}) => status === 'fulfilled')).toHaveLength(1);
		expect(await readSession(outputs, idOf(1))).toMatchObject({marker: {label: `of ${results.findIndex(({status}) => status === 'fulfilled')}`}});
		expect(namesIn(`${directory}/${control}/trash`)).toEqual([]);
	});
});

test.skipIf(!isRoot)('where the disk is full nothing of it is left, and that is told', async context => {
	const {again, directory} = await openStore();
	try {
		await execute('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=0700', 'tmpfs', directory]);
	} catch {
		context.skip('nothing can be mounted here');
	}

	try {
		const {outputs} = await again(); // Which opens what is mounted now.
		fs.writeFileSync(`${directory}/filler`, '');
		const filler = fs.openSync(`${directory}/filler`, 'w');
		expect(() => {
			for (;;) {
				fs.writeSync(filler, new Uint8Array(4096));
			}
		}).toThrow('ENOSPC');
		fs.closeSync(filler);
		await expect(startSession(outputs, {now: Date.now(), uid: self})).rejects.toThrow('no space is left on the disk');
		expect(namesIn(directory).filter(name => name !== 'filler' && name !== control)).toEqual([]);
		if (fs.existsSync(`${directory}/${control}/trash`)) {
			expect(namesIn(`${directory}/${control}/trash`)).toEqual([]);
		}
	} finally {
		await execute('umount', ['-l', directory]);
	}
});
