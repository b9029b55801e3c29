import type {Facts, OpenFile} from '../outputs/outputs.js';

/** Something that was asked for and is not, or not wholly, in what was exported. */
export type Skipped = {
	/** As `ls` prints paths, but not yet made printable. */
	readonly path: string;
	/** Why, as the end of a sentence. */
	readonly reason: string;
};

/** A name that is not UTF-8, and the readable name that it has in the archive. */
export type StandIn = {
	readonly path: string;
	readonly name: string;
};

/** A name that is exact in the archive, but that some systems cannot take, or take for another. */
export type NameTrap = {
	/** As the archive calls it. */
	readonly name: string;
	/** Why, as the end of a sentence. */
	readonly reason: string;
};

/** Both are absent until they are known. */
export type Totals = {
	readonly totalBytes?: number;
	readonly totalFiles?: number;
};

export type ZipEntry = {
	/** Relative to the session, for messages. */
	readonly path: string;
	/** What the archive calls it: well-formed, joined by `/`, without a slash at the end. */
	readonly name: string;
	readonly facts: Facts;
	open(): Promise<OpenFile>;
};

export type Progress = {
	/** Bytes of the files read so far, not of the archive. */
	readonly bytes: number;
	readonly totalBytes?: number | undefined;
	readonly files: number;
	readonly totalFiles?: number | undefined;
	/** The path being worked on, relative to the session. */
	readonly current: string;
	/** Set while the finished archive is read back: `bytes` are its own then. */
	readonly isChecking?: true;
};

export type Exported = {
	/** Where it is, absolute; `-` for a stream. Not yet made printable. */
	readonly path: string;
	/** Files that arrived whole. */
	readonly files: number;
	/** Their bytes. */
	readonly bytes: number;
	readonly skipped: readonly Skipped[];
	/** Whether the wanted name was taken, so that a number was added. */
	readonly renamed: boolean;
	readonly standIns: readonly StandIn[];
	readonly traps: readonly NameTrap[];
};

export type TaskOptions = {
	readonly signal?: AbortSignal | undefined;
	/** Called at most every 50 ms, and with the last state. */
	readonly onProgress?: ((progress: Progress) => void) | undefined;
};
