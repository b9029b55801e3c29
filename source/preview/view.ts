import {Unreadable} from './source.js';

/** Numbers in bytes. What lies beyond the end is an `Unreadable`. */
export type View = {
	readonly length: number;
	readonly u8: (offset: number) => number;
	readonly u16: (offset: number, isLittle?: boolean) => number;
	readonly u32: (offset: number, isLittle?: boolean) => number;
	readonly i32: (offset: number, isLittle?: boolean) => number;
	/** Bytes as characters, each byte one. */
	readonly latin: (offset: number, length: number) => string;
	readonly bytes: (offset: number, length: number) => Uint8Array;
};

/** Looks at bytes as numbers. */
export const viewOf = (bytes: Uint8Array): View => {
	const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const check = (offset: number, length: number): number => {
		if (offset < 0 || length < 0 || offset + length > bytes.length) {
			throw new Unreadable('it ends too early');
		}

		return offset;
	};

	return {
		length: bytes.length,
		u8: offset => data.getUint8(check(offset, 1)),
		u16: (offset, isLittle = false) => data.getUint16(check(offset, 2), isLittle),
		u32: (offset, isLittle = false) => data.getUint32(check(offset, 4), isLittle),
		i32: (offset, isLittle = false) => data.getInt32(check(offset, 4), isLittle),
		latin(offset, length) {
			check(offset, length);
			let text = '';
			for (let index = offset; index < offset + length; index++) {
				text += String.fromCodePoint(bytes[index]!);
			}

			return text;
		},
		bytes: (offset, length) => bytes.subarray(check(offset, length), offset + length),
	};
};
