import {randomBytes} from 'node:crypto';
import type {Stats} from 'node:fs';
import {makePrivateDirectory} from '../../files/atomic-write.js';
import type {Directory} from '../../files/descriptor.js';
import {listDirectory} from '../../files/list.js';
import {codeOf, Failure, reasonOf} from '../../text/errors.js';

/**
A user's control directory within the outputs directory: `.sojourn-<uid>`, or `.sojourn-<uid>-<random>` where somebody else holds that name, found again by its owner. It is believed only if it is a real directory that belongs to the user and that nobody else may read or write. Root's may be passed through by others (0711): in it stand root's keeps and leases, which concern them.
*/
const plainName = (uid: number): string => `.sojourn-${uid}`;

const isBelieved = (stats: Stats, uid: number): boolean =>
	stats.isDirectory() && stats.uid === uid && (stats.mode & (uid === 0 ? 0o066 : 0o077)) === 0;

const whyNot = (stats: Stats, uid: number): string => {
	if (!stats.isDirectory()) {
		return 'is no directory';
	}

	return stats.uid === uid
		? `is open to other users (mode ${(stats.mode & 0o7777).toString(8).padStart(4, '0')})`
		: `belongs to another user (uid ${stats.uid})`;
};

const statIfThere = async (directory: Directory, name: string): Promise<Stats | undefined> => {
	try {
		return await directory.lstat(name);
	} catch (error) {
		if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES'].includes(codeOf(error) ?? '')) {
			return undefined;
		}

		throw error;
	}
};

/**
The name of a user's control directory.

@param onPassedOver - told of something that has the name but is not believed, as a sentence
@returns `undefined` if there is none
*/
export const findControl = async (root: Directory, uid: number, onPassedOver?: (text: string) => void): Promise<string | undefined> => {
	const plain = plainName(uid);
	const stats = await statIfThere(root, plain);
	if (stats === undefined) {
		return undefined; // Another name is taken only where this one is.
	}

	if (isBelieved(stats, uid)) {
		return plain;
	}

	onPassedOver?.(`${plain} in the outputs directory is passed over as this user's control directory: it ${whyNot(stats, uid)}`);
	for await (const chunk of listDirectory(root)) {
		for (const {name, type} of chunk) {
			const other = type === 'directory' && name.startsWith(`${plain}-`) ? await statIfThere(root, name) : undefined;
			if (other !== undefined && isBelieved(other, uid)) {
				return name;
			}
		}
	}

	return undefined;
};

const openIfBelieved = async (directory: Directory, name: string, uid: number, mask = 0o077): Promise<Directory | undefined> => {
	let opened: Directory;
	try {
		opened = await directory.directory(name);
	} catch (error) {
		if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES'].includes(codeOf(error) ?? '')) {
			return undefined;
		}

		throw error;
	}

	const stats = await opened.stat();
	if (stats.uid === uid && (stats.mode & mask) === 0) {
		return opened;
	}

	await opened.close();
	return undefined;
};

export type Control = {
	readonly name: string;
	readonly directory: Directory;
};

/**
Opens the user's own control directory.

@param options.mayCreate - whether to make it if there is none
@param options.mayMend - whether to give it the mode that it should have; as `mayCreate` if absent
@returns `undefined` if there is none
@throws Failure if none can be made
*/
export const openControl = async (root: Directory, uid: number, {mayCreate, mayMend = mayCreate, onPassedOver}: {readonly mayCreate: boolean; readonly mayMend?: boolean; readonly onPassedOver?: (text: string) => void}): Promise<Control | undefined> => {
	const mask = uid === 0 ? 0o066 : 0o077;
	const mode = uid === 0 ? 0o711 : 0o700;
	const found = await findControl(root, uid, onPassedOver);
	const opened = found === undefined ? undefined : await openIfBelieved(root, found, uid, mask);
	if (opened !== undefined) {
		if (mayMend && ((await opened.stat()).mode & 0o7777) !== mode) {
			await root.setFolderMode(found!, mode);
		}

		return {name: found!, directory: opened};
	}

	if (!mayCreate) {
		return undefined;
	}

	const plain = plainName(uid);
	try {
		for (const name of [plain, `${plain}-${randomBytes(6).toString('hex')}`]) {
			if (await makePrivateDirectory(root, name, mode)) {
				await root.sync();
			}

			const made = await openIfBelieved(root, name, uid, mask);
			if (made !== undefined) {
				return {name, directory: made};
			}
		}
	} catch (error) {
		throw new Failure(`no control directory ${plain} can be made in the outputs directory: ${reasonOf(error)}`, 1, {cause: error});
	}

	throw new Failure(`no control directory ${plain} can be made in the outputs directory: others hold its name`);
};

/**
A folder in a control directory; it is made when first needed.

@throws Failure if something else has its name
*/
export const openWithin = async ({directory: control}: Control, name: string, uid: number, mode = 0o700): Promise<Directory> => {
	if (await makePrivateDirectory(control, name, mode)) {
		await control.sync();
	}

	const opened = await openIfBelieved(control, name, uid, 0o022);
	if (opened === undefined || ((await opened.stat()).mode & 0o077 & ~mode) !== 0) {
		await opened?.close();
		throw new Failure(`"${name}" in the control directory of uid ${uid} is no directory of mode ${mode.toString(8).padStart(4, '0')} that belongs to that user: remove it`);
	}

	return opened;
};
