import type {Directory} from '../../files/descriptor.js';
import {lock} from '../../files/lock.js';
import {Failure} from '../../text/errors.js';
import {printable} from '../../text/printable.js';
import type {Refusal} from '../sweeper.js';
import {checkClock, type Clock} from './clock-record.js';
import {openControl, type Control} from './control.js';

export type Turn = {
	readonly refusal?: Refusal;
	/** What is strange, but keeps nothing from being done. */
	readonly warning?: string;
	/** Lets the next sweep have its turn. */
	end(): Promise<void>;
};

type Place = {
	readonly root: Directory;
	readonly directory: string;
	readonly uid: number;
	readonly clock: Clock | 'believed';
	readonly onPassedOver: (text: string) => void;
};

/** Where there is no lock, several sweeps at once are safe, and only do some work twice. */
const isFirst = async ({directory}: Control): Promise<boolean> => (await lock(directory.descriptor, 'exclusive')).outcome !== 'busy';

const consider = async (control: Control, {uid, clock}: Place, {now, isDryRun}: {readonly now: number; readonly isDryRun: boolean}): Promise<Omit<Turn, 'end'>> => {
	if (!isDryRun && !await isFirst(control)) {
		return {refusal: {skipped: 'busy', detail: 'another sweep of this user is at work: it does what is to be done'}};
	}

	if (clock === 'believed') {
		return {};
	}

	const {problem, warning} = await checkClock(control, uid, clock, now, {isDryRun});
	return {
		...(problem !== undefined && {refusal: {skipped: 'clock', detail: problem}}),
		...(warning !== undefined && {warning}),
	};
};

/** Begins a sweep: one of a user works at a time, and only with a clock that can be believed. */
export const takeTurn = async (place: Place, options: {readonly now: number; readonly isDryRun: boolean; readonly mayCreate: boolean}): Promise<Turn> => {
	const {root, directory, uid, onPassedOver} = place;
	let control: Control | undefined;
	try {
		control = await openControl(root, uid, {mayCreate: options.mayCreate && !options.isDryRun, mayMend: !options.isDryRun, onPassedOver});
	} catch (error) {
		if (error instanceof Failure) {
			return {refusal: {skipped: 'unsafe', detail: `nothing is removed from ${printable(directory)}: ${error.message}`}, end: async () => undefined};
		}

		throw error;
	}

	if (control === undefined) {
		return {end: async () => undefined};
	}

	const {directory: held} = control;
	try {
		return {...await consider(control, place, options), end: async () => held.close()};
	} catch (error) {
		await held.close();
		throw error;
	}
};
