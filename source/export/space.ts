import {Failure} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {formatBytes} from '../text/size.js';
import {freeSpace} from './estimate.js';

/**
Refuses what cannot fit.

@param bytes - what it takes at least
@throws Failure that names the directory, what it takes and what is free
*/
export const checkSpace = async (directory: string, bytes: number): Promise<void> => {
	// Where that cannot be told, the disk itself tells.
	const free = await freeSpace(directory).catch(() => Infinity);
	if (bytes > free) {
		throw new Failure(`cannot export to ${printable(directory)}: it takes at least ${formatBytes(bytes)}, and only ${formatBytes(free)} are free there; free some space, or choose another directory`);
	}
};
