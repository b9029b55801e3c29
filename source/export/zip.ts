import type {Writable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {defaultLevel} from './level.js';
import type {Manifest} from './manifest.js';
import type {Meaning} from './meaning.js';
import type {Progress, Skipped, ZipEntry} from './types.js';
import {Feeder} from './zip-feeder.js';
import {ExactArchive, ZipFormat, type Patch} from './zip-format.js';

export type ZipOptions = {
	readonly signal?: AbortSignal | undefined;
	readonly onProgress?: ((progress: Progress) => void) | undefined;
	/** From 0 (store everything) to 9; as measured to be best if absent. */
	readonly level?: number | undefined;
	/** Whether the caller writes `patches` over the finished archive. */
	readonly isPatchable?: boolean;
	/** Whether the destination is ended after the last byte. */
	readonly isEnded?: boolean;
	/** Filled with the SHA-256 of each file that is whole in the archive, and put into it at its end; nothing is hashed if absent. */
	readonly manifest?: Manifest | undefined;
};

export type ZipSummary = {
	/** Files that are whole in the archive. */
	readonly files: number;
	readonly folders: number;
	/** Bytes of those files. */
	readonly bytes: number;
	readonly archiveBytes: number;
	readonly skipped: readonly Skipped[];
	/** To be written at their positions, or the archive is not valid; empty unless `isPatchable`. */
	readonly patches: readonly Patch[];
	/** What the archive should hold, for reading it back. */
	readonly meaning: Meaning;
};

/**
Writes a ZIP archive: names exactly as they are, times right in every time zone, folders kept, Zip64 where it is needed.

An entry that is no regular file, cannot be read, vanishes or changes is left out and told in `skipped`; of a file larger than 8 MiB that fails on the way, what was read stays in, which `skipped` says.

@param entries - folders before what they hold; names are used as they come and must be unique
@param destination - ended (unless `isEnded` is false), and destroyed on failure
@returns counts, and what was left out
@throws the signal's reason at once when it aborts; what the destination or `entries` throw
*/
export const writeZip = async (entries: AsyncIterable<ZipEntry>, destination: Writable, options: ZipOptions = {}): Promise<ZipSummary> => {
	const {signal, onProgress, level = defaultLevel, isPatchable = false, isEnded = true, manifest} = options;
	signal?.throwIfAborted();
	const format = new ZipFormat();
	const archive = new ExactArchive(format);
	const stop = new AbortController();
	const feeder = new Feeder(archive, {level, isPatchable, signal: stop.signal, manifest}, onProgress);
	const {promise: failure, reject: fail} = Promise.withResolvers<never>();
	const cancel = (): void => {
		fail(signal!.reason);
	};

	signal?.addEventListener('abort', cancel, {once: true});
	for (const event of ['error', 'warning'] as const) {
		archive.on(event, fail);
	}

	format.on('error', fail);

	const feed = async (): Promise<void> => {
		await feeder.feed(entries);
		archive.finalize().catch(fail); // Never awaited alone: it does not settle when the destination is gone.
	};

	try {
		// The pipeline comes first: the destination's own error says more than what follows from it.
		await Promise.race([Promise.all([pipeline(archive, destination, {end: isEnded}), feed()]), failure]);
	} catch (error) {
		const reason = error as Error;
		stop.abort(reason);
		archive.destroy();
		format.destroy();
		destination.destroy();
		throw reason;
	} finally {
		signal?.removeEventListener('abort', cancel);
	}

	const {files, folders, bytes, skipped, meaning} = feeder;
	return {
		files, folders, bytes, archiveBytes: format.offset, skipped, patches: format.patches, meaning,
	};
};
