import type {Directory} from '../../files/descriptor.js';
import {fileSystemOf} from '../../files/file-system.js';
import {watchDirectory, type OnChange} from '../../files/watch.js';

/** Watches a directory where that tells of everybody's changes: on a network file system the changes of other hosts would be missed. */
export const watchLocal = async (directory: Directory, options: {readonly signal: AbortSignal; readonly onChange: OnChange}): Promise<void> => {
	const {name, isLocal} = await fileSystemOf(directory);
	if (!isLocal) {
		throw Object.assign(new Error(name), {code: 'ENOTSUP'});
	}

	watchDirectory(directory, options);
};
