import {randomBytes} from 'node:crypto';
import fs from 'node:fs';
import process from 'node:process';
import {promisify} from 'node:util';
import {replaceFile} from '../../files/atomic-write.js';
import type {Directory} from '../../files/descriptor.js';
import {listDirectory} from '../../files/list.js';
import {readSmallFile} from '../../files/read-small.js';
import {codeOf} from '../../text/errors.js';
import {findControl, openControl, openWithin} from './control.js';
import {hostName, readBoot, readHost} from './host.js';

/**
A hold where no kernel lock reaches everybody: on network and FUSE file systems, and where there is no `flock`. A file in `leases/` of the holder's control directory names the session and the process, and its mtime is renewed every minute. On the machine that it was made on it ends with its process; elsewhere nobody can tell, and it counts until it was not renewed for a day.
*/
const folder = 'leases';

const fileLimit = 4096;

/** Milliseconds between two signs of life. */
const heartbeat = 60_000;

/** Milliseconds without a sign of life after which a lease from elsewhere is over. */
const lifetime = 24 * 60 * heartbeat;

const unlink = promisify(fs.unlink);
const utimes = promisify(fs.utimes);

const nameOf = (id: string): string => `${id}.${randomBytes(6).toString('hex')}`;

type Holder = {
	readonly host: string;
	readonly boot: string;
	/** The namespace that `pid` is a number of. */
	readonly namespace: string;
	readonly pid: number;
	/** When the process was started, as the system counts: a number that was given out anew is told by it. */
	readonly start: string;
	/** For people. */
	readonly hostName: string;
};

const startOf = (pid: number | 'self'): string => {
	try {
		const text = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
		return text.slice(text.lastIndexOf(')') + 2).split(' ', 20)[19] ?? '';
	} catch {
		return '';
	}
};

const namespaceOf = (): string => {
	try {
		return fs.readlinkSync('/proc/self/ns/pid');
	} catch {
		return '';
	}
};

const thisProcess = (): Holder => ({
	host: readHost(), boot: readBoot(), namespace: namespaceOf(), pid: process.pid, start: startOf('self'), hostName: hostName(),
});

const parseHolder = (text: string): Holder | undefined => {
	try {
		const value = JSON.parse(text) as Partial<Record<keyof Holder, unknown>>;
		const {host, boot, namespace, pid, start, hostName: name} = value;
		return [host, boot, namespace, start, name].every(field => typeof field === 'string') && Number.isSafeInteger(pid)
			? value as Holder
			: undefined;
	} catch {
		return undefined;
	}
};

/** Whether the holder can be looked for here; then whether it still runs. */
const isRunning = (holder: Holder): boolean | undefined => {
	const here = thisProcess();
	const isHere = here.namespace !== '' && here.boot !== '' && holder.host === here.host && holder.boot === here.boot && holder.namespace === here.namespace;
	return isHere ? holder.start !== '' && startOf(holder.pid) === holder.start : undefined;
};

export type Lease = {
	release(): Promise<void>;
};

/**
Takes a lease on a session. It is renewed until it is released.

@throws Failure if there can be no control directory
*/
export const takeLease = async (root: Directory, uid: number, id: string): Promise<Lease> => {
	const control = (await openControl(root, uid, {mayCreate: true}))!;
	let leases: Directory;
	const isRoot = uid === 0;
	try {
		// A user's sweep must see root's leases.
		leases = await openWithin(control, folder, uid, isRoot ? 0o755 : 0o700);
	} finally {
		await control.directory.close();
	}

	const name = nameOf(id);
	try {
		await replaceFile(leases, name, `${JSON.stringify(thisProcess())}\n`, isRoot ? 0o644 : 0o600);
	} catch (error) {
		await leases.close();
		throw error;
	}

	const renew = async (): Promise<void> => {
		const now = Date.now() / 1000;
		await utimes(leases.at(name), now, now).catch(() => undefined); // It still counts for a day.
	};

	const timer = setInterval(() => {
		void renew();
	}, heartbeat).unref();
	return {
		async release() {
			clearInterval(timer);
			await unlink(leases.at(name)).catch(() => undefined);
			await leases.close();
		},
	};
};

const openLeases = async (root: Directory, uid: number): Promise<Directory | undefined> => {
	const control = await findControl(root, uid);
	if (control === undefined) {
		return undefined;
	}

	let leases: Directory;
	try {
		// Root's control directory may be passed through, but not opened.
		leases = await root.directory(`${control}/${folder}`);
	} catch (error) {
		if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES'].includes(codeOf(error) ?? '')) {
			return undefined;
		}

		throw error;
	}

	const stats = await leases.stat();
	if (stats.uid === uid && (stats.mode & 0o022) === 0) {
		return leases;
	}

	await leases.close();
	return undefined;
};

/** Who holds a lease that is still good, in words; `undefined` if it is over. */
const judge = async (leases: Directory, name: string, uid: number): Promise<string | undefined> => {
	try {
		const {text, uid: owner} = await readSmallFile(leases, name, fileLimit);
		if (owner !== uid) {
			return undefined;
		}

		const {mtimeMs} = await leases.lstat(name);
		const holder = parseHolder(text);
		const running = holder === undefined ? undefined : isRunning(holder);
		const isGood = running ?? (mtimeMs > Date.now() - lifetime);
		return isGood ? `process ${holder?.pid ?? '?'} on ${holder?.hostName ?? 'another machine'}` : undefined;
	} catch (error) {
		// What cannot be read may be good; what is gone is not.
		return codeOf(error) === 'ENOENT' ? undefined : 'a lease that cannot be read';
	}
};

/** Clears away this user's own leases that are over. */
export const clearLeases = async (root: Directory, uid: number): Promise<void> => {
	const leases = await openLeases(root, uid);
	if (leases === undefined) {
		return;
	}

	try {
		for await (const chunk of listDirectory(leases)) {
			for (const {name} of chunk) {
				if (await judge(leases, name, uid) === undefined) {
					await unlink(leases.at(name)).catch(() => undefined);
				}
			}
		}
	} finally {
		await leases.close();
	}
};

/** The leases on sessions whose owner is one of `uids`, or that root holds: who has it, by the session's id. */
export const readLeases = async (root: Directory, uids: readonly number[], only?: string): Promise<ReadonlyMap<string, string>> => {
	const found = new Map<string, string>();
	for (const uid of new Set([...uids, 0])) {
		const leases = await openLeases(root, uid);
		if (leases === undefined) {
			continue;
		}

		try {
			for await (const chunk of listDirectory(leases)) {
				for (const {name} of chunk) {
					const [id = ''] = name.split('.', 1);
					if (only !== undefined && id !== only) {
						continue;
					}

					const holder = await judge(leases, name, uid);
					if (holder !== undefined) {
						found.set(id, holder);
					}
				}
			}
		} finally {
			await leases.close();
		}
	}

	return found;
};
