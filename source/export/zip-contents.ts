import {Buffer} from 'node:buffer';
import {createHash, hash} from 'node:crypto';
import {crc32} from 'node:zlib';
import type {Facts, OpenFile} from '../outputs/outputs.js';
import {
	deflateBlock,
	deflateWhole,
	isWorthDeflating,
	lastBlock,
	storedBlocks,
} from './deflate.js';
import {manifestName, type Manifest} from './manifest.js';
import {
	changedWhileRead,
	reasonFor,
	reasonForType,
	tooLongForArchive,
} from './reasons.js';
import type {ZipEntry} from './types.js';
import {ExactEntry} from './zip-format.js';
import {emptyRecord, limit32, type ZipRecord} from './zip-records.js';

/** Files up to here are read whole before they are handed on, so that one that changes meanwhile can be left out. */
export const wholeBytes = 8 * 1024 * 1024;

const blockBytes = 1024 * 1024;
const blocksAhead = 3;

export type ContentsOptions = {
	/** From 0 (store everything) to 9. */
	readonly level: number;
	/** Whether headers can be mended once the archive is finished; else they say that the sizes follow. */
	readonly isPatchable: boolean;
	readonly signal: AbortSignal;
	/** Filled with what is whole in the archive; nothing is hashed if absent. */
	readonly manifest?: Manifest | undefined;
};

export type Prepared = {readonly entry: ExactEntry; readonly hash?: string | undefined} | {readonly isLarge: true} | {readonly reason: string};

const isSame = (before: Facts, now: Facts): boolean => before.bytes === now.bytes && before.modifiedAt === now.modifiedAt;

const recordOf = ({name}: Pick<ZipEntry, 'name'>, facts: Facts, known: Partial<ZipRecord> = {}): ZipRecord => ({
	...emptyRecord(name, facts, facts.type === 'directory'),
	...known,
});

/** Reads until the buffer is full or the file ends. */
const readAt = async (file: OpenFile, position: number, length: number): Promise<Buffer> => {
	const buffer = Buffer.allocUnsafe(length);
	let filled = 0;
	while (filled < length) {
		const bytes = await file.read(buffer.subarray(filled), position + filled);
		if (bytes === 0) {
			break;
		}

		filled += bytes;
	}

	return buffer.subarray(0, filled);
};

const prepareWhole = async (entry: ZipEntry, file: OpenFile, {level, manifest}: ContentsOptions): Promise<Prepared> => {
	const {facts} = file;
	const plain = await readAt(file, 0, facts.bytes);
	if (plain.length < facts.bytes || !isSame(facts, await file.restat())) {
		return {reason: changedWhileRead};
	}

	return {
		entry: await entryOf(entry, facts, plain, level),
		hash: manifest && hash('sha256', plain),
	};
};

/** An entry whose contents are known. */
const entryOf = async (entry: Pick<ZipEntry, 'path' | 'name'>, facts: Facts, plain: Buffer, level: number): Promise<ExactEntry> => {
	const isDeflated = level > 0
		&& await isWorthDeflating(entry.name, plain.length, async (position, length) => plain.subarray(position, position + length));
	const deflated = isDeflated ? await deflateWhole(plain, level) : plain;
	const isSmaller = deflated.length < plain.length;
	const contents = isSmaller ? deflated : plain;
	return new ExactEntry(entry.path, recordOf(entry, facts, {
		method: isSmaller ? 'deflated' : 'stored',
		crc: crc32(plain),
		size: plain.length,
		compressedSize: contents.length,
	}), contents);
};

/** The list of checksums. */
export const manifestEntry = async (manifest: Manifest, level: number): Promise<ExactEntry> => {
	const contents = manifest.contents();
	return entryOf({path: manifestName, name: manifestName}, {
		type: 'file', bytes: contents.length, modifiedAt: manifest.modifiedAt, changedAt: manifest.modifiedAt, mode: 0o644, uid: 0,
	}, contents, level);
};

/** Reads, and deflates, what can be done beforehand: folders and all but large files. Never throws for what is the entry's fault. */
export const prepare = async (entry: ZipEntry, options: ContentsOptions): Promise<Prepared> => {
	const {facts} = entry;
	if (Buffer.byteLength(entry.name) >= 0xff_ff) {
		return {reason: tooLongForArchive};
	}

	if (facts.type === 'directory') {
		return {entry: new ExactEntry(entry.path, recordOf(entry, facts), Buffer.alloc(0))};
	}

	if (facts.type !== 'file') {
		return {reason: reasonForType(facts.type)};
	}

	try {
		const file = await entry.open();
		try {
			return file.facts.bytes > wholeBytes ? {isLarge: true} : await prepareWhole(entry, file, options);
		} finally {
			await file.close();
		}
	} catch (error) {
		return {reason: reasonFor(error)};
	}
};

export type Large = {
	readonly entry: ExactEntry;
	/** Why the archive does not hold all of the file; known once the entry is written. */
	problem(): string | undefined;
	/** The SHA-256 of what was read, where there is a manifest; known once the entry is written. */
	hash(): string | undefined;
};

/**
A large file, read and deflated block by block while it is written. What has been written cannot be taken back: of a file that fails on the way the archive holds what was read by then.

@param onRead - called with the number of bytes of each block
@throws if the file cannot be opened
*/
export const openLarge = async (entry: ZipEntry, {level, isPatchable, signal, manifest}: ContentsOptions, onRead: (bytes: number) => void): Promise<Large> => {
	const file = await entry.open();
	const {facts} = file;
	const tally = {crc: 0, size: 0};
	const hashing = manifest && createHash('sha256');
	let problem: string | undefined;
	let isDeflated = false;
	let isClosed = false;

	const close = async (): Promise<void> => {
		signal.removeEventListener('abort', abandon);
		if (isClosed) {
			return;
		}

		isClosed = true;
		await file.close();
	};

	/** An archive that is given up may never come to read this entry, and so never to its end. */
	const abandon = (): void => {
		close().catch(() => undefined);
	};

	signal.addEventListener('abort', abandon, {once: true});

	// The plain blocks; at most the bytes that the file had at first, as the header has room for no more.
	async function * blocks(): AsyncGenerator<Buffer> {
		try {
			while (tally.size < facts.bytes) {
				signal.throwIfAborted();
				const block = await readAt(file, tally.size, Math.min(blockBytes, facts.bytes - tally.size));
				if (block.length === 0) {
					break;
				}

				tally.crc = crc32(block, tally.crc);
				hashing?.update(block);
				tally.size += block.length;
				onRead(block.length);
				yield block;
			}

			if (tally.size < facts.bytes || !isSame(facts, await file.restat())) {
				problem = changedWhileRead;
			}
		} catch (error) {
			signal.throwIfAborted();
			problem = reasonFor(error);
		}
	}

	async function * pieces(): AsyncGenerator<Buffer> {
		const ahead: Array<Promise<Buffer>> = [];
		try {
			let previous: Buffer | undefined;
			for await (const block of blocks()) {
				if (!isDeflated) {
					yield isPatchable ? block : storedBlocks(block);
					continue;
				}

				const piece = deflateBlock(block, previous, level);
				piece.catch(() => undefined); // Thrown when its turn comes, if it does.
				ahead.push(piece);
				previous = block;
				if (ahead.length === blocksAhead) {
					yield await ahead.shift()!;
				}
			}

			for (const piece of ahead) {
				yield await piece;
			}

			if (isDeflated || !isPatchable) {
				yield lastBlock;
			}
		} finally {
			await close();
		}
	}

	try {
		isDeflated = level > 0 && await isWorthDeflating(entry.name, facts.bytes, async (position, length) => readAt(file, position, length));
	} catch (error) {
		await close();
		throw error;
	}

	// Without descriptors in a patched archive, as many readers stumble over them; where nothing can be patched, a stored entry goes as deflate's stored blocks, as only these tell where they end.
	const record = recordOf(entry, facts, {
		method: isDeflated || !isPatchable ? 'deflated' : 'stored',
		isWide: facts.bytes + Math.ceil(facts.bytes / 1000) + 1024 >= limit32,
		hasDescriptor: !isPatchable,
	});
	return {
		entry: new ExactEntry(entry.path, record, Object.assign(pieces(), {tally})),
		problem: () => problem === undefined ? undefined : `${problem}; the archive holds the ${tally.size} bytes that were read`,
		hash: () => hashing?.digest('hex'),
	};
};
