import {scrollPreview} from './move.js';
import type {Effect} from './messages.js';
import {isFullPreview, type Model} from './model.js';
import {nearestVisible, rowsOf} from './tree.js';
import type {Step} from './update.js';
import {layoutOf, scrollTo} from './viewport.js';

/** Whatever follows from a change, whichever message made it: where the cursor and the list stand, and what the screen now needs to know. */
export const settle = (before: Model, model: Model): Step => {
	if (model.session === undefined || model === before) {
		return [model, []];
	}

	const rows = rowsOf(model.tree);
	const index = nearestVisible(rows, model.cursor.path, model.cursor.index);
	const {path} = (rows[index]!);
	const layout = layoutOf(model.size, {showsPreview: model.showsPreview, isFull: isFullPreview(model)});
	const scroll = layout.treeWidth === 0 ? model.scroll : scrollTo(index, model.scroll, layout.listHeight, rows.length);
	const effects: Effect[] = [];
	let next = model;
	if (path !== model.cursor.path || index !== model.cursor.index || scroll !== model.scroll) {
		next = {...next, cursor: {path, index}, scroll};
	}

	if (next.marks !== before.marks) {
		const markTicket = before.markTicket + 1;
		next = {...next, markTicket, markTotals: next.marks.size === 0 ? {state: 'idle'} : {state: 'loading'}};
		effects.push({type: 'measure-marks', ticket: markTicket, paths: [...next.marks]});
	}

	const unknown = rows.slice(scroll, scroll + layout.listHeight)
		.filter(row => row.type !== 'message' && row.path !== 'legacy' && !next.facts.has(row.path))
		.map(row => row.path);
	if (unknown.length > 0) {
		effects.push({type: 'read-facts', paths: unknown});
	}

	if (layout.preview === undefined && next.pane === 'preview') {
		next = {...next, pane: 'tree'};
	}

	// In another width a text has other rows, and fewer of them may be left.
	next = scrollPreview(next, 0);

	// The old preview stays until the new one is there: keys that follow each other do not make it flicker.
	const isPreviewWanted = layout.preview !== undefined;
	const wasPreviewWanted = before.session !== undefined && layoutOf(before.size, {showsPreview: before.showsPreview, isFull: isFullPreview(before)}).preview !== undefined;
	if (isPreviewWanted && (!wasPreviewWanted || path !== before.cursor.path || next.session?.id !== before.session?.id)) {
		if (path.endsWith('/')) {
			next = {...next, preview: {path, load: {state: 'idle'}, scroll: 0}};
		}

		effects.push({type: 'read-preview', path});
	}

	return [next, effects];
};
