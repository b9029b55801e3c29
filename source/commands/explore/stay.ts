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
	/** Holds the session again after a rest. */
	readonly hold: (id: string) => Promise<void>;
	readonly release: () => Promise<void>;
	/** Notes that the session is used. */
	readonly touch: (session: OpenSession | undefined, at: number) => Promise<void>;
};

export const createStay = (context: Context, outputs: Outputs): Stay => {
	let held: Hold | undefined;
	const release = async (): Promise<void> => {
		const last = held;
		held = undefined;
		await last?.release();
	};

	const hold = async (id: string): Promise<void> => {
		const next = await outputs.hold(id);
		await release();
		held = next;
	};

	return {
		release,
		hold,
		async enter({id, uid}) {
			let problem: string | undefined;
			try {
				await hold(id);
			} catch (error) {
				if (error instanceof SessionGone) {
					throw error;
				}

				problem = reasonOf(error);
			}

			if (uid === context.uid) {
				await touchSession(outputs, id, context.now());
				await context.memory.remember(outputs.location, id);
			}

			return problem;
		},
		async touch(session, at) {
			if (session?.isOwn) {
				await touchSession(outputs, session.id, at);
			}
		},
	};
};
