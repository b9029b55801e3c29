import {shortId} from '../session/id.js';
import {formatAge, formatDuration} from '../text/age.js';
import {printable, printableText} from '../text/printable.js';
import {formatBytes, formatCount, plural} from '../text/size.js';
import type {Model, Task, TaskRequest} from './model.js';
import {hasEnded, titleOf, type TaskRow} from './tasks.js';

/**
What is told of a task, in words.
*/

/** How far a task is, as far as that is known; each part is printable. */
export type TaskProgress = {
	/** `33 %` */
	readonly percent?: string;
	/** `1.0 GB of 3.0 GB`; of a removal `1 of 3` */
	readonly amount: string;
	/** `100 MB/s` */
	readonly rate?: string;
	/** `20s left` */
	readonly left?: string;
};

/** Milliseconds after which a rate means something. */
const least = 200;

export const progressOf = ({request, startedAt, updatedAt, bytes, totalBytes, isChecking}: Task): TaskProgress => {
	if (request.type === 'remove') {
		return {amount: `${formatCount(bytes)} of ${formatCount(totalBytes ?? 0)}`};
	}

	// What is read back is read at another rate than it was written.
	const elapsed = isChecking ? 0 : (updatedAt ?? 0) - (startedAt ?? 0);
	const rate = elapsed > least ? bytes / (elapsed / 1000) : 0;
	const rated = rate > 0 ? {rate: `${formatBytes(rate)}/s`} : {};
	return totalBytes === undefined
		? {amount: formatBytes(bytes), ...rated}
		: {
			percent: `${totalBytes === 0 ? 100 : Math.min(100, Math.floor((bytes / totalBytes) * 100))} %`,
			amount: `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`,
			...rated,
			...(rate > 0 && bytes < totalBytes && {left: `${formatDuration(((totalBytes - bytes) / rate) * 1000)} left`}),
		};
};

/** What a task that has not begun waits for: files are sent, and outputs removed, one task after the other. */
export const waitOf = ({request, startedAt, id}: Task, {tasks}: Pick<Model, 'tasks'>): string | undefined => {
	if (startedAt !== undefined || request.type === 'remove') {
		return undefined;
	}

	return request.type === 'send' && tasks.find(task => task.request.type === 'send')?.id === id ? 'your terminal asks you' : 'waiting';
};

const kinds: Readonly<Record<TaskRequest['type'], string>> = {export: 'export', remove: 'remove', send: 'send'};

/** What a task does, in a word. */
export const kindOf = (request: TaskRequest): string => request.type === 'export' && request.isZip ? 'ZIP' : kinds[request.type];

const ends = {done: 'done', part: 'in part', failed: 'failed', cancelled: 'cancelled'} as const;

/** The state of a task: how far it is, or how it has ended and how long ago; the parts that matter most first. */
export const stateParts = (row: TaskRow, model: Pick<Model, 'tasks' | 'now'>): string[] => {
	if (hasEnded(row)) {
		return [ends[row.end], formatAge(model.now - row.at)];
	}

	const wait = waitOf(row, model);
	if (row.isCancelling || wait !== undefined) {
		return [row.isCancelling ? 'cancelling…' : wait!];
	}

	const {percent, amount, rate, left} = progressOf(row);
	return [row.isChecking ? 'read back' : undefined, percent, left, amount, rate].filter(part => part !== undefined);
};

/** What a task is about, and where it goes, as a sentence. */
export const describeRequest = (request: TaskRequest): string => {
	const title = printable(titleOf(request));
	switch (request.type) {
		case 'export': {
			return `${request.isZip ? 'one ZIP of' : 'export of'} ${title} to ${printableText(request.to)}`;
		}

		case 'remove': {
			return `removal of ${title}`;
		}

		case 'send': {
			return `${title}, sent to your own machine`;
		}
	}
};

/** What is going on, or what came of it; not yet wrapped. */
export const describeState = (row: TaskRow, model: Pick<Model, 'tasks' | 'now'>): string => {
	if (hasEnded(row)) {
		return printableText(row.text);
	}

	if (row.isCancelling) {
		return 'it is being cancelled';
	}

	const wait = waitOf(row, model);
	if (wait !== undefined) {
		return wait === 'waiting' ? 'it waits for the others to end' : wait;
	}

	const at = row.current === undefined ? '' : printable(row.current);
	return row.isChecking ? `reading the archive back: ${at}` : (at === '' ? 'at work' : `at ${at}`);
};

/** Paths that are told of a task, at most. */
const mostPaths = 1000;

/** All that is known of a task. */
export const describeTaskAt = (row: TaskRow, model: Pick<Model, 'tasks' | 'now'>): {readonly title: string; readonly lines: readonly string[]} => {
	const {request} = row;
	const {session, paths} = request;
	const of = typeof session === 'string' ? shortId(session) : session?.label ?? (session === undefined ? undefined : shortId(session.id));
	return {
		title: describeRequest(request),
		lines: [
			...(of === undefined ? [] : [`session ${of}`]),
			stateParts(row, model).join(', '),
			...(stateParts(row, model).includes(describeState(row, model)) ? [] : [describeState(row, model)]),
			...(hasEnded(row) ? row.problems : []),
			'',
			`${plural(paths.length, 'output')}:`,
			...paths.slice(0, mostPaths).map(path => printable(path)),
			...(paths.length > mostPaths ? [`and ${plural(paths.length - mostPaths, 'more output')}`] : []),
		],
	};
};
