import {isReplacementLeftover} from '../files/atomic-write.js';
import {laterKeep, type KeepUntil} from '../session/keep.js';
import {markerLimit, markerName, parseMarker, type Marker} from '../session/marker.js';
import {codeOf, reasonOf} from '../text/errors.js';
import {printable} from '../text/printable.js';
import type {Facts, Outputs} from './outputs.js';

/** A session as its directory and marker tell, before anything below is looked at. */
export type Session = {
	readonly id: string;
	readonly uid: number;
	/** Absent if the session was made by another program, without one, or if it is broken. */
	readonly marker?: Marker;
	/** Until when it survives expiry: the later of what its owner and what the administrator says. */
	readonly keep?: {readonly until: KeepUntil; readonly isByAdministrator: boolean};
	/** Why the session is broken, as a sentence. */
	readonly problem?: string;
};

/** The two parts of a session. */
export const parts = ['single', 'bulk'] as const;

export type Part = typeof parts[number];

const problemAtTop = (names: ReadonlyMap<string, string>): string | undefined => {
	for (const part of parts) {
		const type = names.get(part);
		if (type !== undefined && type !== 'directory') {
			return `${part} is not a directory`;
		}
	}

	const stranger = [...names.keys()].find(name => name !== markerName && name !== 'single' && name !== 'bulk' && !isReplacementLeftover(name, markerName));
	return stranger === undefined ? undefined : `${printable(stranger)} does not belong at the top of a session`;
};

/**
What the directory `id` is.

@returns the session; `undefined` if it is no session at all: gone, no directory, or empty of all that makes one
*/
export const readSession = async (outputs: Outputs, id: string): Promise<Session | undefined> => withKeep(outputs, await readSessionAt(outputs, id, id));

/** Adds until when a session is kept, which is not for its directory alone to say. */
export const withKeep = async (outputs: Outputs, session: Session | undefined): Promise<Session | undefined> => {
	if (session === undefined) {
		return undefined;
	}

	const own = session.marker?.keepUntil;
	let imposed: KeepUntil | undefined;
	try {
		imposed = await outputs.administratorKeep(session.id);
	} catch (error) {
		// How long it is to be kept, nobody can tell.
		return {...session, keep: {until: 'forever', isByAdministrator: true}, problem: session.problem ?? `the administrator's keep of it cannot be read: ${reasonOf(error)}`};
	}

	const until = laterKeep(own, imposed);
	return until === undefined ? session : {...session, keep: {until, isByAdministrator: until !== own}};
};

/** What the directory at `place` is, if it is the session `id` that was moved there; what keeps it is left out. */
export const readSessionAt = async (outputs: Outputs, place: string, id: string): Promise<Session | undefined> => {
	let facts: Facts | undefined;
	const names = new Map<string, string>();
	try {
		facts = await outputs.stat(place);
		if (facts.type !== 'directory') {
			return undefined;
		}

		// Nothing that lies here is passed over: a stranger may look like a file that is being added.
		for await (const chunk of outputs.list(place, {withUnfinished: true})) {
			for (const entry of chunk) {
				names.set(entry.name, entry.type);
			}
		}
	} catch (error) {
		return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR' || codeOf(error) === 'ELOOP'
			? undefined
			: {id, uid: facts?.uid ?? -1, problem: `cannot be read: ${reasonOf(error)}`};
	}

	const {uid} = facts;
	const strange = problemAtTop(names);
	if (!names.has(markerName)) {
		const isSession = parts.some(part => names.get(part) === 'directory');
		if (!isSession) {
			return undefined;
		}

		return strange === undefined ? {id, uid} : {id, uid, problem: strange};
	}

	const reading = await readMarker(outputs, place, id, uid);
	if ('problem' in reading) {
		return {id, uid, problem: reading.problem};
	}

	return strange === undefined ? {id, uid, marker: reading.marker} : {id, uid, marker: reading.marker, problem: strange};
};

const readMarker = async (outputs: Outputs, place: string, id: string, owner: number): Promise<{readonly marker: Marker} | {readonly problem: string}> => {
	const path = `${place}/${markerName}`;
	try {
		const file = await outputs.open(path);
		try {
			const {uid, bytes} = file.facts;
			if (uid !== owner && uid !== 0) {
				return {problem: `${markerName} belongs to another user than the session`};
			}

			if (bytes > markerLimit) {
				return {problem: `${markerName} is larger than ${markerLimit} bytes`};
			}

			const buffer = new Uint8Array(markerLimit);
			const text = new TextDecoder('utf-8', {fatal: true}).decode(buffer.subarray(0, await file.read(buffer, 0)));
			const reading = parseMarker(text, id);
			return 'problem' in reading ? {problem: `${markerName} ${reading.problem}`} : reading;
		} finally {
			await file.close();
		}
	} catch (error) {
		return {problem: codeOf(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? `${markerName} is not UTF-8` : `${markerName} cannot be read: ${reasonOf(error)}`};
	}
};
