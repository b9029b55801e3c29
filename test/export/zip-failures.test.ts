import {Buffer} from 'node:buffer';
import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {
	mkdir,
	open,
	readdir,
	writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import {Writable} from 'node:stream';
import {expect, onTestFinished, test} from 'vitest';
import {exportZip} from '../../source/export/export.js';
import {writeZip} from '../../source/export/zip.js';
import type {ZipEntry} from '../../source/export/types.js';
import {Directory} from '../../source/files/descriptor.js';
import {localOutputs} from '../../source/outputs/local/local.js';
import type {Facts, OpenFile, Outputs} from '../../source/outputs/outputs.js';
import {
	checkArchive,
	readBack,
	run,
	session,
	sessionWith,
	temporaryDirectory,
	whenOpened,
} from './sessions.js';

const namesIn = async (archive: string): Promise<string[]> => {
	const entries = await checkArchive(archive);
	return entries.map(({name}) => name).filter(name => !name.endsWith('/')).toSorted();
};

test('cancelled on the way, it ends at once and leaves nothing behind', async () => {
	const files = Object.fromEntries(Array.from({length: 40}, (_, index) => [`single/${index}.bin`, Buffer.alloc(2_000_000, 'text ')]));
	const place = await sessionWith({...files, 'single/large.txt': Buffer.alloc(60_000_000, 'text ')});
	for (const abortsAt of [1, 20, 41]) {
		const controller = new AbortController();
		const reason = new Error('cancelled');
		let opened = 0;
		const outputs = whenOpened(place.outputs, async (_location, openFile) => {
			opened++;
			if (opened >= abortsAt) {
				controller.abort(reason);
			}

			return openFile();
		});
		const exporting = exportZip(outputs, session, ['single'], place.destination('a.zip'), {signal: controller.signal});
		await expect(exporting).rejects.toBe(reason);
		expect(opened).toBeGreaterThanOrEqual(abortsAt);
		expect(await readdir(place.home)).toEqual([]);
	}
});

const entry = (name: string, contents: Uint8Array): ZipEntry & {opened: number; closed: number} => {
	const facts: Facts = {
		type: 'file', bytes: contents.length, modifiedAt: 1_700_000_000_000, changedAt: 0, mode: 0o600, uid: 0,
	};
	const result = {
		path: name,
		name,
		facts,
		opened: 0,
		closed: 0,
		async open(): Promise<OpenFile> {
			result.opened++;
			return {
				facts,
				read: async (buffer, position) => Buffer.from(contents).copy(buffer, 0, position),
				restat: async () => facts,
				async close() {
					result.closed++;
				},
			};
		},
	};
	return result;
};

async function * each<T>(entries: Iterable<T>): AsyncGenerator<T> {
	yield * entries;
}

test('with a destination that takes nothing, cancelling rejects within 100 ms, and every file is closed', async () => {
	const stuck = new Writable({
		write() {}, // eslint-disable-line @typescript-eslint/no-empty-function -- never done
	});
	const noise = randomBytes(20_000_000);
	const entries = [entry('a.mp4', noise), entry('b.mp4', noise), ...Array.from({length: 50}, (_, index) => entry(String(index), noise.subarray(0, 1_000_000)))];
	const controller = new AbortController();
	const progress = new Promise<void>(resolve => {
		writeZip(each(entries), stuck, {
			signal: controller.signal,
			onProgress() {
				resolve();
			},
		}).catch(() => undefined);
	});
	await progress;
	const again = writeZip(each(entries), new Writable({
		write() {}, // eslint-disable-line @typescript-eslint/no-empty-function -- never done
	}), {signal: controller.signal});
	const start = performance.now();
	controller.abort(new Error('cancelled'));
	await expect(again).rejects.toThrow('cancelled');
	expect(performance.now() - start).toBeLessThan(100);
	expect(stuck.destroyed).toBe(true);
	await expect.poll(() => entries.every(({opened, closed}) => opened === closed)).toBe(true);
	expect(entries[0]!.opened).toBeGreaterThan(0);
	expect(entries.at(-1)!.opened).toBe(0); // A slow destination holds the reading back.
});

test('cancelled before it starts, nothing is opened', async () => {
	const only = entry('a', Buffer.from('a'));
	const signal = AbortSignal.abort(new Error('early'));
	await expect(writeZip(each([only]), new Writable(), {signal})).rejects.toThrow('early');
	expect(only.opened).toBe(0);
});

test.each([0, 1, 3, 20])('a destination that fails at write %i ends it with its own error', async failsAt => {
	let writes = 0;
	const full = new Writable({
		highWaterMark: 1,
		write(_chunk, _encoding, callback) {
			callback(writes++ >= failsAt ? Object.assign(new Error('full'), {code: 'ENOSPC'}) : null);
		},
	});
	const entries = [entry('a.mp4', randomBytes(9_000_000)), ...Array.from({length: 100}, (_, index) => entry(`${index}.png`, randomBytes(10_000)))];
	await expect(writeZip(each(entries), full)).rejects.toMatchObject({code: 'ENOSPC'});
	await expect.poll(() => entries.every(({opened, closed}) => opened === closed)).toBe(true);
});

test('a destination that is closed by its reader ends it', async () => {
	const reader = new Writable({
		write(_chunk, _encoding, callback) {
			callback();
			reader.destroy();
		},
	});
	const noise = randomBytes(5_000_000);
	const entries = each([entry('a.png', noise), entry('b.png', noise)]);
	await expect(writeZip(entries, reader)).rejects.toThrow();
});

test('entries that cannot be listed end it', async () => {
	async function * broken(): AsyncGenerator<ZipEntry> {
		yield entry('a', Buffer.from('a'));
		throw new Error('the listing broke');
	}

	const sink = new Writable({
		write(_chunk, _encoding, callback) {
			callback();
		},
	});
	await expect(writeZip(broken(), sink)).rejects.toThrow('the listing broke');
	expect(sink.destroyed).toBe(true);
});

test('a full disk leaves nothing behind, and says so', async context => {
	const disk = await temporaryDirectory();
	try {
		await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
	} catch {
		context.skip('a file system of its own cannot be mounted here');
	}

	onTestFinished(async () => {
		await run('umount', [disk]);
	});
	const place = await sessionWith({'single/a.png': randomBytes(900_000), 'single/b.bin': randomBytes(900_000)});
	await writeFile(`${disk}/mine`, 'mine');
	await expect(exportZip(place.outputs, session, [], {directory: disk, name: 'a.zip'})).rejects.toThrow(`cannot write ${disk}/a.zip: no space is left on the disk`);
	// What is stored as it is cannot become less: it is refused as soon as all is counted, or the disk is full before that.
	await writeFile(`${place.outputs.location}/${session}/single/c.png`, randomBytes(900_000));
	await expect(exportZip(place.outputs, session, [], {directory: disk, name: 'a.zip'})).rejects.toThrow(/^cannot export to .*: it takes at least 1\.8 MB, and only 1\.0 MB are free there|no space is left on the disk/v);
	expect(await readdir(disk)).toEqual(['mine']);
});

test('two exports to one name at once both arrive', async () => {
	const place = await sessionWith({'single/a': 'a'});
	const results = await Promise.all(Array.from({length: 5}, async () => exportZip(place.outputs, session, [], place.destination('a.zip'))));
	const archives = results.map(result => path.basename(result.path));
	expect(archives.toSorted()).toEqual(['a (2).zip', 'a (3).zip', 'a (4).zip', 'a (5).zip', 'a.zip']);
	for (const result of results) {
		expect(await namesIn(result.path)).toEqual(['single/a']);
	}
});

test('an unreadable folder is named, and the rest is there', async () => {
	const place = await sessionWith({'bulk/a/1': '1', 'bulk/b/2': '2'});
	const outputs: Outputs = {
		...place.outputs,
		async * walk(location, options) {
			for await (const chunk of place.outputs.walk(location, options)) {
				yield chunk.filter(walked => !walked.path.endsWith('a/1'));
			}

			yield [{path: `${session}/bulk/a`, name: 'a', error: Object.assign(new Error('no'), {code: 'EACCES'})}];
		},
	};
	const result = await exportZip(outputs, session, ['bulk'], place.destination('a.zip'));
	expect(result.skipped).toEqual([{path: 'bulk/a', reason: 'permission denied'}]);
	expect(await namesIn(result.path)).toEqual(['bulk/b/2']);
});

test.each([65_534, 65_535, 65_536])('%i entries', async count => {
	const file = path.join(await temporaryDirectory(), 'many.zip');
	const handle = await open(file, 'w');
	const destination = handle.createWriteStream();
	const one = entry('', Buffer.from('x'));
	await writeZip(each(Array.from({length: count}, (_, index) => ({...one, name: `${index}`, path: `${index}`}))), destination);
	expect(await readBack(file)).toHaveLength(count);
	await run('unzip', ['-tqq', file]);
	await run('7z', ['t', '-bd', file]);
}, 120_000);

test('an archive of nothing but empty folders, and one of nothing', async () => {
	const directory = await temporaryDirectory();
	await mkdir(path.join(directory, session, 'single'), {recursive: true});
	const root = await Directory.open(directory);
	onTestFinished(async () => {
		await root.close();
	});
	const outputs = localOutputs(root, directory);
	const {path: archive} = await exportZip(outputs, session, [], {directory, name: 'a.zip'});
	const entries = await checkArchive(archive);
	expect(entries.map(({name}) => name)).toEqual(['single/']);
	const chunks: Buffer[] = [];
	const sink = new Writable({
		write(chunk: Buffer, _encoding, callback) {
			chunks.push(chunk);
			callback();
		},
	});
	await Promise.all([once(sink, 'finish'), writeZip(each([]), sink)]);
	expect(Buffer.concat(chunks)).toHaveLength(22);
});
