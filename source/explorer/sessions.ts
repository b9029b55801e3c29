import {expiryOf, judgeSigns, type SessionState, type Signs} from '../session/expiry.js';
import {isKept} from '../session/keep.js';
import {shortId} from '../session/id.js';
import {compareNatural} from '../text/natural-order.js';
import type {SessionRow, Sessions, SortKey, Totals} from './model.js';

/**
The list of sessions: what is shown of it, and in which order. All of it is derived.
*/

/** What a session is called: its label, or the beginning of its id. */
export const nameOfSession = ({session: {id, marker}}: SessionRow): string => marker?.label ?? shortId(id);

/** The newest sign of life that is known: until a session has been walked through that is what its marker says. */
export const lastActiveAt = ({session: {marker}, found}: SessionRow): number | undefined =>
	found?.evidence?.time ?? (marker === undefined ? undefined : Math.max(marker.createdAt, marker.lastActiveAt));

const signsOfRow = (row: SessionRow): Signs => ({
	isBroken: row.session.problem !== undefined,
	keep: row.session.keep?.until,
	lastActiveAt: lastActiveAt(row),
	isDoubtful: row.found?.doubt !== undefined,
	isHeld: row.isHeld,
});

/** The state of a session; `undefined` as long as it may be expired, or in use, and a walk through it has to tell. */
export const stateOfRow = (row: SessionRow, now: number): SessionState | undefined => {
	const signs = signsOfRow(row);
	const state = judgeSigns(signs, {maxAgeHours: row.maxAgeHours, now});
	const isSure = row.found !== undefined || signs.isBroken || signs.isHeld || state === 'kept' || (signs.lastActiveAt !== undefined && state !== 'expired');
	return isSure ? state : undefined;
};

/** When it expires, in milliseconds since 1970; `undefined` if never, or if nothing tells yet. */
export const expiryOfRow = (row: SessionRow): number | undefined => expiryOf(signsOfRow(row), row.maxAgeHours);

export const isKeptRow = ({session: {keep}}: SessionRow, now: number): boolean => isKept(keep?.until, now);

/** Numbers that are not known come last, whichever way the order goes. */
const byNumber = (of: (row: SessionRow) => number | undefined, isDescending: boolean) => (a: SessionRow, b: SessionRow): number => {
	const [x, y] = [of(a), of(b)];
	if (x === undefined || y === undefined) {
		return Number(x === undefined) - Number(y === undefined);
	}

	// Not subtracted: one may be infinite, as another.
	return x === y ? 0 : (x < y) === isDescending ? 1 : -1;
};

const byName = (a: SessionRow, b: SessionRow): number => compareNatural(`${nameOfSession(a)}/${a.session.id}`, `${nameOfSession(b)}/${b.session.id}`);

const isForGood = ({session: {keep}}: SessionRow): boolean => keep?.until === 'forever';

/** What each order compares: the largest, the most recently used, and what expires first come first. */
const orders: Readonly<Record<SortKey, (isReversed: boolean) => (a: SessionRow, b: SessionRow) => number>> = {
	name: isReversed => (a, b) => isReversed ? byName(b, a) : byName(a, b),
	size: isReversed => byNumber(({found}) => found?.bytes, !isReversed),
	activity: isReversed => byNumber(lastActiveAt, !isReversed),
	left: isReversed => byNumber(row => isForGood(row) ? Infinity : expiryOfRow(row), isReversed),
};

const minute = 60_000;

const matches = (row: SessionRow, words: readonly string[], now: number): boolean => {
	const text = `${nameOfSession(row)} ${row.session.id} ${row.owner} ${stateOfRow(row, now) ?? ''}`.toLowerCase();
	return words.every(word => text.includes(word));
};

type Shown = Pick<Sessions, 'sort' | 'filter'> & {readonly minute: number; readonly list: readonly SessionRow[]};

const cache = new WeakMap<Sessions['rows'], Shown>();

/**
The sessions that are shown, in their order, derived once for each state of the list.

@param now - milliseconds since 1970: one can filter by the state, which time changes
*/
export const shownSessions = ({rows, sort, filter}: Sessions, now: number): readonly SessionRow[] => {
	const thisMinute = filter === '' ? 0 : Math.floor(now / minute);
	const cached = cache.get(rows);
	if (cached?.sort === sort && cached.filter === filter && cached.minute === thisMinute) {
		return cached.list;
	}

	const words = filter.toLowerCase().split(' ').filter(word => word !== '');
	const order = orders[sort.by](sort.isReversed);
	const list = [...rows.values()].filter(row => matches(row, words, now)).sort((a, b) => {
		const first = order(a, b);
		return first === 0 ? byName(a, b) : first;
	});
	cache.set(rows, {sort, filter, minute: thisMinute, list});
	return list;
};

export type SessionTotals = Totals & {readonly counted: number};

const totalsCache = new WeakMap<Sessions['rows'], SessionTotals>();

/** What all sessions hold together, as far as they are counted. */
export const totalsOf = ({rows}: Sessions): SessionTotals => {
	let totals = totalsCache.get(rows);
	if (totals === undefined) {
		let [files, bytes, counted] = [0, 0, 0];
		for (const {found} of rows.values()) {
			if (found !== undefined) {
				files += found.files;
				bytes += found.bytes;
				counted++;
			}
		}

		totals = {files, bytes, counted};
		totalsCache.set(rows, totals);
	}

	return totals;
};

/** Puts rows in, and those already there in their place; what was found in one stays until it is looked at again. */
export const withRows = (sessions: Sessions, added: readonly SessionRow[]): Sessions => {
	const rows = new Map(sessions.rows);
	for (const row of added) {
		const found = row.found ?? rows.get(row.session.id)?.found;
		rows.set(row.session.id, found === undefined ? row : {...row, found});
	}

	return {...sessions, rows};
};

/** Leaves those out that are none of `ids`. */
export const onlyRows = (sessions: Sessions, ids: readonly string[]): Sessions => {
	const wanted = new Set(ids);
	const rows = new Map([...sessions.rows].filter(([id]) => wanted.has(id)));
	return rows.size === sessions.rows.size ? sessions : {...sessions, rows};
};

/** Changes one of the rows, or takes it out. */
export const withRow = (sessions: Sessions, id: string, change: (row: SessionRow) => SessionRow | undefined): Sessions => {
	const row = sessions.rows.get(id);
	if (row === undefined) {
		return sessions;
	}

	const rows = new Map(sessions.rows);
	const changed = change(row);
	if (changed === undefined) {
		rows.delete(id);
	} else {
		rows.set(id, changed);
	}

	return {...sessions, rows};
};
