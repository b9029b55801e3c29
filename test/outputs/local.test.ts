import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {expect, test} from 'vitest';
import {nativePath} from '../../source/files/descriptor.js';
import {asUser, execute, isRoot, modeOf, namesIn, plant, snapshot, stranger} from '../helpers/folders.js';
import {watchedFolders} from '../helpers/watches.js';
import {outputsSuite} from './outputs-suite.js';
import {idOf, openStore} from './stores.js';

outputsSuite('a directory', async () => {
	const {outputs, directory, base} = await openStore();
	plant(`${base}/outside`, {'inside.txt': 'not to be read', 'here/inside.txt': ''});
	const outside = snapshot(`${base}/outside`);
	const at = (location: string): string => path.join(directory, location);
	return {
		outputs,
		hasRawNames: true,
		async put(location, content) {
			plant(directory, {[location]: content});
		},
		async names(location) {
			// Whatever was done, nothing may have happened outside.
			expect(snapshot(`${base}/outside`)).toEqual(outside);
			return namesIn(at(location));
		},
		async remove(location) {
			fs.rmSync(nativePath(at(location)), {recursive: true});
		},
		async link(location) {
			const target = location.endsWith('.txt') ? 'inside.txt' : '';
			fs.symlinkSync(`${base}/outside/${target}`, at(location));
		},
		async pipe(location) {
			await execute('mkfifo', [at(location)]);
		},
	};
});

test('a watch keeps no process alive and no descriptor open, and lasts while what it is on is renamed', async () => {
	const {outputs, directory} = await openStore();
	const id = idOf(1);
	await outputs.createSession({id, createdAt: 0, lastActiveAt: 0});
	const controller = new AbortController();
	const alive = (): number => process.getActiveResourcesInfo().filter(name => name.startsWith('FSEvent')).length; // Others come and go, as the timers of what runs the tests.
	// Directories that were used a moment ago may be open still, and are none of its business.
	const count = (): number => fs.readdirSync('/proc/self/fd').filter(name => {
		try {
			const target = fs.readlinkSync(`/proc/self/fd/${name}`, {encoding: 'latin1'});
			return target.includes('inotify') || target.endsWith('/single');
		} catch {
			return false; // That of the listing itself.
		}
	}).length;
	const {promise, resolve} = Promise.withResolvers<void>();
	const watch = async (): Promise<void> => outputs.watch(`${id}/single`, {
		signal: controller.signal, onChange(name) {
			if (name === 'a.txt') {
				resolve();
			}
		},
	});
	await watch(); // The first opens what all share.
	const open = count();
	await Promise.all(Array.from({length: 20}, watch));
	expect(count()).toBe(open);
	expect(alive()).toBe(0);
	fs.renameSync(`${directory}/${id}/single`, `${directory}/elsewhere`);
	fs.mkdirSync(`${directory}/${id}/single`);
	fs.writeFileSync(`${directory}/elsewhere/a.txt`, '');
	await promise;
	controller.abort();
	await expect.poll(() => watchedFolders(directory)).toEqual([]);
});

test('what it makes is private: 0700 for folders and programs, 0600 for files', async () => {
	const {outputs, directory} = await openStore();
	const id = idOf(1);
	await outputs.createSession({id, createdAt: 0, lastActiveAt: 0});
	const one = async function * (): AsyncGenerator<Uint8Array> {
		yield new Uint8Array(1);
	};

	await outputs.write(`${id}/bulk/a/b.txt`, one());
	await outputs.write(`${id}/bulk/a/b.sh`, one(), {isExecutable: true});
	const modes = ['', '/.session.json', '/single', '/bulk', '/bulk/a', '/bulk/a/b.txt', '/bulk/a/b.sh'].map(name => modeOf(`${directory}/${id}${name}`));
	expect(modes).toEqual(['0700', '0600', '0700', '0700', '0700', '0600', '0700']);
	expect(modeOf(directory)).toBe('0700');
});

test.skipIf(!isRoot)('a folder that cannot be read is walked past, and named with the reason', async () => {
	const {outputs, directory} = await openStore();
	const id = idOf(1);
	plant(directory, {[`${id}/bulk/open/a.txt`]: 'a', [`${id}/bulk/shut/b.txt`]: 'b', [`${id}/single/c.txt`]: 'c'});
	await execute('chown', ['-R', `${stranger}`, directory]);
	fs.chmodSync(`${directory}/${id}/bulk/shut`, 0o000);
	const found = new Map<string, string>();
	await asUser(stranger, async () => {
		for await (const chunk of outputs.walk(id)) {
			for (const entry of chunk) {
				found.set(entry.path, [found.get(entry.path), 'error' in entry ? (entry.error as NodeJS.ErrnoException).code : entry.facts.type].filter(Boolean).join(' '));
			}
		}
	});
	expect(Object.fromEntries(found)).toEqual({
		[`${id}/single`]: 'directory', [`${id}/single/c.txt`]: 'file', [`${id}/bulk`]: 'directory',
		[`${id}/bulk/open`]: 'directory', [`${id}/bulk/open/a.txt`]: 'file', [`${id}/bulk/shut`]: 'directory EACCES',
	});
});

test('a walk that is left early, and a write that fails, leave no descriptor open', async () => {
	const {outputs, directory} = await openStore();
	const id = idOf(1);
	plant(directory, Object.fromEntries(Array.from({length: 50}, (_, index) => [`${id}/bulk/${'d/'.repeat(index + 1)}a.txt`, ''])));
	const nothing = async function * (): AsyncGenerator<Uint8Array> {
		yield new Uint8Array(0);
	};

	const before = namesIn('/proc/self/fd').length;
	for (let turn = 0; turn < 20; turn++) {
		let seen = 0;
		for await (const chunk of outputs.walk(id)) {
			seen += chunk.length;
			if (seen > turn) {
				break;
			}
		}

		await expect(outputs.stat(`${id}/bulk/${'d/'.repeat(turn + 1)}missing/b`)).rejects.toThrow();
		await expect(outputs.write(`${id}/bulk/d/a.txt/b`, nothing())).rejects.toThrow();
	}

	expect(namesIn('/proc/self/fd').length).toBeLessThan(before + 5); // The directory that was read last may stay open for a moment.
});
