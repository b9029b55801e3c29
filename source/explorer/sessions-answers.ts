import type {Session} from '../outputs/read-session.js';
import type {Message} from './messages.js';
import type {Menu, Model, OpenSession} from './model.js';
import {withNotice} from './outcomes.js';
import {onlyRows, withRow, withRows} from './sessions.js';

type Answer = Extract<Message, {type: 'sessions-listed' | 'sessions-failed' | 'sessions-found' | 'session-counted' | 'session-changed' | 'session-unchanged' | 'sweep-tried'}>;

const takeListing = (model: Model, {ticket, rows, ids, space}: Extract<Message, {type: 'sessions-listed'}>): Model => {
	const {sessions} = model;
	if (sessions?.ticket !== ticket) {
		return model;
	}

	const added = withRows(sessions, rows);
	return {...model, sessions: ids === undefined ? added : {...onlyRows(added, ids), load: {state: 'ready'}, space}};
};

const reopened = ({label: _, keepUntil: __, ...open}: OpenSession, {marker, keep}: Session): OpenSession => ({
	...open,
	...(marker?.label !== undefined && {label: marker.label}),
	...(keep !== undefined && {keepUntil: keep.until}),
});

/** The choice at the start, in which a session was changed, or is gone. */
const rechosen = (menu: Menu, id: string, session: Session | undefined): Menu => {
	const items = menu.items.flatMap(item => item.session.id === id ? session === undefined ? [] : [{...item, session}] : [item]);
	return {...menu, items, index: Math.min(menu.index, items.length)};
};

/** A session was changed, or is gone: in the lists, and where it is open. */
const takeChange = (model: Model, {id, session, text, isProblem = false}: Extract<Message, {type: 'session-changed'}>): Model => {
	const told = withNotice(model, text, isProblem ? 'problem' : 'success');
	const listed: Model = told.sessions === undefined ? told : {...told, sessions: withRow(told.sessions, id, row => session === undefined ? undefined : {...row, session})};
	const isOf = (open: OpenSession | undefined): open is OpenSession => session !== undefined && open?.id === id;
	const inPlace = <T extends Pick<Model, 'menu' | 'session'>>(place: T): T => ({
		...place,
		...(place.menu !== undefined && {menu: rechosen(place.menu, id, session)}),
		...(isOf(place.session) && {session: reopened(place.session, session!)}),
	});
	return {...inPlace(listed), behind: listed.behind && inPlace(listed.behind)};
};

/** What the effects of the list of sessions answer. An answer to a question that nobody asks any more is dropped. */
export const receiveOfSessions = (model: Model, message: Answer): Model => {
	switch (message.type) {
		case 'sessions-listed': {
			return takeListing(model, message);
		}

		case 'sessions-failed': {
			return model.sessions?.ticket === message.ticket
				? {...model, sessions: {...model.sessions, load: {state: 'failed', problem: message.problem}}}
				: model;
		}

		case 'sessions-found': {
			const {sessions} = model;
			if (sessions?.ticket !== message.ticket) {
				return model;
			}

			const known = [...message.found].flatMap(([id, found]) => {
				const row = sessions.rows.get(id);
				return row === undefined ? [] : [{...row, found}];
			});
			return {...model, sessions: withRows(sessions, known)};
		}

		case 'session-counted': {
			return {
				...model,
				layers: model.layers.map(layer => layer.type === 'end' && layer.ticket === message.ticket ? {...layer, totals: {state: 'ready', value: message.totals}} : layer),
			};
		}

		case 'session-changed': {
			return takeChange(model, message);
		}

		case 'session-unchanged': {
			return withNotice(model, message.problem, 'problem');
		}

		case 'sweep-tried': {
			return {
				...model,
				layers: model.layers.map(layer => layer.type === 'try-sweep' && layer.ticket === message.ticket ? {...layer, report: message.report} : layer),
			};
		}
	}
};
