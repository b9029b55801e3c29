import {Failure} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {formatBytes} from '../text/size.js';
import {freeSpace} from './estimate.js';

/**
Looks what is free in a directory, so that what cannot fit is refused.

@returns a check of what is to be written, in bytes at least, which throws a Failure that names the directory, what it takes and what was free
*/
export const createSpaceCheck = (directory: string): ((bytes: number) => Promise<void>) => {
	// Asked now: later a part of it is taken by what is written. Where it cannot be told, the disk itself tells.
	const asked = freeSpace(directory).catch(() => Infinity);
	return async bytes => {
		const free = await asked;
		if (bytes > free) {
			throw new Failure(`cannot export to ${printable(directory)}: it takes at least ${formatBytes(bytes)}, and only ${formatBytes(free)} are free there; free some space, or choose another directory`);
		}
	};
};
