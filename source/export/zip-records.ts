import {Buffer} from 'node:buffer';

/**
The bytes of a ZIP archive's records, as PKWARE's APPNOTE.TXT 6.3.10 has them. Sizes and offsets from 4 GiB - 1 on are told in Zip64 fields.
*/

/** One entry of an archive. What is only known after the contents have been written is filled in then. */
export type ZipRecord = {
	readonly name: string;
	readonly isDirectory: boolean;
	/** Permission bits. */
	readonly mode: number;
	/** Milliseconds since 1970. */
	readonly modifiedAt: number;
	readonly method: 'stored' | 'deflated';
	/** Whether the local header has room for sizes from 4 GiB - 1 on. */
	readonly isWide: boolean;
	/** Whether checksum and sizes follow the contents, because the header was written before they were known. */
	readonly hasDescriptor: boolean;
	crc: number;
	size: number;
	compressedSize: number;
	/** Where the local header is. */
	offset: number;
};

/** The record of an entry of which nothing has been read yet: that of a folder, or of an empty file. */
export const emptyRecord = (name: string, {mode, modifiedAt}: Pick<ZipRecord, 'mode' | 'modifiedAt'>, isDirectory: boolean): ZipRecord & {method: ZipRecord['method']} => ({
	name,
	isDirectory,
	mode,
	modifiedAt,
	method: 'stored',
	isWide: false,
	hasDescriptor: false,
	crc: 0,
	size: 0,
	compressedSize: 0,
	offset: 0,
});

export const limit32 = 0xff_ff_ff_ff;
export const limit16 = 0xff_ff;

const descriptorFlag = 1 << 3;
const utf8Flag = 1 << 11;
const madeByUnix = (3 << 8) | 45;
const isAscii = /^[\0-\u007F]*$/v;

/** MS-DOS date and time: local time, two seconds a step, from 1980 to 2107. */
export const dosTime = (milliseconds: number): number => {
	const date = new Date(milliseconds);
	const year = date.getFullYear();
	if (Number.isNaN(year) || year < 1980) {
		return 0x00_21_00_00; // 1980-01-01 00:00:00
	}

	if (year > 2107) {
		return 0xff_9f_bf_7d; // 2107-12-31 23:59:58
	}

	return (
		((year - 1980) << 25)
		| ((date.getMonth() + 1) << 21)
		| (date.getDate() << 16)
		| (date.getHours() << 11)
		| (date.getMinutes() << 5)
		| (date.getSeconds() >> 1)
	) >>> 0;
};

const seconds32 = (milliseconds: number): number | undefined => {
	const seconds = Math.floor(milliseconds / 1000);
	return seconds >= -0x80_00_00_00 && seconds <= 0x7f_ff_ff_ff ? seconds : undefined;
};

const timestampBytes = (milliseconds: number): number => seconds32(milliseconds) === undefined ? 0 : 9;

/** The extended timestamp: UTC, which every time zone reads alike, where it fits in 32 bits. */
const putTimestamp = (target: Buffer, start: number, milliseconds: number): number => {
	const seconds = seconds32(milliseconds);
	if (seconds === undefined) {
		return start;
	}

	target.writeUInt16LE(0x54_55, start);
	target.writeUInt16LE(5, start + 2);
	target.writeUInt8(1, start + 4); // The modification time is there, no other.
	return target.writeInt32LE(seconds, start + 5);
};

const zip64Bytes = (values: number): number => 4 + (8 * values);

const putZip64 = (target: Buffer, start: number, values: readonly number[]): number => {
	target.writeUInt16LE(1, start);
	target.writeUInt16LE(8 * values.length, start + 2);
	let position = start + 4;
	for (const value of values) {
		position = target.writeBigUInt64LE(BigInt(value), position);
	}

	return position;
};

const nameOf = (record: ZipRecord): string => record.isDirectory ? `${record.name}/` : record.name;

const versionNeeded = (isZip64: boolean): number => isZip64 ? 45 : 20;

const flags = (record: ZipRecord): number =>
	(record.hasDescriptor ? descriptorFlag : 0) | (isAscii.test(record.name) ? 0 : utf8Flag);

const methodNumber = (record: ZipRecord): number => record.method === 'deflated' ? 8 : 0;

const localExtraBytes = (record: ZipRecord): number => (record.isWide ? zip64Bytes(2) : 0) + timestampBytes(record.modifiedAt);

/** How long the local header is: it depends on the name, the time and `isWide` alone. */
export const localHeaderBytes = (record: ZipRecord): number => 30 + Buffer.byteLength(nameOf(record)) + localExtraBytes(record);

/**
Writes what stands before the contents.

@returns where it ends
*/
export const putLocalHeader = (target: Buffer, start: number, record: ZipRecord): number => {
	const {hasDescriptor, isWide} = record;
	const [crc, size, compressedSize] = hasDescriptor ? [0, 0, 0] : [record.crc, record.size, record.compressedSize];
	const nameBytes = target.write(nameOf(record), start + 30);
	target.writeUInt32LE(0x04_03_4b_50, start);
	target.writeUInt16LE(versionNeeded(isWide), start + 4);
	target.writeUInt16LE(flags(record), start + 6);
	target.writeUInt16LE(methodNumber(record), start + 8);
	target.writeUInt32LE(dosTime(record.modifiedAt), start + 10);
	target.writeUInt32LE(crc, start + 14);
	target.writeUInt32LE(isWide ? limit32 : compressedSize, start + 18);
	target.writeUInt32LE(isWide ? limit32 : size, start + 22);
	target.writeUInt16LE(nameBytes, start + 26);
	target.writeUInt16LE(localExtraBytes(record), start + 28);
	const extra = start + 30 + nameBytes;
	return putTimestamp(target, isWide ? putZip64(target, extra, [size, compressedSize]) : extra, record.modifiedAt);
};

/** What stands before the contents. */
export const localHeader = (record: ZipRecord): Buffer => {
	const header = Buffer.allocUnsafe(localHeaderBytes(record));
	putLocalHeader(header, 0, record);
	return header;
};

/** What stands behind the contents if the header could not tell. Its sizes are as wide as the header's. */
export const dataDescriptor = (record: ZipRecord): Buffer => {
	const descriptor = Buffer.alloc(record.isWide ? 24 : 16);
	descriptor.writeUInt32LE(0x08_07_4b_50, 0);
	descriptor.writeUInt32LE(record.crc, 4);
	if (record.isWide) {
		descriptor.writeBigUInt64LE(BigInt(record.compressedSize), 8);
		descriptor.writeBigUInt64LE(BigInt(record.size), 16);
	} else {
		descriptor.writeUInt32LE(record.compressedSize, 8);
		descriptor.writeUInt32LE(record.size, 12);
	}

	return descriptor;
};

const isZip64Entry = (record: ZipRecord): boolean => Math.max(record.size, record.compressedSize, record.offset) >= limit32;

const centralExtraBytes = (record: ZipRecord): number => (isZip64Entry(record) ? zip64Bytes(3) : 0) + timestampBytes(record.modifiedAt);

/** How long the entry in the directory is. */
export const centralHeaderBytes = (record: ZipRecord): number => 46 + Buffer.byteLength(nameOf(record)) + centralExtraBytes(record);

/**
Writes the entry in the directory at the archive's end.

@returns where it ends
*/
export const putCentralHeader = (target: Buffer, start: number, record: ZipRecord): number => {
	const isZip64 = isZip64Entry(record);
	const fileType = record.isDirectory ? 0o04_0000 : 0o10_0000;
	const nameBytes = target.write(nameOf(record), start + 46);
	target.writeUInt32LE(0x02_01_4b_50, start);
	target.writeUInt16LE(madeByUnix, start + 4);
	target.writeUInt16LE(versionNeeded(isZip64 || record.isWide), start + 6);
	target.writeUInt16LE(flags(record), start + 8);
	target.writeUInt16LE(methodNumber(record), start + 10);
	target.writeUInt32LE(dosTime(record.modifiedAt), start + 12);
	target.writeUInt32LE(record.crc, start + 16);
	target.writeUInt32LE(isZip64 ? limit32 : record.compressedSize, start + 20);
	target.writeUInt32LE(isZip64 ? limit32 : record.size, start + 24);
	target.writeUInt16LE(nameBytes, start + 28);
	target.writeUInt16LE(centralExtraBytes(record), start + 30);
	target.fill(0, start + 32, start + 38); // No comment, first disk, no internal attributes.
	target.writeUInt32LE((((fileType | (record.mode & 0o777)) << 16) | (record.isDirectory ? 0x10 : 0x20)) >>> 0, start + 38);
	target.writeUInt32LE(isZip64 ? limit32 : record.offset, start + 42);
	const extra = start + 46 + nameBytes;
	return putTimestamp(target, isZip64 ? putZip64(target, extra, [record.size, record.compressedSize, record.offset]) : extra, record.modifiedAt);
};

/** The entry in the directory at the archive's end. */
export const centralHeader = (record: ZipRecord): Buffer => {
	const header = Buffer.allocUnsafe(centralHeaderBytes(record));
	putCentralHeader(header, 0, record);
	return header;
};

/**
What stands behind the directory: where it is, in Zip64 form too where that is needed.

@param entries - how many there are
@param start - where the directory starts
@param bytes - how long it is
*/
export const endRecords = (entries: number, start: number, bytes: number): Buffer => {
	const isZip64 = entries >= limit16 || start >= limit32 || bytes >= limit32;
	const wide = Buffer.alloc(isZip64 ? 56 + 20 : 0);
	if (isZip64) {
		wide.writeUInt32LE(0x06_06_4b_50, 0);
		wide.writeBigUInt64LE(44n, 4); // What follows of this record.
		wide.writeUInt16LE(madeByUnix, 12);
		wide.writeUInt16LE(45, 14);
		wide.writeBigUInt64LE(BigInt(entries), 24);
		wide.writeBigUInt64LE(BigInt(entries), 32);
		wide.writeBigUInt64LE(BigInt(bytes), 40);
		wide.writeBigUInt64LE(BigInt(start), 48);
		wide.writeUInt32LE(0x07_06_4b_50, 56);
		wide.writeBigUInt64LE(BigInt(start + bytes), 64);
		wide.writeUInt32LE(1, 72); // Disks.
	}

	const end = Buffer.alloc(22);
	end.writeUInt32LE(0x06_05_4b_50, 0);
	end.writeUInt16LE(Math.min(entries, limit16), 8);
	end.writeUInt16LE(Math.min(entries, limit16), 10);
	end.writeUInt32LE(Math.min(bytes, limit32), 12);
	end.writeUInt32LE(Math.min(start, limit32), 16);
	return Buffer.concat([wide, end]);
};
