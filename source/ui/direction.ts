import type {Cell} from './cells.js';

/**
Text that runs from right to left. A terminal that orders it so (by the Unicode bidirectional algorithm) takes numbers and punctuation that follow for a part of it, and would draw the size of a file before its name. A mark that takes no column ends such a text where its column of the screen ends; inside a name nothing is put.
*/

const rightToLeft = /[\u{590}-\u{8FF}\u{FB1D}-\u{FDFF}\u{FE70}-\u{FEFC}\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/v;
const letter = /\p{L}/v;

/** The left-to-right mark. */
export const endMark: Cell['text'] = '\u{200E}';

/** Whether such a text is open after a cell, if it was before it. */
export const isOpenAfter = (cell: Cell, wasOpen: boolean): boolean => {
	if (cell.width === 1 && cell.text < '\u{590}') {
		return wasOpen && !letter.test(cell.text);
	}

	return rightToLeft.test(cell.text) || (wasOpen && !letter.test(cell.text));
};

/** Whether a column of the screen ends before a cell: there two spaces follow, or a line that is drawn. */
export const isColumnEnd = (cell: Cell, next: Cell | undefined): boolean =>
	(cell.text === ' ' && (next === undefined || next.text === ' ')) || cell.text === '│';
