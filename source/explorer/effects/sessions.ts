import {assess} from '../../outputs/assess.js';
import type {Session} from '../../outputs/read-session.js';
import {Failure, reasonOf} from '../../text/errors.js';
import type {Menu, SessionRow} from '../model.js';
import {lastActiveAt} from '../sessions.js';
import type {Dispatch, Services} from './services.js';

const whyNot = (error: unknown): string => error instanceof Failure ? error.message : `the session cannot be opened: ${reasonOf(error)}`;

/** Opens a session, or starts one, to stay in it. */
export const openChosen = async (services: Services, dispatch: Dispatch, chosen: Session | 'new'): Promise<void> => {
	try {
		const {session, isNew, problem} = await services.openSession(chosen);
		dispatch({
			type: 'session-opened', session, isNew, roots: services.roots,
		});
		if (problem !== undefined) {
			dispatch({type: 'hold-failed', problem});
		}
	} catch (error) {
		dispatch({type: 'session-refused', problem: whyNot(error)});
	}
};

/** Opens a session to look at. */
export const lookInto = async (services: Services, dispatch: Dispatch, row: SessionRow): Promise<void> => {
	try {
		const {session, problem} = await services.lookInto(row.session);
		const seenAt = Math.max(session.lastActiveAt, lastActiveAt(row) ?? 0);
		// The folders of older deployments are no part of what one looks into.
		dispatch({type: 'session-looked-into', session: {...session, lastActiveAt: seenAt}, roots: services.roots.filter(root => root !== 'legacy'), problem});
	} catch (error) {
		dispatch({type: 'session-refused', problem: whyNot(error)});
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
