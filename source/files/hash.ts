import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';
import type {FileHandle} from 'node:fs/promises';
import {asReadable, type ReadableAt} from './copy-file.js';

const blockBytes = 1_048_576;

export type ReadOptions = {
	/** Where the reading ends at the latest, in bytes; the end of the file if absent. */
	readonly bytes?: number | undefined;
	/** How many bytes a block has at most. */
	readonly block?: number | undefined;
	readonly signal?: AbortSignal | undefined;
};

/**
What an open file holds, from its beginning, in blocks. All of them lie in one buffer: a block is good until the next is asked for.

@throws the signal's reason between two blocks; whatever reading says
*/
export async function * readBlocks(source: FileHandle | ReadableAt, {bytes = Infinity, block = blockBytes, signal}: ReadOptions = {}): AsyncGenerator<Buffer> {
	const readable = asReadable(source);
	const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(block, bytes)));
	for (let position = 0; position < bytes;) {
		signal?.throwIfAborted();
		const bytesRead = await readable.read(buffer.subarray(0, Math.min(buffer.length, bytes - position)), position);
		if (bytesRead === 0) {
			return;
		}

		yield buffer.subarray(0, bytesRead);
		position += bytesRead;
	}
}

/**
The SHA-256 of what an open file holds.

@returns 64 hexadecimal digits, in lower case
*/
export const hashFile = async (source: FileHandle | ReadableAt, options: ReadOptions & {readonly onBytes?: ((bytes: number) => void) | undefined} = {}): Promise<string> => {
	const hash = createHash('sha256');
	for await (const block of readBlocks(source, options)) {
		hash.update(block);
		options.onBytes?.(block.length);
	}

	return hash.digest('hex');
};
