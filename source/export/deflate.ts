import {Buffer} from 'node:buffer';
import {promisify} from 'node:util';
import {constants, deflateRaw, deflateRawSync} from 'node:zlib';
import {isStoredType} from './stored-types.js';

const deflateInThread = promisify(deflateRaw) as (buffer: Buffer, options: object) => Promise<Buffer>;

/** Up to here handing the work to a thread costs more than doing it, and a key pressed meanwhile does not feel it. */
const inlineBytes = 32 * 1024;

const sampledFrom = 96 * 1024;
const sampleBytes = 16 * 1024;
const worthwhile = 0.97;

/** How far back deflate looks. */
export const historyBytes = 32 * 1024;

/** Room for the result in one piece: deflate grows what it cannot shrink by a few bytes a block. */
const roomFor = (bytes: number): number => bytes + Math.ceil(bytes / 1000) + 64;

/** A buffer as one deflate stream. */
export const deflateWhole = async (buffer: Buffer, level: number): Promise<Buffer> => {
	const options = {level, chunkSize: roomFor(buffer.length)};
	return buffer.length <= inlineBytes ? deflateRawSync(buffer, options) : deflateInThread(buffer, options);
};

/**
Whether deflating is likely to be worth its time: not for kinds that are compressed already, nor where three samples of a larger file hardly shrink.

@param readSample - reads so many bytes at a position
*/
export const isWorthDeflating = async (name: string, bytes: number, readSample: (position: number, length: number) => Promise<Buffer>): Promise<boolean> => {
	if (bytes === 0 || isStoredType(name)) {
		return false;
	}

	if (bytes <= sampledFrom) {
		return true;
	}

	let before = 0;
	let after = 0;
	for (const part of [0.1, 0.5, 0.9]) {
		const sample = await readSample(Math.min(Math.floor(bytes * part), bytes - sampleBytes), sampleBytes);
		before += sample.length;
		after += sample.length === 0 ? 0 : deflateRawSync(sample, {level: 1}).length;
	}

	return after < before * worthwhile;
};

const mostStored = 0xff_ff;
const storedHeaderBytes = 5;

/** Puts a block as it is, in deflate's clothes, at the beginning of a buffer: a piece of a stream whose other pieces shrink. @returns where it ends */
export const putStored = (block: Uint8Array, target: Buffer): number => {
	let end = 0;
	for (let start = 0; start < block.length; start += mostStored) {
		const piece = block.subarray(start, start + mostStored);
		target[end] = 0;
		target.writeUInt16LE(piece.length, end + 1);
		target.writeUInt16LE(piece.length ^ 0xff_ff, end + 3);
		target.set(piece, end + storedHeaderBytes);
		end += storedHeaderBytes + piece.length;
	}

	return end;
};

/** The same in a buffer of its own, for readers that must find the end of an entry without being told its size. */
export const storedBlocks = (block: Uint8Array): Buffer => {
	const target = Buffer.allocUnsafe(block.length + (storedHeaderBytes * Math.ceil(block.length / mostStored)));
	putStored(block, target);
	return target;
};

/** The empty last block that ends a deflate stream. */
export const lastBlock = Buffer.of(3, 0);

/**
A block in the middle of a deflate stream. Blocks can be deflated side by side, as each knows what came before it from the plain text and ends on a byte (pigz works so).

@param previous - the plain block before this one
*/
export const deflateBlock = async (block: Buffer, previous: Buffer | undefined, level: number): Promise<Buffer> => {
	const deflated = await deflateInThread(block, {
		level,
		chunkSize: roomFor(block.length),
		finishFlush: constants.Z_SYNC_FLUSH,
		...(previous && previous.length > 0 && {dictionary: previous.subarray(-historyBytes)}),
	});
	return deflated.length < block.length ? deflated : storedBlocks(block);
};
