import {act} from './act.js';
import {pressInLayer} from './layers.js';
import {choose} from './menu.js';
import type {Effect, Message} from './messages.js';
import {topLayer, type Layer, type Model} from './model.js';
import {layout, scrollPreview} from './move.js';
import {shownSessions} from './sessions.js';
import {actInSessions} from './sessions-screen.js';
import {taskRows} from './tasks.js';
import {actInTasks, moveInTasks} from './tasks-screen.js';
import {rowsOf} from './tree.js';
import type {Step} from './update.js';
import {clamp, dividerWidth, menuWindow, scrollBy, sessionsHeight, tasksLayout} from './viewport.js';

/**
The mouse: a click moves the cursor, a second one there does what Return does, the wheel scrolls what it is over.
*/

type Mouse = Extract<Message, {type: 'mouse-used'}>;

const none: readonly Effect[] = [];

/** Milliseconds between two clicks that are one double click, at most. */
const doubleClick = 400;

/** Rows that a step of the wheel scrolls. */
const wheelRows = 3;

const distanceOf = ({kind}: Mouse): number => kind === 'wheel-down' ? wheelRows : -wheelRows;

/** Whether this click is the second on the same place. What it acts on is what the first one chose: the list may have moved under it. */
const isSecond = ({click}: Model, {at, row, column}: Mouse, id: string): boolean =>
	click?.id === id && click.row === row && Math.abs(click.column - column) <= 1 && at - click.at <= doubleClick;

const withClick = (model: Model, {at, row, column}: Mouse, id: string): Model => ({...model, click: {at, row, column, id}});

const inTree = (model: Model, mouse: Mouse): Step => {
	const rows = rowsOf(model.tree);
	const {listHeight} = layout(model);
	if (mouse.kind !== 'click') {
		const {index, scroll} = scrollBy(model.cursor.index, model.scroll, listHeight, rows.length, distanceOf(mouse));
		return [{...model, scroll, cursor: {path: rows[index]!.path, index}}, none];
	}

	if (isSecond(model, mouse, model.cursor.path)) {
		return act({...model, click: undefined}, 'toggle');
	}

	const index = model.scroll + mouse.row;
	const row = rows[index];
	return row === undefined ? [model, none] : [withClick({...model, pane: 'tree', cursor: {path: row.path, index}}, mouse, row.path), none];
};

const inPreview = (model: Model, mouse: Mouse): Step => {
	if (mouse.kind !== 'click') {
		return [scrollPreview(model, distanceOf(mouse)), none];
	}

	return isSecond(model, mouse, model.cursor.path) ? act({...model, click: undefined}, 'toggle') : [withClick({...model, pane: 'preview'}, mouse, model.cursor.path), none];
};

const inBrowse = (model: Model, mouse: Mouse): Step => {
	const {treeWidth, listHeight, preview} = layout(model);
	const {row, column} = mouse;
	if (row < listHeight && column < treeWidth) {
		return inTree(model, mouse);
	}

	const isInPreview = preview !== undefined && (preview.place === 'below' ? row >= listHeight && row < listHeight + preview.height : row < preview.height && column >= treeWidth + dividerWidth);
	return isInPreview ? inPreview(model, mouse) : [model, none];
};

const inSessions = (model: Model, mouse: Mouse): Step => {
	const sessions = model.sessions!;
	const shown = shownSessions(sessions, model.now);
	const height = sessionsHeight(model.size.rows);
	const focusOn = (index: number, scroll: number): Model => ({...model, sessions: {...sessions, scroll, cursor: {id: shown[index]!.session.id, index}}});
	if (mouse.kind !== 'click') {
		const {index, scroll} = scrollBy(sessions.cursor.index, sessions.scroll, height, shown.length, distanceOf(mouse));
		return [shown[index] === undefined ? model : focusOn(index, scroll), none];
	}

	const line = mouse.row - 2;
	if (line < 0 || line >= height) {
		return [model, none];
	}

	if (isSecond(model, mouse, sessions.cursor.id)) {
		return actInSessions({...model, click: undefined}, 'resume');
	}

	const row = shown[sessions.scroll + line];
	return row === undefined ? [model, none] : [withClick(focusOn(sessions.scroll + line, sessions.scroll), mouse, row.session.id), none];
};

const inTasks = (model: Model, mouse: Mouse): Step => {
	const {taskCursor: {scroll, id}} = model;
	const line = mouse.row - 1;
	if (mouse.kind !== 'click') {
		return [moveInTasks(model, distanceOf(mouse)), none];
	}

	const row = line < 0 || line >= tasksLayout(model.size.rows).height ? undefined : taskRows(model)[scroll + line];
	if (row === undefined) {
		return [model, none];
	}

	return isSecond(model, mouse, String(id))
		? actInTasks({...model, click: undefined}, 'show-task')
		: [withClick({...model, taskCursor: {id: row.id, index: scroll + line, scroll}}, mouse, String(row.id)), none];
};

const inMenu = (model: Model, mouse: Mouse): Step => {
	const menu = model.menu!;
	const {top, first, height} = menuWindow(menu, model.size.rows);
	const line = mouse.row - top;
	if (menu.isBusy) {
		return [model, none];
	}

	if (mouse.kind !== 'click') {
		return [{...model, menu: {...menu, index: clamp(menu.index + Math.sign(distanceOf(mouse)), 0, menu.items.length)}}, none];
	}

	if (line < 0 || line >= height) {
		return [model, none];
	}

	const index = first + line;
	return isSecond(model, mouse, String(menu.index)) ? choose({...model, click: undefined}, menu) : [withClick({...model, menu: {...menu, index}}, mouse, String(index)), none];
};

/** What has lines to scroll. */
const pages: ReadonlySet<Layer['type']> = new Set(['help', 'report', 'try-sweep']);

const inLayer = (model: Model, layer: Layer, mouse: Mouse): Step => {
	if (layer.type === 'sessions') {
		return inSessions(model, mouse);
	}

	if (layer.type === 'tasks') {
		return inTasks(model, mouse);
	}

	if (mouse.kind === 'click') {
		return [model, none]; // What a dialog asks is answered by a key.
	}

	if (layer.type === 'full-preview') {
		return [scrollPreview(model, distanceOf(mouse)), none];
	}

	if (!pages.has(layer.type)) {
		return [model, none];
	}

	const key = model.keymap.bindings.find(({action}) => action === (mouse.kind === 'wheel-down' ? 'move-down' : 'move-up'))?.keys.find(name => !name.includes(' '));
	if (key === undefined) {
		return [model, none];
	}

	let next = model;
	for (let row = 0; row < wheelRows; row++) {
		[next] = pressInLayer(next, topLayer(next)!, key);
	}

	return [next, none];
};

/** What the mouse does, where it is. */
export const takeMouse = (model: Model, mouse: Mouse): Step => {
	if (layout(model).isTooSmall) {
		return [model, none];
	}

	const fresh: Model = mouse.kind === 'click' ? {...model, notice: undefined, goal: undefined, pendingKey: ''} : {...model, goal: undefined};
	const layer = topLayer(fresh);
	if (layer !== undefined) {
		return inLayer(fresh, layer, mouse);
	}

	return fresh.menu === undefined ? inBrowse(fresh, mouse) : inMenu(fresh, mouse);
};
