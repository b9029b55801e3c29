import type {Assessment} from '../outputs/assess.js';
import type {Facts, Space} from '../outputs/outputs.js';
import type {Session} from '../outputs/read-session.js';
import {expiryOf} from '../session/expiry.js';
import type {KeepUntil} from '../session/keep.js';
import type {SweepReport} from '../outputs/sweep.js';
import type {Preview} from '../preview/shapes.js';
import type {Keymap, Place} from './keymap.js';
import type {Terminal, Transfer} from './terminal-facts.js';
import type {Tree} from './tree.js';

/** A load of something: what the screen shows while it runs and after. */
export type Load<T> =
	| {readonly state: 'idle'}
	| {readonly state: 'loading'}
	| {readonly state: 'ready'; readonly value: T}
	| {readonly state: 'failed'; readonly problem: string};

/** A session that can be resumed. */
export type MenuItem = {
	readonly session: Session;
	readonly isCurrent: boolean;
	/** Milliseconds since 1970 of the newest sign of life that is known. */
	readonly lastActiveAt: number;
	/** Absent until counted. */
	readonly files?: number;
	readonly bytes?: number;
};

export type Menu = {
	readonly items: readonly MenuItem[];
	/** 0 to `items.length`: the last row starts a new session. */
	readonly index: number;
	/** Whether the choice is being carried out. */
	readonly isBusy: boolean;
	/** Told above the list: the remembered session that has expired. */
	readonly remark?: string;
};

export type OpenSession = {
	readonly id: string;
	readonly label?: string;
	/** Whether it is only looked at: nothing in it is ever written, not even that it is used. So is what belongs to somebody else. */
	readonly isReadOnly: boolean;
	/** Whose it is, if it is somebody else's. */
	readonly owner?: string;
	/** Whether it is broken: it never expires. */
	readonly isBroken?: boolean;
	/** Whether its directory was removed or renamed while it was open. */
	readonly isGone?: boolean;
	/** What counts for it, if that is not what counts for the user's own. */
	readonly timeoutHours?: number;
	/** Milliseconds since 1970. */
	readonly lastActiveAt: number;
	readonly keepUntil?: KeepUntil;
};

/** A session in the list of all that the user may see. */
export type SessionRow = {
	readonly session: Session;
	readonly isOwn: boolean;
	/** Its owner's name, or the number where the system knows none. */
	readonly owner: string;
	readonly isHeld: boolean;
	/** Hours without activity after which it expires. */
	readonly maxAgeHours: number;
	/** What a walk through it has found; absent until then. */
	readonly found?: Pick<Assessment, 'evidence' | 'doubt' | 'files' | 'bytes'>;
};

export type SortKey = 'name' | 'size' | 'activity' | 'left';

/** The list of sessions. It stays when its screen is closed, and is there at once when that is opened again. */
export type Sessions = {
	readonly load: {readonly state: 'loading' | 'ready'} | {readonly state: 'failed'; readonly problem: string};
	/** By their ids; which of them are shown, and in which order, is derived. */
	readonly rows: ReadonlyMap<string, SessionRow>;
	/** `id` is `''` until it is first moved: it stays at the top. */
	readonly cursor: {readonly id: string; readonly index: number};
	readonly scroll: number;
	readonly sort: {readonly by: SortKey; readonly isReversed: boolean};
	readonly filter: string;
	/** The reading that the rows come from. */
	readonly ticket: number;
	/** Whether one is being opened. */
	readonly isBusy: boolean;
	readonly space?: Space | undefined;
};

export type Totals = {readonly files: number; readonly bytes: number};

/** What a ZIP takes, in bytes: by names and sizes alone, and what it takes whatever the contents are. */
export type ZipSize = {readonly estimate: number; readonly least: number};

/** Where an export would go. Both are printable. */
export type DestinationLook = {
	readonly directory: string;
	/** What it will be called there, if it is one file. */
	readonly name?: string;
	/** Bytes that can still be written there; Infinity where that is not known. */
	readonly free: number;
};

/** A dialog that stands before the tree. What it acts on was frozen when it opened. */
export type Layer =
	/** `place`: whose keys come first. */
	| {readonly type: 'help'; readonly scroll: number; readonly place: Place}
	| {
		readonly type: 'prompt';
		readonly isZip: boolean;
		/** Frozen, as the paths in it: another may be open when it is answered. */
		readonly session: OpenSession | undefined;
		/** Frozen. */
		readonly paths: readonly string[];
		readonly totals: Load<Totals>;
		/** The measuring that `totals` waits for. */
		readonly ticket: number;
		readonly text: string;
		/** Code units before the text cursor. */
		readonly caret: number;
		readonly problem?: string;
		/** The ended task that this is another attempt at. */
		readonly again?: number;
		/** What a ZIP of it will take, in bytes; absent until it is known. */
		readonly size?: ZipSize;
		/** What is there; answered when typing rests. */
		readonly look: {readonly ticket: number; readonly load: Load<DestinationLook>};
		/** The folders that the last name in the text may become, after Tab; `isCut`: there are more. */
		readonly candidates?: {readonly names: readonly string[]; readonly isCut: boolean};
		/** Whether it was said that there may be too little space. */
		readonly isWarned?: boolean;
	}
	| {readonly type: 'confirm-quit'}
	/** The screen of tasks, before everything else. */
	| {readonly type: 'tasks'}
	/** What the session is being filtered by. */
	| {readonly type: 'fuzzy'; readonly text: string; readonly caret: number}
	/** What is being looked for among the rows; `from`: where that began. */
	| {readonly type: 'find'; readonly text: string; readonly caret: number; readonly from: Model['cursor']}
	/** The commands, as far as they match. */
	| {readonly type: 'commands'; readonly text: string; readonly caret: number; readonly index: number}
	/** Outputs are to be removed: frozen. */
	| {readonly type: 'remove'; readonly session: string; readonly paths: readonly string[]; readonly totals: Load<Totals>; readonly ticket: number; readonly again?: number}
	/** Files are to be sent through the terminal: frozen. */
	| {readonly type: 'send'; readonly transfer: Transfer; readonly session: OpenSession | undefined; readonly paths: readonly string[]; readonly totals: Load<Totals>; readonly ticket: number; readonly again?: number}
	/** The screen of sessions, before everything else. */
	| {readonly type: 'sessions'}
	/** What the list of sessions is being filtered by. */
	| {readonly type: 'filter'; readonly text: string; readonly caret: number}
	/** How long a session is to be kept. */
	| {readonly type: 'keep'; readonly row: SessionRow; readonly text: string; readonly caret: number; readonly problem?: string}
	| {readonly type: 'relabel'; readonly row: SessionRow; readonly text: string; readonly caret: number; readonly problem?: string}
	/** A session is to be removed: frozen. `isTyped`: the answer is a word, not a key. */
	| {
		readonly type: 'end';
		readonly row: SessionRow;
		readonly totals: Load<Totals>;
		/** The counting that `totals` waits for. */
		readonly ticket: number;
		readonly isKept: boolean;
		readonly isTyped: boolean;
		readonly text: string;
		readonly caret: number;
		readonly problem?: string;
	}
	/** What a sweep would do. */
	| {readonly type: 'try-sweep'; readonly report: Load<SweepReport>; readonly ticket: number; readonly scroll: number}
	/** `isOfSweep`: it waits for a sweep that is still at work. */
	| {readonly type: 'report'; readonly title: string; readonly lines: readonly string[]; readonly scroll: number; readonly isOfSweep?: true}
	/** The focused file in full. */
	| {readonly type: 'full-preview'};

export type ExportRequest = {readonly type: 'export'; readonly isZip: boolean; readonly session: OpenSession | undefined; readonly paths: readonly string[]; readonly to: string; readonly totalBytes?: number};

/** What a task is to do: frozen, and enough to ask for it again. */
export type TaskRequest =
	| ExportRequest
	/** `session`: the id of the one that the dialog was about: by now another may be open. */
	| {readonly type: 'remove'; readonly session: string; readonly paths: readonly string[]}
	| {readonly type: 'send'; readonly transfer: Transfer; readonly session: OpenSession | undefined; readonly paths: readonly string[]; readonly totalBytes?: number};

export type Task = {
	readonly id: number;
	/** Of an export and of what is sent, `bytes` and `totalBytes` count bytes; of a removal, outputs. */
	readonly request: TaskRequest;
	/** When its first progress was told, in milliseconds since 1970; absent while it waits. */
	readonly startedAt?: number;
	readonly updatedAt?: number;
	readonly bytes: number;
	readonly totalBytes?: number | undefined;
	/** The path that it is at, relative to the session. */
	readonly current?: string | undefined;
	/** Whether what was written is being read back: `bytes` are those of the archive then. */
	readonly isChecking?: boolean | undefined;
	readonly isCancelling: boolean;
};

/** A task that has ended, as the list of tasks tells of it. */
export type EndedTask = {
	readonly id: number;
	/** Of a removal only what is still there. */
	readonly request: TaskRequest;
	/** `part`: something of it was left out. */
	readonly end: 'done' | 'part' | 'failed' | 'cancelled';
	readonly text: string;
	readonly problems: readonly string[];
	/** Milliseconds since 1970. */
	readonly at: number;
};

export type Notice = {
	readonly text: string;
	readonly kind: 'info' | 'success' | 'problem';
};

/** What one comes back to from a session that one only looks into. */
export type Behind = Pick<Model, 'menu' | 'session' | 'tree' | 'cursor' | 'scroll' | 'facts' | 'folderTotals' | 'marks' | 'preview' | 'pane'>;

export type Model = {
	readonly size: {readonly columns: number; readonly rows: number};
	/** Milliseconds since 1970, of the last tick. */
	readonly now: number;
	/** What the terminal can do beyond text, as far as is known. */
	readonly terminal: Terminal;
	readonly timeoutHours: number;
	/** Present while a session is chosen. */
	readonly menu?: Menu | undefined;
	/** Absent while the menu is open. */
	readonly session?: OpenSession | undefined;
	/** Present while one looks into another session. */
	readonly behind?: Behind | undefined;
	/** Whether every owner's sessions are listed that the system lets the user read. */
	readonly isAll: boolean;
	/** Absent until it is first asked for. */
	readonly sessions?: Sessions | undefined;
	/** What the folders of older deployments hold. */
	readonly legacy: Load<Totals & {readonly isCut: boolean}>;
	readonly tree: Tree;
	/** Present while the whole session is filtered; `isComplete`: whether all of it has been looked through. */
	readonly filter?: {readonly text: string; readonly ticket: number; readonly total: number; readonly isComplete: boolean} | undefined;
	/** What was looked for last among the rows. */
	readonly sought: string;
	/** Where the cursor goes as soon as that is visible. */
	readonly goal?: string | undefined;
	/** The path that has the focus, and the row that it was on last. */
	readonly cursor: {readonly path: string; readonly index: number};
	readonly scroll: number;
	/** Why folders on screen are polled instead of watched, in a word or two; absent if none is. */
	readonly polling?: string | undefined;
	/** What is known of entries, by path: asked for when they are on screen. */
	readonly facts: ReadonlyMap<string, Facts>;
	/** What folders hold with all that is below them, by path: counted in the background when they are on screen. `isStale`: something in it has changed since. */
	readonly folderTotals: ReadonlyMap<string, Totals & {readonly isStale: boolean}>;
	readonly marks: ReadonlySet<string>;
	readonly markTotals: Load<Totals>;
	/** The measuring that `markTotals` waits for. */
	readonly markTicket: number;
	/** Where a range starts, while one is being marked. */
	readonly rangeFrom?: string | undefined;
	readonly preview: {readonly path: string; readonly load: Load<Preview>; readonly scroll: number};
	readonly showsPreview: boolean;
	readonly pane: 'tree' | 'preview';
	/** The top one is the last. */
	readonly layers: readonly Layer[];
	/** The keys that are in force. */
	readonly keymap: Keymap;
	readonly pendingKey: string;
	/** The last click, as long as a second one may follow; `id`: what it has chosen. `at` is in milliseconds of any clock. */
	readonly click?: {readonly at: number; readonly row: number; readonly column: number; readonly id: string} | undefined;
	/** Those that run or wait, in the order in which they were asked for. */
	readonly tasks: readonly Task[];
	/** Those that have ended, the last one last. */
	readonly ended: readonly EndedTask[];
	/** Where the list of tasks stands; `id` is 0 until it is first moved: it stays at the top. */
	readonly taskCursor: {readonly id: number; readonly index: number; readonly scroll: number};
	readonly notice?: Notice | undefined;
	readonly sweep: Load<SweepReport>;
	/** Last time that the marker was written, in milliseconds since 1970. */
	readonly touchedAt: number;
	/** Last time that a key was pressed, in milliseconds since 1970. */
	readonly pressedAt: number;
	/** Whether the open session, and what is looked into, is held against the sweep. */
	readonly isHeld: boolean;
	readonly exportTo: string;
	/** The newest ticket given to a load. */
	readonly ticket: number;
	/** Set when the program is to end. */
	readonly exitCode?: number | undefined;
};

export const topLayer = (model: Model): Layer | undefined => model.layers.at(-1);

/** The session that one stays in, also while one looks into another: it is held, and keys are a sign of life in it. */
export const stayOf = ({behind, session}: Model): OpenSession | undefined => behind === undefined ? session : behind.session;

/** Changes the session that one stays in. */
export const withStay = (model: Model, change: (session: OpenSession) => OpenSession): Model => {
	const session = stayOf(model);
	if (session === undefined) {
		return model;
	}

	return model.behind === undefined ? {...model, session: change(session)} : {...model, behind: {...model.behind, session: change(session)}};
};

export const isInSessions = (model: Model): boolean => model.layers.some(({type}) => type === 'sessions');

export const isInTasks = (model: Model): boolean => model.layers.some(({type}) => type === 'tasks');

/** Where keys have their meaning, beneath every dialog. */
export const placeOf = (model: Model): Place => isInTasks(model) ? 'tasks' : (isInSessions(model) ? 'sessions' : 'browse');

export const isFullPreview = (model: Model): boolean => topLayer(model)?.type === 'full-preview';

/** When the open session expires, in milliseconds since 1970; `undefined` if it is kept for good. */
export const expiresAt = ({session, timeoutHours}: Model): number | undefined => session === undefined
	? undefined
	: expiryOf({isBroken: session.isBroken ?? false, keep: session.keepUntil, lastActiveAt: session.lastActiveAt}, session.timeoutHours ?? timeoutHours);

/** What the next commands act on: the marked paths, or the focused one. */
export const targets = (model: Model): string[] => {
	if (model.marks.size > 0) {
		return [...model.marks];
	}

	return model.cursor.path.endsWith('/') ? [] : [model.cursor.path];
};
