import {isSessionId} from './id.js';
import {parseKeep, formatKeep, type KeepUntil} from './keep.js';
import {labelProblem} from './label.js';
import {parseTime} from './time.js';

/**
What `.session.json` says of a session. Times are milliseconds since 1970.
*/
export type Marker = {
	readonly id: string;
	readonly label?: string;
	readonly createdAt: number;
	readonly lastActiveAt: number;
	/** Until when the session survives expiry. */
	readonly keepUntil?: KeepUntil;
};

export const markerName = '.session.json';

/** A marker larger than this many bytes is broken. */
export const markerLimit = 16_384;

export type MarkerReading =
	| {readonly marker: Marker}
	| {readonly problem: string};

/**
Reads a marker, which anybody may have written.

@param text - the content of the marker's file
@param id - the name of the directory that it lies in
@returns the marker, or the reason why it is broken as the end of a sentence that starts with the file's name
*/
export const parseMarker = (text: string, id: string): MarkerReading => {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return {problem: 'is not valid JSON'};
	}

	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		return {problem: 'is not a JSON object'};
	}

	const fields = value as Record<string, unknown>;
	if (fields.version !== 1) {
		return {problem: 'has a version other than 1'};
	}

	if (typeof fields.id !== 'string' || !isSessionId(fields.id)) {
		return {problem: 'has no valid id'};
	}

	if (fields.id !== id) {
		return {problem: 'names another session'};
	}

	const label = fields.label ?? undefined;
	if (label !== undefined && (typeof label !== 'string' || labelProblem(label) !== undefined)) {
		return {problem: 'has a label that is not allowed'};
	}

	const createdAt = parseTime(fields.createdAt);
	if (createdAt === undefined) {
		return {problem: 'has no valid createdAt'};
	}

	const lastActiveAt = parseTime(fields.lastActiveAt);
	if (lastActiveAt === undefined) {
		return {problem: 'has no valid lastActiveAt'};
	}

	const keep = fields.keepUntil ?? undefined;
	const keepUntil = parseKeep(keep);
	if (keep !== undefined && keepUntil === undefined) {
		return {problem: 'has a keepUntil that is neither a time nor "forever"'};
	}

	return {
		marker: {
			id,
			createdAt,
			lastActiveAt,
			...(label !== undefined && {label}),
			...(keepUntil !== undefined && {keepUntil}),
		},
	};
};

/** The content of a marker's file. `parseMarker` reads it back. */
export const formatMarker = (marker: Marker): string => `${JSON.stringify({
	version: 1,
	id: marker.id,
	label: marker.label,
	createdAt: new Date(marker.createdAt).toISOString(),
	lastActiveAt: new Date(marker.lastActiveAt).toISOString(),
	keepUntil: formatKeep(marker.keepUntil),
}, undefined, '\t')}\n`;
