import {matchingCommands} from '../explorer/commands.js';
import {keyLabels, labelOf} from '../explorer/keymap.js';
import {rangeRows} from '../explorer/marking.js';
import {isFullPreview, isInSessions, isInTasks, placeOf, topLayer, type Layer, type Model} from '../explorer/model.js';
import {focusedRow, layout} from '../explorer/move.js';
import {placeholder} from '../explorer/preview-picture.js';
import {previewHeadHeight, previewRows} from '../explorer/preview-rows.js';
import {nameOfSession, shownSessions, stateOfRow} from '../explorer/sessions.js';
import {describeState, kindOf, stateParts} from '../explorer/task-lines.js';
import {hasEnded, taskRows, titleOf} from '../explorer/tasks.js';
import {rowsOf} from '../explorer/tree.js';
import {describeAge} from '../text/age.js';
import {printable, printableText} from '../text/printable.js';
import {formatCount, formatBytes, plural} from '../text/size.js';
import {dialogLines} from './dialog-lines.js';
import {fieldLead} from './field.js';
import {describeMenuItem, describeTask, legacyRemark, messageOf, sessionSpans} from './present.js';
import {countTasks} from './present-tasks.js';
import {choiceHints} from './status-lines.js';

/** Something that can be told. It is told anew when its `id` is another one. */
export type Told = {readonly id: string; readonly text: string};

/** All that a screen reader's user may have to hear of a model, in the order in which it is told. */
export type LinearText = {
	/** Where one is, beneath every dialog. */
	readonly place: Told;
	/** What stands before that, if anything does: when it changes, all is told that is there then. */
	readonly layer: string;
	/** What is read there, line by line. */
	readonly lines: readonly Told[];
	/** The row that has the focus; `more` is known later, and told by itself then. */
	readonly focus: Told & {readonly more?: string};
	/** What is typed. */
	readonly field: Told;
	/** What goes on beside. */
	readonly asides: readonly Told[];
};

/** The model thinks that it has a screen of this size: whatever the terminal's, nothing is drawn. */
export const linearSize = {columns: 80, rows: 24} as const;

const nothing: Told = {id: '', text: ''};

const list = (...parts: ReadonlyArray<string | false | undefined>): string => parts.filter(part => part !== false && part !== undefined && part !== '').join(', ');

const join = (spans: ReadonlyArray<{readonly text: string}>): string => spans.map(({text}) => text).join('').trim().replaceAll(/ {2,}/g, ', ');

const kinds = {directory: 'folder', file: 'file', symlink: 'link', other: 'special file'} as const;

const treeFocus = (model: Model): LinearText['focus'] => {
	const row = focusedRow(model);
	const place = `${formatCount(model.cursor.index + 1)} of ${formatCount(rowsOf(model.tree).length)}`;
	if (row.type === 'message') {
		return {id: row.path + row.name, text: list(messageOf(row, model.keymap), place)};
	}

	const facts = model.facts.get(row.path);
	const isMarked = model.marks.has(row.path);
	const isInRange = rangeRows(model).includes(row);
	const more = row.path === 'legacy'
		? legacyRemark(model)?.trim()
		: facts && list(
			row.type === 'file' && !Number.isNaN(facts.bytes) && formatBytes(facts.bytes),
			!Number.isNaN(facts.modifiedAt) && describeAge(model.now - facts.modifiedAt),
		);
	return {
		id: `${row.path}\0${row.type} ${row.isExpanded} ${isMarked} ${isInRange}`,
		text: list(printable(row.path), kinds[row.type], row.type === 'directory' && (row.isExpanded ? 'open' : 'closed'), more, isMarked && 'marked', isInRange && 'in the range', place),
		...(more !== undefined && {more}),
	};
};

const sessionsFocus = (model: Model): LinearText['focus'] => {
	const sessions = model.sessions!;
	const shown = shownSessions(sessions, model.now);
	const row = shown[sessions.cursor.index];
	if (row === undefined) {
		return {id: sessions.load.state, text: sessions.load.state === 'failed' ? sessions.load.problem : (sessions.load.state === 'loading' ? 'reading' : 'no sessions')};
	}

	const state = stateOfRow(row, model.now);
	const more = row.found && `${plural(row.found.files, 'file')}, ${formatBytes(row.found.bytes)}`;
	return {
		id: `${row.session.id} ${state}`,
		text: list(printable(nameOfSession(row)), !row.isOwn && `of ${printable(row.owner)}`, state, more, row.session.id === model.session?.id && 'open here', `${sessions.cursor.index + 1} of ${shown.length}`),
		...(more !== undefined && {more}),
	};
};

const menuFocus = (model: Model): LinearText['focus'] => {
	const menu = model.menu!;
	const item = menu.items[menu.index];
	return {
		id: String(menu.index),
		text: list(describeMenuItem(item ?? 'new', model).replaceAll(/ {2,}/g, ', '), `${menu.index + 1} of ${menu.items.length + 1}`),
		...(item?.files !== undefined && item.bytes !== undefined && {more: `${plural(item.files, 'file')}, ${formatBytes(item.bytes)}`}),
	};
};

const tasksFocus = (model: Model): LinearText['focus'] => {
	const rows = taskRows(model);
	const row = rows[model.taskCursor.index];
	if (row === undefined) {
		return {id: 'none', text: 'no tasks'};
	}

	const state = stateParts(row, model);
	// Told anew when it ends or is cancelled, and at each quarter.
	const quarter = hasEnded(row) ? row.end : `${row.isCancelling} ${row.totalBytes === undefined ? '' : Math.floor((row.bytes * 4) / row.totalBytes)}`;
	return {id: `${row.id} ${quarter}`, text: list(`${kindOf(row.request)} ${printable(titleOf(row.request))}`, ...state, describeState(row, model), `${model.taskCursor.index + 1} of ${rows.length}`)};
};

const commandFocus = (model: Model, {text, index}: Extract<Layer, {type: 'commands'}>): LinearText['focus'] => {
	const commands = matchingCommands(text, model.keymap);
	const command = commands[index];
	return command === undefined
		? {id: 'none', text: 'no command is called that'}
		: {id: command.action, text: list(command.help, keyLabels(command), `${index + 1} of ${commands.length}`)};
};

/** What of a preview is on the screen that the model thinks it has. */
const previewLines = (model: Model): Told[] => {
	const {preview} = layout(model);
	const {load, path, scroll} = model.preview;
	// Until the next one is read, the last one stays: nobody has asked for that.
	if (preview === undefined || load.state === 'idle' || load.state === 'loading' || path !== model.cursor.path) {
		return [];
	}

	if (load.state === 'failed') {
		return [{id: `${path} failed`, text: load.problem}];
	}

	const height = preview.height - previewHeadHeight;
	const {head, length, at} = previewRows(load.value, preview.width, height);
	const texts = [...head, ...Array.from({length: Math.max(0, Math.min(height, length - scroll))}, (_, index) => at(scroll + index))].map(pieces => pieces.map(({text}) => text).join('').trimEnd());
	// The cells of a picture say nothing to who listens.
	return texts.map((text, index) => ({id: `${path} ${scroll + index}`, text})).filter(({text}) => !text.startsWith(placeholder));
};

const beneath = (model: Model): Pick<LinearText, 'place' | 'focus'> => {
	if (isInTasks(model)) {
		const {keymap} = model;
		return {place: {id: 'tasks', text: list('Tasks', countTasks(model), `${labelOf(keymap, 'cancel-task')} cancel`, `${labelOf(keymap, 'try-again')} try again`, `${labelOf(keymap, 'help')} help`, `${labelOf(keymap, 'quit')} back`)}, focus: tasksFocus(model)};
	}

	if (model.sessions !== undefined && isInSessions(model)) {
		return {place: {id: 'sessions', text: list(model.isAll ? 'All sessions' : 'Your sessions', `${labelOf(model.keymap, 'help')} help`, `${labelOf(model.keymap, 'quit')} back`)}, focus: sessionsFocus(model)};
	}

	if (model.menu !== undefined) {
		return {place: {id: 'menu', text: list('Resume a session, or start a new one', model.menu.remark, `${labelOf(model.keymap, 'show-sessions')} all sessions`, `${labelOf(model.keymap, 'quit')} quit`)}, focus: menuFocus(model)};
	}

	return {
		place: {id: `session ${model.session?.id ?? ''}`, text: list(`Session ${join(sessionSpans(model, 200, 0))}`, `${labelOf(model.keymap, 'help')} help`, `${labelOf(model.keymap, 'quit')} quit`)},
		focus: treeFocus(model),
	};
};

/** Layers that are a text field beneath which one sees the rows. */
const overRows: ReadonlySet<Layer['type']> = new Set(['fuzzy', 'find', 'filter']);

const fieldOf = (layer: Layer | undefined): Told => {
	if (layer === undefined || !('text' in layer) || (layer.type === 'end' && !layer.isTyped)) {
		return nothing;
	}

	const lead = overRows.has(layer.type) ? fieldLead(layer.type) : (layer.type === 'commands' ? ': ' : '> ');
	return {id: `${layer.type} ${layer.text} ${layer.caret}`, text: `${lead}${printableText(layer.text.slice(0, layer.caret))}${layer.caret === layer.text.length ? '' : `[cursor]${printableText(layer.text.slice(layer.caret))}`}`};
};

const asidesOf = (model: Model): Told[] => {
	const {marks, markTotals, notice, tasks, filter} = model;
	const [task] = tasks;
	const short = sessionSpans(model, 200, 0).find(({text, role}) => role === 'warning' && /left|expired/v.test(text));
	return [
		{id: short === undefined ? '' : 'short', text: short?.text.trim() ?? ''},
		{id: marks.size === 0 ? '' : `${marks.size} ${markTotals.state}`, text: markTotals.state === 'ready' ? `${plural(marks.size, 'output')} marked, ${plural(markTotals.value.files, 'file')}, ${formatBytes(markTotals.value.bytes)}` : ''},
		{id: filter?.isComplete ? `${filter.ticket}` : '', text: filter === undefined || filter.text === '' ? '' : `${formatCount(filter.total)} match ${printable(filter.text)}`},
		{id: task === undefined ? '' : `${task.id} ${task.isCancelling}`, text: task === undefined ? '' : describeTask(task, model)},
		{id: model.pendingKey, text: choiceHints(model, placeOf(model)).map(([key, meaning]) => `${key} ${meaning}`).join(', ')},
		{id: notice === undefined ? '' : `${notice.kind} ${notice.text}`, text: notice?.text ?? ''},
	];
};

const told = (text: string): Told => ({id: text, text});

/** A model as text for a screen reader. */
export const linearText = (model: Model): LinearText => {
	const layer = topLayer(model);
	const {place, focus} = beneath(model);
	const rest = {place, layer: layer === undefined ? '' : `${layer.type} ${model.layers.length}`, field: fieldOf(layer), asides: asidesOf(model)};
	if (layer === undefined || layer.type === 'sessions' || layer.type === 'tasks' || overRows.has(layer.type)) {
		return {...rest, layer: '', focus, lines: model.pane === 'preview' && layer === undefined ? previewLines(model) : []};
	}

	if (isFullPreview(model)) {
		const title = list(`Preview of ${printable(model.cursor.path)}`, `${labelOf(model.keymap, 'mark')} next page`, `${labelOf(model.keymap, 'quit')} back`);
		return {...rest, lines: [told(title), ...previewLines(model)], focus: nothing};
	}

	if (layer.type === 'commands') {
		return {...rest, lines: [told('Commands: type to search, Down and Up choose, Return runs, Escape cancels')], focus: commandFocus(model, layer)};
	}

	// Whole, whatever has to be scrolled on a screen.
	const lines = dialogLines(layer, {...model, size: {...model.size, rows: 10_000}})
		.filter(spans => spans.every(({role}) => role !== 'focus'))
		.map(spans => join(spans))
		.filter(text => text !== '');
	return {...rest, lines: lines.map(text => told(text)), focus: nothing};
};

/** The lines that tell what has changed; all, where nothing was told before. */
export const linearChanges = (before: LinearText | undefined, after: LinearText): string[] => {
	const isNew = (last: Told | undefined, next: Told): boolean => next.text !== '' && last?.id !== next.id;
	const isMoved = isNew(before?.place, after.place);
	const isElsewhere = isMoved || before?.layer !== after.layer;
	const known = new Set(isElsewhere ? [] : before.lines.map(({id}) => id));
	const isLater = after.focus.more !== undefined && before?.focus.more === undefined;
	return [
		...(isMoved ? [after.place.text] : []),
		...after.lines.filter(({id}) => !known.has(id)).map(({text}) => text),
		...(isNew(isElsewhere ? undefined : before.focus, after.focus) ? [after.focus.text] : (isLater ? [after.focus.more] : [])),
		...after.asides.filter((aside, index) => isNew(before?.asides[index], aside)).map(({text}) => text),
		...(isNew(isElsewhere ? undefined : before.field, after.field) ? [after.field.text] : []),
	];
};
