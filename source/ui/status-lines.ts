import {keyLabel, keymapOf, labelOf, type Keymap, type Place} from '../explorer/keymap.js';
import {topLayer, type Model, type Notice} from '../explorer/model.js';
import {rowsOf} from '../explorer/tree.js';
import {fieldLead, fieldSpans} from './field.js';
import {
	cutSpans,
	describeTask,
	filterSpans,
	markSpans,
	pollingSpans,
	sessionSpans,
	spansWidth,
	type Span,
} from './present.js';
import type {Role} from './theme.js';

const noticeRole: Readonly<Record<Notice['kind'], Role>> = {info: 'dim', success: 'success', problem: 'problem'};

export type Hint = readonly [key: string, meaning: string];

const cache = new WeakMap<Keymap, Partial<Record<Place, readonly Hint[]>>>();

/** The hints of a place, derived once. */
export const hintsFor = (place: Place, keymap: Keymap): readonly Hint[] => {
	const cached = cache.get(keymap) ?? {};
	let hints = cached[place];
	if (hints === undefined) {
		const bindings = keymapOf(place, keymap).filter(({hint, keys}) => hint !== undefined && keys.length > 0);
		// What belongs to the place comes first, what is everywhere (help, quit) last.
		hints = [...bindings.filter(({only}) => only !== undefined), ...bindings.filter(({only}) => only === undefined)].map(({keys, hint}) => [keyLabel(keys[0]!), hint!]);
		cache.set(keymap, {...cached, [place]: hints});
	}

	return hints;
};

const hintsOf = (model: Model): readonly Hint[] => {
	const {keymap} = model;
	const layer = topLayer(model);
	if (layer === undefined) {
		return hintsFor('browse', keymap);
	}

	// The other dialogs have their keys at their own foot.
	return layer.type === 'full-preview'
		? [[`${labelOf(keymap, 'move-down')} ${labelOf(keymap, 'move-up')}`, 'scroll'], [labelOf(keymap, 'mark'), 'next page'], [labelOf(keymap, 'quit'), 'back']]
		: [];
};

/** What may follow the first key of a sequence. */
export const choiceHints = ({pendingKey, keymap}: Model, place: Place): readonly Hint[] => {
	if (pendingKey === '') {
		return [];
	}

	const pairs = keymapOf(place, keymap).flatMap(binding => binding.keys.filter(key => key.startsWith(`${pendingKey} `)).map(key => ({...binding, second: key.slice(pendingKey.length + 1)})));
	const choices = pairs.flatMap(({second, choice}): Hint[] => choice === undefined ? [] : [[keyLabel(second), choice]]);
	const hasCapitals = choices.length > 0 && pairs.some(({action, second}) => action.endsWith(' reversed') && second !== second.toLowerCase());
	return hasCapitals ? [...choices, ['capitals', 'reversed']] : choices;
};

/** Hints, each whole or not at all: where there is little room the first ones, and always the last two, which tell where the others are and the way out. */
export const hintSpans = (hints: readonly Hint[], width: number): Span[] => {
	const spansOf = ([key, meaning]: Hint): Span[] => [{text: key, role: 'key'}, {text: ` ${meaning}   `, role: 'dim'}];
	const shown = [...hints];
	while (shown.length > 1 && spansWidth(shown.flatMap(hint => spansOf(hint))) - 3 > width) {
		shown.splice(Math.max(0, shown.length - 3), 1);
	}

	const spans = shown.flatMap(hint => spansOf(hint));
	return spans.map((span, index) => index === spans.length - 1 ? {...span, text: span.text.trimEnd()} : span);
};

/** The second line: what has just happened, how far a task is, or the hints. */
export const lower = (model: Model, hints: readonly Hint[] = hintsOf(model)): Span[] => {
	const {columns} = model.size;
	const [task] = model.tasks;
	const layer = topLayer(model);
	if (layer?.type === 'fuzzy' || layer?.type === 'find') {
		return fieldSpans(layer, columns, fieldLead(layer.type));
	}

	const choices = layer === undefined ? choiceHints(model, 'browse') : [];
	if (choices.length > 0) {
		return hintSpans(choices, columns);
	}

	if (model.notice !== undefined) {
		return [{text: model.notice.text, role: noticeRole[model.notice.kind]}];
	}

	if (task === undefined) {
		return hintSpans(hints, columns);
	}

	const cancel: Span[] = task.isCancelling ? [] : [{text: '   Ctrl+C', role: 'key'}, {text: ' cancel', role: 'dim'}];
	const more: Span[] = model.tasks.length > 1 ? [{text: `   and ${model.tasks.length - 1} more`, role: 'dim'}] : [];
	return [...cutSpans([{text: describeTask(task, model), role: 'plain'}, ...more], columns - spansWidth(cancel)), ...cancel];
};

/** The two lines at the foot of the screen. */
export const statusLines = (model: Model): ReadonlyArray<readonly Span[]> => {
	const {columns} = model.size;
	const place = `${model.cursor.index + 1}/${rowsOf(model.tree).length}`;
	const room = columns - place.length - 1;
	const marks = [...markSpans(model), ...pollingSpans(model)];
	const filter = filterSpans(model);
	const shown = cutSpans([...sessionSpans(model, room, spansWidth(marks) + spansWidth(filter)), ...filter, ...marks], room);
	const gap = ' '.repeat(Math.max(1, columns - spansWidth(shown) - place.length));
	return [[...shown, {text: gap, role: 'plain'}, {text: place, role: 'dim'}], cutSpans(lower(model), columns)];
};
