import type {Channel} from '../../export/send/channel.js';
import type {Patience} from '../../export/send/kitty.js';
import type {Outputs} from '../../outputs/outputs.js';
import type {SweepReport} from '../../outputs/sweep.js';
import type {Policy} from '../../session/expiry.js';
import type {Message} from '../messages.js';
import type {Session} from '../../outputs/read-session.js';
import type {KeepUntil} from '../../session/keep.js';
import type {OpenSession, SessionRow, Totals} from '../model.js';
import type {CellSize} from '../terminal-facts.js';

/** What the effects work with. */
export type Services = {
	readonly outputs: Outputs;
	/** Resumes a session, or starts one, and makes it current. `problem`: why it could not be held, a sentence. */
	readonly openSession: (session: Session | 'new') => Promise<{readonly session: OpenSession; readonly isNew: boolean; readonly problem?: string | undefined}>;
	/** Opens a session to look at, beside the one that is open. */
	readonly lookInto: (session: Session) => Promise<{readonly session: OpenSession; readonly problem?: string | undefined}>;
	/** Ends that. */
	readonly leave: () => Promise<void>;
	readonly administration: Administration;
	/** The session that is open. */
	readonly current: () => OpenSession | undefined;
	readonly touch: (at: number) => Promise<void>;
	/** Holds the open session again, and what is looked into. */
	readonly hold: () => Promise<void>;
	readonly release: () => Promise<void>;
	/** @param isAll - everybody's sessions, if that is what the list is about */
	readonly sweep: (signal: AbortSignal, isAll: boolean) => Promise<SweepReport>;
	readonly policy: () => Policy;
	/** What the tree shows at its top. */
	readonly roots: readonly string[];
	/** Colours that the terminal can show; 0 where there are to be none. */
	readonly colours: number;
	/** A cell of the terminal in pixels, if it draws pictures itself. */
	readonly cell?: () => CellSize | undefined;
	readonly now: () => number;
	/** How folders are followed, where that is not as usual. */
	readonly following?: Partial<Following>;
	readonly cwd: string;
	readonly home: string;
	/** The terminal, for files that are sent through it. */
	readonly terminal?: Channel;
	/** How long it is waited for, where that is not as usual. */
	readonly patience?: Patience;
	readonly suspend: () => void;
	/** Removes an output of a session. @returns what is left of it, as a sentence */
	readonly removeOutput: (session: string, path: string) => Promise<string | undefined>;
	/** Hands a text to the terminal for its clipboard. @returns whether it was short enough */
	readonly copy: (text: string) => boolean;
	/** Runs the user's editor or pager on an output, and gives it the terminal meanwhile. */
	readonly openWith: (program: 'editor' | 'pager', location: string) => Promise<void>;
};

export type Following = {
	/** Folders that are watched at most. */
	readonly most: number;
	/** Milliseconds between two readings of a folder that cannot be watched. */
	readonly pollEvery: number;
};

/** What is done with sessions from the list of them. */
export type Administration = {
	/** The sessions that the user may see, in parts, not yet walked through. */
	readonly list: (signal: AbortSignal) => AsyncIterable<readonly SessionRow[]>;
	/** Keeps a session, or lifts that. @returns it as it is now */
	readonly keep: (session: Session, keep: KeepUntil | undefined) => Promise<Session>;
	readonly label: (session: Session, label: string) => Promise<Session>;
	/**
	Removes a session.

	@param options.isKept - the user knows that it is kept
	@returns what is left of it, as a sentence
	@throws Failure that says why it was not removed
	*/
	readonly end: (session: Session, totals: Totals, options: {readonly isKept: boolean}) => Promise<string | undefined>;
	/** The row of one session. */
	readonly row: (id: string) => Promise<SessionRow>;
	/** What a sweep of the listed sessions would do. */
	readonly trySweep: (signal: AbortSignal) => Promise<SweepReport>;
};

export type Dispatch = (message: Message) => void;

/** Passes messages on as long as the same session is open: a path means another file in another session. */
export const whileOpen = (services: Services, dispatch: Dispatch): Dispatch => {
	const id = services.current()?.id;
	return message => {
		if (services.current()?.id === id) {
			dispatch(message);
		}
	};
};

const legacy = 'legacy';

/** Where a path of the tree of the session `id` lies: the session's id, `''` for the legacy folders, and the path within. */
export const locate = (id: string | undefined, path: string): {readonly session: string; readonly path: string} =>
	path === legacy || path.startsWith(`${legacy}/`)
		? {session: '', path: path.slice(legacy.length + 1)}
		: {session: id ?? '', path};

/** A path of the tree of the session `id`, as the interface of the outputs takes it. */
export const pathIn = (id: string | undefined, treePath: string): string => {
	const {session, path} = locate(id, treePath);
	return session === '' || path === '' ? session + path : `${session}/${path}`;
};

/** The same in the session that is open. */
export const outputsPath = (services: Services, treePath: string): string => pathIn(services.current()?.id, treePath);
