import type {Entry, Facts} from '../outputs/outputs.js';
import {withChanges} from './entries.js';
import {listOpenFolders} from './load.js';
import type {Effect, Message} from './messages.js';
import type {Model} from './model.js';
import {layout} from './move.js';
import {withNotice} from './outcomes.js';
import {withStale} from './folder-totals.js';
import {needsFacts} from './sort.js';
import {indexOfPath, parentOf, rowsOf, withFolder, type Folder, type Row, type Tree} from './tree.js';
import type {Step} from './update.js';
import {shownRows} from './watching.js';

/**
What the disk tells of changes, taken into the model so that the screen stands still: the cursor on its path, the first row on screen where it was.
*/

const none: readonly Effect[] = [];

/** Forgets what was read of folders that are gone: one of the same name that is made later is another. */
const withoutGone = (tree: Tree, path: string, entries: readonly Entry[]): Tree => {
	const below = [...tree.folders.keys()].filter(key => key.startsWith(`${path}/`));
	if (below.length === 0) {
		return tree;
	}

	const there = new Set(entries.filter(({type}) => type === 'directory').map(({name}) => name));
	const gone = below.filter(key => !there.has(key.slice(path.length + 1).split('/', 1)[0]!));
	if (gone.length === 0) {
		return tree;
	}

	const folders = new Map(tree.folders);
	for (const key of gone) {
		folders.delete(key);
	}

	return {...tree, folders};
};

/** The neighbour of a row that has gone: the next one in its folder that is left, else the one before. */
const neighbourOf = (old: readonly Row[], index: number, rows: readonly Row[]): string | undefined => {
	const parent = parentOf(old[index]!.path);
	const left = new Set(rows.map(({path}) => path));
	const isLeft = ({path}: Row): boolean => parentOf(path) === parent && left.has(path);
	return (old.slice(index + 1).find(row => isLeft(row)) ?? old.slice(0, index).findLast(row => isLeft(row)))?.path;
};

/** Lets the screen stand still while rows come and go. */
const keepPlace = (before: Model, next: Model): Model => {
	const old = rowsOf(before.tree);
	const rows = rowsOf(next.tree);
	const {path, index} = before.cursor;
	if (old === rows || old[index]?.path !== path) {
		return next;
	}

	let cursor = {path, index: indexOfPath(rows, path, index)};
	if (cursor.index === -1) {
		const neighbour = neighbourOf(old, index, rows);
		cursor = neighbour === undefined ? before.cursor : {path: neighbour, index: indexOfPath(rows, neighbour, index)};
	}

	const top = old[before.scroll];
	const moved = top === undefined ? -1 : indexOfPath(rows, top.path, before.scroll);
	const scroll = moved === -1 ? Math.max(0, before.scroll + cursor.index - index) : moved;
	return {...next, cursor, scroll};
};

const withEntries = (model: Model, path: string, folder: Folder): Model =>
	keepPlace(model, {...model, folderTotals: withStale(model.folderTotals, path), tree: withFolder(withoutGone(model.tree, path, folder.entries), path, folder)});

const isOther = (a: Facts, b: Facts): boolean =>
	a.type !== b.type || !Object.is(a.bytes, b.bytes) || !Object.is(a.modifiedAt, b.modifiedAt) || !Object.is(a.changedAt, b.changedAt);

/** Takes note of what entries are, and reads the preview again if the focused one is another than it was. */
export const withFacts = (model: Model, facts: ReadonlyMap<string, Facts>): Step => {
	const {path} = model.cursor;
	const [was, is] = [model.facts.get(path), facts.get(path)];
	const isStale = was !== undefined && is !== undefined && isOther(was, is) && layout(model).preview !== undefined;
	// What scrolled by long ago is asked for again when it comes back.
	const known = model.facts.size > 4000 ? [] : model.facts;
	return [{...model, facts: new Map([...known, ...facts])}, isStale ? [{type: 'read-preview', path, isRefresh: true}] : none];
};

/** What a folder holds, or as much of it as has been read. */
export const receiveListing = (model: Model, {path, ticket, entries, isComplete}: Extract<Message, {type: 'folder-listed'}>): Step => {
	const folder = model.tree.folders.get(path);
	if (folder?.ticket !== ticket || (!isComplete && folder.isOutdated)) {
		return [model, none];
	}

	const next = withEntries(model, path, {state: isComplete ? 'ready' : 'loading', entries, ticket, sorting: folder.sorting});
	// Its own time may have changed before it was followed.
	return [next, isComplete && next.facts.has(path) ? [{type: 'read-facts', paths: [path]}] : none];
};

export const receiveFailure = (model: Model, {path, ticket, problem}: Extract<Message, {type: 'folder-failed'}>): Model =>
	model.tree.folders.get(path)?.ticket === ticket
		? withEntries(model, path, {
			state: 'failed', entries: [], problem, ticket,
		})
		: model;

/** Anything in a folder may have changed: it is read again, and what is on screen of it looked at. Until the answers come it stays as it is. */
const rereadFolder = (model: Model, path: string): Step => {
	const folder = model.tree.folders.get(path);
	if (folder === undefined || !model.tree.expanded.has(path)) {
		return [model, none];
	}

	const ticket = model.ticket + 1;
	const tree = withFolder(model.tree, path, {...folder, ticket, isOutdated: folder.isOutdated === true || folder.state !== 'loading'});
	const isOfFolder = (other: string): boolean => other === path || parentOf(other) === path;
	const paths = shownRows(model).filter(row => row.type !== 'message' && row.path !== 'legacy' && isOfFolder(row.path)).map(row => row.path);
	const shown = new Set(paths);
	const facts = new Map([...model.facts].filter(([other]) => shown.has(other) || !isOfFolder(other)));
	return [{...model, ticket, tree, facts}, [
		{type: 'list-folder', path, ticket, known: folder.entries},
		...(paths.length === 0 ? [] : [{type: 'read-facts', paths} as const]),
	]];
};

/** Some entries of a folder have been looked at. */
const changeEntries = (model: Model, {path, found}: Extract<Message, {type: 'entries-changed'}>): Step => {
	const folder = model.tree.folders.get(path);
	// One that is being read for the first time is read to its end, and then looked at again.
	if (folder?.state !== 'ready') {
		return folder?.state === 'failed' ? rereadFolder(model, path) : [model, none];
	}

	const types = new Map([...found].map(([name, facts]) => [name, facts?.type]));
	const entries = withChanges(folder.entries, types);
	// An order by size or time goes by what is known now.
	const sorting = folder.sorting === undefined || !needsFacts(model.tree.sort) ? folder.sorting : {...folder.sorting, facts: new Map([...folder.sorting.facts, ...[...found].flatMap(([name, is]) => is === undefined ? [] : [[name, is] as const])])};
	const changed = entries === folder.entries && sorting === folder.sorting ? model : withEntries(model, path, {...folder, entries, sorting});
	const shown = new Set(shownRows(changed).map(row => row.path));
	const forgotten = new Set<string>();
	const facts = new Map<string, Facts>();
	for (const [name, is] of found) {
		const place = `${path}/${name}`;
		if (is !== undefined && (shown.has(place) || place === model.cursor.path || model.facts.has(place))) {
			facts.set(place, is);
		} else {
			forgotten.add(place);
		}
	}

	const [next, effects] = withFacts(changed, facts);
	// With its entries, the folder's own time has changed.
	const isShown = shown.has(path) && path !== 'legacy';
	if (!isShown) {
		forgotten.add(path);
	}

	const left = new Map([...next.facts].filter(([other]) => !forgotten.has(other)));
	return [{...next, facts: left}, isShown ? [...effects, {type: 'read-facts', paths: [path]}] : effects];
};

/** The directory of the open session has been looked for. */
const checkSession = (model: Model, {id, isThere}: Extract<Message, {type: 'session-checked'}>): Step => {
	const {session} = model;
	if (session?.id !== id || (session.isGone ?? false) !== isThere) {
		return [model, none];
	}

	return isThere
		? listOpenFolders(withNotice({...model, session: {...session, isGone: false}}, 'the session is there again', 'info'))
		: [withNotice({...model, session: {...session, isGone: true}}, 'the session is gone: its directory was removed or renamed', 'problem'), none];
};

/** Messages of what follows the disk. */
export const receiveChange = (model: Model, message: Extract<Message, {type: 'folder-changed' | 'entries-changed' | 'session-checked' | 'polling-changed'}>): Step => {
	switch (message.type) {
		case 'folder-changed': {
			return rereadFolder(model, message.path);
		}

		case 'entries-changed': {
			return changeEntries(model, message);
		}

		case 'session-checked': {
			return checkSession(model, message);
		}

		case 'polling-changed': {
			return model.polling === message.reason ? [model, none] : [{...model, polling: message.reason}, none];
		}
	}
};
