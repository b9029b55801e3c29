import path from 'node:path';
import {Directory} from '../files/descriptor.js';
import {Failure, reasonOf} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {sumLine} from '../files/sums.js';
import {backupName, partialEnd, placeForBackup} from './backup-place.js';
import {writeLines} from './lines-file.js';
import {manifestLines, type ManifestEntry} from './manifest.js';
import {findPartial, finishPartial, freeName, manifestName, openPartial, type Partial} from './partial.js';
import {survey, type Item, type Survey} from './survey.js';
import {syncTree} from './sync.js';
import {checkRoom, Tally, type Outcome, type Place, type TaskOptions} from './task.js';
import {Mirror, removeStrangers} from './mirror.js';

export type BackupOptions = TaskOptions & {
	/** A directory for backups, or the name of a new one; beside the outputs directory if absent. */
	readonly to?: string | undefined;
	readonly cwd: string;
	/** Milliseconds since 1970. */
	readonly now: number;
	/** The program and its version, for the manifest. */
	readonly tool: string;
};

export type BackupOutcome = Outcome & {
	/** Where the backup is, absolute; where it would be, or its beginning is that is not complete. */
	readonly path: string;
	readonly isComplete: boolean;
	/** Whether one that had been begun was gone on with. */
	readonly isResumed: boolean;
};

/** What is still to be copied, as far as sizes tell. */
const missingFrom = async (directory: Directory | undefined, items: readonly Item[], signal?: AbortSignal): Promise<{readonly bytes: number; readonly entries: number}> => {
	const there = new Map(directory === undefined ? [] : (await survey(directory, signal)).items.map(item => [item.path, item]));
	const missing = items.filter(({path: place, type, bytes}) => type !== 'other' && !(there.get(place)?.type === type && (type !== 'file' || there.get(place)!.bytes === bytes)));
	return {bytes: missing.reduce((sum, {diskBytes}) => sum + diskBytes, 0), entries: missing.length};
};

const dryRun = async (at: {readonly parent: string; readonly name?: string}, place: Place, seen: Survey, options: BackupOptions): Promise<BackupOutcome> => {
	const parent = await Directory.open(at.parent);
	try {
		const found = await findPartial(parent, at, place);
		try {
			await checkRoom(parent, at.parent, 'the backup', await missingFrom(found?.directory, seen.items, options.signal));
			const name = found?.name ?? await freeName(parent, at.name ?? backupName(options.now));
			const others = seen.items.filter(({type}) => type === 'other').map(({path: other}) => ({path: other, error: 'it is neither a file, a folder nor a link: it would be recorded, not copied'}));
			return {path: path.join(at.parent, name), files: seen.files, bytes: seen.bytes, failed: [...seen.failed, ...others], isComplete: false, isResumed: found !== undefined};
		} finally {
			await found?.directory.close();
		}
	} finally {
		await parent.close();
	}
};

/** Writes the lists that make a backup a complete one, the manifest last. */
const seal = async ({directory}: Partial, {directory: source}: Place, entries: readonly ManifestEntry[], {now, tool, signal}: BackupOptions): Promise<void> => {
	await syncTree(directory, signal);
	await writeLines(directory, 'SHA256SUMS', entries.filter(({type}) => type === 'file').map(({sha256, path: place}) => sumLine(sha256!, place)));
	await writeLines(directory, manifestName, manifestLines({kind: 'backup', source, createdAt: now}, entries, tool));
};

/**
Makes a verified copy of the legacy folders, or goes on with one that was begun. It lies in `<name>.partial` until every file has been compared by its SHA-256.

@throws Failure if it cannot be begun; the signal's reason: what is there stays, and the next backup goes on from it
*/
export const backup = async (place: Place, options: BackupOptions): Promise<BackupOutcome> => {
	const at = await placeForBackup(place, options);
	const seen = await survey(place.root, options.signal);
	if (options.isDryRun) {
		return dryRun(at, place, seen, options);
	}

	const partial = await openPartial(at, place, options);
	const partialPath = path.join(at.parent, `${partial.name}${partialEnd}`);
	try {
		if (partial.isResumed) {
			options.onNote?.(`going on with the backup that was begun at ${new Date(partial.startedAt).toISOString()}: ${printable(partialPath)}`);
		}

		await removeStrangers(partial, seen, options);
		await checkRoom(partial.directory, at.parent, 'the backup', await missingFrom(partial.directory, seen.items, options.signal));
		const tally = new Tally(seen.bytes, options);
		tally.failed.push(...seen.failed);
		const mirror = new Mirror(place, partial, tally, options);
		await mirror.copyAll(seen.items);
		const result = {files: tally.files, bytes: tally.bytes, failed: tally.failed, isResumed: partial.isResumed};
		const entries = seen.items.flatMap(({path: one}) => mirror.entries.get(one) ?? []);
		if (seen.failed.length > 0 || entries.length < seen.items.length) {
			return {...result, path: partialPath, isComplete: false};
		}

		options.signal?.throwIfAborted();
		await seal(partial, place, entries, options);
		return {...result, path: path.join(at.parent, await finishPartial(partial)), isComplete: true};
	} catch (error) {
		options.signal?.throwIfAborted();
		throw error instanceof Failure ? error : new Failure(`cannot back up to ${printable(partialPath)}: ${reasonOf(error)}; run the same command again, which goes on from here`, 1, {cause: error});
	} finally {
		await partial.close();
	}
};
