import {expiryOfRow, isKeptRow, lastActiveAt, nameOfSession, shownSessions, stateOfRow, totalsOf} from '../explorer/sessions.js';
import {reportRows} from '../explorer/report-rows.js';
import type {Model, SessionRow, Sessions} from '../explorer/model.js';
import {shortId} from '../session/id.js';
import {formatAge, formatDuration} from '../text/age.js';
import {printable, printableText} from '../text/printable.js';
import {formatCount, formatBytes, plural} from '../text/size.js';
import {fitColumns, truncateEnd, widthOf} from '../text/width.js';
import type {Span} from './present.js';
import type {Role} from './theme.js';

/** What a cell is made from. */
type Look = {
	readonly now: number;
	/** Bytes of all sessions together. */
	readonly total: number;
};

type Column = {
	readonly head: string;
	readonly width: number;
	readonly isRight?: boolean;
	readonly cell: (row: SessionRow, look: Look) => string;
};

const unknown = '…';

const barWidth = 10;

/** The share of the total, as ncdu draws it. */
const share = ({found}: SessionRow, {total}: Look): string => {
	if (found === undefined) {
		return '';
	}

	const part = total === 0 ? 0 : found.bytes / total;
	const marks = Math.min(barWidth, Math.ceil(part * barWidth));
	return `${(part * 100).toFixed(part > 0.999 ? 0 : 1).padStart(4)}% [${'#'.repeat(marks)}${' '.repeat(barWidth - marks)}]`;
};

const timeLeft = (row: SessionRow, {now}: Look): string => {
	if (row.session.problem !== undefined) {
		return '-';
	}

	if (row.session.keep?.until === 'forever') {
		return 'for good';
	}

	const end = expiryOfRow(row);
	if (end === undefined) {
		return unknown;
	}

	// Until it has been walked through, there may be younger signs of life.
	return end > now ? formatDuration(end - now) : (row.found === undefined ? unknown : 'none');
};

const activity = (row: SessionRow, {now}: Look): string => {
	const time = lastActiveAt(row);
	return time === undefined ? (row.found === undefined ? unknown : '-') : formatAge(now - time);
};

const columns = {
	left: {head: 'LEFT', width: 8, isRight: true, cell: timeLeft},
	size: {head: 'SIZE', width: 7, isRight: true, cell: ({found}) => found === undefined ? unknown : formatBytes(found.bytes)},
	owner: {head: 'OWNER', width: 10, cell: ({owner}) => printable(owner)},
	state: {head: 'STATE', width: 7, cell: (row, {now}) => stateOfRow(row, now) ?? unknown},
	active: {head: 'USED', width: 4, isRight: true, cell: activity},
	files: {head: 'FILES', width: 9, isRight: true, cell: ({found}) => found === undefined ? unknown : formatCount(found.files)},
	share: {head: 'SHARE', width: barWidth + 8, cell: share},
	id: {head: 'ID', width: 8, cell: ({session}) => shortId(session.id)},
} as const satisfies Readonly<Record<string, Column>>;

/** Columns for the name, at least. */
const leastName = 12;

/** Where there is little room, what matters least is left out. */
const priority: ReadonlyArray<keyof typeof columns> = ['left', 'size', 'owner', 'state', 'active', 'files', 'share', 'id'];

const order: ReadonlyArray<keyof typeof columns> = ['id', 'owner', 'state', 'files', 'size', 'share', 'active', 'left'];

/** The columns that there is room for, and what remains for the name. */
const fit = (width: number, isAll: boolean): {readonly shown: readonly Column[]; readonly nameWidth: number} => {
	let left = width - 2;
	const chosen = new Set<string>();
	for (const key of priority) {
		const needed = columns[key].width + 1;
		if ((key !== 'owner' || isAll) && left - needed >= leastName) {
			chosen.add(key);
			left -= needed;
		}
	}

	return {shown: order.filter(key => chosen.has(key)).map(key => columns[key]), nameWidth: left};
};

const align = (text: string, {width, isRight = false}: Column): string => {
	const cut = truncateEnd(text, width);
	const gap = ' '.repeat(Math.max(0, width - widthOf(cut)));
	return isRight ? gap + cut : cut + gap;
};

/** The line above the list. */
export const sessionsHead = (width: number, isAll: boolean): string => {
	const {shown, nameWidth} = fit(width, isAll);
	return ['  ' + fitColumns('NAME', nameWidth), ...shown.map(column => align(column.head, column))].join(' ');
};

const roleOf = (row: SessionRow, now: number): Role => {
	switch (stateOfRow(row, now)) {
		case 'broken': {
			return 'problem';
		}

		case 'expired': {
			return 'warning';
		}

		case 'kept': {
			return 'special';
		}

		case 'active': {
			return 'success';
		}

		case 'idle':
		case undefined: {
			return 'plain';
		}
	}
};

export type SessionRowState = Look & {
	readonly isFocused: boolean;
	/** Whether it is the session that one stays in. */
	readonly isOpen: boolean;
	readonly isAll: boolean;
};

/** One row of the list of sessions as spans that fill `width` columns exactly. */
export const sessionRowSpans = (row: SessionRow, width: number, state: SessionRowState): Span[] => {
	const {shown, nameWidth} = fit(width, state.isAll);
	const head = `${state.isOpen ? '*' : ' '} `;
	const name = `${fitColumns(printable(nameOfSession(row)), nameWidth - 1)} `;
	const rest = shown.map(column => ` ${align(column.cell(row, state), column)}`).join('');
	if (state.isFocused) {
		return [{text: head + name + rest, role: 'focus'}];
	}

	return [{text: head, role: 'marked'}, {text: name, role: roleOf(row, state.now)}, {text: rest, role: 'dim'}];
};

/** The sums in the status bar: of how many sessions, and what room is left on the disk. */
export const sessionsSummary = (sessions: Sessions, {now, isAll}: Model, width: number): string => {
	const {files, bytes, counted} = totalsOf(sessions);
	const all = sessions.rows.size;
	const shown = shownSessions(sessions, now).length;
	const what = `${shown < all ? `${formatCount(shown)} of ` : ''}${plural(all, 'session')}${sessions.load.state === 'loading' ? '…' : ''}`;
	const sizes = `${plural(files, 'file')}, ${formatBytes(bytes)}`;
	const progress = counted < all ? ` (${Math.floor((counted / all) * 100)} % counted)` : '';
	const space = sessions.space === undefined ? '' : `; ${formatBytes(sessions.space.free)} of ${formatBytes(sessions.space.total)} free`;
	const owners = isAll ? ' of all owners' : '';
	const candidates = [`${what}${owners}, ${sizes}${progress}${space}`, `${what}, ${sizes}${progress}${space}`, `${what}, ${sizes}${progress}`, `${what}, ${formatBytes(bytes)}`];
	return candidates.find(text => widthOf(text) <= width) ?? what;
};

/** Which session it is, whose, and what keeps it, for a dialog of that width; what matters most comes first. */
export const describeSession = (row: SessionRow, now: number, width: number): string[] => {
	const {session: {id, marker, keep, problem}, owner, isOwn} = row;
	const mark = ` (${shortId(id)})`;
	return [
		marker?.label === undefined ? id : `${truncateEnd(printable(marker.label), width - mark.length)}${mark}`,
		...(isOwn ? [] : [truncateEnd(`it belongs to ${printable(owner)}`, width)]),
		...(isKeptRow(row, now) ? [`it is kept ${keep!.isByAdministrator ? 'by the administrator' : 'by its owner'}`] : []),
		...(problem === undefined ? [] : reportRows([`it is broken: ${printableText(problem)}`], width)),
	];
};
