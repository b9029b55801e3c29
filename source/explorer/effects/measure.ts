import type {Facts} from '../../outputs/outputs.js';
import {nameOf, outermost, parentOf} from '../../outputs/path.js';
import type {Totals} from '../model.js';
import {outputsPath, type Services} from './services.js';

/** What some entries of one folder are; nothing, if the folder is gone. */
const statGroup = async (services: Services, parent: string, paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Facts>> => {
	try {
		return await services.outputs.statEntries(outputsPath(services, parent), paths.map(path => nameOf(path)), {signal});
	} catch {
		signal.throwIfAborted();
		return new Map();
	}
};

const byParentOf = (paths: readonly string[]): Map<string, string[]> => {
	const groups = new Map<string, string[]>();
	for (const path of paths) {
		const parent = parentOf(path);
		const group = groups.get(parent);
		if (group === undefined) {
			groups.set(parent, [path]);
		} else {
			group.push(path);
		}
	}

	return groups;
};

/** Counts what is below a folder. */
const countFolder = async (services: Services, folder: string, signal: AbortSignal, count: (facts: Facts) => void): Promise<void> => {
	try {
		for await (const chunk of services.outputs.walk(outputsPath(services, folder), {signal})) {
			for (const entry of chunk) {
				if ('facts' in entry) {
					count(entry.facts);
				}
			}
		}
	} catch {
		signal.throwIfAborted(); // What is gone or cannot be read counts nothing.
	}
};

/** Files and bytes of some paths with all that is below them; each file counts once. */
export const measure = async (services: Services, paths: readonly string[], signal: AbortSignal): Promise<Totals> => {
	let files = 0;
	let bytes = 0;
	const count = (facts: Facts): void => {
		if (facts.type === 'file') {
			files++;
			bytes += facts.bytes;
		}
	};

	const folders: string[] = [];
	for (const [parent, group] of byParentOf(outermost(paths))) {
		if (parent === '') {
			folders.push(...group.flatMap(path => path === 'legacy' ? ['legacy/single', 'legacy/bulk'] : [path]));
			continue;
		}

		const facts = await statGroup(services, parent, group, signal);
		for (const path of group) {
			const found = facts.get(nameOf(path));
			if (found?.type === 'directory') {
				folders.push(path);
			} else if (found !== undefined) {
				count(found);
			}
		}
	}

	for (const folder of folders) {
		await countFolder(services, folder, signal, count);
	}

	return {files, bytes};
};

/** Measures in the background; a new measuring ends the one before. */
export const createMeasurer = (services: Services, report: (ticket: number, totals: Totals) => void): {readonly start: (ticket: number, paths: readonly string[]) => void; readonly stop: () => void} => {
	let controller: AbortController | undefined;
	return {
		stop() {
			controller?.abort();
		},
		start(ticket, paths) {
			controller?.abort();
			controller = new AbortController();
			const {signal} = controller;
			// While it measures, another session may be opened.
			const session = services.current();
			if (paths.length === 0) {
				return;
			}

			void (async () => {
				try {
					report(ticket, await measure({...services, current: () => session}, paths, signal));
				} catch (error) {
					if (!signal.aborted) {
						throw error;
					}
				}
			})();
		},
	};
};
