import {execFile} from 'node:child_process';
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';
import {onTestFinished} from 'vitest';
import {nativePath} from '../../source/files/descriptor.js';
import {decodeName} from '../../source/text/names.js';

/** Runs a program of the system to its end. */
export const execute = promisify(execFile); // eslint-disable-line @typescript-eslint/strict-void-return -- Node's own promise form

export const isRoot = process.getuid?.() === 0;

/** A user and group that nobody has. */
export const stranger = 12_345;

/** A temporary folder of mode 0755, links in its path resolved, that goes away with the test. */
export const temporaryFolder = async (): Promise<string> => {
	const folder = await fs.promises.mkdtemp(path.join(await fs.promises.realpath(os.tmpdir()), 'sojourn-test-'));
	await fs.promises.chmod(folder, 0o755);
	onTestFinished(async () => {
		if (!isRoot) {
			await execute('chmod', ['-R', 'u+rwx', folder]).catch(() => undefined);
		}

		// However deep it is.
		await execute('rm', ['-rf', '--one-file-system', folder]);
	});
	return folder;
};

/** Writes files below a folder, and folders where a path ends in `/`. Missing folders on the way are made. */
export const plant = (folder: string, files: Readonly<Record<string, string | Uint8Array>>): void => {
	for (const [name, content] of Object.entries(files)) {
		const place = `${folder}/${name}`;
		fs.mkdirSync(nativePath(place.slice(0, place.lastIndexOf('/'))), {recursive: true, mode: 0o700});
		if (!name.endsWith('/')) {
			fs.writeFileSync(nativePath(place), content, {mode: 0o600});
		}
	}
};

/** The names in a folder, sorted. */
export const namesIn = (folder: string): string[] =>
	fs.readdirSync(nativePath(folder), {encoding: 'buffer'}).map(name => decodeName(name)).sort();

/** Everything that can be told of a tree without changing it: a line for each entry with its type, mode, owner, times, and what it holds. */
export const snapshot = (folder: string): string[] => {
	const lines: string[] = [];
	const look = (place: string): void => {
		const stats = fs.lstatSync(nativePath(place), {bigint: true});
		const content = stats.isFile()
			? createHash('sha256').update(fs.readFileSync(nativePath(place))).digest('hex')
			: (stats.isSymbolicLink() ? fs.readlinkSync(nativePath(place)) : '');
		lines.push([place.slice(folder.length), stats.mode.toString(8), stats.uid, stats.gid, stats.ino, stats.nlink, stats.mtimeNs, stats.ctimeNs, content].join(' '));
		if (stats.isDirectory()) {
			for (const name of namesIn(place)) {
				look(`${place}/${name}`);
			}
		}
	};

	look(folder);
	return lines;
};

/** Does something with the rights of another user. Only root can, and nothing else may run meanwhile. */
export const asUser = async <T>(uid: number, action: () => Promise<T>): Promise<T> => {
	process.setegid!(uid);
	process.seteuid!(uid);
	try {
		return await action();
	} finally {
		process.seteuid!(0);
		process.setegid!(0);
	}
};

/** The permission bits of an entry. */
export const modeOf = (place: string): string => (fs.lstatSync(place).mode & 0o7777).toString(8).padStart(4, '0');
