import type {Model} from '../explorer/model.js';
import {describeRequest, describeState, kindOf, stateParts} from '../explorer/task-lines.js';
import {focusedTask, hasEnded, taskRows, titleOf, type TaskRow} from '../explorer/tasks.js';
import {reportRows} from '../explorer/report-rows.js';
import {printable} from '../text/printable.js';
import {fitColumns, truncateEnd, truncateMiddle, widthOf} from '../text/width.js';
import type {Span} from './present.js';
import {hintsFor, lower} from './status-lines.js';
import type {Role} from './theme.js';

/** Columns of what a task does. */
const kindWidth = 8;

/** Columns for what a task is about, at least. */
const leastTitle = 12;

const roles = {done: 'success', part: 'warning', failed: 'problem', cancelled: 'dim'} as const satisfies Readonly<Record<string, Role>>;

/** One row of the list as spans that fill `width` columns: as much of the state as there is room for. */
export const taskRowSpans = (row: TaskRow, model: Model, width: number, isFocused: boolean): Span[] => {
	const parts = stateParts(row, model);
	const textOf = (count: number): string => parts.slice(0, count).join('  ');
	let count = parts.length;
	while (count > 1 && widthOf(textOf(count)) + kindWidth + leastTitle + 3 > width) {
		count--;
	}

	const state = truncateEnd(textOf(count), width - kindWidth - leastTitle - 3);
	const room = width - kindWidth - widthOf(state) - 3;
	const title = fitColumns(printable(titleOf(row.request)), room);
	const kind = ` ${fitColumns(kindOf(row.request), kindWidth - 1)}`;
	return isFocused
		? [{text: `${kind}${title}  ${state} `, role: 'focus'}]
		: [{text: kind, role: 'dim'}, {text: `${title}  `, role: 'plain'}, {text: `${state} `, role: hasEnded(row) ? roles[row.end] : 'plain'}];
};

/** What is told of the chosen task beneath the list, in so many lines. */
export const taskDetailLines = (model: Model, width: number, height: number): ReadonlyArray<readonly Span[]> => {
	const row = focusedTask(model);
	if (row === undefined) {
		return [];
	}

	const told = hasEnded(row) && row.problems.length > 0 ? [describeState(row, model), ...row.problems] : [describeState(row, model)];
	const rows = hasEnded(row) ? reportRows(told, width) : [truncateMiddle(told[0]!, width)];
	const room = height - 1;
	const shown = rows.length > room ? [...rows.slice(0, room - 1), `${truncateEnd(rows[room - 1]!, width - 2)} …`] : rows;
	const role: Role = hasEnded(row) && row.end !== 'done' && row.end !== 'cancelled' ? 'problem' : 'dim';
	return [[{text: truncateEnd(describeRequest(row.request), width), role: 'title'}], ...shown.map((text): Span[] => [{text, role}])];
};

/** How many there are of each kind. */
export const countTasks = (model: Pick<Model, 'tasks' | 'ended'>): string => {
	const {tasks, ended} = model;
	const failed = ended.filter(({end}) => end === 'failed' || end === 'part').length;
	const others = ended.length - failed;
	return [[tasks.length, 'running'], [failed, 'failed'], [others, 'ended']].filter(([count]) => count !== 0).map(([count, what]) => `${count} ${what}`).join(', ');
};

export const tasksTitle = (model: Model): Span[] => {
	const {length} = taskRows(model);
	return [{text: 'Tasks', role: 'title'}, {text: `  ${countTasks(model)}`, role: 'dim'}, ...(length === 0 ? [] : [{text: `  ${model.taskCursor.index + 1}/${length}`, role: 'dim' as const}])];
};

/** The last line: what has happened, or the hints. How far a task is, the list tells. */
export const tasksFoot = (model: Model): Span[] => lower({...model, tasks: []}, hintsFor('tasks', model.keymap));
