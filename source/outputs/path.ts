import {Failure} from '../text/errors.js';
import {printable} from '../text/printable.js';

const isName = (name: string): boolean => name !== '' && name !== '.' && name !== '..' && !name.includes('\0') && !name.includes('/');

const refuse = (path: string): never => {
	throw new Failure(`${printable(path)} is no path of an output: a path is made of names joined by "/", such as single/a.png`, 2);
};

/** @throws if `name` is no name of an entry */
export const checkName = (name: string): void => {
	if (!isName(name)) {
		refuse(name);
	}
};

/**
The names of a path within an outputs directory.

@throws if the path is absolute or holds `.`, `..`, an empty name or a NUL: none of these can come from a listing
*/
export const splitPath = (path: string): string[] => {
	if (path === '') {
		return [];
	}

	const names = path.split('/');
	if (names.some(name => !isName(name))) {
		refuse(path);
	}

	return names;
};

/** The path without its last name, `''` at the top. */
export const parentOf = (path: string): string => {
	const end = path.lastIndexOf('/');
	return end === -1 ? '' : path.slice(0, end);
};

/** The last name of a path. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

export const joinPath = (parent: string, name: string): string => parent === '' ? name : `${parent}/${name}`;

/** Paths that lie below no other of the list: what is below goes with it. */
export const outermost = (paths: readonly string[]): string[] => {
	const all = new Set(paths);
	return paths.filter(path => {
		for (let around = parentOf(path); around !== ''; around = parentOf(around)) {
			if (all.has(around)) {
				return false;
			}
		}

		return true;
	});
};
