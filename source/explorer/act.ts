import type {EntryType} from '../outputs/outputs.js';
import type {Action} from './keymap.js';
import {listOpenFolders} from './load.js';
import type {Effect} from './messages.js';
import {isFullPreview, targets, type Model} from './model.js';
import {previewHeadHeight, previewRows} from './preview-rows.js';
import {
	rowsOf,
	siblingsOf,
	withExpanded,
	type Row,
	type Tree,
} from './tree.js';
import type {Step} from './update.js';
import {clamp, layoutOf} from './viewport.js';

const none: readonly Effect[] = [];

const layout = (model: Model): ReturnType<typeof layoutOf> => layoutOf(model.size, {showsPreview: model.showsPreview, isFull: isFullPreview(model)});

const focusedRow = (model: Model): Row => {
	const rows = rowsOf(model.tree);
	return rows[model.cursor.index] ?? rows[0]!;
};

const focus = (model: Model, index: number): Model => {
	const rows = rowsOf(model.tree);
	const to = clamp(index, 0, rows.length - 1);
	return {...model, cursor: {path: rows[to]!.path, index: to}};
};

const moveBy = (model: Model, rows: number): Model => focus(model, model.cursor.index + rows);

/** Scrolls the preview by rows, as far as it goes. */
export const scrollPreview = (model: Model, rows: number): Model => {
	const {preview} = layout(model);
	if (preview === undefined || model.preview.load.state !== 'ready') {
		return model;
	}

	const count = previewRows(model.preview.load.value, preview.width).length;
	const last = Math.max(0, count - (preview.height - previewHeadHeight));
	const scroll = clamp(model.preview.scroll + rows, 0, last);
	return scroll === model.preview.scroll ? model : {...model, preview: {...model.preview, scroll}};
};

const expand = (model: Model, row: Row): Step => {
	if (row.type !== 'directory') {
		return [model, none];
	}

	// Read each time: programs write while one looks.
	return listOpenFolders({...model, tree: withExpanded(model.tree, row.path, true)}, row.path);
};

const goToParent = (model: Model): Model => {
	const {path} = model.cursor;
	const end = path.lastIndexOf('/');
	return end === -1 ? model : {...model, cursor: {path: path.slice(0, end), index: -1}};
};

const collapse = (model: Model, row: Row): Model =>
	row.isExpanded ? {...model, tree: withExpanded(model.tree, row.path, false)} : goToParent(model);

/** The rows of a range, whichever way it was drawn. */
export const rangeRows = (model: Model): readonly Row[] => {
	const rows = rowsOf(model.tree);
	const from = model.rangeFrom === undefined ? -1 : rows.findIndex(row => row.path === model.rangeFrom);
	return from === -1
		? []
		: rows.slice(Math.min(from, model.cursor.index), Math.max(from, model.cursor.index) + 1).filter(row => row.type !== 'message');
};

const endRange = (model: Model): Model => {
	const marks = new Set(model.marks);
	for (const row of rangeRows(model)) {
		marks.add(row.path);
	}

	return {...model, marks, rangeFrom: undefined};
};

const mark = (model: Model, row: Row): Model => {
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

const markAll = (model: Model, isInverting: boolean): Model => {
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

/** The types of some paths, as far as the tree knows them. */
const typesOf = (tree: Tree, paths: readonly string[]): Array<EntryType | undefined> => {
	const byParent = new Map<string, ReadonlyMap<string, EntryType>>();
	return paths.map(path => {
		const end = path.lastIndexOf('/');
		if (end === -1) {
			return 'directory';
		}

		const parent = path.slice(0, end);
		let types = byParent.get(parent);
		if (types === undefined) {
			types = new Map(tree.folders.get(parent)?.entries.map(entry => [entry.name, entry.type]));
			byParent.set(parent, types);
		}

		return types.get(path.slice(end + 1));
	});
};

const isLegacy = (path: string): boolean => path === 'legacy' || path.startsWith('legacy/');

const refuse = (model: Model, text: string): Step => [{...model, notice: {text, kind: 'problem'}}, none];

/** Opens the export dialog on a list that is frozen now. */
const askForDestination = (current: Model, wantsZip: boolean): Step => {
	// A range being marked is meant, too.
	const model = current.rangeFrom === undefined ? current : endRange(current);
	const paths = targets(model);
	if (paths.length === 0) {
		return refuse(model, 'nothing to export here: go to a file or folder, or mark some with Space');
	}

	if (paths.some(path => isLegacy(path)) && paths.some(path => !isLegacy(path))) {
		return refuse(model, 'legacy outputs and those of the session are exported one after the other: unmark the one or the other');
	}

	const types = typesOf(model.tree, paths);
	if (paths.length === 1 && (types[0] === 'symlink' || types[0] === 'other')) {
		return refuse(model, types[0] === 'symlink' ? 'a symbolic link is not followed, and not exported' : 'a special file is not exported');
	}

	const ticket = model.ticket + 1;
	return [
		{
			...model,
			ticket,
			layers: [...model.layers, {
				type: 'prompt',
				isZip: wantsZip || types.includes('directory'),
				paths,
				totals: {state: 'loading'},
				ticket,
				text: model.exportTo,
				caret: model.exportTo.length,
			}],
		},
		[{type: 'measure-prompt', ticket, paths}],
	];
};

const quit = (model: Model): Step => model.tasks.length > 0
	? [{...model, layers: [...model.layers, {type: 'confirm-quit'}]}, none]
	: [{...model, exitCode: 0}, none];

/** 128 and the number of SIGINT, as a shell would tell it. */
export const interrupted = 130;

/** Cancels what runs; with nothing to cancel, ends the program. */
export const interrupt = (model: Model): Step => model.tasks.some(task => !task.isCancelling)
	? [{...model, tasks: model.tasks.map(task => ({...task, isCancelling: true}))}, [{type: 'cancel-tasks'}]]
	: [{...model, exitCode: interrupted}, none];

const back = (model: Model): Model => {
	if (model.rangeFrom !== undefined) {
		return {...model, rangeFrom: undefined};
	}

	return model.pane === 'preview' ? {...model, pane: 'tree'} : model;
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

const reload = (model: Model): Step => {
	const [next, effects] = listOpenFolders({...model, facts: new Map()});
	return [next, [...effects, {type: 'read-preview', path: model.cursor.path}]];
};

/** What an action does where no dialog is open. */
export const act = (model: Model, action: Action): Step => {
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

		case 'help': {
			return [{...model, layers: [...model.layers, {type: 'help', scroll: 0}]}, none];
		}

		case 'back': {
			return [back(model), none];
		}

		case 'quit': {
			return quit(model);
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
