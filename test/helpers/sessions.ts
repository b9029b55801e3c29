import type {Evidence} from '../../source/session/expiry.js';
import type {SessionRow} from '../../source/explorer/model.js';
import {shownSessions, nameOfSession} from '../../source/explorer/sessions.js';
import type {Session} from '../../source/outputs/read-session.js';
import {now, openExplorer, type Explorer} from './explorer.js';

export const minute = 60_000;

export const hour = 60 * minute;

/** A session id that is told by its first digits. */
export const idOf = (number: number): string => `${String(number).padStart(8, '0')}-1111-4111-8111-111111111111`;

/** The session that `openExplorer` opens. */
export const ownId = '11111111-2222-4333-8444-555555555555';

type Traits = {
	readonly label?: string;
	/** Hours since its marker was written; `undefined`: it has none. */
	readonly age?: number | undefined;
	readonly keep?: Session['keep'];
	readonly problem?: string;
	readonly owner?: string;
	readonly isOwn?: boolean;
	readonly isHeld?: boolean;
	readonly maxAgeHours?: number;
	/** What a walk has found; absent until then. `hours`: since the newest sign of life, the marker's age if absent. */
	readonly found?: {readonly files?: number; readonly bytes?: number; readonly hours?: number; readonly doubt?: string};
};

/** A row of the list of sessions: idle, one's own, and not walked through, unless its traits say otherwise. */
export const rowOf = (id: string, traits: Traits = {}): SessionRow => {
	const {label, keep, problem, isOwn = true, owner = isOwn ? 'me' : 'alice', isHeld = false, maxAgeHours = 24, found} = traits;
	const age = 'age' in traits ? traits.age : 1;
	const markedAt = age === undefined ? undefined : now - (age * hour);
	const time = found?.hours === undefined ? markedAt : now - (found.hours * hour);
	const evidence: Evidence | undefined = time === undefined ? undefined : {path: 'single/a', source: 'mtime', time};
	return {
		session: {
			id,
			uid: isOwn ? 1000 : 1001,
			...(markedAt !== undefined && {marker: {id, createdAt: markedAt - hour, lastActiveAt: markedAt, ...(label !== undefined && {label})}}),
			...(keep !== undefined && {keep}),
			...(problem !== undefined && {problem}),
		},
		isOwn,
		owner,
		isHeld,
		maxAgeHours,
		...(found !== undefined && {
			found: {files: found.files ?? 1, bytes: found.bytes ?? 10, ...(evidence !== undefined && {evidence}), ...(found.doubt !== undefined && {doubt: found.doubt})},
		}),
	};
};

export type SessionsScreen = Explorer & {
	/** What the sessions on screen are called, in their order; `>` the cursor. */
	readonly list: () => string[];
	/** The id under the cursor. */
	readonly focusedId: () => string | undefined;
	/** Answers the reading that was asked for last. */
	readonly answer: (rows: readonly SessionRow[], isComplete?: boolean) => void;
};

/** The screen of sessions over an explorer in which one session is open, the list read. */
export const openSessions = (rows: readonly SessionRow[], options: Parameters<typeof openExplorer>[1] = {}): SessionsScreen => {
	const explorer = openExplorer({single: ['a.txt', 'b.txt', 'c.txt'], bulk: ['batch/'], 'bulk/batch': ['deep.txt']}, options);
	const shown = (): readonly SessionRow[] => shownSessions(explorer.model().sessions!, explorer.model().now);
	const answer: SessionsScreen['answer'] = (some, isComplete = true) => {
		const {ticket} = explorer.model().sessions!;
		explorer.send({type: 'sessions-listed', ticket, rows: some, ...(isComplete && {ids: some.map(({session}) => session.id)})});
	};

	explorer.press('s');
	answer(rows);
	return {
		...explorer,
		answer,
		list: () => shown().map((row, index) => `${index === explorer.model().sessions!.cursor.index ? '>' : ' '}${nameOfSession(row)}`),
		focusedId: () => shown()[explorer.model().sessions!.cursor.index]?.session.id,
	};
};
