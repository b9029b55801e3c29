import type {Failure} from '../text/errors.js';
import type {Run} from './context.js';
import type {Flags} from './flags.js';

export type CommandDefinition = {
	readonly name: string;
	/** What follows `sojourn`. */
	readonly usage: string;
	readonly summary: string;
	/** What it does, where one word says too little: what follows `sojourn`, and what that does. */
	readonly actions?: ReadonlyArray<readonly [usage: string, summary: string]>;
	/** It does itself what is to be done on a signal. */
	readonly hasOwnSignals?: true;
	/** Loaded when it is run: a command loads nothing that it does not need. */
	readonly load: () => Promise<Loaded>;
};

type Loaded = {
	readonly run: Run;
	/** What it does where the settings are wrong; absent: it ends with what is wrong. */
	readonly runWithoutSettings?: (flags: Flags, failure: Failure) => Promise<number>;
} | {
	/** A command to which settings are nothing: they are not read. */
	readonly runAlone: (words: readonly string[], flags: Flags) => Promise<number>;
};

const legacyActions: CommandDefinition['actions'] = [
	['legacy status', 'what is there, how old, and which backups and imports have it'],
	['legacy backup [--to DIR]', 'a verified copy beside the outputs directory, outputs_backup_YYYYMMDD'],
	['legacy import [FOLDER] [--session S] [--label TEXT]', 'copy into a session: the named one, a new one with a label, else the current one'],
	['legacy remove [--to DIR]', 'remove what a backup (in DIR) or an import has, byte for byte; asks first'],
	['legacy restore BACKUP', 'put a backup back; never over a different file'],
	['legacy publish S… [--all]', 'copy sessions to where the older version sees them'],
];

/** Every command, in the order of the help. The explorer is what runs without one. */
export const commandTable: readonly CommandDefinition[] = [
	{name: 'explorer', usage: '', summary: 'the explorer: sweep, start or resume a session, browse', load: async () => import('./explore.js')},
	{name: 'sessions', usage: 'sessions', summary: 'list sessions', load: async () => import('./sessions.js')},
	{name: 'start', usage: 'start [--label TEXT]', summary: 'start a session, make it current, print its id', load: async () => import('./start.js')},
	{name: 'path', usage: 'path [single|bulk]', summary: 'print the session\'s directory, or that part of it', load: async () => import('./path.js')},
	{name: 'add', usage: 'add FILE… [--bulk] [--batch NAME] [--name NAME]', summary: 'copy in; a folder is one batch; - is standard input, with --name', load: async () => import('./add.js')},
	{name: 'run', usage: 'run -- COMMAND…', summary: 'run a producer with SESSION_ID, SESSION_DIR, SINGLE_DIR, BULK_DIR set, the session held meanwhile', hasOwnSignals: true, load: async () => import('./run.js')},
	{name: 'ls', usage: 'ls [PATH…]', summary: 'the outputs, one path a line; --tree for a drawing; PATH may be a pattern: \'bulk/**/*.png\'', load: async () => import('./ls.js')},
	{name: 'export', usage: 'export [PATH…] [--zip] [--to DEST] [--overwrite]', summary: 'one file as a copy; several, a folder, or --zip as a ZIP; no PATH: the whole session', load: async () => import('./export.js')},
	{name: 'rm', usage: 'rm PATH…', summary: 'remove outputs of one\'s own session (asks first)', load: async () => import('./rm.js')},
	{name: 'sweep', usage: 'sweep [--dry-run]', summary: 'remove what has expired, say what and why', load: async () => import('./sweep.js')},
	{name: 'keep', usage: 'keep S [--hours N]', summary: 'survive expiry, for N hours or for good', load: async () => import('./keep.js')},
	{name: 'unkeep', usage: 'unkeep S', summary: 'let a session expire again', load: async () => import('./unkeep.js')},
	{name: 'label', usage: 'label S TEXT', summary: 'give a session a label', load: async () => import('./label.js')},
	{name: 'end', usage: 'end S… [--force]', summary: 'remove a session now (asks first; not while it is held, and never a kept one)', load: async () => import('./end.js')},
	{name: 'legacy', usage: 'legacy status|backup|import|remove|restore|publish', summary: 'the folders that older deployments shared: look, back up, take into a session, remove; put back', actions: legacyActions, load: async () => import('./legacy.js')},
	{name: 'doctor', usage: 'doctor', summary: 'check settings, permissions, locks, disk, clock, terminal; say what to do', load: async () => import('./doctor.js')},
	{name: 'log', usage: 'log', summary: 'what sweeps and removals did', load: async () => import('./log.js')},
	{name: 'demo', usage: 'demo', summary: 'an outputs directory full of examples, opened in the explorer', load: async () => import('./demo.js')},
	{name: 'completions', usage: 'completions bash|zsh|fish', summary: 'print the shell\'s completion script', load: async () => import('./completions.js')},
];
