import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import {nativePath} from '../../files/descriptor.js';
import {codeOf, failed} from '../../text/errors.js';
import {decodeName} from '../../text/names.js';
import {compareNatural} from '../../text/natural-order.js';
import {escapeTemplate, fillTemplate, hasField, type TemplateValues} from '../../text/template.js';

export type Completion = {
	/** The text with as much added as is sure. */
	readonly completed: string;
	/** The folders that it may mean, in order; as `decodeName` gives them. */
	readonly names: readonly string[];
	/** Whether there are more, that were not looked at. */
	readonly isCut: boolean;
};

export type CompletionOptions = {
	readonly cwd: string;
	readonly home: string;
	readonly values: Omit<TemplateValues, 'name'>;
	readonly signal: AbortSignal;
};

/** Entries of a folder that are looked at, at most. */
const mostEntries = 100_000;

/** Folders that are offered, at most. */
const mostNames = 1000;

/** What some names begin with, in whole characters. */
const sharedStart = (names: readonly string[]): string => {
	const [first = '', ...others] = names;
	let shared = Array.from(first); // eslint-disable-line unicorn/prefer-spread -- by code points
	for (const name of others) {
		const characters = Array.from(name); // eslint-disable-line unicorn/prefer-spread
		const end = shared.findIndex((character, index) => character !== characters[index]);
		shared = end === -1 ? shared : shared.slice(0, end);
	}

	return shared.join('');
};

const isFolder = async (directory: string, name: string, entry: fs.Dirent): Promise<boolean> => {
	if (entry.isDirectory()) {
		return true;
	}

	if (!entry.isSymbolicLink()) {
		return false;
	}

	try {
		const stats = await fs.promises.stat(nativePath(path.posix.join(directory, name)));
		return stats.isDirectory();
	} catch {
		return false;
	}
};

/** Folders in a directory whose names begin so; hidden ones only where a dot is asked for. */
const foldersIn = async (directory: string, start: string, signal: AbortSignal): Promise<{readonly names: string[]; readonly isCut: boolean}> => {
	const names: string[] = [];
	let seen = 0;
	// Latin-1 gives each byte of a name as one character.
	const opened = await fs.promises.opendir(nativePath(directory), {encoding: 'latin1' as BufferEncoding});
	for await (const entry of opened) {
		signal.throwIfAborted();
		if (++seen > mostEntries || names.length === mostNames) {
			return {names, isCut: true};
		}

		const name = decodeName(Buffer.from(entry.name, 'latin1'));
		if (name.startsWith(start) && (start !== '' || !name.startsWith('.')) && await isFolder(directory, name, entry)) {
			names.push(name);
		}
	}

	return {names, isCut: false};
};

/**
Completes the last name of a destination to a folder that is there.

@param text - what stands before the cursor
@throws the signal's reason; Failure where the folder cannot be read
*/
export const completePath = async (text: string, {cwd, home, values, signal}: CompletionOptions): Promise<Completion> => {
	const nothing: Completion = {completed: text, names: [], isCut: false};
	if (text === '~') {
		return {completed: '~/', names: ['~'], isCut: false};
	}

	const end = text.lastIndexOf('/') + 1;
	const [parent, last] = [text.slice(0, end), text.slice(end)];
	// What a field stands for is not known before the export.
	if (hasField(last) || hasField(parent, 'name') || text.includes('\0')) {
		return nothing;
	}

	const isInHome = parent.startsWith('~/');
	const filled = fillTemplate(isInHome ? parent.slice(1) : parent, {...values, name: ''});
	const directory = path.resolve(cwd, isInHome ? home + filled : filled);
	const start = last.replaceAll('{{', '{');
	try {
		const {names, isCut} = await foldersIn(directory, start, signal);
		if (names.length === 0) {
			return {...nothing, isCut};
		}

		const shared = isCut ? start : sharedStart(names);
		const isOne = names.length === 1 && !isCut;
		return {completed: parent + escapeTemplate(shared) + (isOne ? '/' : ''), names: names.toSorted(compareNatural), isCut};
	} catch (error) {
		signal.throwIfAborted();
		if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') {
			return nothing;
		}

		throw failed('look into', directory, error);
	}
};
