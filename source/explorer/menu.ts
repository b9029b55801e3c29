import type {Effect} from './messages.js';
import type {Menu, Model} from './model.js';
import {interrupted} from './exits.js';
import {lookUp, type Action} from './keymap.js';
import {distanceOf} from './move.js';
import {showSessions} from './sessions-screen.js';
import {showTasks} from './tasks-screen.js';
import type {Step} from './update.js';
import {clamp} from './viewport.js';

const none: readonly Effect[] = [];

/** Opens what the menu stands on. */
export const choose = (model: Model, menu: Menu): Step => menu.isBusy
	? [model, none]
	: [{...model, menu: {...menu, isBusy: true}}, [{type: 'open-session', session: menu.items[menu.index]?.session ?? 'new'}]];

/** What a key does. The beginning of a sequence that is the same key twice does at once what that does: nothing else can follow here. */
const actionOf = ({keymap}: Model, key: string): Action | undefined => {
	const once = lookUp('', key, 'browse', keymap);
	const found = once !== undefined && 'pending' in once ? lookUp(key, key, 'browse', keymap) : once;
	return found !== undefined && 'action' in found ? found.action : undefined;
};

/** Keys of the start menu. Its index is in the model: the component that draws it keeps nothing. */
export const pressInMenu = (model: Model, menu: Menu, key: string): Step => {
	const move = (rows: number): Step =>
		[{...model, menu: {...menu, index: clamp(menu.index + rows, 0, menu.items.length)}}, none];

	if (key === 'ctrl+c') {
		return [{...model, exitCode: interrupted}, none];
	}

	if (key === 'return') {
		return choose(model, menu);
	}

	const wanted = key === 'escape' ? 'quit' : actionOf(model, key);
	if (wanted === 'quit') {
		return [{...model, exitCode: 0}, none];
	}

	if (menu.isBusy || wanted === undefined) {
		return [model, none];
	}

	if (wanted === 'show-sessions') {
		return showSessions(model);
	}

	if (wanted === 'show-tasks') {
		return showTasks(model);
	}

	const distance = distanceOf(wanted, menu.items.length + 1);
	return distance === undefined ? [model, none] : move(distance);
};
