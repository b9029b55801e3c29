import {createHash} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** Everything below a folder: a path, and what lies there with its mode, time and the hash of what it holds. Written anew here: what is tested must not be what looks. */
export type Tree = ReadonlyMap<string, string>;

export const hashOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

const describe = (place: string): string => {
	const stats = fs.lstatSync(place, {bigint: true});
	const mode = (stats.mode & 0o7777n).toString(8);
	if (stats.isFile()) {
		return `file ${mode} ${stats.mtimeNs} ${hashOf(fs.readFileSync(place))}`;
	}

	return stats.isSymbolicLink() ? `link to ${fs.readlinkSync(place)}` : `folder ${mode}`;
};

/** @returns nothing for a folder that is not there */
export const readTree = (folder: string): Tree => {
	const tree = new Map<string, string>();
	const look = (place: string, shown: string): void => {
		for (const name of fs.readdirSync(place).sort()) {
			const inner = path.join(place, name);
			const innerShown = shown === '' ? name : `${shown}/${name}`;
			const what = describe(inner);
			tree.set(innerShown, what);
			if (what.startsWith('folder')) {
				look(inner, innerShown);
			}
		}
	};

	if (fs.existsSync(folder)) {
		look(folder, '');
	}

	return tree;
};

/** The hash of a file in a tree; `undefined` if there is no file. */
export const fileHash = (tree: Tree, name: string): string | undefined => {
	const what = tree.get(name);
	return what?.startsWith('file ') ? what.split(' ').at(-1) : undefined;
};

export type Difference = {
	readonly path: string;
	readonly kind: 'gone' | 'changed' | 'new';
};

export const differences = (before: Tree, after: Tree): Difference[] => [
	...[...before].filter(([place, what]) => after.get(place) !== what).map(([place]) => ({path: place, kind: after.has(place) ? 'changed' as const : 'gone' as const})),
	...[...after.keys()].filter(place => !before.has(place)).map(place => ({path: place, kind: 'new' as const})),
];

/** What the program calls a file that is not finished: an added one, an export, a marker or note. */
const temporary = /^(?:\.sojourn-[\da-f]{16}\.part|\..+\.[\da-f]{8}\.part|.+\.[\da-f]{12}\.tmp)$/;

export const isTemporary = (place: string): boolean => temporary.test(path.basename(place));

export const temporariesIn = (folder: string): string[] => [...readTree(folder).keys()].filter(place => isTemporary(place));
