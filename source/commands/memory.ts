import {createHash} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {replaceFile} from '../files/atomic-write.js';
import {Directory} from '../files/descriptor.js';
import {readSmallFile} from '../files/read-small.js';
import {isSessionId} from '../session/id.js';

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
		`${createHash('sha256').update(outputsDirectory.toWellFormed()).digest('hex').slice(0, 32)}.json`;

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
			await fs.promises.mkdir(folder, {recursive: true, mode: 0o700});
			const directory = await Directory.open(folder, {follow: true});
			try {
				await replaceFile(directory, fileFor(outputsDirectory), `${JSON.stringify({outputs: outputsDirectory.toWellFormed(), session: id})}\n`);
			} finally {
				await directory.close();
			}
		},
	};
};
