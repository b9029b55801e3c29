import {Buffer} from 'node:buffer';
import type {OpenFile} from '../../outputs/outputs.js';
import {isStoredType} from '../stored-types.js';
import {changedWhileRead} from '../reasons.js';
import type {ZipEntry} from '../types.js';
import {limit32, localHeader, localHeaderBytes, type ZipRecord} from '../zip-records.js';
import type {Archive} from './archive.js';
import {combineChecksums} from './checksum.js';
import {shrinks} from './samples.js';
import {blockBytes, type ComputedBlock} from './tasks.js';

const samples = 64;
const sampleBytes = 8 * 1024;

/** The empty last block that ends a deflate stream. */
const lastBlock = Buffer.of(3, 0);

/** Whether some part of a file seems worth deflating: what is, is asked again for each block. */
const mayShrink = async (name: string, file: OpenFile): Promise<boolean> => {
	if (isStoredType(name)) {
		return false;
	}

	for (let index = 0; index < samples; index++) {
		const sample = Buffer.alloc(sampleBytes);
		const bytes = await file.read(sample, Math.floor((file.facts.bytes - sampleBytes) * ((index + 0.5) / samples)));
		if (bytes > 0 && shrinks(sample.subarray(0, bytes))) {
			return true;
		}
	}

	return false;
};

/** A file in blocks: its header is written when all that it tells is known. */
export class LargeFile {
	/**
	@throws if it cannot be opened or read
	*/
	static async open(entry: ZipEntry, level: number): Promise<LargeFile> {
		const file = await entry.open();
		try {
			if (file.handle === undefined) {
				throw new Error('it has no descriptor for the threads to read');
			}

			return new LargeFile(file, entry, level > 0 && await mayShrink(entry.name, file));
		} catch (error) {
			await file.close();
			throw error;
		}
	}

	readonly record: ZipRecord;
	/** Why it is not whole. */
	problem: string | undefined;
	readonly #writing: Array<{readonly bytes: Buffer; readonly position: number}> = [];

	private constructor(readonly file: OpenFile, {name}: ZipEntry, readonly isDeflated: boolean) {
		const {mode, modifiedAt, bytes} = file.facts;
		this.record = {
			name,
			isDirectory: false,
			mode,
			modifiedAt,
			method: isDeflated ? 'deflated' : 'stored',
			isWide: bytes + Math.ceil(bytes / 1000) + 1024 >= limit32,
			hasDescriptor: false,
			crc: 0,
			size: 0,
			compressedSize: 0,
			offset: 0,
		};
	}

	get descriptor(): number {
		return this.file.handle!.fd;
	}

	/** At most the bytes that the file had when it was opened: the header has room for no more. */
	* blocks(): Generator<{readonly position: number; readonly length: number}> {
		const {bytes} = this.file.facts;
		for (let position = 0; position < bytes && this.problem === undefined; position += blockBytes) {
			yield {position, length: Math.min(blockBytes, bytes - position)};
		}
	}

	/** Takes room for the header. */
	start(archive: Archive): void {
		this.record.offset = archive.take(localHeaderBytes(this.record));
	}

	/** Takes room for a block. @returns where it goes; -1 if one before it failed */
	take(archive: Archive, {length, size, checksum, problem}: ComputedBlock, wanted: number): number {
		if (this.problem !== undefined) {
			return -1;
		}

		const {record} = this;
		record.crc = combineChecksums(record.crc, checksum, size);
		record.size += size;
		record.compressedSize += length;
		this.problem = problem ?? (size < wanted ? changedWhileRead : undefined);
		return archive.take(length);
	}

	/** Ends the entry, when all blocks have their place. */
	async finish(archive: Archive): Promise<void> {
		const {record} = this;
		if (this.isDeflated) {
			record.compressedSize += lastBlock.length;
			this.#writing.push({bytes: lastBlock, position: archive.take(lastBlock.length)});
		}

		this.#writing.push({bytes: localHeader(record), position: record.offset});
		archive.add(record);
		for (const {bytes, position} of this.#writing) {
			await archive.write(bytes, position);
		}
	}
}
