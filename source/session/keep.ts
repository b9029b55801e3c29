import {parseTime} from './time.js';

/** Until when a session survives expiry: milliseconds since 1970, or for good. */
export type KeepUntil = number | 'forever';

/** The later of two keeps. */
export const laterKeep = (a: KeepUntil | undefined, b: KeepUntil | undefined): KeepUntil | undefined => {
	if (a === undefined || b === undefined) {
		return a ?? b;
	}

	return a === 'forever' || b === 'forever' ? 'forever' : Math.max(a, b);
};

/** Whether a keep is still in force. */
export const isKept = (keep: KeepUntil | undefined, now: number): boolean => keep === 'forever' || (keep !== undefined && keep > now);

/** A keep as files and JSON have it: a time, or `"forever"`. */
export const formatKeep = (keep: KeepUntil | undefined): string | undefined => typeof keep === 'number' ? new Date(keep).toISOString() : keep;

/** Reads what `formatKeep` has written. @returns `undefined` for anything else */
export const parseKeep = (value: unknown): KeepUntil | undefined => value === 'forever' ? value : parseTime(value);

/** The file in which root keeps somebody else's session, of whose directory it writes nothing. */
export const formatKeepFile = (keep: KeepUntil): string => `${JSON.stringify({version: 1, keepUntil: formatKeep(keep)})}\n`;

/** Reads what `formatKeepFile` has written. @returns `undefined` for anything else */
export const parseKeepFile = (text: string): KeepUntil | undefined => {
	try {
		const value = JSON.parse(text) as {readonly version?: unknown; readonly keepUntil?: unknown} | null;
		return value?.version === 1 ? parseKeep(value.keepUntil) : undefined;
	} catch {
		return undefined;
	}
};

/** A keep in words, as the end of a sentence. */
export const describeKeep = (keep: KeepUntil): string => keep === 'forever' ? 'for good' : `until ${new Date(keep).toISOString()}`;
