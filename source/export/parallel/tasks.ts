import type {Root} from '../../files/sync-reach.js';

/**
What the threads are told, and tell. A task is computed first; where its result goes in the archive is known when those before it are, and then it is written there. So the order of the archive does not depend on how many threads there are.
*/

/** A folder, or a file small enough to be read whole. */
export type Item = {
	/** Below the root, for opening it. */
	readonly path: string;
	/** What the archive calls it, where that is not the path. */
	readonly name?: string;
	/** The size that it had when it was looked at. */
	readonly bytes: number;
	/** Set for folders, which are not opened. */
	readonly folder?: {readonly mode: number; readonly modifiedAt: number};
};

export type ItemsTask = {
	readonly type: 'items';
	readonly number: number;
	readonly items: readonly Item[];
};

/** A part of a large file. */
export type BlockTask = {
	readonly type: 'block';
	readonly number: number;
	/** Open for reading until the task is computed. */
	readonly descriptor: number;
	readonly position: number;
	readonly length: number;
	/** Whether it becomes a piece of a deflate stream, or stays as it is. */
	readonly isDeflated: boolean;
};

/** The SHA-256 of a large file, by a thread of its own, as it cannot be put together from parts. */
export type HashTask = {
	readonly type: 'hash';
	readonly number: number;
	readonly descriptor: number;
	readonly length: number;
};

export type Task = ItemsTask | BlockTask | HashTask;

/** Why something is not in the archive, or not wholly, as the end of a sentence. */
export type Problem = {readonly index: number; readonly reason: string};

export type ComputedItems = {
	readonly type: 'items';
	readonly number: number;
	/** Bytes in the archive. */
	readonly length: number;
	/** By item: bytes read; -1 if it is not in the archive. */
	readonly sizes: Float64Array;
	readonly checksums: Uint32Array;
	/** By item, if they were asked for: 64 hexadecimal digits; empty for a folder. */
	readonly hashes: readonly string[] | undefined;
	readonly problems: readonly Problem[];
	/** Items that have become too large to be read whole. */
	readonly outgrown: readonly number[];
};

export type ComputedBlock = {
	readonly type: 'block';
	readonly number: number;
	/** Bytes in the archive. */
	readonly length: number;
	/** Bytes read; fewer than were asked for where the file has ended or could not be read. */
	readonly size: number;
	readonly checksum: number;
	readonly problem: string | undefined;
};

export type ComputedHash = {
	readonly type: 'hash';
	readonly number: number;
	readonly size: number;
	readonly checksum: number;
	readonly hash: string;
};

export type Computed = ComputedItems | ComputedBlock | ComputedHash;

export type ComputedFor<T extends Task> = Extract<Computed, {readonly type: T['type']}>;

export type Placement = {
	readonly type: 'place';
	readonly number: number;
	/** Where it goes; -1 if it is not wanted. */
	readonly position: number;
};

export type Written = {
	readonly type: 'written';
	readonly number: number;
	/** The entries for the archive's directory; empty for a block. */
	readonly directory: Uint8Array;
};

export type Failed = {
	readonly type: 'failed';
	readonly message: string;
	readonly code: string | undefined;
};

/** Nothing more will be asked for. */
export type End = {readonly type: 'end'};

export type ToWorker = Task | Placement | End;

export type FromWorker = Computed | Written | Failed;

/** What the work needs to know before its first task. */
export type Setting = {
	/** The archive, open for writing. */
	readonly archive: number;
	/** Where paths start. */
	readonly root: Root;
	/** From 0 (store everything) to 9. */
	readonly level: number;
	/** Whether files are hashed. */
	readonly isHashed: boolean;
};

/** Files up to here are read whole, larger ones in blocks of this size. */
export const blockBytes = 1024 * 1024;

/** Bytes of items in one task, their headers included. */
export const itemsBytes = blockBytes;

/** Items in one task. */
export const mostItems = 512;

/** Bytes that an item takes at most beside its contents. */
export const headerBytes = ({name, path}: Pick<Item, 'name' | 'path'>): number => 64 + (3 * (name ?? path).length);
