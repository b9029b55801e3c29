import type {Administration} from '../../explorer/effects/services.js';
import type {SessionRow} from '../../explorer/model.js';
import {ownerName} from '../../outputs/owner.js';
import {readSession, type Session} from '../../outputs/read-session.js';
import {SessionGone} from '../../outputs/gone.js';
import {keepSession, labelSession, readSessions} from '../../outputs/sessions.js';
import {describeKeep, isKept} from '../../session/keep.js';
import {Failure} from '../../text/errors.js';
import type {Context, Opened} from '../context.js';
import {discardSession} from '../end.js';
import {policyOf, sweepListed} from '../sweep.js';

/** What the list of sessions does, as the commands `sessions`, `keep`, `unkeep`, `label`, `end` and `sweep` do it. */
export const createAdministration = (context: Context, opened: Opened): Administration => {
	const {outputs} = opened;
	const {uid, flags: {all: isAll = false}} = context;

	const toRow = async (session: Session, held: ReadonlySet<string>): Promise<SessionRow> => ({
		session,
		isOwn: session.uid === uid,
		owner: await ownerName(session.uid) ?? String(session.uid),
		isHeld: held.has(session.id),
		maxAgeHours: policyOf(context, session.uid).maxAgeHours,
	});

	return {
		async * list(signal) {
			const toRows = async (sessions: readonly Session[]): Promise<SessionRow[]> => {
				const held = await outputs.heldAmong(sessions.map(({id}) => id));
				return Promise.all(sessions.map(async session => toRow(session, held)));
			};

			// Small parts at first, so that there is something to see; larger ones then, as each look at the system's locks costs.
			let waiting: Session[] = [];
			let wanted = 1;
			for await (const sessions of readSessions(outputs, {uid, isAll}, signal)) {
				waiting.push(...sessions);
				if (waiting.length >= wanted) {
					yield await toRows(waiting);
					waiting = [];
					wanted = Math.min(1024, wanted * 4);
				}
			}

			yield await toRows(waiting);
		},

		async keep(session, keep) {
			if (session.uid !== uid && uid !== 0) {
				throw new Failure(`only ${session.uid === 0 ? '' : `${await ownerName(session.uid) ?? `uid ${session.uid}`} and `}root can keep this session, or lift that`);
			}

			await keepSession(outputs, session, keep, uid);
			const now = await readSession(outputs, session.id);
			if (now === undefined) {
				throw new SessionGone(session.id);
			}

			return now;
		},

		label: async (session, label) => labelSession(outputs, session, label),

		async end({id}, totals, {isKept: knowsKept}) {
			// While the question stood, it may have been kept, or by somebody whom this user cannot overrule.
			const session = await readSession(outputs, id);
			const {keep} = session ?? {};
			if (keep !== undefined && isKept(keep.until, context.now()) && (!knowsKept || (keep.isByAdministrator && uid !== 0))) {
				throw new Failure(`it is kept ${keep.isByAdministrator ? 'by the administrator ' : ''}${describeKeep(keep.until)}`);
			}

			return discardSession(context, opened, {id, ...totals});
		},

		async row(id) {
			const session = await readSession(outputs, id);
			if (session === undefined) {
				throw new SessionGone(id);
			}

			return toRow(session, new Set([id]));
		},

		trySweep: async signal => sweepListed(context, opened, {isDryRun: true, signal}),
	};
};
