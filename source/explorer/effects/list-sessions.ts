import {assess} from '../../outputs/assess.js';
import {inParallel} from '../../outputs/in-parallel.js';
import {reasonOf} from '../../text/errors.js';
import type {SessionRow} from '../model.js';
import {lastActiveAt} from '../sessions.js';
import type {Dispatch, Services} from './services.js';

/** Milliseconds between two answers: often enough for who looks, and seldom enough that ten thousand rows are not sorted all the time. */
const interval = 150;

/** Sessions walked through beside each other. */
const walkers = 3;

type Found = NonNullable<SessionRow['found']>;

/** Tells what has come together, but not oftener than anybody can see. The first is told at once, and nothing waits for what takes long. */
const createTeller = <T>(tell: (items: T[]) => void): {readonly add: (...items: readonly T[]) => void; readonly flush: () => void} => {
	let waiting: T[] = [];
	let toldAt = -Infinity;
	let timer: NodeJS.Timeout | undefined;
	const flush = (): void => {
		clearTimeout(timer);
		timer = undefined;
		if (waiting.length > 0) {
			const items = waiting;
			waiting = [];
			toldAt = performance.now();
			tell(items);
		}
	};

	return {
		flush,
		add(...items) {
			waiting.push(...items);
			const left = toldAt + interval - performance.now();
			if (left <= 0) {
				flush();
			} else {
				timer ??= setTimeout(flush, left).unref();
			}
		},
	};
};

/** Walks through every session, those first that were used last: they stand at the top of the list. */
const findAll = async ({outputs, now}: Services, rows: readonly SessionRow[], signal: AbortSignal, tell: (found: ReadonlyMap<string, Found>) => void): Promise<void> => {
	const queue = [...rows].sort((a, b) => (lastActiveAt(b) ?? Infinity) - (lastActiveAt(a) ?? Infinity));
	const teller = createTeller<[string, Found]>(items => {
		tell(new Map(items));
	});
	await inParallel(queue, walkers, async ({session, maxAgeHours}) => {
		try {
			signal.throwIfAborted();
			const {evidence, doubt, files, bytes} = await assess(outputs, session, {maxAgeHours, now: now()}, {signal});
			teller.add([session.id, {files, bytes, ...(evidence !== undefined && {evidence}), ...(doubt !== undefined && {doubt})}]);
		} catch {
			// It is gone, or the list is not looked at any more.
		}
	});
	if (!signal.aborted) {
		teller.flush();
	}
};

const list = async (services: Services, dispatch: Dispatch, ticket: number, signal: AbortSignal): Promise<void> => {
	const all: SessionRow[] = [];
	try {
		const teller = createTeller<SessionRow>(rows => {
			dispatch({type: 'sessions-listed', ticket, rows});
		});
		for await (const rows of services.administration.list(signal)) {
			all.push(...rows);
			teller.add(...rows);
		}

		teller.flush();
		const space = await services.outputs.local?.space().catch(() => undefined);
		dispatch({type: 'sessions-listed', ticket, rows: [], ids: all.map(({session}) => session.id), space});
	} catch (error) {
		if (!signal.aborted) {
			dispatch({type: 'sessions-failed', ticket, problem: `the sessions cannot be listed: ${reasonOf(error)}`});
		}

		return;
	}

	await findAll(services, all, signal, found => {
		if (!signal.aborted) {
			dispatch({type: 'sessions-found', ticket, found});
		}
	});
};

/** Lists sessions, then counts what each holds, in the background; a new reading ends the one before. */
export const createSessionsReader = (services: Services, dispatch: Dispatch): {readonly read: (ticket: number) => void; readonly stop: () => void} => {
	let controller: AbortController | undefined;
	return {
		stop() {
			controller?.abort();
		},
		read(ticket) {
			controller?.abort();
			controller = new AbortController();
			void list(services, dispatch, ticket, controller.signal);
		},
	};
};
