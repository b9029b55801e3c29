import {randomUUID} from 'node:crypto';
import {isSessionId, shortId} from '../session/id.js';
import type {KeepUntil} from '../session/keep.js';
import {labelProblem} from '../session/label.js';
import type {Marker} from '../session/marker.js';
import {resolveReference} from '../session/reference.js';
import {codeOf, Failure, failed} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {SessionGone} from './gone.js';
import type {Outputs} from './outputs.js';
import {readSession, type Session} from './read-session.js';

/** Control directories of this program, and the policy: not the user's business. */
export const isOwnEntry = (name: string): boolean => name === '.sojourn.json' || name.startsWith('.sojourn-');

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

type Names = Pick<Listing, 'hasLegacy'> & {readonly ids: readonly string[]; readonly unmanaged: readonly string[]};

/** What lies in the outputs directory, by its names alone. */
const readNames = async (outputs: Outputs, signal?: AbortSignal): Promise<Names> => {
	const ids: string[] = [];
	const unmanaged: string[] = [];
	let hasLegacy = false;
	for await (const chunk of outputs.list('', {signal})) {
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

	return {ids, unmanaged, hasLegacy};
};

/** Reads those of `ids` that the viewer may see, in parts; of each the sessions, and the names that are none. */
async function * readInParts(outputs: Outputs, viewer: Viewer, ids: readonly string[], signal?: AbortSignal): AsyncGenerator<{readonly sessions: readonly Session[]; readonly unmanaged: readonly string[]}> {
	for (let start = 0; start < ids.length; start += parallel) {
		signal?.throwIfAborted();
		const sessions: Session[] = [];
		const unmanaged: string[] = [];
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
		yield {sessions, unmanaged};
	}
}

/**
The sessions that `viewer` may see, in parts as they are read and in no order: for a screen that does not wait. Another user's session is neither opened nor named.
*/
export async function * readSessions(outputs: Outputs, viewer: Viewer, signal?: AbortSignal): AsyncGenerator<readonly Session[]> {
	const {ids} = await readNames(outputs, signal);
	for await (const {sessions} of readInParts(outputs, viewer, ids, signal)) {
		yield sessions;
	}
}

/**
The sessions that `viewer` may see. Another user's session is neither opened nor named.

@param options.only - look for this id alone, which spares reading a large directory
*/
export const listSessions = async (outputs: Outputs, viewer: Viewer, {only}: {readonly only?: string} = {}): Promise<Listing> => {
	const {ids, unmanaged, hasLegacy}: Names = only === undefined ? await readNames(outputs) : {ids: [only], unmanaged: [], hasLegacy: false};
	const found: Session[] = [];
	const others: string[] = [];
	for await (const part of readInParts(outputs, viewer, ids)) {
		found.push(...part.sessions);
		others.push(...part.unmanaged);
	}

	return {
		sessions: found.sort((a, b) => a.id.localeCompare(b.id, 'en')),
		unmanaged: only === undefined ? [...unmanaged, ...others].sort() : [],
		hasLegacy,
	};
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

/** Changes the marker as it is now: another program may have changed it. A session without a marker gets one. */
const changeMarker = async (outputs: Outputs, id: string, change: (marker: Marker) => Marker): Promise<Session> => {
	for (let tries = 1; ; tries++) {
		try {
			return await outputs.whileMarkerIsOurs(id, async () => {
				const session = await readSession(outputs, id);
				if (session === undefined) {
					throw new SessionGone(id);
				}

				checkUsable(session);
				const isFirst = session.marker === undefined;
				const marker = change(session.marker ?? await impliedMarker(outputs, session));
				await outputs.writeMarker(marker, {isFirst});
				return {...session, marker};
			});
		} catch (error) {
			// Somebody else has made the first marker meanwhile: there is one to lock now.
			if (codeOf(error) !== 'EEXIST' || tries > 5) {
				throw error;
			}
		}
	}
};

/** Notes that the owner uses the session. */
export const touchSession = async (outputs: Outputs, id: string, now: number): Promise<Session> =>
	changeMarker(outputs, id, marker => ({...marker, lastActiveAt: now}));

/** Gives a session a label. */
export const labelSession = async (outputs: Outputs, session: Session, label: string): Promise<Session> => {
	checkUsable(session);
	const {sessions} = await listSessions(outputs, {uid: session.uid});
	checkLabel(label, sessions, session.id);
	return changeMarker(outputs, session.id, marker => ({...marker, label}));
};

/**
Keeps a session, or lifts that: in its marker if it is one's own; another's as the administrator, who writes nothing in it.

@param uid - who asks
@returns until when the session is kept now
@throws Failure if it is somebody else's, or broken
*/
export const keepSession = async (outputs: Outputs, session: Session, keep: KeepUntil | undefined, uid: number): Promise<Session['keep']> => {
	const {id} = session;
	if (session.uid === uid) {
		await changeMarker(outputs, id, ({keepUntil: _, ...marker}) => ({...marker, ...(keep !== undefined && {keepUntil: keep})}));
	} else {
		await outputs.setAdministratorKeep(id, keep);
	}

	const now = await readSession(outputs, id);
	return now?.keep;
};
