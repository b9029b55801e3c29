import type {Buffer} from 'node:buffer';
import type {FileHandle} from 'node:fs/promises';
import {pipeline} from 'node:stream/promises';
import {crc32, createInflateRaw} from 'node:zlib';
import {reasonOf} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {damaged, readExactly, type CheckOptions, type Listed} from './check-archive.js';

const blockBytes = 1024 * 1024;

/** Entries that are read at once. */
const parallel = 4;

async function * readBlocks(handle: FileHandle, start: number, length: number): AsyncGenerator<Buffer> {
	for (let read = 0; read < length; read += blockBytes) {
		yield readExactly(handle, start + read, Math.min(blockBytes, length - read));
	}
}

/** Where the contents of an entry start, after its header was compared with the directory. */
const contentsStart = async (handle: FileHandle, {name, method, checksum, size, compressedSize, offset}: Listed): Promise<number> => {
	const header = await readExactly(handle, offset, 30);
	const nameBytes = header.readUInt16LE(26);
	const extraBytes = header.readUInt16LE(28);
	const more = await readExactly(handle, offset + 30, nameBytes + extraBytes);
	const sizes: [number, number] = [header.readUInt32LE(22), header.readUInt32LE(18)];
	if (sizes.every(one => one === 0xff_ff_ff_ff) && extraBytes >= 20 && more.readUInt16LE(nameBytes) === 1) {
		sizes[0] = Number(more.readBigUInt64LE(nameBytes + 4));
		sizes[1] = Number(more.readBigUInt64LE(nameBytes + 12));
	}

	if (header.readUInt32LE(0) !== 0x04_03_4b_50 || more.subarray(0, nameBytes).toString() !== name || header.readUInt16LE(8) !== method
		|| header.readUInt32LE(14) !== checksum || sizes[0] !== size || sizes[1] !== compressedSize) {
		throw damaged(`the header of ${printable(name)} says something else than the list of entries`);
	}

	return offset + 30 + nameBytes + extraBytes;
};

const checkEntry = async (handle: FileHandle, entry: Listed, signal: AbortSignal | undefined): Promise<void> => {
	const start = await contentsStart(handle, entry);
	let checksum = 0;
	let size = 0;
	const sum = async (plain: AsyncIterable<Buffer>): Promise<void> => {
		for await (const piece of plain) {
			signal?.throwIfAborted();
			checksum = crc32(piece, checksum);
			size += piece.length;
		}
	};

	const blocks = readBlocks(handle, start, entry.compressedSize);
	try {
		await (entry.method === 8 ? pipeline(blocks, createInflateRaw({chunkSize: blockBytes}), sum) : sum(blocks));
	} catch (error) {
		signal?.throwIfAborted();
		throw damaged(`${printable(entry.name)} cannot be read back (${reasonOf(error)})`);
	}

	if (checksum !== entry.checksum || size !== entry.size) {
		throw damaged(`${printable(entry.name)} has another checksum than the file had`);
	}
};

/** Reads each entry of an archive back, and compares its bytes with their checksum. */
export const checkContents = async (handle: FileHandle, entries: AsyncIterable<Listed>, totalBytes: number, {signal, onProgress}: CheckOptions): Promise<void> => {
	const queue = entries[Symbol.asyncIterator]();
	let bytes = 0;
	let files = 0;
	let isStopped = false;
	const work = async (): Promise<void> => {
		try {
			for (;;) {
				const next = await queue.next();
				if (next.done === true || isStopped) {
					return;
				}

				const entry = next.value;
				await checkEntry(handle, entry, signal);
				bytes += entry.compressedSize;
				files += entry.name.endsWith('/') ? 0 : 1;
				onProgress?.({bytes, totalBytes, files, current: entry.name, isChecking: true});
			}
		} catch (error) {
			isStopped = true;
			throw error;
		}
	};

	// All have ended before the archive is closed.
	const ended = await Promise.allSettled(Array.from({length: parallel}, work));
	const failure = ended.find(one => one.status === 'rejected');
	if (failure !== undefined) {
		throw failure.reason as Error;
	}
};
