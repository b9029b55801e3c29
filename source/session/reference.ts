import {isSessionId, looksLikeId} from './id.js';

/** What a session can be named by. */
export type Named = {
	readonly id: string;
	readonly label?: string | undefined;
};

export type Resolution<T> =
	| {readonly found: T}
	| {readonly candidates: readonly T[]};

/**
The session that `reference` stands for: a full id, a label, or a unique prefix of an id of 4 characters or more, in that order.

@param sessions - those that the caller may see; nothing else is ever matched
@returns the session, or the candidates: none if there is no such session, several if the reference is ambiguous
*/
export const resolveReference = <T extends Named>(reference: string, sessions: readonly T[]): Resolution<T> => {
	const exact = isSessionId(reference)
		? sessions.filter(session => session.id === reference)
		: sessions.filter(session => session.label === reference);
	if (exact.length === 1) {
		return {found: exact[0]!};
	}

	if (exact.length > 1 || !looksLikeId(reference)) {
		return {candidates: exact};
	}

	const candidates = sessions.filter(session => session.id.startsWith(reference));
	return candidates.length === 1 ? {found: candidates[0]!} : {candidates};
};
