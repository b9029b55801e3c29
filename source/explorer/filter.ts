import {listFolder} from './load.js';
import type {Effect, Message} from './messages.js';
import type {Layer, Model} from './model.js';
import {moveBy} from './move.js';
import {edit} from './text-field.js';
import type {Row} from './tree.js';
import type {Step} from './update.js';

/**
The fuzzy filter over the whole session. While it is there, its finds are the rows, and all that one does with rows is done with them.
*/

type Fuzzy = Extract<Layer, {type: 'fuzzy'}>;

const none: readonly Effect[] = [];

const withText = (model: Model, text: string): Step => {
	const ticket = model.ticket + 1;
	if (text === '') {
		return [{...model, ticket, filter: {text, ticket, total: 0, isComplete: true}, tree: {...model.tree, found: undefined}}, none];
	}

	return [
		{...model, ticket, filter: {text, ticket, total: model.filter?.total ?? 0, isComplete: false}},
		[{type: 'filter', ticket, text, withHidden: model.tree.showsHidden}],
	];
};

/** Opens the field of the filter; the session is read through from here on. */
export const openFilter = (model: Model): Step => {
	const text = model.filter?.text ?? '';
	return [
		{...model, rangeFrom: undefined, layers: [...model.layers, {type: 'fuzzy', text, caret: text.length}]},
		model.filter === undefined ? [{type: 'begin-filter', withHidden: model.tree.showsHidden}] : none,
	];
};

/** Goes to a path in the tree, as soon as the folders around it are read. */
export const goTo = (model: Model, path: string): Step => {
	const names = path.split('/');
	const around = names.slice(0, -1).map((_, level) => names.slice(0, level + 1).join('/'));
	let next: Model = {...model, goal: path, cursor: {path, index: -1}, tree: {...model.tree, expanded: new Set([...model.tree.expanded, ...around])}};
	const effects: Effect[] = [];
	for (const folder of around) {
		if (!next.tree.folders.has(folder)) {
			const [listed, more] = listFolder(next, folder);
			next = listed;
			effects.push(...more);
		}
	}

	return [next, effects];
};

/** Shows the whole tree again, the cursor on what was found. */
export const endFilter = (model: Model): Step => {
	const {path} = model.cursor;
	const [next, effects] = goTo({...model, filter: undefined, tree: {...model.tree, found: undefined}}, path === '/' ? model.tree.roots[0]! : path);
	return [next, [{type: 'end-filter'}, ...effects]];
};

/** A key in the field of the filter. */
export const pressInFuzzy = (model: Model, layer: Fuzzy, key: string): Step => {
	const closed: Model = {...model, layers: model.layers.slice(0, -1)};
	switch (key) {
		case 'escape':
		case 'ctrl+c': {
			return endFilter(closed);
		}

		case 'return': {
			return layer.text === '' ? endFilter(closed) : [closed, none];
		}

		case 'down':
		case 'ctrl+n': {
			return [moveBy(model, 1), none];
		}

		case 'up':
		case 'ctrl+p': {
			return [moveBy(model, -1), none];
		}

		default: {
			return typeInFuzzy(model, layer, {...layer, ...edit(layer, key)});
		}
	}
};

/** What is typed or pasted counts at once. */
export const typeInFuzzy = (model: Model, before: Fuzzy, after: Fuzzy): Step => {
	const typed: Model = {...model, layers: [...model.layers.slice(0, -1), after]};
	return after.text === before.text ? [typed, none] : withText(typed, after.text);
};

/** Takes what was found; the cursor goes to the best. */
export const takeFound = (model: Model, {ticket, rows, total, isComplete}: Extract<Message, {type: 'filter-found'}>): Model => {
	if (model.filter?.ticket !== ticket) {
		return model;
	}

	const found: readonly Row[] = rows;
	// The best is what one looks for, unless one has gone on from it already.
	const isFirst = model.tree.found === undefined || model.cursor.index === 0;
	return {
		...model,
		filter: {...model.filter, total, isComplete},
		tree: {...model.tree, found},
		...(isFirst && {cursor: {path: found[0]?.path ?? '/', index: 0}}),
	};
};
