import fs from 'node:fs';
import {promisify} from 'node:util';
import {makePrivateDirectory} from '../files/atomic-write.js';
import {type Directory} from '../files/descriptor.js';
import {purge} from '../files/purge.js';
import {forEachInFolders, Reach} from '../files/reach.js';
import {nameOf, parentOf} from '../outputs/path.js';
import {codeOf} from '../text/errors.js';
import {encodeName} from '../text/names.js';
import {plural} from '../text/size.js';
import {attributesOf, giveToFile, giveToFolder, giveToLink} from './attributes.js';
import {copyFile, hashEntry, targetOf, type Copied} from './copy.js';
import type {ManifestEntry} from './manifest.js';
import {Pair} from './pair.js';
import type {Partial} from './partial.js';
import {survey, type Item, type Survey} from './survey.js';
import {type Tally, type Place, type TaskOptions} from './task.js';

const fstat = promisify(fs.fstat);
const lstat = promisify(fs.lstat);
const symlink = promisify(fs.symlink);

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
export class Mirror {
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
export const removeStrangers = async (partial: Partial, {items}: Survey, {signal, onNote}: TaskOptions): Promise<void> => {
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
