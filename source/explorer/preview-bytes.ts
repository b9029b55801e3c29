import type {Piece} from './preview-table.js';

/** Columns that bytes take beside the hexadecimal ones and the characters: the offset, spaces, and a line on either side of the text. */
const frame = 8 + 2 + 1;

const perRow = (width: number): number => {
	const fitting = Math.floor((width - frame) / 4);
	return fitting >= 16 ? 16 : (fitting >= 8 ? 8 : 4);
};

const shown = (byte: number): string => byte > 0x20 && byte < 0x7f ? String.fromCodePoint(byte) : (byte === 0x20 ? ' ' : '·');

/** Bytes in rows of four, eight or sixteen: where they are, what they are, and what they would be as text. */
export const hexRows = (bytes: Uint8Array, width: number): {readonly length: number; readonly at: (index: number) => readonly Piece[]} => {
	const count = perRow(width);
	return {
		length: Math.ceil(bytes.length / count),
		at(index) {
			const part = bytes.subarray(index * count, (index + 1) * count);
			let hex = '';
			let text = '';
			for (const byte of part) {
				hex += `${byte.toString(16).padStart(2, '0')} `;
				text += shown(byte);
			}

			return [
				{text: `${(index * count).toString(16).padStart(8, '0')}  `, tone: 'faint'},
				{text: hex.padEnd(count * 3)},
				{text: ` ${text}`, tone: 'string'},
			];
		},
	};
};
