import fs from 'node:fs';
import {type Directory} from '../files/descriptor.js';
import {codeOf, Failure, isAbort, reasonOf} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {formatCount, formatBytes} from '../text/size.js';
import type {Problem} from './survey.js';

/** How far a task is. */
export type Progress = {
	readonly bytes: number;
	readonly totalBytes: number;
	readonly current: string;
};

/** What every task takes. */
export type TaskOptions = {
	readonly signal?: AbortSignal | undefined;
	readonly onProgress?: ((progress: Progress) => void) | undefined;
	/** Told of what the user should know but is no failure: a sentence. */
	readonly onNote?: ((text: string) => void) | undefined;
	/** Nothing is changed; what would be done is told. */
	readonly isDryRun?: boolean | undefined;
};

/** The outputs directory that a task works on. */
export type Place = {
	readonly root: Directory;
	/** Absolute, links resolved. */
	readonly directory: string;
	/** The user who asks. */
	readonly uid: number;
};

/** What a task has done, or would do. */
export type Outcome = {
	readonly files: number;
	readonly bytes: number;
	readonly failed: readonly Problem[];
};

/** What becomes of the entries of one task: what is copied, and what failed. */
export class Tally {
	readonly failed: Problem[] = [];
	files = 0;
	bytes = 0;
	#done = 0;

	/** @param totalBytes - what is to be read */
	constructor(private readonly totalBytes: number, private readonly options: TaskOptions) {}

	/** Notes bytes that were read, of the file at `path`. */
	advance(path: string): (bytes: number) => void {
		return bytes => {
			this.#done += bytes;
			this.options.onProgress?.({bytes: this.#done, totalBytes: this.totalBytes, current: path});
		};
	}

	count(bytes: number): void {
		this.files++;
		this.bytes += bytes;
	}

	fail(path: string, error: unknown): void {
		this.failed.push({path, error: typeof error === 'string' ? error : reasonOf(error)});
	}

	/**
	Does something for one entry; what goes wrong is that entry's alone.

	@throws the signal's reason; that the disk is full, which would go wrong for all others too
	*/
	async attempt(path: string, action: () => Promise<void>): Promise<void> {
		try {
			await action();
		} catch (error) {
			this.options.signal?.throwIfAborted();
			if (isAbort(error) || ['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '')) {
				throw isAbort(error) ? error : new Failure(`stopped at ${printable(path)}: ${reasonOf(error)}; make room and run the same command again, which goes on from here`, 1, {cause: error});
			}

			this.fail(path, error);
		}
	}
}

const marginBytes = 16 * 1024 * 1024;

/**
Makes sure that there is room for what is to be written.

@param what - as the start of a sentence: `the backup`
@param need - bytes that are to be written, and entries that are to be made
@throws Failure with what is needed and what is there
*/
export const checkRoom = async (directory: Directory, place: string, what: string, need: {readonly bytes: number; readonly entries: number}): Promise<void> => {
	const {bavail, bsize, ffree, files} = await fs.promises.statfs(directory.self);
	const free = bavail * bsize;
	const needed = need.bytes === 0 ? 0 : Math.ceil(need.bytes * 1.01) + marginBytes;
	if (needed > free) {
		throw new Failure(`${what} needs ${formatBytes(needed)} (${formatBytes(need.bytes)} and a margin), but ${printable(place)} has ${formatBytes(free)} free: make room`);
	}

	if (files > 0 && need.entries > ffree) {
		throw new Failure(`${what} makes ${formatCount(need.entries)} files and folders, but the file system of ${printable(place)} can take ${formatCount(ffree)} more (inodes): make room`);
	}
};
