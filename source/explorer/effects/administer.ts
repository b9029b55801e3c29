import {assess} from '../../outputs/assess.js';
import {describeKeep, isKept} from '../../session/keep.js';
import {formatBytes, plural} from '../../text/size.js';
import {Failure, reasonOf} from '../../text/errors.js';
import type {Effect} from '../messages.js';
import {nameOfSession} from '../sessions.js';
import type {Dispatch, Services} from './services.js';

type Of<T extends Effect['type']> = Extract<Effect, {type: T}>;

/** A failure is a whole sentence already; any other error needs to be told what it stopped. */
const tellWhy = (dispatch: Dispatch, what: string, error: unknown): void => {
	dispatch({type: 'session-unchanged', problem: error instanceof Failure ? error.message : `${what}: ${reasonOf(error)}`});
};

export const keepSession = async ({administration, now}: Services, dispatch: Dispatch, {row, keep}: Of<'keep-session'>): Promise<void> => {
	const name = nameOfSession(row);
	try {
		const session = await administration.keep(row.session, keep);
		const until = session.keep?.until;
		if (until !== undefined && isKept(until, now())) {
			const who = keep === undefined ? `is still kept by ${session.keep!.isByAdministrator ? 'the administrator' : 'its owner'}` : 'is kept';
			dispatch({type: 'session-changed', id: session.id, session, text: `${name} ${who} ${describeKeep(until)}`, isProblem: keep === undefined});
		} else {
			dispatch({type: 'session-changed', id: session.id, session, text: `${name} is not kept any more: it expires as any other`});
		}
	} catch (error) {
		tellWhy(dispatch, `${name} cannot be ${keep === undefined ? 'released' : 'kept'}`, error);
	}
};

/** Reads the session that one stays in, to ask what is to be done with it. */
export const readOwnSession = async ({administration, current}: Services, dispatch: Dispatch): Promise<void> => {
	try {
		dispatch({type: 'own-session-read', row: await administration.row(current()!.id)});
	} catch (error) {
		tellWhy(dispatch, 'the session cannot be read', error);
	}
};

export const labelSession = async ({administration}: Services, dispatch: Dispatch, {row, label}: Of<'label-session'>): Promise<void> => {
	const name = nameOfSession(row);
	try {
		const session = await administration.label(row.session, label);
		dispatch({type: 'session-changed', id: session.id, session, text: `${name} is now called ${label}`});
	} catch (error) {
		tellWhy(dispatch, `${name} cannot be labelled`, error);
	}
};

/** Counts what goes with a session that is to be removed. */
export const countSession = async ({outputs, now}: Services, dispatch: Dispatch, {row, ticket}: Of<'count-session'>): Promise<void> => {
	try {
		const {files, bytes} = await assess(outputs, row.session, {maxAgeHours: row.maxAgeHours, now: now()});
		dispatch({type: 'session-counted', ticket, totals: {files, bytes}});
	} catch {
		// The dialog goes on waiting, and can be left.
	}
};

export const endSession = async ({administration}: Services, dispatch: Dispatch, {row, totals, isKept: knowsKept}: Of<'end-session'>): Promise<void> => {
	const name = nameOfSession(row);
	try {
		const leftover = await administration.end(row.session, totals, {isKept: knowsKept});
		dispatch({
			type: 'session-changed',
			id: row.session.id,
			session: undefined,
			text: `${name} was removed: ${plural(totals.files, 'file')}, ${formatBytes(totals.bytes)}${leftover === undefined ? '' : `; ${leftover}`}`,
			isProblem: leftover !== undefined,
		});
	} catch (error) {
		dispatch({type: 'session-unchanged', problem: `${name} was not removed: ${reasonOf(error)}`});
	}
};

export const trySweep = async ({administration}: Services, dispatch: Dispatch, {ticket}: Of<'try-sweep'>, signal: AbortSignal): Promise<void> => {
	try {
		dispatch({type: 'sweep-tried', ticket, report: {state: 'ready', value: await administration.trySweep(signal)}});
	} catch (error) {
		if (!signal.aborted) {
			dispatch({type: 'sweep-tried', ticket, report: {state: 'failed', problem: `it cannot be told what a sweep would do: ${reasonOf(error)}`}});
		}
	}
};
