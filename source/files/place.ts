import {randomBytes} from 'node:crypto';
import {constants} from 'node:fs';
import {
	link,
	lstat,
	open,
	rename,
	unlink,
	type FileHandle,
} from 'node:fs/promises';
import {codeOf, Failure} from '../text/errors.js';
import {encodeName} from '../text/names.js';
import {printable} from '../text/printable.js';
import {nativePath} from './descriptor.js';

/**
How a finished file gets its final name. A file is written under a hidden temporary name in the directory that it is meant for, and appears under its own name whole or not at all. `link` is the one call that never overwrites; `rename` does so silently.
*/

const nameLimit = 255; // Bytes, on all common file systems.

const join = (directory: string, name: string): string => directory.endsWith('/') ? directory + name : `${directory}/${name}`;

const isTaken = (error: unknown): boolean => codeOf(error) === 'EEXIST';

/** Shortens a name to a number of bytes without cutting a character in two. */
export const shortenName = (name: string, bytes: number): string => {
	if (encodeName(name).length <= bytes) {
		return name;
	}

	let result = '';
	let used = 0;
	for (const character of name) {
		used += encodeName(character).length;
		if (used > bytes) {
			break;
		}

		result += character;
	}

	return result;
};

const splitExtension = (name: string): [stem: string, extension: string] => {
	const match = /^(?<stem>.+?)(?<extension>\.tar\.[^.\s]{1,8}|\.[^.\s]{1,32})$/sv.exec(name);
	return match ? [match.groups!.stem!, match.groups!.extension!] : [name, ''];
};

/**
`name (2).ext` for the number 2. `.tar.gz` counts as one extension; folders have none, nor has a name whose only dot comes first. The result never exceeds 255 bytes: the part before the number is shortened.
*/
export const numberedName = (name: string, number: number, options: {readonly isFolder?: boolean} = {}): string => {
	const [stem, extension] = options.isFolder ? [name, ''] : splitExtension(name);
	const end = ` (${number})${extension}`;
	return shortenName(stem, nameLimit - encodeName(end).length) + end;
};

/**
A name as it is, then the same with numbers.

@yields `name`, `name (2)`, `name (3)` and so on
*/
export function * candidateNames(name: string, options: {readonly isFolder?: boolean} = {}): Generator<string> {
	yield name;
	for (let number = 2; ; number++) {
		yield numberedName(name, number, options);
	}
}

/**
Makes sure that what was done to a directory's names survives a power cut. Where directories cannot be opened or synced, there is nothing to be done about it.

@throws when the disk itself fails (`EIO`)
*/
export const syncDirectory = async (directory: string): Promise<void> => {
	try {
		const handle = await open(nativePath(directory), constants.O_RDONLY);
		try {
			await handle.sync();
		} finally {
			await handle.close();
		}
	} catch (error) {
		if (codeOf(error) === 'EIO') {
			throw error;
		}
	}
};

/**
Makes an empty temporary file in `directory`, for what will be called `name`: hidden, with a random name, readable by its owner only.
*/
export const temporaryBeside = async (directory: string, name: string): Promise<{readonly path: string; readonly handle: FileHandle}> => {
	for (;;) {
		const end = `.${randomBytes(4).toString('hex')}.part`;
		const path = join(directory, `.${shortenName(name, nameLimit - end.length - 1)}${end}`);
		try {
			return {path, handle: await open(nativePath(path), 'wx+', 0o600)};
		} catch (error) {
			if (!isTaken(error)) {
				throw error;
			}
		}
	}
};

const lacksLinks = new Set(['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP', 'EMLINK']);

/** Without hard links: takes the name with an empty file first, and puts the finished one over that. */
const placeByRename = async (temporary: string, final: string): Promise<void> => {
	const placeholder = await open(nativePath(final), 'wx', 0o600);
	await placeholder.close();
	try {
		await rename(nativePath(temporary), nativePath(final));
	} catch (error) {
		await unlink(nativePath(final)).catch(() => undefined);
		throw error;
	}
};

/** Gives a temporary file a name that nothing has, in one step. @throws EEXIST where something has it */
export const placeAs = async (temporary: string, final: string): Promise<void> => {
	try {
		await link(nativePath(temporary), nativePath(final));
	} catch (error) {
		if (!lacksLinks.has(codeOf(error) ?? '')) {
			throw error;
		}

		await placeByRename(temporary, final);
		return;
	}

	await unlink(nativePath(temporary));
};

/**
Puts a finished temporary file under its final name, and never over another: where the name is taken, `name (2).ext` and so on is used.

@param temporary - its path, on the file system of `directory`
@returns the path that it has now
*/
export const placeNew = async (temporary: string, directory: string, name: string): Promise<string> => {
	for (const candidate of candidateNames(name)) {
		const final = join(directory, candidate);
		try {
			await placeAs(temporary, final);
		} catch (error) {
			if (isTaken(error)) {
				continue;
			}

			throw error;
		}

		await syncDirectory(directory);
		return final;
	}

	throw new Error('unreachable: there is always another number');
};

/**
Puts a finished temporary file in the place of another in one step. A link of that name is replaced, not followed.

@throws when a folder has that name
*/
export const placeOver = async (temporary: string, final: string): Promise<void> => {
	const there = await lstat(nativePath(final)).catch(() => undefined);
	if (there?.isDirectory()) {
		throw new Failure(`${printable(final)} is a folder and cannot be replaced by a file`);
	}

	await rename(nativePath(temporary), nativePath(final));
	const end = Math.max(1, final.lastIndexOf('/'));
	await syncDirectory(final.slice(0, end));
};
