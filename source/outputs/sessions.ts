import {randomUUID} from 'node:crypto';
import {isReplacementLeftover} from '../files/atomic-write.js';
import {isSessionId, shortId} from '../session/id.js';
import {labelProblem} from '../session/label.js';
import {markerLimit, markerName, parseMarker, type Marker} from '../session/marker.js';
import {resolveReference} from '../session/reference.js';
import {codeOf, Failure, failed, reasonOf} from '../text/errors.js';
import {printable} from '../text/printable.js';
import type {Facts, Outputs} from './outputs.js';

/** A session as its directory and marker tell, before anything below is looked at. */
export type Session = {
	readonly id: string;
	readonly uid: number;
	/** Absent if the session was made by another program, without one, or if it is broken. */
	readonly marker?: Marker;
	/** Why the session is broken, as a sentence. */
	readonly problem?: string;
};

/** The two parts of a session. */
export const parts = ['single', 'bulk'] as const;

export type Part = typeof parts[number];

/** Control directories of this program, and the policy: not the user's business. */
export const isOwnEntry = (name: string): boolean => name === '.sojourn.json' || name.startsWith('.sojourn-');

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
export const readSession = async (outputs: Outputs, id: string): Promise<Session | undefined> => readSessionAt(outputs, id, id);

/** What the directory at `place` is, if it is the session `id` that was moved there. */
export const readSessionAt = async (outputs: Outputs, place: string, id: string): Promise<Session | undefined> => {
	let facts: Facts | undefined;
	const names = new Map<string, string>();
	try {
		facts = await outputs.stat(place);
		if (facts.type !== 'directory') {
			return undefined;
		}

		for await (const chunk of outputs.list(place)) {
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

export type Listing = {
	/** In the order of their ids. */
	readonly sessions: readonly Session[];
	/** Entries of the outputs directory that are no sessions and never touched. */
	readonly unmanaged: readonly string[];
	/** Whether there are folders that older deployments shared between all users. */
	readonly hasLegacy: boolean;
};

/** Whose sessions are meant: those of one user, or everybody's that the system lets the caller read. */
export type Viewer = {
	readonly uid: number;
	readonly isAll?: boolean;
};

const parallel = 16;

/**
The sessions that `viewer` may see. Another user's session is neither opened nor named.

@param options.only - look for this id alone, which spares reading a large directory
*/
export const listSessions = async (outputs: Outputs, viewer: Viewer, {only}: {readonly only?: string} = {}): Promise<Listing> => {
	const ids: string[] = [];
	const unmanaged: string[] = [];
	let hasLegacy = false;
	if (only !== undefined) {
		return {sessions: await readAll(outputs, viewer, [only], unmanaged), unmanaged: [], hasLegacy};
	}

	for await (const chunk of outputs.list('')) {
		for (const {name, type} of chunk) {
			if (type === 'directory' && isSessionId(name)) {
				ids.push(name);
			} else if (type === 'directory' && (name === 'single' || name === 'bulk')) {
				hasLegacy = true;
			} else if (!isOwnEntry(name)) {
				unmanaged.push(name);
			}
		}
	}

	return {
		sessions: await readAll(outputs, viewer, ids, unmanaged),
		unmanaged: unmanaged.sort(),
		hasLegacy,
	};
};

/** Reads those of `ids` that the viewer may see; those that are no sessions are added to `unmanaged`. */
const readAll = async (outputs: Outputs, viewer: Viewer, ids: readonly string[], unmanaged: string[]): Promise<Session[]> => {
	const sessions: Session[] = [];
	for (let start = 0; start < ids.length; start += parallel) {
		await Promise.all(ids.slice(start, start + parallel).map(async id => {
			const facts = await outputs.stat(id).catch(() => undefined);
			if (facts === undefined || (!viewer.isAll && facts.uid !== viewer.uid)) {
				return;
			}

			const session = await readSession(outputs, id);
			if (session === undefined) {
				unmanaged.push(id);
			} else {
				sessions.push(session);
			}
		}));
	}

	return sessions.sort((a, b) => a.id.localeCompare(b.id, 'en'));
};

const describe = (session: Session): string =>
	session.marker?.label === undefined ? session.id : `${session.id} (${session.marker.label})`;

/**
The session that the user means by `reference`.

@param sessions - those that the caller may see
@throws Failure that names the candidates of an ambiguous reference
*/
export const findSession = (sessions: readonly Session[], reference: string): Session => {
	const resolution = resolveReference(reference, sessions.map(session => ({id: session.id, label: session.marker?.label, session})));
	if ('found' in resolution) {
		return resolution.found.session;
	}

	throw resolution.candidates.length === 0
		? new Failure(`there is no session "${printable(reference)}": "sojourn sessions" lists those there are`)
		: new Failure(`"${printable(reference)}" stands for ${resolution.candidates.length} sessions: ${resolution.candidates.map(({session}) => describe(session)).join(', ')}; give more of the id`);
};

/** Refuses a label that is not allowed, or that another session of the same owner has. */
export const checkLabel = (label: string, sessions: readonly Session[], exceptId?: string): void => {
	const problem = labelProblem(label);
	if (problem !== undefined) {
		throw new Failure(`the label "${printable(label)}" is not allowed: ${problem}; a label has 1 to 64 printable characters, no slash, and does not look like an id`, 2);
	}

	const holder = sessions.find(session => session.marker?.label === label && session.id !== exceptId);
	if (holder !== undefined) {
		throw new Failure(`the label "${printable(label)}" is taken by the session ${shortId(holder.id)}: choose another, or "sojourn label ${shortId(holder.id)} TEXT" gives that one a new one`);
	}
};

/**
Starts a session.

@param now - milliseconds since 1970
@throws Failure if the label is not allowed or taken, or the disk refuses
*/
export const startSession = async (outputs: Outputs, {label, now, uid}: {readonly label?: string | undefined; readonly now: number; readonly uid: number}): Promise<Session> => {
	if (label !== undefined) {
		const {sessions} = await listSessions(outputs, {uid});
		checkLabel(label, sessions);
	}

	const marker: Marker = {id: randomUUID(), createdAt: now, lastActiveAt: now, ...(label === undefined ? {} : {label})};
	try {
		await outputs.createSession(marker);
	} catch (error) {
		throw failed('start a session in', outputs.location, error);
	}

	return {id: marker.id, uid, marker};
};

/** The marker that a session made by another program would have. */
const impliedMarker = async (outputs: Outputs, session: Session): Promise<Marker> => {
	const {changedAt} = await outputs.stat(session.id);
	return {id: session.id, createdAt: Math.floor(changedAt), lastActiveAt: Math.floor(changedAt)};
};

/** @throws Failure if the session is broken */
export const checkUsable = (session: Session): Session => {
	if (session.problem !== undefined) {
		throw new Failure(`the session ${shortId(session.id)} is broken and left as it is: ${session.problem}`);
	}

	return session;
};

/** Notes that the owner uses the session. A session without a marker gets one. */
export const touchSession = async (outputs: Outputs, session: Session, now: number): Promise<Session> => {
	checkUsable(session);
	const marker = {...session.marker ?? await impliedMarker(outputs, session), lastActiveAt: now};
	await outputs.writeMarker(marker);
	return {...session, marker};
};

/** Gives a session a label. */
export const labelSession = async (outputs: Outputs, session: Session, label: string): Promise<Session> => {
	checkUsable(session);
	const {sessions} = await listSessions(outputs, {uid: session.uid});
	checkLabel(label, sessions, session.id);
	const marker = {...session.marker ?? await impliedMarker(outputs, session), label};
	await outputs.writeMarker(marker);
	return {...session, marker};
};
