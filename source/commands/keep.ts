import {keepSession} from '../outputs/sessions.js';
import {describeKeep, formatKeep} from '../session/keep.js';
import {allowedHours, parseHours} from '../settings/hours.js';
import {SettingsError} from '../settings/error.js';
import {nameSession} from './choose.js';
import type {Context} from './context.js';
import {namedSession} from './named.js';
import {note, printJson} from './report.js';

const hour = 3_600_000;

/** `sojourn keep S [--hours N]`: a session survives expiry. */
export const run = async (context: Context): Promise<number> => {
	const {hours: text} = context.flags;
	const hours = text === undefined ? undefined : parseHours(text);
	if (text !== undefined && hours === undefined) {
		throw new SettingsError('--hours', text, allowedHours);
	}

	const {outputs, session} = await namedSession(context, 'keep');
	const until = hours === undefined ? 'forever' : context.now() + (hours * hour);
	const keep = await keepSession(outputs, session, until, context.uid);
	if (context.flags.json) {
		printJson(context, {id: session.id, keepUntil: formatKeep(keep?.until) ?? null});
	} else {
		note(context, `the session ${nameSession(session)} is kept ${describeKeep(keep?.until ?? until)}`);
	}

	return 0;
};
