import type {Entry} from '../outputs/outputs.js';
import {compareNatural} from '../text/natural-order.js';

/**
The entries of a folder in the order of the screen, and changes to them that do not sort anew what is sorted already.
*/

/** Folders first, then by name. */
export const compareEntries = (a: Entry, b: Entry): number =>
	(a.type === 'directory') === (b.type === 'directory') ? compareNatural(a.name, b.name) : (a.type === 'directory' ? -1 : 1);

/** Puts entries where they belong among sorted ones. */
const insert = (sorted: readonly Entry[], added: readonly Entry[]): Entry[] => {
	const all: Entry[] = [];
	let from = 0;
	for (const entry of [...added].sort(compareEntries)) {
		let low = from;
		let high = sorted.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (compareEntries(sorted[middle]!, entry) <= 0) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}

		while (from < low) {
			all.push(sorted[from++]!);
		}

		all.push(entry);
	}

	while (from < sorted.length) {
		all.push(sorted[from++]!);
	}

	return all;
};

/**
Entries after some of them have changed; the very same list if none has.

@param changed - what each name is now, `undefined` if it is gone
*/
export const withChanges = (entries: readonly Entry[], changed: ReadonlyMap<string, Entry['type'] | undefined>): readonly Entry[] => {
	const added = new Map(changed);
	const kept: Entry[] = [];
	for (const entry of entries) {
		if (changed.has(entry.name)) {
			if (changed.get(entry.name) !== entry.type) {
				continue;
			}

			added.delete(entry.name);
		}

		kept.push(entry);
	}

	const fresh: Entry[] = [];
	for (const [name, type] of added) {
		if (type !== undefined) {
			fresh.push({name, type});
		}
	}

	if (fresh.length === 0) {
		return kept.length === entries.length ? entries : kept;
	}

	return insert(kept, fresh);
};
