import path from 'node:path';
import {findCover, type Coverage, type Covered} from '../../legacy/cover.js';
import {lookUpRecords, type ImportRecord} from '../../legacy/records.js';
import {removeCovered} from '../../legacy/remove.js';
import {sumBytes} from '../../legacy/survey.js';
import {inTurn} from '../../legacy/turn.js';
import {assess} from '../../outputs/assess.js';
import type {Hold} from '../../outputs/outputs.js';
import {readSession} from '../../outputs/read-session.js';
import {describeKeep, isKept} from '../../session/keep.js';
import {Failure, failed} from '../../text/errors.js';
import {printable} from '../../text/printable.js';
import {formatCount, formatBytes, plural} from '../../text/size.js';
import {confirm} from '../ask.js';
import {nameSession} from '../choose.js';
import type {Context, Opened} from '../context.js';
import {jsonPath, note, time, warn} from '../report.js';
import {policyOf} from '../sweep.js';
import {runTask, tell, type Work} from './report.js';

const listed = 10; // Of many files that are not covered, the first are shown.

const amountOf = (some: readonly Covered[]): string => {
	const files = some.filter(({isLink}) => !isLink);
	const links = some.length - files.length;
	return `${plural(files.length, 'file')}, ${formatBytes(sumBytes(files))}${links > 0 ? `, ${plural(links, 'link')}` : ''}`;
};

/** What is covered, by what it is covered by. */
const byReliance = (covered: readonly Covered[]): Map<string, Covered[]> => {
	const groups = new Map<string, Covered[]>();
	for (const one of covered) {
		const {reliance} = one;
		const key = 'backup' in reliance ? `backup ${reliance.backup}` : `session ${reliance.session}`;
		const group = groups.get(key) ?? [];
		groups.set(key, group);
		group.push(one);
	}

	return groups;
};

/** How long what was imported is safe in its session. */
const describeSession = async (context: Context, {outputs}: Opened, id: string): Promise<{readonly text: string; readonly isExpired: boolean}> => {
	const session = await readSession(outputs, id);
	if (session === undefined) {
		return {text: `the session ${id}, which is gone`, isExpired: true};
	}

	const name = `the session ${nameSession(session)}`;
	if (session.keep !== undefined && isKept(session.keep.until, context.now())) {
		return {text: `${name}, kept ${describeKeep(session.keep.until)}`, isExpired: false};
	}

	const policy = policyOf(context, session.uid);
	const {evidence, state} = await assess(outputs, session, policy, {signal: context.signal});
	const expiry = evidence === undefined ? undefined : time(evidence.time + (policy.maxAgeHours * 3_600_000));
	const advice = `(sojourn keep ${id})`;
	return state === 'expired'
		? {text: `${name}, which has expired, does not count as an import: use or keep it ${advice}`, isExpired: true}
		: {text: `${name} alone, which expires${expiry === undefined ? '' : ` at ${expiry}`} unless it is used or kept ${advice}`, isExpired: false};
};

/** What will happen, a line each. */
const describe = async (work: Work, opened: Opened, {covered}: Coverage): Promise<string[]> => {
	const lines = [`This removes from the legacy folders in ${printable(work.place.directory)} ${amountOf(covered)}:`];
	for (const group of byReliance(covered).values()) {
		const [{reliance}] = group as [Covered];
		lines.push(`  ${amountOf(group)}: compared with ${'backup' in reliance ? `the backup ${printable(reliance.backup)}` : (await describeSession(work.context, opened, reliance.session)).text}`);
	}

	return lines;
};

const relianceToJson = (covered: readonly Covered[]): unknown => [...byReliance(covered).values()].map(group => {
	const [{reliance}] = group as [Covered];
	const files = group.filter(({isLink}) => !isLink);
	return {...('backup' in reliance ? {backup: jsonPath(reliance.backup).path} : {session: reliance.session}), files: files.length, links: group.length - files.length};
});

const refuse = ({context, place}: Work, {uncovered, covered, passedOver}: Coverage): number => {
	for (const text of passedOver) {
		warn(context, printable(text));
	}

	warn(context, `nothing was removed: ${plural(uncovered.length, 'file or link', 'files or links')} of ${formatCount(uncovered.length + covered.length)} ${uncovered.length === 1 ? 'is' : 'are'} in no complete and still matching backup or import; "sojourn legacy backup" makes a backup`);
	return tell(context, {
		action: 'remove', path: place.directory, files: 0, bytes: 0, failed: uncovered, lines: [], listed, more: {reliesOn: relianceToJson(covered)},
	});
};

/** The records of imports whose sessions are there to stay: each is held until the removal is over, so that no sweep takes it meanwhile. */
const holdImports = async ({context, place}: Work, opened: Opened): Promise<{readonly imports: readonly ImportRecord[]; readonly holds: readonly Hold[]}> => {
	const imports: ImportRecord[] = [];
	const holds: Hold[] = [];
	for (const record of await lookUpRecords(place, context.signal)) {
		const hold = context.flags.dryRun ? undefined : await opened.outputs.hold(record.session).catch(() => undefined);
		if (hold !== undefined) {
			holds.push(hold);
		}

		const {text, isExpired} = await describeSession(context, opened, record.session);
		if (!isExpired && (hold !== undefined || context.flags.dryRun)) {
			imports.push(record);
		} else {
			note(context, isExpired ? text : `the session ${record.session} cannot be held, so its import does not count`);
		}
	}

	return {imports, holds};
};

const coverOf = async ({context, place}: Work, {outputs}: Opened, imports: readonly ImportRecord[]): Promise<Coverage> => {
	const {to} = context.flags;
	const at = to === undefined ? undefined : path.resolve(context.cwd, to);
	try {
		return await runTask(context, 'comparing', async options => findCover(place, outputs, {...options, at, imports}));
	} catch (error) {
		context.signal.throwIfAborted();
		throw at === undefined ? error : failed('look for backups in', at, error);
	}
};

const removeWith = async (work: Work, opened: Opened, imports: readonly ImportRecord[]): Promise<number> => {
	const {context, place} = work;
	const coverage = await coverOf(work, opened, imports);
	const {covered, uncovered, spared, folders} = coverage;
	if (uncovered.length > 0) {
		return refuse(work, coverage);
	}

	const more = {reliesOn: relianceToJson(covered)};
	const lines = await describe(work, opened, coverage);
	const files = covered.filter(({isLink}) => !isLink);
	if (context.flags.dryRun) {
		return tell(context, {
			action: 'remove', path: place.directory, files: files.length, bytes: sumBytes(files), failed: spared, lines: [lines[0]!.replace('This removes', 'would remove').replace(/:$/, ''), ...lines.slice(1)], more,
		});
	}

	// Also where only empty folders are left, it is asked: they are gone then.
	if (covered.length + folders.length > 0 && !await confirm(context, lines)) {
		note(context, 'nothing was removed');
		return 1;
	}

	const done = await runTask(context, 'removing', async options => removeCovered(place, coverage, options));
	await context.log({
		time: time(context.now()), outputs: place.directory.toWellFormed(), event: 'legacy removed', files: done.files, bytes: done.bytes, failed: done.failed.length, ...more,
	});
	return tell(context, {
		action: 'remove', path: place.directory, ...done, lines: [`removed ${plural(done.files, 'file')}, ${formatBytes(done.bytes)} from the legacy folders`], more,
	});
};

const remove = async (work: Work, opened: Opened): Promise<number> => {
	const {imports, holds} = await holdImports(work, opened);
	try {
		return await removeWith(work, opened, imports);
	} finally {
		for (const hold of holds) {
			await hold.release();
		}
	}
};

/** `sojourn legacy remove`: what is elsewhere, to the last byte, and nothing else. */
export const run = async (work: Work): Promise<number> => {
	const {context, place} = work;
	if (context.flags.to === '-') {
		throw new Failure('--to - is refused: it names where backups are', 2);
	}

	const opened = (await context.open({mayCreate: false}))!;
	if (opened.danger !== undefined) {
		throw new Failure(`nothing is removed from ${printable(place.directory)}: ${opened.danger.detail}: ${opened.danger.advice}`);
	}

	if (context.flags.dryRun) {
		return remove(work, opened);
	}

	const onNote = (text: string): void => {
		note(context, text);
	};

	return inTurn(place, {signal: context.signal, onNote}, async turn => {
		for (const {path: where, error} of turn.failed) {
			warn(context, `${printable(where)}: ${error}`);
		}

		const code = await remove(work, opened);
		return turn.failed.length > 0 ? 1 : code;
	});
};
