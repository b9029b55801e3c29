import type {Facts} from '../outputs/outputs.js';
import type {Session} from '../outputs/read-session.js';
import type {KeepUntil} from '../session/keep.js';
import type {SweepReport} from '../outputs/sweep.js';
import type {Preview} from '../preview/preview.js';
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
	/** Whether it belongs to the user: only then is its marker ever written. */
	readonly isOwn: boolean;
	/** Milliseconds since 1970. */
	readonly lastActiveAt: number;
	readonly keepUntil?: KeepUntil;
};

export type Totals = {readonly files: number; readonly bytes: number};

/** A dialog that stands before the tree. What it acts on was frozen when it opened. */
export type Layer =
	| {readonly type: 'help'; readonly scroll: number}
	| {
		readonly type: 'prompt';
		readonly isZip: boolean;
		/** Frozen. */
		readonly paths: readonly string[];
		readonly totals: Load<Totals>;
		/** The measuring that `totals` waits for. */
		readonly ticket: number;
		readonly text: string;
		/** Code units before the text cursor. */
		readonly caret: number;
		readonly problem?: string;
	}
	| {readonly type: 'confirm-quit'}
	/** `isOfSweep`: it waits for a sweep that is still at work. */
	| {readonly type: 'report'; readonly title: string; readonly lines: readonly string[]; readonly scroll: number; readonly isOfSweep?: true}
	/** The focused file in full. */
	| {readonly type: 'full-preview'};

export type Task = {
	readonly id: number;
	readonly title: string;
	/** When its first progress was told, in milliseconds since 1970; absent until then. */
	readonly startedAt?: number;
	readonly updatedAt?: number;
	readonly bytes: number;
	readonly totalBytes?: number | undefined;
	readonly isCancelling: boolean;
};

export type Notice = {
	readonly text: string;
	readonly kind: 'info' | 'success' | 'problem';
};

export type Model = {
	readonly size: {readonly columns: number; readonly rows: number};
	/** Milliseconds since 1970, of the last tick. */
	readonly now: number;
	readonly timeoutHours: number;
	/** Present while a session is chosen. */
	readonly menu?: Menu | undefined;
	/** Absent while the menu is open. */
	readonly session?: OpenSession | undefined;
	readonly tree: Tree;
	/** The path that has the focus, and the row that it was on last. */
	readonly cursor: {readonly path: string; readonly index: number};
	readonly scroll: number;
	/** What is known of entries, by path: asked for when they are on screen. */
	readonly facts: ReadonlyMap<string, Facts>;
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
	readonly pendingKey: string;
	readonly tasks: readonly Task[];
	readonly notice?: Notice | undefined;
	readonly sweep: Load<SweepReport>;
	/** Last time that the marker was written, in milliseconds since 1970. */
	readonly touchedAt: number;
	/** Last time that a key was pressed, in milliseconds since 1970. */
	readonly pressedAt: number;
	/** Whether the open session is held against the sweep. */
	readonly isHeld: boolean;
	readonly exportTo: string;
	/** The newest ticket given to a load. */
	readonly ticket: number;
	/** Set when the program is to end. */
	readonly exitCode?: number | undefined;
};

export const topLayer = (model: Model): Layer | undefined => model.layers.at(-1);

export const isFullPreview = (model: Model): boolean => topLayer(model)?.type === 'full-preview';

const hour = 3_600_000;

/** When the open session expires, in milliseconds since 1970; `undefined` if it is kept for good. */
export const expiresAt = ({session, timeoutHours}: Model): number | undefined => session === undefined || session.keepUntil === 'forever' ? undefined : Math.max(session.lastActiveAt + (timeoutHours * hour), session.keepUntil ?? 0);

/** What the next commands act on: the marked paths, or the focused one. */
export const targets = (model: Model): string[] => {
	if (model.marks.size > 0) {
		return [...model.marks];
	}

	return model.cursor.path.endsWith('/') ? [] : [model.cursor.path];
};
