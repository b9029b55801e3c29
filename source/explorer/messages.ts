import type {Entry, Facts} from '../outputs/outputs.js';
import type {SweepReport} from '../outputs/sweep.js';
import type {Preview} from '../preview/shapes.js';
import type {Session} from '../outputs/read-session.js';
import type {KeepUntil} from '../session/keep.js';
import type {SortFacts} from './sort.js';
import type {Row} from './tree.js';
import type {
	DestinationLook,
	EndedTask,
	ExportRequest,
	Load,
	Menu,
	MenuItem,
	Model,
	Notice,
	OpenSession,
	SessionRow,
	Sessions,
	TaskRequest,
	Totals,
	ZipSize,
} from './model.js';
import type {Terminal} from './terminal-facts.js';

/** What has happened. Every answer carries the path or ticket that it answers. */
export type Message =
	| {readonly type: 'key-pressed'; readonly key: string}
	/** `at`: milliseconds of a clock that never steps. Rows and columns of the screen are counted from 0. */
	| {readonly type: 'mouse-used'; readonly kind: 'click' | 'wheel-up' | 'wheel-down'; readonly row: number; readonly column: number; readonly at: number}
	| {readonly type: 'text-pasted'; readonly text: string}
	| {readonly type: 'screen-resized'; readonly columns: number; readonly rows: number}
	| {readonly type: 'clock-ticked'; readonly now: number}
	| {readonly type: 'sessions-counted'; readonly items: readonly MenuItem[]}
	| {readonly type: 'session-opened'; readonly session: OpenSession; readonly roots: readonly string[]; readonly isNew: boolean}
	| {readonly type: 'session-refused'; readonly problem: string}
	/** `problem`: why it could not be held, a sentence. */
	| {readonly type: 'session-looked-into'; readonly session: OpenSession; readonly roots: readonly string[]; readonly problem?: string | undefined}
	/** Some of the list; `ids`: all that there are, when the list is complete. */
	| {readonly type: 'sessions-listed'; readonly ticket: number; readonly rows: readonly SessionRow[]; readonly ids?: readonly string[]; readonly space?: Sessions['space']}
	| {readonly type: 'sessions-failed'; readonly ticket: number; readonly problem: string}
	| {readonly type: 'sessions-found'; readonly ticket: number; readonly found: ReadonlyMap<string, NonNullable<SessionRow['found']>>}
	| {readonly type: 'session-counted'; readonly ticket: number; readonly totals: Totals}
	/** Something was done to a session, which is gone if it is absent; `text` tells of it. */
	| {readonly type: 'session-changed'; readonly id: string; readonly session: Session | undefined; readonly text: string; readonly isProblem?: boolean}
	| {readonly type: 'session-unchanged'; readonly problem: string}
	| {readonly type: 'sweep-tried'; readonly ticket: number; readonly report: Model['sweep']}
	/** The best of what a filter has found so far, of `total`. */
	| {readonly type: 'filter-found'; readonly ticket: number; readonly rows: readonly Row[]; readonly total: number; readonly isComplete: boolean}
	| {readonly type: 'sort-facts-read'; readonly path: string; readonly ticket: number; readonly facts: SortFacts}
	| {readonly type: 'own-session-read'; readonly row: SessionRow}
	/** `removed`: their paths; what could not be removed is among the problems. */
	| {readonly type: 'removal-finished'; readonly id: number; readonly removed: readonly string[]; readonly text: string; readonly problems: readonly string[]}
	/** Something for the user to see, with what has happened in its title. */
	| {readonly type: 'text-shown'; readonly title: string; readonly lines: readonly string[]}
	/** The list of sessions is to be shown, by no key: where there is nothing else to choose. */
	| {readonly type: 'sessions-asked-for'}
	/** Another program has had the terminal, and may have changed what is on screen. */
	| {readonly type: 'came-back'}
	| {readonly type: 'failed'; readonly problem: string}
	| {readonly type: 'folder-measured'; readonly path: string; readonly totals: Totals}
	| {readonly type: 'legacy-counted'; readonly legacy: Model['legacy']}
	| {readonly type: 'folder-listed'; readonly path: string; readonly ticket: number; readonly entries: readonly Entry[]; readonly isComplete: boolean}
	| {readonly type: 'folder-failed'; readonly path: string; readonly ticket: number; readonly problem: string}
	/** Anything in a folder may have changed. */
	| {readonly type: 'folder-changed'; readonly path: string}
	/** What some entries of a folder are now, by their names: `undefined` if they are gone. */
	| {readonly type: 'entries-changed'; readonly path: string; readonly found: ReadonlyMap<string, Facts | undefined>}
	| {readonly type: 'session-checked'; readonly id: string; readonly isThere: boolean}
	/** `reason`: why folders on screen are polled, in a word or two; absent if none is. */
	| {readonly type: 'polling-changed'; readonly reason: string | undefined}
	| {readonly type: 'terminal-known'; readonly terminal: Terminal}
	| {readonly type: 'facts-read'; readonly facts: ReadonlyMap<string, Facts>}
	| {readonly type: 'preview-read'; readonly path: string; readonly preview: Preview}
	| {readonly type: 'preview-failed'; readonly path: string; readonly problem: string}
	| {readonly type: 'marks-measured'; readonly ticket: number; readonly totals: Totals}
	/** `size`: of a ZIP of it. */
	| {readonly type: 'prompt-measured'; readonly ticket: number; readonly totals: Totals; readonly size?: ZipSize | undefined}
	| {readonly type: 'destination-looked-at'; readonly ticket: number; readonly load: Load<DestinationLook>}
	/** `text`: what was to be completed, before the cursor; `completed`: what it is now. */
	| {readonly type: 'destination-completed'; readonly ticket: number; readonly text: string; readonly completed: string; readonly names: readonly string[]; readonly isCut: boolean}
	| {readonly type: 'task-progressed'; readonly id: number; readonly at: number; readonly bytes: number; readonly totalBytes?: number | undefined; readonly current?: string | undefined; readonly isChecking?: boolean | undefined}
	/** `nextTo`: what the next export is offered as its destination; `isFailed`: nothing has arrived; `notes`: what is worth knowing, but no problem. */
	| {readonly type: 'export-finished'; readonly id: number; readonly text: string; readonly problems: readonly string[]; readonly notes?: readonly string[]; readonly isFailed?: boolean; readonly nextTo: string}
	| {readonly type: 'export-failed'; readonly id: number; readonly problem: string}
	/** `arrived`: files of several that were whole before, and stay. */
	| {readonly type: 'export-cancelled'; readonly id: number; readonly arrived: number}
	/** `problems`: what of it failed, or may have. */
	| {readonly type: 'send-finished'; readonly id: number; readonly end: EndedTask['end']; readonly kind: Notice['kind']; readonly text: string; readonly problems: readonly string[]}
	/** `isAskedFor`: the user waits for it. */
	| {readonly type: 'sweep-finished'; readonly report: SweepReport; readonly isAskedFor?: boolean}
	| {readonly type: 'sweep-failed'; readonly problem: string}
	| {readonly type: 'touched'; readonly at: number}
	| {readonly type: 'hold-failed'; readonly problem: string}
	| {readonly type: 'touch-failed'; readonly problem: string};

/** What is to be done: data, carried out by `effects/`. */
export type Effect =
	| {readonly type: 'open-session'; readonly session: Session | 'new'}
	| {readonly type: 'look-into'; readonly row: SessionRow}
	/** Comes back from a session that was looked into. */
	| {readonly type: 'leave'}
	| {readonly type: 'list-sessions'; readonly ticket: number}
	| {readonly type: 'stop-listing-sessions'}
	| {readonly type: 'count-session'; readonly row: SessionRow; readonly ticket: number}
	| {readonly type: 'keep-session'; readonly row: SessionRow; readonly keep: KeepUntil | undefined}
	| {readonly type: 'label-session'; readonly row: SessionRow; readonly label: string}
	/** `isKept`: the user knows that it is kept. */
	| {readonly type: 'end-session'; readonly row: SessionRow; readonly totals: Totals; readonly isKept: boolean}
	| {readonly type: 'try-sweep'; readonly ticket: number}
	| {readonly type: 'count-legacy'}
	/** The folders on screen whose size is not known, or not any more; a later wish replaces an earlier one. */
	| {readonly type: 'measure-folders'; readonly paths: readonly string[]}
	/** Reads through the session, so that it can be filtered. */
	| {readonly type: 'begin-filter'; readonly withHidden: boolean}
	| {readonly type: 'filter'; readonly ticket: number; readonly text: string; readonly withHidden: boolean}
	| {readonly type: 'end-filter'}
	| {readonly type: 'read-sort-facts'; readonly path: string; readonly ticket: number; readonly names: readonly string[]}
	| {readonly type: 'read-own-session'}
	| {readonly type: 'copy'; readonly what: 'path' | 'name' | 'download'; readonly path: string; readonly isFolder: boolean}
	/** Opens an output in another program, which has the terminal meanwhile. */
	| {readonly type: 'open-with'; readonly program: 'editor' | 'pager'; readonly path: string}
	| {readonly type: 'count-sessions'; readonly menu: Menu}
	/** `known`: what it held when it was last read, in order. */
	| {readonly type: 'list-folder'; readonly path: string; readonly ticket: number; readonly known?: readonly Entry[]}
	/** Follows the changes of these folders, and of no others: of those on screen in any case. */
	| {readonly type: 'watch-folders'; readonly session: string | undefined; readonly folders: readonly string[]; readonly shown: readonly string[]}
	| {readonly type: 'read-facts'; readonly paths: readonly string[]}
	/** `isRefresh`: it has been read, and has changed since. */
	| {readonly type: 'read-preview'; readonly path: string; readonly isRefresh?: boolean}
	| {readonly type: 'measure-marks'; readonly ticket: number; readonly paths: readonly string[]}
	/** `session`: the id of the one that the dialog is about. */
	| {readonly type: 'measure-prompt'; readonly ticket: number; readonly session: string | undefined; readonly paths: readonly string[]}
	/** Looks where an export would go, when typing rests. */
	| {readonly type: 'look-at-destination'; readonly ticket: number; readonly request: ExportRequest}
	/** Completes the last name of a text to a folder. `request`: as for looking; `ticket`: that of the measuring of its dialog. */
	| {readonly type: 'complete-destination'; readonly ticket: number; readonly text: string; readonly request: ExportRequest}
	/** Ends what is done for a dialog that is closed. */
	| {readonly type: 'stop-prompt'}
	/** `id`: the task's. */
	| (TaskRequest & {readonly id: number})
	/** Tells how to fetch outputs; `why`: for what reason they are not sent. */
	| {readonly type: 'tell-download'; readonly why: string; readonly session: OpenSession | undefined; readonly paths: readonly string[]; readonly isZip: boolean}
	| {readonly type: 'cancel-task'; readonly id: number}
	| {readonly type: 'cancel-tasks'}
	/** `isAll`: everybody's sessions, if that is what the list is about; else the user's own. */
	| {readonly type: 'sweep'; readonly isAll?: boolean}
	| {readonly type: 'touch'; readonly at: number}
	| {readonly type: 'hold'}
	| {readonly type: 'release'}
	| {readonly type: 'suspend'};
