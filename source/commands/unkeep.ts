import {keepSession} from '../outputs/sessions.js';
import {describeKeep, formatKeep, isKept} from '../session/keep.js';
import {Failure} from '../text/errors.js';
import {nameSession} from './choose.js';
import type {Context} from './context.js';
import {namedSession} from './named.js';
import {note, printJson} from './report.js';

/** `sojourn unkeep S`: lets a session expire again. */
export const run = async (context: Context): Promise<number> => {
	const {outputs, session} = await namedSession(context, 'unkeep');
	const isOwn = session.uid === context.uid;
	const now = context.now();
	const isKeptNow = isKept(session.keep?.until, now);
	if (isOwn && isKeptNow && !isKept(session.marker?.keepUntil, now)) {
		throw new Failure(`the session ${nameSession(session)} is kept by the administrator ${describeKeep(session.keep!.until)}, and only root can lift that`);
	}

	// Where nothing keeps it nothing is written: that would be a sign of life.
	const left = isKeptNow ? await keepSession(outputs, session, undefined, context.uid) : undefined;
	const keep = isKept(left?.until, now) ? left : undefined;
	if (context.flags.json) {
		printJson(context, {id: session.id, keepUntil: formatKeep(keep?.until) ?? null});
	} else if (keep === undefined) {
		note(context, `the session ${nameSession(session)} ${isKeptNow ? 'expires again when nobody uses it' : 'was not kept'}`);
	} else {
		note(context, `the session ${nameSession(session)} is still kept by ${isOwn ? 'the administrator' : 'its owner'} ${describeKeep(keep.until)}`);
	}

	return 0;
};
