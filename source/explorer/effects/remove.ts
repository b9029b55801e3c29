import {reasonOf} from '../../text/errors.js';
import {printable} from '../../text/printable.js';
import {plural} from '../../text/size.js';
import {nameOf, outermost} from '../../outputs/path.js';
import type {Effect} from '../messages.js';
import {createJobs, type Jobs} from './jobs.js';
import type {Dispatch, Services} from './services.js';

type RemoveEffect = Extract<Effect, {type: 'remove'}>;

/** Removes outputs of a session, one after the other; what fails stops nothing else. */
const remove = async (services: Services, dispatch: Dispatch, {id, session, paths}: RemoveEffect, signal: AbortSignal): Promise<void> => {
	const removed: string[] = [];
	const problems: string[] = [];
	const wanted = outermost(paths);
	for (const path of wanted) {
		if (signal.aborted) {
			problems.push(`cancelled: ${plural(wanted.length - removed.length, 'output')} stayed`);
			break;
		}

		try {
			const leftover = await services.removeOutput(session, path);
			removed.push(path);
			if (leftover !== undefined) {
				problems.push(`${printable(path)}: ${leftover}`);
			}
		} catch (error) {
			problems.push(`${printable(path)}: ${reasonOf(error)}`);
		}

		dispatch({type: 'task-progressed', id, at: services.now(), bytes: removed.length, totalBytes: wanted.length, current: path});
	}

	const what = removed.length === 1 ? printable(nameOf(removed[0]!)) : plural(removed.length, 'output');
	dispatch({
		type: 'removal-finished', id, removed, problems, text: removed.length === 0 ? 'nothing was removed' : `removed ${what}`,
	});
};

/** Runs removals, one after the other, and cancels them between two outputs. */
export const createRemover = (services: Services, dispatch: Dispatch): Pick<Jobs, 'cancel' | 'settled'> & {readonly start: (effect: RemoveEffect) => void} => {
	const jobs = createJobs(1);
	return {
		...jobs,
		start(effect) {
			jobs.start(effect.id, async signal => remove(services, dispatch, effect, signal));
		},
	};
};
