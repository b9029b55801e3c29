import {copyContents} from '../files/copy-file.js';
import type {Outputs} from '../outputs/outputs.js';
import {Failure} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {writeDestination} from './destination-file.js';
import type {Destination} from './destination.js';
import {
	changed,
	isSame,
	openOne,
	readingFrom,
} from './one-file.js';
import {createSpaceCheck} from './space.js';
import {throttleProgress} from './progress.js';
import type {Exported, TaskOptions} from './types.js';

export {exportToStream} from './export-stream.js';
export {exportZip} from './export-zip.js';
export type {TaskOptions} from './types.js';

export type ExportOptions = TaskOptions & {
	/** Whether a file of that name is replaced; else the export gets a number. */
	readonly overwrite?: boolean | undefined;
};

/**
Copies one file out of a session.

@param path - relative to the session
@param destination - as `resolveDestination` gives it
@throws Failure if it is no regular file, cannot fit, or changes while it is copied; the signal's reason. Nothing is left behind then
*/
export const exportFile = async (outputs: Outputs, session: string, path: string, destination: Destination, options: ExportOptions = {}): Promise<Exported> => {
	const {signal, onProgress} = options;
	signal?.throwIfAborted();
	const checkSpace = createSpaceCheck(destination.directory);
	const file = await openOne(outputs, session, path);
	const {facts} = file;
	const progress = throttleProgress(onProgress, () => ({totalBytes: facts.bytes, totalFiles: 1}));
	try {
		const {path: placed, renamed} = await writeDestination(destination, options, async ({handle}) => {
			const copied = await copyContents(readingFrom(file, path), handle, {
				bytes: facts.bytes,
				signal,
				onCopy: checkSpace,
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
			path: placed, files: 1, bytes: facts.bytes, skipped: [], renamed, standIns: [], traps: [],
		};
	} finally {
		await file.close();
	}
};
