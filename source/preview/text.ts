import {decodeName} from '../text/names.js';
import {printableText} from '../text/printable.js';

/** Control characters that text may hold: tab, line feed, form feed, carriage return, escape (coloured logs). */
const textControls = new Set([9, 10, 12, 13, 27]);

/** Whether bytes are more likely something else than text: a NUL, or more than one control character in 32 bytes. */
const isBinary = (bytes: Uint8Array): boolean => {
	let controls = 0;
	const length = Math.min(bytes.length, 8192);
	for (let index = 0; index < length; index++) {
		const byte = bytes[index]!;
		if (byte === 0) {
			return true;
		}

		if (byte < 32 && !textControls.has(byte)) {
			controls++;
		}
	}

	if (controls * 32 > length) {
		return true;
	}

	// A third of bytes that are no UTF-8 is no text in an old encoding either.
	let strangers = 0;
	for (const character of decodeName(bytes.subarray(0, 1024))) {
		const code = character.codePointAt(0)!;
		if (code >= 0xdc_80 && code <= 0xdc_ff) {
			strangers++;
		}
	}

	return strangers * 3 > Math.min(bytes.length, 1024);
};

const byteOrder = (bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined => {
	const mark = (bytes[0]! * 256) + bytes[1]!;
	return mark === 0xff_fe ? 'utf-16le' : (mark === 0xfe_ff ? 'utf-16be' : undefined);
};

/** Leaves out a character that the limit has split in two. */
const wholeCharacters = (bytes: Uint8Array): Uint8Array => {
	const tail = bytes.subarray(-3);
	for (const [index, byte] of tail.entries()) {
		const length = byte >= 0xf0 ? 4 : (byte >= 0xe0 ? 3 : (byte >= 0xc0 ? 2 : 1));
		if (index + length > tail.length) {
			return bytes.subarray(0, bytes.length - tail.length + index);
		}
	}

	return bytes;
};

/** Whether bytes are the beginning of a text. */
export const isText = (bytes: Uint8Array): boolean => byteOrder(bytes) !== undefined || !isBinary(bytes);

/**
What a text file says, with whatever is in it: nothing for a terminal.

@param isCut - whether more follows than `bytes`
*/
export const decodeRaw = (bytes: Uint8Array, isCut: boolean): string => {
	const order = byteOrder(bytes);
	// While more is to come, the decoder keeps back what the limit has split in two.
	return order === undefined
		? decodeName(isCut ? wholeCharacters(bytes) : bytes).replace(/^\u{FEFF}/u, '')
		: new TextDecoder(order).decode(bytes, {stream: isCut});
};

/** The lines of a text, printable. */
export const printableLinesOf = (text: string): string[] => {
	const lines = text.split(/\r\n|\n|\r(?!\n)/);
	if (lines.at(-1) === '') {
		lines.pop();
	}

	return lines.map(line => printableText(line));
};

/**
The lines of a text file, printable; `undefined` if it is no text.

@param isCut - whether more follows than `bytes`
*/
export const decodeText = (bytes: Uint8Array, isCut: boolean): string[] | undefined =>
	isText(bytes) ? printableLinesOf(decodeRaw(bytes, isCut)) : undefined;
