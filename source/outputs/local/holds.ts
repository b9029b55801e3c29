import fs from 'node:fs';
import process from 'node:process';
import {promisify} from 'node:util';
import type {Directory} from '../../files/descriptor.js';
import {fileSystemOf, mountsIn} from '../../files/file-system.js';
import {lock} from '../../files/lock.js';
import {findOpenFile} from '../../files/open-files.js';
import {wait} from '../../files/wait.js';
import {shortId} from '../../session/id.js';
import {codeOf, Failure, failed, reasonOf} from '../../text/errors.js';
import {printable} from '../../text/printable.js';
import {SessionGone} from '../gone.js';
import type {Hold} from '../outputs.js';
import {parts} from '../read-session.js';
import {readLeases, takeLease, type Lease} from './leases.js';

const lstat = promisify(fs.lstat);

/** Milliseconds that a hold waits for a sweep that is looking at the session, and between two tries. */
const patience = 3000;
const pause = 40;

const isGone = (error: unknown): boolean => ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(codeOf(error) ?? '');

/** Locks for all who share, as soon as nobody has locked for itself alone. @returns whether there is a lock; why not, where none can be had */
const lockShared = async (session: Directory, id: string): Promise<{readonly isLocked: boolean; readonly reason: string}> => {
	const end = performance.now() + patience;
	for (;;) {
		const locking = await lock(session.descriptor, 'shared');
		if (locking.outcome !== 'busy') {
			return {isLocked: locking.outcome === 'locked', reason: locking.outcome === 'locked' ? '' : locking.reason};
		}

		if (performance.now() > end) {
			throw new Failure(`the session ${shortId(id)} cannot be held: a program has locked it for itself alone`);
		}

		await wait(pause);
	}
};

/**
Holds a session: by a shared lock on its directory, and where that does not reach everybody by a lease.

@throws Failure if it is gone, or neither can be had
*/
export const holdSession = async (root: Directory, uid: number, id: string): Promise<Hold> => {
	let session: Directory;
	try {
		session = await root.directory(id);
	} catch (error) {
		throw isGone(error) ? new SessionGone(id) : failed('hold the session', id, error);
	}

	let lease: Lease | undefined;
	try {
		const {isLocked, reason} = await lockShared(session, id);
		const {isLocal} = await fileSystemOf(session);
		if (!isLocked || !isLocal) {
			try {
				lease = await takeLease(root, uid, id);
			} catch (error) {
				if (!isLocked) {
					throw new Failure(`the session ${shortId(id)} cannot be held: ${reason}, and ${reasonOf(error)}`, 1, {cause: error});
				}
			}
		}

		// What was locked may have been on its way to the trash.
		if (await session.identity() !== await root.identityOf(id)) {
			throw new SessionGone(id);
		}
	} catch (error) {
		await lease?.release();
		await session.close();
		throw isGone(error) ? new SessionGone(id) : error;
	}

	let isReleased = false;
	return {
		descriptor: session.descriptor,
		async release() {
			if (!isReleased) {
				isReleased = true;
				await lease?.release();
				await session.close();
			}
		},
	};
};

/** Who is asked about when a session is to be removed. */
export type Suspect = {
	readonly id: string;
	/** Its directory, open; locked from here on until it is closed. */
	readonly session: Directory;
	/** Where it lies now, absolute, links resolved. */
	readonly place: string;
};

/**
Why a session must not be removed although it has expired: somebody holds it, or something is mounted in it. From here on nobody else can lock it, until its descriptor is closed.

@returns the reason, as the end of a sentence
*/
export const reasonToSpare = async (root: Directory, {id, session, place}: Suspect): Promise<string | undefined> => {
	const locking = await lock(session.descriptor, 'exclusive');
	if (locking.outcome === 'busy') {
		return 'held: a program has locked it, such as an explorer in which it is open';
	}

	if (locking.outcome === 'unavailable' && !locking.isLasting) {
		return `it cannot be told whether a program holds it: ${locking.reason}`;
	}

	const {uid} = await session.stat();
	const holder = (await readLeases(root, [uid, process.getuid?.() ?? 0], id)).get(id);
	if (holder !== undefined) {
		return `held: ${printable(holder)} says that it uses it`;
	}

	const [mount] = await mountsIn(place);
	if (mount !== undefined) {
		return `something is mounted in it: ${printable(mount === place ? mount : mount.slice(place.length + 1))}`;
	}

	const open = await findOpenFile(parts.map(part => `${place}/${part}`));
	return open === undefined
		? undefined
		: `held: process ${open.pid} (${printable(open.command)}) has a file in it open: ${printable(open.path.startsWith(`${place}/`) ? open.path.slice(place.length + 1) : open.path)}`;
};

/** Inodes that have a lock in /proc/locks, each with the device that it is told with. */
const readLocks = async (): Promise<ReadonlyMap<string, {readonly major: number; readonly minor: number}>> => {
	const text = await fs.promises.readFile('/proc/locks', 'utf8').catch(() => '');
	const found = new Map<string, {major: number; minor: number}>();
	for (const [, major, minor, inode] of text.matchAll(/^\d+: FLOCK\s.*\s([\da-f]+):([\da-f]+):(\d+) /gm)) {
		found.set(inode!, {major: Number.parseInt(major!, 16), minor: Number.parseInt(minor!, 16)});
	}

	return found;
};

const majorOf = (device: bigint): number => Number(((device >> 8n) & 0xf_ffn) | ((device >> 32n) & ~0xf_ffn));
const minorOf = (device: bigint): number => Number((device & 0xffn) | ((device >> 12n) & ~0xffn));

/** Which of some sessions are held, as far as the system tells: it lists locks of processes that this one may see. */
export const heldAmong = async (root: Directory, uid: number, ids: readonly string[]): Promise<ReadonlySet<string>> => {
	const held = new Set((await readLeases(root, [uid])).keys());
	const locks = await readLocks();
	if (locks.size > 0) {
		await Promise.all(ids.map(async id => {
			const stats = await lstat(root.at(id), {bigint: true}).catch(() => undefined);
			const found = stats === undefined ? undefined : locks.get(String(stats.ino));
			if (stats === undefined || found === undefined) {
				return;
			}

			// Some file systems tell programs of other devices than the kernel knows; all of those have major 0.
			const isSame = found.major === majorOf(stats.dev) && (found.major === 0 || found.minor === minorOf(stats.dev));
			if (isSame) {
				held.add(id);
			}
		}));
	}

	return held;
};
