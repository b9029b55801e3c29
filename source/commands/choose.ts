import {SessionGone} from '../outputs/gone.js';
import type {Hold, Outputs} from '../outputs/outputs.js';
import type {Session} from '../outputs/read-session.js';
import {checkUsable, findSession, listSessions, startSession} from '../outputs/sessions.js';
import {shortId} from '../session/id.js';
import {Failure, reasonOf} from '../text/errors.js';
import type {Context, Opened} from './context.js';
import {note} from './report.js';

export type Chosen = Opened & {readonly session: Session};

/** How a session is called in a message. */
export const nameSession = ({id, marker}: Session): string =>
	marker?.label === undefined ? shortId(id) : `${marker.label} (${shortId(id)})`;

const noSession = (): Failure => new Failure('there is no session yet: "sojourn start" starts one');

const remembered = async (context: Context, outputs: Outputs): Promise<Session | undefined> => {
	const id = await context.memory.recall(outputs.location);
	if (id === undefined) {
		return undefined;
	}

	const {sessions} = await listSessions(outputs, {uid: context.uid}, {only: id});
	return sessions[0];
};

/** The session that is named, or the current one; `undefined` if there is none. */
export const currentSession = async (context: Context): Promise<Session | undefined> => {
	const opened = await context.open({mayCreate: false});
	if (opened === undefined || context.settings.session !== undefined) {
		return opened === undefined ? undefined : (await chooseSession(context)).session;
	}

	return remembered(context, opened.outputs);
};

/** Opens the outputs directory and warns if something is wrong with it. */
export const openOrWarn = async (context: Context, mayCreate: boolean): Promise<Opened | undefined> => {
	const opened = await context.open({mayCreate});
	if (opened?.danger !== undefined) {
		note(context, `sojourn: warning: ${opened.danger.detail}: ${opened.danger.advice}`);
	}

	return opened;
};

/** What is broken can still be looked at and taken home. */
const tellIfBroken = (context: Context, session: Session): Session => {
	if (session.problem !== undefined) {
		note(context, `sojourn: warning: the session ${nameSession(session)} is broken, and can only be read: ${session.problem}`);
	}

	return session;
};

/**
The session that a command works on: the one that was named, else the current one.

@throws Failure if there is none
*/
export const chooseSession = async (context: Context): Promise<Chosen> => {
	const opened = await openOrWarn(context, false);
	const named = context.settings.session?.value;
	const isAll = context.flags.all ?? false;
	if (isAll && context.flags.session === undefined) {
		throw new Failure('--all needs --session here: it says whose outputs are meant', 2);
	}

	if (opened === undefined) {
		throw noSession();
	}

	if (named !== undefined) {
		const {sessions} = await listSessions(opened.outputs, {uid: context.uid, isAll});
		return {...opened, session: tellIfBroken(context, findSession(sessions, named))};
	}

	const session = await remembered(context, opened.outputs);
	if (session === undefined) {
		throw noSession();
	}

	if (context.stderr.isTTY) {
		note(context, `session ${nameSession(session)}`);
	}

	return {...opened, session: tellIfBroken(context, session)};
};

/** As `chooseSession`, but starts a session where there is none, or where `--new` says so, and tells. */
export const chooseOrStart = async (context: Context): Promise<Chosen> => {
	if (context.flags.new && context.flags.session !== undefined) {
		throw new Failure('--new and --session contradict each other: give one of them', 2);
	}

	const wantsNew = context.flags.new ?? false;
	const {outputs} = (await context.open({mayCreate: true}))!;
	if (!wantsNew && (context.settings.session !== undefined || await remembered(context, outputs) !== undefined)) {
		const chosen = await chooseSession(context);
		checkUsable(chosen.session);
		return chosen;
	}

	const opened = (await openOrWarn(context, true))!;
	const session = await startSession(opened.outputs, {now: context.now(), uid: context.uid});
	await context.memory.remember(opened.outputs.location, session.id);
	note(context, `started session ${session.id}`);
	return {...opened, session};
};

/** Holds a session while a command works on it. Where that cannot be, the work goes on: it is told. */
export const holdOrWarn = async (context: Context, outputs: Outputs, id: string): Promise<Hold | undefined> => {
	try {
		return await outputs.hold(id);
	} catch (error) {
		if (error instanceof SessionGone) {
			throw error;
		}

		note(context, `sojourn: warning: ${reasonOf(error)}`);
		return undefined;
	}
};
