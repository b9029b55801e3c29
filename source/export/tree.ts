import {mkdir, rmdir} from 'node:fs/promises';
import {nativePath} from '../files/descriptor.js';
import {codeOf, failed} from '../text/errors.js';
import type {Destination} from './destination.js';

/**
Where files that are exported together lie below what they have in common: `bulk/a/1` and `bulk/b/1` go to `a` and `b`, files of one folder to `''`.

@returns for each path the folder that it goes to, names joined by `/`
*/
export const foldersBelow = (paths: readonly string[]): ReadonlyMap<string, string> => {
	const folders = paths.map(path => path.split('/').slice(0, -1));
	const [first = []] = folders;
	let shared = first.length;
	for (const names of folders) {
		const differs = first.findIndex((name, level) => name !== names[level]);
		shared = Math.min(shared, differs === -1 ? first.length : differs);
	}

	return new Map(paths.map((path, index) => [path, folders[index]!.slice(shared).join('/')]));
};

/**
Makes a folder in a destination, and those on the way to it; what is there stays.

@param folder - names joined by `/`; `''` for the destination itself
@returns the destination in it, and how to take back what was made and is still empty
@throws Failure that names the folder
*/
export const intoFolder = async (destination: Destination, folder: string): Promise<{readonly destination: Destination; readonly undo: () => Promise<void>}> => {
	const made: string[] = [];
	const undo = async (): Promise<void> => {
		for (const place of made.toReversed()) {
			await rmdir(nativePath(place)).catch(() => undefined); // Somebody has put something in there.
		}
	};

	let {directory} = destination;
	for (const name of folder === '' ? [] : folder.split('/')) {
		directory = directory.endsWith('/') ? directory + name : `${directory}/${name}`;
		try {
			await mkdir(nativePath(directory));
			made.push(directory);
		} catch (error) {
			if (codeOf(error) !== 'EEXIST') {
				await undo();
				throw failed('make the folder', directory, error);
			}
		}
	}

	return {destination: {...destination, directory}, undo};
};
