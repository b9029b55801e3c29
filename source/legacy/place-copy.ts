import {randomBytes} from 'node:crypto';
import fs from 'node:fs';
import {promisify} from 'node:util';
import type {Directory} from '../files/descriptor.js';
import {placeAs} from '../files/place.js';
import {encodeName} from '../text/names.js';
import {giveToLink, type Attributes} from './attributes.js';
import {copyFile, type Copied, type CopyOptions} from './copy.js';

const symlink = promisify(fs.symlink);
const unlink = promisify(fs.unlink);

/** What is not whole yet is hidden from listings under such a name. */
const temporaryName = (): string => `.sojourn-${randomBytes(8).toString('hex')}.part`;

const place = async (to: Directory, temporary: string, name: string): Promise<void> => {
	try {
		await placeAs(`${to.self.toString()}/${temporary}`, `${to.self.toString()}/${name}`);
	} catch (error) {
		await unlink(to.at(temporary)).catch(() => undefined);
		throw error;
	}
};

/** Copies a file, which appears under its name when it is whole and has been compared, and never over another. @throws EEXIST where something has the name; as `copyFile` */
export const placeCopy = async (from: Directory, name: string, to: Directory, as: string, options: CopyOptions = {}): Promise<Copied> => {
	const temporary = temporaryName();
	const copied = await copyFile(from, name, to, temporary, options);
	await place(to, temporary, as);
	return copied;
};

/** Makes a symbolic link that has all that it keeps when it appears. @throws EEXIST where something has the name */
export const placeLink = async (to: Directory, name: string, target: string, attributes: Attributes): Promise<void> => {
	const temporary = temporaryName();
	await symlink(encodeName(target), to.at(temporary));
	try {
		await giveToLink(to, temporary, attributes);
	} catch (error) {
		await unlink(to.at(temporary)).catch(() => undefined);
		throw error;
	}

	await place(to, temporary, name);
};
