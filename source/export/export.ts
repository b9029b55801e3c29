import {copyContents, writeAll} from '../files/copy-file.js';
import type {Outputs} from '../outputs/outputs.js';
import {Failure} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {FileWritable, writeDestination} from './destination-file.js';
import type {Destination} from './destination.js';
import {outputPath, selectEntries} from './entries.js';
import {
	changed,
	isSame,
	openOne,
	readingFrom,
} from './one-file.js';
import {throttleProgress} from './progress.js';
import type {Exported, TaskOptions} from './types.js';
import {writeZip} from './zip.js';

export {exportToStream} from './export-stream.js';
export type {TaskOptions} from './types.js';

export type ExportOptions = TaskOptions & {
	/** Whether a file of that name is replaced; else the export gets a number. */
	readonly overwrite?: boolean | undefined;
};

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
