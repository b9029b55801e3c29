import {listOpenFolders} from './load.js';
import type {Message} from './messages.js';
import type {Behind, Layer, Model} from './model.js';
import {withNotice} from './outcomes.js';
import {emptyTree} from './tree.js';
import type {Step} from './update.js';

/**
Looking into a session without staying in it: the one that one stays in waits behind it, as it was.
*/

const behindOf = ({menu, session, tree: {found: _, ...tree}, cursor, scroll, facts, folderTotals, marks, preview, pane}: Model): Behind => ({menu, session, tree, cursor, scroll, facts, folderTotals, marks, preview, pane});

/** What the screen shows of a session before anything of it is known. */
export const unread = (roots: readonly string[], {sort, showsHidden}: Pick<Model['tree'], 'sort' | 'showsHidden'>): Pick<Model, 'tree' | 'cursor' | 'scroll' | 'facts' | 'folderTotals' | 'marks' | 'rangeFrom' | 'preview' | 'pane' | 'pendingKey' | 'filter' | 'goal'> => ({
	tree: {...emptyTree(roots), sort, showsHidden},
	cursor: {path: roots[0]!, index: 0},
	scroll: 0,
	facts: new Map(),
	folderTotals: new Map(),
	marks: new Set(),
	rangeFrom: undefined,
	preview: {path: '', load: {state: 'idle'}, scroll: 0},
	pane: 'tree',
	pendingKey: '',
	filter: undefined,
	goal: undefined,
});

/** The dialogs that outlast the session they were opened over: what is shown of it, and the list that another was chosen from, do not. */
export const withoutScreens = (layers: readonly Layer[]): readonly Layer[] => layers.filter(({type}) => type !== 'sessions' && type !== 'full-preview');

/** Shows a session to look at. */
export const lookInto = (model: Model, {session, roots, problem}: Extract<Message, {type: 'session-looked-into'}>): Step => {
	const looking: Model = {
		...model,
		...unread(roots, model.tree),
		behind: model.behind ?? behindOf(model),
		menu: undefined,
		session,
		sessions: model.sessions && {...model.sessions, isBusy: false},
		layers: withoutScreens(model.layers),
		isHeld: true,
	};
	const [next, effects] = listOpenFolders(problem === undefined ? looking : withNotice(looking, problem, 'problem'));
	return [next, [{type: 'end-filter'}, ...effects]];
};

/** Goes back to the list of sessions, behind which is what was there before. */
export const leave = (model: Model): Step => {
	const [next, effects] = listOpenFolders({
		...model, ...model.behind, behind: undefined, rangeFrom: undefined, filter: undefined, goal: undefined, pendingKey: '', layers: [...model.layers, {type: 'sessions'}],
	});
	return [next, [{type: 'leave'}, {type: 'end-filter'}, ...effects]];
};
