import {Buffer} from 'node:buffer';
import {hash} from 'node:crypto';
import fs from 'node:fs';
import {crc32} from 'node:zlib';
import {SyncReach, type OpenedFile} from '../../files/sync-reach.js';
import {reasonFor} from '../reasons.js';
import {
	centralHeaderBytes,
	localHeaderBytes,
	putCentralHeader,
	putLocalHeader,
	type ZipRecord,
	emptyRecord,
} from '../zip-records.js';
import {createBlockWork} from './block-work.js';
import {BufferPool} from './buffer-pool.js';
import {createDeflater} from './deflater.js';
import {hashAll} from './hash-work.js';
import {isWorthDeflatingSync} from './samples.js';
import {
	blockBytes,
	headerBytes,
	itemsBytes,
	type Computed,
	type ComputedItems,
	type Item,
	type ItemsTask,
	type Setting,
	type Task,
} from './tasks.js';

/** How files are read: the system's calls, in whose place a test can put others. */
export type Io = {
	open(path: string): OpenedFile;
	read(descriptor: number, buffer: Buffer, start: number, length: number, position: number): number;
	stat(descriptor: number): fs.Stats;
	close(descriptor: number): void;
};

export const systemIo = (reach: SyncReach): Io => ({
	open: path => reach.file(path),
	read: fs.readSync,
	stat: descriptor => fs.fstatSync(descriptor),
	close: fs.closeSync,
});

/** What has been computed, and waits for its place. */
export type Result = {
	/** From the pool. */
	readonly buffer: Buffer;
	readonly length: number;
	/** With offsets from the start of the result. */
	readonly records: readonly ZipRecord[];
};

export type Work = {
	compute(task: Task): Computed;
	/** Writes what was computed, and tells its entries in the archive's directory. At -1 it is forgotten. */
	place(number: number, position: number): Uint8Array;
	close(): void;
};

const changed = 'it changed while it was read';

/** Room for files that have grown since they were looked at. */
const slackBytes = 64 * 1024;

/** An item of the largest size, with the longest name, and the slack. */
const bufferBytes = itemsBytes + slackBytes + headerBytes({path: 'x'.repeat(0xff_ff)});

/** Reads until so much is there or the file ends. */
export const readFullySync = (io: Io, descriptor: number, buffer: Buffer, start: number, length: number, position: number): number => {
	let filled = 0;
	while (filled < length) {
		const bytes = io.read(descriptor, buffer, start + filled, length - filled, position + filled);
		if (bytes === 0) {
			break;
		}

		filled += bytes;
	}

	return filled;
};

/** Writes all of a buffer's beginning at a position. */
export const writeFullySync = (descriptor: number, buffer: Uint8Array, length: number, position: number): void => {
	for (let written = 0; written < length;) {
		written += fs.writeSync(descriptor, buffer, written, length - written, position + written);
	}
};

/**
What a thread does: it reads, deflates and writes, by calls that wait.

@param isStopped - asked between files; what is computed then is of no use any more
*/
export const createWork = (setting: Setting, isStopped: () => boolean, meddle: (io: Io) => Io = io => io): Work => {
	const {archive, level, isHashed} = setting;
	const reach = new SyncReach(setting.root);
	const io = meddle(systemIo(reach));
	const deflater = level === 0 ? undefined : createDeflater(level);
	const pool = new BufferPool(bufferBytes);
	const plain = Buffer.allocUnsafeSlow(bufferBytes);
	const results = new Map<number, Result>();

	/** Puts the contents behind a header, deflated where that pays. */
	const putContents = (record: ZipRecord & {method: ZipRecord['method']}, contents: Buffer, target: Buffer, start: number): void => {
		record.crc = crc32(contents);
		record.size = contents.length;
		if (deflater !== undefined && contents.length > 0 && isWorthDeflatingSync(record.name, contents)) {
			const length = deflater.deflate(contents, target, start, contents.length);
			if (length !== undefined) {
				record.method = 'deflated';
				record.compressedSize = length;
				return;
			}
		}

		contents.copy(target, start);
		record.compressedSize = contents.length;
	};

	const computeItems = ({number, items}: ItemsTask): ComputedItems => {
		const buffer = pool.take();
		const sizes = new Float64Array(items.length).fill(-1);
		const checksums = new Uint32Array(items.length);
		const hashes = isHashed ? items.map(() => '') : undefined;
		const problems: Array<{readonly index: number; readonly reason: string}> = [];
		const outgrown: number[] = [];
		const records: ZipRecord[] = [];
		let end = 0;
		/** What those that are still to come need. */
		let reserved = items.reduce((sum, item) => sum + item.bytes + headerBytes(item), 0);

		const add = (record: ZipRecord, contents: number, index: number): void => {
			record.offset = end;
			end = putLocalHeader(buffer, end, record) + contents;
			records.push(record);
			sizes[index] = record.size;
			checksums[index] = record.crc;
		};

		const addFile = ({path, name = path}: Item, index: number): void => {
			const {descriptor, stats} = io.open(path);
			try {
				const record = emptyRecord(name, {mode: stats.mode & 0o7777, modifiedAt: stats.mtimeMs}, false);
				const start = end + localHeaderBytes(record);
				if (stats.size > blockBytes || start + stats.size + reserved > buffer.length) {
					outgrown.push(index);
					return;
				}

				const length = readFullySync(io, descriptor, plain, 0, stats.size, 0);
				const now = io.stat(descriptor);
				if (length < stats.size || now.size !== stats.size || now.mtimeMs !== stats.mtimeMs) {
					problems.push({index, reason: changed});
					return;
				}

				const contents = plain.subarray(0, length);
				putContents(record, contents, buffer, start);
				if (hashes !== undefined) {
					hashes[index] = hash('sha256', contents);
				}

				add(record, record.compressedSize, index);
			} finally {
				io.close(descriptor);
			}
		};

		for (const [index, item] of items.entries()) {
			if (isStopped()) {
				break;
			}

			reserved -= item.bytes + headerBytes(item);
			if (item.folder !== undefined) {
				add(emptyRecord(item.name ?? item.path, item.folder, true), 0, index);
				continue;
			}

			try {
				addFile(item, index);
			} catch (error) {
				problems.push({index, reason: reasonFor(error)});
			}
		}

		results.set(number, {buffer, length: end, records});
		return {type: 'items', number, length: end, sizes, checksums, hashes, problems, outgrown};
	};

	const computeBlock = createBlockWork({io, level, pool, plain, keep(number, result) {
		results.set(number, result);
	}});

	const directoryOf = (records: readonly ZipRecord[], position: number): Uint8Array => {
		for (const record of records) {
			record.offset += position;
		}

		const directory = Buffer.allocUnsafeSlow(records.reduce((sum, record) => sum + centralHeaderBytes(record), 0));
		let end = 0;
		for (const record of records) {
			end = putCentralHeader(directory, end, record);
		}

		return directory;
	};

	return {
		compute(task) {
			switch (task.type) {
				case 'items': {
					return computeItems(task);
				}

				case 'block': {
					return computeBlock(task);
				}

				case 'hash': {
					return hashAll(io, task, isStopped);
				}
			}
		},
		place(number, position) {
			const {buffer, length, records} = results.get(number)!;
			results.delete(number);
			try {
				if (position >= 0 && !isStopped()) {
					writeFullySync(archive, buffer, length, position);
				}

				return position < 0 ? new Uint8Array(0) : directoryOf(records, position);
			} finally {
				pool.give(buffer);
			}
		},
		close() {
			reach.close();
		},
	};
};
