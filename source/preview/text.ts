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

const utf16 = (bytes: Uint8Array, isCut: boolean): string | undefined => {
	const mark = (bytes[0]! * 256) + bytes[1]!;
	if (bytes.length < 2 || (mark !== 0xff_fe && mark !== 0xfe_ff)) {
		return undefined;
	}

	// While more is to come, the decoder keeps back what the limit has split in two.
	return new TextDecoder(mark === 0xff_fe ? 'utf-16le' : 'utf-16be').decode(bytes, {stream: isCut});
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

/**
The lines of a text file, printable; `undefined` if it is no text.

@param isCut - whether more follows than `bytes`
*/
export const decodeText = (bytes: Uint8Array, isCut: boolean): string[] | undefined => {
	const wide = utf16(bytes, isCut);
	if (wide === undefined && isBinary(bytes)) {
		return undefined;
	}

	const text = wide ?? decodeName(isCut ? wholeCharacters(bytes) : bytes).replace(/^\u{FEFF}/u, '');
	const lines = text.split(/\r\n|\n|\r(?!\n)/);
	if (lines.at(-1) === '') {
		lines.pop();
	}

	return lines.map(line => printableText(line));
};
