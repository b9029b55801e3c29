import type {FileHandle} from 'node:fs/promises';
import os from 'node:os';
import {writeAll} from '../files/copy-file.js';
import type {Outputs} from '../outputs/outputs.js';
import {checkArchive, type Verify} from './check-archive.js';
import {FileWritable, writeDestination} from './destination-file.js';
import type {Destination} from './destination.js';
import {outputPath, selectEntries} from './entries.js';
import {defaultLevel} from './level.js';
import {createManifest} from './manifest.js';
import {createCrew, type CrewOptions} from './parallel/crew.js';
import {writeZipFile} from './parallel/zip-file.js';
import {createSpaceCheck} from './space.js';
import {throttleProgress} from './progress.js';
import {threadScript} from './thread-script.js';
import type {Exported, TaskOptions} from './types.js';
import {writeZip, type ZipSummary} from './zip.js';

export type ZipTaskOptions = TaskOptions & {
	/** From 0 (store everything) to 9; as measured to be best if absent. */
	readonly level?: number | undefined;
	/** Whether the archive has `SHA256SUMS`, which `sha256sum -c` reads, beside what was asked for. */
	readonly hasManifest?: boolean | undefined;
	/** Whether nothing else is to be done meanwhile: the threads take all there is, and the folders are read by calls that wait. Else they give way to everybody else. */
	readonly isAlone?: boolean | undefined;
};

export type ZipExportOptions = ZipTaskOptions & {
	/** Whether a file of that name is replaced; else the export gets a number. */
	readonly overwrite?: boolean | undefined;
	/** How the finished archive is looked at before it gets its name; `directory` if absent. */
	readonly verify?: Verify | undefined;
	/** In place of the threads that the machine has room for. */
	readonly crew?: Partial<CrewOptions> | undefined;
};

/** Threads beyond this number wait for the disk. */
const mostThreads = 16;

/** How much the threads give way to others where they are not alone. */
const politeness = 10;

/**
Writes what PATHs hold into one ZIP file.

@param paths - relative to the session; none for all of it
@param destination - as `resolveDestination` gives it; in the session itself is fine
@returns what it holds, and in `skipped` what it does not
@throws Failure if a path does not exist, the archive cannot fit or be written, or is not what was written; the signal's reason. Nothing is left behind then
*/
export const exportZip = async (outputs: Outputs, session: string, paths: readonly string[], destination: Destination, options: ZipExportOptions = {}): Promise<Exported> => {
	const checkSpace = createSpaceCheck(destination.directory);
	const unfit = new AbortController();
	const signal = options.signal === undefined ? unfit.signal : AbortSignal.any([options.signal, unfit.signal]);
	const refuseWhatCannotFit = async (leastBytes: number): Promise<void> => {
		try {
			await checkSpace(leastBytes);
		} catch (error) {
			unfit.abort(error);
		}
	};

	const {onProgress, overwrite = false, level = defaultLevel, verify = 'directory', hasManifest = false, isAlone} = options;
	signal.throwIfAborted();
	const excluded = new Set<string>();
	const selection = await selectEntries(outputs, session, paths, {signal, isExcluded: path => excluded.has(path), onCounted(leastBytes) {
		void refuseWhatCannotFit(leastBytes);
	}, isAlone});
	const progress = throttleProgress(onProgress, selection.totals);
	const exclude = (location: string): void => {
		const prefix = outputs.local && `${outputs.local.directory}/${outputPath(session, '')}`;
		if (prefix !== undefined && location.startsWith(prefix)) {
			excluded.add(location.slice(prefix.length));
		}
	};

	const zipOptions = {
		signal, onProgress: progress.tell, level, manifest: hasManifest ? createManifest() : undefined,
	};

	const writeThreaded = async (handle: FileHandle): Promise<ZipSummary> => {
		const root = await outputs.local!.openFolder(session);
		try {
			const {descriptor, place} = root;
			const crew = createCrew({archive: handle.fd, root: {descriptor, place}, level, isHashed: hasManifest}, {
				script: threadScript(),
				count: Math.min(os.availableParallelism(), mostThreads),
				niceness: isAlone ? 0 : politeness,
				...options.crew,
			});
			return await writeZipFile(selection.entries, handle, crew, zipOptions);
		} finally {
			await root.close();
		}
	};

	const writeAlone = async (handle: FileHandle): Promise<ZipSummary> => {
		const written = await writeZip(selection.entries, new FileWritable(handle), {...zipOptions, isPatchable: true});
		for (const {position, bytes} of written.patches) {
			await writeAll(handle, bytes, position);
		}

		return written;
	};

	const {path, renamed, value: summary} = await writeDestination(destination, {...options, signal}, async ({handle, temporary, wanted}) => {
		exclude(temporary);
		if (overwrite) {
			exclude(wanted); // About to be replaced by the very archive.
		}

		const written = await (outputs.local === undefined ? writeAlone(handle) : writeThreaded(handle));
		await checkArchive(handle, written.meaning, verify, {signal, onProgress: progress.tell});
		return {value: written};
	});
	progress.finish();
	const {files, bytes, skipped} = summary;
	return {
		path, files, bytes, skipped: [...selection.skipped, ...skipped], renamed, standIns: selection.standIns, traps: selection.traps,
	};
};
