import {manifestName} from './manifest.js';
import {Meaning} from './meaning.js';
import {reasonFor} from './reasons.js';
import type {Progress, Skipped, ZipEntry} from './types.js';
import {
	openLarge,
	manifestEntry,
	prepare,
	wholeBytes,
	type ContentsOptions,
	type Prepared,
} from './zip-contents.js';
import type {ExactArchive, ExactEntry} from './zip-format.js';

// Archiver keeps what it is given until it is written: few entries at a time bound the memory.
const entriesAhead = 8;
const bytesAhead = 32 * 1024 * 1024;
const entriesQueued = 4;

/** Feeds an archive, and keeps count of what has become of each entry. */
export class Feeder {
	#queued = 0;
	#wake: (() => void) | undefined;
	readonly skipped: Skipped[] = [];
	files = 0;
	folders = 0;
	bytes = 0;
	bytesRead = 0;
	readonly meaning = new Meaning();

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

	async #handOn(entry: ZipEntry, prepared: Prepared): Promise<void> {
		this.options.signal.throwIfAborted();
		if ('reason' in prepared) {
			this.skipped.push({path: entry.path, reason: prepared.reason});
		} else if ('isLarge' in prepared) {
			await this.#handOnLarge(entry);
		} else {
			this.#add(prepared.entry);
			if (prepared.hash !== undefined) {
				this.options.manifest?.add(entry.name, prepared.hash);
			}

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
		const hash = large.hash();
		if (problem === undefined) {
			if (hash !== undefined) {
				this.options.manifest?.add(entry.name, hash);
			}

			return;
		}

		Object.assign(this, before);
		this.skipped.push({path: entry.path, reason: problem});
	}

	#add(entry: ExactEntry): void {
		this.#queued++;
		this.archive.add(entry);
	}

	#written({path, record, isStreamed}: ExactEntry): void {
		this.#queued--;
		this.meaning.add(record.isDirectory ? `${record.name}/` : record.name, record.size, record.crc);
		if (path === manifestName) {
			this.#wake?.();
			return;
		}

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

	/** Reads ahead, and hands on in order. */
	async feed(entries: AsyncIterable<ZipEntry>): Promise<void> {
		const ahead: Array<{readonly entry: ZipEntry; readonly bytes: number; readonly prepared: Promise<Prepared>}> = [];
		let bytes = 0;
		const isFull = (): boolean => ahead.length >= entriesAhead || bytes > bytesAhead;
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
			while (isFull()) {
				await handOn();
			}
		}

		while (ahead.length > 0) {
			await handOn();
		}

		await this.#untilQueued(0);
		const {manifest, level} = this.options;
		if (manifest !== undefined) {
			this.#add(await manifestEntry(manifest, level));
			await this.#untilQueued(0);
		}
	}
}
