import type {EntryType} from '../outputs/outputs.js';
import {endRange} from './marking.js';
import {openPrompt} from './prompt.js';
import {targets, type EndedTask, type Model, type TaskRequest} from './model.js';
import type {Tree} from './tree.js';
import type {Step} from './update.js';

/** The types of some paths, as far as the tree knows them. */
const typesOf = (tree: Tree, paths: readonly string[]): Array<EntryType | undefined> => {
	const byParent = new Map<string, ReadonlyMap<string, EntryType>>();
	return paths.map(path => {
		const end = path.lastIndexOf('/');
		if (end === -1) {
			return 'directory';
		}

		const parent = path.slice(0, end);
		let types = byParent.get(parent);
		if (types === undefined) {
			types = new Map(tree.folders.get(parent)?.entries.map(entry => [entry.name, entry.type]));
			byParent.set(parent, types);
		}

		return types.get(path.slice(end + 1));
	});
};

const isLegacy = (path: string): boolean => path === 'legacy' || path.startsWith('legacy/');

const refuse = (model: Model, text: string): Step => [{...model, notice: {text, kind: 'problem'}}, []];

/** What is meant by a key that takes outputs home: frozen now. */
const meant = (current: Model): {readonly model: Model; readonly paths: readonly string[]; readonly types: ReadonlyArray<EntryType | undefined>; readonly problem?: string} => {
	// A range being marked is meant, too.
	const model = current.rangeFrom === undefined ? current : endRange(current);
	const paths = targets(model);
	const types = typesOf(model.tree, paths);
	const found = {model, paths, types};
	if (paths.length === 0) {
		return {...found, problem: 'nothing to export here: go to a file or folder, or mark some with Space'};
	}

	if (paths.some(path => isLegacy(path)) && paths.some(path => !isLegacy(path))) {
		return {...found, problem: 'legacy outputs and those of the session are exported one after the other: unmark the one or the other'};
	}

	return paths.length === 1 && (types[0] === 'symlink' || types[0] === 'other')
		? {...found, problem: types[0] === 'symlink' ? 'a symbolic link is not followed, and not exported' : 'a special file is not exported'}
		: found;
};

/** Opens the export dialog on a list that is frozen now. */
export const askForDestination = (current: Model, wantsZip: boolean): Step => {
	const {model, paths, types, problem} = meant(current);
	if (problem !== undefined) {
		return refuse(model, problem);
	}

	return openPrompt(model, {isZip: wantsZip || types.includes('directory'), session: model.session, paths, to: model.exportTo});
};

/** Opens the dialog of a removal. */
export const openRemoval = (model: Model, {session, paths}: Omit<Extract<TaskRequest, {type: 'remove'}>, 'type'>, again?: number): Step => {
	const ticket = model.ticket + 1;
	return [
		{...model, ticket, layers: [...model.layers, {type: 'remove', session, paths, totals: {state: 'loading'}, ticket, ...(again !== undefined && {again})}]},
		[{type: 'measure-prompt', ticket, session, paths}],
	];
};

const openSending = (model: Model, {transfer, session, paths}: Omit<Extract<TaskRequest, {type: 'send'}>, 'type'>, again?: number): Step => {
	const ticket = model.ticket + 1;
	return [
		{...model, ticket, layers: [...model.layers, {type: 'send', transfer, session, paths, totals: {state: 'loading'}, ticket, ...(again !== undefined && {again})}]},
		[{type: 'measure-prompt', ticket, session: session?.id, paths}],
	];
};

/** Asks again for what has ended, about the same list: its destination can be changed, and nothing is removed without a word. */
export const askAgain = (model: Model, {id, request}: EndedTask): Step => {
	switch (request.type) {
		case 'export': {
			return openPrompt(model, request, id);
		}

		case 'remove': {
			return openRemoval(model, request, id);
		}

		case 'send': {
			return openSending(model, request, id);
		}
	}
};

/** Asks whether files are to be sent through the terminal; where it takes none, or there are folders among them, it is told how to fetch them. */
export const askToSend = (current: Model): Step => {
	const {model, paths, types, problem} = meant(current);
	if (problem !== undefined) {
		return refuse(model, problem);
	}

	const {terminal: {transfer}, session} = model;
	const hasFolder = types.includes('directory');
	if (transfer === undefined || hasFolder) {
		const why = transfer === undefined ? 'This terminal takes no files' : 'Folders are not sent through the terminal';
		return [model, [{type: 'tell-download', why, session, paths, isZip: paths.length > 1 || hasFolder}]];
	}

	return openSending(model, {transfer, session, paths});
};
