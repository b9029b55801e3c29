import {scrollPreview} from './move.js';
import {unmeasured} from './folder-totals.js';
import type {Effect} from './messages.js';
import {isFullPreview, type Model} from './model.js';
import {shownSessions} from './sessions.js';
import {needsFacts} from './sort.js';
import {nearestVisible, openFolders, rowsOf, withFolder} from './tree.js';
import type {Step} from './update.js';
import {taskRows} from './tasks.js';
import {layoutOf, scrollTo, sessionsHeight, tasksLayout} from './viewport.js';
import {settleWatching} from './watching.js';

/** Whatever follows from a change, whichever message made it: where the cursor and the list stand, and what the screen now needs to know. */
export const settle = (before: Model, model: Model): Step => {
	if (model === before) {
		return [model, []];
	}

	const [listed, effects] = settleSessions(before, settleTasks(before, model));
	if (listed.session === undefined) {
		const [unfollowed, watches] = settleWatching(before, listed);
		return [unfollowed, [...effects, ...watches]];
	}

	const [settled, more] = settleTree(before, listed);
	const [followed, watches] = settleWatching(before, settled);
	return [followed, [...effects, ...more, ...watches]];
};

/** The cursor in the list of sessions stays on its session, wherever that is by now; where it is gone, at its height. */
const settleSessions = (before: Model, model: Model): Step => {
	const {sessions, size} = model;
	if (sessions === undefined || (sessions === before.sessions && size === before.size && model.now === before.now)) {
		return [model, []];
	}

	const shown = shownSessions(sessions, model.now);
	const {id, index: hint} = sessions.cursor;
	// Until it is moved it stays at the top, whatever comes in there.
	const found = id === '' ? 0 : shown[hint]?.session.id === id ? hint : shown.findIndex(row => row.session.id === id);
	const index = found === -1 ? Math.max(0, Math.min(hint, shown.length - 1)) : found;
	const scroll = scrollTo(index, sessions.scroll, sessionsHeight(size.rows), shown.length);
	// Where nothing is shown, or the list is still being read, the session is waited for.
	const keeps = id === '' || (found === -1 && (shown.length === 0 || sessions.load.state === 'loading'));
	const cursor = {id: keeps ? id : shown[index]?.session.id ?? '', index};
	return cursor.id === id && index === hint && scroll === sessions.scroll ? [model, []] : [{...model, sessions: {...sessions, cursor, scroll}}, []];
};

/** The cursor in the list of tasks stays on its task; where that is gone, at its height. */
const settleTasks = (before: Model, model: Model): Model => {
	const {tasks, ended, taskCursor, size} = model;
	if (tasks === before.tasks && ended === before.ended && taskCursor === before.taskCursor && size === before.size) {
		return model;
	}

	const rows = taskRows(model);
	const found = taskCursor.id === 0 ? 0 : rows.findIndex(({id}) => id === taskCursor.id);
	const index = found === -1 ? Math.max(0, Math.min(taskCursor.index, rows.length - 1)) : found;
	const scroll = scrollTo(index, taskCursor.scroll, tasksLayout(size.rows).height, rows.length);
	const id = taskCursor.id === 0 ? 0 : rows[index]?.id ?? 0;
	return id === taskCursor.id && index === taskCursor.index && scroll === taskCursor.scroll ? model : {...model, taskCursor: {id, index, scroll}};
};

const settleTree = (before: Model, model: Model): Step => {
	const rows = rowsOf(model.tree);
	const reached = model.goal === undefined ? -1 : rows.findIndex(row => row.path === model.goal);
	const index = reached === -1 ? nearestVisible(rows, model.cursor.path, model.cursor.index) : reached;
	const {path} = (rows[index]!);
	const layout = layoutOf(model.size, {showsPreview: model.showsPreview, isFull: isFullPreview(model)});
	const scroll = layout.treeWidth === 0 ? model.scroll : scrollTo(index, model.scroll, layout.listHeight, rows.length);
	const effects: Effect[] = [];
	let next = reached === -1 ? model : {...model, goal: undefined};
	if (path !== model.cursor.path || index !== model.cursor.index || scroll !== model.scroll) {
		next = {...next, cursor: {path, index}, scroll};
	}

	if (next.marks !== before.marks && next.marks.size + before.marks.size > 0) {
		const markTicket = before.markTicket + 1;
		next = {...next, markTicket, markTotals: next.marks.size === 0 ? {state: 'idle'} : {state: 'loading'}};
		effects.push({type: 'measure-marks', ticket: markTicket, paths: [...next.marks]});
	}

	const unknown = rows.slice(scroll, scroll + layout.listHeight)
		.filter(row => row.type !== 'message' && row.path !== 'legacy' && !next.facts.has(row.path))
		.map(row => row.path);
	if (unknown.length > 0) {
		effects.push({type: 'read-facts', paths: unknown});
	}

	// A folder that is read again may hold something else; what is counted meanwhile is no new wish.
	if (scroll !== before.scroll || next.tree !== before.tree || next.session !== before.session || next.size !== before.size) {
		const folders = unmeasured(rows.slice(scroll, scroll + layout.listHeight), next.folderTotals);
		if (folders.length > 0) {
			effects.push({type: 'measure-folders', paths: folders});
		}
	}

	if (needsFacts(next.tree.sort)) {
		for (const folder of openFolders(next.tree)) {
			const read = next.tree.folders.get(folder);
			if (read?.state === 'ready' && read.sorting?.ticket !== read.ticket) {
				// Sorted by what was known last until the answer comes.
				next = {...next, tree: withFolder(next.tree, folder, {...read, sorting: {ticket: read.ticket, facts: read.sorting?.facts ?? new Map()}})};
				effects.push({type: 'read-sort-facts', path: folder, ticket: read.ticket, names: read.entries.map(({name}) => name)});
			}
		}
	}

	if (layout.preview === undefined && next.pane === 'preview') {
		next = {...next, pane: 'tree'};
	}

	// In another width a text has other rows, and fewer of them may be left.
	next = scrollPreview(next, 0);

	// The old preview stays until the new one is there: keys that follow each other do not make it flicker.
	const isPreviewWanted = layout.preview !== undefined;
	const wasPreviewWanted = before.session !== undefined && layoutOf(before.size, {showsPreview: before.showsPreview, isFull: isFullPreview(before)}).preview !== undefined;
	if (isPreviewWanted && (!wasPreviewWanted || path !== before.cursor.path || next.session?.id !== before.session?.id)) {
		if (path.endsWith('/')) {
			next = {...next, preview: {path, load: {state: 'idle'}, scroll: 0}};
		}

		effects.push({type: 'read-preview', path});
	}

	return [next, effects];
};
