import type {Entry, Facts} from '../outputs/outputs.js';
import type {SweepReport} from '../outputs/sweep.js';
import type {Preview} from '../preview/preview.js';
import type {
	Menu,
	MenuItem,
	OpenSession,
	Totals,
} from './model.js';

/** What has happened. Every answer carries the path or ticket that it answers. */
export type Message =
	| {readonly type: 'key-pressed'; readonly key: string}
	| {readonly type: 'text-pasted'; readonly text: string}
	| {readonly type: 'screen-resized'; readonly columns: number; readonly rows: number}
	| {readonly type: 'clock-ticked'; readonly now: number}
	| {readonly type: 'sessions-counted'; readonly items: readonly MenuItem[]}
	| {readonly type: 'session-opened'; readonly session: OpenSession; readonly roots: readonly string[]; readonly isNew: boolean}
	| {readonly type: 'session-refused'; readonly problem: string}
	| {readonly type: 'folder-listed'; readonly path: string; readonly ticket: number; readonly entries: readonly Entry[]; readonly isComplete: boolean}
	| {readonly type: 'folder-failed'; readonly path: string; readonly ticket: number; readonly problem: string}
	| {readonly type: 'facts-read'; readonly facts: ReadonlyMap<string, Facts>}
	| {readonly type: 'preview-read'; readonly path: string; readonly preview: Preview}
	| {readonly type: 'preview-failed'; readonly path: string; readonly problem: string}
	| {readonly type: 'marks-measured'; readonly ticket: number; readonly totals: Totals}
	| {readonly type: 'prompt-measured'; readonly ticket: number; readonly totals: Totals}
	| {readonly type: 'task-progressed'; readonly id: number; readonly at: number; readonly bytes: number; readonly totalBytes?: number | undefined}
	/** `nextTo`: what the next export is offered as its destination. */
	| {readonly type: 'export-finished'; readonly id: number; readonly text: string; readonly problems: readonly string[]; readonly nextTo: string}
	| {readonly type: 'export-failed'; readonly id: number; readonly problem: string}
	/** `arrived`: files of several that were whole before, and stay. */
	| {readonly type: 'export-cancelled'; readonly id: number; readonly arrived: number}
	| {readonly type: 'sweep-finished'; readonly report: SweepReport}
	| {readonly type: 'sweep-failed'; readonly problem: string}
	| {readonly type: 'touched'; readonly at: number}
	| {readonly type: 'hold-failed'; readonly problem: string}
	| {readonly type: 'touch-failed'; readonly problem: string};

/** What is to be done: data, carried out by `effects/`. */
export type Effect =
	| {readonly type: 'open-session'; readonly item: MenuItem | 'new'}
	| {readonly type: 'count-sessions'; readonly menu: Menu}
	| {readonly type: 'list-folder'; readonly path: string; readonly ticket: number}
	| {readonly type: 'read-facts'; readonly paths: readonly string[]}
	| {readonly type: 'read-preview'; readonly path: string}
	| {readonly type: 'measure-marks'; readonly ticket: number; readonly paths: readonly string[]}
	| {readonly type: 'measure-prompt'; readonly ticket: number; readonly paths: readonly string[]}
	| {readonly type: 'export'; readonly id: number; readonly isZip: boolean; readonly paths: readonly string[]; readonly to: string; readonly totalBytes?: number}
	| {readonly type: 'cancel-tasks'}
	| {readonly type: 'sweep'}
	| {readonly type: 'touch'; readonly at: number}
	| {readonly type: 'hold'}
	| {readonly type: 'release'}
	| {readonly type: 'suspend'};
