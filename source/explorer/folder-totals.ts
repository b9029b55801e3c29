import type {Model} from './model.js';
import type {Row} from './tree.js';

type FolderTotals = Model['folderTotals'];

/** A folder was read: what it holds may be another sum now, also in the folders around it. The old one is shown until it is counted again. */
export const withStale = (known: FolderTotals, path: string): FolderTotals => {
	let changed: Map<string, FolderTotals extends ReadonlyMap<string, infer V> ? V : never> | undefined;
	for (let around = path; around !== ''; around = around.slice(0, Math.max(0, around.lastIndexOf('/')))) {
		const totals = known.get(around);
		if (totals?.isStale === false) {
			changed ??= new Map(known);
			changed.set(around, {...totals, isStale: true});
		}
	}

	return changed ?? known;
};

/** The folders among some rows whose size is to be counted. */
export const unmeasured = (rows: readonly Row[], known: FolderTotals): string[] => rows
	.filter(({type, path}) => type === 'directory' && path !== 'legacy' && known.get(path)?.isStale !== false)
	.map(({path}) => path);
