import type {Preview} from '../preview/preview.js';
import {widthOf} from '../text/width.js';

const ascii = /^[ -~]*$/;
const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/** Widths of graphemes: texts use few, and to measure one takes long. */
const widths = new Map<string, number>();

const columnsOf = (grapheme: string): number => {
	let columns = widths.get(grapheme);
	if (columns === undefined) {
		columns = widthOf(grapheme);
		widths.set(grapheme, columns);
	}

	return columns;
};

/** Cuts a line into rows, in one pass: it may have hundreds of thousands of characters. */
const wrap = (line: string, width: number): string[] => {
	// No code unit takes more than two columns.
	if (line.length * 2 <= width) {
		return [line];
	}

	if (ascii.test(line)) {
		return Array.from({length: Math.max(1, Math.ceil(line.length / width))}, (_, row) => line.slice(row * width, (row + 1) * width));
	}

	const rows: string[] = [];
	let start = 0;
	let used = 0;
	for (const {segment, index} of segmenter.segment(line)) {
		const columns = columnsOf(segment);
		if (used + columns > width && index > start) {
			rows.push(line.slice(start, index));
			start = index;
			used = 0;
		}

		used += columns;
	}

	return [...rows, line.slice(start)];
};

const cache = new WeakMap<Preview, {readonly width: number; readonly rows: readonly string[]}>();

/** The rows that a preview of lines takes in a pane of `width` columns, long lines wrapped. */
export const previewRows = (preview: Preview, width: number): readonly string[] => {
	const cached = cache.get(preview);
	if (cached?.width === width) {
		return cached.rows;
	}

	const lines = preview.kind === 'lines'
		? [...preview.lines, ...(preview.isCut ? ['', '(the file goes on; export it to see all of it)'] : [])]
		: [preview.title, '', ...preview.details];
	const rows = lines.flatMap(line => wrap(line, Math.max(1, width)));
	widths.clear();
	cache.set(preview, {width, rows});
	return rows;
};

/** Rows of a preview pane above its content: the name, and a line. */
export const previewHeadHeight = 2;
