import {interrupt, interrupted} from './exits.js';
import {distanceOf, scrollPreview} from './move.js';
import {helpBindings, lookUp, type Action} from './keymap.js';
import type {Effect} from './messages.js';
import {topLayer, type Layer, type Model} from './model.js';
import {previewHeadHeight} from './preview-rows.js';
import {pressInFilter, pressInQuestion, pressInTrial} from './questions.js';
import {reportRows} from './report-rows.js';
import {actInSessions} from './sessions-screen.js';
import {trialLines} from './sweep-report.js';
import {edit, paste} from './text-field.js';
import type {Step} from './update.js';
import {clamp, dialogWidth, layoutOf} from './viewport.js';

type Prompt = Extract<Layer, {type: 'prompt'}>;

const none: readonly Effect[] = [];

const close = (model: Model): Model => ({...model, layers: model.layers.slice(0, -1)});

const replaceTop = (model: Model, layer: Layer): Model => ({...model, layers: [...model.layers.slice(0, -1), layer]});

const confirmPrompt = (model: Model, prompt: Prompt): Step => {
	const to = prompt.text.trim();
	if (to === '') {
		return [replaceTop(model, {...prompt, problem: 'name a directory or a file'}), none];
	}

	const id = model.ticket + 1;
	const [first] = prompt.paths;
	const title = prompt.paths.length === 1 ? first!.slice(first!.lastIndexOf('/') + 1) : `${prompt.paths.length} outputs`;
	return [
		{
			...close(model),
			ticket: id,
			exportTo: to,
			tasks: [...model.tasks, {
				id, title, bytes: 0, isCancelling: false,
			}],
		},
		[{
			type: 'export', id, isZip: prompt.isZip, session: prompt.session, paths: prompt.paths, to, ...((prompt.totals.state === 'ready') && {totalBytes: prompt.totals.value.bytes}),
		}],
	];
};

const pressInPrompt = (model: Model, prompt: Prompt, key: string): Step => {
	switch (key) {
		case 'escape':
		case 'ctrl+c': {
			return [close(model), none];
		}

		case 'return': {
			return confirmPrompt(model, prompt);
		}

		default: {
			const {problem: _, ...rest} = prompt;
			return [replaceTop(model, {...rest, ...edit(prompt, key)}), none];
		}
	}
};

const pressInConfirm = (model: Model, key: string): Step => {
	switch (key) {
		case 'y': {
			return [{...model, exitCode: 0}, [{type: 'cancel-tasks'}]];
		}

		case 'ctrl+c': {
			return [{...model, exitCode: interrupted}, [{type: 'cancel-tasks'}]];
		}

		case 'n':
		case 'q':
		case 'escape': {
			return [close(model), none];
		}

		// Not even Return: a destructive answer is typed.
		default: {
			return [model, none];
		}
	}
};

/** What is in the full preview a movement, as in a pager. */
const pagerActions = new Map<Action, Action>([['preview-down', 'move-down'], ['preview-up', 'move-up'], ['mark', 'page-down']]);

/** Lines that a dialog of lines has room for: the screen without its frame, title and foot. */
export const dialogHeight = (rows: number): number => Math.max(1, rows - 6);

const linesOf = (layer: Extract<Layer, {type: 'help' | 'report'}>, columns: number): number =>
	layer.type === 'report' ? reportRows(layer.lines, dialogWidth(columns)).length : helpBindings(layer.place).length + new Set(helpBindings(layer.place).map(({group}) => group)).size;

/** Rows of what a sweep would do, in a dialog. */
export const trialRows = ({report}: Extract<Layer, {type: 'try-sweep'}>, {now, size}: Model): string[] => reportRows(trialLines(report, now), dialogWidth(size.columns));

/** A key in the list of sessions. */
const pressInSessions = (model: Model, key: string): Step => {
	const found = lookUp(model.pendingKey, key, 'sessions');
	const next: Model = {...model, pendingKey: found !== undefined && 'pending' in found ? found.pending : ''};
	return found === undefined || 'pending' in found ? [next, none] : actInSessions(next, found.action);
};

/**
A key while a dialog is open. A key that a dialog does not know does nothing: it never reaches what is below.
*/
export const pressInLayer = (model: Model, layer: Layer, key: string): Step => {
	if (layer.type === 'prompt') {
		return pressInPrompt(model, layer, key);
	}

	switch (layer.type) {
		case 'confirm-quit': {
			return pressInConfirm(model, key);
		}

		case 'sessions': {
			return pressInSessions(model, key);
		}

		case 'filter': {
			return pressInFilter(model, layer, key);
		}

		case 'keep':
		case 'relabel':
		case 'end': {
			return pressInQuestion(model, layer, key);
		}

		case 'try-sweep': {
			return pressInTrial(model, layer, key, {height: dialogHeight(model.size.rows), lines: trialRows(layer, model).length});
		}

		case 'help':
		case 'report':
		case 'full-preview': {
			return pressInPage(model, layer, key);
		}
	}
};

/** A key in what is only read. */
const pressInPage = (model: Model, layer: Extract<Layer, {type: 'help' | 'report' | 'full-preview'}>, key: string): Step => {
	const found = lookUp(model.pendingKey, key);
	const next: Model = {...model, pendingKey: found !== undefined && 'pending' in found ? found.pending : ''};
	if (found === undefined || 'pending' in found) {
		return [next, none];
	}

	const {action} = found;
	if (action === 'interrupt') {
		return next.tasks.length > 0 ? interrupt(next) : [close(next), none];
	}

	if (action === 'quit' || action === 'back' || (action === 'help' && layer.type === 'help')) {
		return [close(next), none];
	}

	if (layer.type === 'full-preview') {
		if (action === 'toggle' || action === 'collapse') {
			return [close(next), none];
		}

		const {preview} = layoutOf(next.size, {showsPreview: true, isFull: true});
		const distance = distanceOf(pagerActions.get(action) ?? action, preview!.height - previewHeadHeight);
		return [distance === undefined ? next : scrollPreview(next, distance), none];
	}

	const height = dialogHeight(next.size.rows);
	const distance = distanceOf(action, height);
	return distance === undefined
		? [next, none]
		: [replaceTop(next, {...layer, scroll: clamp(layer.scroll + distance, 0, Math.max(0, linesOf(layer, next.size.columns) - height))}), none];
};

/** Pasted text goes into the text field that is open, as one line; anywhere else it does nothing. */
export const pasteInLayer = (model: Model, text: string): Model => {
	const layer = topLayer(model);
	if (layer === undefined || !('text' in layer)) {
		return model;
	}

	// What confirms a removal is typed by hand.
	if (layer.type === 'end') {
		return model;
	}

	const pasted = replaceTop(model, {...layer, ...paste(layer, text)});
	return layer.type === 'filter' ? {...pasted, sessions: {...pasted.sessions!, filter: paste(layer, text).text.trim()}} : pasted;
};
