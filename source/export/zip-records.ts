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

/** The extended timestamp: UTC, which every time zone reads alike, where it fits in 32 bits. */
const timestampField = (milliseconds: number): Buffer => {
	const seconds = Math.floor(milliseconds / 1000);
	if (!(seconds >= -0x80_00_00_00 && seconds <= 0x7f_ff_ff_ff)) {
		return Buffer.alloc(0);
	}

	const field = Buffer.alloc(9);
	field.writeUInt16LE(0x54_55, 0);
	field.writeUInt16LE(5, 2);
	field.writeUInt8(1, 4); // The modification time is there, no other.
	field.writeInt32LE(seconds, 5);
	return field;
};

const zip64Field = (...values: readonly number[]): Buffer => {
	const field = Buffer.alloc(4 + (8 * values.length));
	field.writeUInt16LE(1, 0);
	field.writeUInt16LE(8 * values.length, 2);
	for (const [index, value] of values.entries()) {
		field.writeBigUInt64LE(BigInt(value), 4 + (8 * index));
	}

	return field;
};

const nameBytes = (record: ZipRecord): Buffer => Buffer.from(record.isDirectory ? `${record.name}/` : record.name);

const versionNeeded = (isZip64: boolean): number => isZip64 ? 45 : 20;

const flags = (record: ZipRecord): number =>
	(record.hasDescriptor ? descriptorFlag : 0) | (isAscii.test(record.name) ? 0 : utf8Flag);

const methodNumber = (record: ZipRecord): number => record.method === 'deflated' ? 8 : 0;

/** What stands before the contents. Its length does not depend on checksum and sizes. */
export const localHeader = (record: ZipRecord): Buffer => {
	const name = nameBytes(record);
	const [crc, size, compressedSize] = record.hasDescriptor ? [0, 0, 0] : [record.crc, record.size, record.compressedSize];
	const extra = Buffer.concat([
		...(record.isWide ? [zip64Field(size, compressedSize)] : []),
		timestampField(record.modifiedAt),
	]);
	const header = Buffer.alloc(30);
	header.writeUInt32LE(0x04_03_4b_50, 0);
	header.writeUInt16LE(versionNeeded(record.isWide), 4);
	header.writeUInt16LE(flags(record), 6);
	header.writeUInt16LE(methodNumber(record), 8);
	header.writeUInt32LE(dosTime(record.modifiedAt), 10);
	header.writeUInt32LE(crc, 14);
	header.writeUInt32LE(record.isWide ? limit32 : compressedSize, 18);
	header.writeUInt32LE(record.isWide ? limit32 : size, 22);
	header.writeUInt16LE(name.length, 26);
	header.writeUInt16LE(extra.length, 28);
	return Buffer.concat([header, name, extra]);
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

/** The entry in the directory at the archive's end. */
export const centralHeader = (record: ZipRecord): Buffer => {
	const name = nameBytes(record);
	const isZip64 = Math.max(record.size, record.compressedSize, record.offset) >= limit32;
	const extra = Buffer.concat([
		...(isZip64 ? [zip64Field(record.size, record.compressedSize, record.offset)] : []),
		timestampField(record.modifiedAt),
	]);
	const fileType = record.isDirectory ? 0o04_0000 : 0o10_0000;
	const header = Buffer.alloc(46);
	header.writeUInt32LE(0x02_01_4b_50, 0);
	header.writeUInt16LE(madeByUnix, 4);
	header.writeUInt16LE(versionNeeded(isZip64 || record.isWide), 6);
	header.writeUInt16LE(flags(record), 8);
	header.writeUInt16LE(methodNumber(record), 10);
	header.writeUInt32LE(dosTime(record.modifiedAt), 12);
	header.writeUInt32LE(record.crc, 16);
	header.writeUInt32LE(isZip64 ? limit32 : record.compressedSize, 20);
	header.writeUInt32LE(isZip64 ? limit32 : record.size, 24);
	header.writeUInt16LE(name.length, 28);
	header.writeUInt16LE(extra.length, 30);
	// No comment, first disk, no internal attributes: zeros up to here.
	header.writeUInt32LE((((fileType | (record.mode & 0o777)) << 16) | (record.isDirectory ? 0x10 : 0x20)) >>> 0, 38);
	header.writeUInt32LE(isZip64 ? limit32 : record.offset, 42);
	return Buffer.concat([header, name, extra]);
};
