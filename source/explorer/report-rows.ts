import {takeColumns, widthOf} from '../text/width.js';

/** Where a line that is broken goes on. */
const indent = ' '.repeat(4);

/** Cuts a word that is wider than there is room, as a long path is: all of it is to be seen. */
const chop = (text: string, columns: number): string[] => {
	const pieces: string[] = [];
	let rest = text;
	while (widthOf(rest) > columns) {
		const piece = takeColumns(rest, columns);
		if (piece === '') {
			break; // One character that is wider than all there is.
		}

		pieces.push(piece);
		rest = rest.slice(piece.length);
	}

	return [...pieces, rest];
};

/** Breaks a line between words where it is wider than there is room, and within one only where that is wider alone. */
const wrap = (line: string, columns: number): string[] => {
	const rows: string[] = [];
	let current = '';
	for (const word of line.split(/(?<=\S) (?=\S)/)) {
		const longer = current === '' ? word : `${current} ${word}`;
		if (current !== '' && widthOf(longer) > columns) {
			rows.push(current);
			current = indent + word;
		} else {
			current = longer;
		}
	}

	return [...rows, current].flatMap(row => chop(row, columns));
};

/** The lines of a report as rows of a dialog. */
export const reportRows = (lines: readonly string[], columns: number): string[] => lines.flatMap(line => wrap(line, columns));
