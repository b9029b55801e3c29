import type {Model} from './model.js';
import {moveBy} from './move.js';
import {rowsOf, siblingsOf, type Row} from './tree.js';

/** The rows of a range, whichever way it was drawn. */
export const rangeRows = (model: Model): readonly Row[] => {
	const rows = rowsOf(model.tree);
	const from = model.rangeFrom === undefined ? -1 : rows.findIndex(row => row.path === model.rangeFrom);
	return from === -1
		? []
		: rows.slice(Math.min(from, model.cursor.index), Math.max(from, model.cursor.index) + 1).filter(row => row.type !== 'message');
};

/** Marks what the range holds, and ends it. */
export const endRange = (model: Model): Model => {
	const marks = new Set(model.marks);
	for (const row of rangeRows(model)) {
		marks.add(row.path);
	}

	return {...model, marks, rangeFrom: undefined};
};

/** Marks or unmarks a row, and goes on; ends a range. */
export const mark = (model: Model, row: Row): Model => {
	if (model.rangeFrom !== undefined) {
		return endRange(model);
	}

	if (row.type === 'message') {
		return moveBy(model, 1);
	}

	const marks = new Set(model.marks);
	if (!marks.delete(row.path)) {
		marks.add(row.path);
	}

	return moveBy({...model, marks}, 1);
};

/** Marks, or inverts the marks of, all that lies beside the cursor. */
export const markAll = (model: Model, isInverting: boolean): Model => {
	const marks = new Set(model.marks);
	for (const path of siblingsOf(model.tree, model.cursor.path)) {
		if (!marks.has(path)) {
			marks.add(path);
		} else if (isInverting) {
			marks.delete(path);
		}
	}

	return {...model, marks};
};
