import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {codeOf} from '../text/errors.js';
import {decodeName, encodeName} from '../text/names.js';
import {nativePath} from './descriptor.js';

export type OpenElsewhere = {
	readonly pid: number;
	/** The program's name as the system has it, not yet made printable. */
	readonly command: string;
	/** What it has open, as the system tells. */
	readonly path: string;
};

/** Milliseconds of looking after which others get their turn: a screen may be open. */
const slice = 4;

const latin1 = (name: string): string => encodeName(name).toString('latin1');

const nextTurn = async (): Promise<void> => {
	const {promise, resolve} = Promise.withResolvers<void>();
	setImmediate(resolve);
	return promise;
};

/** The mount namespace of a process: paths mean the same in one. */
const namespaceOf = (pid: string): string => fs.readlinkSync(`/proc/${pid}/ns/mnt`);

type Wanted = {
	readonly namespace: string;
	/** Absolute. */
	readonly folders: readonly string[];
	readonly device: number;
};

/** Whether an open file is the one that lies in a folder under some end of its path: in another mount namespace the folder, or one around it, may be anywhere. */
const isUnderSomeEnd = (target: string, stats: fs.Stats, {folders}: Wanted): boolean => {
	for (let start = target.indexOf('/'); start !== -1; start = target.indexOf('/', start + 1)) {
		const end = target.slice(start + 1);
		for (const folder of folders) {
			const found = fs.lstatSync(Buffer.from(`${latin1(folder)}/${end}`, 'latin1'), {throwIfNoEntry: false});
			if (found?.ino === stats.ino && found.dev === stats.dev) {
				return true;
			}
		}
	}

	return false;
};

/** What one process has open in the folders. Folders do not count: whoever walks through a session, or stands in it, does not use it. */
const lookAt = (pid: string, wanted: Wanted): string | undefined => {
	const {namespace, folders, device} = wanted;
	const place = `/proc/${pid}/fd`;
	const descriptors = fs.readdirSync(place);
	// Of whoever it is: it may be this program that is elsewhere, as in the sandbox of a system service.
	const isElsewhere = namespaceOf(pid) !== namespace;
	const prefixes = folders.map(folder => `${latin1(folder)}/`);
	for (const descriptor of descriptors) {
		try {
			const target = fs.readlinkSync(`${place}/${descriptor}`, {encoding: 'latin1'});
			if (isElsewhere ? !target.startsWith('/') : prefixes.every(prefix => !target.startsWith(prefix))) {
				continue;
			}

			const stats = fs.statSync(`${place}/${descriptor}`);
			const isOpenFile = !stats.isDirectory() && stats.nlink > 0 && stats.dev === device;
			if (isOpenFile && (!isElsewhere || isUnderSomeEnd(target, stats, wanted))) {
				return target;
			}
		} catch {
			// Closed since it was listed.
		}
	}

	return undefined;
};

const commandOf = (pid: string): string => {
	try {
		return fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
	} catch {
		return '?';
	}
};

/**
Finds another process that has a file in some folders open, as far as the system tells: of other users' processes it does so to root alone.

@param folders - absolute, links resolved, on one file system
@returns the first that is found
*/
export const findOpenFile = async (folders: readonly string[]): Promise<OpenElsewhere | undefined> => {
	let pids: string[];
	let wanted: Wanted;
	try {
		const stats = await fs.promises.stat(nativePath(path.dirname(folders[0]!)));
		wanted = {namespace: namespaceOf('self'), folders, device: stats.dev};
		pids = await fs.promises.readdir('/proc');
	} catch {
		return undefined; // The system does not tell.
	}

	let turn = performance.now();
	for (const pid of pids) {
		if (!/^\d+$/.test(pid) || Number(pid) === process.pid) {
			continue;
		}

		try {
			const target = lookAt(pid, wanted);
			if (target !== undefined) {
				return {pid: Number(pid), command: commandOf(pid), path: decodeName(Buffer.from(target, 'latin1'))};
			}
		} catch (error) {
			// Ended, or not for this user to see.
			if (!['ENOENT', 'EACCES', 'EPERM', 'ESRCH'].includes(codeOf(error) ?? '')) {
				throw error;
			}
		}

		if (performance.now() - turn > slice) {
			await nextTurn();
			turn = performance.now();
		}
	}

	return undefined;
};

/** Whether the system would tell this process what those of other users have open, were it root's: in containers and services root may lack the capability. */
export const mayLookAtOthers = async (): Promise<boolean> => {
	const status = await fs.promises.readFile('/proc/self/status', 'latin1').catch(() => '');
	const effective = /^CapEff:\s*([\da-f]+)$/m.exec(status)?.[1];
	return effective === undefined || ((BigInt(`0x${effective}`) >> 19n) & 1n) === 1n; // CAP_SYS_PTRACE
};
