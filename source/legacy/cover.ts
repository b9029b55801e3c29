import {Directory} from '../files/descriptor.js';
import {mountsIn} from '../files/file-system.js';
import {hashFile} from '../files/hash.js';
import {forEachInFolders, Reach} from '../files/reach.js';
import type {Outputs} from '../outputs/outputs.js';
import {nameOf, parentOf} from '../outputs/path.js';
import {printable} from '../text/printable.js';
import {compareNatural} from '../text/natural-order.js';
import {findBackups, type Backup} from './backups.js';
import {hashEntry, targetOf} from './copy.js';
import type {ManifestEntry} from './manifest.js';
import type {ImportRecord} from './records.js';
import {survey, type Item, type Problem} from './survey.js';
import {Tally, type Place, type TaskOptions} from './task.js';

/** What a file that is to be removed is safe in. */
export type Reliance = {readonly backup: string} | {readonly session: string};

/** A file or link whose content is elsewhere, too. */
export type Covered = {
	readonly path: string;
	readonly bytes: number;
	readonly isLink: boolean;
	/** The SHA-256 of a file, the target of a link. */
	readonly content: string;
	readonly reliance: Reliance;
};

export type Coverage = {
	readonly covered: readonly Covered[];
	/** Files and links that are nowhere else: as long as there is one, nothing may be removed. */
	readonly uncovered: readonly Problem[];
	/** What is never removed: special files, what is mounted, what cannot be looked at. */
	readonly spared: readonly Problem[];
	/** Folders, one before what it holds. */
	readonly folders: readonly string[];
	/** Backups that do not count, and why, as sentences. */
	readonly passedOver: readonly string[];
};

type Witness = {
	readonly reliance: Reliance;
	readonly entries: ReadonlyMap<string, ManifestEntry>;
	/** What it holds now of an entry: the SHA-256 of a file, the target of a link. */
	readonly look: (entry: ManifestEntry) => Promise<string>;
	close(): Promise<void>;
};

const entriesOf = (entries: readonly ManifestEntry[]): ReadonlyMap<string, ManifestEntry> => new Map(entries.map(entry => [entry.path, entry]));

const openBackups = async (backups: readonly Backup[]): Promise<Array<{readonly backup: Backup; readonly directory: Directory; readonly entries: ReadonlyMap<string, ManifestEntry>}>> =>
	Promise.all(backups.map(async backup => ({backup, directory: await Directory.open(backup.path, {follow: true}), entries: entriesOf(backup.manifest.entries)})));

/** What is mounted in the legacy folders, by its path there. */
const mountedIn = async (directory: string): Promise<string[]> => {
	const mounts = await Promise.all(['single', 'bulk'].map(async part => mountsIn(`${directory}/${part}`)));
	return mounts.flat().map(place => place.slice(directory.length + 1));
};

const isIn = (path: string, mounts: readonly string[]): boolean => mounts.some(mount => path === mount || path.startsWith(`${mount}/`));

/** Compares one file or link with what backups and sessions have of it. */
const cover = async (item: Item, from: Reach, witnesses: readonly Witness[], tally: Tally, options: TaskOptions): Promise<Covered | Problem> => {
	const {path, type} = item;
	const [folder, name] = [await from.to(parentOf(path)), nameOf(path)];
	const isLink = type === 'symlink';
	const content = isLink ? await targetOf(folder, name) : (await hashEntry(folder, name, {signal: options.signal, onBytes: tally.advance(path)})).sha256;
	let reason = 'no complete backup and no import has it';
	for (const {reliance, entries, look} of witnesses) {
		const entry = entries.get(path);
		const where = 'backup' in reliance ? `the backup ${printable(reliance.backup)}` : `the session ${reliance.session}`;
		if (entry?.type !== type) {
			continue;
		}

		if ((isLink ? entry.target : entry.sha256) !== content) {
			reason = `it is not what ${where} has`;
			continue;
		}

		try {
			if (await look(entry) === content) {
				return {path, bytes: isLink ? 0 : item.bytes, isLink, content, reliance};
			}

			reason = `what ${where} has of it is not what it was when it was copied`;
		} catch {
			options.signal?.throwIfAborted();
			reason = `what ${where} had of it is gone, or cannot be read`;
		}
	}

	return {path, error: reason};
};

/**
Looks for a copy of each file and link of the legacy folders, and compares contents, not only names: in backups, and in sessions that they were imported into.

@param options.at - absolute: a backup, or a directory that holds some; beside the outputs directory if absent
@param options.imports - records of imports of this outputs directory
*/
export const findCover = async (place: Place, outputs: Outputs, options: TaskOptions & {readonly at?: string | undefined; readonly imports: readonly ImportRecord[]}): Promise<Coverage> => {
	const {root, directory} = place;
	const {signal} = options;
	const mounts = await mountedIn(directory);
	const seen = await survey(root, signal);
	const items = seen.items.filter(({path}) => !isIn(path, mounts));
	const {complete, passedOver} = await findBackups(place, {at: options.at, signal});
	const opened = await openBackups(complete);
	const imports = options.imports.map(record => ({record, entries: entriesOf(record.manifest.entries)}));
	const tally = new Tally(seen.bytes, options);
	const covered: Covered[] = [];
	const uncovered: Problem[] = [];
	const hashImported = async (session: string, to: string): Promise<string> => {
		const file = await outputs.open(`${session}/${to}`);
		try {
			return await hashFile(file, {signal});
		} finally {
			await file.close();
		}
	};

	const open = (): {readonly from: Reach; readonly witnesses: readonly Witness[]; close(): Promise<void>} => {
		const from = new Reach(root);
		const witnesses: Witness[] = [
			...opened.map(({backup, directory: copy, entries}): Witness => {
				const reach = new Reach(copy);
				return {
					reliance: {backup: backup.path},
					entries,
					async look({path, type}) {
						const folder = await reach.to(parentOf(path));
						return type === 'symlink' ? targetOf(folder, nameOf(path)) : (await hashEntry(folder, nameOf(path), {signal})).sha256;
					},
					close: async () => reach.close(),
				};
			}),
			...imports.map(({record: {session}, entries}): Witness => ({
				reliance: {session}, entries, look: async ({to}) => hashImported(session, to!), close: async () => undefined,
			})),
		];
		return {
			from,
			witnesses,
			async close() {
				await from.close();
				for (const witness of witnesses) {
					await witness.close();
				}
			},
		};
	};

	try {
		await forEachInFolders(items.filter(({type}) => type === 'file' || type === 'symlink'), open, async (item, {from, witnesses}) => {
			try {
				const found = await cover(item, from, witnesses, tally, options);
				if ('error' in found) {
					uncovered.push(found);
				} else {
					covered.push(found);
				}
			} catch (error) {
				signal?.throwIfAborted();
				tally.fail(item.path, error);
			}
		}, signal);
	} finally {
		for (const one of opened) {
			await one.directory.close();
		}
	}

	return {
		covered,
		uncovered: [...uncovered, ...tally.failed.map(({path, error}) => ({path, error: `it cannot be compared: ${error}`}))].sort((a, b) => compareNatural(a.path, b.path)),
		spared: [
			...mounts.map(path => ({path, error: 'something is mounted there: it is left alone'})),
			...items.filter(({type}) => type === 'other').map(({path}) => ({path, error: 'it is neither a file, a folder nor a link: it is left alone'})),
			...seen.failed.filter(({path}) => !isIn(path, mounts)).map(({path, error}) => ({path, error: `it is left alone: ${error}`})),
		],
		folders: items.filter(({type}) => type === 'directory').map(({path}) => path),
		passedOver,
	};
};
