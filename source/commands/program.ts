import path from 'node:path';
import process from 'node:process';
import {readLog} from '../files/log-file.js';
import type {Context, Places} from './context.js';
import type {Flags} from './flags.js';
import {createMemory} from './memory.js';
import {settle} from './settle.js';

/** Makes what a command works with. Settings are checked before anything is touched. */
export const createContext = async ({flags, words, signal, places: given, environment = process.env}: {
	readonly flags: Flags;
	readonly words: readonly string[];
	readonly signal: AbortSignal;
	readonly places?: Places;
	readonly environment?: Context['environment'];
}): Promise<Context> => {
	const {settings, maxAgeHoursForOthers, home, cwd, uid, places, configPath, log, open} = await settle({
		flags: {outputs: flags.outputs, maxAgeHours: flags.maxAgeHours, session: flags.session, to: flags.to, theme: flags.theme, mouse: flags.mouse === true ? 'on' : undefined},
		places: given,
		environment,
	});
	if (Object.keys(settings.look.keys).length > 0) {
		const {rebind} = await import('../explorer/rebind.js');
		rebind(settings.look.keys, configPath); // Refused here, before anything is touched.
	}

	return {
		flags,
		words,
		settings,
		maxAgeHoursForOthers,
		environment,
		stdin: process.stdin,
		stdout: process.stdout,
		stderr: process.stderr,
		cwd,
		home,
		uid,
		now: () => Date.now(),
		signal,
		memory: createMemory(places.state),
		log,
		readLog: async () => readLog(path.join(places.state, 'sojourn.log')),
		places,
		open,
	};
};
