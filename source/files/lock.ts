import type {SpawnOptions} from 'node:child_process';
import process from 'node:process';
import {codeOf} from '../text/errors.js';
import {printableText} from '../text/printable.js';

/**
Kernel locks (BSD flock) on open directories and files. Node cannot take one itself; the `flock` utility, given the descriptor, locks the open file description, which stays with this process when the utility has ended. So the lock survives a stop (SIGSTOP), ends with the process however it dies, stays with a directory that is renamed, and is the same that `flock -s DIRECTORY COMMAND` and systemd-tmpfiles take.
*/

export type LockMode = 'shared' | 'exclusive';

export type Locking =
	| {readonly outcome: 'locked'}
	/** Somebody else has a lock that excludes this one. */
	| {readonly outcome: 'busy'}
	/** No lock can be had; why, as the end of a sentence. `isLasting`: nobody can have one here; else it may be for this moment, and nothing can be told of the locks of others. */
	| {readonly outcome: 'unavailable'; readonly reason: string; readonly isLasting: boolean};

const utilities: ReadonlyArray<readonly [file: string, ...args: string[]]> = [['flock'], ['/usr/bin/flock'], ['busybox', 'flock']];

/** Milliseconds that the utility may take: on a network file system a lock may wait for a server. */
const patience = 5000;

type Ended = {readonly code: number | null; readonly errors: string} | {readonly isMissing: true};

const flags = {shared: '-s', exclusive: '-x'} as const;

const runUtility = async ([file, ...args]: readonly [string, ...string[]], descriptor: number, mode: LockMode): Promise<Ended> => {
	// Loaded late: most commands never lock.
	const {spawn} = process.getBuiltinModule('node:child_process');
	const {promise, resolve, reject} = Promise.withResolvers<Ended>();
	// In a process group of its own: Ctrl+C is for this program to handle.
	const options: SpawnOptions = {stdio: ['ignore', 'ignore', 'pipe', descriptor], timeout: patience, detached: true, cwd: '/'};
	const child = spawn(file, [...args, '-n', flags[mode], '3'], options);
	let errors = '';
	child.stderr!.setEncoding('utf8').on('data', (text: string) => {
		errors += text;
	});
	child.on('error', error => {
		if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(codeOf(error) ?? '')) {
			resolve({isMissing: true});
		} else {
			reject(error);
		}
	});
	child.on('close', code => {
		resolve({code, errors});
	});
	return promise;
};

let known: typeof utilities[number] | undefined;

/**
Locks what is open, without waiting. The lock ends when the descriptor is closed.

@param descriptor - of a directory or file
*/
export const lock = async (descriptor: number, mode: LockMode): Promise<Locking> => {
	for (const utility of known === undefined ? utilities : [known]) {
		let ended: Ended;
		try {
			ended = await runUtility(utility, descriptor, mode);
		} catch (error) {
			return {outcome: 'unavailable', reason: `the flock utility cannot be started: ${printableText(String(error))}`, isLasting: false};
		}

		// As a shell tells it: there is no such command; busybox, that it was built without it.
		if ('isMissing' in ended || ended.code === 127) {
			continue;
		}

		known = utility;
		if (ended.code === 0) {
			return {outcome: 'locked'};
		}

		// That it is locked by somebody else is no error to the utility: it says nothing.
		return ended.code === 1 && ended.errors === ''
			? {outcome: 'busy'}
			: {outcome: 'unavailable', reason: `flock fails here: ${printableText(ended.errors.trim() === '' ? `it ended with ${ended.code ?? 'a signal'}` : ended.errors.trim())}`, isLasting: ended.code !== null};
	}

	return {outcome: 'unavailable', reason: 'there is no flock utility (Debian: util-linux)', isLasting: true};
};
