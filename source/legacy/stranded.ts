import fs from 'node:fs';
import {promisify} from 'node:util';
import {makePrivateDirectory} from '../files/atomic-write.js';
import type {Directory} from '../files/descriptor.js';
import {listDirectory} from '../files/list.js';
import {moveBack} from '../files/move.js';
import {Reach} from '../files/reach.js';
import {walkDirectory} from '../files/walk.js';
import {openControl, openWithin} from '../outputs/local/control.js';
import {isLegacyTrash} from '../outputs/local/legacy-trash.js';
import {nameOf, parentOf} from '../outputs/path.js';
import {codeOf, reasonOf} from '../text/errors.js';
import {plural} from '../text/size.js';
import type {Problem} from './survey.js';
import type {Place, TaskOptions} from './task.js';

/** What a killed `legacy remove` has left in the trash, and how it comes back. */

const rmdir = promisify(fs.rmdir);
const unlink = promisify(fs.unlink);

type Stranded = {
	readonly files: readonly string[];
	/** A folder before what it holds. */
	readonly folders: readonly string[];
};

const listStranded = async (trash: Directory, name: string, signal?: AbortSignal): Promise<Stranded> => {
	const files: string[] = [];
	const folders: string[] = [];
	for await (const chunk of walkDirectory(await trash.directory(name), '', signal)) {
		for (const entry of chunk) {
			if ('stats' in entry && entry.stats.isDirectory()) {
				folders.push(entry.path);
			} else if ('stats' in entry) {
				files.push(entry.path);
			}
		}
	}

	return {files, folders};
};

const withTrash = async <T>({root, uid}: Place, action: (trash: Directory, names: readonly string[]) => Promise<T>): Promise<T | undefined> => {
	const control = await openControl(root, uid, {mayCreate: false});
	try {
		if (control === undefined || await control.directory.lstat('trash').catch(() => undefined) === undefined) {
			return undefined;
		}

		const trash = await openWithin(control, 'trash', uid);
		try {
			const names: string[] = [];
			for await (const chunk of listDirectory(trash)) {
				names.push(...chunk.filter(({name, type}) => type === 'directory' && isLegacyTrash(name)).map(({name}) => name));
			}

			return await action(trash, names);
		} finally {
			await trash.close();
		}
	} finally {
		await control?.directory.close();
	}
};

/** How many files a killed removal has left in the trash. */
export const countStranded = async (place: Place, signal?: AbortSignal): Promise<number> => await withTrash(place, async (trash, names) => {
	let count = 0;
	for (const name of names) {
		count += (await listStranded(trash, name, signal)).files.length;
	}

	return count;
}) ?? 0;

/** Removes the folders that only led to what was moved. */
export const clearFolders = async (trash: Directory, name: string, folders: readonly string[]): Promise<void> => {
	const top = await trash.directory(name);
	const reach = new Reach(top);
	try {
		for (const folder of folders.toReversed()) {
			await reach.to(parentOf(folder)).then(async parent => rmdir(parent.at(nameOf(folder)))).catch(() => undefined);
		}
	} finally {
		await reach.close();
		await top.close();
	}

	await rmdir(trash.at(name)).catch(() => undefined);
};

/** A process may have been killed when a file had its name again and was still in the trash, too. */
const putOneBack = async (from: Directory, to: Directory, name: string): Promise<void> => {
	try {
		await moveBack(from, name, to, name);
	} catch (error) {
		if (codeOf(error) !== 'EEXIST' || await from.identityOf(name) !== await to.identityOf(name)) {
			throw error;
		}

		await unlink(from.at(name));
	}
};

const putBack = async (trash: Directory, name: string, root: Directory, options: TaskOptions): Promise<{readonly count: number; readonly failed: readonly Problem[]}> => {
	const {files, folders} = await listStranded(trash, name, options.signal);
	const top = await trash.directory(name);
	const failed: Problem[] = [];
	let count = 0;
	const from = new Reach(top);
	const to = new Reach(root, async (parent, folder) => {
		await makePrivateDirectory(parent, folder);
	});
	try {
		for (const file of files) {
			options.signal?.throwIfAborted();
			try {
				await putOneBack(await from.to(parentOf(file)), await to.to(parentOf(file)), nameOf(file));
				count++;
			} catch (error) {
				failed.push({path: file, error: `an interrupted removal has left it in the trash (${name}), and it cannot be put back: ${codeOf(error) === 'EEXIST' ? 'something else is there now; move one of the two away' : reasonOf(error)}`});
			}
		}
	} finally {
		await from.close();
		await to.close();
		await top.close();
	}

	await clearFolders(trash, name, folders);
	return {count, failed};
};

/**
Puts back what a killed removal has left in the trash, where nothing else is by now.

@returns what could not be put back: it stays in the trash
*/
export const putStrandedBack = async (place: Place, options: TaskOptions): Promise<readonly Problem[]> => await withTrash(place, async (trash, names) => {
	const failed: Problem[] = [];
	let count = 0;
	for (const name of names) {
		const done = await putBack(trash, name, place.root, options);
		count += done.count;
		failed.push(...done.failed);
	}

	if (count > 0) {
		await place.root.sync();
		options.onNote?.(`${plural(count, 'file')} that an interrupted removal had left in the trash ${count === 1 ? 'is' : 'are'} back in the legacy folders`);
	}

	return failed;
}) ?? [];
