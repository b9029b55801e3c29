import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import {codeOf} from '../text/errors.js';
import {decodeName} from '../text/names.js';
import type {Directory} from './descriptor.js';

export type ListedType = 'file' | 'directory' | 'symlink' | 'other';

export type Listed = {
	readonly name: string;
	readonly type: ListedType;
};

/** Entries that one chunk of a listing holds at most: few enough that a key pressed meanwhile is not felt. */
const chunkSize = 2048;

const ascii = /^[\0-\u007F]*$/;

export const typeOf = (entry: {isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean}): ListedType => {
	if (entry.isFile()) {
		return 'file';
	}

	if (entry.isDirectory()) {
		return 'directory';
	}

	return entry.isSymbolicLink() ? 'symlink' : 'other';
};

/**
What a directory holds, in chunks, in no order. Names are read as Latin-1, which loses no byte and is quick.

@param isWaiting - reads by calls that wait, a chunk at a time
*/
export async function * listDirectory(directory: Directory, signal?: AbortSignal, isWaiting = false): AsyncGenerator<readonly Listed[]> {
	signal?.throwIfAborted();
	const options = {encoding: 'latin1', bufferSize: chunkSize} as const;
	const handle = isWaiting ? fs.opendirSync(directory.self, options) : await fs.promises.opendir(directory.self, options);
	try {
		let chunk: Listed[] = [];
		for (;;) {
			const entry = isWaiting ? handle.readSync() : await handle.read();
			if (entry === null) {
				break;
			}

			const name = ascii.test(entry.name) ? entry.name : decodeName(Buffer.from(entry.name, 'latin1'));
			const type = isUnknown(entry) ? await lookUpType(directory, name) : typeOf(entry);
			if (type !== undefined) {
				chunk.push({name, type});
			}

			if (chunk.length === chunkSize) {
				yield chunk;
				signal?.throwIfAborted();
				chunk = [];
			}
		}

		if (chunk.length > 0) {
			yield chunk;
		}
	} finally {
		if (isWaiting) {
			handle.closeSync();
		} else {
			await handle.close();
		}
	}
}

const isUnknown = (entry: fs.Dirent): boolean =>
	!entry.isFile() && !entry.isDirectory() && !entry.isSymbolicLink()
	&& !entry.isFIFO() && !entry.isSocket() && !entry.isBlockDevice() && !entry.isCharacterDevice();

/** Some file systems do not tell the type along with the name. */
const lookUpType = async (directory: Directory, name: string): Promise<ListedType | undefined> => {
	try {
		return typeOf(await directory.lstat(name));
	} catch (error) {
		// Gone since it was listed.
		if (codeOf(error) === 'ENOENT') {
			return undefined;
		}

		throw error;
	}
};
