import {rangeRows} from '../explorer/marking.js';
import type {Model} from '../explorer/model.js';
import {rowsOf} from '../explorer/tree.js';
import {legacyRemark, messageOf, rowSpans, type Span} from './present.js';

/** The rows of the tree that are on screen, and no others, each `width` columns wide. */
export const treeLines = (model: Model, width: number, height: number): ReadonlyArray<readonly Span[]> => {
	const rows = rowsOf(model.tree).slice(model.scroll, model.scroll + height);
	const range = new Set(rangeRows(model));
	const hasKeys = model.pane === 'tree' || model.layers.length > 0;
	return rows.map((row, index) => rowSpans(row.type === 'message' ? {...row, name: messageOf(row, model.keymap)} : row, model.facts.get(row.path), width, {
		isFocused: model.scroll + index === model.cursor.index,
		hasKeys,
		isMarked: model.marks.has(row.path),
		isInRange: range.has(row),
		now: model.now,
		folderBytes: model.folderTotals.get(row.path)?.bytes,
		...(row.path === 'legacy' && {remark: legacyRemark(model)}),
	}));
};
