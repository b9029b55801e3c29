import {formatDuration} from '../text/age.js';
import {shortId} from '../session/id.js';
import {act} from './act.js';
import {interrupt, suspend} from './exits.js';
import {pressInLayer, pasteInLayer} from './layers.js';
import {lookUp, type BrowseAction} from './keymap.js';
import {pressInMenu} from './menu.js';
import {listOpenFolders} from './load.js';
import {takeFound} from './filter.js';
import {lookInto, unread, withoutScreens} from './look.js';
import type {Effect, Message} from './messages.js';
import {isInSessions, stayOf, topLayer, withStay, type Model} from './model.js';
import {takeMouse} from './mouse.js';
import {
	cancelExport,
	failExport,
	finishExport,
	finishRemoval,
	finishSending,
	finishSweep,
	withNotice,
	withReport,
	withSweep,
} from './outcomes.js';
import {receiveChange, receiveFailure, receiveListing, withFacts} from './refresh.js';
import {takeCompletion, takeLook} from './prompt.js';
import {settle} from './settle.js';
import {forgetTasks, withTask} from './tasks.js';
import type {Terminal} from './terminal-facts.js';
import {receiveOfSessions} from './sessions-answers.js';
import {keepOrLift, listSessions, showSessions} from './sessions-screen.js';
import {withFolder} from './tree.js';
import {layoutOf} from './viewport.js';

/** The next model, and what is to be done. */
export type Step = readonly [Model, readonly Effect[]];

const none: readonly Effect[] = [];

const minute = 60_000;

/** How long after the marker was written a key press writes it again: the smaller of 10 minutes and a tenth of the timeout. */
const touchInterval = ({timeoutHours}: Model): number => Math.min(10 * minute, timeoutHours * 6 * minute);

const touchIfDue = (model: Model): Step =>
	stayOf(model)?.isReadOnly === false && model.now - model.touchedAt >= touchInterval(model)
		? [{...model, touchedAt: model.now}, [{type: 'touch', at: model.now}]]
		: [model, none];

/** A key holds again what was given up while nobody pressed one. */
const holdIfGivenUp = (model: Model): Step => model.session === undefined || model.isHeld
	? [{...model, pressedAt: model.now}, none]
	: [{...model, pressedAt: model.now, isHeld: true}, [{type: 'hold'}]];

/** An explorer that is left alone for as long as a session may rest does not hold its own for ever, nor what is looked into. */
const giveUpIfAlone = (model: Model): Step =>
	model.session !== undefined && model.isHeld && model.tasks.length === 0 && model.now - model.pressedAt > model.timeoutHours * 60 * minute
		? [withNotice({...model, isHeld: false}, `no key was pressed for ${formatDuration(model.now - model.pressedAt)}: the session is not held any more, and expires as any other`, 'info'), [{type: 'release'}]]
		: [model, none];

/** What a user does says that the session is used. */
const asSignOfLife = (model: Model, action: (model: Model) => Step): Step => {
	const [held, holds] = holdIfGivenUp(model);
	const [touched, touches] = touchIfDue(held);
	const [next, effects] = action(touched);
	return [next, touches.length === 0 && holds.length === 0 ? effects : [...holds, ...touches, ...effects]];
};

const isTooSmall = ({size}: Model): boolean => layoutOf(size, {showsPreview: false, isFull: false}).isTooSmall;

/** Where the screen is too small to show what a key would do, it does nothing; but one can always leave. */
const pressUnseen = (model: Model, key: string): Step => {
	if (key === 'ctrl+c') {
		return interrupt(model);
	}

	const found = lookUp('', key, 'browse', model.keymap);
	return found !== undefined && 'action' in found && found.action === 'quit' && model.tasks.length === 0 ? [{...model, exitCode: 0}, none] : [model, none];
};

const press = (model: Model, key: string): Step => {
	if (key === 'ctrl+z') {
		return suspend(model);
	}

	const fresh: Model = model.notice === undefined && model.goal === undefined ? model : {...model, notice: undefined, goal: undefined};
	if (isTooSmall(fresh)) {
		return pressUnseen(fresh, key);
	}

	const layer = topLayer(fresh);
	if (layer !== undefined) {
		return pressInLayer(fresh, layer, key);
	}

	if (fresh.menu !== undefined) {
		return pressInMenu(fresh, fresh.menu, key);
	}

	const found = lookUp(fresh.pendingKey, key, 'browse', fresh.keymap);
	if (found === undefined) {
		return [{...fresh, pendingKey: ''}, none];
	}

	return 'pending' in found ? [{...fresh, pendingKey: found.pending}, none] : act({...fresh, pendingKey: ''}, found.action as BrowseAction);
};

const openSession = (model: Model, {session, roots, isNew}: Extract<Message, {type: 'session-opened'}>): Step => {
	const opened: Model = {
		...model,
		...unread(roots, model.tree),
		menu: undefined,
		behind: undefined,
		layers: withoutScreens(model.layers),
		sessions: model.sessions && {...model.sessions, isBusy: false},
		session,
		touchedAt: model.now,
		pressedAt: model.now,
		isHeld: true,
	};
	const told = isNew ? withNotice(opened, `started session ${session.label ?? shortId(session.id)}`, 'info') : opened;
	const [next, effects] = listOpenFolders(told);
	const stops: Effect[] = isInSessions(model) ? [{type: 'stop-listing-sessions'}] : [];
	const counts: Effect[] = roots.includes('legacy') && model.legacy.state === 'idle' ? [{type: 'count-legacy'}] : [];
	return [counts.length === 0 ? next : {...next, legacy: {state: 'loading'}}, [...stops, ...effects, ...counts]];
};

/** A picture that is shown is read again where it is drawn in another way now. */
const knowTerminal = (model: Model, terminal: Terminal): Step => {
	const [before, now] = [model.terminal.graphics, terminal.graphics];
	const next: Model = {...model, terminal};
	const isSame = before?.cell.width === now?.cell.width && before?.cell.height === now?.cell.height;
	const {load, path} = model.preview;
	// One that is only told is among the facts.
	const mayBePicture = load.state === 'ready' && ['picture', 'facts'].includes(load.value.kind) && path === model.cursor.path;
	return [next, isSame || !mayBePicture ? none : [{type: 'read-preview', path, isRefresh: true}]];
};

const receive = (model: Model, message: Message): Step => {
	switch (message.type) {
		case 'key-pressed': {
			return asSignOfLife(model, touched => press(touched, message.key));
		}

		case 'mouse-used': {
			return asSignOfLife(model, touched => takeMouse(touched, message));
		}

		case 'text-pasted': {
			// Pasted text is text where there is a field for it, and nothing anywhere else.
			return pasteInLayer(model, message.text);
		}

		case 'screen-resized': {
			return [{...model, size: {columns: message.columns, rows: message.rows}}, none];
		}

		case 'terminal-known': {
			return knowTerminal(model, message.terminal);
		}

		case 'clock-ticked': {
			return giveUpIfAlone(forgetTasks({...model, now: message.now}));
		}

		case 'sessions-counted': {
			if (model.menu === undefined) {
				return [model, none];
			}

			const counted = new Map(message.items.map(item => [item.session.id, item]));
			return [{...model, menu: {...model.menu, items: model.menu.items.map(item => counted.get(item.session.id) ?? item)}}, none];
		}

		case 'session-opened': {
			return openSession(model, message);
		}

		case 'session-looked-into': {
			return lookInto(model, message);
		}

		case 'session-refused': {
			return [withNotice({
				...model,
				menu: model.menu && {...model.menu, isBusy: false},
				sessions: model.sessions && {...model.sessions, isBusy: false},
			}, message.problem, 'problem'), none];
		}

		case 'sessions-listed':
		case 'sessions-failed':
		case 'sessions-found':
		case 'session-counted':
		case 'session-changed':
		case 'session-unchanged':
		case 'sweep-tried': {
			return [receiveOfSessions(model, message), none];
		}

		case 'filter-found': {
			return [takeFound(model, message), none];
		}

		case 'sort-facts-read': {
			const folder = model.tree.folders.get(message.path);
			return folder?.sorting?.ticket === message.ticket
				? [{...model, tree: withFolder(model.tree, message.path, {...folder, sorting: {ticket: message.ticket, facts: message.facts}})}, none]
				: [model, none];
		}

		case 'own-session-read': {
			return keepOrLift(model, message.row);
		}

		case 'removal-finished': {
			return finishRemoval(model, message);
		}

		case 'text-shown': {
			return [withReport(model, message.title, message.lines), none];
		}

		case 'sessions-asked-for': {
			return showSessions(model);
		}

		case 'came-back': {
			return act(model, 'reload');
		}

		case 'failed': {
			return [withNotice(model, message.problem, 'problem'), none];
		}

		case 'folder-measured': {
			return [{...model, folderTotals: new Map(model.folderTotals).set(message.path, {...message.totals, isStale: false})}, none];
		}

		case 'legacy-counted': {
			return [{...model, legacy: message.legacy}, none];
		}

		case 'folder-listed': {
			return receiveListing(model, message);
		}

		case 'folder-failed': {
			return [receiveFailure(model, message), none];
		}

		case 'folder-changed':
		case 'entries-changed':
		case 'session-checked':
		case 'polling-changed': {
			return receiveChange(model, message);
		}

		case 'facts-read': {
			return withFacts(model, message.facts);
		}

		case 'preview-read': {
			return message.path === model.cursor.path
				? [{...model, preview: {path: message.path, load: {state: 'ready', value: message.preview}, scroll: message.path === model.preview.path ? model.preview.scroll : 0}}, none]
				: [model, none];
		}

		case 'preview-failed': {
			return message.path === model.cursor.path
				? [{...model, preview: {path: message.path, load: {state: 'failed', problem: message.problem}, scroll: 0}}, none]
				: [model, none];
		}

		case 'marks-measured': {
			return message.ticket === model.markTicket
				? [{...model, markTotals: {state: 'ready', value: message.totals}}, none]
				: [model, none];
		}

		case 'prompt-measured': {
			return [{
				...model,
				layers: model.layers.map(layer => 'totals' in layer && layer.type !== 'end' && layer.ticket === message.ticket ? {...layer, totals: {state: 'ready', value: message.totals}, ...(layer.type === 'prompt' && message.size !== undefined && {size: message.size})} : layer),
			}, none];
		}

		case 'destination-looked-at': {
			return [takeLook(model, message), none];
		}

		case 'destination-completed': {
			return takeCompletion(model, message);
		}

		case 'task-progressed': {
			return [withTask(model, message.id, task => ({
				...task, bytes: message.bytes, totalBytes: message.totalBytes, startedAt: task.startedAt ?? message.at, updatedAt: message.at, current: message.current, isChecking: message.isChecking,
			})), none];
		}

		case 'export-finished': {
			return [finishExport(model, message), none];
		}

		case 'send-finished': {
			return [finishSending(model, message), none];
		}

		case 'export-failed': {
			return [failExport(model, message), none];
		}

		case 'export-cancelled': {
			return [cancelExport(model, message), none];
		}

		case 'sweep-finished': {
			const swept = finishSweep(model, message);
			// What was removed, or kept, is another list now.
			return isInSessions(swept) ? listSessions(swept) : [swept, none];
		}

		case 'sweep-failed': {
			return [withNotice(withSweep(model, {state: 'failed', problem: message.problem}), message.problem, 'problem'), none];
		}

		case 'touched': {
			return [withStay(model, session => ({...session, lastActiveAt: message.at})), none];
		}

		case 'hold-failed':
		case 'touch-failed': {
			return [withNotice(model, message.problem, 'problem'), none];
		}
	}
};

/**
The explorer, as a function: what happens to the model when something happens. Pure; whatever has to be done outside is returned as data.
*/
export const update = (model: Model, message: Message): Step => {
	const [next, effects] = receive(model, message);
	const [settled, more] = settle(model, next);
	return [settled, more.length === 0 ? effects : [...effects, ...more]];
};
