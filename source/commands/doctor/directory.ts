import fs from 'node:fs';
import path from 'node:path';
import {type Directory, nativePath} from '../../files/descriptor.js';
import {fileSystemOf} from '../../files/file-system.js';
import {checkClock, systemClock} from '../../outputs/local/clock-record.js';
import {findControl, openControl, openWithin} from '../../outputs/local/control.js';
import {isLegacyTrash} from '../../outputs/local/legacy-trash.js';
import {listDirectory} from '../../files/list.js';
import {isSessionId} from '../../session/id.js';
import {policyName} from '../../settings/policy.js';
import {codeOf, reasonOf} from '../../text/errors.js';
import {shellQuote} from '../../text/shell.js';
import {formatCount, formatBytes, plural} from '../../text/size.js';
import type {Context} from '../context.js';
import {bad, good, type Check} from './check.js';
import {checkClockAlone} from './machine.js';

/** What a look at the outputs directory works with. */
export type Place = {
	readonly context: Context;
	/** Absolute, links resolved. */
	readonly directory: string;
	readonly root: Directory;
};

export const checkPolicy = async ({root, directory}: Place): Promise<Check | undefined> => {
	try {
		const [stats, owner] = [await root.lstat(policyName), await root.stat()];
		if (!stats.isFile()) {
			return bad('policy', `${policyName} is no regular file, and counts for nothing`, `put a file there: rm ${shellQuote(`${directory}/${policyName}`)}, then write it anew`);
		}

		if (stats.uid !== 0 && stats.uid !== owner.uid) {
			return bad('policy', `${policyName} belongs to uid ${stats.uid}, neither root nor the owner of the directory, and counts for nothing`, `chown ${owner.uid} ${shellQuote(`${directory}/${policyName}`)}, or remove it`);
		}

		return (stats.mode & 0o022) === 0
			? good('policy', `${policyName} counts`)
			: bad('policy', `${policyName} can be written by others (mode ${(stats.mode & 0o7777).toString(8)}), and counts for nothing`, `chmod go-w ${shellQuote(`${directory}/${policyName}`)}`);
	} catch (error) {
		return codeOf(error) === 'ENOENT' ? undefined : bad('policy', `${policyName} cannot be looked at: ${reasonOf(error)}`, 'ask the owner of the directory');
	}
};

export const checkWriting = async ({root, directory}: Place): Promise<Check> => {
	try {
		await fs.promises.access(root.self, fs.constants.W_OK | fs.constants.X_OK);
		return good('writing', 'sessions can be started here');
	} catch (error) {
		const {uid, mode} = await root.stat();
		return bad('writing', `no session can be started here: ${reasonOf(error)} (owner uid ${uid}, mode ${(mode & 0o7777).toString(8).padStart(4, '0')})`, `chown it to this user, or, for several users: chmod 1777 ${shellQuote(directory)}`);
	}
};

export const checkReach = async ({root}: Place): Promise<Check> => {
	const {name, isLocal} = await fileSystemOf(root);
	return isLocal
		? good('reach', `${name}: a lock is seen by every program that can be here`)
		: good('reach', `${name}: a lock may not be seen on other machines, so leases are used as well`, 'programs on other machines that hold a session by flock alone are not seen: let them write into the session at least once in the timeout');
};

const scarceBytes = 100_000_000;

export const checkDisk = async ({root}: Place): Promise<Check> => {
	const {bavail, bsize, blocks, ffree, files} = await fs.promises.statfs(root.self);
	const free = bavail * bsize;
	const detail = `${formatBytes(free)} of ${formatBytes(blocks * bsize)} free${files > 0 ? `, ${formatCount(ffree)} of ${formatCount(files)} inodes` : ''}`;
	const isScarce = free < scarceBytes || (files > 0 && ffree < files / 100);
	return isScarce
		? bad('disk', detail, 'make room: "sojourn sweep", "sojourn sessions" shows what is large, "sojourn end" removes a session')
		: good('disk', detail);
};

export const checkControl = async ({root, directory, context: {uid}}: Place): Promise<Check> => {
	let passedOver: string | undefined;
	const name = await findControl(root, uid, text => {
		passedOver = text;
	});
	if (passedOver !== undefined) {
		return bad('control', `${passedOver}; ${name === undefined ? 'another will be made' : `${name} is used`}`, `find out who made it (ls -ld ${shellQuote(`${directory}/.sojourn-${uid}`)}), then have it removed`);
	}

	return good('control', name === undefined ? 'no control directory yet: it is made when a sweep first needs it' : `${name} holds the trash, the leases and what is remembered of the clock`);
};

export const checkTime = async ({root, context}: Place): Promise<Check> => {
	const alone = checkClockAlone(context.now());
	const control = await openControl(root, context.uid, {mayCreate: false});
	if (!alone.ok || control === undefined) {
		await control?.directory.close();
		return alone;
	}

	try {
		const {problem} = await checkClock(control, context.uid, systemClock(), context.now(), {isDryRun: true});
		return problem === undefined ? alone : bad('clock', problem, 'see that the clock is right (timedatectl), and run "sojourn sweep" again in an hour');
	} finally {
		await control.directory.close();
	}
};

export const checkTrash = async ({root, context: {uid}}: Place): Promise<Check> => {
	const control = await openControl(root, uid, {mayCreate: false});
	if (control === undefined || await control.directory.lstat('trash').catch(() => undefined) === undefined) {
		await control?.directory.close();
		return good('leftovers', 'no removal was interrupted');
	}

	try {
		const trash = await openWithin(control, 'trash', uid);
		try {
			let count = 0;
			let legacy = 0;
			for await (const chunk of listDirectory(trash)) {
				const ofLegacy = chunk.filter(({name}) => isLegacyTrash(name)).length;
				count += chunk.length - ofLegacy;
				legacy += ofLegacy;
			}

			if (legacy > 0 && count === 0) {
				return bad('leftovers', 'a removal of the legacy folders could not be finished, or is at work', 'the next "sojourn legacy remove" (or backup, import, restore, publish) puts back what it has left in the trash; "sojourn legacy status" counts it');
			}

			return count === 0
				? good('leftovers', 'no removal was interrupted')
				: bad('leftovers', `${plural(count, 'removal')} could not be finished, or ${count === 1 ? 'is' : 'are'} at work`, '"sojourn sweep" finishes or undoes them, and says what cannot be removed (files that are immutable: lsattr)');
		} finally {
			await trash.close();
		}
	} catch (error) {
		return bad('leftovers', reasonOf(error), 'remove what lies there in its place');
	} finally {
		await control.directory.close();
	}
};

/** A folder `outputs` where the user stands that holds sessions, and is another than the one in use. */
export const checkOther = async (context: Context, used: string | undefined): Promise<Check | undefined> => {
	const place = path.join(context.cwd, 'outputs');
	try {
		const real = await fs.promises.realpath(nativePath(place));
		if (real === used) {
			return undefined;
		}

		const names = await fs.promises.readdir(nativePath(real));
		const count = names.filter(name => isSessionId(name)).length;
		const hasLegacy = names.includes('single') || names.includes('bulk');
		return count > 0 || hasLegacy
			? bad('other outputs', `${place} holds ${count > 0 ? plural(count, 'session') : 'shared folders of an older deployment'}, but is not the outputs directory in use${used === undefined ? '' : ` (${used})`}`, `if it is the one that you mean: sojourn --outputs ${shellQuote(place)}, or SOJOURN_OUTPUTS=${shellQuote(place)}`)
			: undefined;
	} catch {
		return undefined; // None there, or none that one could use.
	}
};
