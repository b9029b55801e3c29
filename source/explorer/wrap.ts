import {widthOf} from '../text/width.js';

const ascii = /^[ -~]*$/;
const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/** Widths of graphemes: texts use few, and to measure one takes long. */
const widths = new Map<string, number>();

const columnsOf = (grapheme: string): number => {
	let columns = widths.get(grapheme);
	if (columns === undefined) {
		if (widths.size > 20_000) {
			widths.clear();
		}

		columns = widthOf(grapheme);
		widths.set(grapheme, columns);
	}

	return columns;
};

/** Where a row of ASCII that begins at `start` ends: after the last word that fits, if words are kept whole. */
const endOfAscii = (line: string, start: number, width: number, isProse: boolean): number => {
	const end = Math.min(line.length, start + width);
	if (!isProse || end === line.length) {
		return end;
	}

	const space = line.lastIndexOf(' ', end);
	return space > start + (width / 3) ? space + 1 : end;
};

/**
Where the rows begin that a printable line takes, the first at 0, in code units. In one pass: a line may have hundreds of thousands of characters.

@param isProse - whether words are kept whole where they fit
*/
export const rowStarts = (line: string, width: number, isProse = false): number[] => {
	const starts = [0];
	// No code unit takes more than two columns.
	if (line.length * 2 <= width || (line.length <= width && ascii.test(line))) {
		return starts;
	}

	if (ascii.test(line)) {
		for (let start = endOfAscii(line, 0, width, isProse); start < line.length; start = endOfAscii(line, start, width, isProse)) {
			starts.push(start);
		}

		return starts;
	}

	let start = 0;
	let used = 0;
	let word = 0; // Where the last word begins, and the columns before it.
	let before = 0;
	for (const {segment, index} of segmenter.segment(line)) {
		const columns = columnsOf(segment);
		if (used + columns > width && index > start) {
			if (isProse && segment === ' ') {
				// A space that would stand at the edge stands nowhere.
				start = index + 1;
				used = 0;
				before = 0;
				starts.push(start);
				continue;
			}

			const isWordKept = isProse && before > width / 3;
			start = isWordKept ? word : index;
			used = isWordKept ? used - before : 0;
			before = 0;
			starts.push(start);
		}

		used += columns;
		if (segment === ' ') {
			word = index + 1;
			before = used;
		}
	}

	return starts.length > 1 && starts.at(-1) === line.length ? starts.slice(0, -1) : starts;
};

/** Where a row ends that begins at `start`, if the next one begins at `next`: the space between two words is shown on neither. */
export const rowEnd = (line: string, start: number, next: number | undefined, isProse = false): number => {
	const end = next ?? line.length;
	return isProse && next !== undefined && end > start + 1 && line[end - 1] === ' ' ? end - 1 : end;
};
