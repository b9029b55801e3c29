import fs from 'node:fs';
import path from 'node:path';
import {Directory, nativePath} from '../files/descriptor.js';
import {forEachInFolders, Reach} from '../files/reach.js';
import {nameOf, parentOf} from '../outputs/path.js';
import {codeOf, Failure, failed, reasonOf} from '../text/errors.js';
import {printable} from '../text/printable.js';
import type {Attributes} from './attributes.js';
import {partialEnd} from './backup-place.js';
import {hashEntry, targetOf} from './copy.js';
import {readManifest} from './lines-file.js';
import type {ManifestEntry} from './manifest.js';
import {manifestName} from './partial.js';
import {hasParts, survey, type Problem} from './survey.js';
import {Tally, type Place, type TaskOptions} from './task.js';

/** A backup that can be restored. */
export type OpenBackup = {
	readonly directory: Directory;
	/** Absolute. */
	readonly path: string;
	/** Whether there is a manifest, which says what the files were when they were copied. */
	readonly isVerified: boolean;
	readonly entries: readonly ManifestEntry[];
	readonly failed: readonly Problem[];
	/** What an entry is to have when it is back. */
	readonly attributesOf: (entry: ManifestEntry) => Attributes;
};

const isFolder = async (place: string): Promise<boolean> => {
	const stats = await fs.promises.stat(nativePath(place)).catch(() => undefined);
	return stats?.isDirectory() ?? false;
};

/** Where a backup is: a path, or a name that is looked for here and beside the outputs directory. */
export const locateBackup = async (word: string, directory: string, cwd: string): Promise<string> => {
	const places = [path.resolve(cwd, word), ...(word.includes('/') || word === '' ? [] : [path.join(path.dirname(directory), word)])];
	for (const place of word === '' ? [] : places) {
		if (await isFolder(place)) {
			return place;
		}
	}

	throw new Failure(`there is no backup ${printable(word)}: ${word === '' ? 'the name is empty' : places.map(place => printable(place)).join(' and ')} ${places.length > 1 ? 'do' : 'does'} not exist as a directory; "sojourn legacy status" lists the backups`);
};

/** A copy that somebody made by hand: what it holds is hashed now, so that a change is noticed. */
const readByHand = async (directory: Directory, options: TaskOptions): Promise<Pick<OpenBackup, 'entries' | 'failed'>> => {
	const seen = await survey(directory, options.signal);
	const tally = new Tally(seen.bytes, options);
	const entries = new Map<string, ManifestEntry>();
	await forEachInFolders(seen.items, () => new Reach(directory), async (item, reach) => tally.attempt(item.path, async () => {
		const {path: place, type, mode, uid, gid} = item;
		const [folder, name] = [await reach.to(parentOf(place)), nameOf(place)];
		const stats = await fs.promises.lstat(folder.at(name), {bigint: true});
		const entry = {path: place, type, mode, uid, gid, mtimeNs: stats.mtimeNs, bytes: 0};
		if (type === 'file') {
			const {sha256, stats: {size, mtimeNs}} = await hashEntry(folder, name, {signal: options.signal, onBytes: tally.advance(place)});
			entries.set(place, {...entry, mtimeNs, bytes: Number(size), sha256});
		} else {
			entries.set(place, type === 'symlink' ? {...entry, target: await targetOf(folder, name)} : entry);
		}
	}), options.signal);
	return {entries: seen.items.flatMap(({path: place}) => entries.get(place) ?? []), failed: [...seen.failed, ...tally.failed]};
};

const lending = 0o6000;

/** What is written in a manifest counts as root only if root wrote it: whoever else can change the backup could have anything belong to anybody. */
const attributesFor = async (directory: Directory, isVerified: boolean, uid: number): Promise<OpenBackup['attributesOf']> => {
	const stats = await directory.stat();
	const isBelieved = !isVerified || uid !== 0 || (stats.uid === 0 && (stats.mode & 0o022) === 0);
	return isBelieved
		? entry => ({mode: entry.mode, mtimeNs: entry.mtimeNs, owner: {uid: entry.uid, gid: entry.gid}})
		: entry => ({mode: entry.mode & ~lending, mtimeNs: entry.mtimeNs, owner: {uid: stats.uid, gid: stats.gid}});
};

/**
Opens a backup with a manifest, or a copy made by hand that holds `single` or `bulk`.

@throws Failure if it is not complete, or none
*/
export const openBackup = async (place: string, {directory: outputs, uid}: Pick<Place, 'directory' | 'uid'>, options: TaskOptions): Promise<OpenBackup> => {
	const directory = await Directory.open(place, {follow: true}).catch((error: unknown) => {
		throw failed('open the backup', place, error);
	});
	const shown = printable(place);
	try {
		const real = await fs.promises.realpath(nativePath(place));
		if (real === outputs) {
			throw new Failure(`${shown} is the outputs directory itself, and no backup of it`);
		}

		const isUnderWay = place.endsWith(partialEnd) || await directory.lstat('in-progress.json').then(() => true).catch(() => false);
		if (isUnderWay) {
			throw new Failure(`the backup ${shown} is not complete: finish it with "sojourn legacy backup"; where the legacy folders are gone, copy its single/ and bulk/ into another folder and restore that, which is then not verified`);
		}

		const manifest = await readManifest(directory, manifestName, options.signal).catch((error: unknown) => {
			options.signal?.throwIfAborted();
			if (codeOf(error) === 'ENOENT') {
				return undefined;
			}

			throw new Failure(`the backup ${shown} cannot be trusted: ${error instanceof Failure ? error.message : `${manifestName}: ${reasonOf(error)}`}; copy its single/ and bulk/ into another folder and restore that, which is then not verified`, 1, {cause: error});
		});
		const isVerified = manifest !== undefined;
		if (!isVerified && !await hasParts(directory)) {
			throw new Failure(`${shown} is no backup: it has neither a ${manifestName}, nor single/ or bulk/`);
		}

		if (manifest?.header.kind === 'import') {
			throw new Failure(`${shown} is no backup: its ${manifestName} is the record of an import`);
		}

		return {
			directory, path: place, isVerified,
			...(manifest === undefined ? await readByHand(directory, options) : {entries: manifest.entries, failed: []}),
			attributesOf: await attributesFor(directory, isVerified, uid),
		};
	} catch (error) {
		await directory.close();
		throw error;
	}
};
