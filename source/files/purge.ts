import {randomBytes} from 'node:crypto';
import fs from 'node:fs';
import {promisify} from 'node:util';
import {codeOf} from '../text/errors.js';
import type {Directory} from './descriptor.js';
import {listDirectory} from './list.js';
import {moveEntry} from './move.js';

const unlink = promisify(fs.unlink);
const rmdir = promisify(fs.rmdir);

export type Purged = {
	/** What was removed, folders not counted. */
	readonly files: number;
	/** What could not be removed, and why; paths are gone by then, so only the name of each. */
	readonly failures: ReadonlyArray<{readonly name: string; readonly error: unknown}>;
};

/** How many removals are asked for at once. */
const parallel = 16;

/** Whether what could not be unlinked is a folder. Linux says so; elsewhere it looks as if it were not permitted. */
const isFolder = async (directory: Directory, entry: string, refusal: unknown): Promise<boolean> => {
	const isUnclear = codeOf(refusal) === 'EPERM';
	return codeOf(refusal) === 'EISDIR' || (isUnclear && (await directory.lstat(entry)).isDirectory());
};

/**
Removes one entry of `trash` with all that is below it, so that no link, mount or depth leads astray: every entry is unlinked through the descriptor of the directory that holds it, which never follows a link; a folder is first moved flat into the trash under a random name (a known one could be replaced silently by an empty directory), and emptied from there. One descriptor is open beside the trash's, however deep the tree. A mount point answers EBUSY and keeps what it holds.

Run again after an interruption it finishes: what it has moved lies in the trash under a name of its own.

@param trash - open; only this user may write in it
@param name - the entry
*/
export const purge = async (trash: Directory, name: string): Promise<Purged> => {
	let files = 0;
	const failures: Array<{name: string; error: unknown}> = [];
	const queue = [name];
	let retries = 16;

	/** Removes what is no folder; moves a folder into the trash's top. */
	const take = async (directory: Directory, entry: string): Promise<void> => {
		try {
			await unlink(directory.at(entry));
			files++;
		} catch (error) {
			if (codeOf(error) === 'ENOENT') {
				return;
			}

			try {
				if (!await isFolder(directory, entry, error)) {
					throw error;
				}

				// If a link has taken the folder's place by now, it is the link that is moved, and removed there.
				const hoisted = `purge.${randomBytes(12).toString('hex')}`;
				await moveEntry(directory, entry, trash, hoisted, {isForGood: true});
				queue.push(hoisted);
			} catch (finalError) {
				// Another process may be purging the same.
				if (codeOf(finalError) !== 'ENOENT' && !await isRemovedEmpty(directory, entry)) {
					failures.push({name: entry, error: finalError});
				}
			}
		}
	};

	while (queue.length > 0) {
		const folder = queue.pop()!;
		const failuresBefore = failures.length;
		try {
			const directory = await openForRemoval(trash, folder);
			if (directory === undefined) {
				await unlink(trash.at(folder));
				files++;
				continue;
			}

			try {
				for await (const chunk of listDirectory(directory)) {
					for (let start = 0; start < chunk.length; start += parallel) {
						await Promise.all(chunk.slice(start, start + parallel).map(async entry => take(directory, entry.name)));
					}
				}
			} finally {
				await directory.close();
			}

			await rmdir(trash.at(folder));
		} catch (error) {
			if (codeOf(error) === 'ENOENT') {
				continue;
			}

			const isFilledAnew = codeOf(error) === 'ENOTEMPTY' && failures.length === failuresBefore;
			if (isFilledAnew && retries > 0) {
				// Some file systems pass entries over when a directory changes while it is read, and a producer may still be writing.
				retries--;
				queue.push(folder);
			} else if (codeOf(error) !== 'ENOTEMPTY' || isFilledAnew) {
				failures.push({name: folder, error});
			}
		}
	}

	return {files, failures};
};

/** Removes a folder where it is, if it is empty: that works also on another user's. */
const isRemovedEmpty = async (directory: Directory, entry: string): Promise<boolean> => {
	try {
		await rmdir(directory.at(entry));
		return true;
	} catch {
		return false;
	}
};

/** Opens a folder of the trash, giving the owner's permissions back if a producer took them away; `undefined` if it is no folder. */
const openForRemoval = async (trash: Directory, name: string): Promise<Directory | undefined> => {
	try {
		const {mode} = await trash.lstat(name);
		if ((mode & 0o700) !== 0o700) {
			await trash.setFolderMode(name, 0o700);
		}

		return await trash.directory(name);
	} catch (error) {
		if (codeOf(error) === 'ENOTDIR' || codeOf(error) === 'ELOOP') {
			return undefined;
		}

		throw error;
	}
};
