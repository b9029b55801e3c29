import fs from 'node:fs';
import process from 'node:process';
import {promisify} from 'node:util';
import {replaceFile} from '../../files/atomic-write.js';
import type {Directory} from '../../files/descriptor.js';
import {readSmallFile} from '../../files/read-small.js';
import {formatKeepFile, parseKeepFile, type KeepUntil} from '../../session/keep.js';
import {codeOf, Failure} from '../../text/errors.js';
import {findControl, openControl, openWithin} from './control.js';

/**
How root keeps a session of somebody else, in whose directory root writes nothing: a file of the session's id in `keep/` of root's control directory. Others may pass through these folders and read the files (0711 and 0644), but not list them. All of it is believed only if it is root's.
*/
const folder = 'keep';

const fileLimit = 4096;

/** Not found, or no way for it to be there. */
const absent = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

/**
Until when root keeps a session.

@throws if there is a keep that cannot be read: then the session is to be kept, too
*/
export const readRootKeep = async (root: Directory, id: string): Promise<KeepUntil | undefined> => {
	const control = await findControl(root, 0);
	if (control === undefined) {
		return undefined;
	}

	try {
		const stats = await root.lstat(`${control}/${folder}`);
		if (!stats.isDirectory() || stats.uid !== 0 || (stats.mode & 0o022) !== 0) {
			return undefined;
		}

		const {text, uid, mode} = await readSmallFile(root, `${control}/${folder}/${id}`, fileLimit);
		if (uid !== 0 || (mode & 0o022) !== 0) {
			return undefined;
		}

		const keep = parseKeepFile(text);
		if (keep === undefined) {
			throw new Failure(`it is no keep: ${control}/${folder}/${id}`);
		}

		return keep;
	} catch (error) {
		if (absent.has(codeOf(error) ?? '')) {
			return undefined;
		}

		throw error;
	}
};

/** Keeps a session as root, or lifts that. Only root may call it. */
export const writeRootKeep = async (root: Directory, id: string, keep: KeepUntil | undefined): Promise<void> => {
	const control = await openControl(root, 0, {mayCreate: keep !== undefined});
	if (control === undefined) {
		return;
	}

	try {
		const keeps = await openWithin(control, folder, 0, 0o711);
		try {
			if (keep === undefined) {
				await promisify(fs.unlink)(keeps.at(id)).catch((error: unknown) => {
					if (codeOf(error) !== 'ENOENT') {
						throw error;
					}
				});
				await keeps.sync();
			} else {
				await replaceFile(keeps, id, formatKeepFile(keep), 0o644);
			}
		} finally {
			await keeps.close();
		}
	} finally {
		await control.directory.close();
	}
};

/** Clears away the keep of a session that is removed; only root can, and it is not missed if it stays. */
export const forgetKeep = async (root: Directory, id: string): Promise<void> => {
	if (process.getuid?.() === 0 && await readRootKeep(root, id).catch(() => 'forever') !== undefined) {
		await writeRootKeep(root, id, undefined).catch(() => undefined);
	}
};
