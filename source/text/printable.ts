import {Buffer} from 'node:buffer';
import {decodeName, encodeName} from './names.js';

/**
What a terminal may be handed. Control characters, bytes that are no UTF-8, and characters that are invisible or change the direction of what follows would move the cursor, recolour the screen, or make two different names look alike; each of their bytes is written as `\xNN`. A backslash is written as `\\`, so that the form can be read back by `parsePrintable`.
*/

// Control, format (bidi, zero-width, tags), surrogate, private use, unassigned; separators other than the space; fillers and selectors that draw nothing.
const unprintable = /[\p{C}\p{Zl}\p{Zp}\u{34F}\u{115F}\u{1160}\u{17B4}\u{17B5}\u{180B}-\u{180F}\u{2800}\u{3164}\u{FE00}-\u{FE0F}\u{FFA0}[\p{Zs}--\u{20}]\u{E0100}-\u{E01EF}]/v;
const unprintableAll = new RegExp(unprintable.source, 'gv');
const needsEscape = /[\p{C}\p{Zl}\p{Zp}\\\u{34F}\u{115F}\u{1160}\u{17B4}\u{17B5}\u{180B}-\u{180F}\u{2800}\u{3164}\u{FE00}-\u{FE0F}[\p{Zs}--\u{20}]\u{FFA0}\u{E0100}-\u{E01EF}]/v;
const needsEscapeAll = new RegExp(needsEscape.source, 'gv');
const plain = /^[\u0020-\u005B\u005D-\u007E]*$/; // The quick test for the common case.

// Joiners and selectors are invisible by themselves, but belong to an emoji.
let emojiPattern: RegExp | undefined;

/** Made when it is first needed: it takes longer than all else that a short command does. */
const emoji = (): RegExp => {
	emojiPattern ??= /[\d#*]\u{FE0F}\u{20E3}|\p{RGI_Emoji}/gv;
	return emojiPattern;
};

// In a locale that is no UTF-8, of all that is no ASCII: a wrong guess of the terminal would show something else. What this program writes of itself stays, and is drawn by a stand-in.
const foreignAll = /[\P{ASCII}\\\p{C}]/gv;
const foreignTextAll = /[[\P{ASCII}--…]\p{C}]/gv;

let isAsciiOnly = false;

/** Says, once for the whole program, whether its terminal may be handed nothing but ASCII. */
export const usePlainAscii = (value: boolean): void => {
	isAsciiOnly = value;
};

export const isPlainAscii = (): boolean => isAsciiOnly;

const escapeBytes = (character: string): string => {
	if (character === '\\') {
		return String.raw`\\`;
	}

	let text = '';
	for (const byte of encodeName(character)) {
		text += String.raw`\x` + byte.toString(16).padStart(2, '0');
	}

	return text;
};

const escapeOutsideEmoji = (text: string, pattern: RegExp): string => {
	if (!/[\u{200D}\u{FE0F}\u{E0020}-\u{E007F}]/v.test(text)) {
		return text.replace(pattern, escapeBytes);
	}

	let result = '';
	let end = 0;
	for (const match of text.matchAll(emoji())) {
		result += text.slice(end, match.index).replace(pattern, escapeBytes) + match[0];
		end = match.index + match[0].length;
	}

	return result + text.slice(end).replace(pattern, escapeBytes);
};

/**
A name or path (as `decodeName` gives it) in the form that a terminal may be handed and that PATH arguments take.

@example
printable('a\u001B[31m.txt') //=> 'a\\x1b[31m.txt'
*/
export const printable = (name: string): string => {
	if (plain.test(name)) {
		return name;
	}

	return isAsciiOnly ? name.replaceAll(foreignAll, escapeBytes) : (needsEscape.test(name) ? escapeOutsideEmoji(name, needsEscapeAll) : name);
};

/** Whether nothing in a name has to be escaped for a terminal that knows all characters. */
export const isPrintable = (name: string): boolean =>
	plain.test(name) || !needsEscape.test(name) || escapeOutsideEmoji(name, needsEscapeAll) === name;

/**
Running text (a message, a line of a file) made safe for a terminal: as `printable`, but a backslash stays one, as nobody reads this form back. Tabs become spaces up to the next multiple of `tabWidth` columns, counted in characters.
*/
export const printableText = (text: string, tabWidth = 4): string => {
	if (plain.test(text)) {
		return text;
	}

	let result = text;
	if (text.includes('\t')) {
		let column = 0;
		result = '';
		for (const [index, part] of text.split('\t').entries()) {
			if (index > 0) {
				const fill = tabWidth - (column % tabWidth);
				result += ' '.repeat(fill);
				column += fill;
			}

			result += part;
			column += part.length;
		}
	}

	if (isAsciiOnly) {
		return result.replaceAll(foreignTextAll, escapeBytes);
	}

	return unprintable.test(result) ? escapeOutsideEmoji(result, unprintableAll) : result;
};

/** Several lines of a message made safe, the line breaks kept. For what goes to stderr after the screen is gone. */
export const printableLines = (text: string): string =>
	text.split('\n').map(line => printableText(line)).join('\n');

/**
Reads back what `printable` wrote.

@returns the name as `decodeName` would give it, or `undefined` if the text holds a backslash that starts neither `\\` nor `\xNN`.
*/
export const parsePrintable = (text: string): string | undefined => {
	if (!text.includes('\\')) {
		return text;
	}

	const parts: Buffer[] = [];
	const token = /\\x([\da-fA-F]{2})|\\(\\)|([^\\]+)/gy;
	let end = 0;
	while (end < text.length) {
		token.lastIndex = end;
		const match = token.exec(text);
		if (!match) {
			return undefined;
		}

		const [whole, hex, backslash, literal] = match;
		parts.push(hex === undefined ? encodeName(backslash ?? literal!) : Buffer.of(Number.parseInt(hex, 16)));
		end += whole.length;
	}

	return decodeName(Buffer.concat(parts));
};
