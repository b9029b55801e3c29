import type {FileHandle} from 'node:fs/promises';
import type {Directory} from '../../files/descriptor.js';
import {lock} from '../../files/lock.js';
import {wait} from '../../files/wait.js';
import {shortId} from '../../session/id.js';
import {markerName} from '../../session/marker.js';
import {codeOf, Failure} from '../../text/errors.js';

/** Milliseconds that somebody else may take, and between two tries. */
const patience = 5000;
const pause = 10;

/** Opens the marker; `undefined` where there is none, or none that can be locked: then there is nothing to lose but what two write at once. */
const openMarker = async (root: Directory, id: string): Promise<FileHandle | undefined> => {
	try {
		const {handle} = await root.file(`${id}/${markerName}`);
		return handle;
	} catch (error) {
		if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'ENOTREG', 'EACCES'].includes(codeOf(error) ?? '')) {
			return undefined;
		}

		throw error;
	}
};

/**
Locks the file that is the marker. Whoever replaces it unlocks with it the others who wait, who then find that theirs is not the marker any more, and lock the new one.

@returns what unlocks it
@throws Failure if somebody else has it for long
*/
export const lockMarker = async (root: Directory, id: string): Promise<() => Promise<void>> => {
	const end = performance.now() + patience;
	for (;;) {
		const handle = await openMarker(root, id);
		if (handle === undefined) {
			return async () => undefined;
		}

		const {outcome} = await lock(handle.fd, 'exclusive');
		const {dev, ino} = await handle.stat({bigint: true});
		const isMarker = await root.identityOf(`${id}/${markerName}`).catch(() => '') === `${dev}:${ino}`;
		if (outcome !== 'busy' && isMarker) {
			return async () => handle.close();
		}

		await handle.close();
		if (performance.now() > end) {
			throw new Failure(`the session ${shortId(id)} cannot be changed: another program has locked its marker ${markerName}; try again when it has ended`);
		}

		if (outcome === 'busy') {
			await wait(pause);
		}
	}
};
