import fs from 'node:fs';
import os from 'node:os';
import {promisify} from 'node:util';
import {replaceFile} from '../../files/atomic-write.js';
import type {Directory} from '../../files/descriptor.js';
import {listDirectory} from '../../files/list.js';
import {readSmallFile} from '../../files/read-small.js';
import {formatClock, judgeClock, parseClock, type ClockLook, type ClockRecord} from '../../session/clock.js';
import {codeOf, Failure, reasonOf} from '../../text/errors.js';
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

const unlink = promisify(fs.unlink);

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

/** Older notes of other hosts than this, in milliseconds, are cleared away: a container may have a new name each time. */
const longestKept = 90 * 86_400_000;

/**
What other hosts have seen last, for one that has seen nothing yet. Another name in the same boot is the same machine, such as its next container; another machine counts as if this one had been off since.
*/
const newestElsewhere = async (records: Directory, now: ClockLook): Promise<ClockRecord | undefined> => {
	let newest: ClockRecord | undefined;
	for await (const chunk of listDirectory(records)) {
		for (const {name} of chunk) {
			const record = /^[\da-f]{16}$/.test(name) ? await readRecord(records, name) : undefined;
			if (record === undefined || record === 'unreadable') {
				continue;
			}

			const [isHere, wasHere] = [record.boot === now.boot, newest?.boot === now.boot];
			const isBetter = isHere === wasHere ? record.wall > (newest?.wall ?? -Infinity) : isHere;
			newest = newest === undefined || isBetter ? record : newest;
		}
	}

	return newest;
};

const clearAway = async (records: Directory, host: string, now: number): Promise<void> => {
	for await (const chunk of listDirectory(records)) {
		for (const {name} of chunk) {
			const stats = name === host ? undefined : await records.lstat(name).catch(() => undefined);
			if (stats !== undefined && stats.mtimeMs < now - longestKept) {
				await unlink(records.at(name)).catch(() => undefined);
			}
		}
	}
};

export type ClockCheck = {
	/** Why the clock cannot be believed, as a sentence. */
	readonly problem?: string | undefined;
	/** Why this look cannot be remembered, as a sentence. */
	readonly warning?: string;
};

const cannotRemember = ({name}: Control, {host}: Clock, error: unknown): string => `this look at the clock cannot be remembered in ${name}/${folder}/${host}: ${reasonOf(error)}`;

/**
Compares the clock with what the control directory remembers of it, one file a host in `clock/`.

@param options.isDryRun - remember nothing
*/
export const checkClock = async (control: Control, uid: number, clock: Clock, wall: number, {isDryRun}: {readonly isDryRun: boolean}): Promise<ClockCheck> => {
	if (isDryRun && await control.directory.lstat(folder).catch(() => undefined) === undefined) {
		return {}; // Nothing is remembered, and nothing made.
	}

	let records: Directory;
	try {
		records = await openWithin(control, folder, uid);
	} catch (error) {
		if (error instanceof Failure) {
			throw error;
		}

		// A disk that is full must not keep a sweep from making room.
		return {warning: cannotRemember(control, clock, error)};
	}

	try {
		const now = clock.look(wall);
		const own = await readRecord(records, clock.host);
		const before: ClockRecord | undefined = own === 'unreadable'
			? {...now, doubt: {...now, boot: 'unknown', reason: 'what was remembered of the clock cannot be read'}}
			: own ?? await newestElsewhere(records, now);
		const {record, problem} = judgeClock(before, now);
		if (isDryRun) {
			return {problem};
		}

		try {
			await replaceFile(records, clock.host, formatClock(record));
		} catch (error) {
			return {problem, warning: cannotRemember(control, clock, error)};
		}

		if (own === undefined && problem === undefined) {
			await clearAway(records, clock.host, wall);
		}

		return {problem};
	} finally {
		await records.close();
	}
};
