import {randomBytes} from 'node:crypto';
import type {Stats} from 'node:fs';
import {makePrivateDirectory} from '../../files/atomic-write.js';
import type {Directory} from '../../files/descriptor.js';
import {listDirectory} from '../../files/list.js';
import {codeOf, Failure, reasonOf} from '../../text/errors.js';

/**
The user's control directory within the outputs directory: `.sojourn-<uid>`, or `.sojourn-<uid>-<random>` where somebody else holds that name, found again by its owner. It is believed only if it is a real directory of mode 0700 that belongs to the user.

@param options.mayCreate - whether to make it if there is none
@param options.onPassedOver - told of a directory that has the name but is not believed, as a sentence
@returns `undefined` if there is none
@throws Failure if none can be made
*/
export const openControlDirectory = async (root: Directory, uid: number, {mayCreate, onPassedOver}: {readonly mayCreate: boolean; readonly onPassedOver?: (text: string) => void}): Promise<Directory | undefined> => {
	const plain = `.sojourn-${uid}`;
	const found = await openIfOurs(root, plain, uid);
	if (found !== undefined) {
		return found;
	}

	const stranger = await root.lstat(plain).catch(() => undefined);
	if (stranger !== undefined) {
		onPassedOver?.(`${plain} in the outputs directory is passed over as this user's control directory: it ${whyNot(stranger, uid)}`);
	}

	for await (const chunk of listDirectory(root)) {
		for (const {name, type} of chunk) {
			const other = type === 'directory' && name.startsWith(`${plain}-`) ? await openIfOurs(root, name, uid) : undefined;
			if (other !== undefined) {
				return other;
			}
		}
	}

	if (!mayCreate) {
		return undefined;
	}

	try {
		for (const name of [plain, `${plain}-${randomBytes(6).toString('hex')}`]) {
			if (await makePrivateDirectory(root, name)) {
				await root.sync();
			}

			const made = await openIfOurs(root, name, uid);
			if (made !== undefined) {
				return made;
			}
		}
	} catch (error) {
		throw new Failure(`no control directory ${plain} can be made in the outputs directory: ${reasonOf(error)}`, 1, {cause: error});
	}

	throw new Failure(`no control directory ${plain} can be made in the outputs directory: others hold its name`);
};

const whyNot = (stats: Stats, uid: number): string => {
	if (!stats.isDirectory()) {
		return 'is no directory';
	}

	return stats.uid === uid
		? `is open to other users (mode ${(stats.mode & 0o7777).toString(8).padStart(4, '0')})`
		: `belongs to another user (uid ${stats.uid})`;
};

const openIfOurs = async (root: Directory, name: string, uid: number): Promise<Directory | undefined> => {
	let directory: Directory;
	try {
		directory = await root.directory(name);
	} catch (error) {
		if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES'].includes(codeOf(error) ?? '')) {
			return undefined;
		}

		throw error;
	}

	const stats = await directory.stat();
	if (stats.uid === uid && (stats.mode & 0o077) === 0) {
		return directory;
	}

	await directory.close();
	return undefined;
};

/**
The trash within a control directory; it is made when first needed.

@throws Failure if something else has its name
*/
export const openTrash = async (control: Directory, uid: number): Promise<Directory> => {
	if (await makePrivateDirectory(control, 'trash')) {
		await control.sync();
	}

	const trash = await openIfOurs(control, 'trash', uid);
	if (trash === undefined) {
		throw new Failure(`"trash" in the control directory of uid ${uid} is no directory of mode 0700 that belongs to that user: remove it`);
	}

	return trash;
};
