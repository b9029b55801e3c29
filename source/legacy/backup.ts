import fs from 'node:fs';
import path from 'node:path';
import {promisify} from 'node:util';
import {makePrivateDirectory} from '../files/atomic-write.js';
import {Directory} from '../files/descriptor.js';
import {purge} from '../files/purge.js';
import {forEachInFolders, Reach} from '../files/reach.js';
import {nameOf, parentOf} from '../outputs/path.js';
import {codeOf, Failure, reasonOf} from '../text/errors.js';
import {encodeName} from '../text/names.js';
import {printable} from '../text/printable.js';
import {plural} from '../text/size.js';
import {attributesOf, giveToFile, giveToFolder, giveToLink} from './attributes.js';
import {backupName, partialEnd, placeForBackup} from './backup-place.js';
import {copyFile, hashEntry, targetOf, type Copied} from './copy.js';
import {writeLines} from './lines-file.js';
import {manifestLines, sumLine, type ManifestEntry} from './manifest.js';
import {Pair} from './pair.js';
import {findPartial, finishPartial, freeName, manifestName, openPartial, type Partial} from './partial.js';
import {survey, type Item, type Survey} from './survey.js';
import {syncTree} from './sync.js';
import {checkRoom, Tally, type Outcome, type Place, type TaskOptions} from './task.js';

const fstat = promisify(fs.fstat);
const lstat = promisify(fs.lstat);
const symlink = promisify(fs.symlink);

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

const lookAt = async (folder: Directory, name: string): Promise<fs.BigIntStats | undefined> => {
	try {
		return await lstat(folder.at(name), {bigint: true});
	} catch (error) {
		if (codeOf(error) === 'ENOENT') {
			return undefined;
		}

		throw error;
	}
};

const facts = (item: Item, stats: fs.BigIntStats): Omit<ManifestEntry, 'sha256' | 'target'> => {
	const {mode, mtimeNs, owner} = attributesOf(stats);
	return {path: item.path, type: item.type, mode, mtimeNs, ...owner, bytes: item.type === 'file' ? Number(stats.size) : 0};
};

/** A copy that a backup before this one has made counts if it is the source to the last byte. */
const isCopied = async (from: Directory, to: Directory, name: string, options: Pick<TaskOptions, 'signal'>): Promise<Copied | undefined> => {
	const source = await hashEntry(from, name, options);
	const copy = await hashEntry(to, name, options).catch((error: unknown) => {
		options.signal?.throwIfAborted();
		if (codeOf(error) === 'EACCES') {
			return undefined; // Its mode lets not even its owner read it.
		}

		throw error;
	});
	if (copy?.stats.size !== source.stats.size || copy.sha256 !== source.sha256) {
		return undefined;
	}

	const writable = await fs.promises.open(to.at(name), fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW);
	try {
		await giveToFile(writable, attributesOf(source.stats));
	} finally {
		await writable.close();
	}

	return source;
};

/** Brings what is there in line with the source. */
class Mirror {
	readonly entries = new Map<string, ManifestEntry>();

	constructor(private readonly place: Place, private readonly partial: Partial, private readonly tally: Tally, private readonly options: TaskOptions) {}

	/** Folders can be written to until they get what they keep, at the end. */
	private async makeFolder(parent: Directory, name: string): Promise<void> {
		const there = await lookAt(parent, name);
		if (there !== undefined && !there.isDirectory()) {
			await purge(parent, name);
		}

		if (!await makePrivateDirectory(parent, name) && (Number(there?.mode ?? 0n) & 0o700) !== 0o700) {
			await parent.setFolderMode(name, 0o700);
		}
	}

	async copyAll(items: readonly Item[]): Promise<void> {
		const make = async (parent: Directory, name: string): Promise<void> => this.makeFolder(parent, name);
		const open = (): Pair => new Pair(new Reach(this.place.root), new Reach(this.partial.directory, make));
		// A folder stands before what it holds.
		const folders = items.filter(({type}) => type === 'directory');
		const reach = new Reach(this.partial.directory);
		try {
			for (const {path: folder} of folders) {
				this.options.signal?.throwIfAborted();
				await this.tally.attempt(folder, async () => this.makeFolder(await reach.to(parentOf(folder)), nameOf(folder)));
			}
		} finally {
			await reach.close();
		}

		await forEachInFolders(items.filter(({type}) => type !== 'directory'), open, async (item, pair) => this.tally.attempt(item.path, async () => {
			this.entries.set(item.path, await this.copy(item, pair));
		}), this.options.signal);

		const pair = open();
		try {
			for (const folder of folders.toReversed()) {
				this.options.signal?.throwIfAborted();
				await this.tally.attempt(folder.path, async () => {
					const stats = await fstat((await pair.from.to(folder.path)).descriptor, {bigint: true});
					await giveToFolder(await pair.to.to(folder.path), attributesOf(stats));
					this.entries.set(folder.path, facts(folder, stats));
				});
			}
		} finally {
			await pair.close();
		}
	}

	private async copy(item: Item, {from: source, to: target}: Pair): Promise<ManifestEntry> {
		const {path: place, type} = item;
		const [parent, name] = [parentOf(place), nameOf(place)];
		const [from, to] = [await source.to(parent), await target.to(parent)];
		if (type === 'other') {
			this.tally.fail(place, 'it is neither a file, a folder nor a link: it is recorded, not copied');
			return facts(item, await lstat(from.at(name), {bigint: true}));
		}

		const there = await lookAt(to, name);
		if (type === 'symlink') {
			return this.link(item, from, to, there);
		}

		if (there?.isFile() && Number(there.size) === item.bytes) {
			const copied = await isCopied(from, to, name, this.options);
			if (copied !== undefined) {
				this.tally.advance(place)(item.bytes);
				this.tally.count(item.bytes);
				return {...facts(item, copied.stats), sha256: copied.sha256};
			}
		}

		if (there !== undefined) {
			await purge(to, name);
		}

		const {sha256, stats} = await copyFile(from, name, to, name, {signal: this.options.signal, onBytes: this.tally.advance(place)});
		this.tally.count(Number(stats.size));
		return {...facts(item, stats), sha256};
	}

	private async link(item: Item, from: Directory, to: Directory, there: fs.BigIntStats | undefined): Promise<ManifestEntry> {
		const name = nameOf(item.path);
		const target = await targetOf(from, name);
		const stats = await lstat(from.at(name), {bigint: true});
		if (there !== undefined) {
			await purge(to, name);
		}

		await symlink(encodeName(target), to.at(name));
		await giveToLink(to, name, attributesOf(stats));
		return {...facts(item, stats), target};
	}
}

/** Removes what the source does not have any more: a backup is as the source was at one time. */
const removeStrangers = async (partial: Partial, {items}: Survey, {signal, onNote}: TaskOptions): Promise<void> => {
	const {directory} = partial;
	const known = new Set(items.map(({path: place}) => place));
	const old = await survey(directory, signal);
	const strangers = [...old.items, ...old.leftovers].filter(({path: place}) => !known.has(place));
	const reach = new Reach(directory);
	let count = 0;
	try {
		for (const {path: place} of strangers) {
			signal?.throwIfAborted();
			try {
				await purge(await reach.to(parentOf(place)), nameOf(place));
				count++;
			} catch (error) {
				if (codeOf(error) !== 'ENOENT') { // Gone with the folder around it.
					throw error;
				}
			}
		}
	} finally {
		await reach.close();
	}

	if (count > 0) {
		onNote?.(`${plural(count, 'entry', 'entries')} that the legacy folders do not have any more ${count === 1 ? 'was' : 'were'} taken out of the backup that was begun`);
	}
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
