/**
The keys, as data: the help overlay, the hints and the README's table are made from this table. A key is named as `keys.ts` names it; two in a row (`g g`) are pressed one after the other.
*/

import type {SortKey} from './model.js';
import type {SortBy} from './sort.js';

/** What is done in the tree, or anywhere. */
export type BrowseAction =
	| 'move-down' | 'move-up' | 'collapse' | 'expand' | 'toggle'
	| 'top' | 'bottom' | 'half-page-down' | 'half-page-up' | 'page-down' | 'page-up'
	| 'mark' | 'range' | 'mark-all' | 'invert-marks' | 'clear-marks'
	| 'toggle-hidden' | 'reload'
	| 'preview-down' | 'preview-up' | 'toggle-preview' | 'switch-pane'
	| 'export' | 'zip'
	| 'show-sweep' | 'show-sessions' | 'keep-open' | 'show-commands'
	| 'filter' | 'find' | 'find-next' | 'find-previous'
	| `sort ${SortBy}${'' | ' reversed'}`
	| 'remove' | 'copy-path' | 'copy-name' | 'copy-download' | 'edit' | 'page'
	| 'help' | 'back' | 'quit' | 'interrupt' | 'suspend';

/** What is done in the list of sessions. */
export type SessionsAction =
	| 'resume' | 'look-into' | 'new-session' | 'keep-or-lift' | 'end' | 'relabel' | 'try-sweep' | 'filter-sessions'
	| `sort-sessions ${SortKey}${'' | ' reversed'}`;

export type Action = BrowseAction | SessionsAction;

/** Where a key has its meaning: in the tree, or in the list of sessions. */
export type Place = 'browse' | 'sessions';

export type Binding = {
	readonly keys: readonly string[];
	readonly action: Action;
	readonly help: string;
	readonly group: 'Move' | 'Find' | 'Look' | 'Sort' | 'Mark' | 'Take home' | 'Program' | 'Sessions' | 'Sort sessions';
	/** The one place where it has its meaning; absent: everywhere. */
	readonly only?: Place;
	/** A word for the hints at the foot of the screen, the most useful first; absent: only in the help. */
	readonly hint?: string;
};

const sorts: ReadonlyArray<readonly [key: string, by: SortKey, help: string, reversed: string]> = [
	['n', 'name', 'by name', 'by name, backwards'],
	['s', 'size', 'by size, the largest first', 'by size, the smallest first'],
	['m', 'activity', 'by last activity, the latest first', 'by last activity, the oldest first'],
	['t', 'left', 'by time left, the shortest first', 'by time left, the longest first'],
];

const orders: ReadonlyArray<readonly [key: string, by: SortBy, help: string, reversed: string]> = [
	['n', 'name', 'by name', 'by name, backwards'],
	['s', 'size', 'by size, the largest first', 'by size, the smallest first'],
	['m', 'time', 'by time, the newest first', 'by time, the oldest first'],
	['e', 'extension', 'by extension', 'by extension, backwards'],
];

export const keymap: readonly Binding[] = [
	{
		keys: ['j', 'down'], action: 'move-down', help: 'next row', group: 'Move',
	},
	{
		keys: ['k', 'up'], action: 'move-up', help: 'previous row', group: 'Move',
	},
	{
		keys: ['h', 'left'], action: 'collapse', help: 'close the folder, or go to the one around', group: 'Move', only: 'browse',
	},
	{
		keys: ['l', 'right'], action: 'expand', help: 'open the folder; on a file nothing', group: 'Move', only: 'browse',
	},
	{
		keys: ['return'], action: 'toggle', help: 'open or close a folder; preview a file in full', group: 'Move', only: 'browse', hint: 'open',
	},
	{
		keys: ['g g', 'home'], action: 'top', help: 'first row', group: 'Move',
	},
	{
		keys: ['G', 'end'], action: 'bottom', help: 'last row', group: 'Move',
	},
	{
		keys: ['ctrl+d'], action: 'half-page-down', help: 'half a page down', group: 'Move',
	},
	{
		keys: ['ctrl+u'], action: 'half-page-up', help: 'half a page up', group: 'Move',
	},
	{
		keys: ['pagedown'], action: 'page-down', help: 'a page down', group: 'Move',
	},
	{
		keys: ['pageup'], action: 'page-up', help: 'a page up', group: 'Move',
	},
	{
		keys: ['space'], action: 'mark', help: 'mark or unmark, and go on', group: 'Mark', only: 'browse', hint: 'mark',
	},
	{
		keys: ['v'], action: 'range', help: 'mark a range: start it, move, end it', group: 'Mark', only: 'browse',
	},
	{
		keys: ['a'], action: 'mark-all', help: 'mark all of this folder', group: 'Mark', only: 'browse',
	},
	{
		keys: ['A'], action: 'invert-marks', help: 'invert the marks of this folder', group: 'Mark', only: 'browse',
	},
	{
		keys: ['u'], action: 'clear-marks', help: 'unmark all, everywhere', group: 'Mark', only: 'browse',
	},
	{
		keys: ['x'], action: 'export', help: 'export the focused file, or the marked ones', group: 'Take home', only: 'browse', hint: 'export',
	},
	{
		keys: ['z'], action: 'zip', help: 'export the focused or marked ones as one ZIP', group: 'Take home', only: 'browse', hint: 'zip',
	},
	{
		keys: ['f'], action: 'filter', help: 'fuzzy filter over the whole session', group: 'Find', only: 'browse', hint: 'filter',
	},
	{
		keys: ['/'], action: 'find', help: 'find among the rows', group: 'Find', only: 'browse',
	},
	{
		keys: ['n'], action: 'find-next', help: 'the next that was found', group: 'Find', only: 'browse',
	},
	{
		keys: ['N'], action: 'find-previous', help: 'the one before', group: 'Find', only: 'browse',
	},
	{
		keys: ['J'], action: 'preview-down', help: 'scroll the preview down', group: 'Look', only: 'browse',
	},
	{
		keys: ['K'], action: 'preview-up', help: 'scroll the preview up', group: 'Look', only: 'browse',
	},
	{
		keys: ['P'], action: 'toggle-preview', help: 'show or hide the preview', group: 'Look', only: 'browse',
	},
	{
		keys: ['tab'], action: 'switch-pane', help: 'move in the preview, or in the tree again', group: 'Look', only: 'browse',
	},
	{
		keys: ['.'], action: 'toggle-hidden', help: 'show or hide hidden files', group: 'Look', only: 'browse',
	},
	{
		keys: ['R'], action: 'reload', help: 'read what is on screen again', group: 'Look',
	},
	...orders.flatMap(([key, by, help, reversed]): Binding[] => [
		{
			keys: [`, ${key}`], action: `sort ${by}`, help, group: 'Sort', only: 'browse',
		},
		{
			keys: [`, ${key.toUpperCase()}`], action: `sort ${by} reversed`, help: reversed, group: 'Sort', only: 'browse',
		},
	]),
	{
		keys: ['X'], action: 'remove', help: 'remove the focused or marked outputs; asks first', group: 'Take home', only: 'browse',
	},
	{
		keys: ['y p'], action: 'copy-path', help: 'copy the path', group: 'Take home', only: 'browse',
	},
	{
		keys: ['y n'], action: 'copy-name', help: 'copy the name', group: 'Take home', only: 'browse',
	},
	{
		keys: ['y c'], action: 'copy-download', help: 'copy a command that downloads it over SSH', group: 'Take home', only: 'browse',
	},
	{
		keys: ['e'], action: 'edit', help: 'open in $EDITOR', group: 'Look', only: 'browse',
	},
	{
		keys: ['i'], action: 'page', help: 'open in $PAGER', group: 'Look', only: 'browse',
	},
	{
		keys: ['m'], action: 'keep-open', help: 'keep this session from expiring, or lift that', group: 'Program', only: 'browse',
	},
	{
		keys: [':'], action: 'show-commands', help: 'commands: search, and run one', group: 'Program', only: 'browse',
	},
	{
		keys: ['S'], action: 'show-sweep', help: 'what the last sweep removed and kept, and why', group: 'Program', only: 'browse',
	},
	{
		keys: ['s'], action: 'show-sessions', help: 'all sessions', group: 'Program', only: 'browse', hint: 'sessions',
	},
	{
		keys: ['?'], action: 'help', help: 'this help', group: 'Program', hint: 'help',
	},
	{
		keys: ['escape'], action: 'back', help: 'back one layer', group: 'Program',
	},
	{
		keys: ['q'], action: 'quit', help: 'close the layer; quit', group: 'Program', hint: 'quit',
	},
	{
		keys: ['ctrl+c'], action: 'interrupt', help: 'cancel what runs, then quit', group: 'Program',
	},
	{
		keys: ['ctrl+z'], action: 'suspend', help: 'suspend; fg comes back', group: 'Program',
	},
	{
		keys: ['return'], action: 'resume', help: 'go on in this session', group: 'Sessions', only: 'sessions', hint: 'resume',
	},
	{
		keys: ['i'], action: 'look-into', help: 'look inside, and change nothing', group: 'Sessions', only: 'sessions', hint: 'look inside',
	},
	{
		keys: ['o'], action: 'new-session', help: 'start a new session', group: 'Sessions', only: 'sessions', hint: 'new',
	},
	{
		keys: ['m'], action: 'keep-or-lift', help: 'keep it from expiring, or lift that', group: 'Sessions', only: 'sessions', hint: 'keep',
	},
	{
		keys: ['d'], action: 'end', help: 'end it: remove it now, with all that it holds', group: 'Sessions', only: 'sessions', hint: 'end',
	},
	{
		keys: ['r'], action: 'relabel', help: 'give it another label', group: 'Sessions', only: 'sessions',
	},
	{
		keys: ['S'], action: 'try-sweep', help: 'sweep: say what would be removed, then ask', group: 'Sessions', only: 'sessions',
	},
	{
		keys: ['f', '/'], action: 'filter-sessions', help: 'filter by label, id, owner or state', group: 'Sessions', only: 'sessions', hint: 'filter',
	},
	...sorts.flatMap(([key, by, help, reversed]): Binding[] => [
		{
			keys: [`, ${key}`], action: `sort-sessions ${by}`, help, group: 'Sort sessions', only: 'sessions',
		},
		{
			keys: [`, ${key.toUpperCase()}`], action: `sort-sessions ${by} reversed`, help: reversed, group: 'Sort sessions', only: 'sessions',
		},
	]),
];

const names: Readonly<Record<string, string>> = {
	down: '↓',
	up: '↑',
	left: '←',
	right: '→',
	return: 'Return',
	space: 'Space',
	escape: 'Esc',
	tab: 'Tab',
	home: 'Home',
	end: 'End',
	pagedown: 'PgDn',
	pageup: 'PgUp',
};

/** A key as people call it: `Ctrl+D`, `PgDn`, `gg`. */
export const keyLabel = (key: string): string => {
	if (key.startsWith('ctrl+')) {
		return `Ctrl+${key.slice(5).toUpperCase()}`;
	}

	return key.includes(' ') ? key.replaceAll(' ', '') : names[key] ?? key;
};

export const keyLabels = ({keys}: Binding): string => keys.map(key => keyLabel(key)).join(' ');

/** The keys that have a meaning in a place. */
export const keymapOf = (place: Place): readonly Binding[] => keymap.filter(({only}) => only === undefined || only === place);

const tableFor = (place: Place): {readonly byKey: ReadonlyMap<string, Action>; readonly beginnings: ReadonlySet<string>} => {
	const bindings = keymapOf(place);
	return {
		byKey: new Map(bindings.flatMap(({keys, action}) => keys.map(key => [key, action] as const))),
		beginnings: new Set(bindings.flatMap(({keys}) => keys.filter(key => key.includes(' ')).map(key => key.split(' ', 1)[0]!))),
	};
};

const tables: Readonly<Record<Place, ReturnType<typeof tableFor>>> = {browse: tableFor('browse'), sessions: tableFor('sessions')};

export type Lookup =
	| {readonly action: Action}
	/** The beginning of a sequence: wait for the next key. */
	| {readonly pending: string}
	| undefined;

/**
What a key does.

@param pending - the beginning of a sequence that was pressed before, or `''`
*/
export const lookUp = (pending: string, key: string, place: Place = 'browse'): Lookup => {
	const {byKey, beginnings} = tables[place];
	const sequence = pending === '' ? undefined : byKey.get(`${pending} ${key}`);
	if (sequence !== undefined) {
		return {action: sequence};
	}

	if (beginnings.has(key)) {
		return {pending: key};
	}

	const action = byKey.get(key);
	return action === undefined ? undefined : {action};
};

/** The keys that the help tells of, those of a place first. */
export const helpBindings = (place: Place): readonly Binding[] => place === 'browse'
	? keymapOf('browse')
	: [...keymap.filter(({only}) => only === 'sessions'), ...keymap.filter(({only}) => only === undefined)];

const markdownTable = (bindings: readonly Binding[]): string => [
	'| keys | action |',
	'|---|---|',
	...bindings.map(binding => `| ${binding.keys.map(key => `\`${keyLabel(key)}\``).join(' ')} | ${binding.help} |`),
].join('\n');

/** The tables of the README, in Markdown. */
export const keymapMarkdown = (): string => [
	markdownTable(keymapOf('browse')),
	'In the list of sessions (`s`) the keys for moving and of the program are the same, and:',
	markdownTable(keymap.filter(({only}) => only === 'sessions')),
].join('\n\n');
