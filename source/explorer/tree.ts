import type {Entry, EntryType} from '../outputs/outputs.js';
import {byName, orderEntries, type Sort, type SortFacts} from './sort.js';

/**
The tree: folders that have been read, and which of them are open. Paths are within the session (`single/a.png`), or below `legacy/`. It knows nothing of rendering, and its rows are derived, never stored.
*/
export type Tree = {
	readonly folders: ReadonlyMap<string, Folder>;
	readonly expanded: ReadonlySet<string>;
	readonly showsHidden: boolean;
	/** The folders at the top. */
	readonly roots: readonly string[];
	readonly sort: Sort;
	/** What a filter has found, best first: shown instead of the tree. */
	readonly found?: readonly Row[] | undefined;
};

export type Folder = {
	readonly state: 'loading' | 'ready' | 'failed';
	/** In the order of the screen. While loading, those of the last time or, the first time, those found so far. */
	readonly entries: readonly Entry[];
	/** Whether `entries` are those of the last time: they stay until the new ones are complete, or the cursor's row could be gone meanwhile. */
	readonly isOutdated?: boolean;
	/** Why it could not be read, as the end of a sentence. */
	readonly problem?: string;
	/** The load that the entries come from; answers of an older one are dropped. */
	readonly ticket: number;
	/** Sizes and times of the entries, where an order needs them: of the load `ticket`, or, while those are read, the last ones. */
	readonly sorting?: {readonly ticket: number; readonly facts: SortFacts} | undefined;
};

export type Row = {
	readonly path: string;
	/** The last name of the path; for a message row the message. */
	readonly name: string;
	readonly depth: number;
	readonly type: EntryType | 'message';
	readonly isExpanded: boolean;
	/** Code units of the name that a filter has matched. */
	readonly matched?: readonly number[];
};

export const emptyTree = (roots: readonly string[]): Tree => ({
	folders: new Map(),
	expanded: new Set(roots.filter(root => root !== 'legacy')),
	showsHidden: false,
	roots,
	sort: byName,
});

/** The folder around a path, `''` at the top. That of a message row is the folder that it tells of. */
export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** Told where all of a folder is hidden, with the key that shows it unless the user has another. */
export const onlyHidden = 'only hidden files: . shows them';

const isHidden = (name: string): boolean => name.startsWith('.');

/** What a folder shows of its entries, in their order. */
export const shownEntries = (tree: Tree, folder: Folder): readonly Entry[] => {
	const entries = orderEntries(folder.entries, tree.sort, folder.sorting?.facts);
	return tree.showsHidden ? entries : entries.filter(entry => !isHidden(entry.name));
};

const messageFor = (tree: Tree, folder: Folder | undefined, shown: readonly Entry[], path: string): string | undefined => {
	if (folder === undefined || (folder.state === 'loading' && shown.length === 0)) {
		return 'reading…';
	}

	if (folder.state === 'failed') {
		return `cannot be read: ${folder.problem ?? 'unknown'}`;
	}

	if (shown.length > 0) {
		return undefined;
	}

	if (folder.entries.length > 0) {
		return onlyHidden;
	}

	return tree.roots.includes(path) && path !== 'legacy'
		? `empty: sojourn add FILE${path === 'bulk' ? ' --bulk' : ''}`
		: 'empty';
};

const nothingFound: readonly Row[] = [{path: '/', name: 'nothing matches: Esc shows all', depth: 0, type: 'message', isExpanded: false}];

const flatten = (tree: Tree): readonly Row[] => {
	if (tree.found !== undefined) {
		return tree.found.length === 0 ? nothingFound : tree.found;
	}

	const rows: Row[] = [];
	// Our own stack: a tree may be deeper than the call stack.
	type Frame = {readonly prefix: string; readonly entries: readonly Entry[]; readonly depth: number; index: number};
	const frames: Frame[] = [];
	const enter = (path: string, depth: number): void => {
		const folder = tree.folders.get(path);
		const entries = folder === undefined ? [] : shownEntries(tree, folder);
		const message = messageFor(tree, folder, entries, path);
		if (message !== undefined) {
			rows.push({
				path: `${path}/`, name: message, depth, type: 'message', isExpanded: false,
			});
		}

		frames.push({
			prefix: `${path}/`, entries, depth, index: 0, // One string for all paths in it.
		});
	};

	for (const root of tree.roots) {
		const isExpanded = tree.expanded.has(root);
		rows.push({
			path: root, name: root, depth: 0, type: 'directory', isExpanded,
		});
		if (isExpanded) {
			enter(root, 1);
		}

		while (frames.length > 0) {
			const frame = frames.at(-1)!;
			const entry = frame.entries[frame.index++];
			if (entry === undefined) {
				frames.pop();
				continue;
			}

			const path = frame.prefix + entry.name;
			const isOpen = entry.type === 'directory' && tree.expanded.has(path);
			rows.push({
				path, name: entry.name, depth: frame.depth, type: entry.type, isExpanded: isOpen,
			});
			if (isOpen) {
				enter(path, frame.depth + 1);
			}
		}
	}

	return rows;
};

const cache = new WeakMap<Tree, readonly Row[]>();

/** The visible rows, derived once for each state of the tree. */
export const rowsOf = (tree: Tree): readonly Row[] => {
	let rows = cache.get(tree);
	if (rows === undefined) {
		rows = flatten(tree);
		cache.set(tree, rows);
	}

	return rows;
};

/** The index of a path among the rows. `hint` is where it was last, which mostly still holds. -1 if it is not visible. */
export const indexOfPath = (rows: readonly Row[], path: string, hint: number): number =>
	rows[hint]?.path === path ? hint : rows.findIndex(row => row.path === path);

/** The nearest path around or before that is visible, for a cursor whose row has gone. */
export const nearestVisible = (rows: readonly Row[], path: string, hint: number): number => {
	const exact = indexOfPath(rows, path, hint);
	if (exact !== -1) {
		return exact;
	}

	// A file that has gone: stay at the same height or a little above, but inside the same folder if it is still there.
	const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
	const beside = rows.slice(0, Math.max(0, hint + 1)).findLastIndex(row => row.path.startsWith(`${parent}/`));
	if (beside !== -1) {
		return beside;
	}

	for (let around = parent; around !== ''; around = around.slice(0, Math.max(0, around.lastIndexOf('/')))) {
		const index = indexOfPath(rows, around, -1);
		if (index !== -1) {
			return index;
		}
	}

	return Math.max(0, Math.min(hint, rows.length - 1));
};

/** Puts a folder's state in its place. */
export const withFolder = (tree: Tree, path: string, folder: Folder): Tree => {
	const next = {...tree, folders: new Map(tree.folders).set(path, folder)};
	const [before, rows] = [tree.folders.get(path), cache.get(tree)];
	if (rows !== undefined && before?.entries === folder.entries && before.state === folder.state && before.problem === folder.problem && before.sorting?.facts === folder.sorting?.facts) {
		cache.set(next, rows); // It looks as it did.
	}

	return next;
};

export const withExpanded = (tree: Tree, path: string, isExpanded: boolean): Tree => {
	const expanded = new Set(tree.expanded);
	if (isExpanded) {
		expanded.add(path);
	} else {
		expanded.delete(path);
	}

	return {...tree, expanded};
};

/** The folders whose entries are on screen: open ones below open ones. */
export const openFolders = (tree: Tree): string[] =>
	rowsOf(tree).filter(row => row.isExpanded).map(row => row.path);

/** The entries beside a path: what `a` and `A` are about. */
export const siblingsOf = (tree: Tree, path: string): string[] => {
	const end = path.lastIndexOf('/');
	if (end === -1) {
		// The legacy folders are no part of the session.
		return tree.roots.filter(root => (root === 'legacy') === (path === 'legacy'));
	}

	const parent = path.slice(0, end);
	const folder = tree.folders.get(parent);
	return folder === undefined ? [] : shownEntries(tree, folder).map(entry => `${parent}/${entry.name}`);
};
