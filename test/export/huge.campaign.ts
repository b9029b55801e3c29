import {Buffer} from 'node:buffer';
import {open, truncate, type FileHandle} from 'node:fs/promises';
import path from 'node:path';
import {Writable} from 'node:stream';
import {expect, test} from 'vitest';
import {exportZip} from '../../source/export/export.js';
import {writeZip} from '../../source/export/zip.js';
import type {ZipEntry} from '../../source/export/types.js';
import type {Facts} from '../../source/outputs/outputs.js';
import {
	checkArchive,
	run,
	session,
	sessionWith,
	temporaryDirectory,
} from './sessions.js';
import {threadScript} from './writers.js';

/** Minutes of reading and gigabytes of holes: `npm run test:huge`, after a change to what archives are made of. */
const huge = test;

const fourGigabytes = 2 ** 32;

/** A file of zeros with its last byte a one. */
const zeros = (name: string, bytes: number): ZipEntry => {
	const facts: Facts = {
		type: 'file', bytes, modifiedAt: 1_700_000_000_000, changedAt: 0, mode: 0o600, uid: 0,
	};
	return {
		path: name,
		name,
		facts,
		open: async () => ({
			facts,
			async read(buffer, position) {
				const length = Math.max(0, Math.min(buffer.length, bytes - position));
				buffer.fill(0, 0, length);
				if (length > 0 && position + length === bytes) {
					buffer[length - 1] = 1;
				}

				return length;
			},
			restat: async () => facts,
			async close() {}, // eslint-disable-line @typescript-eslint/no-empty-function
		}),
	};
};

/** Writes holes for zeros, so that the archive takes no space. */
class SparseWritable extends Writable {
	position = 0;

	constructor(private readonly handle: FileHandle) {
		super({highWaterMark: 4 * 1024 * 1024});
	}

	override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
		const {position} = this;
		this.position += chunk.length;
		if (chunk.length > 1000 && chunk.equals(Buffer.alloc(chunk.length))) {
			callback();
			return;
		}

		const write = async (): Promise<void> => {
			await this.handle.write(chunk, 0, chunk.length, position);
			callback();
		};

		write().catch(callback);
	}
}

const archiveOf = async (entries: readonly ZipEntry[], isPatchable: boolean): Promise<string> => {
	const file = path.join(await temporaryDirectory(), 'huge.zip');
	const handle = await open(file, 'w');
	try {
		async function * each() {
			yield * entries;
		}

		const {patches, skipped} = await writeZip(each(), new SparseWritable(handle), {isPatchable});
		expect(skipped).toEqual([]);
		for (const {position, bytes} of patches) {
			await handle.write(bytes, 0, bytes.length, position);
		}
	} finally {
		await handle.close();
	}

	return file;
};

huge('stored files around 4 GiB, and offsets beyond', async () => {
	const archive = await archiveOf([
		zeros('below.mp4', fourGigabytes - 2), zeros('at.mp4', fourGigabytes - 1), zeros('above.mp4', fourGigabytes + 5), zeros('after.txt', 10),
	], true);
	const entries = await checkArchive(archive);
	expect(entries.map(({name}) => name)).toEqual(['below.mp4', 'at.mp4', 'above.mp4', 'after.txt']);
}, 600_000);

huge('deflated files beyond 4 GiB', async () => {
	const archive = await archiveOf([zeros('above.txt', fourGigabytes + 5), zeros('after.txt', 10)], true);
	await checkArchive(archive);
}, 600_000);

huge.each(['above.mp4', 'above.txt'])('%s beyond 4 GiB to a stream, also for those who read it as one', async name => {
	const archive = await archiveOf([zeros(name, fourGigabytes + 5), zeros('after.txt', 10)], false);
	await checkArchive(archive);
	const {stdout} = await run('sh', ['-c', 'cat "$0" | bsdtar -xOf - after.txt | od -An -tu1', archive]);
	expect(stdout.trim().split(/\s+/v)).toEqual(['0', '0', '0', '0', '0', '0', '0', '0', '0', '1']);
}, 600_000);

huge('files beyond 4 GiB and offsets beyond, with all cores', async () => {
	const place = await sessionWith({'single/above.mp4': '', 'single/above.txt': '', 'bulk/after.txt': 'after'});
	for (const name of ['above.mp4', 'above.txt']) {
		await truncate(`${place.session}/single/${name}`, fourGigabytes + 5);
	}

	const {path: archive, skipped} = await exportZip(place.outputs, session, ['single', 'bulk'], place.destination('huge.zip'), {crew: {script: threadScript, count: 2}, verify: 'full', hasManifest: true});
	expect(skipped).toEqual([]);
	const entries = await checkArchive(archive);
	expect(entries.map(({name}) => name).toSorted()).toEqual(['SHA256SUMS', 'bulk/', 'bulk/after.txt', 'single/', 'single/above.mp4', 'single/above.txt']);
	const hashOf = (name: string): string => entries.find(entry => entry.name === name)!.hash;
	const {stdout} = await run('unzip', ['-p', archive, 'SHA256SUMS']);
	expect(stdout).toContain(`${hashOf('single/above.mp4')}  single/above.mp4\n`);
	expect(stdout).toContain(`${hashOf('single/above.txt')}  single/above.txt\n`);
}, 600_000);
