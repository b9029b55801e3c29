import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import {codeOf, failed} from '../text/errors.js';
import {ensureMode, makePrivateFolders} from './atomic-write.js';
import {lock} from './lock.js';
import {readFully} from './read-small.js';

/** A log larger than this many bytes is put aside as `.1`, and the one before it is dropped. */
const rotationSize = 1_000_000;

/** Puts a log aside that has grown too large. Of several programs that see this at once one does it: the next would put the fresh file in the place of the old one. */
const rotate = async (file: string): Promise<void> => {
	const stats = await fs.promises.stat(file).catch(() => undefined);
	if (stats === undefined || stats.size <= rotationSize) {
		return;
	}

	const handle = await fs.promises.open(file, 'r');
	try {
		const {outcome} = await lock(handle.fd, 'exclusive');
		const [locked, there] = [await handle.stat(), await fs.promises.stat(file).catch(() => undefined)];
		if (outcome !== 'busy' && locked.ino === there?.ino) {
			await fs.promises.rename(file, `${file}.1`);
		}
	} finally {
		await handle.close();
	}
};

/** Appends one JSON line to a log file, of mode 0600 whatever the umask. */
export const appendToLog = async (file: string, event: Readonly<Record<string, unknown>>): Promise<void> => {
	await makePrivateFolders(path.dirname(file));
	await rotate(file);

	const handle = await fs.promises.open(file, 'a+', 0o600);
	try {
		await ensureMode(handle, 0o600);
		// What was cut short, when the disk was full, is a line of its own.
		const end = Buffer.alloc(1, '\n');
		const {size} = await handle.stat();
		await readFully(handle, end, Math.max(0, size - 1));
		await handle.appendFile(`${end.toString() === '\n' ? '' : '\n'}${JSON.stringify(event)}\n`);
	} finally {
		await handle.close();
	}
};

/** Of what a log holds at most this many bytes are read, of each of its two files. */
const readLimit = 2 * rotationSize;

/** The events of a log, the oldest first, those that were put aside too. A line that is no event, as one cut short when the disk was full, is passed over. */
export const readLog = async (file: string): Promise<Array<Readonly<Record<string, unknown>>>> => {
	const events: Array<Readonly<Record<string, unknown>>> = [];
	for (const part of [`${file}.1`, file]) {
		let handle: fs.promises.FileHandle;
		try {
			handle = await fs.promises.open(part, 'r');
		} catch (error) {
			if (codeOf(error) === 'ENOENT') {
				continue;
			}

			throw failed('read', part, error);
		}

		try {
			const {size} = await handle.stat();
			const buffer = Buffer.alloc(Math.min(size, readLimit));
			const length = await readFully(handle, buffer, Math.max(0, size - readLimit));
			events.push(...buffer.toString('utf8', 0, length).split('\n').flatMap(line => parseEvent(line)));
		} catch (error) {
			throw failed('read', part, error);
		} finally {
			await handle.close();
		}
	}

	return events;
};

const parseEvent = (line: string): Array<Readonly<Record<string, unknown>>> => {
	try {
		const value = JSON.parse(line) as unknown;
		return typeof value === 'object' && value !== null && !Array.isArray(value) ? [value as Record<string, unknown>] : [];
	} catch {
		return [];
	}
};
