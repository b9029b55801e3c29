import type fs from 'node:fs';
import {makePrivateDirectory} from '../files/atomic-write.js';
import type {Directory} from '../files/descriptor.js';
import {listDirectory} from '../files/list.js';
import {forEachInFolders, Reach} from '../files/reach.js';
import {nameOf, parentOf} from '../outputs/path.js';
import {codeOf, Failure} from '../text/errors.js';
import {giveToFolder} from './attributes.js';
import {hashEntry, targetOf} from './copy.js';
import type {ManifestEntry} from './manifest.js';
import type {OpenBackup} from './open-backup.js';
import {Pair} from './pair.js';
import {placeCopy, placeLink} from './place-copy.js';
import {survey, sumBytes} from './survey.js';
import {syncTree} from './sync.js';
import {checkRoom, Tally, type Outcome, type Place, type TaskOptions} from './task.js';
import {inTurn} from './turn.js';

export type RestoreOutcome = Outcome & {
	/** Files that were there already, with the same content. */
	readonly there: number;
};

type Look = 'missing' | 'same' | {readonly problem: string};

const statOf = async (folder: Directory, name: string): Promise<fs.Stats | undefined> => {
	try {
		return await folder.lstat(name);
	} catch (error) {
		if (codeOf(error) === 'ENOENT') {
			return undefined;
		}

		throw error;
	}
};

/** What is in the place of a file or link. */
const look = async (folder: Directory, entry: ManifestEntry, options: TaskOptions): Promise<Look> => {
	const name = nameOf(entry.path);
	const stats = await statOf(folder, name);
	if (stats === undefined) {
		return 'missing';
	}

	if (entry.type === 'symlink') {
		return stats.isSymbolicLink() && await targetOf(folder, name) === entry.target ? 'same' : {problem: stats.isSymbolicLink() ? 'a different link is there' : 'something else is there'};
	}

	if (!stats.isFile()) {
		return {problem: stats.isDirectory() ? 'a folder is there' : 'a link or something else that is no file is there'};
	}

	const isSame = stats.size === entry.bytes && (await hashEntry(folder, name, {signal: options.signal})).sha256 === entry.sha256;
	return isSame ? 'same' : {problem: 'a different file is there'};
};

/** Puts the entries of a backup back, each in its place. */
class Restorer {
	there = 0;
	/** Folders that hold something else than the backup has. */
	readonly #strange = new Set<string>();

	constructor(private readonly backup: OpenBackup, private readonly root: Directory, private readonly tally: Tally, private readonly options: TaskOptions) {}

	async restoreAll(): Promise<void> {
		const {signal} = this.options;
		const {entries, directory} = this.backup;
		const folders = entries.filter(({type}) => type === 'directory');
		const reach = new Reach(this.root, this.options.isDryRun
			? undefined
			: async (parent, name) => {
				await makePrivateDirectory(parent, name);
			});
		try {
			for (const folder of folders) {
				signal?.throwIfAborted();
				await this.tally.attempt(folder.path, async () => this.folder(reach, folder));
			}
		} finally {
			await reach.close();
		}

		await forEachInFolders(entries.filter(({type}) => type !== 'directory'), () => new Pair(new Reach(directory), new Reach(this.root, this.makeFolder)), async (entry, pair) => this.tally.attempt(entry.path, async () => this.entry(entry, pair)), signal);
	}

	private readonly makeFolder = async (parent: Directory, name: string): Promise<void> => {
		if (!this.options.isDryRun) {
			await makePrivateDirectory(parent, name);
		}
	};

	private async folder(reach: Reach, {path}: ManifestEntry): Promise<void> {
		try {
			await reach.to(path);
		} catch (error) {
			if (this.options.isDryRun && codeOf(error) === 'ENOENT') {
				return;
			}

			throw codeOf(error) === 'ENOTDIR' || codeOf(error) === 'ELOOP' ? new Failure('a file or link is there instead of the folder') : error;
		}
	}

	private async entry(entry: ManifestEntry, {from, to}: Pair): Promise<void> {
		const {path, type} = entry;
		const [parent, name] = [parentOf(path), nameOf(path)];
		if (type === 'other') {
			this.tally.fail(path, 'it was neither a file, a folder nor a link when the backup was made, so the backup has nothing of it');
			return;
		}

		const target = await to.to(parent).catch((error: unknown) => {
			if (this.options.isDryRun && codeOf(error) === 'ENOENT') {
				return undefined;
			}

			throw error;
		});
		const found = target === undefined ? 'missing' : await look(target, entry, this.options);
		if (typeof found === 'object') {
			this.#strange.add(parent);
			throw new Failure(found.problem);
		}

		if (found === 'same') {
			this.there += type === 'file' ? 1 : 0;
			this.tally.advance(path)(entry.bytes);
			return;
		}

		if (target !== undefined && !this.options.isDryRun) {
			await this.place(entry, await from.to(parent), target, name);
		}

		if (type === 'file') {
			this.tally.count(entry.bytes);
		}
	}

	private async place(entry: ManifestEntry, from: Directory, to: Directory, name: string): Promise<void> {
		const attributes = this.backup.attributesOf(entry);
		try {
			if (entry.type === 'file') {
				await placeCopy(from, name, to, name, {
					signal: this.options.signal, onBytes: this.tally.advance(entry.path), sha256: entry.sha256, attributes: () => attributes,
				});
				return;
			}

			if (await targetOf(from, name) !== entry.target) {
				throw new Failure('the link in the backup is not what it was when it was recorded');
			}

			await placeLink(to, name, entry.target, attributes);
		} catch (error) {
			throw codeOf(error) === 'EEXIST' ? new Failure('something was put there meanwhile') : error;
		}
	}

	/** Gives folders what they keep: those that hold nothing but what the backup has. The deepest come first, as each changes the time of the one around it no more. */
	async finish(): Promise<void> {
		const children = new Map<string, Set<string>>();
		for (const {path} of this.backup.entries) {
			const around = children.get(parentOf(path)) ?? new Set();
			children.set(parentOf(path), around.add(nameOf(path)));
		}

		const reach = new Reach(this.root);
		try {
			for (const folder of this.backup.entries.filter(({type}) => type === 'directory').toReversed()) {
				this.options.signal?.throwIfAborted();
				try {
					const directory = await reach.to(folder.path);
					if (!this.#strange.has(folder.path) && await this.hasOnly(directory, children.get(folder.path) ?? new Set())) {
						await giveToFolder(directory, this.backup.attributesOf(folder));
					}
				} catch (error) {
					if (this.tally.failed.every(({path}) => path !== folder.path)) {
						this.tally.fail(folder.path, error);
					}
				}
			}
		} finally {
			await reach.close();
		}
	}

	private async hasOnly(directory: Directory, names: ReadonlySet<string>): Promise<boolean> {
		for await (const chunk of listDirectory(directory, this.options.signal)) {
			if (chunk.some(({name}) => !names.has(name))) {
				return false;
			}
		}

		return true;
	}
}

/** What is missing of a backup, as far as sizes tell. */
const missing = async (backup: OpenBackup, root: Directory, signal?: AbortSignal): Promise<{readonly bytes: number; readonly entries: number}> => {
	const there = new Set((await survey(root, signal)).items.map(({path}) => path));
	const entries = backup.entries.filter(({path, type}) => type !== 'other' && !there.has(path));
	return {bytes: sumBytes(entries), entries: entries.length};
};

/**
Puts a backup back into `single` and `bulk` of the outputs directory. Nothing that is there is overwritten or changed; what was put back by an earlier, interrupted restore counts as there.

@throws Failure if there is no room, or another process is at work; the signal's reason
*/
export const restore = async (backup: OpenBackup, place: Place, options: TaskOptions): Promise<RestoreOutcome> => {
	const {root, directory} = place;
	const tally = new Tally(sumBytes(backup.entries), options);
	tally.failed.push(...backup.failed);
	const restorer = new Restorer(backup, root, tally, options);
	const result = (): RestoreOutcome => ({files: tally.files, bytes: tally.bytes, failed: tally.failed, there: restorer.there});
	await checkRoom(root, directory, 'the restore', await missing(backup, root, options.signal));
	if (options.isDryRun) {
		await restorer.restoreAll();
		return result();
	}

	return inTurn(place, options, async turn => {
		tally.failed.push(...turn.failed);
		await restorer.restoreAll();
		await restorer.finish();
		await syncTree(root, options.signal);
		return result();
	});
};
