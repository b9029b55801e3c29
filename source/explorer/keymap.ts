/**
The keys, as data: the help overlay, the hints and the README's table are made from this table. A key is named as `keys.ts` names it; two in a row (`g g`) are pressed one after the other.
*/

export type Action =
	| 'move-down' | 'move-up' | 'collapse' | 'expand' | 'toggle'
	| 'top' | 'bottom' | 'half-page-down' | 'half-page-up' | 'page-down' | 'page-up'
	| 'mark' | 'range' | 'mark-all' | 'invert-marks' | 'clear-marks'
	| 'toggle-hidden' | 'reload'
	| 'preview-down' | 'preview-up' | 'toggle-preview' | 'switch-pane'
	| 'export' | 'zip'
	| 'show-sweep'
	| 'help' | 'back' | 'quit' | 'interrupt' | 'suspend';

export type Binding = {
	readonly keys: readonly string[];
	readonly action: Action;
	readonly help: string;
	readonly group: 'Move' | 'Look' | 'Mark' | 'Take home' | 'Program';
	/** A word for the hints at the foot of the screen, the most useful first; absent: only in the help. */
	readonly hint?: string;
};

export const keymap: readonly Binding[] = [
	{
		keys: ['j', 'down'], action: 'move-down', help: 'next row', group: 'Move',
	},
	{
		keys: ['k', 'up'], action: 'move-up', help: 'previous row', group: 'Move',
	},
	{
		keys: ['h', 'left'], action: 'collapse', help: 'close the folder, or go to the one around', group: 'Move',
	},
	{
		keys: ['l', 'right'], action: 'expand', help: 'open the folder; on a file nothing', group: 'Move',
	},
	{
		keys: ['return'], action: 'toggle', help: 'open or close a folder; preview a file in full', group: 'Move', hint: 'open',
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
		keys: ['space'], action: 'mark', help: 'mark or unmark, and go on', group: 'Mark', hint: 'mark',
	},
	{
		keys: ['v'], action: 'range', help: 'mark a range: start it, move, end it', group: 'Mark',
	},
	{
		keys: ['a'], action: 'mark-all', help: 'mark all of this folder', group: 'Mark',
	},
	{
		keys: ['A'], action: 'invert-marks', help: 'invert the marks of this folder', group: 'Mark',
	},
	{
		keys: ['u'], action: 'clear-marks', help: 'unmark all, everywhere', group: 'Mark',
	},
	{
		keys: ['x'], action: 'export', help: 'export the focused file, or the marked ones', group: 'Take home', hint: 'export',
	},
	{
		keys: ['z'], action: 'zip', help: 'export the focused or marked ones as one ZIP', group: 'Take home', hint: 'zip',
	},
	{
		keys: ['J'], action: 'preview-down', help: 'scroll the preview down', group: 'Look',
	},
	{
		keys: ['K'], action: 'preview-up', help: 'scroll the preview up', group: 'Look',
	},
	{
		keys: ['P'], action: 'toggle-preview', help: 'show or hide the preview', group: 'Look',
	},
	{
		keys: ['tab'], action: 'switch-pane', help: 'move in the preview, or in the tree again', group: 'Look',
	},
	{
		keys: ['.'], action: 'toggle-hidden', help: 'show or hide hidden files', group: 'Look',
	},
	{
		keys: ['R'], action: 'reload', help: 'read the open folders again', group: 'Look',
	},
	{
		keys: ['S'], action: 'show-sweep', help: 'what the last sweep removed and kept, and why', group: 'Program',
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

const byKey = new Map(keymap.flatMap(({keys, action}) => keys.map(key => [key, action] as const)));
const beginnings = new Set(keymap.flatMap(({keys}) => keys.filter(key => key.includes(' ')).map(key => key.split(' ', 1)[0]!)));

export type Lookup =
	| {readonly action: Action}
	/** The beginning of a sequence: wait for the next key. */
	| {readonly pending: string}
	| undefined;

/**
What a key does.

@param pending - the beginning of a sequence that was pressed before, or `''`
*/
export const lookUp = (pending: string, key: string): Lookup => {
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

/** The table of the README, in Markdown. */
export const keymapMarkdown = (): string => [
	'| keys | action |',
	'|---|---|',
	...keymap.map(binding => `| ${binding.keys.map(key => `\`${keyLabel(key)}\``).join(' ')} | ${binding.help} |`),
].join('\n');
