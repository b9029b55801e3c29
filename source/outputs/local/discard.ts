import type {Directory} from '../../files/descriptor.js';
import {mountsIn} from '../../files/file-system.js';
import {codeOf, failed} from '../../text/errors.js';
import {printable} from '../../text/printable.js';
import {splitPath} from '../path.js';
import type {Discarding} from '../sweeper.js';
import type {OutputsDirectory} from './directory.js';
import {reasonToSpare} from './holds.js';
import {forgetKeep} from './keeps.js';
import {doom, empty, type Trash} from './trash.js';

/** Why something must not be removed although its owner says so. A session that is held can be forced; what is mounted is never touched. */
const reasonToRefuse = async ({root, directory}: OutputsDirectory, parent: Directory, name: string, path: string, isForced: boolean): Promise<{readonly reason?: string; close(): Promise<void>}> => {
	const isSession = path === name;
	const place = `${directory}/${path}`;
	const [mount] = await mountsIn(place);
	const close = async (): Promise<void> => undefined;
	if (mount !== undefined) {
		return {reason: `something is mounted in it: ${printable(mount)}`, close};
	}

	if (!isSession || isForced) {
		return {close};
	}

	// The lock is kept until the session is in the trash: nobody can begin to hold it in between.
	const session = await parent.directory(name);
	const reason = await reasonToSpare(root, {id: name, session, place});
	return {...(reason !== undefined && {reason: `${reason}; "sojourn end --force" removes it all the same`}), close: async () => session.close()};
};

/** Moves a session or an output to the trash, to be purged whatever happens, and purges it. */
export const discard = async (opened: OutputsDirectory, trash: Trash, path: string, {isForced = false}: {readonly isForced?: boolean}): Promise<Discarding> => {
	const names = splitPath(path);
	const name = names.pop()!;
	let parent: Directory | undefined;
	try {
		parent = await opened.root.descend([...names, '.']);
		const {reason, close} = await reasonToRefuse(opened, parent, name, path, isForced);
		let doomed: string;
		try {
			if (reason !== undefined) {
				return {outcome: 'refused', reason};
			}

			doomed = await doom(trash, parent, name);
		} finally {
			await close();
		}

		const leftover = await empty(trash, doomed);
		if (path === name) {
			await forgetKeep(opened.root, name);
		}

		return {outcome: 'removed', ...(leftover !== undefined && {leftover})};
	} catch (error) {
		if (codeOf(error) === 'ENOENT') {
			return {outcome: 'refused', reason: 'it is gone: it was removed meanwhile'};
		}

		throw failed('remove', path, error);
	} finally {
		await parent?.close();
	}
};
