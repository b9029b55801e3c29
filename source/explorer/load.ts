import type {Effect} from './messages.js';
import type {Model} from './model.js';
import {openFolders, withFolder} from './tree.js';
import type {Step} from './update.js';

/** Reads a folder, anew if it has been read: its old entries stay on screen until the answer comes. */
export const listFolder = (model: Model, path: string): Step => {
	const ticket = model.ticket + 1;
	const {entries = [], sorting} = model.tree.folders.get(path) ?? {};
	return [
		{
			...model,
			ticket,
			tree: withFolder(model.tree, path, {
				state: 'loading', entries, ticket, isOutdated: entries.length > 0, sorting,
			}),
		},
		[{type: 'list-folder', path, ticket}],
	];
};

/** Reads the folders that are open: all of them, or one and those below it. */
export const listOpenFolders = (model: Model, around?: string): Step => {
	let next = model;
	const effects: Effect[] = [];
	for (const path of openFolders(model.tree)) {
		if (around !== undefined && path !== around && !path.startsWith(`${around}/`)) {
			continue;
		}

		const [loading, more] = listFolder(next, path);
		next = loading;
		effects.push(...more);
	}

	return [next, effects];
};
