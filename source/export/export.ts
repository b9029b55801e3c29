import {Buffer} from 'node:buffer';
import {Readable, type Writable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {copyContents, writeAll, type ReadableAt} from '../files/copy-file.js';
import type {Facts, OpenFile, Outputs} from '../outputs/outputs.js';
import {Failure, failed} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {FileWritable, writeDestination} from './destination-file.js';
import type {Destination} from './destination.js';
import {checkPath, outputPath, selectEntries} from './entries.js';
import {throttleProgress} from './progress.js';
import type {Exported, Progress} from './types.js';
import {writeZip} from './zip.js';

export type TaskOptions = {
	readonly signal?: AbortSignal | undefined;
	/** Called at most every 50 ms, and with the last state. */
	readonly onProgress?: ((progress: Progress) => void) | undefined;
};

export type ExportOptions = TaskOptions & {
	/** Whether a file of that name is replaced; else the export gets a number. */
	readonly overwrite?: boolean | undefined;
};

const changed = 'it changed while it was copied';

const isSame = (before: Facts, now: Facts): boolean => before.bytes === now.bytes && before.modifiedAt === now.modifiedAt;

/** Opens the one file to export; anything else is refused with what to do. */
const openOne = async (outputs: Outputs, session: string, path: string): Promise<OpenFile> => {
	const location = outputPath(session, checkPath(path));
	try {
		const {type} = await outputs.stat(location);
		switch (type) {
			case 'file': {
				return await outputs.open(location);
			}

			case 'directory': {
				throw new Failure(`${printable(path)} is a folder: export it as a ZIP`);
			}

			case 'symlink': {
				throw new Failure(`${printable(path)} is a symbolic link, which is not followed: export the file that it points to`);
			}

			case 'other': {
				throw new Failure(`${printable(path)} is not a regular file and cannot be exported`);
			}
		}
	} catch (error) {
		throw failed('export', path, error);
	}
};

/** The file, with errors of reading that name it: those of writing name the destination. */
const readingFrom = (file: OpenFile, path: string): ReadableAt => ({
	...(file.handle && {handle: file.handle}),
	async read(buffer, position) {
		try {
			return await file.read(buffer, position);
		} catch (error) {
			throw failed('read', path, error);
		}
	},
});

/**
Copies one file out of a session.

@param path - relative to the session
@param destination - as `resolveDestination` gives it
@throws Failure if it is no regular file, or changes while it is copied; the signal's reason. Nothing is left behind then
*/
export const exportFile = async (outputs: Outputs, session: string, path: string, destination: Destination, options: ExportOptions = {}): Promise<Exported> => {
	const {signal, onProgress} = options;
	signal?.throwIfAborted();
	const file = await openOne(outputs, session, path);
	const {facts} = file;
	const progress = throttleProgress(onProgress, {totalBytes: facts.bytes, totalFiles: 1});
	try {
		const {path: placed, renamed} = await writeDestination(destination, options, async ({handle}) => {
			const copied = await copyContents(readingFrom(file, path), handle, {
				bytes: facts.bytes,
				signal,
				onProgress(bytes) {
					progress.tell({bytes, files: 0, current: path});
				},
			});
			if (copied !== facts.bytes || !isSame(facts, await file.restat())) {
				throw new Failure(`cannot export ${printable(path)}: ${changed}; try again when it is finished`);
			}

			return {value: undefined, isExecutable: (facts.mode & 0o111) !== 0, modifiedAt: facts.modifiedAt};
		});
		progress.tell({bytes: facts.bytes, files: 1, current: path});
		progress.finish();
		return {
			path: placed, files: 1, bytes: facts.bytes, skipped: [], renamed, standIns: [],
		};
	} finally {
		await file.close();
	}
};

/**
Writes what PATHs hold into one ZIP file.

@param paths - relative to the session; none for all of it
@param destination - as `resolveDestination` gives it; in the session itself is fine
@returns what it holds, and in `skipped` what it does not
@throws Failure if a path does not exist or the archive cannot be written; the signal's reason. Nothing is left behind then
*/
export const exportZip = async (outputs: Outputs, session: string, paths: readonly string[], destination: Destination, options: ExportOptions = {}): Promise<Exported> => {
	const {signal, onProgress, overwrite = false} = options;
	signal?.throwIfAborted();
	const excluded = new Set<string>();
	const selection = await selectEntries(outputs, session, paths, {signal, isExcluded: path => excluded.has(path)});
	const progress = throttleProgress(onProgress, {totalBytes: selection.bytes, totalFiles: selection.files});
	const exclude = (location: string): void => {
		const prefix = outputs.local && `${outputs.local.directory}/${outputPath(session, '')}`;
		if (prefix !== undefined && location.startsWith(prefix)) {
			excluded.add(location.slice(prefix.length));
		}
	};

	const {path, renamed, value: summary} = await writeDestination(destination, options, async ({handle, temporary, wanted}) => {
		exclude(temporary);
		if (overwrite) {
			exclude(wanted); // About to be replaced by the very archive.
		}

		const written = await writeZip(selection.entries, new FileWritable(handle), {signal, onProgress: progress.tell, isPatchable: true});
		for (const {position, bytes} of written.patches) {
			await writeAll(handle, bytes, position);
		}

		return {value: written};
	});
	progress.finish();
	const {files, bytes, skipped} = summary;
	return {
		path, files, bytes, skipped: [...selection.skipped, ...skipped], renamed, standIns: selection.standIns,
	};
};

const flushed = async (writable: Writable): Promise<void> => new Promise((resolve, reject) => {
	writable.write('', error => {
		if (error) {
			reject(error);
		} else {
			resolve();
		}
	});
});

const streamFile = async (outputs: Outputs, session: string, path: string, writable: Writable, {signal, onProgress}: TaskOptions): Promise<Exported> => {
	const file = await openOne(outputs, session, path);
	const {facts} = file;
	const source = readingFrom(file, path);
	const progress = throttleProgress(onProgress, {totalBytes: facts.bytes, totalFiles: 1});
	let bytes = 0;
	async function * blocks(): AsyncGenerator<Buffer> {
		for (;;) {
			const buffer = Buffer.allocUnsafe(Math.min(1024 * 1024, facts.bytes - bytes));
			const length = buffer.length === 0 ? 0 : await source.read(buffer, bytes);
			if (length === 0) {
				return;
			}

			yield buffer.subarray(0, length);
			bytes += length;
			progress.tell({bytes, files: 0, current: path});
		}
	}

	try {
		await pipeline(Readable.from(blocks()), writable, {end: false, ...(signal && {signal})});
		await flushed(writable);
		const isWhole = bytes === facts.bytes && isSame(facts, await file.restat());
		progress.tell({bytes, files: isWhole ? 1 : 0, current: path});
		progress.finish();
		return {
			path: '-', files: isWhole ? 1 : 0, bytes, skipped: isWhole ? [] : [{path, reason: changed}], renamed: false, standIns: [],
		};
	} finally {
		await file.close();
	}
};

/**
Writes one file, or a ZIP of what PATHs hold, to a stream, which stays open.

@param writable - destroyed on failure
@throws as `exportFile` and `exportZip` do; what the stream says (`EPIPE`)
*/
export const exportToStream = async (
	outputs: Outputs,
	session: string,
	paths: readonly string[],
	{zip}: {readonly zip: boolean},
	writable: Writable,
	options: TaskOptions = {},
): Promise<Exported> => {
	const {signal, onProgress} = options;
	signal?.throwIfAborted();
	try {
		if (!zip) {
			const [path, ...more] = paths;
			if (path === undefined || more.length > 0) {
				throw new Failure('only one file can be exported as it is: export several as a ZIP', 2);
			}

			return await streamFile(outputs, session, path, writable, options);
		}

		const selection = await selectEntries(outputs, session, paths, {signal});
		const progress = throttleProgress(onProgress, {totalBytes: selection.bytes, totalFiles: selection.files});
		const {files, bytes, skipped} = await writeZip(selection.entries, writable, {signal, onProgress: progress.tell, isEnded: false});
		await flushed(writable);
		progress.finish();
		return {
			path: '-', files, bytes, skipped: [...selection.skipped, ...skipped], renamed: false, standIns: selection.standIns,
		};
	} catch (error) {
		signal?.throwIfAborted(); // A stream says AbortError of its own.
		throw error;
	}
};
