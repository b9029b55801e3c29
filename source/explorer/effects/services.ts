import type {Outputs} from '../../outputs/outputs.js';
import type {SweepReport} from '../../outputs/sweep.js';
import type {Policy} from '../../session/expiry.js';
import type {Message} from '../messages.js';
import type {MenuItem, OpenSession} from '../model.js';

/** What the effects work with. */
export type Services = {
	readonly outputs: Outputs;
	/** Resumes a session, or starts one, and makes it current. `problem`: why it could not be held, a sentence. */
	readonly openSession: (item: MenuItem | 'new') => Promise<{readonly session: OpenSession; readonly isNew: boolean; readonly problem?: string | undefined}>;
	/** The session that is open. */
	readonly current: () => OpenSession | undefined;
	readonly touch: (at: number) => Promise<void>;
	/** Holds the open session again. */
	readonly hold: () => Promise<void>;
	readonly release: () => Promise<void>;
	readonly sweep: (signal: AbortSignal) => Promise<SweepReport>;
	readonly policy: () => Policy;
	/** What the tree shows at its top. */
	readonly roots: readonly string[];
	readonly now: () => number;
	readonly cwd: string;
	readonly home: string;
	readonly suspend: () => void;
};

export type Dispatch = (message: Message) => void;

const legacy = 'legacy';

/** Where a path of the tree lies: the session's id, `''` for the legacy folders, and the path within. */
export const locate = (services: Services, path: string): {readonly session: string; readonly path: string} =>
	path === legacy || path.startsWith(`${legacy}/`)
		? {session: '', path: path.slice(legacy.length + 1)}
		: {session: services.current()?.id ?? '', path};

/** The path of the tree as the interface of the outputs takes it. */
export const outputsPath = (services: Services, treePath: string): string => {
	const {session, path} = locate(services, treePath);
	return session === '' || path === '' ? session + path : `${session}/${path}`;
};
