import type {Effect} from './messages.js';
import type {Menu, Model} from './model.js';
import {interrupted} from './exits.js';
import {showSessions} from './sessions-screen.js';
import type {Step} from './update.js';
import {clamp} from './viewport.js';

const none: readonly Effect[] = [];

/** Keys of the start menu. Its index is in the model: the component that draws it keeps nothing. */
export const pressInMenu = (model: Model, menu: Menu, key: string): Step => {
	const move = (rows: number): Step =>
		[{...model, menu: {...menu, index: clamp(menu.index + rows, 0, menu.items.length)}}, none];

	switch (key) {
		case 'ctrl+c': {
			return [{...model, exitCode: interrupted}, none];
		}

		case 'q':
		case 'escape': {
			return [{...model, exitCode: 0}, none];
		}

		case 'j':
		case 'down': {
			return menu.isBusy ? [model, none] : move(1);
		}

		case 'k':
		case 'up': {
			return menu.isBusy ? [model, none] : move(-1);
		}

		case 'g':
		case 'home':
		case 'pageup': {
			return menu.isBusy ? [model, none] : move(-menu.items.length);
		}

		case 'G':
		case 'end':
		case 'pagedown': {
			return menu.isBusy ? [model, none] : move(menu.items.length);
		}

		case 's': {
			return menu.isBusy ? [model, none] : showSessions(model);
		}

		case 'return': {
			return menu.isBusy
				? [model, none]
				: [{...model, menu: {...menu, isBusy: true}}, [{type: 'open-session', session: menu.items[menu.index]?.session ?? 'new'}]];
		}

		default: {
			return [model, none];
		}
	}
};
