import {statfs} from 'node:fs/promises';
import {nativePath} from '../files/descriptor.js';
import {failed} from '../text/errors.js';
import {isStoredType} from './stored-types.js';

/** What is left of contents that are deflated, as a share: text and tables come to 0.25 to 0.4, programs to 0.5, noise to 1. */
const deflated = 0.4;

/** Bytes that an entry takes beside its contents and twice its name. */
const entryBytes = 94;

/** What an entry adds to the estimate, in bytes. */
export const estimateEntry = (name: string, bytes: number): number =>
	entryBytes + (2 * name.length) + Math.ceil(isStoredType(name) ? bytes : bytes * deflated);

/** What the contents of an entry take in a ZIP at least: those that are not deflated all that they have. */
export const leastBytes = (name: string, bytes: number): number => isStoredType(name) ? bytes : 0;

/** Bytes of a ZIP without entries. */
export const emptyZip = 22;

/**
How large a ZIP of some entries will be, roughly: it goes by names and sizes alone, and reads nothing.

@param entries - files and folders; the name is the whole path
*/
export const estimateZip = (entries: Iterable<{readonly name: string; readonly bytes: number}>): number => {
	let total = emptyZip;
	for (const {name, bytes} of entries) {
		total += estimateEntry(name, bytes);
	}

	return total;
};

/**
Bytes that this user can still write in a directory; Infinity where the file system does not count them.

@throws Failure that names it
*/
export const freeSpace = async (directory: string): Promise<number> => {
	try {
		const {bavail, bsize, blocks} = await statfs(nativePath(directory));
		return blocks === 0 ? Infinity : bavail * bsize;
	} catch (error) {
		throw failed('look at the disk of', directory, error);
	}
};
