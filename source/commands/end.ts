import {assess} from '../outputs/assess.js';
import {ownerName} from '../outputs/owner.js';
import {readSession, type Session} from '../outputs/read-session.js';
import {describeKeep, isKept} from '../session/keep.js';
import {shortId} from '../session/id.js';
import {Failure, reasonOf} from '../text/errors.js';
import {formatBytes, plural} from '../text/size.js';
import {confirm} from './ask.js';
import {nameSession} from './choose.js';
import type {Context, Opened} from './context.js';
import {namedSessions} from './named.js';
import {note, print, printJson, time, warn} from './report.js';
import {policyOf} from './sweep.js';

type Counted = {readonly session: Session; readonly files: number; readonly bytes: number};

const describe = async ({uid}: Context, {session, files, bytes}: Counted): Promise<string> => {
	const owner = session.uid === uid ? '' : `, of ${await ownerName(session.uid) ?? `uid ${session.uid}`}`;
	const broken = session.problem === undefined ? '' : `; broken: ${session.problem}`;
	return `  ${nameSession(session)}: ${plural(files, 'file')}, ${formatBytes(bytes)}${owner}${broken}`;
};

/** Why a session must not be ended, as the end of a sentence. */
export const keptReason = ({keep, problem}: Session, now: number): string | undefined => keep !== undefined && isKept(keep.until, now)
	? `${problem === undefined ? '' : `${problem}; `}it is kept ${keep.isByAdministrator ? 'by the administrator ' : ''}${describeKeep(keep.until)}: "sojourn unkeep" lifts that`
	: undefined;

/**
Removes a session now, and logs that.

@returns what is left of it, as a sentence
@throws Failure that says why it was not removed
*/
export const discardSession = async (context: Pick<Context, 'log' | 'now'>, {outputs, sweeper}: Opened, {id, files, bytes}: {readonly id: string; readonly files: number; readonly bytes: number}, isForced = false): Promise<string | undefined> => {
	const discarding = await sweeper.discard(id, {isForced});
	if (discarding.outcome === 'refused') {
		throw new Failure(discarding.reason);
	}

	await context.log({
		time: time(context.now()), outputs: outputs.location.toWellFormed(), event: 'ended', id, files, bytes,
	});
	return discarding.leftover;
};

/** Removes one. Its leftovers are a problem, although it is gone. */
const end = async (context: Context, opened: Opened, {session: {id}, files, bytes}: Counted): Promise<{readonly isRemoved: boolean; readonly problem?: string | undefined}> => {
	// While the question stood, it may have been kept.
	const session = await readSession(opened.outputs, id);
	const kept = session === undefined ? undefined : keptReason(session, context.now());
	if (kept !== undefined) {
		return {isRemoved: false, problem: kept};
	}

	return {isRemoved: true, problem: await discardSession(context, opened, {id, files, bytes}, context.flags.force)};
};

const tellFailed = (context: Context, failed: ReadonlyArray<{readonly id: string; readonly error: string}>): void => {
	for (const {id, error} of failed) {
		warn(context, `the session ${shortId(id)} was not removed: ${error}`);
	}
};

/** `sojourn end S…`: removes sessions now. */
export const run = async (context: Context): Promise<number> => {
	if (context.words.length === 0) {
		throw new Failure('end needs at least one session: its id, its label, or 4 or more characters that its id starts with', 2);
	}

	const opened = await namedSessions(context, context.words);
	const failed: Array<{id: string; error: string}> = [];
	const doomed: Counted[] = [];
	for (const session of opened.sessions) {
		const kept = keptReason(session, context.now());
		if (kept === undefined) {
			const {files, bytes} = await assess(opened.outputs, session, policyOf(context, session.uid), {signal: context.signal});
			doomed.push({session, files, bytes});
		} else {
			failed.push({id: session.id, error: kept});
		}
	}

	if (doomed.length > 0) {
		const lines = await Promise.all(doomed.map(async one => describe(context, one)));
		const isOthers = doomed.some(({session}) => session.uid !== context.uid);
		if (!await confirm(context, [`This removes ${plural(doomed.length, 'session')} with all that ${doomed.length === 1 ? 'it holds' : 'they hold'}:`, ...lines], isOthers ? 'yes' : 'y')) {
			note(context, 'nothing was removed');
			tellFailed(context, failed);
			return 1;
		}
	}

	const removed: Counted[] = [];
	for (const one of doomed) {
		if (context.signal.aborted) {
			break; // What is done is told.
		}

		const {isRemoved, problem} = await end(context, opened, one).catch((error: unknown) => ({isRemoved: false, problem: reasonOf(error)}));
		if (isRemoved) {
			removed.push(one);
		}

		if (problem !== undefined) {
			failed.push({id: one.session.id, error: problem});
		}
	}

	if (context.flags.json) {
		printJson(context, {removed: removed.map(({session, files, bytes}) => ({id: session.id, files, bytes})), failed});
	} else {
		print(context, removed.map(({session}) => `${session.id}\n`).join(''));
	}

	tellFailed(context, failed);
	return failed.length > 0 ? 1 : 0;
};
