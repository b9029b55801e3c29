import {listFolder} from './load.js';
import type {Effect} from './messages.js';
import type {Model} from './model.js';
import {layout} from './move.js';
import {parentOf, rowsOf, type Row} from './tree.js';
import type {Step} from './update.js';

/**
Which folders are to be followed, so that what programs write appears by itself. Derived from the model, whichever way a folder came to be open.
*/

type Wanted = Omit<Extract<Effect, {type: 'watch-folders'}>, 'type'>;

const nothing: Wanted = {session: undefined, folders: [], shown: []};

const cache = new WeakMap<readonly Row[], readonly string[]>();

/** The folders whose entries are among the rows, from the top. */
const openAmong = (rows: readonly Row[]): readonly string[] => {
	let folders = cache.get(rows);
	if (folders === undefined) {
		folders = rows.filter(row => row.isExpanded).map(row => row.path);
		cache.set(rows, folders);
	}

	return folders;
};

/** The rows that are on screen. */
export const shownRows = (model: Model): readonly Row[] => rowsOf(model.tree).slice(model.scroll, model.scroll + layout(model).listHeight);

/** The open folders of which something is on screen. */
const shownFolders = (model: Model): string[] => {
	const shown = new Set<string>();
	for (const row of shownRows(model)) {
		if (row.isExpanded) {
			shown.add(row.path);
		}

		const parent = parentOf(row.path);
		if (parent !== '') {
			shown.add(parent);
		}
	}

	return [...shown];
};

/** What is to be followed while the model is as it is. */
export const wantedFolders = (model: Model): Wanted =>
	model.session === undefined ? nothing : {session: model.session.id, folders: openAmong(rowsOf(model.tree)), shown: shownFolders(model)};

const isSame = (a: readonly string[], b: readonly string[]): boolean => a === b || (a.length === b.length && a.every((path, index) => path === b[index]));

const hasMoved = (before: Model, model: Model): boolean =>
	before.session?.id !== model.session?.id || rowsOf(before.tree) !== rowsOf(model.tree) || before.scroll !== model.scroll
	|| before.size !== model.size || before.showsPreview !== model.showsPreview || before.layers !== model.layers;

/** Reads open folders that have never been read, such as one that was made anew, and says which are to be followed. */
export const settleWatching = (before: Model, model: Model): Step => {
	if (!hasMoved(before, model)) {
		return [model, []];
	}

	const wanted = wantedFolders(model);
	const had = wantedFolders(before);
	const effects: Effect[] = [];
	let next = model;
	if (wanted.folders !== had.folders) {
		for (const path of wanted.folders) {
			if (!next.tree.folders.has(path)) {
				const [listing, more] = listFolder(next, path);
				next = listing;
				effects.push(...more);
			}
		}
	}

	if (wanted.session !== had.session || !isSame(wanted.folders, had.folders) || !isSame(wanted.shown, had.shown)) {
		effects.push({type: 'watch-folders', ...wanted});
	}

	return [next, effects];
};
