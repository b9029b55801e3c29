import {Buffer} from 'node:buffer';
import type {FileHandle} from 'node:fs/promises';
import type {OpenFile} from '../../outputs/outputs.js';
import {ifSupported} from '../destination-file.js';
import {isSame} from '../one-file.js';
import {
	changedWhileRead,
	reasonFor,
	reasonForType,
	tooLongForArchive,
} from '../reasons.js';
import type {Skipped, ZipEntry} from '../types.js';
import type {ZipOptions, ZipSummary} from '../zip.js';
import {manifestEntry} from '../zip-contents.js';
import type {ExactEntry} from '../zip-format.js';
import {localHeader} from '../zip-records.js';
import {Archive} from './archive.js';
import type {Crew} from './crew.js';
import {LargeFile} from './large-file.js';
import {
	blockBytes,
	headerBytes,
	itemsBytes,
	mostItems,
	type ComputedHash,
	type ComputedItems,
	type Item,
} from './tasks.js';
import {Window} from './window.js';

export type ZipFileOptions = Pick<ZipOptions, 'signal' | 'onProgress' | 'manifest'> & {
	/** From 0 (store everything) to 9. */
	readonly level: number;
};

type Batch = {
	readonly entries: ZipEntry[];
	readonly items: Item[];
	bytes: number;
};

/** Where paths that are given to the crew start: the session. */
const itemOf = ({path, name, facts}: ZipEntry): Item => ({
	path,
	...(name !== path && {name}),
	bytes: facts.type === 'file' ? facts.bytes : 0,
	...(facts.type === 'directory' && {folder: {mode: facts.mode, modifiedAt: facts.modifiedAt}}),
});

/** Bytes after which the disk is set to work. */
const flushBytes = 32 * 1024 * 1024;

class ZipFileWriter {
	readonly archive: Archive;
	readonly skipped: Skipped[] = [];
	files = 0;
	folders = 0;
	bytes = 0;
	#bytesRead = 0;
	#number = 0;
	#batch: Batch = {entries: [], items: [], bytes: 0};
	readonly #window: Window;
	/** What is done in the order of the archive. */
	#order: Promise<void> = Promise.resolve();
	readonly #writes = new Set<Promise<void>>();
	readonly #outgrown: ZipEntry[] = [];
	/** Large files that are being read. */
	readonly #open = new Set<OpenFile>();
	isGivenUp = false;
	#flushing = false;
	#flushedTo = 0;

	constructor(
		private readonly handle: FileHandle,
		private readonly crew: Crew,
		private readonly options: ZipFileOptions,
		private readonly fail: (error: unknown) => void,
	) {
		this.archive = new Archive(handle);
		// One at work and one waiting for each, and some that are written.
		this.#window = new Window((2 * crew.count) + 2);
	}

	/** Ends all waiting. */
	giveUp(reason: unknown): void {
		this.isGivenUp = true;
		this.#window.close(reason);
	}

	/** Closes what is still open, when nobody reads any more. */
	async close(): Promise<void> {
		await Promise.all([...this.#open].map(async file => file.close()));
	}

	async add(entry: ZipEntry): Promise<void> {
		const {path, name, facts} = entry;
		if (Buffer.byteLength(name) >= 0xff_ff) {
			this.skipped.push({path, reason: tooLongForArchive});
			return;
		}

		if (facts.type === 'symlink' || facts.type === 'other') {
			this.skipped.push({path, reason: reasonForType(facts.type)});
			return;
		}

		if (facts.type === 'file' && facts.bytes > blockBytes) {
			await this.#flush();
			await this.#addLarge(entry);
			return;
		}

		const item = itemOf(entry);
		const bytes = item.bytes + headerBytes(item);
		if (this.#batch.bytes + bytes > itemsBytes || this.#batch.items.length === mostItems) {
			await this.#flush();
		}

		this.#batch.entries.push(entry);
		this.#batch.items.push(item);
		this.#batch.bytes += bytes;
	}

	/** Writes what is left, and the directory. */
	async finish(): Promise<void> {
		await this.#flush();
		await this.#order;
		for (const entry of this.#outgrown.splice(0)) {
			await this.#addLarge(entry);
		}

		await this.#order;
		await Promise.all(this.#writes);
		const {manifest, level} = this.options;
		if (manifest !== undefined) {
			await this.#addManifest(await manifestEntry(manifest, level));
		}

		await this.archive.finish();
	}

	async #addManifest({record, contents}: ExactEntry): Promise<void> {
		record.offset = this.archive.tail;
		for (const part of [localHeader(record), contents as Buffer]) {
			await this.archive.write(part, this.archive.take(part.length));
		}

		this.archive.add(record);
	}

	/** Does something when all that comes before it in the archive has its place. */
	#inOrder(step: () => Promise<void>): void {
		const before = this.#order;
		this.#order = (async () => {
			await before;
			await step();
		})();
		this.#order.catch(this.fail);
	}

	/** Something that is under way and must be done in the end. */
	#track(write: Promise<void>): void {
		this.#writes.add(write);
		const settle = async (): Promise<void> => {
			try {
				await write;
				this.#writes.delete(write);
			} catch (error) {
				this.fail(error);
			}
		};

		void settle();
	}

	async #flush(): Promise<void> {
		const {entries, items} = this.#batch;
		if (items.length === 0) {
			return;
		}

		this.#batch = {entries: [], items: [], bytes: 0};
		await this.#window.enter();
		const number = this.#number++;
		const computing = this.crew.compute({type: 'items', number, items});
		computing.catch(this.fail);
		this.#inOrder(async () => {
			const computed = await computing;
			const fill = this.archive.promise();
			const position = this.archive.take(computed.length);
			this.#take(entries, computed);
			this.#track(this.#place(number, position, fill));
		});
	}

	async #place(number: number, position: number, fill?: (directory: Uint8Array) => void): Promise<void> {
		const directory = await this.crew.place(number, position);
		fill?.(directory);
		this.#window.leave();
		this.#startFlush();
	}

	/** Has the system begin to write what it holds in memory, so that less is left for the end. What goes wrong is told once, and so not again at the end. */
	#startFlush(): void {
		if (this.#flushing || this.archive.tail - this.#flushedTo < flushBytes) {
			return;
		}

		this.#flushing = true;
		this.#flushedTo = this.archive.tail;
		const flush = async (): Promise<void> => {
			try {
				await ifSupported(this.handle.datasync());
			} catch (error) {
				this.fail(error);
			}

			this.#flushing = false;
		};

		void flush();
	}

	/** What has become of a batch. */
	#take(entries: readonly ZipEntry[], {sizes, checksums, hashes, problems, outgrown}: ComputedItems): void {
		for (const [index, entry] of entries.entries()) {
			const size = sizes[index]!;
			if (size < 0) {
				continue;
			}

			if (entry.facts.type === 'directory') {
				this.folders++;
				this.archive.meaning.add(`${entry.name}/`, 0, 0);
				continue;
			}

			this.files++;
			this.bytes += size;
			this.#bytesRead += size;
			this.archive.meaning.add(entry.name, size, checksums[index]!);
			this.options.manifest?.add(entry.name, hashes![index]!);
		}

		for (const {index, reason} of problems) {
			this.skipped.push({path: entries[index]!.path, reason});
		}

		this.#outgrown.push(...outgrown.map(index => entries[index]!));
		this.#tell(entries.at(-1)!.path);
	}

	#tell(current: string): void {
		this.options.onProgress?.({bytes: this.#bytesRead, files: this.files, current});
	}

	async #addLarge(entry: ZipEntry): Promise<void> {
		const {path} = entry;
		let large;
		try {
			large = await LargeFile.open(entry, this.options.level);
		} catch (error) {
			this.skipped.push({path, reason: reasonFor(error)});
			return;
		}

		const {file, descriptor, isDeflated} = large;
		if (this.isGivenUp) {
			await file.close();
			return;
		}

		this.#open.add(file);
		const hashing = this.options.manifest && this.crew.compute({type: 'hash', number: this.#number++, descriptor, length: file.facts.bytes});
		hashing?.catch(this.fail);
		this.#inOrder(async () => {
			large.start(this.archive);
		});
		for (const {position, length} of large.blocks()) {
			await this.#window.enter();
			const number = this.#number++;
			const computing = this.crew.compute({type: 'block', number, descriptor, position, length, isDeflated});
			computing.catch(this.fail);
			this.#inOrder(async () => {
				const computed = await computing;
				const where = large.take(this.archive, computed, length);
				this.#bytesRead += where < 0 ? 0 : computed.size;
				this.#tell(path);
				this.#track(this.#place(number, where));
			});
		}

		this.#inOrder(async () => {
			await this.#endLarge(entry, large, await hashing);
		});
	}

	async #endLarge({path, name}: ZipEntry, large: LargeFile, hashed: ComputedHash | undefined): Promise<void> {
		const {file, record} = large;
		const isUntouched = isSame(file.facts, await file.restat());
		this.#open.delete(file);
		await file.close();
		this.#track(large.finish(this.archive));
		const isHashedRight = hashed === undefined || (hashed.checksum === record.crc && hashed.size === record.size);
		const problem = large.problem ?? (isUntouched && isHashedRight ? undefined : changedWhileRead);
		if (problem === undefined) {
			this.files++;
			this.bytes += record.size;
			if (hashed !== undefined) {
				this.options.manifest!.add(name, hashed.hash);
			}
		} else {
			this.skipped.push({path, reason: `${problem}; the archive holds the ${record.size} bytes that were read`});
		}

		this.#tell(path);
	}
}

/**
Writes a ZIP archive into an empty file, with all cores: the same archive as `writeZip` would write, without a data descriptor in it, and in the same order whatever the number of cores.

@param entries - as for `writeZip`; their paths start at the root that the crew was given
@param handle - the file, empty, open for writing
@param crew - stopped in the end, however that comes
@returns as `writeZip`
@throws the signal's reason, within a moment; what writing or `entries` say
*/
export const writeZipFile = async (entries: AsyncIterable<ZipEntry>, handle: FileHandle, crew: Crew, options: ZipFileOptions): Promise<ZipSummary> => {
	const {signal} = options;
	const {promise: failure, reject} = Promise.withResolvers<never>();
	failure.catch(() => undefined);
	const fail = (error: unknown): void => {
		reject(error);
	};

	const cancel = (): void => {
		fail(signal!.reason);
	};

	signal?.addEventListener('abort', cancel, {once: true});
	const writer = new ZipFileWriter(handle, crew, options, fail);
	const write = async (): Promise<void> => {
		for await (const entry of entries) {
			if (writer.isGivenUp) {
				return;
			}

			await writer.add(entry);
		}

		if (!writer.isGivenUp) {
			await writer.finish();
		}
	};

	try {
		signal?.throwIfAborted();
		const writing = write();
		await Promise.race([writing, failure]);
	} catch (error) {
		writer.giveUp(error);
		throw error;
	} finally {
		signal?.removeEventListener('abort', cancel);
		await crew.stop();
		await writer.close();
	}

	const {files, folders, bytes, skipped, archive} = writer;
	return {files, folders, bytes, archiveBytes: archive.tail, skipped, patches: [], meaning: archive.meaning};
};
