import {
	type Model,
	type MenuItem,
	type Task,
	expiresAt,
} from '../explorer/model.js';
import {labelOf, type Keymap} from '../explorer/keymap.js';
import {progressOf, waitOf} from '../explorer/task-lines.js';
import {titleOf} from '../explorer/tasks.js';
import {onlyHidden, type Row} from '../explorer/tree.js';
import type {Facts} from '../outputs/outputs.js';
import {expiryOf} from '../session/expiry.js';
import {shortId} from '../session/id.js';
import {formatAge, formatDuration} from '../text/age.js';
import {printable} from '../text/printable.js';
import {formatCount, formatBytes, plural} from '../text/size.js';
import {
	fitColumns,
	truncateEnd,
	truncateMiddle,
	widthOf,
} from '../text/width.js';
import type {Role, Theme} from './theme.js';

/** A piece of a line in one style. Its text is printable. */
export type Span = {readonly text: string; readonly role: Role};

/** Spans as text with the sequences that show them. */
export const styled = (spans: readonly Span[], theme: Theme): string => spans.map(({text, role}) => text === '' ? '' : theme[role].open + text + theme[role].close).join('');

/** The line between the tree and the preview. */
export const dividerLines = (height: number): ReadonlyArray<readonly Span[]> => Array.from({length: height}, () => [{text: '│ ', role: 'frame'}]);

/** Columns of the size and the age at the end of a row. */
const sizeWidth = 8;
const ageWidth = 5;

const glyph = (row: Row): string => {
	switch (row.type) {
		case 'directory': {
			return row.isExpanded ? '▾ ' : '▸ ';
		}

		case 'symlink': {
			return '→ ';
		}

		case 'other': {
			return '? ';
		}

		case 'file':
		case 'message': {
			return '  ';
		}
	}
};

const roleOf = (row: Row): Role => {
	switch (row.type) {
		case 'directory': {
			return 'folder';
		}

		case 'symlink':
		case 'other': {
			return 'special';
		}

		case 'message': {
			return 'dim';
		}

		case 'file': {
			return 'plain';
		}
	}
};

/** What a row says that is no output. */
export const messageOf = ({name}: Row, keymap: Keymap): string => name === onlyHidden ? `only hidden files: ${labelOf(keymap, 'toggle-hidden')} shows them` : name;

export type RowState = {
	readonly isFocused: boolean;
	/** Whether keys go to the tree, not to the preview. */
	readonly hasKeys: boolean;
	readonly isMarked: boolean;
	readonly isInRange: boolean;
	readonly now: number;
	/** What a folder holds, in bytes; absent until it is counted. */
	readonly folderBytes?: number | undefined;
	/** What is told at the end of the row instead of its size and age. */
	readonly remark?: string | undefined;
};

/** A text in which the letters that a filter has matched stand out. */
const matchedSpans = (text: string, matched: readonly number[], role: Role): Span[] => {
	const spans: Span[] = [];
	const letters = new Set(matched);
	for (let start = 0; start < text.length;) {
		const isMatched = letters.has(start);
		let end = start + 1;
		while (end < text.length && letters.has(end) === isMatched) {
			end++;
		}

		spans.push({text: text.slice(start, end), role: isMatched ? 'match' : role});
		start = end;
	}

	return spans;
};

/** One row of the tree as spans that fill `width` columns exactly. */
export const rowSpans = (row: Row, facts: Facts | undefined, width: number, state: RowState): Span[] => {
	const isMessage = row.type === 'message';
	const hasColumns = !isMessage && width >= 34;
	const bytes = row.type === 'directory' ? state.folderBytes : (row.type === 'file' ? facts?.bytes : undefined);
	const size = hasColumns && bytes !== undefined && !Number.isNaN(bytes) ? formatBytes(bytes) : '';
	const age = hasColumns && facts !== undefined && !Number.isNaN(facts.modifiedAt) ? formatAge(state.now - facts.modifiedAt) : '';
	const columns = hasColumns ? state.remark ?? `${size.padStart(sizeWidth)}${age.padStart(ageWidth)} ` : '';
	// A deep tree keeps room for its names.
	const indent = ' '.repeat(Math.min(row.depth * 2, Math.max(0, width - columns.length - 16)));
	const mark = state.isMarked ? '*' : (state.isInRange ? '+' : ' ');
	const head = `${mark}${indent}${glyph(row)}`;
	const name = isMessage ? row.name : printable(row.name);
	const room = Math.max(1, width - widthOf(head) - columns.length);
	const body = fitColumns(isMessage ? truncateEnd(name, room) : name, room);
	if (state.isFocused) {
		const text = head + body + columns;
		return [{text, role: state.hasKeys ? 'focus' : 'focus-away'}];
	}

	if (row.matched !== undefined && body.startsWith(row.name)) {
		return [{text: head, role: 'dim'}, ...matchedSpans(body, row.matched, state.isMarked ? 'marked' : roleOf(row)), {text: columns, role: 'dim'}];
	}

	return state.isMarked || state.isInRange ? [{text: head + body + columns, role: state.isMarked ? 'marked' : 'range'}] : [{text: head, role: 'dim'}, {text: body, role: roleOf(row)}, {text: columns, role: 'dim'}];
};

/** What the row of the folders of older deployments tells. */
export const legacyRemark = ({legacy}: Model): string | undefined => {
	switch (legacy.state) {
		case 'ready': {
			const {files, bytes, isCut} = legacy.value;
			return `${isCut ? 'more than ' : ''}${plural(files, 'file')}, ${formatBytes(bytes)} `;
		}

		case 'loading': {
			return 'counting… ';
		}

		case 'idle':
		case 'failed': {
			return undefined;
		}
	}
};

/** How far a task is: percent, bytes, rate, time left. */
export const describeTask = (task: Task, model: Pick<Model, 'tasks'>): string => {
	if (task.isCancelling) {
		return 'cancelling…';
	}

	const verb = {export: 'exporting', remove: 'removing', send: 'sending'}[task.request.type];
	const wait = waitOf(task, model);
	const {percent, amount, rate, left} = progressOf(task);
	const parts = wait === undefined ? [task.isChecking ? 'reading it back' : undefined, percent, amount, rate, left] : [wait];
	return `${verb} ${truncateMiddle(printable(titleOf(task.request)), 24)}: ${parts.filter(part => part !== undefined).join(', ')}`;
};

const timeSpan = (model: Model): Span => {
	const end = expiresAt(model);
	if (end === undefined) {
		return model.session?.isBroken ? {text: '  broken', role: 'problem'} : {text: '  kept for good', role: 'dim'};
	}

	const left = end - model.now;
	const isShort = left < model.timeoutHours * 360_000;
	return {text: `  ${left > 0 ? `${formatDuration(left)} left` : 'expired'}`, role: isShort ? 'warning' : 'dim'};
};

/** What the status bar says of the session and its time. A long label is cut so that the time is seen, and what takes `others` columns. */
export const sessionSpans = (model: Model, width: number, others: number): Span[] => {
	const {session} = model;
	if (session === undefined) {
		return [];
	}

	// That it is read-only matters more than why.
	const why = width < 60 ? '' : session.owner === undefined ? 'only looking, ' : `${truncateEnd(printable(session.owner), 20)}'s, `;
	const readOnly: Span[] = session.isReadOnly ? [{text: `  ${why}read-only`, role: 'warning'}] : [];
	const time: Span = session.isGone ? {text: '  gone: removed or renamed', role: 'problem'} : timeSpan(model);
	const rest = [time, ...readOnly];
	const room = Math.max(8, width - spansWidth(rest) - others);
	return [{text: truncateEnd(printable(session.label ?? shortId(session.id)), room), role: 'title'}, ...rest];
};

/** What the status bar says of the filter. */
export const filterSpans = ({filter, tree}: Model): Span[] => {
	if (filter === undefined || (filter.text === '' && tree.found === undefined)) {
		return [];
	}

	return [{text: `  ${formatCount(filter.total)} match ${truncateEnd(printable(filter.text), 20)}${filter.isComplete ? '' : '…'}`, role: 'marked'}];
};

/** What the status bar says of the marks. */
export const markSpans = ({marks, markTotals, rangeFrom, keymap}: Model): Span[] => {
	const range: Span[] = rangeFrom === undefined ? [] : [{text: `  range: move, then ${labelOf(keymap, 'range')}`, role: 'range'}];
	if (marks.size === 0) {
		return range;
	}

	const size = markTotals.state === 'ready' ? `, ${plural(markTotals.value.files, 'file')}, ${formatBytes(markTotals.value.bytes)}` : ', …';
	return [{text: `  ${formatCount(marks.size)} marked${size}`, role: 'marked'}, ...range];
};

/** What the status bar says where changes are not told but looked for. */
export const pollingSpans = ({polling}: Model): Span[] => polling === undefined ? [] : [{text: `  polling: ${printable(polling)}`, role: 'dim'}];

/** Spans cut to `width` columns in all. */
export const cutSpans = (spans: readonly Span[], width: number): Span[] => {
	const cut: Span[] = [];
	let left = width;
	for (const span of spans) {
		if (left <= 0) {
			break;
		}

		const text = truncateEnd(span.text, left);
		cut.push({...span, text});
		left -= widthOf(text);
	}

	return cut;
};

export const spansWidth = (spans: readonly Span[]): number => spans.reduce((sum, {text}) => sum + widthOf(text), 0);

/** One row of the start menu. */
export const describeMenuItem = (item: MenuItem | 'new', {now, timeoutHours, size}: Model): string => {
	if (item === 'new') {
		return 'start a new session';
	}

	const {session, isCurrent, files, bytes, lastActiveAt} = item;
	const label = session.marker?.label;
	const keepUntil = session.keep?.until;
	const name = label === undefined ? shortId(session.id) : `${printable(label)} (${shortId(session.id)})`;
	const end = expiryOf({isBroken: false, keep: keepUntil, lastActiveAt}, timeoutHours);
	const counted = files === undefined || bytes === undefined ? 'counting…' : `${plural(files, 'file')}, ${formatBytes(bytes)}`;
	const left = end === undefined ? 'kept for good' : `${formatDuration(end - now)} left`;
	const details = `${counted.padStart(20)}  ${left.padStart(13)}${isCurrent ? '  current' : ''}`;
	const room = Math.min(40, size.columns - widthOf(details) - 6);
	return room >= 16 ? `${fitColumns(name, room)}${details}` : `${truncateEnd(name, size.columns - widthOf(left) - 6)}  ${left}`;
};
