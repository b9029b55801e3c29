/* eslint-disable unicorn/prefer-private-class-fields -- its names, not ours */
/** The parts of compress-commons that are used here; it ships no types. */
declare module 'compress-commons' {
	import type {Buffer} from 'node:buffer';
	import type {Transform} from 'node:stream';

	export class ArchiveEntry {
		isDirectory(): boolean | undefined;
	}

	export class ZipArchiveOutputStream extends Transform {
		/** Bytes written so far. */
		offset: number;
		_archive: {centralLength: number; centralOffset: number};
		_entries: ArchiveEntry[];
		constructor(options?: {readonly highWaterMark?: number});
		entry(entry: ArchiveEntry, source: Buffer, callback: (error: Error | null) => void): this;
		finish(): void;
		isZip64(): boolean;
		protected _normalizeEntry(entry: ArchiveEntry): void;
		protected _appendBuffer(entry: ArchiveEntry, source: Buffer, callback: (error: Error | null) => void): void;
		protected _afterAppend(entry: ArchiveEntry): void;
		protected _writeDataDescriptor(entry: ArchiveEntry): void;
		protected _writeCentralFileHeader(entry: ArchiveEntry): void;
	}
}
