import type {Evidence, Policy} from '../session/expiry.js';
import {describeKeep} from '../session/keep.js';
import {codeOf, isAbort, reasonOf} from '../text/errors.js';
import {formatDuration} from '../text/age.js';
import {printable} from '../text/printable.js';
import {truncateMiddle} from '../text/width.js';
import {assess, mayBeRemoved, type Assessment} from './assess.js';
import type {Outputs} from './outputs.js';
import {readSessionAt, withKeep, type Session} from './read-session.js';
import {listSessions, type Viewer} from './sessions.js';
import type {LookAgain, Refusal, Sweeper} from './sweeper.js';

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
	readonly skipped?: Refusal['skipped'];
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

/** Columns of a path in a message. */
const longestShown = 200;

/** A sign of life in words: where, which time, how long ago. */
export const describeEvidence = ({path, source, time}: Evidence, now: number): string => {
	const where = path === '' ? 'its directory' : truncateMiddle(printable(path), longestShown);
	const what = source === 'marker' ? sourceName.marker : `${sourceName[source]} of ${where}`;
	return `${what}: ${new Date(time).toISOString()} (${formatDuration(now - time)} ago)`;
};

const reasonToKeep = (session: Session, assessment: Assessment, policy: Policy): string => {
	switch (assessment.state) {
		case 'broken': {
			return `broken: ${assessment.doubt ?? session.problem ?? 'unknown'}`;
		}

		case 'kept': {
			const {until, isByAdministrator} = session.keep!;
			return `${isByAdministrator ? 'kept by the administrator' : 'marked to be kept'} ${describeKeep(until)}`;
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

/** One sweep: what it looks at, and what it has done so far. */
class Sweep {
	readonly removed: Removed[] = [];
	readonly kept: Array<{id: string; reason: string}> = [];
	readonly failed: Array<{id: string; error: string}> = [];
	readonly recovered: string[] = [];

	constructor(
		private readonly outputs: Outputs,
		private readonly sweeper: Sweeper,
		private readonly options: SweepOptions,
	) {}

	/** Finishes or undoes what was interrupted. With a clock that is in doubt everything is put back: that takes nothing from anybody. */
	async recover(isClockDoubted: boolean): Promise<void> {
		const {recovered, failed} = await this.sweeper.recover(isClockDoubted ? async () => ({isExpired: false, reason: 'the clock is in doubt'}) : this.lookAgain);
		for (const id of recovered) {
			this.recovered.push(id);
			await this.tell({event: 'recovered', id});
		}

		for (const {id, error} of failed) {
			await this.fail(id, error);
		}
	}

	/** Looks at a session, and removes it if it has expired and nothing speaks for it. A failure is noted, and stops only this one. */
	async consider(session: Session): Promise<void> {
		const {signal, exceptId} = this.options;
		const {id} = session;
		if (id === exceptId) {
			this.keep(id, 'held: it is being resumed');
			return;
		}

		try {
			const policy = this.policyOf(session);
			const assessment = await assess(this.outputs, session, policy, {isQuick: true, signal});
			if (mayBeRemoved(assessment)) {
				await this.remove(id, assessment);
			} else if (assessment.doubt === undefined || !await this.isGone(id)) {
				// Otherwise another sweep, or its owner, has removed it while it was looked at.
				this.keep(id, reasonToKeep(session, assessment, policy));
			}
		} catch (error) {
			if (isAbort(error) && signal?.aborted) {
				throw error;
			}

			await this.fail(id, reasonOf(error));
		}
	}

	private async remove(id: string, {files, bytes, evidence}: Assessment): Promise<void> {
		const entry: Removed = {id, files, bytes, lastActiveAt: evidence!.time, evidence: evidence!};
		if (this.options.isDryRun) {
			const reason = await this.sweeper.reasonToSpare(id);
			if (reason === undefined) {
				this.removed.push(entry);
			} else {
				this.keep(id, reason);
			}

			return;
		}

		const removal = await this.sweeper.remove(id, this.lookAgain);
		if (removal.outcome === 'kept') {
			this.keep(id, removal.reason);
		} else if (removal.outcome === 'removed') {
			this.removed.push(entry);
			await this.tell({event: 'removed', ...entry});
			if (removal.leftover !== undefined) {
				await this.fail(id, removal.leftover);
			}
		}
	}

	private readonly lookAgain: LookAgain = async (where, id, place) => {
		const session = await withKeep(this.outputs, await readSessionAt(where, place, id))
			?? {id, uid: this.options.viewer.uid, problem: 'it is no session any more'};
		const policy = this.policyOf(session);
		const again = await assess(where, session, policy, {isQuick: true, ignoresOwnTimes: place !== id, at: place});
		return mayBeRemoved(again) ? {isExpired: true} : {isExpired: false, reason: reasonToKeep(session, again, policy)};
	};

	private policyOf({uid}: Session): Policy {
		const {viewer, policy, policyForOthers = policy} = this.options;
		return uid === viewer.uid ? policy : policyForOthers;
	}

	private async isGone(id: string): Promise<boolean> {
		try {
			await this.outputs.stat(id);
			return false;
		} catch (error) {
			return codeOf(error) === 'ENOENT';
		}
	}

	private keep(id: string, reason: string): void {
		this.kept.push({id, reason});
	}

	private async fail(id: string, error: string): Promise<void> {
		this.failed.push({id, error});
		await this.tell({event: 'failed', id, error});
	}

	private async tell(event: SweepEvent): Promise<void> {
		if (!this.options.isDryRun) {
			await this.options.onEvent?.(event);
		}
	}
}

/**
Removes the sessions that have expired, and says what and why. A failure stops only its own session; whatever is in doubt is kept.

@returns the report; the error of a cancelled sweep is thrown
*/
export const sweep = async (outputs: Outputs, sweeper: Sweeper, options: SweepOptions): Promise<SweepReport> => {
	const {viewer, policy, isDryRun = false, signal} = options;
	const work = new Sweep(outputs, sweeper, options);
	let listing = await listSessions(outputs, viewer);
	const {refusal, end} = await sweeper.begin({now: policy.now, isDryRun, mayCreate: listing.sessions.length > 0});
	try {
		if (!isDryRun && (refusal === undefined || refusal.skipped === 'clock')) {
			await work.recover(refusal !== undefined);
			if (work.recovered.length > 0) {
				listing = await listSessions(outputs, viewer);
			}
		}

		// A dry run says what would be removed, also where something stands in the way.
		for (const session of refusal === undefined || isDryRun ? listing.sessions : []) {
			signal?.throwIfAborted();
			await work.consider(session);
		}
	} finally {
		await end();
	}

	const {removed, kept, recovered, failed} = work;
	const warnings = sweeper.warnings();
	return {
		isDryRun,
		...refusal,
		removed,
		kept,
		recovered: recovered.map(id => ({id})),
		unmanaged: listing.unmanaged.map(name => ({name})),
		failed,
		...(warnings.length > 0 && {warnings}),
	};
};
