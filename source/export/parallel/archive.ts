import {Buffer} from 'node:buffer';
import type {FileHandle} from 'node:fs/promises';
import {writeAll} from '../../files/copy-file.js';
import {Meaning} from '../meaning.js';
import {centralHeader, endRecords, type ZipRecord} from '../zip-records.js';

/** The archive as it grows: where the next thing goes, and what its directory will say. */
export class Archive {
	/** Where the next thing goes. */
	tail = 0;
	readonly meaning = new Meaning();
	readonly #directory: Uint8Array[] = [];
	directoryStart = 0;
	directoryBytes = 0;

	constructor(private readonly handle: FileHandle) {}

	/** Takes so many bytes. @returns where they are */
	take(bytes: number): number {
		const position = this.tail;
		this.tail += bytes;
		return position;
	}

	/** Takes a place in the directory. @returns fills it */
	promise(): (directory: Uint8Array) => void {
		const index = this.#directory.length;
		this.#directory.push(new Uint8Array(0));
		return directory => {
			this.#directory[index] = directory;
		};
	}

	/** Adds an entry that is in the archive already. */
	add(record: ZipRecord): void {
		this.#directory.push(centralHeader(record));
		this.meaning.add(record.isDirectory ? `${record.name}/` : record.name, record.size, record.crc);
	}

	async write(bytes: Uint8Array, position: number): Promise<void> {
		await writeAll(this.handle, bytes, position);
	}

	/** Writes the directory, and all that follows. */
	async finish(): Promise<void> {
		this.directoryStart = this.tail;
		let batch: Uint8Array[] = [];
		let bytes = 0;
		const flush = async (): Promise<void> => {
			await this.write(Buffer.concat(batch), this.take(bytes));
			batch = [];
			bytes = 0;
		};

		for (const piece of this.#directory) {
			batch.push(piece);
			bytes += piece.length;
			if (bytes > 1024 * 1024) {
				await flush();
			}
		}

		await flush();
		this.directoryBytes = this.tail - this.directoryStart;
		const end = endRecords(this.meaning.entries, this.directoryStart, this.directoryBytes);
		await this.write(end, this.take(end.length));
	}
}
