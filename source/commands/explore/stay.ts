import type {OpenSession} from '../../explorer/model.js';
import {SessionGone} from '../../outputs/gone.js';
import type {Hold, Outputs} from '../../outputs/outputs.js';
import type {Session} from '../../outputs/read-session.js';
import {touchSession} from '../../outputs/sessions.js';
import {reasonOf} from '../../text/errors.js';
import type {Context} from '../context.js';

/** What the explorer does with the session that is open, besides looking at it. */
export type Stay = {
	/**
	Holds a session and, if it is one's own, notes in its marker that it is used, and remembers it. Of somebody else's nothing is written or remembered.

	@returns why it could not be held, as a sentence
	@throws Failure if it is gone, or cannot be used
	*/
	readonly enter: (session: Session) => Promise<string | undefined>;
	/** Holds another session beside it, while one looks into that: nothing in it is written, and it is not remembered. */
	readonly look: (session: Session) => Promise<string | undefined>;
	/** Ends that. */
	readonly leave: () => Promise<void>;
	/** Holds the session again after a rest. */
	readonly hold: (id: string) => Promise<void>;
	/** Holds again what is looked into. */
	readonly holdLooked: (id: string) => Promise<void>;
	/** Gives up all holds. */
	readonly release: () => Promise<void>;
	/** Notes that the session is used. */
	readonly touch: (session: OpenSession | undefined, at: number) => Promise<void>;
};

/** One hold, which the next replaces: never is there none in between. */
type Holder = {
	readonly take: (id: string) => Promise<void>;
	/**
	As `take`, if `use` succeeds; else the hold stays the one it was.

	@returns why there is none, as a sentence
	*/
	readonly takeFor: (id: string, use: () => Promise<void>) => Promise<string | undefined>;
	readonly release: () => Promise<void>;
};

const createHolder = (outputs: Outputs): Holder => {
	let held: Hold | undefined;
	const release = async (): Promise<void> => {
		const last = held;
		held = undefined;
		await last?.release();
	};

	return {
		release,
		async take(id) {
			const next = await outputs.hold(id);
			await release();
			held = next;
		},
		async takeFor(id, use) {
			const {hold, problem} = await tryToHold(outputs, id);
			try {
				await use();
			} catch (error) {
				await hold?.release();
				throw error;
			}

			await release();
			held = hold;
			return problem;
		},
	};
};

const tryToHold = async (outputs: Outputs, id: string): Promise<{readonly hold?: Hold; readonly problem?: string}> => {
	try {
		return {hold: await outputs.hold(id)};
	} catch (error) {
		if (error instanceof SessionGone) {
			throw error;
		}

		return {problem: reasonOf(error)};
	}
};

const nothing = async (): Promise<void> => undefined;

export const createStay = (context: Context, outputs: Outputs): Stay => {
	const own = createHolder(outputs);
	const looked = createHolder(outputs);
	return {
		hold: own.take,
		holdLooked: looked.take,
		async release() {
			await own.release();
			await looked.release();
		},
		leave: looked.release,
		look: async ({id}) => looked.takeFor(id, nothing),
		async enter({id, uid}) {
			let forgotten: string | undefined;
			const problem = await own.takeFor(id, async () => {
				if (uid === context.uid) {
					await touchSession(outputs, id, context.now());
					// One can work in a session that is not remembered.
					await context.memory.remember(outputs.location, id).catch((error: unknown) => {
						forgotten = reasonOf(error);
					});
				}
			});
			await looked.release();
			return problem ?? forgotten;
		},
		async touch(session, at) {
			if (session?.isReadOnly === false) {
				await touchSession(outputs, session.id, at);
			}
		},
	};
};
