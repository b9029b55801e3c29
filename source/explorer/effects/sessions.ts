import {assess} from '../../outputs/assess.js';
import {Failure, reasonOf} from '../../text/errors.js';
import type {Menu, MenuItem} from '../model.js';
import type {Dispatch, Services} from './services.js';

/** Carries out the choice in the start menu. */
export const openChosen = async (services: Services, dispatch: Dispatch, item: MenuItem | 'new'): Promise<void> => {
	try {
		const {session, isNew, problem} = await services.openSession(item);
		dispatch({
			type: 'session-opened', session, isNew, roots: services.roots,
		});
		if (problem !== undefined) {
			dispatch({type: 'hold-failed', problem});
		}
	} catch (error) {
		dispatch({type: 'session-refused', problem: error instanceof Failure ? error.message : `the session cannot be opened: ${reasonOf(error)}`});
	}
};

/** Counts what the sessions in the menu hold, one after the other, and tells each as it is known. */
export const countSessions = async (services: Services, dispatch: Dispatch, menu: Menu, signal: AbortSignal): Promise<void> => {
	for (const item of menu.items) {
		if (signal.aborted) {
			return;
		}

		try {
			const {files, bytes, evidence} = await assess(services.outputs, item.session, services.policy(), {signal});
			dispatch({
				type: 'sessions-counted', items: [{
					...item, files, bytes, lastActiveAt: evidence?.time ?? item.lastActiveAt,
				}],
			});
		} catch {
			// Sizes are a help, not a condition: without them the row shows none.
		}
	}
};
