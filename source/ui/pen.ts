import {isBlank, type Cell} from './cells.js';
import {
	isBlankStyle,
	plainStyle,
	sgrBetween,
	type Style,
} from './sgr.js';

/** Collects bytes for a terminal, and knows the place and the look that it is in after them. Rows and columns are counted from 0. */
export type Pen = {
	/** Goes to a place. Over cells that `isErased` says are empty, a few spaces may be the shorter way. */
	readonly move: (row: number, column: number, isErased?: boolean) => void;
	readonly write: (cell: Cell) => void;
	/** Writes a text with sequences of its own, which end in the plain look. */
	readonly writeStyled: (text: string) => void;
	/** Says that nobody knows the column: the next `move` is written even if it seems to lead nowhere. */
	readonly doubt: () => void;
	/** Erases from here to the end of the row, of which at most the next `length` cells are not blank; `isExact`: no more than those, as something stands behind them. */
	readonly erase: (length: number, isExact?: boolean) => void;
	/** Adds bytes that change neither place nor look. */
	readonly raw: (bytes: string) => void;
	/** Everything written, the look put back to plain, and how many rows it touches. */
	readonly finish: () => {readonly bytes: string; readonly rows: number};
};

// No longer than a movement within the row takes.
const fewSpaces = 5;

const csi = '\u{1B}[';
const eraseToEnd = `${csi}K`;

/** A pen for a terminal whose look is plain and whose place is unknown. */
export const createPen = (): Pen => {
	let bytes = '';
	let rows = 0;
	let style: Style = plainStyle;
	let row = -1;
	let column: number | undefined;

	const look = (next: Style): void => {
		bytes += sgrBetween(style, next);
		style = next;
	};

	const lookBlank = (next: Style): void => {
		if (!isBlankStyle(style)) {
			look(next);
		}
	};

	return {
		move(toRow, toColumn, isErased = false) {
			const number = toColumn === 0 ? '' : String(toColumn + 1);
			const gap = toColumn - (column ?? Infinity);
			if (row !== toRow) {
				rows++;
				bytes += `${csi}${toRow === 0 && toColumn === 0 ? '' : toRow + 1}${number === '' ? '' : `;${number}`}H`;
			} else if (isErased && gap > 0 && gap <= fewSpaces) {
				lookBlank(plainStyle);
				bytes += ' '.repeat(gap);
			} else if (gap !== 0) {
				bytes += `${csi}${number}G`;
			}

			row = toRow;
			column = toColumn;
		},
		write(cell) {
			if (isBlank(cell)) {
				lookBlank(cell.style); // It looks the same in every style without a background.
			} else {
				look(cell.style);
			}

			bytes += cell.text;
			column = column === undefined ? undefined : column + cell.width;
		},
		writeStyled(text) {
			look(plainStyle);
			bytes += text;
			column = undefined;
		},
		doubt() {
			column = undefined;
		},
		erase(length, isExact = false) {
			lookBlank(plainStyle);
			const isShort = length < eraseToEnd.length;
			bytes += isShort ? ' '.repeat(length) : (isExact ? `${csi}${length}X` : eraseToEnd);
			column = isShort ? undefined : column;
		},
		raw(text) {
			bytes += text;
		},
		finish() {
			look(plainStyle);
			return {bytes, rows};
		},
	};
};
