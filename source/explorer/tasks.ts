import {plural} from '../text/size.js';
import type {Effect} from './messages.js';
import type {EndedTask, Model, Task, TaskRequest} from './model.js';

/**
Tasks: what runs in the background, and what has become of it.
*/

/** What the list shows, one a row. */
export type TaskRow = Task | EndedTask;

export const hasEnded = (row: TaskRow): row is EndedTask => 'end' in row;

/** The rows of the list, what was asked for last at the top: a task keeps its row when it ends. */
export const taskRows = ({tasks, ended}: Pick<Model, 'tasks' | 'ended'>): readonly TaskRow[] => [...tasks, ...ended].toSorted((a, b) => b.id - a.id);

export const focusedTask = (model: Model): TaskRow | undefined => taskRows(model)[model.taskCursor.index];

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** What a task is about, in a word; not yet printable. */
export const titleOf = ({type, paths}: TaskRequest): string => paths.length === 1 ? nameOf(paths[0]!) : plural(paths.length, type === 'send' ? 'file' : 'output');

/** Starts a task; what it is another attempt at is not in the list any more. */
export const startTask = (model: Model, request: TaskRequest, again?: number): readonly [Model, readonly Effect[]] => {
	const id = model.ticket + 1;
	const totalBytes = request.type === 'remove' ? request.paths.length : undefined;
	return [
		{
			...model,
			ticket: id,
			tasks: [...model.tasks, {id, request, bytes: 0, ...(totalBytes !== undefined && {totalBytes}), isCancelling: false}],
			ended: again === undefined ? model.ended : model.ended.filter(task => task.id !== again),
		},
		[{...request, id}],
	];
};

/** A task changed; one that is there no more is let alone. */
export const withTask = (model: Model, id: number, change: (task: Task) => Task): Model =>
	({...model, tasks: model.tasks.map(task => task.id === id ? change(task) : task)});

/** Tasks that are remembered after their end, at most. */
const mostEnded = 100;

/** What has become of a task, which runs no more. */
export const endTask = (model: Model, id: number, outcome: Pick<EndedTask, 'end' | 'text' | 'problems'> & {readonly paths?: readonly string[]}): Model => {
	const task = model.tasks.find(candidate => candidate.id === id);
	const tasks = model.tasks.filter(candidate => candidate !== task);
	const {end, text, problems, paths} = outcome;
	const ended: readonly EndedTask[] = task === undefined
		? model.ended
		: [...model.ended, {
			id, request: paths === undefined ? task.request : {...task.request, paths}, end, text, problems, at: model.now,
		}].slice(-mostEnded);
	// With the last task the question goes whether to quit in spite of it.
	return {...model, tasks, ended, layers: tasks.length === 0 ? model.layers.filter(({type}) => type !== 'confirm-quit') : model.layers};
};

/** Milliseconds for which the list tells of what was done, or cancelled. */
const told = 10 * 60_000;

/** Without what was done some time ago; what failed stays. Nothing goes while one looks at the list. */
export const forgetTasks = (model: Model): Model => {
	const ended = model.ended.filter(({end, at}) => end === 'failed' || end === 'part' || model.now - at < told);
	return ended.length === model.ended.length || model.layers.some(({type}) => type === 'tasks') ? model : {...model, ended};
};
