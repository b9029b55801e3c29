import {createHash} from 'node:crypto';
import path from 'node:path';
import {makePrivateFolders, replaceFile} from '../files/atomic-write.js';
import {Directory} from '../files/descriptor.js';
import {readSmallFile} from '../files/read-small.js';
import {isSessionId} from '../session/id.js';
import {failed} from '../text/errors.js';
import {encodeName} from '../text/names.js';

/** Remembers the current session of each outputs directory. */
export type Memory = {
	/** @returns the id of the current session, which may be gone by now; `undefined` if none is remembered */
	recall(outputsDirectory: string): Promise<string | undefined>;
	remember(outputsDirectory: string, id: string): Promise<void>;
};

/**
One small file for each outputs directory, below `current/`.

@param stateDirectory - `sojourn` in the XDG state directory, absolute
*/
export const createMemory = (stateDirectory: string): Memory => {
	const folder = path.join(stateDirectory, 'current');
	const fileFor = (outputsDirectory: string): string =>
		`${createHash('sha256').update(encodeName(outputsDirectory)).digest('hex').slice(0, 32)}.json`;

	return {
		async recall(outputsDirectory) {
			let directory: Directory | undefined;
			try {
				directory = await Directory.open(folder, {follow: true});
				const {text} = await readSmallFile(directory, fileFor(outputsDirectory), 16_384);
				const {session} = JSON.parse(text) as {session?: unknown};
				return typeof session === 'string' && isSessionId(session) ? session : undefined;
			} catch {
				// Nothing remembered, or nothing that can be read: the user chooses anew.
				return undefined;
			} finally {
				await directory?.close();
			}
		},

		async remember(outputsDirectory, id) {
			let directory: Directory | undefined;
			try {
				await makePrivateFolders(folder);
				directory = await Directory.open(folder, {follow: true});
				await replaceFile(directory, fileFor(outputsDirectory), `${JSON.stringify({outputs: outputsDirectory.toWellFormed(), session: id})}\n`);
			} catch (error) {
				throw failed('remember the current session in', folder, error);
			} finally {
				await directory?.close();
			}
		},
	};
};
