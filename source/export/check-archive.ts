import {Buffer} from 'node:buffer';
import type {FileHandle} from 'node:fs/promises';
import {Failure} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {checkContents} from './check-contents.js';
import {Meaning} from './meaning.js';
import type {Progress} from './types.js';
import {limit16, limit32} from './zip-records.js';

/**
A finished archive is read back before it gets its name, by code that shares nothing with what wrote it but the format.
*/

/** `directory`: that the list of entries is what was meant; `full`: each byte too, by its checksum. */
export type Verify = 'directory' | 'full';

export const verifyValues: readonly Verify[] = ['directory', 'full'];

export type CheckOptions = {
	readonly signal?: AbortSignal | undefined;
	readonly onProgress?: ((progress: Progress) => void) | undefined;
};

/** An entry, as an archive's directory has it. */
export type Listed = {
	readonly name: string;
	readonly method: number;
	readonly checksum: number;
	readonly size: number;
	readonly compressedSize: number;
	readonly offset: number;
};

export const damaged = (why: string): Failure => new Failure(`the archive is not what was written: ${why}; the disk may be failing: try again, or another disk`);

/** Exactly so many bytes at a position. */
export const readExactly = async (handle: FileHandle, position: number, length: number): Promise<Buffer> => {
	const buffer = Buffer.allocUnsafe(length);
	for (let filled = 0; filled < length;) {
		const {bytesRead} = await handle.read(buffer, filled, length - filled, position + filled);
		if (bytesRead === 0) {
			throw damaged('it ends too early');
		}

		filled += bytesRead;
	}

	return buffer;
};

const wide = (buffer: Buffer, position: number): number => Number(buffer.readBigUInt64LE(position));

type Place = {readonly entries: number; readonly start: number; readonly bytes: number};

/** Where the directory is. */
const findDirectory = async (handle: FileHandle, size: number): Promise<Place> => {
	if (size < 22) {
		throw damaged('it ends too early');
	}

	const end = await readExactly(handle, size - 22, 22);
	if (end.readUInt32LE(0) !== 0x06_05_4b_50) {
		throw damaged('its end is missing');
	}

	const place: Place = {entries: end.readUInt16LE(10), bytes: end.readUInt32LE(12), start: end.readUInt32LE(16)};
	if (place.entries < limit16 && place.bytes < limit32 && place.start < limit32) {
		return place;
	}

	const locator = await readExactly(handle, size - 22 - 20, 20);
	if (locator.readUInt32LE(0) !== 0x07_06_4b_50) {
		throw damaged('its Zip64 end is missing');
	}

	const wideEnd = await readExactly(handle, wide(locator, 8), 56);
	if (wideEnd.readUInt32LE(0) !== 0x06_06_4b_50) {
		throw damaged('its Zip64 end is missing');
	}

	return {entries: wide(wideEnd, 32), bytes: wide(wideEnd, 40), start: wide(wideEnd, 48)};
};

/** Sizes and offset of an entry whose fields are too small for them stand in an extra field, in this order. */
const widen = (entry: Buffer, extra: Buffer, [size, compressedSize, offset]: readonly [number, number, number]): {size: number; compressedSize: number; offset: number} => {
	const narrow = {size, compressedSize, offset};
	if (Math.max(size, compressedSize, offset) < limit32) {
		return narrow;
	}

	for (let field = 0; field + 4 <= extra.length; field += 4 + extra.readUInt16LE(field + 2)) {
		if (extra.readUInt16LE(field) === 1) {
			let position = field + 4;
			const next = (value: number): number => {
				if (value < limit32) {
					return value;
				}

				position += 8;
				return wide(extra, position - 8);
			};

			return {size: next(size), compressedSize: next(compressedSize), offset: next(offset)};
		}
	}

	throw damaged(`the sizes of ${printable(entry.toString())} are missing`);
};

const parseEntry = (buffer: Buffer, at: number): {readonly entry: Listed; readonly end: number} | undefined => {
	if (at + 46 > buffer.length) {
		return undefined;
	}

	if (buffer.readUInt32LE(at) !== 0x02_01_4b_50) {
		throw damaged('its list of entries is broken');
	}

	const nameEnd = at + 46 + buffer.readUInt16LE(at + 28);
	const extraEnd = nameEnd + buffer.readUInt16LE(at + 30);
	const end = extraEnd + buffer.readUInt16LE(at + 32);
	if (end > buffer.length) {
		return undefined;
	}

	const name = buffer.subarray(at + 46, nameEnd);
	const sizes = widen(name, buffer.subarray(nameEnd, extraEnd), [buffer.readUInt32LE(at + 24), buffer.readUInt32LE(at + 20), buffer.readUInt32LE(at + 42)]);
	return {entry: {name: name.toString(), method: buffer.readUInt16LE(at + 10), checksum: buffer.readUInt32LE(at + 16), ...sizes}, end};
};

const pieceBytes = 1024 * 1024;

/** Entries of the longest name and the largest fields are smaller. */
const entryBytes = 3 * 65_536;

async function * readDirectory(handle: FileHandle, {start, bytes}: Place): AsyncGenerator<Listed> {
	let position = start;
	const end = start + bytes;
	while (position < end) {
		const piece = await readExactly(handle, position, Math.min(pieceBytes, end - position));
		let at = 0;
		while (at < piece.length && (position + piece.length === end || at + entryBytes <= piece.length)) {
			const parsed = parseEntry(piece, at);
			if (parsed === undefined) {
				throw damaged('its list of entries is broken');
			}

			yield parsed.entry;
			at = parsed.end;
		}

		position += at;
	}
}

/**
Reads a finished archive again, and compares it with what it should hold.

@param handle - open for reading
@throws Failure that says what is wrong; the signal's reason
*/
export const checkArchive = async (handle: FileHandle, meant: Meaning, verify: Verify, options: CheckOptions = {}): Promise<void> => {
	const {size} = await handle.stat();
	const place = await findDirectory(handle, size);
	if (place.start + place.bytes > size) {
		throw damaged('its list of entries lies beyond its end');
	}

	const found = new Meaning();
	let last = -1;
	async function * listed(): AsyncGenerator<Listed> {
		for await (const entry of readDirectory(handle, place)) {
			options.signal?.throwIfAborted();
			if (entry.offset <= last || entry.offset + 30 + entry.compressedSize > place.start) {
				throw damaged(`${printable(entry.name)} lies where it cannot be`);
			}

			last = entry.offset;
			found.add(entry.name, entry.size, entry.checksum);
			yield entry;
		}
	}

	if (verify === 'full') {
		await checkContents(handle, listed(), size, options);
	} else {
		const entries = listed();
		let next = await entries.next();
		while (next.done !== true) {
			next = await entries.next(); // Each is looked at on its way.
		}
	}

	if (found.entries !== place.entries || found.entries !== meant.entries || found.digest() !== meant.digest()) {
		throw damaged(`its list of entries has ${found.entries}, of ${meant.entries} that were written`);
	}
};
