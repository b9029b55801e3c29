import type {Entry} from '../../outputs/outputs.js';
import {codeOf, reasonOf} from '../../text/errors.js';
import {compareEntries, withChanges} from '../entries.js';
import type {Effect} from '../messages.js';
import {outputsPath, type Dispatch, type Services} from './services.js';

type ListEffect = Extract<Effect, {type: 'list-folder'}>;

/** Milliseconds between two partial answers about one folder. */
const interval = 1000;

const merge = (a: readonly Entry[], b: readonly Entry[]): Entry[] => {
	const merged: Entry[] = [];
	let i = 0;
	let j = 0;
	while (i < a.length && j < b.length) {
		merged.push(compareEntries(a[i]!, b[j]!) <= 0 ? a[i++]! : b[j++]!);
	}

	while (i < a.length) {
		merged.push(a[i++]!);
	}

	while (j < b.length) {
		merged.push(b[j++]!);
	}

	return merged;
};

/** Sorted runs, kept like the digits of a counter: two of about one length become one of twice that, so that each entry is merged few times and no step is long. */
export const createSorter = (): {readonly add: (chunk: readonly Entry[]) => void; readonly sorted: () => Entry[]} => {
	const runs: Array<readonly Entry[]> = [];
	return {
		add(chunk) {
			runs.push([...chunk].sort(compareEntries));
			while (runs.length > 1 && runs.at(-1)!.length * 2 > runs.at(-2)!.length) {
				const last = runs.pop()!;
				runs.push(merge(runs.pop()!, last));
			}
		},
		sorted() {
			while (runs.length > 1) {
				const last = runs.pop()!;
				runs.push(merge(runs.pop()!, last));
			}

			return [...runs[0] ?? []];
		},
	};
};

/** Entries that are compared at once: few enough that a key pressed meanwhile is not felt. */
const step = 5000;

const others = async (): Promise<void> => {
	const {promise, resolve} = Promise.withResolvers<void>();
	setImmediate(resolve);
	return promise;
};

/** Tells what has changed since a folder was last read. Where little has, nothing is sorted anew; where nothing has, the list is the very same. */
export const createComparer = (known: readonly Entry[]): {readonly add: (chunk: readonly Entry[]) => Promise<void>; readonly sorted: () => readonly Entry[]} => {
	let places: Map<string, number> | undefined;
	const isThere = new Uint8Array(known.length);
	const changed = new Map<string, Entry['type'] | undefined>();

	const index = async (): Promise<Map<string, number>> => {
		const all = new Map<string, number>();
		for (const [place, {name}] of known.entries()) {
			all.set(name, place);
			if (place % step === step - 1) {
				await others();
			}
		}

		return all;
	};

	return {
		async add(chunk) {
			places ??= await index();
			for (const {name, type} of chunk) {
				const place = places.get(name);
				if (place !== undefined) {
					isThere[place] = 1;
				}

				if (place === undefined || known[place]!.type !== type) {
					changed.set(name, type);
				}
			}
		},
		sorted() {
			for (const [place, {name}] of known.entries()) {
				if (isThere[place] === 0) {
					changed.set(name, undefined);
				}
			}

			return changed.size === 0 ? known : withChanges(known, changed);
		},
	};
};

/** What the tree shows of a folder: of the one around the folders of older deployments only these, as the sessions of all users lie beside them. */
export const isListed = (path: string, {name, type}: Entry): boolean => path !== 'legacy' || (type === 'directory' && (name === 'single' || name === 'bulk'));

/** Entries that are told before the others are sorted: more than a screen shows. */
const early = 500;

/** Entries whose sorting one would wait for. */
const many = 10_000;

/** Keeps the entries that come first in the order. To find them takes one comparison an entry, to sort all seventeen. */
export const createFront = (): {readonly add: (chunk: readonly Entry[]) => void; readonly entries: () => readonly Entry[]} => {
	let front: readonly Entry[] = [];
	return {
		add(chunk) {
			const last = front.length < early ? undefined : front.at(-1)!;
			const candidates = last === undefined ? [...chunk] : chunk.filter(entry => compareEntries(entry, last) < 0);
			if (candidates.length > 0) {
				front = merge(front, candidates.sort(compareEntries)).slice(0, early);
			}
		},
		entries: () => front,
	};
};

const readFirst = async (services: Services, dispatch: Dispatch, {path, ticket}: ListEffect, chunks: AsyncIterable<readonly Entry[]>, signal: AbortSignal): Promise<readonly Entry[]> => {
	const sorter = createSorter();
	const front = createFront();
	let waiting: Array<readonly Entry[]> = []; // To be sorted.
	let count = 0;
	let toldAt = services.now();
	let isTold = false;
	const tell = (entries: readonly Entry[]): void => {
		isTold = true;
		dispatch({
			type: 'folder-listed', path, ticket, entries, isComplete: false,
		});
		toldAt = services.now();
	};

	const sort = async (): Promise<void> => {
		const chunksToSort = waiting;
		waiting = [];
		for (const chunk of chunksToSort) {
			sorter.add(chunk);
			await others();
			signal.throwIfAborted();
		}
	};

	for await (const chunk of chunks) {
		front.add(chunk);
		waiting.push(chunk);
		count += chunk.length;
		if (services.now() - toldAt >= interval) {
			await sort();
			tell(sorter.sorted());
		}
	}

	if (count > many && !isTold) {
		tell(front.entries());
	}

	await sort();
	return sorter.sorted();
};

const readAgain = async (known: readonly Entry[], chunks: AsyncIterable<readonly Entry[]>): Promise<readonly Entry[]> => {
	const comparer = createComparer(known);
	for await (const chunk of chunks) {
		await comparer.add(chunk);
	}

	return comparer.sorted();
};

async function * listed(services: Services, path: string, place: string, signal: AbortSignal): AsyncGenerator<readonly Entry[]> {
	for await (const chunk of services.outputs.list(place, {signal})) {
		yield path === 'legacy' ? chunk.filter(entry => isListed(path, entry)) : chunk;
	}
}

const read = async (services: Services, dispatch: Dispatch, effect: ListEffect, place: string, signal: AbortSignal): Promise<void> => {
	const {path, ticket, known} = effect;
	try {
		const chunks = listed(services, path, place, signal);
		const entries = known === undefined || known.length === 0 ? await readFirst(services, dispatch, effect, chunks, signal) : await readAgain(known, chunks);
		signal.throwIfAborted();
		dispatch({
			type: 'folder-listed', path, ticket, entries, isComplete: true,
		});
	} catch (error) {
		if (signal.aborted) {
			return;
		}

		// A producer makes `single` and `bulk` when it first needs them.
		if (codeOf(error) === 'ENOENT' && (path === 'single' || path === 'bulk')) {
			dispatch({
				type: 'folder-listed', path, ticket, entries: [], isComplete: true,
			});
			return;
		}

		dispatch({
			type: 'folder-failed', path, ticket, problem: reasonOf(error),
		});
	}
};

export type FolderReader = {
	readonly read: (effect: ListEffect) => void;
	readonly isReading: (path: string) => boolean;
	/** Resolves when a folder is not being read, at once if it is not now. */
	readonly whenRead: (path: string) => Promise<void>;
	readonly stop: () => void;
};

/**
Reads folders; a new reading of one ends the old.

@param whenWatched - resolves when the changes of a folder are told, or it is known that they will not be: what changes after its reading began is not missed then
*/
export const createFolderReader = (services: Services, dispatch: Dispatch, whenWatched: (path: string) => Promise<void> = async () => undefined): FolderReader => {
	const running = new Map<string, {readonly controller: AbortController; readonly done: Promise<void>}>();

	const start = async (effect: ListEffect, controller: AbortController): Promise<void> => {
		const place = outputsPath(services, effect.path);
		await Promise.resolve(); // Until it is known what is to be watched.
		await whenWatched(effect.path);
		await read(services, dispatch, effect, place, controller.signal);
		if (running.get(effect.path)?.controller === controller) {
			running.delete(effect.path);
		}
	};

	return {
		read(effect) {
			running.get(effect.path)?.controller.abort();
			const controller = new AbortController();
			running.set(effect.path, {controller, done: start(effect, controller)});
		},
		isReading: path => running.has(path),
		async whenRead(path) {
			for (let last = running.get(path); last !== undefined; last = running.get(path)) {
				await last.done;
			}
		},
		stop() {
			for (const {controller} of running.values()) {
				controller.abort();
			}
		},
	};
};
