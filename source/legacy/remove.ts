import fs from 'node:fs';
import {promisify} from 'node:util';
import {makePrivateDirectory} from '../files/atomic-write.js';
import type {Directory} from '../files/descriptor.js';
import {hashFile} from '../files/hash.js';
import {listDirectory, type Listed} from '../files/list.js';
import {moveBack} from '../files/move.js';
import {forEachInFolders, Reach} from '../files/reach.js';
import {newLegacyTrash} from '../outputs/local/legacy-trash.js';
import {withTrash} from '../outputs/local/trash.js';
import {nameOf, parentOf} from '../outputs/path.js';
import {codeOf, Failure, reasonOf} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {readUnchanged, targetOf} from './copy.js';
import type {Coverage, Covered} from './cover.js';
import {Pair} from './pair.js';
import {clearFolders} from './stranded.js';
import {sumBytes} from './survey.js';
import {Tally, type Outcome, type Place, type TaskOptions} from './task.js';

const lstat = promisify(fs.lstat);
const rename = promisify(fs.rename);
const rmdir = promisify(fs.rmdir);
const unlink = promisify(fs.unlink);

const isSame = (a: fs.BigIntStats, b: fs.BigIntStats): boolean =>
	a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs && a.mode === b.mode;

const exchanged = (): Failure => new Failure('it has changed since it was compared: it is left alone');

/** Takes an entry out of everybody's sight by one rename, looks whether it is what was compared, and removes it; else puts it back, over nothing. */
const take = async (from: Directory, trash: Directory, name: string, isCompared: (stats: fs.BigIntStats) => Promise<boolean>): Promise<void> => {
	await rename(from.at(name), trash.at(name));
	if (await isCompared(await lstat(trash.at(name), {bigint: true}))) {
		await unlink(trash.at(name));
		return;
	}

	await moveBack(trash, name, from, name);
	throw exchanged();
};

/** Removes a file or link that still is what was compared, whoever exchanges what meanwhile. */
const removeOne = async ({path, isLink, content}: Covered, from: Directory, trash: Directory, options: TaskOptions): Promise<void> => {
	const name = nameOf(path);
	if (isLink) {
		const before = await lstat(from.at(name), {bigint: true});
		if (!before.isSymbolicLink()) {
			throw exchanged();
		}

		await take(from, trash, name, async stats => isSame(before, stats) && await targetOf(trash, name) === content);
		return;
	}

	await readUnchanged(from, name, async ({handle, stats, check}) => {
		const sha256 = await hashFile(handle, {bytes: Number(stats.size), signal: options.signal});
		await check();
		if (sha256 !== content) {
			throw exchanged();
		}

		await take(from, trash, name, async moved => isSame(stats, moved));
	});
};

/** What keeps a folder from being removed, as the end of a sentence. */
const whyNotEmpty = async (parent: Directory, name: string): Promise<string> => {
	const folder = await parent.directory(name);
	try {
		const {value} = await listDirectory(folder).next() as IteratorResult<readonly Listed[], undefined>;
		return value === undefined ? 'it was not empty a moment ago' : `it is not empty: it holds ${printable(value[0]!.name)}${value.length > 1 ? ' and more' : ''}`;
	} finally {
		await folder.close();
	}
};

/** Removes folders that are empty, the deepest first. */
const removeFolders = async (root: Directory, folders: readonly string[], tally: Tally, options: TaskOptions): Promise<void> => {
	const reach = new Reach(root);
	try {
		for (const folder of folders.toReversed()) {
			if (options.signal?.aborted) {
				return;
			}

			try {
				const [parent, name] = [await reach.to(parentOf(folder)), nameOf(folder)];
				try {
					await rmdir(parent.at(name));
				} catch (error) {
					if (codeOf(error) !== 'ENOENT') {
						tally.fail(folder, codeOf(error) === 'ENOTEMPTY' ? await whyNotEmpty(parent, name) : error);
					}
				}
			} catch (error) {
				if (codeOf(error) !== 'ENOENT') {
					tally.fail(folder, reasonOf(error));
				}
			}
		}
	} finally {
		await reach.close();
	}
};

/**
Removes what was found to be covered, file by file, then the folders that are empty. Each file is compared once more at the moment of its removal. If the signal is aborted, what is left stays, and what was done is told.

@param coverage - without anything uncovered
*/
export const removeCovered = async (place: Place, coverage: Coverage, options: TaskOptions): Promise<Outcome> => {
	const {root, directory, uid} = place;
	const {covered, spared, uncovered, folders} = coverage;
	if (uncovered.length > 0) {
		throw new Error('nothing may be removed while something is not covered');
	}

	const tally = new Tally(sumBytes(covered), options);
	tally.failed.push(...spared);
	await withTrash(root, directory, uid, {mayCreate: true}, async ({directory: trash}) => {
		const name = newLegacyTrash();
		await makePrivateDirectory(trash, name);
		const top = await trash.directory(name);
		const made = new Set<string>();
		const open = (): Pair => new Pair(new Reach(root), new Reach(top, async (parent, folder) => {
			await makePrivateDirectory(parent, folder);
		}));
		try {
			await forEachInFolders(covered, open, async (one, {from, to}) => {
				if (options.signal?.aborted) {
					return;
				}

				const parent = parentOf(one.path);
				try {
					const target = await to.to(parent);
					made.add(parent);
					await removeOne(one, await from.to(parent), target, options);
					tally.advance(one.path)(one.bytes);
					if (!one.isLink) {
						tally.count(one.bytes);
					}
				} catch (error) {
					if (!options.signal?.aborted) {
						tally.fail(one.path, error);
					}
				}
			});
		} finally {
			await top.close();
			await clearFolders(trash, name, withParents(made));
		}
	});
	await removeFolders(root, folders, tally, options);
	await root.sync();
	return {files: tally.files, bytes: tally.bytes, failed: tally.failed};
};

/** The folders, and those around them, one before what it holds. */
const withParents = (folders: ReadonlySet<string>): string[] => {
	const all = new Set<string>();
	for (const folder of folders) {
		for (let around = folder; around !== '' && !all.has(around); around = parentOf(around)) {
			all.add(around);
		}
	}

	return [...all].sort();
};
