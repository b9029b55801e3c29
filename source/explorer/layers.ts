import {act} from './act.js';
import {matchingCommands} from './commands.js';
import {interrupt, interrupted} from './exits.js';
import {pressInFuzzy, typeInFuzzy} from './filter.js';
import {pressInFind, typeInFind} from './find.js';
import {distanceOf, scrollPreview} from './move.js';
import {helpBindings, lookUp, type Action, type BrowseAction} from './keymap.js';
import type {Effect} from './messages.js';
import {topLayer, type Layer, type Model} from './model.js';
import {previewHeadHeight} from './preview-rows.js';
import {pressInPrompt, typeInPrompt} from './prompt.js';
import {pressInFilter, pressInQuestion, pressInTrial} from './questions.js';
import {reportRows} from './report-rows.js';
import {actInSessions} from './sessions-screen.js';
import {trialLines} from './sweep-report.js';
import {startTask} from './tasks.js';
import {actInTasks} from './tasks-screen.js';
import {edit, paste} from './text-field.js';
import type {Step} from './update.js';
import {clamp, dialogWidth, layoutOf} from './viewport.js';

const none: readonly Effect[] = [];

const close = (model: Model): Model => ({...model, layers: model.layers.slice(0, -1)});

const replaceTop = (model: Model, layer: Layer): Model => ({...model, layers: [...model.layers.slice(0, -1), layer]});

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

/** What asks for a search: in the help, among the commands. */
const searching: ReadonlySet<Action> = new Set(['find', 'filter', 'show-commands']);

/** Lines that a dialog of lines has room for: the screen without its frame, title and foot. */
export const dialogHeight = (rows: number): number => Math.max(1, rows - 6);

const linesOf = (layer: Extract<Layer, {type: 'help' | 'report'}>, {size, keymap}: Model): number => {
	if (layer.type === 'report') {
		return reportRows(layer.lines, dialogWidth(size.columns)).length;
	}

	const bindings = helpBindings(layer.place, keymap);
	return bindings.length + new Set(bindings.map(({group}) => group)).size;
};

/** Rows of what a sweep would do, in a dialog. */
export const trialRows = ({report}: Extract<Layer, {type: 'try-sweep'}>, {now, size}: Model): string[] => reportRows(trialLines(report, now), dialogWidth(size.columns));

/** A key in the list of commands. */
const pressInCommands = (model: Model, layer: Extract<Layer, {type: 'commands'}>, key: string): Step => {
	const commands = matchingCommands(layer.text, model.keymap);
	const move = (rows: number): Step => [replaceTop(model, {...layer, index: clamp(layer.index + rows, 0, Math.max(0, commands.length - 1))}), none];
	switch (key) {
		case 'escape':
		case 'ctrl+c': {
			return [close(model), none];
		}

		case 'return': {
			const command = commands[layer.index];
			return command === undefined ? [model, none] : act(close(model), command.action as BrowseAction);
		}

		case 'down':
		case 'ctrl+n': {
			return move(1);
		}

		case 'up':
		case 'ctrl+p': {
			return move(-1);
		}

		case 'pagedown': {
			return move(10);
		}

		case 'pageup': {
			return move(-10);
		}

		default: {
			const typed = edit(layer, key);
			return [replaceTop(model, {...layer, ...typed, index: typed.text === layer.text ? layer.index : 0}), none];
		}
	}
};

const pressInRemove = (model: Model, {session, paths, again}: Extract<Layer, {type: 'remove'}>, key: string): Step => {
	if (['n', 'q', 'escape', 'ctrl+c'].includes(key)) {
		return [close(model), none];
	}

	if (key !== 'y') {
		return [model, none]; // Not even Return: a destructive answer is typed.
	}

	return startTask(close(model), {type: 'remove', session, paths}, again);
};

const pressInSend = (model: Model, {transfer, session, paths, totals, again}: Extract<Layer, {type: 'send'}>, key: string): Step => {
	if (['n', 'q', 'escape', 'ctrl+c'].includes(key)) {
		return [close(model), none];
	}

	if (key !== 'return') {
		return [model, none];
	}

	return startTask(close(model), {type: 'send', transfer, session, paths, ...(totals.state === 'ready' && {totalBytes: totals.value.bytes})}, again);
};

/** A key in a list that is a screen of its own. */
const pressInList = (model: Model, place: 'sessions' | 'tasks', key: string): Step => {
	const found = lookUp(model.pendingKey, key, place, model.keymap);
	const next: Model = {...model, pendingKey: found !== undefined && 'pending' in found ? found.pending : ''};
	if (found === undefined || 'pending' in found) {
		return [next, none];
	}

	return place === 'sessions' ? actInSessions(next, found.action) : actInTasks(next, found.action);
};

/**
A key while a dialog is open. A key that a dialog does not know does nothing: it never reaches what is below.
*/
export const pressInLayer = (model: Model, layer: Layer, key: string): Step => {
	if (layer.type === 'prompt') {
		return pressInPrompt(model, layer, key);
	}

	switch (layer.type) {
		case 'fuzzy': {
			return pressInFuzzy(model, layer, key);
		}

		case 'find': {
			return pressInFind(model, layer, key);
		}

		case 'commands': {
			return pressInCommands(model, layer, key);
		}

		case 'remove': {
			return pressInRemove(model, layer, key);
		}

		case 'send': {
			return pressInSend(model, layer, key);
		}

		case 'confirm-quit': {
			return pressInConfirm(model, key);
		}

		case 'sessions':
		case 'tasks': {
			return pressInList(model, layer.type, key);
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
	const found = lookUp(model.pendingKey, key, 'browse', model.keymap);
	const next: Model = {...model, pendingKey: found !== undefined && 'pending' in found ? found.pending : ''};
	if (found === undefined || 'pending' in found) {
		return [next, none];
	}

	const {action} = found;
	if (action === 'interrupt') {
		return next.tasks.length > 0 ? interrupt(next) : [close(next), none];
	}

	// The commands are the help that one can search.
	if (layer.type === 'help' && layer.place === 'browse' && searching.has(action)) {
		return [replaceTop(next, {type: 'commands', text: '', caret: 0, index: 0}), none];
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
		: [replaceTop(next, {...layer, scroll: clamp(layer.scroll + distance, 0, Math.max(0, linesOf(layer, next) - height))}), none];
};

/** Pasted text goes into the text field that is open, as one line; anywhere else it does nothing. */
export const pasteInLayer = (model: Model, text: string): Step => {
	const layer = topLayer(model);
	// What confirms a removal is typed by hand.
	if (layer === undefined || !('text' in layer) || layer.type === 'end') {
		return [model, none];
	}

	switch (layer.type) {
		case 'fuzzy': {
			return typeInFuzzy(model, layer, {...layer, ...paste(layer, text)});
		}

		case 'find': {
			return typeInFind(model, {...layer, ...paste(layer, text)});
		}

		case 'filter': {
			const pasted = {...layer, ...paste(layer, text)};
			return [{...replaceTop(model, pasted), sessions: {...model.sessions!, filter: pasted.text.trim()}}, none];
		}

		case 'commands': {
			return [replaceTop(model, {...layer, ...paste(layer, text), index: 0}), none];
		}

		case 'prompt': {
			return typeInPrompt(model, layer, paste(layer, text));
		}

		case 'keep':
		case 'relabel': {
			return [replaceTop(model, {...layer, ...paste(layer, text)}), none];
		}
	}
};
