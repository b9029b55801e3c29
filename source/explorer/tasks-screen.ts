import {askAgain} from './ask.js';
import {interrupt} from './exits.js';
import {type Action, labelOf} from './keymap.js';
import type {Effect} from './messages.js';
import {topLayer, type Layer, type Model} from './model.js';
import {distanceOf} from './move.js';
import {withNotice} from './outcomes.js';
import {describeTaskAt} from './task-lines.js';
import {focusedTask, hasEnded, taskRows, withTask, type TaskRow} from './tasks.js';
import type {Step} from './update.js';
import {clamp, tasksLayout} from './viewport.js';

/**
The screen of tasks: what its keys do.
*/

const none: readonly Effect[] = [];

/** Opens the screen, the cursor on what was asked for last; from within, closes it. */
export const showTasks = (model: Model): Step => topLayer(model)?.type === 'tasks'
	? closeTasks(model)
	: [{...model, layers: [...model.layers, {type: 'tasks'}], taskCursor: {id: 0, index: 0, scroll: 0}}, none];

const closeTasks = (model: Model): Step => [{...model, layers: model.layers.filter(({type}) => type !== 'tasks')}, none];

const push = (model: Model, layer: Layer): Step => [{...model, layers: [...model.layers, layer]}, none];

const refuse = (model: Model, text: string): Step => [withNotice(model, text, 'problem'), none];

export const moveInTasks = (model: Model, distance: number): Model => {
	const rows = taskRows(model);
	const index = clamp(model.taskCursor.index + distance, 0, Math.max(0, rows.length - 1));
	return {...model, taskCursor: {...model.taskCursor, id: rows[index]?.id ?? 0, index}};
};

const cancel = (model: Model, row: TaskRow): Step => {
	if (hasEnded(row)) {
		return refuse(model, `it has ended: ${labelOf(model.keymap, 'dismiss')} takes it off the list`);
	}

	return row.isCancelling ? [model, none] : [withTask(model, row.id, task => ({...task, isCancelling: true})), [{type: 'cancel-task', id: row.id}]];
};

const tryAgain = (model: Model, row: TaskRow): Step => {
	if (!hasEnded(row)) {
		return refuse(model, `it has not ended: ${labelOf(model.keymap, 'cancel-task')} cancels it`);
	}

	return row.end === 'done' ? refuse(model, 'it is done: there is nothing to try again') : askAgain(model, row);
};

const dismiss = (model: Model, row: TaskRow): Step => hasEnded(row)
	? [{...model, ended: model.ended.filter(({id}) => id !== row.id)}, none]
	: refuse(model, `it has not ended: ${labelOf(model.keymap, 'cancel-task')} cancels it`);

const onTask: Partial<Record<Action, (model: Model, row: TaskRow) => Step>> = {
	'cancel-task': cancel,
	'try-again': tryAgain,
	dismiss,
	'show-task'(model, row) {
		const {title, lines} = describeTaskAt(row, model);
		return push(model, {type: 'report', title, lines, scroll: 0});
	},
};

const onList: Partial<Record<Action, (model: Model) => Step>> = {
	'dismiss-all': model => [{...model, ended: []}, none],
	'show-tasks': closeTasks,
	back: closeTasks,
	quit: closeTasks,
	help: model => push(model, {type: 'help', scroll: 0, place: 'tasks'}),
	interrupt,
};

/** What an action does in the screen of tasks. */
export const actInTasks = (model: Model, action: Action): Step => {
	const distance = distanceOf(action, tasksLayout(model.size.rows).height);
	if (distance !== undefined) {
		return [moveInTasks(model, distance), none];
	}

	const row = focusedTask(model);
	const withRow = onTask[action];
	return withRow !== undefined && row !== undefined ? withRow(model, row) : onList[action]?.(model) ?? [model, none];
};
