import {touchSession} from '../outputs/sessions.js';
import {formatDuration} from '../text/age.js';
import {Failure, reasonOf} from '../text/errors.js';
import {isUtf8Name} from '../text/names.js';
import {printable} from '../text/printable.js';
import {chooseOrStart, holdOrWarn, nameSession, type Chosen} from './choose.js';
import type {Context} from './context.js';
import {note, warn} from './report.js';
import {runChild} from './run/child.js';
import {sweepAtLaunch} from './sweep.js';

/** What a producer is told of its session. */
const environmentFor = ({outputs, session: {id}}: Chosen): Readonly<Record<string, string>> => {
	if (outputs.local === undefined) {
		throw new Failure('these outputs are not in a directory, so no program can write into it');
	}

	const {resolve} = outputs.local;
	const told = {
		SESSION_ID: id,
		SESSION_DIR: resolve(id),
		SINGLE_DIR: resolve(`${id}/single`),
		BULK_DIR: resolve(`${id}/bulk`),
		SOJOURN_SESSION: id,
		SOJOURN_OUTPUTS: outputs.location,
	};
	if (!isUtf8Name(told.SOJOURN_OUTPUTS)) {
		throw new Failure(`the name of the outputs directory is no UTF-8, and cannot be told to a program exactly: ${printable(told.SOJOURN_OUTPUTS)}`);
	}

	return told;
};

/** `sojourn run -- COMMAND…`: runs a producer; its session is held meanwhile. */
export const run = async (context: Context): Promise<number> => {
	const [command, ...words] = context.words;
	if (command === undefined || command === '') {
		throw new Failure('run needs a command: sojourn run -- COMMAND…', 2);
	}

	if (context.flags.json) {
		throw new Failure('--json does not go with run: standard output is the command\'s', 2);
	}

	if ([command, ...words].some(word => !isUtf8Name(word))) {
		throw new Failure('the command holds bytes that are no UTF-8, and cannot be handed on exactly: put it into a script, and run that', 2);
	}

	const chosen = await chooseOrStart(context);
	const {outputs, session} = chosen;
	const told = environmentFor(chosen);
	const hold = await holdOrWarn(context, outputs, session.id);
	try {
		const start = context.now();
		// The command waits for no sweep.
		const sweeping = context.flags.noSweep ? undefined : sweepAtLaunch(context, chosen, session.id);
		let code: number;
		try {
			code = await runChild([command, ...words], {cwd: context.cwd, environment: {...context.environment, ...told}, descriptor: hold?.descriptor});
		} finally {
			await sweeping;
		}

		if (context.flags.verbose) {
			note(context, `${printable(command)} ended with ${code} after ${formatDuration(context.now() - start)}; its session was ${nameSession(session)}`);
		}

		try {
			await touchSession(outputs, session.id, context.now());
		} catch (error) {
			warn(context, `that the session ${nameSession(session)} was used cannot be noted: ${reasonOf(error)}`);
		}

		return code;
	} finally {
		await hold?.release();
	}
};
