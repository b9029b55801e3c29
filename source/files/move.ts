import fs from 'node:fs';
import {promisify} from 'node:util';
import {codeOf} from '../text/errors.js';
import type {Directory} from './descriptor.js';

const link = promisify(fs.link);
const rename = promisify(fs.rename);
const unlink = promisify(fs.unlink);

/**
Moves an entry to another directory. A folder that its owner may not write to cannot go there, as its `..` would change; it gets the permission for that moment.

@param options.isForGood - it is bound to be removed: its mode does not matter any more
@throws what the system says; EBUSY for a mount point
*/
export const moveEntry = async (from: Directory, name: string, to: Directory, as: string, {isForGood}: {readonly isForGood: boolean}): Promise<void> => {
	let mode: number;
	try {
		await rename(from.at(name), to.at(as));
		return;
	} catch (error) {
		const stats = codeOf(error) === 'EACCES' ? await from.lstat(name) : undefined;
		if (!stats?.isDirectory()) {
			throw error;
		}

		mode = stats.mode & 0o7777;
	}

	await from.setFolderMode(name, mode | 0o700);
	try {
		await rename(from.at(name), to.at(as));
	} catch (error) {
		await from.setFolderMode(name, mode).catch(() => undefined);
		throw error;
	}

	if (!isForGood) {
		await to.setFolderMode(as, mode);
	}
};

/**
Moves an entry to another directory, and over nothing but an empty folder.

@throws EEXIST, ENOTEMPTY or ENOTDIR where something has the name
*/
export const moveBack = async (from: Directory, name: string, to: Directory, as: string): Promise<void> => {
	const stats = await from.lstat(name);
	if (stats.isDirectory()) {
		// For a directory the system replaces no file, and none that holds something.
		await moveEntry(from, name, to, as, {isForGood: false});
	} else {
		await link(from.at(name), to.at(as));
		await unlink(from.at(name));
	}
};
