import stringWidth from 'string-width';

const ascii = /^[ -~]*$/;
const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/** Columns that printable text takes in a terminal. */
export const widthOf = (text: string): number => ascii.test(text) ? text.length : stringWidth(text);

/** The longest beginning of `text` that fits in `columns`, whole graphemes only. */
export const takeColumns = (text: string, columns: number): string => {
	if (columns <= 0) {
		return '';
	}

	if (ascii.test(text)) {
		return text.slice(0, columns);
	}

	let used = 0;
	let end = 0;
	for (const {segment, index} of segmenter.segment(text)) {
		used += stringWidth(segment);
		if (used > columns) {
			break;
		}

		end = index + segment.length;
	}

	return text.slice(0, end);
};

const takeLastColumns = (text: string, columns: number): string => {
	let used = 0;
	let start = text.length;
	for (const {segment, index} of [...segmenter.segment(text)].toReversed()) {
		used += widthOf(segment);
		if (used > columns) {
			break;
		}

		start = index;
	}

	return text.slice(start);
};

/** `text` cut to `columns`, with `…` for what is missing at the end. */
export const truncateEnd = (text: string, columns: number): string =>
	widthOf(text) <= columns ? text : `${takeColumns(text, columns - 1)}${columns > 0 ? '…' : ''}`;

/** `text` cut to `columns`, with `…` for what is missing in the middle: a file name keeps its extension. */
export const truncateMiddle = (text: string, columns: number): string => {
	if (widthOf(text) <= columns) {
		return text;
	}

	const tail = Math.min(Math.floor((columns - 1) / 2), 10);
	return columns < 8
		? truncateEnd(text, columns)
		: `${takeColumns(text, columns - 1 - tail)}…${takeLastColumns(text, tail)}`;
};

/** `text` cut or filled with spaces to exactly `columns`. */
export const fitColumns = (text: string, columns: number): string => {
	const cut = truncateMiddle(text, columns);
	return cut + ' '.repeat(Math.max(0, columns - widthOf(cut)));
};
