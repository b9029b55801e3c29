/**
The width of text in terminal columns. The build puts this in the place of `string-width`, whose regular expression for emoji takes longer to make than the rest of the program to start. Text of characters that are one column wide everywhere needs none of it; for all other text the real one is loaded.
*/

// ASCII, Latin, and what the screen is drawn with: arrows, box drawing, blocks, geometric marks, dashes, quotes, the ellipsis, what stands for a cell of a picture.
const simple = /^[\u0020-\u007E\u00A1-\u00AC\u00AE-\u024F\u2010-\u2027\u2190-\u2199\u2500-\u259F\u25A0-\u25C5\uE000]*$/;
const sgr = /\u001B\[[\d;]*m/g; // eslint-disable-line no-control-regex -- that is what it is about

let real;

export default function stringWidth(text, options) {
	const plain = text.includes('\u001B') ? text.replaceAll(sgr, '') : text;
	if (simple.test(plain)) {
		return plain.length;
	}

	real ??= require('string-width').default; // eslint-disable-line unicorn/prefer-module -- loaded when needed, and at once
	return real(text, options);
}
