import process from 'node:process';
import type {Opened} from '../commands/context.js';
import type {Settled} from '../commands/settle.js';
import {SessionGone} from '../outputs/gone.js';
import type {Hold, Outputs} from '../outputs/outputs.js';
import {splitPath} from '../outputs/path.js';
import {parts, type Session as Found} from '../outputs/read-session.js';
import {listSessions} from '../outputs/sessions.js';
import {isSessionId, shortId} from '../session/id.js';
import {Failure, reasonOf} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {withOpened} from './boundary.js';
import {ArgumentError, SessionBrokenError, SessionNotFoundError} from './errors.js';
import type {Session, SessionOptions, ViewOptions} from './types.js';

/** The id that is meant: nothing else stands for a session here, so that no text from outside can name another one by chance. */
export const idOf = ({session}: Pick<SessionOptions, 'session'>): string => {
	const id: unknown = typeof session === 'object' && session !== null ? session.id : session;
	if (typeof id !== 'string') {
		throw new ArgumentError(`session: ${id === undefined ? 'it is missing' : 'it is no text'}; give the id of a session, or what startSession gave`);
	}

	return id;
};

const notFound = (id: string): SessionNotFoundError => new SessionNotFoundError(`there is no session "${printable(id)}": it does not exist, was removed, or is not yours`);

/** Finds the session that is meant, and does something with it. */
export const withSession = async <T>(options: SessionOptions & ViewOptions, action: (found: Found, opened: Opened, settled: Settled) => Promise<T>): Promise<T> => {
	const id = idOf(options);
	const absent = (): never => {
		throw notFound(id);
	};

	return withOpened(options, absent, async (opened, settled) => {
		const {sessions} = isSessionId(id) ? await listSessions(opened.outputs, {uid: settled.uid, isAll: options.all ?? false}, {only: id}) : {sessions: []};
		const [found] = sessions;
		return found === undefined ? absent() : action(found, opened, settled);
	});
};

/** @throws {SessionBrokenError} */
export const checkSound = ({id, problem}: Found): void => {
	if (problem !== undefined) {
		throw new SessionBrokenError(`the session ${shortId(id)} is broken and left as it is: ${problem}`);
	}
};

/** Holds a session while something is done with it, as the commands do: where that cannot be, the work goes on, with a warning of the process. */
export const whileHeld = async <T>(outputs: Outputs, id: string, action: () => Promise<T>): Promise<T> => {
	let hold: Hold | undefined;
	try {
		hold = await outputs.hold(id);
	} catch (error) {
		if (error instanceof SessionGone) {
			throw error;
		}

		process.emitWarning(reasonOf(error), 'SojournWarning');
	}

	try {
		return await action();
	} finally {
		await hold?.release();
	}
};

/**
A path within a session, checked.

@throws Failure if it is not exactly that of an output, or of one of the two parts
*/
export const checkOutputPath = (path: string): string => {
	const names = typeof path === 'string' ? splitPath(path) : [];
	if (parts.every(part => part !== names[0])) {
		throw new Failure(`${printable(path)} is no output: paths start with single/ or bulk/`, 2);
	}

	return path;
};

/** A session as the library tells of it. */
export const describeSession = ({local, location}: Outputs, {id, uid, marker, keep, problem}: Found): Session => {
	const resolve = (path: string): string => local?.resolve(path) ?? `${location}/${path}`;
	return {
		id,
		uid,
		...(marker?.label !== undefined && {label: marker.label}),
		...(marker !== undefined && {createdAt: marker.createdAt, lastActiveAt: marker.lastActiveAt}),
		...(keep !== undefined && {keepUntil: keep.until}),
		...(problem !== undefined && {problem}),
		path: resolve(id),
		single: resolve(`${id}/single`),
		bulk: resolve(`${id}/bulk`),
	};
};
