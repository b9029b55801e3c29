import type {Writable} from 'node:stream';
import type {Settings} from '../settings/settings.js';
import type {Outputs} from '../outputs/outputs.js';
import type {Sweeper} from '../outputs/sweeper.js';
import type {Flags} from './flags.js';
import type {Memory} from './memory.js';

/** Absolute. */
export type Places = {
	readonly data: string;
	readonly config: string;
	readonly state: string;
};

export type TerminalInput = NodeJS.ReadStream;

/** An outputs directory that is there. */
export type Opened = {
	readonly outputs: Outputs;
	readonly sweeper: Sweeper;
	/** What is dangerous about the directory, a sentence, and what mends it. */
	readonly danger?: {readonly detail: string; readonly advice: string};
};

/** What a command has to work with. Nothing in it is global, so that a test can hand it everything. */
export type Context = {
	readonly flags: Flags;
	/** The words after the command. */
	readonly words: readonly string[];
	readonly settings: Settings;
	/** The timeout of other owners' sessions. */
	readonly maxAgeHoursForOthers: number;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly stdin: TerminalInput;
	readonly stdout: Writable & {readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number};
	readonly stderr: Writable & {readonly isTTY?: boolean; readonly columns?: number};
	readonly cwd: string;
	readonly home: string;
	readonly uid: number;
	/** Milliseconds since 1970. */
	readonly now: () => number;
	/** Aborted by SIGINT, SIGTERM and SIGHUP. */
	readonly signal: AbortSignal;
	readonly memory: Memory;
	/** Notes a removal in the log. */
	readonly log: (event: Readonly<Record<string, unknown>>) => Promise<void>;
	/** What was noted in the log, the oldest first. */
	readonly readLog: () => Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>;
	/** Where this program keeps what is its own. */
	readonly places: Places;
	/** Opens the outputs directory; `undefined` if it is missing and `mayCreate` is not set. */
	readonly open: (options: {readonly mayCreate: boolean}) => Promise<Opened | undefined>;
};

/** A command: its exit code. */
export type Run = (context: Context) => Promise<number>;
