import type {Directory} from '../files/descriptor.js';
import {lock} from '../files/lock.js';
import {openControl, openWithin, type Control} from '../outputs/local/control.js';
import {Failure} from '../text/errors.js';
import {clearLeftovers} from './leftovers.js';
import {putStrandedBack} from './stranded.js';
import type {Problem} from './survey.js';
import type {Place, TaskOptions} from './task.js';

/** The user's turn to change the legacy folders, or what is known of them. */
export type Turn = {
	readonly control: Control;
	/** Where the records of imports are. */
	readonly records: Directory;
	/** Whether nobody else of this user can be at work: what looks left behind is. */
	readonly isAlone: boolean;
	/** What a killed removal has left in the trash, and could not be put back. */
	readonly failed: readonly Problem[];
};

/**
Does something while no other process of this user changes the legacy folders or imports from them. What one that was killed has left is put back or cleared away first.

@throws Failure if one does
*/
export const inTurn = async <T>(place: Place, options: TaskOptions, action: (turn: Turn) => Promise<T>): Promise<T> => {
	const {root, uid} = place;
	const {onNote} = options;
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

			const isAlone = locking.outcome === 'locked';
			const failed = await putStrandedBack(place, options);
			await clearLeftovers(place, isAlone, options);
			return await action({control, records, isAlone, failed});
		} finally {
			await records.close();
		}
	} finally {
		await control.directory.close();
	}
};
