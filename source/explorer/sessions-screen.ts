import {interrupt, quit} from './exits.js';
import {labelOf, type Action} from './keymap.js';
import type {Effect} from './messages.js';
import {stayOf, type Layer, type Model, type SessionRow, type Sessions} from './model.js';
import {distanceOf} from './move.js';
import {withNotice} from './outcomes.js';
import {isKeptRow, nameOfSession, shownSessions, stateOfRow} from './sessions.js';
import {showTasks} from './tasks-screen.js';
import {sessionsHeight} from './viewport.js';
import type {Step} from './update.js';

/**
The screen of sessions: what its keys do. What acts on a session acts on the one under the cursor at that moment, and its dialog keeps to that one.
*/

const none: readonly Effect[] = [];

const emptySessions: Omit<Sessions, 'ticket'> = {
	load: {state: 'loading'},
	rows: new Map(),
	cursor: {id: '', index: 0},
	scroll: 0,
	sort: {by: 'activity', isReversed: false},
	filter: '',
	isBusy: false,
};

/** Reads the list, anew if it has been read: the old one stays on screen until the answer comes. */
export const listSessions = (model: Model): Step => {
	const ticket = model.ticket + 1;
	return [
		{...model, ticket, sessions: {...emptySessions, ...model.sessions, load: {state: 'loading'}, ticket}},
		[{type: 'list-sessions', ticket}],
	];
};

/** Opens the screen, the cursor on the session that is open if that is on it. */
export const showSessions = (model: Model): Step => {
	const [next, effects] = listSessions(model);
	const open = stayOf(model);
	return [
		{
			...next,
			layers: [...model.layers, {type: 'sessions'}],
			...(open !== undefined && {sessions: {...next.sessions!, cursor: {id: open.id, index: 0}}}),
		},
		effects,
	];
};

/** Closes the screen. Without a session and a choice of them there is nothing behind it. */
const closeSessions = (model: Model): Step => model.session === undefined && model.menu === undefined
	? quit(model)
	: [
		{
			...model,
			layers: model.layers.filter(({type}) => type !== 'sessions'),
			// What was chosen here is not chosen there, too.
			...(model.menu !== undefined && {menu: {...model.menu, isBusy: model.sessions!.isBusy}}),
		},
		[{type: 'stop-listing-sessions'}],
	];

const withSessions = (model: Model, change: Partial<Sessions>): Model => ({...model, sessions: {...model.sessions!, ...change}});

const push = (model: Model, layer: Layer): Model => ({...model, layers: [...model.layers, layer]});

const refuse = (model: Model, text: string): Step => [withNotice(model, text, 'problem'), none];

const focusedSession = (model: Model): SessionRow | undefined => shownSessions(model.sessions!, model.now)[model.sessions!.cursor.index];

const moveInSessions = (model: Model, distance: number): Model => {
	const shown = shownSessions(model.sessions!, model.now);
	const index = Math.max(0, Math.min(shown.length - 1, model.sessions!.cursor.index + distance));
	return withSessions(model, {cursor: {id: shown[index]?.session.id ?? '', index}});
};

const isOpenHere = (model: Model, {session: {id}}: SessionRow): boolean => stayOf(model)?.id === id;

const resume = (model: Model, row: SessionRow): Step => {
	const {session} = row;
	if (isOpenHere(model, row)) {
		return closeSessions(model);
	}

	if (session.problem !== undefined) {
		return refuse(model, `${nameOfSession(row)} is broken: ${session.problem}; ${labelOf(model.keymap, 'look-into')} looks inside`);
	}

	if (!row.isOwn) {
		return refuse(model, `${nameOfSession(row)} belongs to ${row.owner}, and cannot be resumed by anybody else; ${labelOf(model.keymap, 'look-into')} looks inside`);
	}

	return [withSessions(model, {isBusy: true}), [{type: 'open-session', session}]];
};

export const keepOrLift = (model: Model, row: SessionRow): Step => {
	const {session} = row;
	if (session.problem !== undefined) {
		return refuse(model, `${nameOfSession(row)} is broken, and not removed by a sweep: ${session.problem}`);
	}

	if (isKeptRow(row, model.now)) {
		return [model, [{type: 'keep-session', row, keep: undefined}]];
	}

	return [push(model, {type: 'keep', row, text: '', caret: 0}), none];
};

const relabel = (model: Model, row: SessionRow): Step => {
	if (!row.isOwn) {
		return refuse(model, `${nameOfSession(row)} belongs to ${row.owner}, who alone can label it`);
	}

	const text = row.session.marker?.label ?? '';
	return [push(model, {type: 'relabel', row, text, caret: text.length}), none];
};

const end = (model: Model, row: SessionRow): Step => {
	if (isOpenHere(model, row)) {
		return refuse(model, `this session is open here: resume another, or start one with ${labelOf(model.keymap, 'new-session')}, before this one is ended`);
	}

	const ticket = model.ticket + 1;
	const {found} = row;
	const isKept = isKeptRow(row, model.now);
	return [
		push({...model, ticket}, {
			type: 'end',
			row,
			ticket,
			totals: found === undefined ? {state: 'loading'} : {state: 'ready', value: {files: found.files, bytes: found.bytes}},
			isKept,
			isTyped: isKept || !row.isOwn || stateOfRow(row, model.now) === 'broken',
			text: '',
			caret: 0,
		}),
		// Counted again in any case: what is told is what goes.
		[{type: 'count-session', row, ticket}],
	];
};

const trySweep = (model: Model): Step => {
	const ticket = model.ticket + 1;
	return [push({...model, ticket}, {type: 'try-sweep', report: {state: 'loading'}, ticket, scroll: 0}), [{type: 'try-sweep', ticket}]];
};

/** What is done with the session under the cursor. */
const onSession: Partial<Record<Action, (model: Model, row: SessionRow) => Step>> = {
	resume,
	'look-into': (model, row) => isOpenHere(model, row) ? closeSessions(model) : [withSessions(model, {isBusy: true}), [{type: 'look-into', row}]],
	'keep-or-lift': keepOrLift,
	relabel,
	end,
};

const onList: Partial<Record<Action, (model: Model) => Step>> = {
	'new-session': model => [withSessions(model, {isBusy: true}), [{type: 'open-session', session: 'new'}]],
	'try-sweep': trySweep,
	'filter-sessions': model => [push(model, {type: 'filter', text: model.sessions!.filter, caret: model.sessions!.filter.length}), none],
	reload: listSessions,
	help: model => [push(model, {type: 'help', scroll: 0, place: 'sessions'}), none],
	back: model => model.sessions!.filter === '' ? closeSessions(model) : [withSessions(model, {filter: ''}), none],
	quit: closeSessions,
	'show-tasks': showTasks,
	interrupt,
	...Object.fromEntries((['name', 'size', 'activity', 'left'] as const).flatMap(by => [false, true].map(isReversed => [
		`sort-sessions ${by}${isReversed ? ' reversed' : ''}`,
		(model: Model): Step => [withSessions(model, {sort: {by, isReversed}}), none],
	]))),
};

/** While a session is being opened one can move, sort, read anew and leave: no wish is made twice, and no dialog opened that the answer would find there. */
const waiting: ReadonlySet<Action> = new Set(['resume', 'look-into', 'keep-or-lift', 'relabel', 'end', 'new-session', 'try-sweep', 'filter-sessions', 'help']);

/** What an action does in the screen of sessions. */
export const actInSessions = (model: Model, action: Action): Step => {
	const distance = distanceOf(action, sessionsHeight(model.size.rows));
	if (distance !== undefined) {
		return [moveInSessions(model, distance), none];
	}

	if (model.sessions!.isBusy && waiting.has(action)) {
		return [model, none];
	}

	const row = focusedSession(model);
	const withRow = onSession[action];
	return withRow !== undefined && row !== undefined ? withRow(model, row) : onList[action]?.(model) ?? [model, none];
};
