import type {EntryType} from '../outputs/outputs.js';
import {endRange} from './marking.js';
import {targets, type Model} from './model.js';
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

/** Opens the export dialog on a list that is frozen now. */
export const askForDestination = (current: Model, wantsZip: boolean): Step => {
	// A range being marked is meant, too.
	const model = current.rangeFrom === undefined ? current : endRange(current);
	const paths = targets(model);
	if (paths.length === 0) {
		return refuse(model, 'nothing to export here: go to a file or folder, or mark some with Space');
	}

	if (paths.some(path => isLegacy(path)) && paths.some(path => !isLegacy(path))) {
		return refuse(model, 'legacy outputs and those of the session are exported one after the other: unmark the one or the other');
	}

	const types = typesOf(model.tree, paths);
	if (paths.length === 1 && (types[0] === 'symlink' || types[0] === 'other')) {
		return refuse(model, types[0] === 'symlink' ? 'a symbolic link is not followed, and not exported' : 'a special file is not exported');
	}

	const ticket = model.ticket + 1;
	return [
		{
			...model,
			ticket,
			layers: [...model.layers, {
				type: 'prompt',
				isZip: wantsZip || types.includes('directory'),
				session: model.session,
				paths,
				totals: {state: 'loading'},
				ticket,
				text: model.exportTo,
				caret: model.exportTo.length,
			}],
		},
		[{type: 'measure-prompt', ticket, paths}],
	];
};
