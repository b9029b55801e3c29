import type {Buffer} from 'node:buffer';
import type {FileHandle} from 'node:fs/promises';
import type {KeepUntil} from '../session/keep.js';
import type {Marker} from '../session/marker.js';

/**
The interface that the rest of the program speaks to whatever keeps sessions. Today that is a directory (`local/`); a bucket in object storage would stand beside it.

A path is a string of names joined by `/`, relative to the outputs directory (`<session id>/single/a.png`), each name as `decodeName` gives it; `''` is the outputs directory itself. `.`, `..` and empty names are refused. No symbolic link is ever followed below the outputs directory.
*/
export type Outputs = {
	/** Where the sessions are, for messages; not yet made printable. */
	readonly location: string;

	/**
	The names in a directory, in chunks as they are read, in no order.

	@param options.withUnfinished - as for `walk`
	*/
	list(path: string, options?: {readonly signal?: AbortSignal | undefined; readonly withUnfinished?: boolean}): AsyncIterable<readonly Entry[]>;

	/**
	Everything below a directory (or the one file that `path` names), folders before what they hold, in chunks. What cannot be read is yielded as a failure and passed over.

	@param options.withUnfinished - also files that are still being added: no outputs yet, but signs of life
	@param options.isAlone - nothing else is to be done meanwhile, so that it may keep the thread busy for some milliseconds at a time, and is done the sooner
	*/
	walk(path: string, options?: {readonly signal?: AbortSignal | undefined; readonly withUnfinished?: boolean; readonly isAlone?: boolean | undefined}): AsyncIterable<readonly Walked[]>;

	stat(path: string): Promise<Facts>;

	/** What some entries of one directory are; those that are gone or cannot be looked at are missing from the answer. */
	statEntries(path: string, names: readonly string[], options?: {readonly signal?: AbortSignal | undefined}): Promise<ReadonlyMap<string, Facts>>;

	/** At most `length` bytes of a regular file from `offset`; fewer at its end. */
	read(path: string, options: {readonly offset: number; readonly length: number; readonly signal?: AbortSignal | undefined}): Promise<Buffer>;

	/**
	Tells of changes to the entries of one directory, not of what lies below its folders, until the signal is aborted. It starts when the promise resolves; what changes before may be missed. Nothing is written, and no time changed.

	@param options.onChange - called once or more for each change, at once; `name` is a hint where to look, which may be wrong, and `undefined` where anything may have changed
	@throws where it cannot be watched: with the code ENOTSUP if nobody tells of changes there (the message names the kind of place), ENOSPC or EMFILE at a limit of the system
	*/
	watch(path: string, options: {readonly signal: AbortSignal; readonly onChange: (name: string | undefined) => void}): Promise<void>;

	/** Opens a regular file for several reads, and tells what it is at that moment. */
	open(path: string): Promise<OpenFile>;

	/**
	Adds a file: it appears under its name whole or not at all, and never takes the place of another.

	@param path - the wanted path; missing folders on the way are made, but never a session; `name (2).ext` is taken where there is one already
	@returns the path that it was given
	*/
	write(path: string, source: AsyncIterable<Uint8Array>, options?: WriteOptions): Promise<{readonly path: string; readonly bytes: number}>;

	/** Makes an empty folder, and those on the way, but never a session; one that is there is left alone. */
	makeFolder(path: string): Promise<void>;

	/** Makes a session: its directory, `single`, `bulk` and the marker. Fails with EEXIST where something of that name is there. */
	createSession(marker: Marker): Promise<void>;

	/**
	Replaces a session's marker in one step.

	@param options.isFirst - there is none yet: fails with EEXIST where somebody else was quicker
	*/
	writeMarker(marker: Marker, options?: {readonly isFirst?: boolean}): Promise<void>;

	/** Does something to a session's marker while nobody else who calls this does: what two write at once would be the one's or the other's. */
	whileMarkerIsOurs<T>(id: string, action: () => Promise<T>): Promise<T>;

	/**
	Holds a session: while it is held, no sweep removes it. It ends with the process, however that dies.

	@throws Failure if the session is gone, or being removed at this moment
	*/
	hold(id: string): Promise<Hold>;

	/** Which of these sessions are held, as far as the system tells: for people to see, not for deciding on a removal. */
	heldAmong(ids: readonly string[]): Promise<ReadonlySet<string>>;

	/** Until when the system's administrator keeps a session of somebody else, who cannot lift that. */
	administratorKeep(id: string): Promise<KeepUntil | undefined>;

	/** Keeps a session as the administrator, or lifts that, and changes nothing in it. */
	setAdministratorKeep(id: string, keep: KeepUntil | undefined): Promise<void>;

	/** What only a directory can do; absent elsewhere. */
	readonly local?: Local;
};

export type Hold = {
	/** An open descriptor with which the session stays held as long as it is open anywhere: what a program that is started is given. Absent where there is none. */
	readonly descriptor?: number;
	release(): Promise<void>;
};

export type EntryType = 'file' | 'directory' | 'symlink' | 'other';

export type Entry = {
	readonly name: string;
	readonly type: EntryType;
};

/** What `lstat` says. Times in milliseconds since 1970, `mode` the permission bits. */
export type Facts = {
	readonly type: EntryType;
	readonly bytes: number;
	readonly modifiedAt: number;
	readonly changedAt: number;
	readonly mode: number;
	readonly uid: number;
};

export type Walked = {
	readonly path: string;
	/** The last name of the path: in a very deep tree it is dear to find. */
	readonly name: string;
	readonly isUnfinished?: true;
} & ({readonly facts: Facts} | {readonly error: Error});

export type OpenFile = {
	readonly facts: Facts;
	/** Reads at `position` into `buffer`; 0 at the end of the file. */
	read(buffer: Uint8Array, position: number): Promise<number>;
	/** What the file is now: tells whether it changed while it was read. */
	restat(): Promise<Facts>;
	close(): Promise<void>;
	/** The descriptor, where there is one: for cloning on file systems that can. */
	readonly handle?: FileHandle;
};

export type WriteOptions = {
	readonly signal?: AbortSignal | undefined;
	/** Called with the bytes written so far. */
	readonly onProgress?: ((bytes: number) => void) | undefined;
	/** Milliseconds since 1970; now if absent. */
	readonly modifiedAt?: number | undefined;
	/** Whether the file may be run. */
	readonly isExecutable?: boolean | undefined;
};

export type Space = {readonly free: number; readonly total: number};

export type OpenFolder = {
	readonly descriptor: number;
	/** Its absolute path, for systems where entries cannot be addressed through a descriptor. */
	readonly place: string;
	close(): Promise<void>;
};

export type Local = {
	/** The outputs directory, absolute, links resolved. */
	readonly directory: string;
	/** The absolute path of an output, for people and other programs. */
	resolve(path: string): string;
	/** Opens a folder, for who reads what is in it by calls of their own, and closes it then. No link is followed on the way. */
	openFolder(path: string): Promise<OpenFolder>;
	/** Where a symbolic link points, as it says itself, as `decodeName` gives it. It is not followed. */
	readLink(path: string): Promise<string>;
	/** Bytes that this user can still write, and that the disk has in all. */
	space(): Promise<Space>;
};
