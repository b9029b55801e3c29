import {isFullPreview, isInSessions, isInTasks, topLayer, type Layer, type Model} from '../explorer/model.js';
import {previewHeadHeight} from '../explorer/preview-rows.js';
import {dividerWidth, layoutOf, menuWindow} from '../explorer/viewport.js';
import {dialogBox} from './dialog-lines.js';
import {fieldLead, fieldSpans} from './field.js';
import {spansWidth, type Span} from './present.js';

/** A place on the screen, counted from 0. */
export type Place = {readonly row: number; readonly column: number};

/** Where the focus is in lines of spans, if it is. */
const focusIn = (lines: ReadonlyArray<readonly Span[]>): Place | undefined => {
	for (const [row, spans] of lines.entries()) {
		const index = spans.findIndex(({role}) => role === 'focus');
		if (index !== -1) {
			return {row, column: spansWidth(spans.slice(0, index))};
		}
	}

	return undefined;
};

/** Layers with a text field in the last line of the screen. */
const fields: ReadonlySet<Layer['type']> = new Set(['fuzzy', 'find', 'filter']);

/**
Where the terminal's own cursor belongs: on the row that has the focus, or in the text that is typed. It is not shown, but screen readers, braille displays and magnifiers follow it.
*/
export const cursorOf = (model: Model): Place => {
	const {columns, rows} = model.size;
	const layout = layoutOf(model.size, {showsPreview: model.showsPreview, isFull: isFullPreview(model)});
	const layer = topLayer(model);
	if (layout.isTooSmall) {
		return {row: 0, column: 0};
	}

	if (layer !== undefined && 'text' in layer && fields.has(layer.type)) {
		return {row: rows - 1, column: focusIn([fieldSpans(layer, columns, fieldLead(layer.type))])?.column ?? 0};
	}

	const box = layer === undefined ? undefined : dialogBox(layer, model);
	if (box !== undefined && box.lines.length > 0) {
		const {row, column} = focusIn(box.lines) ?? {row: 0, column: 0};
		return {row: box.top + 1 + row, column: box.left + 2 + column};
	}

	if (isInTasks(model)) {
		return {row: 1 + Math.max(0, model.taskCursor.index - model.taskCursor.scroll), column: 0};
	}

	if (model.sessions !== undefined && isInSessions(model)) {
		return {row: 2 + Math.max(0, model.sessions.cursor.index - model.sessions.scroll), column: 0};
	}

	if (model.menu !== undefined) {
		const {top, first} = menuWindow(model.menu, rows);
		return {row: top + model.menu.index - first, column: 0};
	}

	const {preview, treeWidth, listHeight} = layout;
	if (preview !== undefined && (treeWidth === 0 || model.pane === 'preview')) {
		const isBelow = preview.place === 'below';
		return {row: (isBelow ? listHeight : 0) + previewHeadHeight, column: treeWidth === 0 || isBelow ? 0 : treeWidth + dividerWidth};
	}

	return {row: model.cursor.index - model.scroll, column: 0};
};
