import {labelOf} from './keymap.js';
import type {Effect} from './messages.js';
import type {Layer, Model} from './model.js';
import {edit} from './text-field.js';
import {rowsOf} from './tree.js';
import type {Step} from './update.js';
import {withNotice} from './outcomes.js';

/**
Finding among the rows that are on screen or could be scrolled to: by a piece of the name, in any case.
*/

type Find = Extract<Layer, {type: 'find'}>;

const none: readonly Effect[] = [];

/** The next row from `index` on, or before it, whose name holds `text`; round the end. -1 if there is none. */
const search = (model: Model, text: string, from: number, direction: 1 | -1): number => {
	const rows = rowsOf(model.tree);
	const wanted = text.toLowerCase();
	for (let step = 0; step < rows.length; step++) {
		const index = (((from + (step * direction)) % rows.length) + rows.length) % rows.length;
		const {type, name} = rows[index]!;
		if (type !== 'message' && name.toLowerCase().includes(wanted)) {
			return index;
		}
	}

	return -1;
};

const focus = (model: Model, index: number): Model => ({...model, cursor: {path: rowsOf(model.tree)[index]!.path, index}});

export const openFind = (model: Model): Step => [{...model, layers: [...model.layers, {type: 'find', text: '', caret: 0, from: model.cursor}]}, none];

/** Goes to the next that was found, or the one before. */
export const findAgain = (model: Model, direction: 1 | -1): Step => {
	if (model.sought === '') {
		return [withNotice(model, `nothing was looked for yet: ${labelOf(model.keymap, 'find')} finds`, 'info'), none];
	}

	const index = search(model, model.sought, model.cursor.index + direction, direction);
	return [index === -1 ? withNotice(model, `nothing here is called ${model.sought}`, 'problem') : focus(model, index), none];
};

/** What is typed or pasted counts at once, from where the search began. */
export const typeInFind = (model: Model, layer: Find): Step => {
	const typed: Model = {...model, layers: [...model.layers.slice(0, -1), layer]};
	const index = layer.text === '' ? -1 : search(model, layer.text, Math.max(0, layer.from.index), 1);
	return [index === -1 ? {...typed, cursor: layer.from} : focus(typed, index), none];
};

/** A key in the field. */
export const pressInFind = (model: Model, layer: Find, key: string): Step => {
	const closed: Model = {...model, layers: model.layers.slice(0, -1)};
	switch (key) {
		case 'escape':
		case 'ctrl+c': {
			return [{...closed, cursor: layer.from}, none];
		}

		case 'return': {
			const isThere = layer.text === '' || search(model, layer.text, 0, 1) !== -1;
			const sought: Model = {...closed, sought: layer.text === '' ? model.sought : layer.text};
			return [isThere ? sought : withNotice(sought, `nothing here is called ${layer.text}`, 'problem'), none];
		}

		default: {
			return typeInFind(model, {...layer, ...edit(layer, key)});
		}
	}
};
