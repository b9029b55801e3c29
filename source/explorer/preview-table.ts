import type {Tone} from '../text/tones.js';
import {truncateEnd, widthOf} from '../text/width.js';

/** A part of a row. */
export type Piece = {readonly text: string; readonly tone?: Tone};

const gap = '  ';

/** Columns that a cell keeps at least when a table is made to fit, and takes at most in any case. */
const least = 6;
const most = 60;

const number = /^[+-]?\d[\d,._ ]*(?:e[+-]?\d+)?\s?%?$/i;

/** How wide each column is drawn, so that as many as possible can be seen: the widest give way first. */
const widthsFor = (natural: readonly number[], width: number): number[] => {
	const total = (cap: number): number => natural.reduce((sum, columns) => sum + Math.min(columns, cap) + gap.length, -gap.length);
	let cap = most;
	while (cap > least && total(cap) > width) {
		cap--;
	}

	// What is left goes to the first that can use it.
	let left = width - total(cap);
	return natural.map(columns => {
		const more = cap === most ? 0 : Math.max(0, Math.min(columns - cap, left));
		left -= more;
		return Math.min(columns, cap) + more;
	});
};

/** A table in a pane of `width` columns: its head, and a function for each of its rows. */
export const layTable = (head: readonly string[], rows: ReadonlyArray<readonly string[]>, width: number): {readonly head: Array<readonly Piece[]>; readonly at: (index: number) => readonly Piece[]} => {
	const natural = head.map((cell, column) => {
		let columns = Math.max(1, widthOf(cell));
		for (const row of rows) {
			const text = row[column] ?? '';
			// No code unit takes more than two columns: most cells need not be measured.
			columns = text.length * 2 <= columns ? columns : Math.max(columns, widthOf(text));
		}

		return columns;
	});
	const widths = widthsFor(natural, width);
	const isNumeric = head.map((_, column) => {
		const some = rows.slice(0, 50).map(row => row[column] ?? '').filter(text => text !== '');
		return some.length > 0 && some.every(text => number.test(text));
	});
	const line = (row: readonly string[], isHead: boolean): string => {
		let text = '';
		let used = 0;
		for (const [column, columns] of widths.entries()) {
			if (used >= width) {
				break;
			}

			const cell = truncateEnd(row[column] ?? '', columns);
			const fill = ' '.repeat(Math.max(0, columns - widthOf(cell)));
			text += !isHead && isNumeric[column] === true ? fill + cell : cell + fill;
			text += gap;
			used += columns + gap.length;
		}

		return truncateEnd(text.trimEnd(), width);
	};

	const used = Math.min(width, widths.reduce((sum, columns) => sum + columns + gap.length, -gap.length));
	return {
		head: [[{text: line(head, true), tone: 'strong'}], [{text: '─'.repeat(Math.max(1, used)), tone: 'faint'}]],
		at: index => [{text: line(rows[index] ?? [], false)}],
	};
};
