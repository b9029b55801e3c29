import type {Facts, Outputs} from '../../outputs/outputs.js';
import {nameOf, outermost, parentOf} from '../../outputs/path.js';
import type {Totals} from '../model.js';
import {pathIn, type Services} from './services.js';

/** The session that paths belong to: while it is measured, another may be opened. */
export type Where = {readonly outputs: Outputs; readonly session: string | undefined};

type Count = (path: string, facts: Facts) => void;

/** What some entries of one folder are; nothing, if the folder is gone. */
const statGroup = async ({outputs, session}: Where, parent: string, paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Facts>> => {
	try {
		return await outputs.statEntries(pathIn(session, parent), paths.map(path => nameOf(path)), {signal});
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
const countFolder = async ({outputs, session}: Where, folder: string, signal: AbortSignal, count: Count): Promise<void> => {
	try {
		for await (const chunk of outputs.walk(pathIn(session, folder), {signal})) {
			for (const entry of chunk) {
				if ('facts' in entry) {
					count(entry.path, entry.facts);
				}
			}
		}
	} catch {
		signal.throwIfAborted(); // What is gone or cannot be read counts nothing.
	}
};

/**
Files and bytes of some paths of the tree, with all that is below them; each file counts once.

@param onFile - told of each file: its path in the outputs, and how long it is
*/
export const measure = async (where: Where, paths: readonly string[], signal: AbortSignal, onFile?: (path: string, bytes: number) => void): Promise<Totals> => {
	let files = 0;
	let bytes = 0;
	const count: Count = (path, facts) => {
		if (facts.type === 'file') {
			files++;
			bytes += facts.bytes;
			onFile?.(path, facts.bytes);
		}
	};

	const folders: string[] = [];
	for (const [parent, group] of byParentOf(outermost(paths))) {
		if (parent === '') {
			folders.push(...group.flatMap(path => path === 'legacy' ? ['legacy/single', 'legacy/bulk'] : [path]));
			continue;
		}

		const facts = await statGroup(where, parent, group, signal);
		for (const path of group) {
			const found = facts.get(nameOf(path));
			if (found?.type === 'directory') {
				folders.push(path);
			} else if (found !== undefined) {
				count(pathIn(where.session, path), found);
			}
		}
	}

	for (const folder of folders) {
		await countFolder(where, folder, signal, count);
	}

	return {files, bytes};
};

/**
Measures in the background; a new measuring ends the one before.

@param begin - makes who is told of each file of a measuring, and of its end
*/
export const createMeasurer = (services: Services, begin: (ticket: number) => {readonly onFile?: (path: string, bytes: number) => void; readonly report: (totals: Totals) => void}): {readonly start: (ticket: number, paths: readonly string[], session: string | undefined) => void; readonly stop: () => void} => {
	let controller: AbortController | undefined;
	return {
		stop() {
			controller?.abort();
		},
		start(ticket, paths, session) {
			controller?.abort();
			controller = new AbortController();
			const {signal} = controller;
			if (paths.length === 0) {
				return;
			}

			void (async () => {
				try {
					const {onFile, report} = begin(ticket);
					report(await measure({outputs: services.outputs, session}, paths, signal, onFile));
				} catch (error) {
					if (!signal.aborted) {
						throw error;
					}
				}
			})();
		},
	};
};
