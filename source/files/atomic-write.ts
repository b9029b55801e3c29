import {Buffer} from 'node:buffer';
import {randomBytes} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {promisify} from 'node:util';
import {codeOf} from '../text/errors.js';
import {writeAll} from './copy-file.js';
import {Directory, nativePath} from './descriptor.js';
import {placeAs} from './place.js';

const rename = promisify(fs.rename);
const unlink = promisify(fs.unlink);

/** What a temporary file of `replaceFile` is called; one may be left by a killed process. */
export const isReplacementLeftover = (entry: string, name: string): boolean =>
	entry.startsWith(`${name}.`) && /^[\da-f]{12}\.tmp$/.test(entry.slice(name.length + 1));

/** Writes a temporary file beside what is to be called `name`, and hands it on; where that fails, nothing is left. */
const writeBeside = async (directory: Directory, name: string, content: string, mode: number, place: (temporary: string) => Promise<void>): Promise<void> => {
	const temporary = `${name}.${randomBytes(6).toString('hex')}.tmp`;
	const handle = await fs.promises.open(directory.at(temporary), 'wx', 0o600);
	try {
		try {
			await ensureMode(handle, mode);
			await writeAll(handle, Buffer.from(content), 0);
			await handle.sync();
		} finally {
			await handle.close();
		}

		await place(temporary);
	} catch (error) {
		await unlink(directory.at(temporary)).catch(() => undefined);
		throw error;
	}

	await directory.sync();
};

/**
Gives a file new content in one step: whoever reads it sees the old content or the new, also after a crash. Its mode is 0600, or the one that is asked for, whatever the umask.
*/
export const replaceFile = async (directory: Directory, name: string, content: string, mode = 0o600): Promise<void> =>
	writeBeside(directory, name, content, mode, async temporary => rename(directory.at(temporary), directory.at(name)));

/**
Makes a file of mode 0600 with content, in one step.

@throws EEXIST where something has the name
*/
export const createFile = async (directory: Directory, name: string, content: string): Promise<void> =>
	writeBeside(directory, name, content, 0o600, async temporary => placeAs(directory.at(temporary).toString(), directory.at(name).toString()));

/** Sets the mode if the umask left another; a mode that is right already is not touched, as that would count as activity. */
export const ensureMode = async (handle: fs.promises.FileHandle, mode: number): Promise<void> => {
	const stats = await handle.stat();
	if ((stats.mode & 0o7777) !== mode) {
		await handle.chmod(mode);
	}
};

/** Makes a directory of mode 0700, or the one that is asked for, whatever the umask. @returns whether it was made; `false` if it was there */
export const makePrivateDirectory = async (directory: Directory, name: string, mode = 0o700): Promise<boolean> => {
	try {
		await promisify(fs.mkdir)(directory.at(name), {mode});
	} catch (error) {
		if (codeOf(error) === 'EEXIST') {
			return false;
		}

		throw error;
	}

	const stats = await directory.lstat(name);
	if (stats.isDirectory() && (stats.mode & 0o7777) !== mode) {
		await directory.setFolderMode(name, mode);
	}

	return true;
};

/** Makes a directory and those on the way that are missing, each of mode 0700 whatever the umask. Links are followed. */
export const makePrivateFolders = async (location: string): Promise<void> => {
	const stats = await fs.promises.stat(nativePath(location)).catch(() => undefined);
	if (stats?.isDirectory()) {
		return;
	}

	const parent = path.dirname(location);
	if (parent !== location) {
		await makePrivateFolders(parent);
	}

	const directory = await Directory.open(parent, {follow: true});
	try {
		if (!await makePrivateDirectory(directory, path.basename(location))) {
			// Somebody was quicker, or there is something else.
			const opened = await Directory.open(location, {follow: true});
			await opened.close();
		}
	} finally {
		await directory.close();
	}
};
