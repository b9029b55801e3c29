import {Buffer} from 'node:buffer';

/**
Names as the file system has them are bytes; most are UTF-8, some are not. Inside the program a name is a string that loses nothing: a byte that is not part of valid UTF-8 becomes the lone surrogate U+DC00 + byte (Python calls this `surrogateescape`). Such a string can be compared, sorted and used as a key; `encodeName` gives the bytes back.
*/

const surrogateBase = 0xdc_00;

const strict = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});

const continuationBytes = (first: number): number => {
	if (first < 0x80) {
		return 0;
	}

	if (first >= 0xc2 && first <= 0xdf) {
		return 1;
	}

	if (first >= 0xe0 && first <= 0xef) {
		return 2;
	}

	return first >= 0xf0 && first <= 0xf4 ? 3 : -1;
};

const decodeStrict = (bytes: Uint8Array): string | undefined => {
	try {
		return strict.decode(bytes);
	} catch {
		return undefined;
	}
};

/** The string for a name's bytes. Valid UTF-8 stays what it is, every other byte becomes one lone surrogate. */
export const decodeName = (bytes: Uint8Array): string => {
	const whole = decodeStrict(bytes);
	if (whole !== undefined) {
		return whole;
	}

	let text = '';
	for (let index = 0; index < bytes.length;) {
		const first = bytes[index]!;
		const more = continuationBytes(first);
		const character = more < 0 || index + more >= bytes.length
			? undefined
			: decodeStrict(bytes.subarray(index, index + more + 1));
		if (character === undefined) {
			text += String.fromCodePoint(surrogateBase + first);
			index++;
		} else {
			text += character;
			index += more + 1;
		}
	}

	return text;
};

/** The bytes of a name. `encodeName(decodeName(bytes))` equals `bytes`. */
export const encodeName = (name: string): Buffer => {
	if (name.isWellFormed()) {
		return Buffer.from(name);
	}

	const parts: Buffer[] = [];
	for (const character of name) {
		const code = character.codePointAt(0)!;
		const isEscapedByte = code >= surrogateBase + 0x80 && code <= surrogateBase + 0xff;
		parts.push(isEscapedByte ? Buffer.of(code - surrogateBase) : Buffer.from(character));
	}

	return Buffer.concat(parts);
};

/** Whether the name is valid UTF-8 on disk. */
export const isUtf8Name = (name: string): boolean => name.isWellFormed();
