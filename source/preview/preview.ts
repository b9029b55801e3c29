import type {Facts, Outputs} from '../outputs/outputs.js';
import {failed} from '../text/errors.js';
import {readFolder} from './folder.js';
import type {Preview} from './shapes.js';
import type {PreviewOptions} from './source.js';

export type {Preview} from './shapes.js';

const readAny = async (outputs: Outputs, path: string, facts: Facts, options: PreviewOptions): Promise<Preview> => {
	switch (facts.type) {
		case 'directory': {
			return readFolder(outputs, path, facts, options.signal);
		}

		case 'symlink': {
			return (await import('./link.js')).readLink(outputs, path, facts);
		}

		case 'other': {
			return {
				kind: 'facts', title: 'special file', details: ['a pipe, a socket or a device; not opened, and not exported'], facts,
			};
		}

		case 'file': {
			// What knows of kinds is loaded with the first file.
			return (await import('./file.js')).readFileAt(outputs, path, options);
		}
	}
};

/**
A preview of one output, bounded in bytes and time whatever the file holds.

@throws Failure if it cannot be read
*/
export const readPreview = async (outputs: Outputs, path: string, options: PreviewOptions = {}): Promise<Preview> => {
	const {signal} = options;
	try {
		const facts = await outputs.stat(path);
		signal?.throwIfAborted();
		return await readAny(outputs, path, facts, options);
	} catch (error) {
		signal?.throwIfAborted();
		throw failed('preview', path.slice(path.indexOf('/') + 1), error);
	}
};
