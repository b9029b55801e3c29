import type {Outputs} from '../outputs/outputs.js';
import {surveySessions, type Overview} from '../outputs/overview.js';
import {listSessions} from '../outputs/sessions.js';
import {shortId} from '../session/id.js';
import {Failure} from '../text/errors.js';
import {formatAge, formatDuration} from '../text/age.js';
import {printable} from '../text/printable.js';
import {formatBytes, plural} from '../text/size.js';
import {fitColumns, widthOf} from '../text/width.js';
import type {Context} from './context.js';
import {openOrWarn} from './choose.js';
import {createPaint, type Style} from './paint.js';
import {note, print, printJson, printLines, time} from './report.js';
import {policyOf} from './sweep.js';

const toJson = ({session, owner, assessment, state, expiresAt}: Overview, path: string | undefined, hasSizes: boolean): unknown => ({
	id: session.id,
	label: session.marker?.label ?? null,
	owner: owner ?? null,
	uid: session.uid,
	createdAt: time(session.marker?.createdAt),
	lastActiveAt: time(assessment.evidence?.time),
	expiresAt: time(expiresAt),
	state,
	files: hasSizes ? assessment.files : null,
	bytes: hasSizes ? assessment.bytes : null,
	path: path ?? null,
});

const styles: Readonly<Record<Overview['state'], Style | undefined>> = {
	active: 'active', idle: undefined, expired: 'warning', kept: 'kept', broken: 'bad',
};

/** @param paint - gives a cell of a row what it looks like, when it has its width */
const table = (rows: ReadonlyArray<readonly string[]>, paint: (row: number, column: number, text: string) => string): string => {
	const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => widthOf(row[column]!))));
	return rows.map((cells, row) => `${cells.map((cell, column) => column === cells.length - 1 ? cell : paint(row, column, fitColumns(cell, widths[column]!))).join('  ').trimEnd()}\n`).join('');
};

const toText = (context: Context, rows: readonly Overview[], current: string | undefined): string => {
	const now = context.now();
	const hasSizes = !context.flags.noSizes;
	const isAll = context.flags.all ?? false;
	const paint = createPaint(context);
	const stateColumn = isAll ? 4 : 3;
	return table([
		['', 'ID', 'LABEL', ...(isAll ? ['OWNER'] : []), 'STATE', ...(hasSizes ? ['FILES', 'SIZE'] : []), 'ACTIVE', 'TIME LEFT'],
		...rows.map(({session, owner, assessment, state, expiresAt}) => [
			session.id === current ? '*' : '',
			shortId(session.id),
			session.marker?.label ?? '-',
			...(isAll ? [owner ?? String(session.uid)] : []),
			state,
			...(hasSizes ? [String(assessment.files), formatBytes(assessment.bytes)] : []),
			assessment.evidence === undefined ? '-' : formatAge(now - assessment.evidence.time),
			expiresAt === undefined ? '-' : expiresAt < now ? 'none' : formatDuration(expiresAt - now),
		]),
	], (row, column, text) => column === stateColumn && row > 0 ? paint(styles[rows[row - 1]!.state], text) : text);
};

/** All of them in one line, and what room is left. */
const summaryOf = async (outputs: Outputs, rows: readonly Overview[], hasSizes: boolean): Promise<string> => {
	const files = rows.reduce((sum, {assessment}) => sum + assessment.files, 0);
	const bytes = rows.reduce((sum, {assessment}) => sum + assessment.bytes, 0);
	const space = await outputs.local?.space().catch(() => undefined);
	return `${plural(rows.length, 'session')}${hasSizes ? `, ${plural(files, 'file')}, ${formatBytes(bytes)}` : ''}${space === undefined ? '' : `; ${formatBytes(space.free)} of ${formatBytes(space.total)} free`} in ${printable(outputs.location)}`;
};

/** `sojourn sessions`: lists sessions. */
export const run = async (context: Context): Promise<number> => {
	if (context.words.length > 0) {
		throw new Failure('sessions takes no arguments', 2);
	}

	const opened = await openOrWarn(context, false);
	const found = opened === undefined ? [] : (await listSessions(opened.outputs, {uid: context.uid, isAll: context.flags.all ?? false})).sessions;
	if (context.flags[0]) {
		printLines(context, found.map(({id}) => id), true);
		return 0;
	}

	const hasSizes = !context.flags.noSizes;
	const rows = opened === undefined ? [] : await surveySessions(opened.outputs, found, uid => policyOf(context, uid), context.signal);
	if (context.flags.json) {
		printJson(context, rows.map(row => toJson(row, opened!.outputs.local?.resolve(row.session.id), hasSizes)));
		return 0;
	}

	if (rows.length === 0) {
		note(context, 'there are no sessions: "sojourn start" starts one');
		return 0;
	}

	print(context, toText(context, rows, await context.memory.recall(opened!.outputs.location)));
	if ((context.stdout.isTTY ?? false) || (context.flags.verbose ?? false)) {
		note(context, await summaryOf(opened!.outputs, rows, hasSizes));
	}

	for (const {session} of rows) {
		if (session.problem !== undefined) {
			note(context, `${shortId(session.id)} is broken and left as it is: ${session.problem}`);
		}
	}

	return 0;
};
