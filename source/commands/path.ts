import {Failure} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {chooseSession} from './choose.js';
import type {Context} from './context.js';
import {jsonPath, printExact, printJson} from './report.js';

/** `sojourn path [single|bulk]`: prints the session's directory, or that part of it. */
export const run = async (context: Context): Promise<number> => {
	const [part, ...more] = context.words;
	if (more.length > 0 || (part !== undefined && part !== 'single' && part !== 'bulk')) {
		throw new Failure(`path takes "single", "bulk" or nothing, not "${printable(context.words.join(' '))}"`, 2);
	}

	const {outputs, session} = await chooseSession(context);
	if (outputs.local === undefined) {
		throw new Failure('these outputs are not in a directory, so there is no path');
	}

	const path = outputs.local.resolve(part === undefined ? session.id : `${session.id}/${part}`);
	if (context.flags.json) {
		printJson(context, jsonPath(path));
	} else {
		printExact(context, path);
	}

	return 0;
};
