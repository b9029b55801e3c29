import type {Effect, Message} from '../../source/explorer/messages.js';
import type {Model, Task} from '../../source/explorer/model.js';
import {rangeRows} from '../../source/explorer/marking.js';
import {rowsOf} from '../../source/explorer/tree.js';
import {initialModel} from '../../source/explorer/initial-model.js';
import {update} from '../../source/explorer/update.js';
import type {Entry, EntryType, Facts} from '../../source/outputs/outputs.js';

/** Folders by their paths, each with its names in the order of the screen: `name/` is a folder, `name@` a link, `name|` a pipe. */
export type FakeTree = Readonly<Record<string, readonly string[]>>;

const types = new Map<string, EntryType>([['/', 'directory'], ['@', 'symlink'], ['|', 'other']]);

export const entriesOf = (names: readonly string[]): Entry[] => names.map(name => {
	const type = types.get(name.at(-1)!);
	return type === undefined ? {name, type: 'file'} : {name: name.slice(0, -1), type};
});

/** An instant that the tests take for now, in milliseconds since 1970. */
export const now = Date.UTC(2026, 0, 2, 12);

export const factsFor = (type: EntryType = 'file', bytes = 10): Facts => ({
	type, bytes, modifiedAt: now - 60_000, changedAt: now - 60_000, mode: 0o600, uid: 1000,
});

/** A model before a session is open. */
export const freshModel = (changes: Partial<Model> = {}, roots: readonly string[] = ['single', 'bulk']): Model => ({
	...initialModel({size: {columns: 100, rows: 20}, now, timeoutHours: 24, exportTo: '.', roots}),
	...changes,
});

export type Explorer = {
	readonly model: () => Model;
	readonly press: (...keys: readonly string[]) => void;
	readonly send: (message: Message) => void;
	/** The effects of one type since it was last asked for them. */
	readonly wanted: <T extends Effect['type']>(type: T) => Array<Extract<Effect, {type: T}>>;
	/** All effects since it was last asked for them. */
	readonly all: () => readonly Effect[];
	/** Changes what the folders hold, for the next time that they are read. */
	readonly disk: (changes: FakeTree) => void;
	/** The path under the cursor. */
	readonly focused: () => string;
	/** The rows as one would read them: `>` the cursor, `*` a mark, `+` a range, `/` a closed folder, `/-` an open one. */
	readonly rows: () => string[];
};

/**
The explorer without a screen and without a disk: keys go in, and folders are answered from a fake tree.

@param tree - a folder that it does not name is empty
@param answers - whether folders are answered by themselves; otherwise the test does it
*/
export const openExplorer = (tree: FakeTree, {changes = {}, roots = ['single', 'bulk'], answers = true, owner}: {
	readonly changes?: Partial<Model>;
	readonly roots?: readonly string[];
	readonly answers?: boolean;
	/** Somebody else, whose session it is. */
	readonly owner?: string;
} = {}): Explorer => {
	const explorer = openModel(freshModel(changes, roots), {tree, answers});
	explorer.send({
		type: 'session-opened', session: {id: '11111111-2222-4333-8444-555555555555', isReadOnly: owner !== undefined, lastActiveAt: now, ...(owner !== undefined && {owner})}, roots, isNew: false,
	});
	return explorer;
};

/** The same from any model on. */
export const openModel = (first: Model, {tree = {}, answers = true}: {readonly tree?: FakeTree; readonly answers?: boolean} = {}): Explorer => {
	let folders = tree;
	let model = first;
	let effects: Effect[] = [];

	const send = (message: Message): void => {
		const [next, more] = update(model, message);
		model = next;
		effects.push(...more);
		for (const effect of more) {
			if (answers && effect.type === 'list-folder') {
				send({
					type: 'folder-listed', path: effect.path, ticket: effect.ticket, entries: entriesOf(folders[effect.path] ?? []), isComplete: true,
				});
			}
		}
	};

	return {
		model: () => model,
		send,
		all() {
			const found = effects;
			effects = [];
			return found;
		},
		press(...keys) {
			for (const key of keys) {
				send({type: 'key-pressed', key});
			}
		},
		wanted<T extends Effect['type']>(type: T) {
			const found = effects.filter((effect): effect is Extract<Effect, {type: T}> => effect.type === type);
			effects = effects.filter(effect => effect.type !== type);
			return found;
		},
		disk(more) {
			folders = {...folders, ...more};
		},
		focused: () => model.cursor.path,
		rows() {
			const range = new Set(rangeRows(model));
			return rowsOf(model.tree).map((row, index) => {
				const cursor = index === model.cursor.index ? '>' : ' ';
				const mark = model.marks.has(row.path) ? '*' : (range.has(row) ? '+' : ' ');
				const kind = row.type === 'directory' ? (row.isExpanded ? '/-' : '/') : '';
				return `${cursor}${mark}${'  '.repeat(row.depth)}${row.name}${kind}`;
			});
		},
	};
};

/** An export that runs. */
export const exportTask = (changes: Partial<Task> = {}): Task => ({
	id: 1, request: {type: 'export', isZip: false, session: undefined, paths: ['single/a'], to: '.'}, bytes: 0, isCancelling: false, ...changes,
});
