import {discardSession, keptReason} from '../commands/end.js';
import {policyOf, sweepWith} from '../commands/sweep.js';
import {assess} from '../outputs/assess.js';
import {shortId} from '../session/id.js';
import {SettingsError} from '../settings/error.js';
import {allowedHours, isHours} from '../settings/hours.js';
import {Failure} from '../text/errors.js';
import {atBoundary, withOpened} from './boundary.js';
import {SessionHeldError, SessionKeptError} from './errors.js';
import {withSession} from './find.js';
import type {
	CleanupReport,
	OutputsOptions,
	SessionOptions,
	TaskOptions,
	ViewOptions,
} from './types.js';

/** Of a work that nobody can cancel. */
const never = new AbortController().signal;

/**
Removes the sessions that have expired, as `sojourn sweep` does: never one that is held, kept, has a file open or something mounted in it, and none while the clock is in doubt or others can exchange entries of the directory. What was removed is logged.

@param options.maxAgeHours - hours without activity after which a session has expired: above 0, at most 87600. By default what `SESSION_TIMEOUT_HOURS`, `config.json` or the deployment says, else 24; for sessions of others only the deployment counts then
@param options.all - everybody's sessions that the system lets this process remove
@param options.dryRun - change nothing, and say what would be removed
@returns what was removed, what was not, and why
@throws {SettingError} if `maxAgeHours` is not allowed; nothing was done then

@example
const {removed} = await cleanupOldSessions({maxAgeHours: 48});
*/
export const cleanupOldSessions = async (options: OutputsOptions & ViewOptions & TaskOptions & {readonly maxAgeHours?: number | undefined; readonly dryRun?: boolean | undefined} = {}): Promise<CleanupReport> => atBoundary(async () => {
	const {maxAgeHours, dryRun: isDryRun = false, all: isAll = false, signal = never} = options;
	if (maxAgeHours !== undefined && !isHours(maxAgeHours)) {
		throw new SettingsError('maxAgeHours', maxAgeHours, allowedHours);
	}

	const nothing = (): CleanupReport => ({
		isDryRun, removed: [], kept: [], recovered: [], unmanaged: [], failed: [],
	});
	return withOpened(options, nothing, async (opened, settled) => {
		const {settings} = settled;
		const context = {
			...settled,
			signal,
			now: () => Date.now(),
			...(maxAgeHours !== undefined && {
				settings: {...settings, maxAgeHours: {value: maxAgeHours, source: 'flag' as const}},
				maxAgeHoursForOthers: maxAgeHours,
			}),
		};
		return sweepWith(context, opened, {isDryRun, isAll});
	});
}, options.signal);

/**
Removes a session now, with all that it holds, and logs that. A kept one is not removed, and one that is in use only if that is forced.

@param options.force - also one that somebody holds
@returns what it held, and in `leftover` what could not be removed of it, as a sentence
@throws {SessionKeptError}
@throws {SessionHeldError}
@throws {SessionNotFoundError}
@throws {SojournError} if nothing may be removed from the directory, or something is mounted in the session
*/
export const endSession = async (options: SessionOptions & ViewOptions & TaskOptions & {readonly force?: boolean | undefined}): Promise<{readonly id: string; readonly files: number; readonly bytes: number; readonly leftover?: string}> => atBoundary(async () => withSession(options, async (found, opened, settled) => {
	const {id, uid} = found;
	const {force: isForced = false, signal} = options;
	const context = {...settled, now: () => Date.now()};
	const kept = keptReason(found, context.now());
	if (kept !== undefined) {
		throw new SessionKeptError(`the session ${shortId(id)} was not removed: ${kept.replace('"sojourn unkeep"', 'unkeepSession')}`);
	}

	const {files, bytes} = await assess(opened.outputs, found, policyOf(context, uid), {signal});
	signal?.throwIfAborted();
	try {
		const leftover = await discardSession(context, opened, {id, files, bytes}, isForced);
		return {id, files, bytes, ...(leftover !== undefined && {leftover})};
	} catch (error) {
		const spared = isForced ? undefined : await opened.sweeper.reasonToSpare(id).catch(() => undefined);
		if (spared?.startsWith('held')) {
			throw new SessionHeldError(`the session ${shortId(id)} was not removed: ${spared}; "force: true" removes it all the same`, {cause: error});
		}

		throw error instanceof Failure ? new Failure(`the session ${shortId(id)} was not removed: ${error.message}`, 1, {cause: error.cause}) : error;
	}
}), options.signal);
