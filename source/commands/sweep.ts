import {mayLookAtOthers} from '../files/open-files.js';
import {describeEvidence, sweep, type SweepReport} from '../outputs/sweep.js';
import type {Evidence, Policy} from '../session/expiry.js';
import {shortId} from '../session/id.js';
import {Failure, isAbort, reasonOf} from '../text/errors.js';
import {formatDuration} from '../text/age.js';
import {printable} from '../text/printable.js';
import {formatBytes, plural} from '../text/size.js';
import type {Context, Opened} from './context.js';
import {openOrWarn} from './choose.js';
import {jsonName, jsonPath, note, print, printJson, time, warn} from './report.js';

/** What counts for a session of the user `uid`: for other owners' only an explicit flag or the deployment's policy. */
export const policyOf = (context: Pick<Context, 'uid' | 'settings' | 'maxAgeHoursForOthers' | 'now'>, uid = context.uid): Policy => ({
	maxAgeHours: uid === context.uid ? context.settings.maxAgeHours.value : context.maxAgeHoursForOthers,
	now: context.now(),
});

const evidenceToJson = ({path, source, time: seenAt}: Evidence): unknown => ({...jsonPath(path), source, time: time(seenAt)});

/** A sweep that is logged. */
export const sweepWith = async (context: Pick<Context, 'uid' | 'settings' | 'maxAgeHoursForOthers' | 'now' | 'signal' | 'log'>, {outputs, sweeper}: Opened, options: {readonly isDryRun?: boolean; readonly isAll?: boolean; readonly exceptId?: string | undefined; readonly signal?: AbortSignal}): Promise<SweepReport> => sweep(outputs, sweeper, {
	viewer: {uid: context.uid, isAll: options.isAll ?? false},
	policy: policyOf(context),
	policyForOthers: {maxAgeHours: context.maxAgeHoursForOthers, now: context.now()},
	isDryRun: options.isDryRun ?? false,
	exceptId: options.exceptId,
	signal: options.signal ?? context.signal,
	async onEvent(event) {
		await context.log({
			time: time(context.now()),
			outputs: outputs.location.toWellFormed(),
			...event,
			...(event.event === 'removed' && {lastActiveAt: time(event.lastActiveAt), evidence: evidenceToJson(event.evidence)}),
		});
	},
});

/** The sweep of the explorer and of `start`: the caller's own sessions. */
export const sweepOwn = async (context: Context, opened: Opened, exceptId?: string, signal?: AbortSignal): Promise<SweepReport> =>
	sweepWith(context, opened, {exceptId, ...(signal === undefined ? {} : {signal})});

/** A sweep of all that the list of sessions shows. */
export const sweepListed = async (context: Context, opened: Opened, options: {readonly isDryRun: boolean; readonly exceptId?: string | undefined; readonly signal: AbortSignal}): Promise<SweepReport> =>
	sweepWith(context, opened, {...options, isAll: context.flags.all ?? false});

const tellWarnings = (context: Context, {warnings = []}: SweepReport): void => {
	for (const text of warnings) {
		note(context, `sojourn: warning: ${text}`);
	}
};

/** Tells why nothing was removed at all. */
const tellRefusal = (context: Context, {skipped, detail, isDryRun}: SweepReport): void => {
	if (skipped === undefined || detail === undefined) {
		return;
	}

	if (skipped === 'busy' || isDryRun) {
		note(context, detail);
	} else {
		warn(context, detail);
	}
};

/** Sweeps, and tells on stderr what was removed. A failure is told, and is no failure of the command. */
export const sweepAtLaunch = async (context: Context, opened: Opened, exceptId: string): Promise<void> => {
	let report: SweepReport;
	try {
		report = await sweepOwn(context, opened, exceptId);
	} catch (error) {
		if (isAbort(error)) {
			throw error;
		}

		warn(context, `nothing was swept: ${reasonOf(error)}`);
		return;
	}

	tellWarnings(context, report);
	if (report.skipped !== 'busy') {
		tellRefusal(context, report); // That another sweep does the work is what anybody would expect.
	}

	for (const {id} of report.recovered) {
		note(context, `the session ${shortId(id)} was put back after an interrupted removal`);
	}

	if (report.removed.length > 0) {
		note(context, `removed ${plural(report.removed.length, 'session')} that had expired`);
	}

	for (const {id, error} of report.failed) {
		warn(context, `the expired session ${shortId(id)} could not be removed: ${error}`);
	}
};

const toJson = (report: SweepReport): unknown => ({
	dryRun: report.isDryRun,
	skipped: report.skipped ?? null,
	removed: report.removed.map(({id, files, bytes, lastActiveAt, evidence}) => ({
		id, files, bytes, lastActiveAt: time(lastActiveAt), evidence: evidenceToJson(evidence),
	})),
	kept: report.kept,
	recovered: report.recovered,
	unmanaged: report.unmanaged.map(({name}) => jsonName(name)),
	failed: report.failed,
});

const toText = (context: Context, report: SweepReport): string => {
	const now = context.now();
	const lines = report.removed.map(({id, files, bytes, lastActiveAt, evidence}) =>
		`${report.isDryRun ? 'would remove' : 'removed'} ${id}  ${plural(files, 'file')}, ${formatBytes(bytes)}, last active ${formatDuration(now - lastActiveAt)} ago\n    ${describeEvidence(evidence, now)}`);
	lines.push(
		...report.recovered.map(({id}) => `recovered ${id}  it was put back after an interrupted removal`),
		...report.kept.map(({id, reason}) => `kept ${id}  ${reason}`),
		...report.unmanaged.map(({name}) => `unmanaged ${printable(name)}  not a session, never touched`),
	);
	if (lines.length === 0 && report.skipped === undefined) {
		lines.push('there are no sessions');
	}

	return lines.map(line => `${line}\n`).join('');
};

/** `sojourn sweep`: removes what has expired, and says what and why. */
export const run = async (context: Context): Promise<number> => {
	if (context.words.length > 0) {
		throw new Failure('sweep takes no arguments: it looks at all of your sessions; --all at everybody\'s', 2);
	}

	if (context.flags.all && context.uid === 0 && !await mayLookAtOthers()) {
		note(context, 'sojourn: warning: it cannot be seen what other users\' processes have open, as root lacks CAP_SYS_PTRACE here: of their sessions only those that are held by a lock are spared; let the service or container have it');
	}

	const isDryRun = context.flags.dryRun ?? false;
	const opened = await openOrWarn(context, false);
	const report: SweepReport = opened === undefined
		? {isDryRun, removed: [], kept: [], recovered: [], unmanaged: [], failed: []}
		: await sweepWith(context, opened, {isDryRun, isAll: context.flags.all ?? false});
	if (context.flags.json) {
		printJson(context, toJson(report));
	} else {
		print(context, toText(context, report));
	}

	if (opened === undefined) {
		note(context, `the outputs directory ${printable(context.settings.outputs.value)} is not there: if it should be, see that its file system is mounted`);
	}

	tellWarnings(context, report);
	tellRefusal(context, report);

	for (const {id, error} of report.failed) {
		warn(context, `the session ${id}: ${error}`);
	}

	return report.failed.length > 0 || (report.skipped === 'unsafe' && !isDryRun) ? 1 : 0;
};
