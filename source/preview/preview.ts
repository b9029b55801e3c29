import {Buffer} from 'node:buffer';
import type {Facts, Outputs} from '../outputs/outputs.js';
import {failed} from '../text/errors.js';
import {plural} from '../text/size.js';
import {decodeText} from './text.js';

/** What a reader makes of a file: one of few shapes, for the screen to draw. Text is printable. */
export type Preview =
	| {readonly kind: 'lines'; readonly lines: readonly string[]; readonly isCut: boolean; readonly facts: Facts}
	| {readonly kind: 'facts'; readonly title: string; readonly details: readonly string[]; readonly facts: Facts};

/** Bytes of a file that a preview reads at most, however large the file is. */
export const previewLimit = 262_144;

/** Entries of a folder that are counted at most. */
const countLimit = 100_000;

const readFolder = async (outputs: Outputs, path: string, facts: Facts, signal: AbortSignal | undefined): Promise<Preview> => {
	let files = 0;
	let folders = 0;
	let others = 0;
	let isCut = false;
	for await (const chunk of outputs.list(path, {signal})) {
		for (const {type} of chunk) {
			if (type === 'directory') {
				folders++;
			} else if (type === 'file') {
				files++;
			} else {
				others++;
			}
		}

		if (files + folders + others >= countLimit) {
			isCut = true;
			break;
		}
	}

	const more = isCut ? ' or more' : '';
	return {
		kind: 'facts',
		title: 'folder',
		details: [
			`${plural(files, 'file')}${more}`,
			...(folders > 0 ? [`${plural(folders, 'folder')}${more}`] : []),
			...(others > 0 ? [`${plural(others, 'link or special file', 'links or special files')}${more}`] : []),
		],
		facts,
	};
};

/**
A preview of one output, bounded in bytes whatever the file holds.

@throws Failure if it cannot be read
*/
export const readPreview = async (outputs: Outputs, path: string, {signal}: {readonly signal?: AbortSignal | undefined} = {}): Promise<Preview> => {
	try {
		const facts = await outputs.stat(path);
		signal?.throwIfAborted();
		switch (facts.type) {
			case 'directory': {
				return await readFolder(outputs, path, facts, signal);
			}

			case 'symlink': {
				return {
					kind: 'facts', title: 'symbolic link', details: ['links are not followed, and not exported'], facts,
				};
			}

			case 'other': {
				return {
					kind: 'facts', title: 'special file', details: ['a pipe, a socket or a device; not opened, and not exported'], facts,
				};
			}

			case 'file': {
				break;
			}
		}

		if (facts.bytes === 0) {
			return {
				kind: 'facts', title: 'empty file', details: [], facts,
			};
		}

		const bytes = await outputs.read(path, {offset: 0, length: Math.min(previewLimit, Math.max(facts.bytes, 1)), signal});
		signal?.throwIfAborted();
		const text = decodeText(bytes, facts.bytes > bytes.length);
		return text === undefined
			? {
				kind: 'facts', title: 'binary file', details: ['no text to show', `starts with ${startOf(bytes)}`], facts,
			}
			: {
				kind: 'lines', lines: text, isCut: facts.bytes > bytes.length, facts,
			};
	} catch (error) {
		signal?.throwIfAborted();
		throw failed('preview', path.slice(path.indexOf('/') + 1), error);
	}
};

const startOf = (bytes: Uint8Array): string =>
	Buffer.from(bytes.subarray(0, 12)).toString('hex').replaceAll(/..(?=.)/g, '$& ');
