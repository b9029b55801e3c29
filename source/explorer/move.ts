import type {Action} from './keymap.js';
import {isFullPreview, type Model} from './model.js';
import {previewHeadHeight, previewRows} from './preview-rows.js';
import {rowsOf, type Row} from './tree.js';
import {clamp, layoutOf} from './viewport.js';

export const layout = (model: Model): ReturnType<typeof layoutOf> => layoutOf(model.size, {showsPreview: model.showsPreview, isFull: isFullPreview(model)});

export const focusedRow = (model: Model): Row => {
	const rows = rowsOf(model.tree);
	return rows[model.cursor.index] ?? rows[0]!;
};

const focus = (model: Model, index: number): Model => {
	const rows = rowsOf(model.tree);
	const to = clamp(index, 0, rows.length - 1);
	return {...model, cursor: {path: rows[to]!.path, index: to}};
};

/** Moves the cursor by rows, as far as it goes. */
export const moveBy = (model: Model, rows: number): Model => focus(model, model.cursor.index + rows);

/** Scrolls the preview by rows, as far as it goes. */
export const scrollPreview = (model: Model, rows: number): Model => {
	const {preview} = layout(model);
	if (preview === undefined || model.preview.load.state !== 'ready') {
		return model;
	}

	const room = preview.height - previewHeadHeight;
	const {head, length} = previewRows(model.preview.load.value, preview.width, room);
	const last = Math.max(0, length - (room - head.length));
	const scroll = clamp(model.preview.scroll + rows, 0, last);
	return scroll === model.preview.scroll ? model : {...model, preview: {...model.preview, scroll}};
};

export const goToParent = (model: Model): Model => {
	const {path} = model.cursor;
	const end = path.lastIndexOf('/');
	return end === -1 ? model : {...model, cursor: {path: path.slice(0, end), index: -1}};
};

const half = (page: number): number => Math.max(1, Math.floor(page / 2));

const whole = (page: number): number => Math.max(1, page - 1);

/** How far each movement goes, in rows, on a page of so many; positive is down. */
const distances: Partial<Record<Action, (page: number) => number>> = {
	'move-down': () => 1,
	'move-up': () => -1,
	'half-page-down': half,
	'half-page-up': page => -half(page),
	'page-down': whole,
	'page-up': page => -whole(page),
	top: () => -Infinity,
	bottom: () => Infinity,
};

/** Rows that a movement covers; `undefined` if the action is no movement. */
export const distanceOf = (action: Action, page: number): number | undefined => distances[action]?.(page);
