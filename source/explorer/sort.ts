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

/** What an entry is ordered by; the larger comes first. What is not known, as it is gone or was not looked at yet, comes last. */
const valueOf = ({name, type}: Entry, by: SortBy, facts: SortFacts): number => {
	const known = facts.get(name);
	return (by === 'time' ? known?.modifiedAt : (type === 'directory' ? 0 : known?.bytes)) ?? -Infinity;
};

/** Orders by a number that is looked up once for each entry: to look it up in each comparison takes several times as long. */
const orderByValue = (entries: readonly Entry[], by: SortBy, facts: SortFacts): Entry[] => {
	const values = Float64Array.from(entries, entry => valueOf(entry, by, facts));
	const order = Uint32Array.from(entries, (_, index) => index);
	// By the index where values are equal: this sort keeps no order of its own.
	order.sort((a, b) => values[b]! > values[a]! ? 1 : (values[b]! < values[a]! ? -1 : a - b));
	return Array.from(order, index => entries[index]!);
};

const orderByExtension = (entries: readonly Entry[]): Entry[] => {
	const extensions = new Map(entries.map(({name, type}) => [name, type === 'directory' ? '' : extensionOf(name)]));
	return [...entries].sort((a, b) => compareNatural(extensions.get(a.name)!, extensions.get(b.name)!));
};

const orderBy = (entries: readonly Entry[], by: SortBy, facts: SortFacts | undefined): readonly Entry[] => {
	switch (by) {
		case 'size':
		case 'time': {
			return facts === undefined || facts.size === 0 ? entries : orderByValue(entries, by, facts);
		}

		case 'extension': {
			return orderByExtension(entries);
		}

		case 'name': {
			return entries;
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

	const order = (some: readonly Entry[]): readonly Entry[] => {
		const sorted = orderBy(some, by, facts);
		return isReversed ? sorted.toReversed() : sorted;
	};

	const ordered = [...order(entries.filter(({type}) => type === 'directory')), ...order(entries.filter(({type}) => type !== 'directory'))];
	cache.set(entries, {sort, facts, entries: ordered});
	return ordered;
};
