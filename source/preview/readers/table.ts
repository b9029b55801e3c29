import Papa from 'papaparse';
import {printableText} from '../../text/printable.js';
import type {Content} from '../shapes.js';

/** Rows that are shown. */
const rowLimit = 2000;

const columnLimit = 200;

/** Code units of a cell that are kept. */
const cellLimit = 200;

const toCell = (text: string): string => printableText(text.slice(0, cellLimit).replace(/[\n\r]+$/, '').replaceAll(/\s*[\n\r]\s*/g, ' ⏎ ').replaceAll('\t', ' ')) + (text.length > cellLimit ? '…' : '');

/**
Values separated by commas, tabs or another mark, quoted where need be: https://www.rfc-editor.org/rfc/rfc4180

@param separator - found out if it is not told
*/
export const readTable = (text: string, isCut: boolean, separator: string | undefined): Content => {
	const {data, meta} = Papa.parse<string[]>(text, {delimiter: separator ?? '', delimitersToGuess: [',', ';', '\t', '|'], preview: rowLimit + 2, skipEmptyLines: true});
	// What the limit has cut in two is no row.
	const whole = isCut && !meta.truncated && data.length > 1 ? data.slice(0, -1) : data;
	const rows = whole.slice(0, rowLimit + 1).map(row => row.slice(0, columnLimit).map(cell => toCell(cell)));
	let columns = 0;

	for (const row of rows) {
		columns = Math.max(columns, row.length);
	}

	for (const row of rows) {
		while (row.length < columns) {
			row.push('');
		}
	}

	const [head = [], ...body] = rows;
	return {kind: 'table', head, rows: body, isCut: isCut || data.length > rowLimit + 1};
};
