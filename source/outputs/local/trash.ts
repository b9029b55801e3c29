import {randomBytes} from 'node:crypto';
import type {Directory} from '../../files/descriptor.js';
import {moveEntry} from '../../files/move.js';
import {purge, type Purged} from '../../files/purge.js';
import {isSessionId} from '../../session/id.js';
import {reasonOf} from '../../text/errors.js';
import {plural} from '../../text/size.js';
import {printable} from '../../text/printable.js';
import {openControl, openWithin} from './control.js';

/**
How a removal goes through the trash (`.sojourn-<uid>/trash/`), so that whenever the process dies the next launch knows what to do:

1. `<id>` in the outputs directory: nothing has happened.
2. `<id>.<random>` in the trash: moved there by one rename, not yet looked at again. The next launch looks, and finishes or puts it back.
3. `purge.<random>`: the second look has confirmed it, or its owner. The next launch finishes.
*/
const movedName = /^([\da-f-]{36})\.[\da-f]{24}$/;

const random = (): string => randomBytes(12).toString('hex');

/** What a session is called in the trash until the second look. */
export const movedNameOf = (id: string): string => `${id}.${random()}`;

/** The session that an entry of the trash is, if its second look is still to come. */
export const idOfMoved = (name: string): string | undefined => {
	const id = movedName.exec(name)?.[1];
	return id !== undefined && isSessionId(id) ? id : undefined;
};

/** What a session is called while it is made. */
export const newName = (): string => `new.${random()}`;

const hour = 3_600_000;

/** Whether an entry of the trash is a session that somebody may be making at this moment. */
export const isBeingMade = async ({directory}: Trash, name: string, now: number): Promise<boolean> => {
	if (!name.startsWith('new.')) {
		return false;
	}

	const stats = await directory.lstat(name).catch(() => undefined);
	return stats !== undefined && stats.ctimeMs > now - hour;
};

export type Trash = {
	readonly directory: Directory;
	/** Absolute, links resolved. */
	readonly place: string;
};

/** Does something with a user's trash. @returns `undefined` if there is none and none is to be made */
export const withTrash = async <T>(
	root: Directory,
	directory: string,
	uid: number,
	options: {readonly mayCreate: boolean; readonly onPassedOver?: (text: string) => void},
	action: (trash: Trash) => Promise<T>,
): Promise<T | undefined> => {
	const control = await openControl(root, uid, options);
	if (control === undefined) {
		return undefined;
	}

	try {
		const trash = await openWithin(control, 'trash', uid);
		try {
			return await action({directory: trash, place: `${directory}/${control.name}/trash`});
		} finally {
			await trash.close();
		}
	} finally {
		await control.directory.close();
	}
};

/** What a purge has left, as a sentence. */
export const leftoverOf = ({failures}: Purged): string | undefined => {
	const [first] = failures;
	return first === undefined
		? undefined
		: `${plural(failures.length, 'entry', 'entries')} could not be removed, the first ${printable(first.name)}: ${reasonOf(first.error)}; the rest is in the trash and tried again at the next sweep`;
};

/** Moves an entry to where it is bound to be purged, whatever happens from then on. @returns its name there */
export const doom = async (trash: Trash, from: Directory, name: string): Promise<string> => {
	const doomed = `purge.${random()}`;
	await moveEntry(from, name, trash.directory, doomed, {isForGood: true});
	await trash.directory.sync();
	return doomed;
};

/** Purges what `doom` has moved. @returns what is left, as a sentence */
export const empty = async (trash: Trash, doomed: string): Promise<string | undefined> => leftoverOf(await purge(trash.directory, doomed));
