import {findSession, labelSession, listSessions} from '../outputs/sessions.js';
import {Failure} from '../text/errors.js';
import {shortId} from '../session/id.js';
import {openOrWarn} from './choose.js';
import type {Context} from './context.js';
import {note, printJson} from './report.js';

/** `sojourn label S TEXT`: gives a session a label. */
export const run = async (context: Context): Promise<number> => {
	const [reference, label, ...more] = context.words;
	if (reference === undefined || label === undefined || more.length > 0) {
		throw new Failure('label takes a session and a text: sojourn label S TEXT (quote a text of several words)', 2);
	}

	const opened = await openOrWarn(context, false);
	if (opened === undefined) {
		throw new Failure('there is no session yet: "sojourn start" starts one');
	}

	const {sessions} = await listSessions(opened.outputs, {uid: context.uid});
	const session = await labelSession(opened.outputs, findSession(sessions, reference), label);
	if (context.flags.json) {
		printJson(context, {id: session.id, label});
	} else {
		note(context, `the session ${shortId(session.id)} is now called ${label}`);
	}

	return 0;
};
