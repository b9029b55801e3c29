import type {Outputs} from './outputs.js';

/** What became of a session that was to be removed. */
export type Removal =
	| {readonly outcome: 'removed'; readonly leftover?: string}
	/** Somebody else was quicker. */
	| {readonly outcome: 'gone'}
	/** A sign of life came in between; it is back in its place. */
	| {readonly outcome: 'kept'; readonly reason: string};

export type Discarding =
	| {readonly outcome: 'removed'; readonly leftover?: string}
	/** Why not, as the end of a sentence. */
	| {readonly outcome: 'refused'; readonly reason: string};

export type Recovery = {
	readonly recovered: readonly string[];
	readonly failed: ReadonlyArray<{readonly id: string; readonly error: string}>;
};

/** Why nothing may be removed at all. */
export type Refusal = {
	readonly skipped: 'clock' | 'busy' | 'unsafe';
	/** A sentence. */
	readonly detail: string;
};

/** What a store does for the sweep. The policy is here, the means are there. */
export type Sweeper = {
	/**
	Begins a sweep: one at a time, and only with a clock that can be believed.

	@param options.now - milliseconds since 1970
	@param options.mayCreate - whether to make what the store remembers sweeps by; where there is nothing to sweep, nothing is made
	*/
	begin(options: {readonly now: number; readonly isDryRun: boolean; readonly mayCreate: boolean}): Promise<{readonly refusal?: Refusal; end(): Promise<void>}>;

	/** What was strange so far, but has kept nothing from being done: sentences. */
	warnings(): readonly string[];

	/** Finishes or undoes what an interrupted removal has left. */
	recover(isExpired: LookAgain): Promise<Recovery>;

	/** Why a session must be kept although it has expired: somebody holds it, or something is mounted in it. The end of a sentence. */
	reasonToSpare(id: string): Promise<string | undefined>;

	/**
	Removes a session or an output at once, whatever its age, because its owner says so.

	@param path - `<session id>`, or a path below it
	@param options.isForced - also a session that is held
	*/
	discard(path: string, options?: {readonly isForced?: boolean}): Promise<Discarding>;

	/** Locks a session, looks at it again, removes it out of everybody's sight in one step, looks once more there, and puts it back if one of the looks says no. */
	remove(id: string, isExpired: LookAgain): Promise<Removal>;
};

/** Looks at the session `id`, which lies at `place` in `where`. Where that is not its own place, the times of its directory are left out, as the move has changed them. */
export type LookAgain = (where: Outputs, id: string, place: string) => Promise<{readonly isExpired: true} | {readonly isExpired: false; readonly reason: string}>;
