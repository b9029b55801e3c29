import type {Writable} from 'node:stream';

/**
An outputs directory, as `openOutputs` gives it. It can be handed to every function as `outputs`, and spares it opening the directory and reading the settings anew.
*/
export type OpenedOutputs = {
	/** Absolute. It may not be there yet: the first session makes it. */
	readonly directory: string;
	/** Hours without activity after which a session has expired: what settings, deployment or default say. */
	readonly maxAgeHours: number;
	/** Why nothing is removed from the directory, and the command that mends that; absent where all is well. */
	readonly danger?: string;
	/** Closes the directory. What is still at work in it may fail. */
	close(): Promise<void>;
	/** As `close`, for `await using`. */
	[Symbol.asyncDispose](): Promise<void>;
};

/** What every function takes. */
export type OutputsOptions = {
	/**
	The outputs directory: a path, or what `openOutputs` gave. By default what `SOJOURN_OUTPUTS` names, else `outputs` in `config.json`, else `sojourn/outputs` in the XDG data directory. One that is missing is made by `startSession`, if its parent exists.
	*/
	readonly outputs?: string | OpenedOutputs | undefined;
};

/** What every function takes that works on one session. */
export type SessionOptions = OutputsOptions & {
	/**
	The session: its full id, or anything that has it as `id`. It is a name and never a secret: whoever takes it from a request must have checked first that it is the requester's.
	*/
	readonly session: string | {readonly id: string};
};

/** What functions take that look beyond one's own sessions. */
export type ViewOptions = {
	/** Whether sessions of other users count too, where the system lets this process read them; only one's own by default. */
	readonly all?: boolean | undefined;
};

/** What functions take that may take long. */
export type TaskOptions = {
	/** Cancels the work: it fails with the signal's reason, and leaves nothing half done behind. */
	readonly signal?: AbortSignal | undefined;
};

/** A session. Times are milliseconds since 1970. */
export type Session = {
	/** A lower-case UUID: a name, never a secret. */
	readonly id: string;
	/** 1 to 64 printable characters, unique among its owner's sessions. */
	readonly label?: string;
	/** The user id of its owner. */
	readonly uid: number;
	/** Absent if another program made the session and nobody has used it since. */
	readonly createdAt?: number;
	/** The last use that is noted in the session itself; files may be younger. */
	readonly lastActiveAt?: number;
	/** Until when it survives expiry; absent if it is not kept. */
	readonly keepUntil?: number | 'forever';
	/** Why the session is broken, and can only be read: a sentence. */
	readonly problem?: string;
	/** Absolute, of its directory. */
	readonly path: string;
	/** Absolute, of the folder for one-off outputs. */
	readonly single: string;
	/** Absolute, of the folder for batches, a folder each. */
	readonly bulk: string;
};

/** `active`: held, or used in the last 5 minutes; `broken`: left as it is, and only read. */
export type SessionState = 'active' | 'idle' | 'expired' | 'kept' | 'broken';

/** A session with what a walk through it tells. Times are milliseconds since 1970. */
export type ListedSession = Session & {
	readonly state: SessionState;
	/** The owner's name, where the system knows it. */
	readonly owner?: string;
	/** The newest sign of life: of the session itself, or of a file in it. */
	readonly lastActiveAt?: number;
	/** When it may be removed; absent if never, or if nothing tells. */
	readonly expiresAt?: number;
	readonly files: number;
	readonly bytes: number;
};

/** A file or folder of a session. */
export type Output = {
	/**
	Within the session: `single/a.png`, `bulk/batch-1`. Exact, and not made printable. A name that is not UTF-8 has the lone surrogate U+DC00 + byte for each byte that is none (Python's `surrogateescape`); `isWellFormed()` tells.
	*/
	readonly path: string;
	/** What it is itself: links are never followed. */
	readonly type: 'file' | 'directory' | 'symlink' | 'other';
	readonly bytes: number;
	/** Milliseconds since 1970. */
	readonly modifiedAt: number;
};

/** What has become of an output. */
export type OutputChange = {
	readonly change: 'added' | 'changed' | 'removed';
	/** As it is now; of what was removed, as it was last seen. */
	readonly output: Output;
};

/** Keeps a session from every sweep until it is released, or this process ends. */
export type Hold = {
	/** Lets go. Calling it again does nothing. */
	release(): Promise<void>;
	/** As `release`, for `await using`. */
	[Symbol.asyncDispose](): Promise<void>;
};

/** How far an export is. */
export type ExportProgress = {
	/** Of the files read so far, not of the archive. */
	readonly bytes: number;
	readonly totalBytes?: number | undefined;
	readonly files: number;
	readonly totalFiles?: number | undefined;
	/** The path within the session that is being worked on. */
	readonly current: string;
};

/** Where an export goes. */
export type ExportTarget = {
	/**
	A path: an existing directory, in which the export gets its usual name, or the name of a file; relative to the working directory. Or a stream.
	*/
	readonly to: string | Writable;
	/** For a path: replace an existing file in one step. By default `name (2).ext` is taken. */
	readonly overwrite?: boolean | undefined;
	/** For a stream: whether it is ended after the last byte; `true` by default. Standard output and standard error never are. On failure it is destroyed. */
	readonly end?: boolean | undefined;
	/** Called at most every 50 ms, and with the last state. */
	readonly onProgress?: ((progress: ExportProgress) => void) | undefined;
};

/** What an export takes. */
export type ExportOptions = SessionOptions & ViewOptions & TaskOptions & ExportTarget;

/** What was exported. */
export type Exported = {
	/** Where it is, absolute; absent for a stream. */
	readonly path?: string;
	/** Files that arrived whole. */
	readonly files: number;
	/** Their bytes. */
	readonly bytes: number;
	/** What is not, or not wholly, in the archive, which is valid all the same; why, as the end of a sentence. */
	readonly skipped: ReadonlyArray<{readonly path: string; readonly reason: string}>;
	/** Whether the wanted name was taken, so that a number was added. */
	readonly renamed: boolean;
	/** Names that are not UTF-8, and what the archive calls them. */
	readonly standIns: ReadonlyArray<{readonly path: string; readonly name: string}>;
};

/** A sign of life: which time of what. */
export type Evidence = {
	/** Within the session, `''` for its own directory. */
	readonly path: string;
	readonly source: 'marker' | 'mtime' | 'ctime';
	/** Milliseconds since 1970. */
	readonly time: number;
};

/** What a clean-up has done, of each session why. */
export type CleanupReport = {
	readonly isDryRun: boolean;
	/** Why nothing was removed at all: the clock is in doubt, another sweep is at work, or others can exchange entries of the directory. */
	readonly skipped?: 'clock' | 'busy' | 'unsafe';
	/** The sentence that goes with `skipped`. */
	readonly detail?: string;
	readonly removed: ReadonlyArray<{
		readonly id: string;
		readonly files: number;
		readonly bytes: number;
		/** Milliseconds since 1970. */
		readonly lastActiveAt: number;
		readonly evidence: Evidence;
	}>;
	readonly kept: ReadonlyArray<{readonly id: string; readonly reason: string}>;
	/** Put back after an interrupted removal. */
	readonly recovered: ReadonlyArray<{readonly id: string}>;
	/** Entries of the directory that are no sessions, and never touched. */
	readonly unmanaged: ReadonlyArray<{readonly name: string}>;
	readonly failed: ReadonlyArray<{readonly id: string; readonly error: string}>;
	/** What is strange, but has kept nothing from being done: sentences. */
	readonly warnings?: readonly string[];
};
