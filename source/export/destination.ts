import {lstat, stat} from 'node:fs/promises';
import path from 'node:path';
import {nativePath} from '../files/descriptor.js';
import {codeOf, Failure, failed} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {fillTemplate, type TemplateValues} from '../text/template.js';

export type Destination = {
	/** Absolute, and there. */
	readonly directory: string;
	readonly name: string;
};

export type DestinationOptions = {
	/** What relative paths start from. */
	readonly cwd: string;
	readonly home: string;
	/** Whether `~` and `~/` stand for the home directory: where no shell has seen the text. */
	readonly expandsTilde?: boolean;
	/** What fields in it stand for, but for `{name}`, which is `name`; where there is none it is taken as it is. */
	readonly values?: Omit<TemplateValues, 'name'> | undefined;
};

/** Whether there is a directory; a link to one will do. */
const isDirectory = async (location: string): Promise<boolean> => {
	try {
		const stats = await stat(nativePath(location));
		return stats.isDirectory();
	} catch (error) {
		if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') {
			return false;
		}

		throw failed('export to', location, error);
	}
};

const exists = async (location: string): Promise<boolean> => {
	try {
		await lstat(nativePath(location));
		return true;
	} catch {
		return false;
	}
};

/**
Where an export goes.

@param to - an existing directory, or the name of a file in one
@param name - what the file is called in an existing directory
@throws Failure when the directory is missing, or is none; with exit code 2 for a field that there is not
*/
export const resolveDestination = async (to: string, name: string, {cwd, home, expandsTilde = false, values}: DestinationOptions): Promise<Destination> => {
	if (to === '' || to.includes('\0')) {
		throw new Failure('the destination is empty: name a directory or a file', 2);
	}

	// What a field stands for is no home directory, whatever it begins with, and a home directory no field.
	const start = expandsTilde && /^~(?:\/|$)/v.test(to) ? home : '';
	const rest = start === '' ? to : to.slice(1);
	const expanded = start + (values === undefined ? rest : fillTemplate(rest, {...values, name}));
	const location = path.resolve(cwd, expanded);
	if (await isDirectory(location)) {
		return {directory: location, name};
	}

	if (/\/\.{0,2}$/v.test(expanded)) {
		throw new Failure(await exists(location)
			? `${printable(location)} is not a directory`
			: `the directory ${printable(location)} does not exist: make it first, or name another`);
	}

	const directory = path.dirname(location);
	if (!await isDirectory(directory)) {
		throw new Failure(await exists(directory)
			? `${printable(directory)} is not a directory`
			: `the directory ${printable(directory)} does not exist: make it first, or name another`);
	}

	return {directory, name: path.basename(location)};
};
