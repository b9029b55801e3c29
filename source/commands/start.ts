import {checkLabel, startSession} from '../outputs/sessions.js';
import {Failure} from '../text/errors.js';
import type {Context} from './context.js';
import {openOrWarn} from './choose.js';
import {print, printJson} from './report.js';
import {sweepAtLaunch} from './sweep.js';

/** `sojourn start`: starts a session, makes it current, prints its id. */
export const run = async (context: Context): Promise<number> => {
	if (context.words.length > 0) {
		throw new Failure('start takes no arguments; --label TEXT gives the session a label', 2);
	}

	if (context.flags.label !== undefined) {
		checkLabel(context.flags.label, []);
	}

	const opened = (await openOrWarn(context, true))!;
	const session = await startSession(opened.outputs, {label: context.flags.label, now: context.now(), uid: context.uid});
	if (context.flags.json) {
		const resolve = (part: string): string => opened.outputs.local?.resolve(part) ?? part;
		printJson(context, {id: session.id, path: resolve(session.id), single: resolve(`${session.id}/single`), bulk: resolve(`${session.id}/bulk`)});
	} else {
		print(context, `${session.id}\n`);
	}

	// After the id is told: where nothing can be remembered, there is a session all the same.
	await context.memory.remember(opened.outputs.location, session.id);

	if (!context.flags.noSweep) {
		await sweepAtLaunch(context, opened, session.id);
	}

	return 0;
};
