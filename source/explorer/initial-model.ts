import {defaultKeymap} from './keymap.js';
import type {Model} from './model.js';
import {emptyTree} from './tree.js';

/** What the explorer is told when it opens; all else begins empty. */
export type Opening = Pick<Model, 'size' | 'now' | 'timeoutHours' | 'exportTo' | 'menu' | 'notice'> & Partial<Pick<Model, 'sweep' | 'isAll' | 'keymap' | 'layers' | 'sessions'>> & {
	/** The folders at the top of the tree. */
	readonly roots: readonly string[];
};

/** The model before anything has happened. */
export const initialModel = ({roots, ...opening}: Opening): Model => ({
	terminal: {},
	tree: emptyTree(roots),
	cursor: {path: roots[0]!, index: 0},
	scroll: 0,
	facts: new Map(),
	folderTotals: new Map(),
	marks: new Set(),
	markTotals: {state: 'idle'},
	markTicket: 0,
	preview: {path: '', load: {state: 'idle'}, scroll: 0},
	showsPreview: true,
	pane: 'tree',
	layers: [],
	keymap: defaultKeymap,
	pendingKey: '',
	tasks: [],
	ended: [],
	taskCursor: {id: 0, index: 0, scroll: 0},
	sweep: {state: 'loading'},
	touchedAt: opening.now,
	pressedAt: opening.now,
	isHeld: false,
	sought: '',
	isAll: false,
	legacy: {state: 'idle'},
	ticket: 0,
	...opening,
});
