import {allowedHours, parseHours} from '../settings/hours.js';
import {labelProblem} from '../session/label.js';
import {interrupt} from './exits.js';
import {lookUp} from './keymap.js';
import type {Effect} from './messages.js';
import type {Layer, Model} from './model.js';
import {distanceOf} from './move.js';
import {withNotice} from './outcomes.js';
import {edit} from './text-field.js';
import type {Step} from './update.js';

/**
The dialogs of the screen of sessions, each about the session that it was opened on.
*/

const none: readonly Effect[] = [];

const hour = 3_600_000;

type Of<T extends Layer['type']> = Extract<Layer, {type: T}>;

const close = (model: Model): Model => ({...model, layers: model.layers.slice(0, -1)});

const replaceTop = (model: Model, layer: Layer): Model => ({...model, layers: [...model.layers.slice(0, -1), layer]});

/** Puts a key into the text of a dialog; what was wrong with the text is not any more. */
const type = (model: Model, layer: Of<'keep' | 'relabel' | 'end'>, key: string): Step => {
	const {problem: _, ...rest} = layer;
	return [replaceTop(model, {...rest, ...edit(layer, key)}), none];
};

const filterBy = (model: Model, filter: string): Model => ({...model, sessions: {...model.sessions!, filter}});

/** The filter is in force while it is typed. */
export const pressInFilter = (model: Model, layer: Of<'filter'>, key: string): Step => {
	switch (key) {
		case 'escape':
		case 'ctrl+c': {
			return [filterBy(close(model), ''), none];
		}

		case 'return': {
			return [close(model), none];
		}

		default: {
			const changed = {...layer, ...edit(layer, key)};
			return [filterBy(replaceTop(model, changed), changed.text.trim()), none];
		}
	}
};

const confirmKeep = (model: Model, layer: Of<'keep'>): Step => {
	const text = layer.text.trim();
	const hours = parseHours(text);
	if (text !== '' && hours === undefined) {
		return [replaceTop(model, {...layer, problem: allowedHours}), none];
	}

	return [close(model), [{type: 'keep-session', row: layer.row, keep: hours === undefined ? 'forever' : model.now + (hours * hour)}]];
};

const confirmLabel = (model: Model, layer: Of<'relabel'>): Step => {
	const problem = labelProblem(layer.text);
	return problem === undefined
		? [close(model), [{type: 'label-session', row: layer.row, label: layer.text}]]
		: [replaceTop(model, {...layer, problem: `this cannot be a label: ${problem}`}), none];
};

/** The word that a dangerous answer is. */
export const assent = 'yes';

const confirmEnd = (model: Model, layer: Of<'end'>): Step => layer.totals.state === 'ready'
	? [close(model), [{type: 'end-session', row: layer.row, totals: layer.totals.value, isKept: layer.isKept}]]
	: [replaceTop(model, {...layer, problem: 'it is still being counted: a moment'}), none];

const pressInEnd = (model: Model, layer: Of<'end'>, key: string): Step => {
	if (layer.isTyped) {
		if (key !== 'return') {
			return type(model, layer, key);
		}

		return layer.text.trim().toLowerCase() === assent
			? confirmEnd(model, layer)
			: [replaceTop(model, {...layer, problem: `type ${assent} to remove it, or leave with Esc`}), none];
	}

	if (key === 'y') {
		return confirmEnd(model, layer);
	}

	// Not even Return: a destructive answer is typed.
	return key === 'n' || key === 'q' ? [close(model), none] : [model, none];
};

/** A key in a dialog about one session. */
export const pressInQuestion = (model: Model, layer: Of<'keep' | 'relabel' | 'end'>, key: string): Step => {
	if (key === 'escape' || key === 'ctrl+c') {
		return [close(model), none];
	}

	if (layer.type === 'end') {
		return pressInEnd(model, layer, key);
	}

	if (key === 'return') {
		return layer.type === 'keep' ? confirmKeep(model, layer) : confirmLabel(model, layer);
	}

	return type(model, layer, key);
};

/** A key while it is shown what a sweep would do. */
export const pressInTrial = (model: Model, layer: Of<'try-sweep'>, key: string, {height, lines}: {readonly height: number; readonly lines: number}): Step => {
	const {report} = layer;
	if (key === 'y' && report.state === 'ready' && report.value.skipped === undefined && report.value.removed.length > 0) {
		return [withNotice({...close(model), sweep: {state: 'loading'}}, 'sweeping…', 'info'), [{type: 'sweep', isAll: true}]];
	}

	if (['n', 'q', 'escape'].includes(key)) {
		return [close(model), none];
	}

	if (key === 'ctrl+c') {
		return model.tasks.length > 0 ? interrupt(model) : [close(model), none];
	}

	const found = lookUp('', key, 'sessions', model.keymap);
	const distance = found !== undefined && 'action' in found ? distanceOf(found.action, height) : undefined;
	return distance === undefined
		? [model, none]
		: [replaceTop(model, {...layer, scroll: Math.max(0, Math.min(layer.scroll + distance, lines - height))}), none];
};
