import fs from 'node:fs';
import {bytes, lookAt, type Seen} from './look.js';
import {readMarkerText} from './model-marker.js';
import type {Tree} from './model-trees.js';

/**
What the rules of the sweep, as they are written down, say of a tree, told from the tree before the sweep. Nothing here is taken from the program.
*/
export type Prediction = {
	/** What must be there afterwards as it was, by its path then, below the tree's base. */
	readonly survivors: ReadonlyMap<string, Seen>;
	/** Ids of sessions in the outputs directory that must be gone. */
	readonly removed: ReadonlySet<string>;
	/** Ids of interrupted removals that must be back in their places. */
	readonly recovered: ReadonlySet<string>;
	/** Ids of those that must wait in the trash, as something is in their places. */
	readonly waiting: ReadonlySet<string>;
	/** Whether removals cannot be made at all, as the trash is not to be believed. */
	readonly isWithoutTrash: boolean;
	/** The control directory that is believed, if there is one. */
	readonly control?: string;
	/** Something lies so near the cutoff that the precision of numbers decides. */
	readonly isTooNear: boolean;
};

/** Whether a session with a mount inside is kept. */
export const mountsAreKept = true;

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;

const movedSession = /^([\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})\.[\da-f]{24}$/;

const markerLeftover = /^\.session\.json\.[\da-f]{12}\.tmp$/;

const tolerance = 300_000_000_000n;

/** A millisecond of today as a number is exact to a quarter of a microsecond only. */
const precision = 1000n;

/** Entries by their path below the tree's base, and the names in each folder. */
class Forest {
	readonly names = new Map<string, string[]>();

	constructor(readonly entries: ReadonlyMap<string, Seen>) {
		for (const place of entries.keys()) {
			const end = place.lastIndexOf('/');
			const parent = end === -1 ? '' : place.slice(0, end);
			if (place !== '') {
				this.names.set(parent, [...this.names.get(parent) ?? [], place.slice(end + 1)]);
			}
		}
	}

	namesIn(place: string): readonly string[] {
		return this.names.get(place) ?? [];
	}

	/** An entry and all that is below it, each folder before what it holds. */
	* below(place: string): Generator<string> {
		const queue = [place];
		for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
			yield next;
			for (const name of this.namesIn(next)) {
				queue.push(`${next}/${name}`);
			}
		}
	}
}

/** Predicts what a sweep of the tree will do. `mounts` are the mount points in it, below its base. */
export const predict = ({base, viewer, clock}: Tree, mounts: readonly string[] = []): Prediction => {
	const forest = new Forest(lookAt(base));
	const {entries} = forest;
	const now = BigInt(clock.now) * 1_000_000n;
	const cutoff = BigInt(clock.cutoff) * 1_000_000n;
	let isTooNear = false;

	/** Whether the viewer has the permissions `wanted`, of 4 for reading, 2 for writing and 1 for entering. */
	const may = ({uid, gid, mode}: Seen, wanted: number): boolean => {
		const shift = uid === viewer ? 6 : (gid === viewer ? 3 : 0);
		return viewer === 0 || ((mode >> shift) & wanted) === wanted;
	};

	const isBefore = (time: bigint, limit: bigint): boolean => {
		const distance = time - limit;
		isTooNear ||= distance > -precision && distance < precision && distance !== 0n;
		return time < limit;
	};

	const isOld = (time: bigint): boolean => isBefore(time, cutoff);

	const isEntryOld = ({modified, changed}: Seen): boolean => {
		const isPassedOver = isBefore(now, modified) && changed <= now;
		return changed <= now + tolerance && isOld(changed) && (isPassedOver || isOld(modified));
	};

	const isReadable = (place: string, seen: Seen): boolean =>
		seen.type !== 'directory' || (may(seen, 4) && (forest.namesIn(place).length === 0 || may(seen, 1)));

	const isMarkerOld = (place: string, id: string, owner: number): boolean => {
		const seen = entries.get(place)!;
		if (seen.type !== 'file' || (seen.uid !== owner && seen.uid !== 0) || !may(seen, 4)) {
			return false;
		}

		const says = readMarkerText(fs.readFileSync(bytes(`${base}/${place}`)), id);
		return says !== undefined
			&& says.keepUntil !== 'forever'
			&& (says.keepUntil === undefined || says.keepUntil <= now)
			&& isOld(says.newest);
	};

	/** Whether what lies at `place` is the session `id`, and has expired. */
	const isExpired = (place: string, id: string, {ignoresOwnTimes}: {readonly ignoresOwnTimes: boolean}): boolean => {
		const own = entries.get(place)!;
		if (own.type !== 'directory') {
			return false;
		}

		const names = forest.namesIn(place);
		const isPart = (name: string): boolean => name === 'single' || name === 'bulk';
		const isWhole = names.every(name => name === '.session.json' || markerLeftover.test(name)
			|| (isPart(name) && entries.get(`${place}/${name}`)!.type === 'directory'));
		const hasMarker = names.includes('.session.json');
		const isSession = hasMarker ? isMarkerOld(`${place}/.session.json`, id, own.uid) : names.some(name => isPart(name));
		const isHeldByMount = mountsAreKept && mounts.some(mount => mount.startsWith(`${place}/`));
		if (!isWhole || !isSession || isHeldByMount) {
			return false;
		}

		let isAllOld = true;
		for (const entry of forest.below(place)) {
			const seen = entries.get(entry)!;
			isAllOld &&= isReadable(entry, seen) && ((entry === place && ignoresOwnTimes) || isEntryOld(seen));
		}

		return isAllOld;
	};

	const isBelieved = (place: string, mask = 0o077): boolean => {
		const seen = entries.get(place);
		return seen?.type === 'directory' && seen.uid === viewer && (seen.mode & mask) === 0;
	};

	const plain = `outputs/.sojourn-${viewer}`;
	const control = [plain, ...forest.namesIn('outputs').filter(name => name.startsWith(`.sojourn-${viewer}-`)).map(name => `outputs/${name}`)].find(place => isBelieved(place, viewer === 0 ? 0o066 : 0o077));
	const trash = `${control ?? plain}/trash`;
	const isWithoutTrash = control !== undefined && entries.has(trash) && !isBelieved(trash);
	const survivors = new Map(entries);
	const drop = (place: string): void => {
		for (const entry of forest.below(place)) {
			survivors.delete(entry);
		}
	};

	const recovered = new Set<string>();
	const waiting = new Set<string>();
	const putBack = (place: string, id: string): void => {
		const home = `outputs/${id}`;
		const there = survivors.get(home);
		const isRoomThere = there === undefined
			|| (there.type === 'directory' && entries.get(place)!.type === 'directory' && forest.namesIn(home).length === 0);
		if (!isRoomThere) {
			waiting.add(id);
			return;
		}

		recovered.add(id);
		drop(place);
		for (const entry of forest.below(place)) {
			survivors.set(home + entry.slice(place.length), entries.get(entry)!);
		}
	};

	const isTrashSeen = control !== undefined && !isWithoutTrash;
	for (const name of isTrashSeen ? forest.namesIn(trash) : []) {
		const id = movedSession.exec(name)?.[1];
		const place = `${trash}/${name}`;
		if (id === undefined || isExpired(place, id, {ignoresOwnTimes: true})) {
			drop(place);
		} else {
			putBack(place, id);
		}
	}

	const removed = new Set<string>();
	for (const name of isWithoutTrash ? [] : forest.namesIn('outputs')) {
		const place = `outputs/${name}`;
		// What has just been put back stays: its own times are a reason more to keep it.
		if (uuid.test(name) && !recovered.has(name) && entries.get(place)!.uid === viewer && isExpired(place, name, {ignoresOwnTimes: false})) {
			removed.add(name);
			drop(place);
		}
	}

	return {survivors, removed, recovered, waiting, isWithoutTrash, ...(control !== undefined && {control}), isTooNear};
};
