import {askForDestination} from './ask.js';
import {interrupt, quit} from './exits.js';
import type {BrowseAction} from './keymap.js';
import {listOpenFolders} from './load.js';
import {leave} from './look.js';
import {endRange, mark, markAll} from './marking.js';
import type {Effect} from './messages.js';
import type {Model} from './model.js';
import {distanceOf, focusedRow, goToParent, layout, moveBy, scrollPreview} from './move.js';
import {previewHeadHeight} from './preview-rows.js';
import {showSessions} from './sessions-screen.js';
import {sweepReportOf} from './sweep-report.js';
import {withExpanded, type Row} from './tree.js';
import type {Step} from './update.js';

const none: readonly Effect[] = [];

const expand = (model: Model, row: Row): Step => {
	if (row.type !== 'directory') {
		return [model, none];
	}

	// Read each time: programs write while one looks.
	return listOpenFolders({...model, tree: withExpanded(model.tree, row.path, true)}, row.path);
};

const collapse = (model: Model, row: Row): Model =>
	row.isExpanded ? {...model, tree: withExpanded(model.tree, row.path, false)} : goToParent(model);

const back = (model: Model): Step => {
	if (model.rangeFrom !== undefined) {
		return [{...model, rangeFrom: undefined}, none];
	}

	if (model.pane === 'preview') {
		return [{...model, pane: 'tree'}, none];
	}

	return model.behind === undefined ? [model, none] : leave(model);
};

const reload = (model: Model): Step => {
	const [next, effects] = listOpenFolders({...model, facts: new Map()});
	return [next, [...effects, {type: 'read-preview', path: model.cursor.path}]];
};

/** What an action does where no dialog is open. */
export const act = (model: Model, action: BrowseAction): Step => {
	const row = focusedRow(model);
	const {listHeight, preview} = layout(model);
	const isInPreview = model.pane === 'preview' && preview !== undefined;
	const distance = distanceOf(action, isInPreview ? preview.height - previewHeadHeight : listHeight);
	if (distance !== undefined) {
		return [isInPreview ? scrollPreview(model, distance) : moveBy(model, distance), none];
	}

	switch (action) {
		case 'collapse': {
			return [isInPreview ? {...model, pane: 'tree'} : collapse(model, row), none];
		}

		case 'expand': {
			if (row.isExpanded && !isInPreview) {
				return [moveBy(model, 1), none];
			}

			return isInPreview ? [model, none] : expand(model, row);
		}

		case 'toggle': {
			if (row.type === 'directory') {
				return row.isExpanded ? [collapse(model, row), none] : expand(model, row);
			}

			return row.type === 'message' ? [model, none] : [{...model, layers: [...model.layers, {type: 'full-preview'}], pane: 'tree'}, none];
		}

		case 'mark': {
			return [mark(model, row), none];
		}

		case 'range': {
			return [model.rangeFrom === undefined ? {...model, rangeFrom: row.path} : endRange(model), none];
		}

		case 'mark-all': {
			return [markAll(model, false), none];
		}

		case 'invert-marks': {
			return [markAll(model, true), none];
		}

		case 'clear-marks': {
			return [{...model, marks: new Set(), rangeFrom: undefined}, none];
		}

		case 'toggle-hidden': {
			return [{...model, tree: {...model.tree, showsHidden: !model.tree.showsHidden}}, none];
		}

		case 'reload': {
			return reload(model);
		}

		case 'preview-down': {
			return [scrollPreview(model, 1), none];
		}

		case 'preview-up': {
			return [scrollPreview(model, -1), none];
		}

		case 'toggle-preview': {
			return [{...model, showsPreview: !model.showsPreview, pane: 'tree'}, none];
		}

		case 'switch-pane': {
			return [preview === undefined ? model : {...model, pane: isInPreview ? 'tree' : 'preview'}, none];
		}

		case 'export': {
			return askForDestination(model, false);
		}

		case 'zip': {
			return askForDestination(model, true);
		}

		case 'show-sweep': {
			return [{...model, layers: [...model.layers, {type: 'report', ...sweepReportOf(model), scroll: 0, isOfSweep: true}]}, none];
		}

		case 'help': {
			return [{...model, layers: [...model.layers, {type: 'help', scroll: 0, place: 'browse'}]}, none];
		}

		case 'back': {
			return back(model);
		}

		case 'quit': {
			return model.behind === undefined ? quit(model) : leave(model);
		}

		case 'show-sessions': {
			return model.behind === undefined ? showSessions(model) : leave(model);
		}

		case 'interrupt': {
			return interrupt(model);
		}

		case 'suspend': {
			return [model, [{type: 'suspend'}]];
		}

		case 'move-down':
		case 'move-up':
		case 'top':
		case 'bottom':
		case 'half-page-down':
		case 'half-page-up':
		case 'page-down':
		case 'page-up': {
			return [model, none];
		}
	}
};
