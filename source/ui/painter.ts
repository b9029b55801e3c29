import {placeholder} from '../explorer/preview-picture.js';
import {
	isBlank,
	isSimple,
	parseLine,
	type Cell,
	type Line,
} from './cells.js';
import {endMark, isColumnEnd, isOpenAfter} from './direction.js';
import {createPen, type Pen} from './pen.js';
import type {PlacedPicture} from './picture.js';
import {plainStyle} from './sgr.js';

/** A part of the screen, in cells counted from 0. */
export type Area = {readonly row: number; readonly column: number; readonly rows: number; readonly columns: number};

/** Images that lie over cells, which are blank beneath them: one that is to stay, and one that is to go, whatever is beneath it being painted anew. Both reach to where nothing else stands on their right. */
export type Images = {readonly stays?: Area | undefined; readonly goes?: Area | undefined};

export type Painter = {
	/**
	The bytes that make a terminal which shows the frame painted before show this one; `''` if they are the same.

	@param frame lines joined by `\n`, with no sequences but SGR
	@param columns of the terminal; what stands beyond is cut
	@param rows of the terminal; lines beyond are dropped
	@param cursor where the terminal's cursor is left, counted from 0
	@param images what the terminal has drawn itself over cells
	@param picture what is drawn where the frame has the placeholder of a picture's cell; another object if it is another picture, or elsewhere
	*/
	readonly paint: (frame: string, columns: number, rows: number, cursor?: {readonly row: number; readonly column: number}, picture?: PlacedPicture, images?: Images) => string;
	/** Whether the next frame of that size is drawn whole, on a screen that is cleared. */
	readonly isFresh: (columns: number, rows: number) => boolean;
	/** Takes it that nobody knows what the terminal shows: the next frame is drawn whole. */
	readonly forget: () => void;
};

const csi = '\u{1B}[';
const beginSynchronized = `${csi}?2026h`;
const endSynchronized = `${csi}?2026l`;
const clearScreen = `${csi}m${csi}H${csi}2J`;
const autowrapOff = `${csi}?7l`;
const autowrapOn = `${csi}?7h`;

// Unchanged cells between two changed ones are written anew if they are no more than a cursor movement takes.
const shortGap = 5;

/** Moves the cursor to a place. */
const placeOf = ({row, column}: {readonly row: number; readonly column: number}): string =>
	`${csi}${row === 0 && column === 0 ? '' : row + 1}${column === 0 ? '' : `;${column + 1}`}H`;

const emptyLine: Line = {cells: [], isDoubtful: false};

const isSame = (one: Cell | undefined, other: Cell | undefined): boolean => {
	const isBlankOne = one === undefined || isBlank(one);
	const isBlankOther = other === undefined || isBlank(other);
	return isBlankOne || isBlankOther
		? isBlankOne && isBlankOther
		: one.text === other.text && one.style === other.style;
};

const isSameLine = (one: Line, other: Line): boolean => one.cells.length === other.cells.length && one.cells.every((cell, index) => isSame(cell, other.cells[index]));

/** Paints what differs between two lines without doubtful cells, in which indices are columns. */
const paintChanges = (pen: Pen, row: number, before: Line, after: Line): void => {
	const length = Math.max(before.cells.length, after.cells.length);
	let painted = -1; // The column after the last one that was written
	for (let column = 0; column < length; column++) {
		if (isSame(before.cells[column], after.cells[column])) {
			continue;
		}

		if (column >= after.cells.length) {
			pen.move(row, column);
			pen.erase(length - column);
			return;
		}

		const from = painted >= 0 && column - painted <= shortGap ? painted : column;
		pen.move(row, from);
		for (const cell of after.cells.slice(from, column + 1)) {
			pen.write(cell);
		}

		painted = column + 1;
	}
};

/** The columns that a line takes if each doubtful code unit takes two. */
const reachOf = (line: Line): number => {
	let reach = 0;
	let column = 0;
	let most = 0;
	for (const cell of line.cells) {
		most = cell.isDoubtful ? Math.max(most, column) + (2 * cell.text.length) : 0;
		column += cell.width;
		reach = Math.max(reach, column, most);
	}

	return reach;
};

/**
Paints a whole line on an erased row, putting the column right after each run of cells whose width is in doubt: what stands to the right of them keeps its place whatever the terminal makes of them. Blanks are left as they are erased, as a glyph that turns out wider than thought may reach into them.
*/
const paintWhole = (pen: Pen, row: number, line: Line, columns: number): void => {
	const mayWrap = line.isDoubtful && reachOf(line) > columns;
	pen.raw(mayWrap ? autowrapOff : '');
	let column = 0;
	let isInRun = false;
	let isRightToLeft = false;
	for (const [index, cell] of line.cells.entries()) {
		if (isRightToLeft && isColumnEnd(cell, line.cells[index + 1])) {
			pen.move(row, column, true);
			pen.write({...cell, text: endMark, width: 0});
			pen.doubt(); // Not every terminal knows that it takes no column.
			isRightToLeft = false;
			isInRun = false;
		}

		isRightToLeft = isOpenAfter(cell, isRightToLeft);
		if (isBlank(cell)) {
			isInRun = false;
		} else {
			if (!(isInRun && cell.isDoubtful)) {
				pen.move(row, column, true);
			}

			pen.write(cell);
			isInRun = cell.isDoubtful;
			if (isInRun) {
				pen.doubt();
			}
		}

		column += cell.width;
	}

	pen.raw(mayWrap ? autowrapOn : '');
};

/** Writes a simple line on an erased row. */
const writeSimple = (pen: Pen, row: number, text: string): void => {
	const written = text.trimEnd();
	if (written !== '') {
		pen.move(row, 0);
		pen.writeStyled(written.includes('\u{1B}') ? `${written}${csi}m` : written);
	}
};

const isIn = (area: Area | undefined, row: number): boolean => area !== undefined && row >= area.row && row < area.row + area.rows;

const noPicture: PlacedPicture = {
	top: 0, left: 0, cellAt: () => ({text: ' ', width: 1, style: plainStyle, isDoubtful: false}),
};

/** A line with the cells of the picture in their places. */
const withPicture = (line: Line, row: number, {top, left, cellAt}: PlacedPicture): Line => {
	let column = 0;
	return {
		...line,
		cells: line.cells.map(cell => {
			const here = column;
			column += cell.width;
			return cell.text === placeholder ? cellAt(row - top, here - left) : cell;
		}),
	};
};

/**
Draws frames with few bytes: a change of one line costs that change, not the screen. Knows nothing of what the frame shows.
*/
export const createPainter = (): Painter => {
	let shown: string[] | undefined;
	let shownLines: Array<Line | undefined> = []; // `undefined` where the text has not been taken apart yet
	let shownPicture: PlacedPicture | undefined;
	let size = '';
	let left = ''; // Where the cursor is.

	const parse = (text: string, row: number, columns: number, picture: PlacedPicture | undefined): Line => {
		const line = parseLine(text, columns);
		return text.includes(placeholder) ? withPicture(line, row, picture ?? noPicture) : line;
	};

	/** What a row shows. */
	const shownAt = (row: number, columns: number): Line => {
		shownLines[row] ??= parse(shown?.[row] ?? '', row, columns, shownPicture);
		return shownLines[row];
	};

	return {
		isFresh: (columns, rows) => shown === undefined || size !== `${columns}x${rows}`,
		paint(frame, columns, rows, cursor, picture, {stays, goes} = {}) {
			if (size !== `${columns}x${rows}`) {
				shown = undefined;
				size = `${columns}x${rows}`;
			}

			const pen = createPen();
			const isCleared = shown === undefined;
			pen.raw(isCleared ? clearScreen : '');
			const texts = frame.split('\n').slice(0, rows);
			const lines: Array<Line | undefined> = [];
			for (let row = 0; row < rows; row++) {
				const isSoiled = !isCleared && isIn(goes, row);
				if (!isCleared && !isSoiled && texts[row] === shown?.[row] && (picture === shownPicture || !(texts[row] ?? '').includes(placeholder))) {
					lines.push(shownLines[row]);
					continue;
				}

				// To take a whole screen apart is half of what the first frame costs.
				if (isCleared && isSimple(texts[row] ?? '', columns)) {
					writeSimple(pen, row, texts[row] ?? '');
					lines.push(undefined);
					continue;
				}

				const before = isCleared ? emptyLine : shownAt(row, columns);
				const after = parse(texts[row] ?? '', row, columns, picture);
				lines.push(after);
				if (!isSoiled && isSameLine(before, after)) {
					continue; // Written in another way.
				}

				if (before.isDoubtful || after.isDoubtful) {
					if (!isCleared) {
						pen.move(row, 0);
						pen.erase(!isSoiled && isIn(stays, row) ? stays!.column : columns, !isSoiled && isIn(stays, row));
					}

					paintWhole(pen, row, after, columns);
				} else if (isSoiled) {
					pen.move(row, goes!.column);
					pen.erase(columns);
					paintChanges(pen, row, {...before, cells: before.cells.slice(0, goes!.column)}, after);
				} else {
					paintChanges(pen, row, before, after);
				}
			}

			shown = texts;
			shownPicture = picture;
			shownLines = lines;
			const {bytes, rows: painted} = pen.finish();
			const place = cursor === undefined ? '' : placeOf(cursor);
			// Painting has moved it.
			const all = bytes !== '' || place !== left ? bytes + place : '';
			left = place;
			return isCleared || painted > 1 ? `${beginSynchronized}${all}${endSynchronized}` : all;
		},
		forget() {
			shown = undefined;
		},
	};
};
