import type {Evidence, Policy} from '../session/expiry.js';
import {codeOf, isAbort, reasonOf} from '../text/errors.js';
import {formatDuration} from '../text/age.js';
import {printable} from '../text/printable.js';
import {assess, mayBeRemoved, type Assessment} from './assess.js';
import type {Outputs} from './outputs.js';
import {readSessionAt, type Session} from './read-session.js';
import {listSessions, type Viewer} from './sessions.js';

export type Removed = {
	readonly id: string;
	readonly files: number;
	readonly bytes: number;
	/** Milliseconds since 1970. */
	readonly lastActiveAt: number;
	readonly evidence: Evidence;
};

export type SweepReport = {
	readonly isDryRun: boolean;
	/** Why nothing was removed at all. */
	readonly skipped?: 'clock' | 'busy' | 'unsafe';
	/** The sentence that goes with `skipped`. */
	readonly detail?: string;
	readonly removed: readonly Removed[];
	readonly kept: ReadonlyArray<{readonly id: string; readonly reason: string}>;
	/** Put back after an interrupted removal. */
	readonly recovered: ReadonlyArray<{readonly id: string}>;
	readonly unmanaged: ReadonlyArray<{readonly name: string}>;
	readonly failed: ReadonlyArray<{readonly id: string; readonly error: string}>;
	/** What is strange, but has kept nothing from being done. */
	readonly warnings?: readonly string[];
};

/** What became of a session that was to be removed. */
export type Removal =
	| {readonly outcome: 'removed'; readonly leftover?: string}
	/** Somebody else was quicker. */
	| {readonly outcome: 'gone'}
	/** A sign of life came in between; it is back in its place. */
	| {readonly outcome: 'kept'; readonly reason: string};

export type Recovery = {
	readonly recovered: readonly string[];
	readonly failed: ReadonlyArray<{readonly id: string; readonly error: string}>;
	readonly warnings?: readonly string[];
};

/** What a store does for the sweep. The policy is here, the means are there. */
export type Sweeper = {
	/** Why nothing may be removed in this outputs directory. */
	readonly refusal?: {readonly skipped: 'clock' | 'busy' | 'unsafe'; readonly detail: string};

	/** Finishes or undoes what an interrupted removal has left. */
	recover(isExpired: LookAgain): Promise<Recovery>;

	/** Removes a session out of everybody's sight in one step, looks at it again there, and puts it back if `isExpired` says no. */
	remove(id: string, isExpired: LookAgain): Promise<Removal>;
};

/** Looks at the session `id`, which lies at `place` in `where`, leaving out the times of its own directory, which the move has changed. */
export type LookAgain = (where: Outputs, id: string, place: string) => Promise<{readonly isExpired: true} | {readonly isExpired: false; readonly reason: string}>;

/** What a sweep has done, for the log. */
export type SweepEvent =
	| ({readonly event: 'removed'} & Removed)
	| {readonly event: 'recovered'; readonly id: string}
	| {readonly event: 'failed'; readonly id: string; readonly error: string};

export type SweepOptions = {
	readonly viewer: Viewer;
	readonly policy: Policy;
	/** For sessions of other owners; as `policy` if absent. */
	readonly policyForOthers?: Policy | undefined;
	readonly isDryRun?: boolean;
	/** The session that is about to be used: it is held. */
	readonly exceptId?: string | undefined;
	readonly signal?: AbortSignal | undefined;
	/** Told of each event when it has happened, none in a dry run: a sweep that is cancelled or killed later has told of what it did. */
	readonly onEvent?: ((event: SweepEvent) => Promise<void>) | undefined;
};

const sourceName = {marker: 'the marker', mtime: 'mtime', ctime: 'ctime'} as const;

/** A sign of life in words: where, which time, how long ago. */
export const describeEvidence = ({path, source, time}: Evidence, now: number): string => {
	const where = path === '' ? 'its directory' : printable(path);
	const what = source === 'marker' ? sourceName.marker : `${sourceName[source]} of ${where}`;
	return `${what}: ${new Date(time).toISOString()} (${formatDuration(now - time)} ago)`;
};

const reasonToKeep = (session: Session, assessment: Assessment, policy: Policy): string => {
	switch (assessment.state) {
		case 'broken': {
			return `broken: ${assessment.doubt ?? session.problem ?? 'unknown'}`;
		}

		case 'kept': {
			const until = session.marker?.keepUntil;
			return typeof until === 'number' ? `marked to be kept until ${new Date(until).toISOString()}` : 'marked to be kept for good';
		}

		case 'active':
		case 'idle':
		case 'expired': {
			if (assessment.doubt !== undefined) {
				return assessment.doubt;
			}

			return assessment.evidence === undefined ? 'nothing tells its age' : `in use: ${describeEvidence(assessment.evidence, policy.now)}`;
		}
	}
};

/**
Removes the sessions that have expired, and says what and why. A failure stops only its own session; whatever is in doubt is kept.

@returns the report; the error of a cancelled sweep is thrown
*/
export const sweep = async (outputs: Outputs, sweeper: Sweeper, options: SweepOptions): Promise<SweepReport> => {
	const {viewer} = options;
	const policyOf = (session: Session): Policy =>
		session.uid === viewer.uid ? options.policy : options.policyForOthers ?? options.policy;
	const isDryRun = options.isDryRun ?? false;
	const removed: Removed[] = [];
	const kept: Array<{id: string; reason: string}> = [];
	const problems: Array<{id: string; error: string}> = [];
	const tell = async (event: SweepEvent): Promise<void> => {
		if (!isDryRun) {
			await options.onEvent?.(event);
		}
	};

	const fail = async (id: string, error: string): Promise<void> => {
		problems.push({id, error});
		await tell({event: 'failed', id, error});
	};

	const lookAgain: LookAgain = async (where, id, place) => {
		const session = await readSessionAt(where, place, id) ?? {id, uid: viewer.uid, problem: 'it is no session any more'};
		const policy = policyOf(session);
		const again = await assess(where, session, policy, {isQuick: true, ignoresOwnTimes: true, at: place});
		return mayBeRemoved(again) ? {isExpired: true} : {isExpired: false, reason: reasonToKeep(session, again, policy)};
	};

	if (sweeper.refusal !== undefined && !isDryRun) {
		const {unmanaged} = await listSessions(outputs, viewer);
		return {isDryRun, ...sweeper.refusal, removed, kept, recovered: [], unmanaged: unmanaged.map(name => ({name})), failed: problems};
	}

	const isGone = async (id: string): Promise<boolean> => {
		try {
			await outputs.stat(id);
			return false;
		} catch (error) {
			return codeOf(error) === 'ENOENT';
		}
	};

	const recovery: Recovery = isDryRun ? {recovered: [], failed: []} : await sweeper.recover(lookAgain);
	for (const id of recovery.recovered) {
		await tell({event: 'recovered', id});
	}

	for (const {id, error} of recovery.failed) {
		await fail(id, error);
	}

	const {sessions, unmanaged} = await listSessions(outputs, viewer);
	for (const session of sessions) {
		options.signal?.throwIfAborted();
		if (session.id === options.exceptId) {
			kept.push({id: session.id, reason: 'held: it is being resumed'});
			continue;
		}

		const policy = policyOf(session);
		try {
			const assessment = await assess(outputs, session, policy, {isQuick: true, signal: options.signal});
			if (!mayBeRemoved(assessment)) {
				// Another sweep, or its owner, may have removed it while it was looked at.
				if (assessment.doubt !== undefined && await isGone(session.id)) {
					continue;
				}

				kept.push({id: session.id, reason: reasonToKeep(session, assessment, policy)});
				continue;
			}

			const removal = isDryRun ? {outcome: 'removed' as const} : await sweeper.remove(session.id, lookAgain);
			if (removal.outcome === 'kept') {
				kept.push({id: session.id, reason: removal.reason});
			} else if (removal.outcome === 'removed') {
				const {files, bytes, evidence} = assessment;
				const entry: Removed = {id: session.id, files, bytes, lastActiveAt: evidence!.time, evidence: evidence!};
				removed.push(entry);
				await tell({event: 'removed', ...entry});
				if ('leftover' in removal && removal.leftover !== undefined) {
					await fail(session.id, removal.leftover);
				}
			}
		} catch (error) {
			if (isAbort(error) && options.signal?.aborted) {
				throw error;
			}

			await fail(session.id, reasonOf(error));
		}
	}

	return {
		isDryRun,
		removed,
		kept,
		recovered: recovery.recovered.map(id => ({id})),
		unmanaged: unmanaged.map(name => ({name})),
		failed: problems,
		...(recovery.warnings !== undefined && {warnings: recovery.warnings}),
	};
};
