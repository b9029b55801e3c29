import {expiryOf, judgeSigns, type Policy, type SessionState} from '../session/expiry.js';
import {assess, signsOf, type Assessment} from './assess.js';
import {inParallel} from './in-parallel.js';
import {ownerName} from './owner.js';
import type {Outputs} from './outputs.js';
import type {Session} from './read-session.js';

/** A session with all that a list tells of it. */
export type Overview = {
	readonly session: Session;
	readonly owner: string | undefined;
	readonly assessment: Assessment;
	readonly state: SessionState;
	/** Milliseconds since 1970; absent if it never expires or nothing tells. */
	readonly expiresAt: number | undefined;
};

/** As many sessions are looked at beside each other: it is the disk that takes its time. */
const lookers = 4;

/**
Walks through sessions, and tells what is in them and how long they last. The last used one comes first.

@param policyOf - what counts for the sessions of a user
*/
export const surveySessions = async (outputs: Outputs, sessions: readonly Session[], policyOf: (uid: number) => Policy, signal?: AbortSignal): Promise<Overview[]> => {
	const held = await outputs.heldAmong(sessions.map(({id}) => id));
	const overviews = await inParallel(sessions, lookers, async (session): Promise<Overview> => {
		const policy = policyOf(session.uid);
		const assessment = await assess(outputs, session, policy, {signal});
		const signs = signsOf(session, assessment, held.has(session.id));
		return {session, owner: await ownerName(session.uid), assessment, state: judgeSigns(signs, policy), expiresAt: expiryOf(signs, policy.maxAgeHours)};
	});
	return overviews.sort((a, b) => (b.assessment.evidence?.time ?? 0) - (a.assessment.evidence?.time ?? 0));
};
