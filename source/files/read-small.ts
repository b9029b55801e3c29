import {Buffer} from 'node:buffer';
import type {FileHandle} from 'node:fs/promises';
import type {Directory} from './descriptor.js';

/** Fills `buffer` from `position` as far as the file goes. @returns the bytes read */
export const readFully = async (handle: FileHandle, buffer: Uint8Array, position: number): Promise<number> => {
	let filled = 0;
	while (filled < buffer.length) {
		const {bytesRead} = await handle.read(buffer, filled, buffer.length - filled, position + filled);
		if (bytesRead === 0) {
			break;
		}

		filled += bytesRead;
	}

	return filled;
};

/**
The text of a small regular file that anybody may have put there: no link is followed, and at most `limit` bytes are read.

@throws an error with code ETOOLARGE if it is larger
*/
export const readSmallFile = async (directory: Directory, name: string, limit: number): Promise<{readonly text: string; readonly uid: number; readonly mode: number}> => {
	const {handle, stats: {uid, mode}} = await directory.file(name);
	try {
		const buffer = Buffer.alloc(limit + 1);
		const length = await readFully(handle, buffer, 0);
		if (length > limit) {
			throw Object.assign(new Error(`it is larger than ${limit} bytes`), {code: 'ETOOLARGE'});
		}

		return {text: buffer.toString('utf8', 0, length), uid, mode};
	} finally {
		await handle.close();
	}
};
