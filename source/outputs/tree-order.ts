import {compareNatural} from '../text/natural-order.js';
import {parts} from './read-session.js';

/** In the order of a tree: a folder, then what it holds, each in natural order. */
export const sortAsTree = <T extends {readonly path: string}>(entries: readonly T[]): T[] => entries
	.map(entry => ({entry, names: entry.path.split('/')}))
	.sort(({names: a}, {names: b}) => {
		for (let level = 0; level < a.length && level < b.length; level++) {
			const order = compareNatural(a[level]!, b[level]!);
			if (order !== 0) {
				return order;
			}
		}

		return a.length - b.length;
	})
	.map(({entry}) => entry);

/** A session's outputs: those of `single`, then those of `bulk`, each in the order of a tree. */
export const sortOutputs = <T extends {readonly path: string}>(entries: readonly T[]): T[] => parts.flatMap(part =>
	sortAsTree(entries.filter(({path}) => path === part || path.startsWith(`${part}/`))));
