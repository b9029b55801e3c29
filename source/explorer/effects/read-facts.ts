import type {Facts} from '../../outputs/outputs.js';
import {nameOf, parentOf} from '../../outputs/path.js';
import {outputsPath, whileOpen, type Dispatch, type Services} from './services.js';

/** Asks what the entries on screen are: one request a folder, and none twice while it is under way. */
export const createFactsReader = (services: Services, dispatch: Dispatch): (paths: readonly string[]) => void => {
	const pending = new Set<string>();

	const keyOf = (path: string): string => `${services.current()?.id ?? ''}/${path}`;

	const read = async (parent: string, paths: readonly string[]): Promise<void> => {
		const keys = paths.map(path => keyOf(path));
		const tell = whileOpen(services, dispatch);
		try {
			const names = new Map(paths.map(path => [nameOf(path), path]));
			const found = await services.outputs.statEntries(outputsPath(services, parent), [...names.keys()]);
			const facts = new Map<string, Facts>();
			for (const [name, path] of names) {
				// One that is gone is not asked for again until the folder is read anew.
				facts.set(path, found.get(name) ?? gone);
			}

			tell({type: 'facts-read', facts});
		} catch {
			tell({type: 'facts-read', facts: new Map(paths.map(path => [path, gone]))});
		} finally {
			for (const key of keys) {
				pending.delete(key);
			}
		}
	};

	return paths => {
		const byParent = new Map<string, string[]>();
		for (const path of paths) {
			if (pending.has(keyOf(path))) {
				continue;
			}

			pending.add(keyOf(path));
			const parent = parentOf(path);
			byParent.set(parent, [...byParent.get(parent) ?? [], path]);
		}

		for (const [parent, group] of byParent) {
			void read(parent, group);
		}
	};
};

/** Stands for an entry of which nothing can be told. */
const gone: Facts = {
	type: 'other', bytes: NaN, modifiedAt: NaN, changedAt: NaN, mode: 0, uid: -1,
};
