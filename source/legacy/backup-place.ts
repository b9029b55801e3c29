import fs from 'node:fs';
import path from 'node:path';
import {Directory, nativePath} from '../files/descriptor.js';
import {fileSystemOf} from '../files/file-system.js';
import {codeOf, Failure, failed} from '../text/errors.js';
import {decodeName} from '../text/names.js';
import {printable} from '../text/printable.js';
import type {Place, TaskOptions} from './task.js';

/** Where a backup goes. */
export type BackupPlace = {
	/** The directory that the backup lies in, absolute, links resolved. */
	readonly parent: string;
	/** The name that was asked for; absent: the name of the day. */
	readonly name?: string;
};

const two = (number: number): string => String(number).padStart(2, '0');

/** What a backup of the day is called: `outputs_backup_20260131`. @param now - milliseconds since 1970 */
export const backupName = (now: number): string => {
	const date = new Date(now);
	return `outputs_backup_${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`;
};

export const partialEnd = '.partial';

/** What a backup under way is called where nobody gave it a name. */
export const isPartialName = (name: string): boolean => /^outputs_backup_\d{8}(?:-\d+)?\.partial$/.test(name);

/** @yields the name, then `name-2`, `name-3` and so on: a second one on a day */
export function * backupNames(name: string): Generator<string> {
	yield name;
	for (let number = 2; ; number++) {
		yield `${name}-${number}`;
	}
}

const isFolder = async (place: string): Promise<boolean> => {
	try {
		return (await fs.promises.stat(nativePath(place))).isDirectory();
	} catch (error) {
		if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') {
			return false;
		}

		throw failed('back up to', place, error);
	}
};

const realPath = async (place: string): Promise<string> => decodeName(await fs.promises.realpath(nativePath(place), {encoding: 'buffer'}));

const isWithin = (place: string, directory: string): boolean => `${place}/`.startsWith(`${directory}/`);

/** What `--to` names: an existing directory, or the name of a new one in an existing directory. */
const resolveTo = async (to: string, cwd: string): Promise<BackupPlace> => {
	const wanted = path.resolve(cwd, to);
	if (to !== '' && await isFolder(wanted)) {
		return {parent: await realPath(wanted)};
	}

	const parent = path.dirname(wanted);
	if (to === '' || !await isFolder(parent)) {
		throw new Failure(to === '' ? 'the destination is empty: name a directory with --to' : `cannot back up to ${printable(wanted)}: the directory ${printable(parent)} does not exist; make it first, or name another with --to`);
	}

	if (await fs.promises.lstat(nativePath(wanted)).catch(() => undefined) !== undefined) {
		throw new Failure(`cannot back up to ${printable(wanted)}: it is there, and is not a directory; name another with --to`);
	}

	return {parent: await realPath(parent), name: path.basename(wanted)};
};

const volatile: Readonly<Record<string, string>> = {
	overlayfs: 'lies on overlayfs, a container\'s own layer, which goes away with the container',
	tmpfs: 'lies on tmpfs, which is memory and gone at the next start',
	ramfs: 'lies on ramfs, which is memory and gone at the next start',
};

/** What speaks against a place for backups, as the end of a sentence. */
const objectionTo = async (parent: string, {root}: Place): Promise<string | undefined> => {
	const directory = await Directory.open(parent);
	try {
		const {name} = await fileSystemOf(directory);
		if (volatile[name] !== undefined) {
			return volatile[name];
		}

		const [there, here] = [await directory.stat(), await root.stat()];
		return there.dev === here.dev ? undefined : `lies on another file system (${name}) than the outputs directory`;
	} finally {
		await directory.close();
	}
};

/**
Where a backup of the outputs directory goes: beside it, or where `to` says.

@param options.cwd - what a relative `to` starts from
@throws Failure where it must not go: into the outputs directory, and, unless `to` names it, where it would not last or on another device
*/
export const placeForBackup = async (place: Place, {to, cwd, onNote}: {readonly to?: string | undefined; readonly cwd: string} & Pick<TaskOptions, 'onNote'>): Promise<BackupPlace> => {
	const chosen: BackupPlace = to === undefined ? {parent: path.dirname(place.directory)} : await resolveTo(to, cwd);
	if (isWithin(chosen.parent, place.directory)) {
		throw new Failure(`cannot back up to ${printable(chosen.parent)}: it is or lies in the outputs directory itself; name another directory with --to`);
	}

	const objection = await objectionTo(chosen.parent, place).catch((error: unknown) => {
		throw failed('back up to', chosen.parent, error);
	});
	if (objection !== undefined && to === undefined) {
		throw new Failure(`no backup is made in ${printable(chosen.parent)}: it ${objection}; name a directory that lasts with --to DIR (--to ${printable(chosen.parent)}, if it is what you want)`);
	}

	if (objection !== undefined) {
		onNote?.(`sojourn: warning: ${printable(chosen.parent)} ${objection}`);
	}

	return chosen;
};
