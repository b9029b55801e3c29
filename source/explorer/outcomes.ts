import {printableText} from '../text/printable.js';
import {plural} from '../text/size.js';
import {sweepReportOf} from './sweep-report.js';
import {listOpenFolders} from './load.js';
import {labelOf} from './keymap.js';
import type {Message} from './messages.js';
import {endTask} from './tasks.js';
import type {Step} from './update.js';
import {
	topLayer,
	type Layer,
	type Model,
	type Notice,
} from './model.js';

/** Tells something in the status bar, until the next key. */
export const withNotice = (model: Model, text: string, kind: Notice['kind']): Model => ({...model, notice: {text: printableText(text), kind}});

/** What waits for an answer. */
const asking: ReadonlySet<Layer['type']> = new Set(['prompt', 'confirm-quit', 'keep', 'relabel', 'end', 'remove', 'send', 'filter', 'fuzzy', 'find', 'commands', 'try-sweep']);

/** Outputs were removed: they are marked no more, and what is on screen is read again. */
export const finishRemoval = (model: Model, {id, removed, text, problems}: Extract<Message, {type: 'removal-finished'}>): Step => {
	const gone = new Set(removed);
	const marks = new Set(model.marks);
	for (const path of removed) {
		marks.delete(path);
	}

	const left = model.tasks.flatMap(task => task.id === id ? task.request.paths.filter(path => !gone.has(path)) : []);
	const ended = endTask(model, id, {end: problems.length === 0 ? 'done' : (removed.length === 0 ? 'failed' : 'part'), text, problems, ...(left.length > 0 && {paths: left})});
	const done = withNotice({...ended, marks: marks.size === model.marks.size ? model.marks : marks}, text, problems.length > 0 ? 'problem' : 'success');
	const found = done.tree.found?.filter(({path}) => !gone.has(path));
	const [next, effects] = listOpenFolders({...done, facts: new Map(), tree: {...done.tree, found}});
	return [tell(next, text, problems.length > 0 ? 'problem' : 'success', problems), effects];
};

/** Opens a report, but below a dialog that waits for an answer: what is being typed must not end up elsewhere. */
export const withReport = (model: Model, title: string, lines: readonly string[]): Model => {
	const top = topLayer(model);
	const isAsking = top !== undefined && asking.has(top.type);
	const below = isAsking ? model.layers.slice(0, -1) : model.layers;
	return {
		...model,
		layers: [...below, {
			type: 'report', title, lines, scroll: 0,
		}, ...(isAsking ? [top] : [])],
	};
};

/** Takes note of how a sweep ended, also in the report that somebody looks at. */
export const withSweep = (model: Model, sweep: Model['sweep']): Model => {
	const next: Model = {...model, sweep};
	return {...next, layers: next.layers.map(layer => layer.type === 'report' && layer.isOfSweep ? {...layer, ...sweepReportOf(next)} : layer)};
};

/** What the status bar tells of the sweep. */
export const finishSweep = (model: Model, message: Extract<Message, {type: 'sweep-finished'}>): Model => {
	const {report: {removed, recovered, failed, skipped, detail}, isAskedFor = false} = message;
	const swept = withSweep(model, {state: 'ready', value: message.report});
	if (skipped === 'busy' && !isAskedFor) {
		return swept; // Another explorer's sweep does the work.
	}

	if (skipped !== undefined) {
		return withNotice(swept, detail ?? 'nothing was swept', 'problem');
	}

	if (failed.length > 0) {
		return withNotice(swept, `${plural(failed.length, 'expired session')} could not be removed: ${failed[0]!.error}`, 'problem');
	}

	const parts = [
		...(removed.length > 0 ? [`${plural(removed.length, 'session')} had expired and ${removed.length === 1 ? 'was' : 'were'} removed`] : []),
		...(recovered.length > 0 ? [`${plural(recovered.length, 'session')} recovered`] : []),
	];
	if (parts.length === 0) {
		return isAskedFor ? withNotice(swept, 'nothing was removed', 'info') : swept;
	}

	if (isAskedFor) {
		return withNotice(swept, parts.join(', '), 'success');
	}

	// What the start had to say is not read yet.
	const {notice} = model;
	return withNotice(swept, [...(notice === undefined ? [] : [notice.text]), parts.join(', ')].join('; '), notice?.kind ?? 'info');
};

/** What is told of a task that has ended. A report is not opened before somebody who looks at the list of tasks, which has it. */
const tell = (model: Model, text: string, kind: Notice['kind'], problems: readonly string[]): Model => {
	const told = withNotice(model, text, kind);
	return problems.length === 0 || topLayer(model)?.type === 'tasks' ? told : withReport(told, text, problems);
};

/** Sending has ended, in one way or another. */
export const finishSending = (model: Model, {id, end, kind, text, problems}: Extract<Message, {type: 'send-finished'}>): Model =>
	tell(endTask(model, id, {end, text, problems}), text, kind, problems);

/** An export has ended, with or without something that it had to leave out. */
export const finishExport = (model: Model, {id, text, problems, notes = [], isFailed = false, nextTo}: Extract<Message, {type: 'export-finished'}>): Model => {
	const end = isFailed ? 'failed' : (problems.length > 0 ? 'part' : 'done');
	const more = notes.length === 0 ? '' : `; ${plural(notes.length, 'remark')}: ${labelOf(model.keymap, 'show-tasks')}`;
	return tell({...endTask(model, id, {end, text, problems: [...problems, ...notes]}), exportTo: nextTo}, text + more, end === 'done' ? 'success' : 'problem', problems);
};

export const failExport = (model: Model, {id, problem}: Extract<Message, {type: 'export-failed'}>): Model =>
	withNotice(endTask(model, id, {end: 'failed', text: problem, problems: []}), problem, 'problem');

export const cancelExport = (model: Model, {id, arrived}: Extract<Message, {type: 'export-cancelled'}>): Model => {
	const rest = arrived === 0 ? 'nothing was left behind' : `${plural(arrived, 'file')} had arrived whole and ${arrived === 1 ? 'stays' : 'stay'}`;
	const text = `the export was cancelled; ${rest}`;
	return withNotice(endTask(model, id, {end: 'cancelled', text, problems: []}), text, 'info');
};
