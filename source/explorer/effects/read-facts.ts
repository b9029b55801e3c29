import type {Facts} from '../../outputs/outputs.js';
import {nameOf, parentOf} from '../../outputs/path.js';
import {outputsPath, type Dispatch, type Services} from './services.js';

/** Asks what the entries on screen are: one request a folder, and none twice while it is under way. */
export const createFactsReader = (services: Services, dispatch: Dispatch): (paths: readonly string[]) => void => {
	const pending = new Set<string>();

	const read = async (parent: string, paths: readonly string[]): Promise<void> => {
		try {
			const names = new Map(paths.map(path => [nameOf(path), path]));
			const found = await services.outputs.statEntries(outputsPath(services, parent), [...names.keys()]);
			const facts = new Map<string, Facts>();
			for (const [name, path] of names) {
				// One that is gone is not asked for again until the folder is read anew.
				facts.set(path, found.get(name) ?? gone);
			}

			dispatch({type: 'facts-read', facts});
		} catch {
			dispatch({type: 'facts-read', facts: new Map(paths.map(path => [path, gone]))});
		} finally {
			for (const path of paths) {
				pending.delete(path);
			}
		}
	};

	return paths => {
		const byParent = new Map<string, string[]>();
		for (const path of paths) {
			if (pending.has(path)) {
				continue;
			}

			pending.add(path);
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
