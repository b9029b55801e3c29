import os from 'node:os';
import {replaceFile} from '../../files/atomic-write.js';
import type {Directory} from '../../files/descriptor.js';
import {listDirectory} from '../../files/list.js';
import {readSmallFile} from '../../files/read-small.js';
import {formatClock, judgeClock, parseClock, type ClockLook, type ClockRecord} from '../../session/clock.js';
import {codeOf} from '../../text/errors.js';
import {openWithin, type Control} from './control.js';
import {readBoot, readHost} from './host.js';

/** Looks at the clock of a host. */
export type Clock = {
	readonly host: string;
	/** @param wall - what the program takes for now, in milliseconds since 1970 */
	readonly look: (wall: number) => ClockLook;
};

/** The clock of this machine. */
export const systemClock = (): Clock => ({
	host: readHost(),
	look: wall => ({boot: readBoot(), wall, uptime: os.uptime() * 1000}), // Which counts the time asleep.
});

const folder = 'clock';

const fileLimit = 4096;

const readRecord = async (records: Directory, name: string): Promise<ClockRecord | 'unreadable' | undefined> => {
	try {
		const {text} = await readSmallFile(records, name, fileLimit);
		return parseClock(text) ?? 'unreadable';
	} catch (error) {
		return codeOf(error) === 'ENOENT' ? undefined : 'unreadable';
	}
};

/** What other hosts have seen last, for a host that has seen nothing yet: as if it had been off since. */
const newestElsewhere = async (records: Directory): Promise<ClockRecord | undefined> => {
	let newest: ClockRecord | undefined;
	for await (const chunk of listDirectory(records)) {
		for (const {name} of chunk) {
			const record = /^[\da-f]{16}$/.test(name) ? await readRecord(records, name) : undefined;
			if (record !== undefined && record !== 'unreadable' && record.wall > (newest?.wall ?? -Infinity)) {
				newest = {boot: 'another host', wall: record.wall, uptime: record.uptime};
			}
		}
	}

	return newest;
};

/**
Compares the clock with what the control directory remembers of it, one file a host in `clock/`.

@param options.isDryRun - remember nothing
@returns why the clock cannot be believed, as a sentence
*/
export const checkClock = async (control: Control, uid: number, clock: Clock, wall: number, {isDryRun}: {readonly isDryRun: boolean}): Promise<string | undefined> => {
	if (isDryRun && await control.directory.lstat(folder).catch(() => undefined) === undefined) {
		return undefined; // Nothing is remembered, and nothing made.
	}

	const records = await openWithin(control, folder, uid);
	try {
		const now = clock.look(wall);
		const own = await readRecord(records, clock.host);
		const before: ClockRecord | undefined = own === 'unreadable'
			? {...now, doubt: {...now, boot: 'unknown', reason: 'what was remembered of the clock cannot be read'}}
			: own ?? await newestElsewhere(records);
		const {record, problem} = judgeClock(before, now);
		if (!isDryRun) {
			await replaceFile(records, clock.host, formatClock(record));
		}

		return problem;
	} finally {
		await records.close();
	}
};
