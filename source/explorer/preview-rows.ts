import type {Content, Detail, Lines, Preview} from '../preview/shapes.js';
import {tones} from '../text/tones.js';
import {widthOf} from '../text/width.js';
import {hexRows} from './preview-bytes.js';
import {graphRows} from './preview-graph.js';
import {fitGraphics, fitPicture, placeholder, type Grid} from './preview-picture.js';
import {layTable, type Piece} from './preview-table.js';
import {rowEnd, rowStarts} from './wrap.js';

export type {Piece} from './preview-table.js';

/** A preview in rows of a pane: some that stay at its top, and some that scroll below them. */
export type PreviewRows = {
	readonly head: ReadonlyArray<readonly Piece[]>;
	readonly length: number;
	/** The pieces of a row that scrolls. */
	readonly at: (index: number) => readonly Piece[];
	/** The picture that stands in the rows from `first`. */
	readonly picture?: {readonly grid: Grid; readonly first: number};
};

/** The pieces of a part of a line. */
const piecesOf = ({lines, marks}: Lines, line: number, start: number, end: number): readonly Piece[] => {
	const text = lines[line]!;
	if (marks === undefined) {
		return [{text: text.slice(start, end)}];
	}

	// The first mark of the line.
	let low = 0;
	let high = marks.length / 4;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (marks[middle * 4]! < line) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}

	const pieces: Piece[] = [];
	let done = start;
	for (let index = low * 4; marks[index] === line && marks[index + 1]! < end; index += 4) {
		const [from, to] = [Math.max(start, marks[index + 1]!), Math.min(end, marks[index + 2]!)];
		if (to <= from) {
			continue;
		}

		if (from > done) {
			pieces.push({text: text.slice(done, from)});
		}

		pieces.push({text: text.slice(from, to), tone: tones[marks[index + 3]!]!});
		done = to;
	}

	if (done < end || pieces.length === 0) {
		pieces.push({text: text.slice(done, end)});
	}

	return pieces;
};

/** Lines wrapped. */
const layLines = (content: Lines, width: number): Pick<PreviewRows, 'length' | 'at'> => {
	const {lines, isProse} = content;
	const rows: number[] = []; // Line and start of each row.
	for (const [line, text] of lines.entries()) {
		for (const start of rowStarts(text, width, isProse)) {
			rows.push(line, start);
		}
	}

	return {
		length: rows.length / 2,
		at(index) {
			const line = rows[index * 2]!;
			const start = rows[(index * 2) + 1]!;
			const next = rows[(index * 2) + 2] === line ? rows[(index * 2) + 3] : undefined;
			return piecesOf(content, line, start, rowEnd(lines[line]!, start, next, isProse));
		},
	};
};

const layPieces = (rows: ReadonlyArray<readonly Piece[]>): Pick<PreviewRows, 'length' | 'at'> => ({length: rows.length, at: index => rows[index] ?? []});

/** One part under the other. */
const stack = (...parts: ReadonlyArray<Pick<PreviewRows, 'length' | 'at'>>): Pick<PreviewRows, 'length' | 'at'> => ({
	length: parts.reduce((sum, {length}) => sum + length, 0),
	at(index) {
		let left = index;
		for (const part of parts) {
			if (left < part.length) {
				return part.at(left);
			}

			left -= part.length;
		}

		return [];
	},
});

const blank: readonly Piece[] = [{text: ''}];

const wrapWords = (text: string, width: number): string[] => rowStarts(text, width, true).map((start, index, starts) => text.slice(start, rowEnd(text, start, starts[index + 1], true)));

/** Sentences, and values beside their names. */
const layDetails = (details: readonly Detail[], width: number): Pick<PreviewRows, 'length' | 'at'> => {
	const names = Math.max(0, ...details.map(detail => typeof detail === 'string' ? 0 : widthOf(detail[0])));
	const indent = Math.min(names + 2, Math.floor(width / 2));
	return layPieces(details.flatMap((detail): Array<readonly Piece[]> => {
		if (typeof detail === 'string') {
			return wrapWords(detail, width).map(text => [{text}]);
		}

		const [name, value] = detail;
		const room = Math.max(1, width - indent);
		return wrapWords(value, room).map((text, index) => [{text: (index === 0 ? name : '').padEnd(indent).slice(0, indent), tone: 'faint'}, {text}]);
	}));
};

const cutNote = '(the file goes on; export it to see all of it)';

const layEnd = (isCut: boolean, width: number): Pick<PreviewRows, 'length' | 'at'> => isCut
	? stack(layPieces([blank]), layLines({lines: [cutNote]}, width))
	: layPieces([]);

const titleRow = (title: string, width: number): Pick<PreviewRows, 'length' | 'at'> => layLines({lines: [title]}, width);

const lay = (content: Content, width: number, height: number): PreviewRows => {
	switch (content.kind) {
		case 'lines': {
			return {head: [], ...stack(layLines(content, width), layEnd(content.isCut, width))};
		}

		case 'table': {
			const {head, at} = layTable(content.head, content.rows, width);
			return {head: height > 6 ? head : [], ...stack({length: content.rows.length, at}, layEnd(content.isCut, width))};
		}

		case 'facts': {
			const {title, details, graph, body} = content;
			return {
				head: [],
				...stack(
					titleRow(title, width),
					layPieces([blank]),
					layDetails(details, width),
					...(graph === undefined ? [] : [layPieces([blank]), layPieces(graphRows(graph, width))]),
					...(body === undefined ? [] : [layPieces([blank]), layLines(body, width)]),
				),
			};
		}

		case 'picture': {
			const {title, details, pixels, colours, cell} = content;
			const top = titleRow(title, width);
			const room = Math.max(1, height - top.length - 1);
			const grid = cell === undefined ? fitPicture(pixels, colours, width, room) : fitGraphics(pixels, cell, width, room);
			const line = placeholder.repeat(grid.columns);
			return {
				head: [],
				picture: {grid, first: top.length},
				...stack(top, {length: grid.rows, at: () => [{text: line}]}, layPieces(details.length > 0 ? [blank] : []), layDetails(details, width)),
			};
		}

		case 'bytes': {
			const {title, bytes, isCut} = content;
			return {head: [], ...stack(titleRow(title, width), layPieces([blank]), hexRows(bytes, width), layEnd(isCut, width))};
		}
	}
};

const cache = new WeakMap<Preview, {readonly width: number; readonly height: number; readonly rows: PreviewRows}>();

/**
The rows that a preview takes in a pane of `width` columns.

@param height - rows that the pane has for it, its head among them: a picture is made to fit
*/
export const previewRows = (preview: Preview, width: number, height: number): PreviewRows => {
	const cached = cache.get(preview);
	const isSame = cached?.width === width && (cached.height === height || (preview.kind !== 'picture' && preview.kind !== 'table'));
	if (isSame) {
		return cached.rows;
	}

	const rows = lay(preview, Math.max(1, width), height);
	cache.set(preview, {width, height, rows});
	return rows;
};

/** Rows of a preview pane above its content: the name, and a line. */
export const previewHeadHeight = 2;
