import {assess, type Assessment} from '../outputs/assess.js';
import {ownerName} from '../outputs/owner.js';
import type {Session} from '../outputs/read-session.js';
import {listSessions} from '../outputs/sessions.js';
import {shortId} from '../session/id.js';
import {Failure} from '../text/errors.js';
import {formatAge, formatDuration} from '../text/age.js';
import {formatBytes, plural} from '../text/size.js';
import {fitColumns, widthOf} from '../text/width.js';
import type {Context} from './context.js';
import {openOrWarn} from './choose.js';
import {note, print, printJson, printLines, time} from './report.js';
import {policyOf} from './sweep.js';

type Row = {
	readonly session: Session;
	readonly owner: string | undefined;
	readonly assessment: Assessment;
	/** Milliseconds since 1970; absent if it never expires or nothing tells. */
	readonly expiresAt: number | undefined;
};

const hour = 3_600_000;

/** What is held is in use, however long nobody has touched it. */
const inUse = (assessment: Assessment): Assessment =>
	assessment.state === 'idle' || assessment.state === 'expired' ? {...assessment, state: 'active'} : assessment;

/** When a session expires, in milliseconds since 1970; `undefined` if never, or if nothing tells. */
export const expiryOf = (session: Session, {evidence, state}: Assessment, maxAgeHours: number): number | undefined => {
	const keepUntil = session.keep?.until;
	if (evidence === undefined || state === 'broken' || keepUntil === 'forever') {
		return undefined;
	}

	return Math.floor(Math.max(evidence.time + (maxAgeHours * hour), keepUntil ?? 0));
};

const toJson = ({session, owner, assessment, expiresAt}: Row, path: string | undefined, hasSizes: boolean): unknown => ({
	id: session.id,
	label: session.marker?.label ?? null,
	owner: owner ?? null,
	uid: session.uid,
	createdAt: time(session.marker?.createdAt),
	lastActiveAt: time(assessment.evidence?.time),
	expiresAt: time(expiresAt),
	state: assessment.state,
	files: hasSizes ? assessment.files : null,
	bytes: hasSizes ? assessment.bytes : null,
	path: path ?? null,
});

const table = (rows: ReadonlyArray<readonly string[]>): string => {
	const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => widthOf(row[column]!))));
	return rows.map(row => `${row.map((cell, column) => fitColumns(cell, widths[column]!)).join('  ').trimEnd()}\n`).join('');
};

const toText = (context: Context, rows: readonly Row[], current: string | undefined): string => {
	const now = context.now();
	const hasSizes = !context.flags.noSizes;
	const isAll = context.flags.all ?? false;
	return table([
		['', 'ID', 'LABEL', ...(isAll ? ['OWNER'] : []), 'STATE', ...(hasSizes ? ['FILES', 'SIZE'] : []), 'ACTIVE', 'TIME LEFT'],
		...rows.map(({session, owner, assessment, expiresAt}) => [
			session.id === current ? '*' : '',
			shortId(session.id),
			session.marker?.label ?? '-',
			...(isAll ? [owner ?? String(session.uid)] : []),
			assessment.state,
			...(hasSizes ? [String(assessment.files), formatBytes(assessment.bytes)] : []),
			assessment.evidence === undefined ? '-' : formatAge(now - assessment.evidence.time),
			expiresAt === undefined ? '-' : expiresAt < now ? 'none' : formatDuration(expiresAt - now),
		]),
	]);
};

/** `sojourn sessions`: lists sessions. */
export const run = async (context: Context): Promise<number> => {
	if (context.words.length > 0) {
		throw new Failure('sessions takes no arguments', 2);
	}

	if (context.flags.json && context.flags[0]) {
		throw new Failure('--json and -0 contradict each other: give one of them', 2);
	}

	const opened = await openOrWarn(context, false);
	const found = opened === undefined ? [] : (await listSessions(opened.outputs, {uid: context.uid, isAll: context.flags.all ?? false})).sessions;
	if (context.flags[0]) {
		printLines(context, found.map(({id}) => id), true);
		return 0;
	}

	const hasSizes = !context.flags.noSizes;
	const held = await opened?.outputs.heldAmong(found.map(({id}) => id));
	const rows: Row[] = [];
	for (const session of found) {
		const assessed = await assess(opened!.outputs, session, policyOf(context, session.uid), {signal: context.signal});
		const assessment = held?.has(session.id) ? inUse(assessed) : assessed;
		rows.push({session, owner: await ownerName(session.uid), assessment, expiresAt: expiryOf(session, assessment, policyOf(context, session.uid).maxAgeHours)});
	}

	rows.sort((a, b) => (b.assessment.evidence?.time ?? 0) - (a.assessment.evidence?.time ?? 0));
	if (context.flags.json) {
		printJson(context, rows.map(row => toJson(row, opened!.outputs.local?.resolve(row.session.id), hasSizes)));
		return 0;
	}

	if (rows.length === 0) {
		note(context, 'there are no sessions: "sojourn start" starts one');
		return 0;
	}

	print(context, toText(context, rows, await context.memory.recall(opened!.outputs.location)));
	for (const {session} of rows) {
		if (session.problem !== undefined) {
			note(context, `${shortId(session.id)} is broken and left as it is: ${session.problem}`);
		}
	}

	if (context.flags.verbose) {
		note(context, `${plural(rows.length, 'session')} in ${opened!.outputs.location}`);
	}

	return 0;
};
