import {widthOf} from '../text/width.js';
import {
	applySgr,
	isBlankStyle,
	plainStyle,
	type Style,
} from './sgr.js';

/** What stands in one place of a line: a grapheme, the columns it should take, its look. */
export type Cell = {
	readonly text: string;
	readonly width: number;
	readonly style: Style;
	/** Terminals may differ from `width`. */
	readonly isDoubtful: boolean;
};

/** A line as cells, without the blank ones at its end. Where no cell is doubtful, a cell's index is its column. */
export type Line = {
	readonly cells: readonly Cell[];
	readonly isDoubtful: boolean;
};

// One column in every terminal: ASCII, Latin, Greek, Cyrillic, dashes, quotes, bullet, ellipsis, arrows and marks that are no emoji, box drawing, block elements, braille patterns (spinners), and the stand-in for a cell of a picture.
const certain = /^[ -~¡-¬®-ɏΑ-ΡΣ-ώЀ-ҁ‐–—‘’“”•…‹›←↑→↓⏎─-▟■□▪▫▲△▴▵▸▹▼▽▾▿◂◃◆◇○●◦✓✗\u2800-⣿\u{E000}]*$/v;

// SGR as themes write it.
const looks = /\u{1B}\[[\d;]*m/gv; // eslint-disable-line no-control-regex -- sequences begin with one

/** Whether a line can be written on an empty row as it is: it has no more than `columns` cells, of certain width, and no sequences but SGR. */
export const isSimple = (line: string, columns: number): boolean => {
	const text = line.replaceAll(looks, '');
	return text.length <= columns && certain.test(text) && !text.includes('\u{E000}');
};

// SGR, other sequences, and what else of control characters could slip in: only the first has a meaning in a frame.
// eslint-disable-next-line no-control-regex -- sequences begin with one
const control = /\u{1B}\[(?<sgr>[\d;:]*)m|\u{1B}\[[0-?]*[ -\/]*[@-~]|\u{1B}[P\]_^X][^\u{7}\u{1B}\u{9C}]*(?:\u{7}|\u{9C}|\u{1B}\\)?|\u{1B}[ -\/]*[0-~]?|\p{Cc}/gv;

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

export const isBlank = (cell: Cell): boolean => cell.text === ' ' && isBlankStyle(cell.style);

const addRun = (cells: Cell[], run: string, style: Style): void => {
	if (certain.test(run)) {
		for (const text of run) {
			cells.push({
				text, width: 1, style, isDoubtful: false,
			});
		}

		return;
	}

	for (const {segment: text} of segmenter.segment(run)) {
		const isCertain = text.length === 1 && certain.test(text);
		cells.push({
			text, width: isCertain ? 1 : widthOf(text), style, isDoubtful: !isCertain,
		});
	}
};

/** Leaves out what stands beyond the edge; blanks take the place of the visible part of a wide cell on it. */
const cut = (cells: readonly Cell[], columns: number): Cell[] => {
	let column = 0;
	for (const [index, cell] of cells.entries()) {
		if (column + cell.width > columns) {
			const rest: Cell = {
				text: ' ', width: 1, style: cell.style, isDoubtful: false,
			};
			return [...cells.slice(0, index), ...Array.from({length: columns - column}, () => rest)];
		}

		column += cell.width;
	}

	return [...cells];
};

/**
Splits one line of a frame into cells, at most `columns` wide. Each line begins plain, as Ink closes every style at the end of a line. Sequences other than SGR, and control characters, are left out.
*/
export const parseLine = (line: string, columns: number): Line => {
	const found: Cell[] = [];
	let style = plainStyle;
	let end = 0;
	for (const match of line.matchAll(control)) {
		addRun(found, line.slice(end, match.index), style);
		end = match.index + match[0].length;
		const sgr = match.groups?.sgr;
		style = sgr === undefined ? style : applySgr(style, sgr);
	}

	addRun(found, line.slice(end), style);
	const cells = cut(found, columns);
	while (cells.length > 0 && isBlank(cells.at(-1)!)) {
		cells.pop();
	}

	return {cells, isDoubtful: cells.some(cell => cell.isDoubtful)};
};
