import type {Entry} from '../../outputs/outputs.js';
import {codeOf, reasonOf} from '../../text/errors.js';
import {compareNatural} from '../../text/natural-order.js';
import type {Effect} from '../messages.js';
import {outputsPath, type Dispatch, type Services} from './services.js';

/** Milliseconds between two partial answers about one folder. */
const interval = 1000;

/** Folders first, then by name. */
export const compareEntries = (a: Entry, b: Entry): number =>
	(a.type === 'directory') === (b.type === 'directory') ? compareNatural(a.name, b.name) : (a.type === 'directory' ? -1 : 1);

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

const read = async (services: Services, dispatch: Dispatch, {path, ticket}: Extract<Effect, {type: 'list-folder'}>, signal: AbortSignal): Promise<void> => {
	const sorter = createSorter();
	const isLegacyTop = path === 'legacy';
	let toldAt = services.now();
	try {
		for await (const chunk of services.outputs.list(outputsPath(services, path), {signal})) {
			sorter.add(isLegacyTop ? chunk.filter(({name, type}) => type === 'directory' && (name === 'single' || name === 'bulk')) : chunk);
			if (!(services.now() - toldAt >= interval)) {
				continue;
			}

			dispatch({
				type: 'folder-listed', path, ticket, entries: sorter.sorted(), isComplete: false,
			});
			toldAt = services.now();
		}

		dispatch({
			type: 'folder-listed', path, ticket, entries: sorter.sorted(), isComplete: true,
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

/** Reads folders; a new reading of one ends the old. */
export const createFolderReader = (services: Services, dispatch: Dispatch): {readonly read: (effect: Extract<Effect, {type: 'list-folder'}>) => void; readonly stop: () => void} => {
	const running = new Map<string, AbortController>();
	return {
		read(effect) {
			running.get(effect.path)?.abort();
			const controller = new AbortController();
			running.set(effect.path, controller);
			void (async () => {
				await read(services, dispatch, effect, controller.signal);
				if (running.get(effect.path) === controller) {
					running.delete(effect.path);
				}
			})();
		},
		stop() {
			for (const controller of running.values()) {
				controller.abort();
			}
		},
	};
};
