import fs from 'node:fs';
import path from 'node:path';
import {Directory, nativePath} from '../../files/descriptor.js';
import {makePrivateDirectory, makePrivateFolders} from '../../files/atomic-write.js';
import {codeOf, Failure, failed} from '../../text/errors.js';
import {decodeName} from '../../text/names.js';
import {printable} from '../../text/printable.js';
import {shellQuote} from '../../text/shell.js';

/** Who asks, and what must not be taken for an outputs directory. */
export type Asker = {
	readonly uid: number;
	/** The user's home directory, absolute. */
	readonly home: string;
};

export type OutputsDirectory = {
	readonly root: Directory;
	/** Absolute, links resolved. */
	readonly directory: string;
	/** Whether group or others could exchange entries in it, and what would mend that. */
	readonly danger?: {readonly isGroupOnly: boolean; readonly group: number; readonly advice: string};
};

const sticky = 0o1000;

const isOpenToOthers = (stats: fs.Stats, asker: Asker): boolean =>
	(stats.uid !== 0 && stats.uid !== asker.uid) || ((stats.mode & 0o022) !== 0 && (stats.mode & sticky) === 0);

/**
Follows the links of an absolute path, and refuses one that somebody other than root and the user can exchange: whoever can, decides where files are removed.
*/
const resolveLinks = async (directory: string, asker: Asker): Promise<string> => {
	let names = directory.split('/').filter(name => name !== '');
	let resolved = '/';
	let follows = 0;
	let hasFollowed = false;
	const onTheWay: Array<{place: string; stats: fs.Stats}> = [{place: '/', stats: await fs.promises.lstat('/')}];
	while (names.length > 0) {
		const [name, ...rest] = names;
		names = rest;
		if (name === '..') {
			resolved = path.dirname(resolved);
			continue;
		}

		const next = path.join(resolved, name!);
		const stats = await fs.promises.lstat(nativePath(next));
		if (!stats.isSymbolicLink()) {
			onTheWay.push({place: next, stats});
			resolved = next;
			continue;
		}

		if (++follows > 40) {
			throw Object.assign(new Error('too many links'), {code: 'ELOOP'});
		}

		hasFollowed = true;
		if (stats.uid !== 0 && stats.uid !== asker.uid) {
			throw new Failure(`the outputs directory ${printable(directory)} is refused: ${printable(next)} is a link that belongs to another user (uid ${stats.uid}), who could point it elsewhere; name the directory that it points to with --outputs`, 2);
		}

		const target = decodeName(await fs.promises.readlink(nativePath(next), {encoding: 'buffer'}));
		names = [...target.split('/').filter(part => part !== '' && part !== '.'), ...names];
		if (target.startsWith('/')) {
			resolved = '/';
		}
	}

	const weak = hasFollowed ? onTheWay.slice(0, -1).find(({stats}) => isOpenToOthers(stats, asker)) : undefined;
	if (weak !== undefined) {
		throw new Failure(`the outputs directory ${printable(directory)} is refused: it is reached through a link, and other users can change ${printable(weak.place)} on the way; name the directory itself with --outputs`, 2);
	}

	return resolved;
};

/**
Opens the outputs directory.

@param directory - absolute
@param options.isNamed - whether the user named it (then its parent must exist), or it is the default (then what is missing on the way is made)
@returns `undefined` if it is missing and `mayCreate` is not set
@throws Failure with exit code 2 if it is one that must be refused
*/
export const openOutputsDirectory = async (
	directory: string,
	asker: Asker,
	{isNamed, mayCreate}: {readonly isNamed: boolean; readonly mayCreate: boolean},
): Promise<OutputsDirectory | undefined> => {
	const wanted = path.resolve(directory);
	const refuse = (place: string, why: string): Failure =>
		new Failure(`the outputs directory ${printable(place)} is refused: ${why}; name a directory of its own with --outputs, SOJOURN_OUTPUTS or "outputs" in config.json`, 2);
	let resolved: string;
	try {
		resolved = await resolveLinks(wanted, asker);
	} catch (error) {
		if (codeOf(error) === 'ENOENT') {
			return mayCreate || isNamed ? create(wanted, asker, {isNamed, mayCreate}) : undefined;
		}

		throw error instanceof Failure ? error : refuse(wanted, codeOf(error) === 'ENOTDIR' ? 'it is not a directory, or lies below a file' : failed('open', wanted, error).message);
	}

	const stats = await fs.promises.lstat(nativePath(resolved));
	if (!stats.isDirectory()) {
		throw refuse(wanted, 'it is a file');
	}

	if (resolved === '/') {
		throw refuse(wanted, 'it is the root of the file system');
	}

	if (resolved === await realHome(asker.home) || await isSomeHome(resolved, stats)) {
		throw refuse(wanted, 'it is a home directory');
	}

	let root: Directory;
	try {
		root = await Directory.open(resolved);
	} catch (error) {
		throw new Failure(`cannot open the outputs directory ${printable(resolved)}: ${failed('open', resolved, error).message}`, 2);
	}

	const isOpen = (stats.mode & 0o022) !== 0 && (stats.mode & sticky) === 0;
	return {
		root,
		directory: resolved,
		...(isOpen
			? {
				danger: {
					isGroupOnly: (stats.mode & 0o002) === 0,
					group: stats.gid,
					advice: `chmod ${(stats.mode & 0o002) === 0 ? 'g-w' : 'go-w'} ${shellQuote(resolved)}  (or chmod +t, if other users keep sessions in it)`,
				},
			}
			: {}),
	};
};

const realHome = async (home: string): Promise<string> => fs.promises.realpath(home).catch(() => path.resolve(home));

/** A directory directly in `/home`, and root's own, is somebody's home. */
const isSomeHome = async (directory: string, stats: fs.Stats): Promise<boolean> =>
	directory === '/root' || directory === '/home' || (path.dirname(directory) === '/home' && path.basename(directory) !== 'sojourn' && stats.uid !== 0);

const create = async (wanted: string, asker: Asker, {isNamed, mayCreate}: {readonly isNamed: boolean; readonly mayCreate: boolean}): Promise<OutputsDirectory | undefined> => {
	const parent = path.dirname(wanted);
	if (isNamed) {
		const stats = await fs.promises.stat(nativePath(parent)).catch(() => undefined);
		if (!stats?.isDirectory()) {
			throw new Failure(`the outputs directory ${printable(wanted)} does not exist, and neither does its parent ${printable(parent)}: make it, or correct --outputs, SOJOURN_OUTPUTS or "outputs" in config.json`, 2);
		}
	}

	if (!mayCreate) {
		return undefined;
	}

	try {
		if (!isNamed) {
			await makePrivateFolders(parent);
		}

		const directory = await Directory.open(parent, {follow: true});
		try {
			await makePrivateDirectory(directory, path.basename(wanted));
		} finally {
			await directory.close();
		}
	} catch (error) {
		throw new Failure(`cannot make the outputs directory ${printable(wanted)}: ${failed('make', wanted, error).message}`, 2);
	}

	const made = await openOutputsDirectory(wanted, asker, {isNamed, mayCreate: false});
	if (made === undefined) {
		throw new Failure(`the outputs directory ${printable(wanted)} is a link that leads nowhere: make what it points to, or name another directory with --outputs`, 2);
	}

	return made;
};
