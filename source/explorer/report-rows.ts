import {widthOf} from '../text/width.js';

/** Where a line that is broken goes on. */
const indent = ' '.repeat(4);

/** Breaks a line between words where it is wider than there is room; a word that is wider alone is left to be cut. */
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

	return [...rows, current];
};

/** The lines of a report as rows of a dialog. */
export const reportRows = (lines: readonly string[], columns: number): string[] => lines.flatMap(line => wrap(line, columns));
