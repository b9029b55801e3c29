import type {Stats} from 'node:fs';
import type {Directory} from './descriptor.js';
import {listDirectory, type Listed} from './list.js';

/** Names are told beside the paths: in a tree that is 20,000 folders deep a path is 40,000 characters that nobody should look through for each entry. */
export type WalkedEntry = {readonly path: string; readonly name: string} & ({readonly stats: Stats} | {readonly error: unknown});

type Level = {
	/** Absent while the level is given up for the descriptors of those below. */
	directory: Directory | undefined;
	readonly depth: number;
	readonly path: string;
	readonly folders: string[];
	/** Tells the directory again when it has been given up. */
	identity?: string;
};

/** Stats asked for at once: enough to keep the thread pool busy. */
const parallel = 16;

/** Levels whose directories are open at once, however deep the tree is. */
const mostOpen = 32;

const statAll = async (directory: Directory, prefix: string, entries: readonly Listed[], folders: string[], isWaiting: boolean): Promise<WalkedEntry[]> => {
	const results: WalkedEntry[] = [];
	if (isWaiting) {
		for (const {name} of entries) {
			const path = prefix + name;
			try {
				const stats = directory.lstatSync(name);
				if (stats.isDirectory()) {
					folders.push(name);
				}

				results.push({path, name, stats});
			} catch (error) {
				results.push({path, name, error});
			}
		}

		return results;
	}

	for (let start = 0; start < entries.length; start += parallel) {
		const batch = entries.slice(start, start + parallel);
		results.push(...await Promise.all(batch.map(async ({name}): Promise<WalkedEntry> => {
			const path = prefix + name;
			try {
				const stats = await directory.lstat(name);
				if (stats.isDirectory()) {
					folders.push(name);
				}

				return {path, name, stats};
			} catch (error) {
				return {path, name, error};
			}
		})));
	}

	return results;
};

/** A folder that could not be read. */
const failureOf = ({path}: Level, error: unknown): WalkedEntry => {
	const folder = path.replace(/\/$/, '');
	return {path: folder, name: folder.slice(folder.lastIndexOf('/') + 1), error};
};

/** Gives up the directory of the level that is furthest above, where too many are open. */
const giveUpOne = async (levels: readonly Level[]): Promise<void> => {
	const level = levels[levels.length - 1 - mostOpen];
	if (level?.directory !== undefined && level.depth > 0) {
		level.identity = await level.directory.identity();
		await level.directory.close();
		level.directory = undefined;
	}
};

/** Takes back a directory that was given up: from one that lies below it, or, if that may not be entered, from the top. */
const takeBack = async (level: Level, below: Level, top: Directory, prefix: string): Promise<void> => {
	let directory: Directory;
	try {
		directory = await below.directory!.ancestor(below.depth - level.depth);
	} catch {
		directory = await top.descend([...level.path.slice(prefix.length, -1).split('/'), '.']);
	}

	if (await directory.identity() === level.identity) {
		level.directory = directory;
		return;
	}

	await directory.close();
	throw new Error('it was moved while it was read');
};

/**
Everything below a directory, in chunks, a folder before what it holds, without ever following a link. A folder or entry that cannot be read is yielded with its error and passed over. A few descriptors are enough, however deep and wide the tree is.

@param directory - open, and closed by the walk
@param prefix - put before every path, such as `single/`
@param isWaiting - looks at entries by calls that wait, a chunk at a time: in a third of the time, but nothing else is done in this thread meanwhile
*/
export async function * walkDirectory(directory: Directory, prefix = '', signal?: AbortSignal, isWaiting = false): AsyncGenerator<readonly WalkedEntry[]> {
	const levels: Level[] = [];
	let next: {directory: Directory; path: string; depth: number} | undefined = {directory, path: prefix, depth: 0};
	let done: Directory | undefined;
	try {
		while (next !== undefined || levels.length > 0) {
			signal?.throwIfAborted();
			if (next !== undefined) {
				const level: Level & {directory: Directory} = {...next, folders: []};
				next = undefined;
				levels.push(level);
				await giveUpOne(levels);
				try {
					for await (const chunk of listDirectory(level.directory, signal, isWaiting)) {
						yield await statAll(level.directory, level.path, chunk, level.folders, isWaiting);
						signal?.throwIfAborted();
					}
				} catch (error) {
					signal?.throwIfAborted();
					yield [failureOf(level, error)];
				}
			}

			const level = levels.at(-1)!;
			const folder = level.folders.pop();
			if (folder !== undefined) {
				const path = level.path + folder;
				try {
					next = {directory: isWaiting ? level.directory!.directorySync(folder) : await level.directory!.directory(folder), path: `${path}/`, depth: level.depth + 1};
				} catch (error) {
					yield [{path, name: folder, error}];
				}
			}

			if (level.folders.length > 0) {
				continue;
			}

			// A level is given up with its last folder, so that a chain needs but one descriptor.
			levels.pop();
			done = level.depth === 0 ? undefined : level.directory;
			const around = levels.at(-1);
			if (next === undefined && around !== undefined && around.directory === undefined) {
				try {
					await takeBack(around, level, directory, prefix);
				} catch (error) {
					// What is left of it, and of all around it, cannot be reached any more.
					yield levels.map(one => failureOf(one, error));
					return;
				}
			}

			if (isWaiting) {
				done?.closeSync();
			} else {
				await done?.close();
			}

			done = undefined;
		}
	} finally {
		const open = new Set([directory, next?.directory, done, ...levels.map(level => level.directory)]);
		for (const one of open) {
			await one?.close();
		}
	}
}
