import {askForDestination, askToSend, openRemoval} from './ask.js';
import {interrupt, isSending, quit, suspend} from './exits.js';
import {endFilter, openFilter} from './filter.js';
import {findAgain, openFind} from './find.js';
import {labelOf, type BrowseAction} from './keymap.js';
import {listOpenFolders} from './load.js';
import {leave} from './look.js';
import {endRange, mark, markAll} from './marking.js';
import type {Effect} from './messages.js';
import {targets, type Model} from './model.js';
import {distanceOf, focusedRow, goToParent, layout, moveBy, scrollPreview} from './move.js';
import {withNotice} from './outcomes.js';
import {previewHeadHeight} from './preview-rows.js';
import {showSessions} from './sessions-screen.js';
import type {SortBy} from './sort.js';
import {sweepReportOf} from './sweep-report.js';
import {showTasks} from './tasks-screen.js';
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

const collapse = (model: Model, row: Row): Step => {
	if (model.tree.found !== undefined) {
		return endFilter(model);
	}

	return [row.isExpanded ? {...model, tree: withExpanded(model.tree, row.path, false)} : goToParent(model), none];
};

/** In the finds of a filter a folder is shown where it is, and open. */
const enter = (model: Model, row: Row): Step => {
	const [shown, effects] = endFilter(model);
	const [opened, more] = expand(shown, row);
	return [opened, [...effects, ...more]];
};

const isMine = (model: Model): boolean => model.session?.isReadOnly === false;

const removeOutputs = (current: Model): Step => {
	const model = current.rangeFrom === undefined ? current : endRange(current);
	const paths = targets(model);
	if (!isMine(model)) {
		return [withNotice(model, 'here one only looks: nothing is removed', 'problem'), none];
	}

	if (paths.some(path => path === 'legacy' || path.startsWith('legacy/'))) {
		return [withNotice(model, 'the shared folders are not the session\'s: "sojourn legacy remove" removes them', 'problem'), none];
	}

	if (paths.length === 0 || paths.includes('single') || paths.includes('bulk')) {
		return [withNotice(model, 'go to an output, or mark some: single and bulk themselves stay', 'problem'), none];
	}

	return openRemoval(model, {session: model.session!.id, paths});
};

const copy = (model: Model, row: Row, what: Extract<Effect, {type: 'copy'}>['what']): Step => row.type === 'message' || row.path === 'legacy'
	? [model, none]
	: [model, [{type: 'copy', what, path: row.path, isFolder: row.type === 'directory'}]];

const openWith = (model: Model, row: Row, program: 'editor' | 'pager'): Step => {
	if (row.type !== 'file') {
		return [withNotice(model, `only a file can be opened in the ${program}`, 'problem'), none];
	}

	if (isSending(model)) {
		return [withNotice(model, `files are being sent through the terminal: the ${program} has to wait, or Ctrl+C cancels that`, 'problem'), none];
	}

	return program === 'editor' && (!isMine(model) || row.path.startsWith('legacy/'))
		? [withNotice(model, `here one only looks: ${labelOf(model.keymap, 'page')} opens it in the pager`, 'problem'), none]
		: [model, [{type: 'open-with', program, path: row.path}]];
};

const back = (model: Model): Step => {
	if (model.rangeFrom !== undefined) {
		return [{...model, rangeFrom: undefined}, none];
	}

	if (model.pane === 'preview') {
		return [{...model, pane: 'tree'}, none];
	}

	if (model.tree.found !== undefined) {
		return endFilter(model);
	}

	if (model.behind !== undefined) {
		return leave(model);
	}

	return model.tasks.length > 0 && model.tasks.every(({request}) => request.type === 'send') ? interrupt(model) : [model, none];
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
			return isInPreview ? [{...model, pane: 'tree'}, none] : collapse(model, row);
		}

		case 'expand': {
			if (model.tree.found !== undefined && row.type === 'directory') {
				return enter(model, row);
			}

			if (row.isExpanded && !isInPreview) {
				return [moveBy(model, 1), none];
			}

			return isInPreview ? [model, none] : expand(model, row);
		}

		case 'toggle': {
			if (row.type === 'directory') {
				if (model.tree.found !== undefined) {
					return enter(model, row);
				}

				return row.isExpanded ? collapse(model, row) : expand(model, row);
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

		case 'send': {
			return askToSend(model);
		}

		case 'filter': {
			return openFilter(model);
		}

		case 'find': {
			return openFind(model);
		}

		case 'find-next':
		case 'find-previous': {
			return findAgain(model, action === 'find-next' ? 1 : -1);
		}

		case 'sort name':
		case 'sort size':
		case 'sort time':
		case 'sort extension':
		case 'sort name reversed':
		case 'sort size reversed':
		case 'sort time reversed':
		case 'sort extension reversed': {
			const [, by, reversed] = action.split(' ', 3);
			return [{...model, tree: {...model.tree, sort: {by: by as SortBy, isReversed: reversed !== undefined}}}, none];
		}

		case 'remove': {
			return removeOutputs(model);
		}

		case 'copy-path': {
			return copy(model, row, 'path');
		}

		case 'copy-name': {
			return copy(model, row, 'name');
		}

		case 'copy-download': {
			return copy(model, row, 'download');
		}

		case 'edit': {
			return openWith(model, row, 'editor');
		}

		case 'page': {
			return openWith(model, row, 'pager');
		}

		case 'keep-open': {
			return isMine(model) ? [model, [{type: 'read-own-session'}]] : [withNotice(model, `here one only looks: ${labelOf(model.keymap, 'keep-or-lift')} in the list of sessions (${labelOf(model.keymap, 'show-sessions')}) keeps it`, 'problem'), none];
		}

		case 'show-commands': {
			return [{...model, layers: [...model.layers, {type: 'commands', text: '', caret: 0, index: 0}]}, none];
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

		case 'show-tasks': {
			return showTasks(model);
		}

		case 'interrupt': {
			return interrupt(model);
		}

		case 'suspend': {
			return suspend(model);
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
