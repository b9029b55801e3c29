import fs from 'node:fs';
import os from 'node:os';
import process from 'node:process';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {Directory} from '../../source/files/descriptor.js';
import {backup} from '../../source/legacy/backup.js';
import {findCover, type Coverage} from '../../source/legacy/cover.js';
import {removeCovered} from '../../source/legacy/remove.js';
import type {Place} from '../../source/legacy/task.js';
import {localOutputs} from '../../source/outputs/local/local.js';
import {startAttacker, type Attacker} from '../faults/race-attacker.js';
import {plant, temporaryFolder} from '../helpers/folders.js';

const names = Array.from({length: 24}, (_, number) => `f${number}`);

type Covered = {readonly place: Place; readonly base: string; readonly coverage: Coverage};

/** An outputs directory whose files are all in a backup, and the proof of that. */
const openCovered = async (): Promise<Covered> => {
	const base = await temporaryFolder();
	const directory = `${base}/outputs`;
	plant(directory, Object.fromEntries(names.flatMap(name => [[`single/${name}`, `covered ${name}`], [`bulk/batch/${name}`, `covered too ${name}`]])));
	const root = await Directory.open(directory);
	const place = {root, directory, uid: process.getuid!()};
	await backup(place, {cwd: base, now: Date.now(), tool: 'test'});
	return {place, base, coverage: await findCover(place, localOutputs(root, directory), {imports: []})};
};

/** What all files in and below a folder hold. */
const contentsBelow = (folder: string): Set<string> => new Set(fs.readdirSync(folder, {recursive: true, withFileTypes: true})
	.filter(entry => entry.isFile())
	.map(entry => fs.readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8')));

describe('a removal', () => {
	it('leaves alone what has changed since it was compared', async () => {
		const {place, base, coverage} = await openCovered();
		expect(coverage).toMatchObject({uncovered: [], spared: [], folders: ['single', 'bulk', 'bulk/batch']});
		const {mtime} = fs.statSync(`${base}/outputs/single/f0`);
		fs.writeFileSync(`${base}/outputs/single/f0`, 'COVERED f0');
		fs.utimesSync(`${base}/outputs/single/f0`, mtime, mtime);
		fs.rmSync(`${base}/outputs/single/f1`);
		fs.symlinkSync('/etc/passwd', `${base}/outputs/single/f1`);
		fs.rmSync(`${base}/outputs/single/f2`);
		fs.mkdirSync(`${base}/outputs/single/f2`);
		plant(`${base}/outputs`, {'single/new': 'x'});
		const {files, failed} = await removeCovered(place, coverage, {});
		expect(files).toBe(45);
		expect(failed.map(({path}) => path).sort()).toEqual(['single', 'single/f0', 'single/f1', 'single/f2']);
		expect(fs.readdirSync(`${base}/outputs/single`).sort()).toEqual(['f0', 'f1', 'f2', 'new']);
		await place.root.close();
	});

	it('stops where it is cancelled, and tells what it has done', async () => {
		const {place, base, coverage} = await openCovered();
		const controller = new AbortController();
		const {files, failed} = await removeCovered(place, coverage, {
			signal: controller.signal,
			onProgress() {
				controller.abort();
			},
		});
		expect(failed).toEqual([]);
		expect(files).toBeGreaterThan(0);
		expect(files + contentsBelow(`${base}/outputs`).size).toBe(48);
		await place.root.close();
	});
});

describe('while somebody exchanges files and folders', () => {
	let attacker: Attacker;
	let shared: string;

	beforeAll(async () => {
		shared = fs.mkdtempSync(`${os.tmpdir()}/sojourn-attacker-`);
		attacker = await startAttacker(shared);
	});

	afterAll(async () => {
		await attacker.close();
		fs.rmSync(shared, {recursive: true});
	});

	/** Removes while every file is exchanged with a precious one, and a folder with a link to outside. @returns how many precious ones are gone */
	const attack = async (remove: (covered: Covered) => Promise<unknown>): Promise<number> => {
		const covered = await openCovered();
		const {base, place} = covered;
		plant(base, Object.fromEntries(names.flatMap(name => [[`outputs/stash/${name}`, `precious ${name}`], [`outside/${name}`, `covered too ${name}`]])));
		fs.symlinkSync(`${base}/outside`, `${base}/outputs/trap`);
		await attacker.start({folders: [`${base}/outputs`], pairs: [...names.map(name => [`single/${name}`, `stash/${name}`] as const), ['bulk/batch', 'trap']]});
		await remove(covered);
		await attacker.stop();
		await place.root.close();
		const left = contentsBelow(`${base}/outputs`);
		return names.filter(name => !left.has(`precious ${name}`)).length + (names.length - fs.readdirSync(`${base}/outside`).length);
	};

	it('a removal by name loses what is not its own (the control)', async () => {
		let lost = 0;
		for (let trial = 0; trial < 20 && lost === 0; trial++) {
			lost += await attack(async ({base, coverage}) => {
				for (const {path, content} of coverage.covered) {
					try {
						const text = fs.readFileSync(`${base}/outputs/${path}`, 'utf8');
						if (text.startsWith('covered') && content !== '') {
							fs.rmSync(`${base}/outputs/${path}`);
						}
					} catch {
						// It is elsewhere at this moment.
					}
				}
			});
		}

		expect(lost).toBeGreaterThan(0);
	});

	it('a removal loses nothing', async () => {
		for (let trial = 0; trial < 12; trial++) {
			expect(await attack(async ({place, coverage}) => removeCovered(place, coverage, {}))).toBe(0);
		}
	});
});
