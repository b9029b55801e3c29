import {execFile} from 'node:child_process';
import {chmod, copyFile, mkdir, utimes, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';

export const execute = promisify(execFile);

/** The top of the repository. */
export const root = path.join(import.meta.dirname, '../..');

/** Seconds since 1970 for all that a release tells of times: SOURCE_DATE_EPOCH, else the last commit, else a day that is the same everywhere. */
export const releaseTime = async () => {
	const {SOURCE_DATE_EPOCH: chosen} = process.env;
	if (chosen !== undefined) {
		return Number(chosen);
	}

	const committed = await execute('git', ['log', '-1', '--format=%ct'], {cwd: root}).catch(() => undefined);
	return Number(committed?.stdout.trim() || 1_767_225_600);
};

/**
Lays files out in a folder, with modes that do not depend on who does it and times that do not depend on when.

@param {string} folder
@param {ReadonlyArray<{to: string, text?: string | Uint8Array, from?: string, mode?: number}>} files - each is a text, or a copy
@param {number} time - seconds since 1970
*/
export const layOut = async (folder, files, time) => {
	const folders = new Set([folder]);
	for (const {to, text, from, mode = 0o644} of files) {
		const place = path.join(folder, to);
		for (let above = path.dirname(place); !folders.has(above); above = path.dirname(above)) {
			folders.add(above);
		}

		await mkdir(path.dirname(place), {recursive: true});
		await (from === undefined ? writeFile(place, text) : copyFile(from, place));
		await chmod(place, mode);
		await utimes(place, time, time);
	}

	for (const place of folders) {
		await chmod(place, 0o755);
		await utimes(place, time, time);
	}
};
