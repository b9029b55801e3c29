import {isKept, type KeepUntil} from './keep.js';
import type {Marker} from './marker.js';

const minute = 60_000;

/** A time that is further ahead of the clock than this, in milliseconds, is not believed. */
export const futureTolerance = 5 * minute;

/** A sign of life, and where it was seen. */
export type Evidence = {
	/** Path within the session, `''` for its own directory. */
	readonly path: string;
	readonly source: 'marker' | 'mtime' | 'ctime';
	/** Milliseconds since 1970. */
	readonly time: number;
};

/** What `lstat` says of an entry, in milliseconds since 1970. */
export type EntryTimes = {
	readonly modifiedAt: number;
	readonly changedAt: number;
};

export const newer = (a: Evidence | undefined, b: Evidence | undefined): Evidence | undefined => {
	if (a === undefined || b === undefined) {
		return a ?? b;
	}

	return b.time > a.time ? b : a;
};

/** The newest sign of life in an entry's times. An mtime in the future is passed over where the ctime is not: anybody can set an mtime. */
export const entryEvidence = (path: string, {modifiedAt, changedAt}: EntryTimes, now: number): Evidence => {
	const isModifiedInFuture = modifiedAt > now && changedAt <= now;
	return modifiedAt > changedAt && !isModifiedInFuture
		? {path, source: 'mtime', time: modifiedAt}
		: {path, source: 'ctime', time: changedAt};
};

/** The newest sign of life in a marker. */
export const markerEvidence = (marker: Marker, path: string): Evidence =>
	({path, source: 'marker', time: Math.max(marker.createdAt, marker.lastActiveAt)});

export type Policy = {
	readonly maxAgeHours: number;
	/** Milliseconds since 1970. */
	readonly now: number;
};

/** The time that a session's activity must be older than, strictly, to be expired. */
export const cutoff = ({maxAgeHours, now}: Policy): number => now - (maxAgeHours * 60 * minute);

/** What evidence says of a session: `young` is a reason to keep it, `doubtful` a time too far in the future to believe, which keeps it too. */
export const judge = (evidence: Evidence, policy: Policy): 'expired' | 'young' | 'doubtful' => {
	if (evidence.time > policy.now + futureTolerance) {
		return 'doubtful';
	}

	return evidence.time < cutoff(policy) ? 'expired' : 'young';
};

export type SessionState = 'active' | 'idle' | 'expired' | 'kept' | 'broken';

/** How long after its last sign of life a session counts as active, in milliseconds. */
export const activeFor = 5 * minute;

/** The state of a sound session that is kept so long, and whose newest sign of life is at `lastActiveAt`. */
export const stateOf = (keep: KeepUntil | undefined, lastActiveAt: number, policy: Policy): SessionState => {
	if (isKept(keep, policy.now)) {
		return 'kept';
	}

	if (lastActiveAt < cutoff(policy)) {
		return 'expired';
	}

	return lastActiveAt >= policy.now - activeFor ? 'active' : 'idle';
};

const hour = 60 * minute;

/** What is known of a session, for judging it at any later moment. */
export type Signs = {
	readonly isBroken: boolean;
	readonly keep: KeepUntil | undefined;
	/** Milliseconds since 1970 of its newest sign of life; absent if there is none. */
	readonly lastActiveAt: number | undefined;
	/** Whether something keeps it that cannot be told for sure: an unreadable part, a time in the future. */
	readonly isDoubtful: boolean;
	/** Whether somebody holds it: then it is in use, however long nobody has touched it. */
	readonly isHeld: boolean;
};

/** The state of a session, broken ones included. What is held is active, and what is in doubt does not count as expired. */
export const judgeSigns = ({isBroken, keep, lastActiveAt, isDoubtful, isHeld}: Signs, policy: Policy): SessionState => {
	if (isBroken) {
		return 'broken';
	}

	const state = stateOf(keep, lastActiveAt ?? policy.now, policy);
	if (isHeld && (state === 'idle' || state === 'expired')) {
		return 'active';
	}

	return state === 'expired' && isDoubtful ? 'idle' : state;
};

/** When a session expires, in milliseconds since 1970; `undefined` if never, or if nothing tells. */
export const expiryOf = ({isBroken, keep, lastActiveAt}: Pick<Signs, 'isBroken' | 'keep' | 'lastActiveAt'>, maxAgeHours: number): number | undefined =>
	lastActiveAt === undefined || isBroken || keep === 'forever' ? undefined : Math.floor(Math.max(lastActiveAt + (maxAgeHours * hour), keep ?? 0));
