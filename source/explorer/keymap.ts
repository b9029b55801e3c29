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
	| 'export' | 'zip' | 'send'
	| 'show-sweep' | 'show-sessions' | 'show-tasks' | 'keep-open' | 'show-commands'
	| 'filter' | 'find' | 'find-next' | 'find-previous'
	| `sort ${SortBy}${'' | ' reversed'}`
	| 'remove' | 'copy-path' | 'copy-name' | 'copy-download' | 'edit' | 'page'
	| 'help' | 'back' | 'quit' | 'interrupt' | 'suspend';

/** What is done in the list of sessions. */
export type SessionsAction =
	| 'resume' | 'look-into' | 'new-session' | 'keep-or-lift' | 'end' | 'relabel' | 'try-sweep' | 'filter-sessions'
	| `sort-sessions ${SortKey}${'' | ' reversed'}`;

/** What is done in the list of tasks. */
export type TasksAction = 'cancel-task' | 'try-again' | 'show-task' | 'dismiss' | 'dismiss-all';

export type Action = BrowseAction | SessionsAction | TasksAction;

/** Where a key has its meaning: in the tree, in the list of sessions, or in that of tasks. */
export const places = ['browse', 'sessions', 'tasks'] as const;

export type Place = typeof places[number];

export type Binding = {
	readonly keys: readonly string[];
	readonly action: Action;
	readonly help: string;
	readonly group: 'Move' | 'Find' | 'Look' | 'Sort' | 'Mark' | 'Take home' | 'Program' | 'Sessions' | 'Sort sessions' | 'Tasks';
	/** The one place where it has its meaning; absent: everywhere. */
	readonly only?: Place;
	/** A word for the hints at the foot of the screen, the most useful first; absent: only in the help. */
	readonly hint?: string;
	/** A word for the choice that is shown between the two keys of a sequence; absent: it is not shown. */
	readonly choice?: string;
};

const sorts: ReadonlyArray<readonly [key: string, by: SortKey, help: string, reversed: string, choice: string]> = [
	['n', 'name', 'by name', 'by name, backwards', 'name'],
	['s', 'size', 'by size, the largest first', 'by size, the smallest first', 'size'],
	['m', 'activity', 'by last activity, the latest first', 'by last activity, the oldest first', 'activity'],
	['t', 'left', 'by time left, the shortest first', 'by time left, the longest first', 'time left'],
];

const orders: ReadonlyArray<readonly [key: string, by: SortBy, help: string, reversed: string, choice: string]> = [
	['n', 'name', 'by name', 'by name, backwards', 'name'],
	['s', 'size', 'by size, the largest first', 'by size, the smallest first', 'size'],
	['m', 'time', 'by time, the newest first', 'by time, the oldest first', 'time'],
	['e', 'extension', 'by extension', 'by extension, backwards', 'extension'],
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
		keys: ['D'], action: 'send', help: 'send the focused or marked files to your own machine', group: 'Take home', only: 'browse',
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
	...orders.flatMap(([key, by, help, reversed, choice]): Binding[] => [
		{
			keys: [`, ${key}`], action: `sort ${by}`, help, group: 'Sort', only: 'browse', choice,
		},
		{
			keys: [`, ${key.toUpperCase()}`], action: `sort ${by} reversed`, help: reversed, group: 'Sort', only: 'browse',
		},
	]),
	{
		keys: ['X'], action: 'remove', help: 'remove the focused or marked outputs; asks first', group: 'Take home', only: 'browse',
	},
	{
		keys: ['y p'], action: 'copy-path', help: 'copy the path', group: 'Take home', only: 'browse', choice: 'copy the path',
	},
	{
		keys: ['y n'], action: 'copy-name', help: 'copy the name', group: 'Take home', only: 'browse', choice: 'the name',
	},
	{
		keys: ['y c'], action: 'copy-download', help: 'copy a command that downloads it over SSH', group: 'Take home', only: 'browse', choice: 'a download command',
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
		keys: ['w'], action: 'show-tasks', help: 'tasks: what runs, what has failed', group: 'Program',
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
	...sorts.flatMap(([key, by, help, reversed, choice]): Binding[] => [
		{
			keys: [`, ${key}`], action: `sort-sessions ${by}`, help, group: 'Sort sessions', only: 'sessions', choice,
		},
		{
			keys: [`, ${key.toUpperCase()}`], action: `sort-sessions ${by} reversed`, help: reversed, group: 'Sort sessions', only: 'sessions',
		},
	]),
	{
		keys: ['return'], action: 'show-task', help: 'all that is known of it', group: 'Tasks', only: 'tasks', hint: 'more',
	},
	{
		keys: ['x'], action: 'cancel-task', help: 'cancel it', group: 'Tasks', only: 'tasks', hint: 'cancel',
	},
	{
		keys: ['r'], action: 'try-again', help: 'try again what has failed or was cancelled; asks first', group: 'Tasks', only: 'tasks', hint: 'try again',
	},
	{
		keys: ['d'], action: 'dismiss', help: 'take it off the list, when it has ended', group: 'Tasks', only: 'tasks', hint: 'dismiss',
	},
	{
		keys: ['D'], action: 'dismiss-all', help: 'take all off the list that have ended', group: 'Tasks', only: 'tasks',
	},
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

const oneLabel = (key: string): string => {
	const parts = key.split(/\+(?=.)/v);
	const name = parts.at(-1)!;
	const held = parts.slice(0, -1).map(part => `${part[0]!.toUpperCase()}${part.slice(1)}+`).join('');
	const label = names[name] ?? (/^f\d+$/v.test(name) ? name.toUpperCase() : name);
	return held + (held.includes('Ctrl') && label.length === 1 ? label.toUpperCase() : label);
};

/** A key as people call it: `Ctrl+D`, `PgDn`, `gg`. */
export const keyLabel = (key: string): string => {
	const labels = key.split(' ').map(one => oneLabel(one));
	return labels.join(labels.every(label => label.length === 1) ? '' : ' ');
};

export const keyLabels = ({keys}: Binding): string => keys.map(key => keyLabel(key)).join(' ');

type Table = {readonly byKey: ReadonlyMap<string, Action>; readonly beginnings: ReadonlySet<string>};

/** The keys that are in force, and what they do in each place. */
export type Keymap = {
	readonly bindings: readonly Binding[];
	readonly tables: Readonly<Record<Place, Table>>;
};

const isIn = (place: Place) => ({only}: Binding): boolean => only === undefined || only === place;

const tableOf = (bindings: readonly Binding[]): Table => ({
	byKey: new Map(bindings.flatMap(({keys, action}) => keys.map(key => [key, action] as const))),
	beginnings: new Set(bindings.flatMap(({keys}) => keys.filter(key => key.includes(' ')).map(key => key.split(' ', 1)[0]!))),
});

export const createKeymap = (bindings: readonly Binding[]): Keymap => ({
	bindings,
	tables: {browse: tableOf(bindings.filter(isIn('browse'))), sessions: tableOf(bindings.filter(isIn('sessions'))), tasks: tableOf(bindings.filter(isIn('tasks')))},
});

export const defaultKeymap = createKeymap(keymap);

/** The keys that have a meaning in a place. */
export const keymapOf = (place: Place, {bindings}: Pick<Keymap, 'bindings'> = defaultKeymap): readonly Binding[] => bindings.filter(isIn(place));

/** The first key of an action, as people call it; its name in the list of commands where it has none. */
export const labelOf = ({bindings}: Pick<Keymap, 'bindings'>, action: Action): string => {
	const binding = bindings.find(candidate => candidate.action === action)!;
	return binding.keys[0] === undefined ? `":${binding.help}"` : keyLabel(binding.keys[0]);
};

export type Lookup =
	| {readonly action: Action}
	/** The beginning of a sequence: wait for the next key. */
	| {readonly pending: string}
	| undefined;

/**
What a key does.

@param pending - the beginning of a sequence that was pressed before, or `''`
*/
export const lookUp = (pending: string, key: string, place: Place = 'browse', {tables} = defaultKeymap): Lookup => {
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
export const helpBindings = (place: Place, {bindings}: Pick<Keymap, 'bindings'> = defaultKeymap): readonly Binding[] => (place === 'browse'
	? keymapOf('browse', {bindings})
	: [...bindings.filter(({only}) => only === place), ...bindings.filter(({only}) => only === undefined)]).filter(({keys}) => keys.length > 0);

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
	'In the list of tasks (`w`) likewise:',
	markdownTable(keymap.filter(({only}) => only === 'tasks')),
].join('\n\n');
