import {Buffer} from 'node:buffer';
import {Readable, type Writable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import type {Outputs} from '../outputs/outputs.js';
import {Failure} from '../text/errors.js';
import {selectEntries} from './entries.js';
import {
	changed,
	isSame,
	openOne,
	readingFrom,
} from './one-file.js';
import {throttleProgress} from './progress.js';
import type {Exported, TaskOptions} from './types.js';
import {writeZip} from './zip.js';
import {createManifest} from './manifest.js';
import type {ZipTaskOptions} from './export-zip.js';

/** Waits until everything written so far has been handed to the system. */
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
	const progress = throttleProgress(onProgress, () => ({totalBytes: facts.bytes, totalFiles: 1}));
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
			path: '-', files: isWhole ? 1 : 0, bytes, skipped: isWhole ? [] : [{path, reason: changed}], renamed: false, standIns: [], traps: [],
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
	options: ZipTaskOptions = {},
): Promise<Exported> => {
	const {signal, onProgress, level, hasManifest = false, isAlone} = options;
	signal?.throwIfAborted();
	try {
		if (!zip) {
			const [path, ...more] = paths;
			if (path === undefined || more.length > 0) {
				throw new Failure('only one file can be exported as it is: export several as a ZIP', 2);
			}

			return await streamFile(outputs, session, path, writable, options);
		}

		const selection = await selectEntries(outputs, session, paths, {signal, isAlone});
		const progress = throttleProgress(onProgress, selection.totals);
		const {files, bytes, skipped} = await writeZip(selection.entries, writable, {signal, onProgress: progress.tell, isEnded: false, level, manifest: hasManifest ? createManifest() : undefined});
		await flushed(writable);
		progress.finish();
		return {
			path: '-', files, bytes, skipped: [...selection.skipped, ...skipped], renamed: false, standIns: selection.standIns, traps: selection.traps,
		};
	} catch (error) {
		signal?.throwIfAborted(); // A stream says AbortError of its own.
		throw error;
	}
};
