import type {Session} from '../outputs/read-session.js';
import {findSession, listSessions} from '../outputs/sessions.js';
import {Failure} from '../text/errors.js';
import {openOrWarn} from './choose.js';
import type {Context, Opened} from './context.js';

/**
The sessions that the words of a command name, each once.

@throws Failure if one of them is not there: then nothing has been done yet
*/
export const namedSessions = async (context: Context, references: readonly string[]): Promise<Opened & {readonly sessions: readonly Session[]}> => {
	const opened = await openOrWarn(context, false);
	if (opened === undefined) {
		throw new Failure('there is no session yet: "sojourn start" starts one');
	}

	const {sessions} = await listSessions(opened.outputs, {uid: context.uid, isAll: context.flags.all ?? false});
	const found = new Map(references.map(reference => {
		const session = findSession(sessions, reference);
		return [session.id, session] as const;
	}));
	return {...opened, sessions: [...found.values()]};
};

/** The one session that a command takes. */
export const namedSession = async (context: Context, command: string): Promise<Opened & {readonly session: Session}> => {
	const [reference, ...more] = context.words;
	if (reference === undefined || more.length > 0) {
		throw new Failure(`${command} takes one session: its id, its label, or 4 or more characters that its id starts with`, 2);
	}

	const {sessions, ...opened} = await namedSessions(context, [reference]);
	return {...opened, session: sessions[0]!};
};
