import type {Stats} from 'node:fs';
import type {Directory} from '../files/descriptor.js';
import {typeOf, type ListedType} from '../files/list.js';
import {walkDirectory} from '../files/walk.js';
import {parts} from '../outputs/read-session.js';
import {codeOf, reasonOf} from '../text/errors.js';

/** What could not be done with one entry, and why, printable. */
export type Problem = {
	readonly path: string;
	readonly error: string;
};

/** An entry of `single` or `bulk` as a look at the tree has shown it. */
export type Item = {
	/** `single`, `bulk`, or a path below one of them. */
	readonly path: string;
	readonly type: ListedType;
	readonly bytes: number;
	/** What it takes on the disk: fewer bytes where it has holes. */
	readonly diskBytes: number;
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
	/** Milliseconds since 1970, to a quarter of a microsecond. */
	readonly modifiedAt: number;
};

export type Survey = {
	/** A folder before what it holds. */
	readonly items: readonly Item[];
	/** What could not be looked at. */
	readonly failed: readonly Problem[];
	/** Files and links that a killed restore or publish has left under hidden names: no outputs. */
	readonly leftovers: readonly Item[];
	/** Regular files, and their bytes. */
	readonly files: number;
	readonly bytes: number;
};

const unfinished = /(?:^|\/)\.sojourn-[\da-f]{16}\.part$/;

const itemOf = (path: string, stats: Stats): Item => ({
	path,
	type: typeOf(stats),
	bytes: stats.size,
	diskBytes: Math.min(stats.size, stats.blocks * 512),
	mode: stats.mode & 0o7777,
	uid: stats.uid,
	gid: stats.gid,
	modifiedAt: stats.mtimeMs,
});

/**
Looks through `single` and `bulk` of a directory, without following a link. One of the two that is missing is passed over; one that is no folder is a failure.

@throws the signal's reason
*/
export const survey = async (root: Directory, signal?: AbortSignal): Promise<Survey> => {
	const items: Item[] = [];
	const leftovers: Item[] = [];
	const failed: Problem[] = [];
	for (const part of parts) {
		let directory: Directory;
		try {
			const stats = await root.lstat(part);
			if (!stats.isDirectory()) {
				failed.push({path: part, error: stats.isSymbolicLink() ? 'it is a symbolic link, which is not followed' : 'it is not a folder'});
				continue;
			}

			directory = await root.directory(part);
			items.push(itemOf(part, stats));
		} catch (error) {
			if (codeOf(error) !== 'ENOENT') {
				failed.push({path: part, error: reasonOf(error)});
			}

			continue;
		}

		for await (const chunk of walkDirectory(directory, `${part}/`, signal)) {
			for (const entry of chunk) {
				if ('error' in entry) {
					failed.push({path: entry.path, error: reasonOf(entry.error)});
				} else {
					(unfinished.test(entry.path) && (entry.stats.isFile() || entry.stats.isSymbolicLink()) ? leftovers : items).push(itemOf(entry.path, entry.stats));
				}
			}
		}
	}

	const files = items.filter(({type}) => type === 'file');
	return {
		items, failed, leftovers, files: files.length, bytes: sumBytes(files),
	};
};

/** The bytes of some items. */
export const sumBytes = (items: ReadonlyArray<{readonly bytes: number}>): number => items.reduce((sum, {bytes}) => sum + bytes, 0);

/** Whether a directory has one of the legacy folders, or something of their names. */
export const hasParts = async (root: Directory): Promise<boolean> => {
	for (const part of parts) {
		try {
			await root.lstat(part);
			return true;
		} catch (error) {
			if (codeOf(error) !== 'ENOENT') {
				throw error;
			}
		}
	}

	return false;
};
