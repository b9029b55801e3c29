import {statfs} from 'node:fs/promises';
import {nativePath} from '../files/descriptor.js';
import {failed} from '../text/errors.js';
import {isStoredType} from './stored-types.js';

/** What is left of contents that are deflated, as a share: text and tables come to 0.25 to 0.4, programs to 0.5, noise to 1. */
const deflated = 0.4;

/** Bytes that an entry takes beside its contents and twice its name. */
const entryBytes = 94;

/**
How large a ZIP of some entries will be, roughly: it goes by names and sizes alone, and reads nothing.

@param entries - files and folders; the name is the whole path
*/
export const estimateZip = (entries: Iterable<{readonly name: string; readonly bytes: number}>): number => {
	let total = 22;
	for (const {name, bytes} of entries) {
		total += entryBytes + (2 * name.length) + Math.ceil(isStoredType(name) ? bytes : bytes * deflated);
	}

	return total;
};

/**
Bytes that this user can still write in a directory.

@throws Failure that names it
*/
export const freeSpace = async (directory: string): Promise<number> => {
	try {
		const {bavail, bsize} = await statfs(nativePath(directory));
		return bavail * bsize;
	} catch (error) {
		throw failed('look at the disk of', directory, error);
	}
};
