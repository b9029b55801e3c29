import type {Directory} from '../files/descriptor.js';
import {candidateNames} from '../files/place.js';
import {forEachInFolders, Reach} from '../files/reach.js';
import {nameOf, parentOf} from '../outputs/path.js';
import {compareNatural} from '../text/natural-order.js';
import {printable} from '../text/printable.js';
import {hashEntry} from './copy.js';
import type {Destination} from './destination.js';
import type {ManifestEntry} from './manifest.js';
import {sumBytes, type Item, type Survey} from './survey.js';
import {type Tally, type TaskOptions} from './task.js';

/** Where an entry goes, or is already. */
type Placement = {
	readonly item: Item;
	readonly to: string;
	/** Of a file that is there already: its SHA-256, which is that of the source. */
	readonly sha256?: string | undefined;
};

export type Plan = {
	readonly placements: readonly Placement[];
	/** Entries at the top of a part that got another name. */
	readonly renamed: ReadonlyArray<{readonly path: string; readonly to: string}>;
	/** What is still to be copied. */
	readonly missing: {readonly bytes: number; readonly entries: number};
};

/** The entry at the top of a part that a path is, or lies in: `bulk/batch`. */
const topOf = (path: string): string => {
	const end = path.indexOf('/', path.indexOf('/') + 1);
	return end === -1 ? path : path.slice(0, end);
};

/** Finds the place of each entry: its own name, or the first numbered one that is free or holds the same already. */
class Planner {
	readonly #hashes = new Map<string, Promise<string>>();
	readonly #reach: Reach;

	constructor(source: Directory, private readonly destination: Destination, private readonly options: TaskOptions) {
		this.#reach = new Reach(source);
	}

	async close(): Promise<void> {
		await this.#reach.close();
	}

	/** @returns the SHA-256 of the file if both are the same */
	private async same(item: Item, to: string, bytes: number): Promise<string | undefined> {
		if (bytes !== item.bytes) {
			return undefined;
		}

		const {path} = item;
		let known = this.#hashes.get(path);
		if (known === undefined) {
			const folder = await this.#reach.to(parentOf(path));
			known = hashEntry(folder, nameOf(path), this.options).then(({sha256}) => sha256);
			this.#hashes.set(path, known);
		}

		const sha256 = await known;
		return sha256 === await this.destination.hash(to, this.options.signal) ? sha256 : undefined;
	}

	/**
	How entries would lie at `to`, if that is free for them: nothing is there, or nothing but what they are.

	@param items - a file, or a folder and what it holds
	*/
	private async at(items: readonly Item[], to: string): Promise<readonly Placement[] | undefined> {
		const [top] = items;
		const place = (path: string): string => to + path.slice(top!.path.length);
		const facts = await this.destination.look(to);
		if (facts === undefined) {
			return items.map(item => ({item, to: place(item.path)}));
		}

		if (facts.type !== top!.type) {
			return undefined;
		}

		if (facts.type === 'file') {
			const sha256 = await this.same(top!, to, facts.bytes);
			return sha256 === undefined ? undefined : [{item: top!, to, sha256}];
		}

		const wanted = new Map(items.map(item => [place(item.path), item]));
		const found = new Map<string, string>();
		for await (const {path, facts: {type, bytes}} of this.destination.below(to, this.options.signal)) {
			const item = wanted.get(path);
			if (item?.type !== type || (type !== 'file' && type !== 'directory')) {
				return undefined;
			}

			const sha256 = type === 'file' ? await this.same(item, path, bytes) : '';
			if (sha256 === undefined) {
				return undefined;
			}

			found.set(path, sha256);
		}

		return [...wanted].map(([path, item]) => ({item, to: path, ...(item.type === 'file' && {sha256: found.get(path)})}));
	}

	/** @param isTaken - names that others have or will have */
	async place(items: readonly Item[], isTaken: (path: string) => boolean): Promise<readonly Placement[]> {
		const [top] = items;
		const part = parentOf(top!.path);
		for (const name of candidateNames(nameOf(top!.path), {isFolder: top!.type === 'directory'})) {
			this.options.signal?.throwIfAborted();
			const to = `${part}/${name}`;
			const placements = to !== top!.path && isTaken(to) ? undefined : await this.at(items, to);
			if (placements !== undefined) {
				return placements;
			}
		}

		throw new Error('unreachable: there is always another number');
	}
}

/** What only its source has can be merged: files and folders. */
const isMerged = ({type}: Item): boolean => type === 'file' || type === 'directory';

/**
Looks where everything goes, and changes nothing.

@param verb - what is done: `imported`
*/
export const planMerge = async (source: Directory, seen: Survey, destination: Destination, tally: Tally, options: TaskOptions & {readonly verb: string}): Promise<Plan> => {
	const tops = new Map<string, Item[]>();
	for (const item of seen.items) {
		const top = topOf(item.path);
		if (!isMerged(item)) {
			tally.fail(item.path, `it is ${item.type === 'symlink' ? 'a symbolic link' : 'neither a file nor a folder'}, and not ${options.verb}`);
		} else if (item.path.includes('/')) {
			const items = tops.get(top) ?? [];
			tops.set(top, items);
			items.push(item);
		}
	}

	const placements: Placement[] = [];
	const renamed: Array<{path: string; to: string}> = [];
	const claimed = new Set<string>();
	const planner = new Planner(source, destination, options);
	try {
		for (const top of [...tops.keys()].sort(compareNatural)) {
			await tally.attempt(top, async () => {
				const placed = await planner.place(tops.get(top)!, to => tops.has(to) || claimed.has(to));
				const {to} = placed[0]!;
				claimed.add(to);
				placements.push(...placed);
				if (to !== top) {
					renamed.push({path: top, to});
				}
			});
		}
	} finally {
		await planner.close();
	}

	const missing = placements.filter(({item, sha256}) => item.type === 'file' && sha256 === undefined);
	return {placements, renamed, missing: {bytes: sumBytes(missing.map(({item}) => item)), entries: placements.length - placements.filter(({sha256}) => sha256 !== undefined).length}};
};

/**
Copies what is missing of a plan, and makes folders, empty ones too.

@returns an entry for each file that is there now, compared with its source
*/
export const carryOut = async (source: Directory, seen: Survey, {placements, renamed}: Plan, destination: Destination, tally: Tally, options: TaskOptions & {readonly verb: string}): Promise<readonly ManifestEntry[]> => {
	const {signal} = options;
	for (const {path, to} of renamed) {
		options.onNote?.(`${printable(path)} was there already; ${options.verb} as ${printable(nameOf(to))}`);
	}

	const writer = destination.writer();
	try {
		const tops = seen.items.filter(({type, path}) => type === 'directory' && !path.includes('/')).map(item => ({item, to: item.path}));
		const folders = [...tops, ...placements.filter(({item}) => item.type === 'directory')];
		for (const {item, to} of folders) {
			signal?.throwIfAborted();
			await tally.attempt(item.path, async () => writer.makeFolder(to));
		}
	} finally {
		await writer.close();
	}

	const entries: ManifestEntry[] = [];
	const note = ({path, mode, uid, gid}: Item, rest: Pick<ManifestEntry, 'bytes' | 'sha256' | 'to' | 'mtimeNs'>): void => {
		entries.push({path, type: 'file', mode, uid, gid, ...rest});
		tally.count(rest.bytes);
	};

	const open = (): {from: Reach; writer: ReturnType<Destination['writer']>; close(): Promise<void>} => {
		const from = new Reach(source);
		const own = destination.writer();
		return {
			from,
			writer: own,
			async close() {
				await from.close();
				await own.close();
			},
		};
	};

	const files = placements.filter(({item}) => item.type === 'file').map(placement => ({...placement, path: placement.item.path}));
	await forEachInFolders(files, open, async ({item, to, path, sha256: known}, worker) => tally.attempt(path, async () => {
		if (known !== undefined) {
			tally.advance(path)(item.bytes);
			note(item, {bytes: item.bytes, sha256: known, to, mtimeNs: BigInt(Math.round(item.modifiedAt * 1e6))});
			return;
		}

		const {path: given, sha256, stats} = await worker.writer.copy(await worker.from.to(parentOf(path)), nameOf(path), to, {signal, onBytes: tally.advance(path)});
		if (given !== to) {
			options.onNote?.(`${printable(to)} was taken meanwhile; ${options.verb} as ${printable(nameOf(given))}`);
		}

		note(item, {bytes: Number(stats.size), sha256, to: given, mtimeNs: stats.mtimeNs});
	}), signal);
	return entries;
};
