import {Buffer} from 'node:buffer';
import {Archiver} from 'archiver';
import {ArchiveEntry, ZipArchiveOutputStream} from 'compress-commons';
import {
	centralHeader,
	dataDescriptor,
	limit16,
	limit32,
	localHeader,
	type ZipRecord,
} from './zip-records.js';

/**
Archiver keeps the queue, compress-commons the order of an archive's parts; the bytes of the records are our own. Theirs change names (`run:1.txt` becomes `1.txt`), know local time only, write many small pieces, and go wrong at exactly 65,535 entries and where a streamed entry passes 4 GiB. Archiver sanitises `name` alone, so that an entry travels whole in a property of its own.
*/

/** What an entry holds, in its final form: whole, or in pieces whose checksum and size are known at their end. */
export type Contents = Buffer | (AsyncIterable<Buffer> & {readonly tally: {readonly crc: number; readonly size: number}});

export class ExactEntry extends ArchiveEntry {
	readonly isStreamed: boolean;

	constructor(readonly path: string, readonly record: ZipRecord, public contents: Contents) {
		super();
		this.isStreamed = !Buffer.isBuffer(contents);
	}

	getGeneralPurposeBit() {
		return {usesDataDescriptor: () => this.record.hasDescriptor};
	}
}

/** A piece of the archive that was written before its bytes were known. */
export type Patch = {
	readonly position: number;
	readonly bytes: Buffer;
};

type Callback = (error: Error | null) => void;

const highWaterMark = 1024 * 1024;

export class ZipFormat extends ZipArchiveOutputStream {
	/** What is to be written over the finished archive where it can be: then no entry needs a descriptor. */
	readonly patches: Patch[] = [];

	constructor() {
		super({highWaterMark});
	}

	async #append(entry: ExactEntry): Promise<void> {
		const {record, contents} = entry;
		record.offset = this.offset;
		if (Buffer.isBuffer(contents)) {
			entry.contents = Buffer.alloc(0); // The entry itself is kept until the end.
			await this.#put(localHeader(record));
			if (contents.length > 0) {
				await this.#put(contents);
			}

			return;
		}

		await this.#put(localHeader(record));
		for await (const piece of contents) {
			record.compressedSize += piece.length;
			await this.#put(piece);
		}

		record.crc = contents.tally.crc;
		record.size = contents.tally.size;
		entry.contents = Buffer.alloc(0);
		if (!record.hasDescriptor) {
			this.patches.push({position: record.offset, bytes: localHeader(record)});
		}
	}

	/** Writes, and waits while whoever reads the archive is behind. */
	async #put(piece: Buffer): Promise<void> {
		if (this.write(piece)) {
			return;
		}

		if (this.destroyed) {
			throw this.errored ?? new Error('the archive was given up');
		}

		await new Promise<void>((resolve, reject) => {
			const settle = (): void => {
				this.off('drain', settle);
				this.off('close', settle);
				if (this.destroyed) {
					reject(this.errored ?? new Error('the archive was given up'));
				} else {
					resolve();
				}
			};

			this.on('drain', settle);
			this.on('close', settle);
		});
	}

	append(_source: unknown, data: {readonly exact: ExactEntry}, callback: Callback): void {
		this.entry(data.exact, Buffer.alloc(0), callback);
	}

	finalize(): void {
		this.finish();
	}

	override isZip64(): boolean {
		return this._entries.length >= limit16 || this._archive.centralLength >= limit32 || this._archive.centralOffset >= limit32;
	}

	protected override _normalizeEntry(): void {
		// Ours are complete.
	}

	protected override _appendBuffer(entry: ExactEntry, _source: Buffer, callback: Callback): void {
		const append = async (): Promise<void> => {
			let error: Error | null = null;
			try {
				await this.#append(entry);
				this._afterAppend(entry);
			} catch (error_) {
				error = error_ as Error;
			}

			callback(error);
		};

		void append();
	}

	protected override _writeDataDescriptor(entry: ExactEntry): void {
		this.write(dataDescriptor(entry.record));
	}

	protected override _writeCentralFileHeader(entry: ExactEntry): void {
		this.write(centralHeader(entry.record));
	}
}

/** Archiver with a format of ours, put together as its own `ZipArchive` is. */
export class ExactArchive extends Archiver {
	declare protected _format: string;
	declare protected _module: ZipFormat;
	declare protected _supportsDirectory: boolean;
	declare protected _modulePipe: () => void;

	constructor(format: ZipFormat) {
		super({highWaterMark});
		this._format = 'zip';
		this._module = format;
		this._supportsDirectory = true;
		this._modulePipe();
	}

	/** Queues an entry; `entry` is emitted, with it as `exact`, when it has been written. */
	add(exact: ExactEntry): void {
		this.append(Buffer.alloc(0), {name: 'entry', exact} as unknown as {name: string});
	}
}
