import type {Directory} from '../files/descriptor.js';
import {lock} from '../files/lock.js';
import {openControl, openWithin, type Control} from '../outputs/local/control.js';
import {Failure} from '../text/errors.js';
import type {Place, TaskOptions} from './task.js';

/** The user's turn to change the legacy folders, or what is known of them. */
export type Turn = {
	readonly control: Control;
	/** Where the records of imports are. */
	readonly records: Directory;
	/** Whether nobody else of this user can be at work: what looks left behind is. */
	readonly isAlone: boolean;
};

/**
Does something while no other process of this user changes the legacy folders or imports from them.

@throws Failure if one does
*/
export const inTurn = async <T>({root, uid}: Place, {onNote}: TaskOptions, action: (turn: Turn) => Promise<T>): Promise<T> => {
	const control = (await openControl(root, uid, {mayCreate: true}))!;
	try {
		const records = await openWithin(control, 'imports', uid);
		try {
			const locking = await lock(records.descriptor, 'exclusive');
			if (locking.outcome === 'busy') {
				throw new Failure('another "sojourn legacy" of this user is at work here: wait until it is done');
			}

			if (locking.outcome === 'unavailable') {
				onNote?.(`sojourn: warning: no lock can be had (${locking.reason}): see that no other "sojourn legacy" is at work`);
			}

			return await action({control, records, isAlone: locking.outcome === 'locked'});
		} finally {
			await records.close();
		}
	} finally {
		await control.directory.close();
	}
};
