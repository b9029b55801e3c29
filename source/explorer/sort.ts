import type {Entry} from '../outputs/outputs.js';
import {compareNatural} from '../text/natural-order.js';

/** What the entries of each folder are ordered by. */
export type SortBy = 'name' | 'size' | 'time' | 'extension';

export type Sort = {readonly by: SortBy; readonly isReversed: boolean};

export const byName: Sort = {by: 'name', isReversed: false};

/** Sizes in bytes, times in milliseconds since 1970, by the names of entries. */
export type SortFacts = ReadonlyMap<string, {readonly bytes: number; readonly modifiedAt: number}>;

/** Whether an order needs more than names. */
export const needsFacts = ({by}: Sort): boolean => by === 'size' || by === 'time';

const extensionOf = (name: string): string => {
	const dot = name.lastIndexOf('.');
	return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
};

/** What is not known, as it is gone or was not looked at yet, comes last. */
const compareNumbers = (a = -Infinity, b = -Infinity): number => a === b ? 0 : (a > b ? -1 : 1);

const compare = (a: Entry, b: Entry, by: SortBy, facts: SortFacts | undefined): number => {
	switch (by) {
		case 'size': {
			return a.type === 'directory' ? 0 : compareNumbers(facts?.get(a.name)?.bytes, facts?.get(b.name)?.bytes);
		}

		case 'time': {
			return compareNumbers(facts?.get(a.name)?.modifiedAt, facts?.get(b.name)?.modifiedAt);
		}

		case 'extension': {
			return a.type === 'directory' ? 0 : compareNatural(extensionOf(a.name), extensionOf(b.name));
		}

		case 'name': {
			return 0;
		}
	}
};

type Ordered = {readonly sort: Sort; readonly facts: SortFacts | undefined; readonly entries: readonly Entry[]};

const cache = new WeakMap<readonly Entry[], Ordered>();

/**
Entries in an order: the largest and the newest first, or the other way round; folders always before the rest.

@param entries - folders first, then by name, as a listing gives them; what is equal in an order stays in this one
@param facts - what is known of them, for an order that needs it
*/
export const orderEntries = (entries: readonly Entry[], sort: Sort, facts: SortFacts | undefined): readonly Entry[] => {
	const {by, isReversed} = sort;
	if (by === 'name' && !isReversed) {
		return entries;
	}

	const cached = cache.get(entries);
	if (cached?.sort === sort && cached.facts === facts) {
		return cached.entries;
	}

	const order = (some: Entry[]): Entry[] => {
		const sorted = some.sort((a, b) => compare(a, b, by, facts));
		return isReversed ? sorted.toReversed() : sorted;
	};

	const ordered = [...order(entries.filter(({type}) => type === 'directory')), ...order(entries.filter(({type}) => type !== 'directory'))];
	cache.set(entries, {sort, facts, entries: ordered});
	return ordered;
};
