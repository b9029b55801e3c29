import {spawn, type ChildProcess} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it, onTestFinished, test} from 'vitest';
import {Directory} from '../../source/files/descriptor.js';
import {localOutputs} from '../../source/outputs/local/local.js';
import {readLeases, takeLease} from '../../source/outputs/local/leases.js';
import {sweep, type SweepReport} from '../../source/outputs/sweep.js';
import {execute, isRoot, namesIn, plant, snapshot} from '../helpers/folders.js';
import {hour, idOf, markerText, openStore, plantSession, self, type Store} from './stores.js';

const control = `.sojourn-${self}`;

const run = async ({outputs, sweeper}: Pick<Store, 'outputs' | 'sweeper'>, options: {readonly isDryRun?: boolean} = {}): Promise<SweepReport> =>
	sweep(outputs, sweeper, {viewer: {uid: self}, policy: {maxAgeHours: 24, now: Date.now() + (48 * hour)}, ...options});

/** Starts a program and waits until it has written a line. */
const startAndWait = async (command: string, args: readonly string[]): Promise<ChildProcess> => {
	const child = spawn(command, args, {stdio: ['pipe', 'pipe', 'inherit']});
	onTestFinished(() => {
		child.kill('SIGKILL');
	});
	const {promise, resolve, reject} = Promise.withResolvers<void>();
	child.stdout.once('data', () => {
		resolve();
	});
	child.once('error', reject);
	child.once('close', code => {
		reject(new Error(`${command} ended with ${code}`));
	});
	await promise;
	return child;
};

const endOf = async (child: ChildProcess): Promise<void> => {
	const {promise, resolve} = Promise.withResolvers<void>();
	child.once('close', () => {
		resolve();
	});
	return promise;
};

const waitFor = 'echo ready; read line';

const held = 'held: a program has locked it, such as an explorer in which it is open';

const openOne = async (): Promise<Store & {readonly session: string}> => {
	const store = await openStore();
	const session = plantSession(store.directory, idOf(1), markerText(idOf(1)));
	plant(session, {'single/a.txt': 'a'});
	return {...store, session};
};

describe('a session that is held', () => {
	it('by sojourn is kept, in a dry run too, until it is released; and looking leaves no trace in it', async () => {
		const store = await openOne();
		const other = await store.again();
		const before = snapshot(store.session);
		const [first, second] = [await other.outputs.hold(idOf(1)), await other.outputs.hold(idOf(1))];
		expect(await store.outputs.heldAmong([idOf(1), idOf(2)])).toEqual(new Set([idOf(1)]));
		for (const isDryRun of [true, false]) {
			expect(await run(store, {isDryRun})).toMatchObject({removed: [], kept: [{id: idOf(1), reason: held}], failed: []});
		}

		await first.release();
		await first.release();
		expect(await run(store)).toMatchObject({removed: []});
		expect(snapshot(store.session)).toEqual(before);
		await second.release();
		expect(await store.outputs.heldAmong([idOf(1)])).toEqual(new Set());
		expect(await run(store, {isDryRun: true})).toMatchObject({removed: [{id: idOf(1)}]});
		expect(await run(store)).toMatchObject({removed: [{id: idOf(1)}]});
	});

	test.each<[string, string, (session: string) => readonly string[]]>([
		['the flock utility', 'flock', session => ['-s', `${session}/.`, 'sh', '-c', waitFor]],
		['flock on a file of its own, exclusively', 'flock', session => ['-x', session, 'sh', '-c', waitFor]],
	])('by %s is kept until that ends, also while it is stopped', async (_, command, args) => {
		const store = await openOne();
		const child = await startAndWait(command, args(store.session));
		expect(await run(store)).toMatchObject({removed: [], kept: [{id: idOf(1), reason: held}]});
		child.kill('SIGSTOP');
		expect(await run(store)).toMatchObject({removed: [], kept: [{id: idOf(1), reason: held}]});
		child.kill('SIGCONT');
		child.stdin!.end('\n');
		await endOf(child);
		expect(await run(store)).toMatchObject({removed: [{id: idOf(1)}], failed: []});
	});

	it('by a process that is killed is free at once', async () => {
		const store = await openOne();
		const child = await startAndWait('python3', ['-c', 'import fcntl, os, sys\nfcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_SH)\nprint("ready", flush=True)\nsys.stdin.read()', store.session]);
		expect(await run(store)).toMatchObject({removed: [], kept: [{reason: held}]});
		child.kill('SIGKILL');
		await endOf(child);
		expect(await run(store)).toMatchObject({removed: [{id: idOf(1)}]});
	});

	it('by an open file is kept, and told by whom; a working directory and an open folder do not count', async () => {
		const store = await openOne();
		const python = async (body: string): Promise<ChildProcess> => startAndWait('python3', ['-c', `import os, sys\n${body}\nprint("ready", flush=True)\nsys.stdin.read()`, store.session]);
		await python('os.chdir(sys.argv[1] + "/single")');
		await python('folder = os.open(sys.argv[1] + "/bulk", os.O_RDONLY)');
		await python('gone = open(sys.argv[1] + "/bulk/gone", "w"); os.unlink(sys.argv[1] + "/bulk/gone")');
		expect(await run(store, {isDryRun: true})).toMatchObject({removed: [{id: idOf(1)}]});
		const reader = await python('file = open(sys.argv[1] + "/single/a.txt")');
		for (const isDryRun of [true, false]) {
			expect(await run(store, {isDryRun})).toMatchObject({removed: [], kept: [{id: idOf(1), reason: `held: process ${reader.pid} (python3) has a file in it open: single/a.txt`}]});
		}

		reader.kill();
		await endOf(reader);
		expect(await run(store)).toMatchObject({removed: [{id: idOf(1)}]});
	});

	it('between the two looks is put back', async () => {
		const store = await openOne();
		const sweeper: Store['sweeper'] = {
			...store.sweeper,
			remove: async (id, look) => store.sweeper.remove(id, async (where, _, place) => {
				const seen = await look(where, id, place);
				if (place === id) {
					await startAndWait('python3', ['-c', 'import sys\nfile = open(sys.argv[1])\nprint("ready", flush=True)\nsys.stdin.read()', `${store.session}/single/a.txt`]);
				}

				return seen;
			}),
		};
		expect(await run({...store, sweeper})).toMatchObject({removed: [], kept: [{id: idOf(1), reason: expect.stringMatching(/^held: process \d+ \(python3\) has a file in it open: single\/a\.txt$/) as string}]});
		expect(namesIn(`${store.directory}/${control}/trash`)).toEqual([]);
		expect(fs.readFileSync(`${store.session}/single/a.txt`, 'utf8')).toBe('a');
	});

	it('cannot be held once it is gone, and a hold is told that it is', async () => {
		const store = await openOne();
		await run(store);
		await expect(store.outputs.hold(idOf(1))).rejects.toThrow(`the session ${idOf(1).slice(0, 8)} is gone: it was removed meanwhile`);
	});

	it('in vain, as a program has locked it for itself alone, says so', async () => {
		const store = await openOne();
		await startAndWait('flock', ['-x', `${store.session}/.`, 'sh', '-c', waitFor]);
		await expect(store.outputs.hold(idOf(1))).rejects.toThrow('cannot be held: a program has locked it for itself alone');
	});
});

describe('where there is no flock', () => {
	it('a lease holds a session, on this machine as long as its process runs, elsewhere for a day', async () => {
		const store = await openOne();
		const root = await Directory.open(store.directory);
		const lease = await takeLease(root, self, idOf(1));
		const leases = `${store.directory}/${control}/leases`;
		const [name] = namesIn(leases);
		expect(await run(store)).toMatchObject({removed: [], kept: [{id: idOf(1), reason: expect.stringMatching(new RegExp(`^held: process ${process.pid} on .* says that it uses it$`)) as string}]});
		expect(await store.outputs.heldAmong([idOf(1)])).toEqual(new Set([idOf(1)]));
		const text = fs.readFileSync(`${leases}/${name!}`, 'utf8');
		const rewrite = (fields: Readonly<Record<string, unknown>>): void => {
			fs.writeFileSync(`${leases}/${name!}`, JSON.stringify({...JSON.parse(text) as object, ...fields}));
		};

		const setAge = (hours: number): void => {
			const time = (Date.now() / 1000) - (hours * 3600);
			fs.utimesSync(`${leases}/${name!}`, time, time);
		};

		// On another machine nobody knows of the process.
		for (const elsewhere of [{host: 'another'}, {boot: 'another'}, {namespace: 'another'}]) {
			rewrite({...elsewhere, start: '1'});
			setAge(23);
			expect(await run(store)).toMatchObject({removed: []});
			setAge(25);
			expect(await run(store, {isDryRun: true})).toMatchObject({removed: [{id: idOf(1)}]});
			rewrite(elsewhere);
		}

		// What cannot be understood counts for a day, too.
		fs.writeFileSync(`${leases}/${name!}`, '{');
		expect(await run(store)).toMatchObject({removed: []});
		// The number of the process was given to another.
		rewrite({start: '1'});
		expect(await readLeases(root, [self])).toEqual(new Map());
		const before = snapshot(store.directory);
		expect(await run(store, {isDryRun: true})).toMatchObject({removed: [{id: idOf(1)}]});
		expect(snapshot(store.directory)).toEqual(before);
		expect(await run(store)).toMatchObject({removed: [{id: idOf(1)}]});
		expect(namesIn(leases)).toEqual([]);
		await lease.release();
		await root.close();
	});
});

describe.skipIf(!isRoot)('on a file system that others may see elsewhere', () => {
	it('a lease keeps what is held there, also from a sweep that sees no lock', async context => {
		const store = await openOne();
		const view = path.join(store.base, 'view');
		fs.mkdirSync(view);
		try {
			await execute('bindfs', [store.directory, view]);
		} catch {
			context.skip('there is no bindfs, or no FUSE, here');
		}

		const root = await Directory.open(view);
		try {
			const hold = await localOutputs(root, view, self).hold(idOf(1));
			for (const isDryRun of [true, false]) {
				expect(await run(store, {isDryRun})).toMatchObject({removed: [], kept: [{id: idOf(1), reason: expect.stringMatching(/^held: process \d+ on .* says that it uses it$/) as string}]});
			}

			await hold.release();
			expect(namesIn(`${store.directory}/${control}/leases`)).toEqual([]);
		} finally {
			await root.close();
			await execute('umount', [view]);
		}

		expect(await run(store)).toMatchObject({removed: [{id: idOf(1)}]});
	});
});

describe.skipIf(!isRoot)('a session in which something is mounted', () => {
	it('is kept, and told', async context => {
		const store = await openOne();
		const place = path.join(store.session, String.raw`bulk/a b\c`);
		fs.mkdirSync(place);
		try {
			await execute('mount', ['-t', 'tmpfs', 'tmpfs', place]);
		} catch {
			context.skip('nothing can be mounted here');
		}

		try {
			fs.writeFileSync(`${place}/precious`, 'x');
			for (const isDryRun of [true, false]) {
				expect(await run(store, {isDryRun})).toMatchObject({removed: [], kept: [{id: idOf(1), reason: String.raw`something is mounted in it: bulk/a b\\c`}]});
			}

			expect(namesIn(place)).toEqual(['precious']);
		} finally {
			await execute('umount', [place]);
		}

		expect(await run(store)).toMatchObject({removed: [{id: idOf(1)}]});
	});
});
