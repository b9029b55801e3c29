import type {Stats} from 'node:fs';
import type {Directory} from './descriptor.js';
import {listDirectory, type Listed} from './list.js';

export type WalkedEntry =
	| {readonly path: string; readonly stats: Stats}
	| {readonly path: string; readonly error: unknown};

type Level = {
	readonly directory: Directory;
	readonly path: string;
	readonly folders: string[];
};

/** Stats asked for at once: enough to keep the thread pool busy. */
const parallel = 16;

const statAll = async (directory: Directory, prefix: string, entries: readonly Listed[], folders: string[]): Promise<WalkedEntry[]> => {
	const results: WalkedEntry[] = [];
	for (let start = 0; start < entries.length; start += parallel) {
		const batch = entries.slice(start, start + parallel);
		results.push(...await Promise.all(batch.map(async ({name}): Promise<WalkedEntry> => {
			const path = prefix + name;
			try {
				const stats = await directory.lstat(name);
				if (stats.isDirectory()) {
					folders.push(name);
				}

				return {path, stats};
			} catch (error) {
				return {path, error};
			}
		})));
	}

	return results;
};

/**
Everything below a directory, in chunks, a folder before what it holds, without ever following a link. A folder or entry that cannot be read is yielded with its error and passed over. The parent's descriptor is given up with its last folder, so that a chain of any depth needs few of them.

@param directory - open, and closed by the walk
@param prefix - put before every path, such as `single/`
*/
export async function * walkDirectory(directory: Directory, prefix = '', signal?: AbortSignal): AsyncGenerator<readonly WalkedEntry[]> {
	const levels: Level[] = [];
	let next: {directory: Directory; path: string} | undefined = {directory, path: prefix};
	try {
		while (next !== undefined || levels.length > 0) {
			signal?.throwIfAborted();
			if (next !== undefined) {
				const level: Level = {...next, folders: []};
				next = undefined;
				levels.push(level);
				try {
					for await (const chunk of listDirectory(level.directory, signal)) {
						yield await statAll(level.directory, level.path, chunk, level.folders);
						signal?.throwIfAborted();
					}
				} catch (error) {
					signal?.throwIfAborted();
					yield [{path: level.path.replace(/\/$/, ''), error}];
				}
			}

			const level = levels.at(-1)!;
			const folder = level.folders.pop();
			if (folder !== undefined) {
				const path = level.path + folder;
				try {
					next = {directory: await level.directory.directory(folder), path: `${path}/`};
				} catch (error) {
					yield [{path, error}];
				}
			}

			if (level.folders.length === 0) {
				levels.pop();
				await level.directory.close();
			}
		}
	} finally {
		await next?.directory.close();
		for (const level of levels) {
			await level.directory.close();
		}
	}
}
