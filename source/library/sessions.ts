import {policyOf} from '../commands/sweep.js';
import {surveySessions} from '../outputs/overview.js';
import {
	findSession,
	keepSession as keep,
	listSessions as list,
	startSession as start,
	touchSession,
} from '../outputs/sessions.js';
import {isHours, longestHours} from '../settings/hours.js';
import {atBoundary, withOpened, withSettled} from './boundary.js';
import {ArgumentError, SessionNotFoundError} from './errors.js';
import {checkSound, describeSession, idOf, withSession} from './find.js';
import type {
	Hold,
	ListedSession,
	OutputsOptions,
	Session,
	SessionOptions,
	TaskOptions,
	ViewOptions,
} from './types.js';

const hour = 3_600_000;

/**
Starts a session. The outputs directory is made if it is missing. The command line's current session stays what it is.

@param options.label - 1 to 64 printable characters, no `/`, nothing that looks like an id, unique among the user's sessions
@returns the session; its folders are there
@throws {ArgumentError} if the label is not allowed
@throws {SojournError} if the label is taken, or the disk refuses
*/
export const startSession = async (options: OutputsOptions & {readonly label?: string | undefined} = {}): Promise<Session> => atBoundary(async () => withSettled(options, async settled => {
	const {outputs} = (await settled.open({mayCreate: true}))!;
	return describeSession(outputs, await start(outputs, {label: options.label, now: Date.now(), uid: settled.uid}));
}));

/**
Goes on in a session: notes that its owner uses it, which puts its expiry off.

@param options.session - here a label, or 4 or more characters that an id starts with, will do as well
@throws {SessionNotFoundError} if there is no such session, or several
@throws {SessionBrokenError}
*/
export const resumeSession = async (options: SessionOptions): Promise<Session> => atBoundary(async () => {
	const reference = idOf(options);
	const absent = (): never => {
		throw new SessionNotFoundError('there is no session yet: startSession starts one');
	};

	return withOpened(options, absent, async ({outputs}, {uid}) => {
		const {sessions} = await list(outputs, {uid});
		let found;
		try {
			found = findSession(sessions, reference);
		} catch (error) {
			throw new SessionNotFoundError((error as Error).message, {cause: error});
		}

		checkSound(found);
		return describeSession(outputs, await touchSession(outputs, found.id, Date.now()));
	});
});

/**
The sessions of this user, each with what a walk through it tells; the last used one first. Nothing is changed by looking.

@returns none where the outputs directory is missing
*/
export const listSessions = async (options: OutputsOptions & ViewOptions & TaskOptions = {}): Promise<ListedSession[]> => atBoundary(async () => withOpened(options, () => [], async ({outputs}, settled) => {
	const {sessions} = await list(outputs, {uid: settled.uid, isAll: options.all ?? false});
	const context = {...settled, now: () => Date.now()};
	const overviews = await surveySessions(outputs, sessions, uid => policyOf(context, uid), options.signal);
	return overviews.map(({session, owner, assessment, state, expiresAt}) => ({
		...describeSession(outputs, session),
		state,
		...(owner !== undefined && {owner}),
		...(assessment.evidence !== undefined && {lastActiveAt: assessment.evidence.time}),
		...(expiresAt !== undefined && {expiresAt}),
		files: assessment.files,
		bytes: assessment.bytes,
	}));
}), options.signal);

/**
Holds a session: no sweep, of whatever program, removes it until it is released or this process has ended, however that dies. It is what `flock -s DIRECTORY` takes. Functions of this library that work on a session hold it meanwhile by themselves.

@throws {SessionNotFoundError} if it is gone, or being removed at this moment
@throws {SojournError} if neither a lock nor a lease can be had

@example
await using hold = await holdSession({session});
*/
export const holdSession = async (options: SessionOptions): Promise<Hold> => atBoundary(async () => withSession(options, async ({id}, {outputs}) => {
	const hold = await outputs.hold(id);
	const release = async (): Promise<void> => atBoundary(async () => hold.release());
	return {release, [Symbol.asyncDispose]: release};
}));

const setKeep = async (options: SessionOptions & ViewOptions, until: number | 'forever' | undefined): Promise<{readonly keepUntil?: number | 'forever'}> => withSession(options, async (found, {outputs}, {uid}) => {
	if (found.uid === uid) {
		checkSound(found);
	}

	const now = await keep(outputs, found, until, uid);
	return now === undefined ? {} : {keepUntil: now.until};
});

/**
Keeps a session from expiring.

@param options.hours - for so long from now: above 0, at most 87600; for good if absent
@param options.all - as root: also one of another user, in which nothing is written
@returns until when it is kept now, in milliseconds since 1970: a keep by root may reach further
@throws {ArgumentError} if `hours` is not allowed
@throws {SessionNotFoundError}
@throws {SessionBrokenError}
*/
export const keepSession = async (options: SessionOptions & ViewOptions & {readonly hours?: number | undefined}): Promise<{readonly keepUntil?: number | 'forever'}> => atBoundary(async () => {
	const {hours} = options;
	if (hours !== undefined && !isHours(hours)) {
		throw new ArgumentError(`hours: it is not allowed; give a number above 0 and at most ${longestHours}, or none to keep the session for good`);
	}

	return setKeep(options, hours === undefined ? 'forever' : Date.now() + (hours * hour));
});

/**
Lets a session expire again as any other.

@returns until when it is kept all the same: what root keeps, only root lifts
@throws {SessionNotFoundError}
@throws {SessionBrokenError}
*/
export const unkeepSession = async (options: SessionOptions & ViewOptions): Promise<{readonly keepUntil?: number | 'forever'}> => atBoundary(async () => setKeep(options, undefined));
