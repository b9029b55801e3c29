import fs from 'node:fs';
import {promisify} from 'node:util';
import {makePrivateDirectory, replaceFile} from '../../files/atomic-write.js';
import type {Directory} from '../../files/descriptor.js';
import {moveEntry} from '../../files/move.js';
import {purge} from '../../files/purge.js';
import {formatMarker, markerName, type Marker} from '../../session/marker.js';
import {codeOf, Failure} from '../../text/errors.js';
import {newName, withTrash, type Trash} from './trash.js';

const rmdir = promisify(fs.rmdir);
const unlink = promisify(fs.unlink);

const fill = async (parent: Directory, name: string, marker: Marker): Promise<void> => {
	const session = await parent.directory(name);
	try {
		await makePrivateDirectory(session, 'single');
		await makePrivateDirectory(session, 'bulk');
		await replaceFile(session, markerName, formatMarker(marker));
	} finally {
		await session.close();
	}
};

const taken = (id: string): Error => Object.assign(new Error(`${id} is there already`), {code: 'EEXIST'});

/** Makes a session in the trash, where the next sweep clears away what a killed process leaves, and moves it to its place when it is whole. */
const createInTrash = async (root: Directory, {directory: trash}: Trash, marker: Marker): Promise<void> => {
	const name = newName();
	await makePrivateDirectory(trash, name);
	try {
		await fill(trash, name, marker);
		// A rename would replace an empty directory.
		if (await root.lstat(marker.id).catch(() => undefined) !== undefined) {
			throw taken(marker.id);
		}

		await moveEntry(trash, name, root, marker.id, {isForGood: false});
	} catch (error) {
		await purge(trash, name).catch(() => undefined);
		throw codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'ENOTDIR' ? taken(marker.id) : error;
	}
};

/** Makes a session where it belongs, step by step. One that cannot be made whole is none; if somebody has put something into it by then, it stays. */
const createInPlace = async (root: Directory, marker: Marker): Promise<void> => {
	if (!await makePrivateDirectory(root, marker.id)) {
		throw taken(marker.id);
	}

	try {
		await fill(root, marker.id, marker);
	} catch (error) {
		await unlink(root.at(`${marker.id}/${markerName}`)).catch(() => undefined);
		for (const name of [`${marker.id}/single`, `${marker.id}/bulk`, marker.id]) {
			await rmdir(root.at(name)).catch(() => undefined);
		}

		throw error;
	}
};

const isDiskAtFault = (error: unknown): boolean => ['EIO', 'ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '');

/** Makes a session: its directory, both parts and the marker. It appears whole or not at all. */
export const createSession = async (root: Directory, directory: string, uid: number, marker: Marker): Promise<void> => {
	try {
		await withTrash(root, directory, uid, {mayCreate: true}, async trash => createInTrash(root, trash, marker));
	} catch (error) {
		if (!(error instanceof Failure) || isDiskAtFault(error.cause)) {
			throw error;
		}

		// There can be no trash here: nothing is swept then, but all else works.
		await createInPlace(root, marker);
	}

	await root.sync();
};
