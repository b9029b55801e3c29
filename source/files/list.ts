import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import {codeOf} from '../text/errors.js';
import {decodeName} from '../text/names.js';
import type {Directory} from './descriptor.js';
import {fileSystemOf} from './file-system.js';

export type ListedType = 'file' | 'directory' | 'symlink' | 'other';

export type Listed = {
	readonly name: string;
	readonly type: ListedType;
};

/** About as many entries as a chunk of a listing holds: few enough that a key pressed meanwhile is not felt. */
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

/** Entries after which it pays to ask for the file system. */
const fewEntries = 64;

/**
The entries of a directory as Node reads them: in groups, of which the first one is waited for, and the others are there. These are taken at once, without a promise for each, which is half of what a large directory takes. At the end of the directory the system is asked once more; only where no network is in between, nobody waits for that.
*/
async function * readEntries(directory: Directory, isWaiting: boolean): AsyncGenerator<readonly fs.Dirent[]> {
	const options = {encoding: 'latin1', bufferSize: chunkSize} as const;
	const handle = isWaiting ? fs.opendirSync(directory.self, options) : await fs.promises.opendir(directory.self, options);
	const readGroup = async (): Promise<fs.Dirent | null> => isWaiting ? handle.readSync() : handle.read();
	try {
		let group = isWaiting ? chunkSize : 1;
		for (let count = 0, entry = await readGroup(); entry !== null; entry = await readGroup()) {
			const entries = [entry];
			for (count++; count % group > 0; count++) {
				const next = handle.readSync();
				if (next === null) {
					yield entries;
					return;
				}

				entries.push(next);
			}

			yield entries;
			if (count === fewEntries && (await fileSystemOf(directory)).isLocal) {
				group = chunkSize;
			}
		}
	} finally {
		if (isWaiting) {
			handle.closeSync();
		} else {
			await handle.close();
		}
	}
}

/**
What a directory holds, in chunks, in no order. Names are read as Latin-1, which loses no byte and is quick.

@param isWaiting - reads by calls that wait, a chunk at a time
*/
export async function * listDirectory(directory: Directory, signal?: AbortSignal, isWaiting = false): AsyncGenerator<readonly Listed[]> {
	signal?.throwIfAborted();
	let chunk: Listed[] = [];
	for await (const entries of readEntries(directory, isWaiting)) {
		for (const entry of entries) {
			const name = ascii.test(entry.name) ? entry.name : decodeName(Buffer.from(entry.name, 'latin1'));
			const type = isUnknown(entry) ? await lookUpType(directory, name) : typeOf(entry);
			if (type !== undefined) {
				chunk.push({name, type});
			}
		}

		if (chunk.length >= chunkSize) {
			yield chunk;
			signal?.throwIfAborted();
			chunk = [];
		}
	}

	if (chunk.length > 0) {
		yield chunk;
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
