import path from 'node:path';
import {Directory} from '../files/descriptor.js';
import {listDirectory} from '../files/list.js';
import {Failure, reasonOf} from '../text/errors.js';
import {partialEnd} from './backup-place.js';
import {readManifest} from './lines-file.js';
import type {Manifest} from './manifest.js';
import {findPartial, manifestName} from './partial.js';
import type {Place} from './task.js';

/** A complete backup. */
export type Backup = {
	/** Absolute. */
	readonly path: string;
	readonly manifest: Manifest;
};

export type Backups = {
	/** The newest first. */
	readonly complete: readonly Backup[];
	/** Those that were begun and not finished: where, and since when, in milliseconds since 1970. */
	readonly incomplete: ReadonlyArray<{readonly path: string; readonly startedAt: number | undefined}>;
	/** What looks like a backup but does not count, and why, as a sentence. */
	readonly passedOver: readonly string[];
};

/** Why a backup does not count although it is one: whoever can change it could take away what is relied on. */
const objection = async (directory: Directory, {root, uid}: Place): Promise<string | undefined> => {
	const [stats, {uid: owner}] = [await directory.stat(), await root.stat()];
	if (![0, uid, owner].includes(stats.uid)) {
		return `it belongs to another user (uid ${stats.uid})`;
	}

	return (stats.mode & 0o022) === 0 ? undefined : 'other users can change it';
};

/** The manifest in a directory; `undefined` if there is none, or what is wrong with it. */
const readIn = async (directory: Directory, signal?: AbortSignal): Promise<Manifest | undefined | {readonly problem: string}> => {
	try {
		const stats = await directory.lstat(manifestName).catch(() => undefined);
		const manifest = stats === undefined ? undefined : await readManifest(directory, manifestName, signal);
		return manifest?.header.kind === 'backup' ? manifest : undefined;
	} catch (error) {
		signal?.throwIfAborted();
		return {problem: error instanceof Failure ? error.message : reasonOf(error)};
	}
};

/** What a directory that holds backups has of this outputs directory. */
const searchIn = async (parentPath: string, place: Place, signal?: AbortSignal): Promise<Backups> => {
	const complete: Backup[] = [];
	const passedOver: string[] = [];
	const incomplete: Array<{path: string; startedAt: number | undefined}> = [];
	const parent = await Directory.open(parentPath, {follow: true});
	try {
		const names: string[] = [];
		for await (const chunk of listDirectory(parent, signal)) {
			names.push(...chunk.filter(({type}) => type === 'directory').map(({name}) => name));
		}

		for (const name of names.sort()) {
			const at = path.join(parentPath, name);
			const directory = at === place.directory ? undefined : await parent.directory(name).catch(() => undefined);
			if (directory === undefined) {
				continue;
			}

			try {
				if (name.endsWith(partialEnd)) {
					continue;
				}

				const manifest = await readIn(directory, signal);
				if (manifest === undefined || ('header' in manifest && manifest.header.source !== place.directory)) {
					continue;
				}

				const problem = 'problem' in manifest ? manifest.problem : await objection(directory, place);
				if (problem !== undefined) {
					passedOver.push(`${at} does not count as a backup: ${problem}`);
				} else if ('header' in manifest) {
					complete.push({path: at, manifest});
				}
			} finally {
				await directory.close();
			}
		}

		const partial = await findPartial(parent, {parent: parentPath}, place);
		if (partial !== undefined) {
			incomplete.push({path: path.join(parentPath, `${partial.name}${partialEnd}`), startedAt: partial.begun === 'nothing' ? undefined : partial.begun.startedAt});
			await partial.directory.close();
		}
	} finally {
		await parent.close();
	}

	return {complete: complete.sort((a, b) => b.manifest.header.createdAt - a.manifest.header.createdAt), incomplete, passedOver};
};

/**
The backups of an outputs directory: those beside it, or what `at` names.

@param at - absolute: a backup, whosever and of whichever directory it is, or a directory that holds some
*/
export const findBackups = async (place: Place, {at, signal}: {readonly at?: string | undefined; readonly signal?: AbortSignal | undefined} = {}): Promise<Backups> => {
	if (at === undefined) {
		return searchIn(path.dirname(place.directory), place, signal);
	}

	const directory = await Directory.open(at, {follow: true});
	try {
		const manifest = await readIn(directory, signal);
		if (manifest === undefined) {
			return await searchIn(at, place, signal);
		}

		return 'problem' in manifest || at.endsWith(partialEnd)
			? {complete: [], incomplete: [], passedOver: [`${at} does not count as a backup: ${'problem' in manifest ? manifest.problem : 'it is not complete'}`]}
			: {complete: [{path: at, manifest}], incomplete: [], passedOver: []};
	} finally {
		await directory.close();
	}
};
