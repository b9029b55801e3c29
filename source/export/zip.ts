import type {Writable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import type {Progress, Skipped, ZipEntry} from './types.js';
import {
	openLarge, prepare, reasonFor, wholeBytes, type ContentsOptions, type Prepared,
} from './zip-contents.js';
import {
	ExactArchive, ZipFormat, type ExactEntry, type Patch,
} from './zip-format.js';

export type ZipOptions = {
	readonly signal?: AbortSignal | undefined;
	readonly onProgress?: ((progress: Progress) => void) | undefined;
	/** From 0 (store everything) to 9. */
	readonly level?: number;
	/** Whether the caller writes `patches` over the finished archive. */
	readonly isPatchable?: boolean;
	/** Whether the destination is ended after the last byte. */
	readonly isEnded?: boolean;
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
};

// Archiver keeps what it is given until it is written: few entries at a time bound the memory.
const entriesAhead = 8;
const bytesAhead = 32 * 1024 * 1024;
const entriesQueued = 4;

/** Feeds an archive, and keeps count of what has become of each entry. */
class Feeder {
	readonly skipped: Skipped[] = [];
	files = 0;
	folders = 0;
	bytes = 0;
	bytesRead = 0;
	#queued = 0;
	#wake: (() => void) | undefined;

	constructor(
		private readonly archive: ExactArchive,
		private readonly options: ContentsOptions,
		private readonly onProgress: ((progress: Progress) => void) | undefined,
	) {
		archive.on('entry', (data: unknown) => {
			this.#written((data as {readonly exact: ExactEntry}).exact);
		});
		options.signal.addEventListener('abort', () => this.#wake?.(), {once: true});
	}

	/** Reads ahead, and hands on in order. */
	async feed(entries: AsyncIterable<ZipEntry>): Promise<void> {
		const ahead: Array<{readonly entry: ZipEntry; readonly bytes: number; readonly prepared: Promise<Prepared>}> = [];
		let bytes = 0;
		const handOn = async (): Promise<void> => {
			const next = ahead.shift()!;
			bytes -= next.bytes;
			await this.#handOn(next.entry, await next.prepared);
		};

		for await (const entry of entries) {
			this.options.signal.throwIfAborted();
			const prepared = prepare(entry, this.options);
			prepared.catch(() => undefined); // Thrown when its turn comes, if it does.
			const next = {entry, bytes: Math.min(entry.facts.bytes, wholeBytes), prepared};
			ahead.push(next);
			bytes += next.bytes;
			while (ahead.length >= entriesAhead || bytes > bytesAhead) {
				await handOn();
			}
		}

		while (ahead.length > 0) {
			await handOn();
		}

		await this.#untilQueued(0);
	}

	async #handOn(entry: ZipEntry, prepared: Prepared): Promise<void> {
		this.options.signal.throwIfAborted();
		if ('reason' in prepared) {
			this.skipped.push({path: entry.path, reason: prepared.reason});
		} else if ('isLarge' in prepared) {
			await this.#handOnLarge(entry);
		} else {
			this.#add(prepared.entry);
			await this.#untilQueued(entriesQueued - 1);
		}
	}

	async #handOnLarge(entry: ZipEntry): Promise<void> {
		await this.#untilQueued(0);
		const before = {files: this.files, bytes: this.bytes};
		let large;
		try {
			large = await openLarge(entry, this.options, bytes => {
				this.bytesRead += bytes;
				this.#tell(entry.path);
			});
		} catch (error) {
			this.options.signal.throwIfAborted();
			this.skipped.push({path: entry.path, reason: reasonFor(error)});
			return;
		}

		this.#add(large.entry);
		await this.#untilQueued(0);
		const problem = large.problem();
		if (problem !== undefined) {
			Object.assign(this, before);
			this.skipped.push({path: entry.path, reason: problem});
		}
	}

	#add(entry: ExactEntry): void {
		this.#queued++;
		this.archive.add(entry);
	}

	#written({path, record, isStreamed}: ExactEntry): void {
		this.#queued--;
		if (record.isDirectory) {
			this.folders++;
		} else {
			this.files++;
			this.bytes += record.size;
			this.bytesRead += isStreamed ? 0 : record.size;
		}

		this.#tell(path);
		this.#wake?.();
	}

	#tell(current: string): void {
		this.onProgress?.({bytes: this.bytesRead, files: this.files, current});
	}

	/** Waits until at most so many entries are in the archive's queue. */
	async #untilQueued(count: number): Promise<void> {
		while (this.#queued > count) {
			this.options.signal.throwIfAborted();
			await new Promise<void>(resolve => {
				this.#wake = resolve;
			});
		}
	}
}

/**
Writes a ZIP archive: names exactly as they are, times right in every time zone, folders kept, Zip64 where it is needed.

An entry that is no regular file, cannot be read, vanishes or changes is left out and told in `skipped`; of a file larger than 8 MiB that fails on the way, what was read stays in, which `skipped` says.

@param entries - folders before what they hold; names are used as they come and must be unique
@param destination - ended (unless `isEnded` is false), and destroyed on failure
@returns counts, and what was left out
@throws the signal's reason at once when it aborts; what the destination or `entries` throw
*/
export const writeZip = async (entries: AsyncIterable<ZipEntry>, destination: Writable, options: ZipOptions = {}): Promise<ZipSummary> => {
	const {signal, onProgress, level = 6, isPatchable = false, isEnded = true} = options;
	signal?.throwIfAborted();
	const format = new ZipFormat();
	const archive = new ExactArchive(format);
	const stop = new AbortController();
	const feeder = new Feeder(archive, {level, isPatchable, signal: stop.signal}, onProgress);
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

	const {files, folders, bytes, skipped} = feeder;
	return {files, folders, bytes, archiveBytes: format.offset, skipped, patches: format.patches};
};
