import fs from 'node:fs';
import path from 'node:path';

/** The inodes that this process watches, as the system tells. */
const watchedInodes = (): ReadonlySet<number> => {
	const inodes = new Set<number>();
	for (const descriptor of fs.readdirSync('/proc/self/fdinfo')) {
		let text = '';
		try {
			text = fs.readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1');
		} catch {} // Closed meanwhile.

		for (const match of text.matchAll(/^inotify wd:\S+ ino:(?<ino>[\da-f]+)/gmv)) {
			inodes.add(Number.parseInt(match.groups!['ino']!, 16));
		}
	}

	return inodes;
};

/** The folders at or below one that this process watches, by their paths in it; `''` is itself. */
export const watchedFolders = (top: string): string[] => {
	const inodes = watchedInodes();
	const folders = ['', ...fs.readdirSync(top, {recursive: true, withFileTypes: true})
		.filter(entry => entry.isDirectory())
		.map(entry => path.relative(top, path.join(entry.parentPath, entry.name)))];
	return folders.filter(folder => inodes.has(fs.statSync(path.join(top, folder)).ino)).sort();
};
