import {Buffer} from 'node:buffer';
import type {Facts, OpenFile, Outputs} from '../outputs/outputs.js';
import {failed} from '../text/errors.js';
import {readFolder} from './folder.js';
import {kindOf, type Kind} from './kind.js';
import {readLink} from './link.js';
import {readContent, readKind, readPlainly} from './read-file.js';
import type {Content, Preview} from './shapes.js';
import {headLength, readLimit, withHead, type ReadOptions, type Source} from './source.js';

export type {Preview} from './shapes.js';
export {previewLimit} from './source.js';

/** Runs a reader away from the keys: see `worker-host.ts`. */
export type Workshop = {
	/**
	@throws TooLong if it takes too long, an error with the reason if the reader failed
	*/
	readonly read: (source: Source, options: ReadOptions, signal: AbortSignal | undefined) => Promise<Content>;
};

/** The error of a reader that was stopped because it took too long. */
export class TooLong extends Error {
	override readonly name = 'TooLong';
}

/** Bytes of a plain text that is read where the keys are: it takes no longer than to hand it to somebody else. */
const smallText = headLength;

const isQuick = (kind: Kind, bytes: number): boolean => kind.type === 'binary' || kind.type === 'known' || (kind.type === 'text' && bytes <= smallText);

const sourceOf = (file: OpenFile, name: string, signal: AbortSignal | undefined): Source => {
	let left = readLimit;
	return {
		name,
		bytes: file.facts.bytes,
		async read(offset, length) {
			signal?.throwIfAborted();
			left -= length;
			if (left < 0 || offset < 0 || length < 0) {
				throw new RangeError('there is more to read than a preview may');
			}

			const buffer = Buffer.alloc(Math.max(0, Math.min(length, file.facts.bytes - offset)));
			return buffer.length === 0 ? buffer : buffer.subarray(0, await file.read(buffer, offset));
		},
	};
};

const readFile = async (source: Source, options: ReadOptions, workshop: Workshop | undefined, signal: AbortSignal | undefined): Promise<Content> => {
	const head = await source.read(0, Math.min(headLength, source.bytes));
	const headed = withHead(source, head);
	const kind = kindOf(source.name, head);
	if (isQuick(kind, source.bytes)) {
		return readKind(headed, kind, options);
	}

	if (workshop === undefined) {
		return readContent(headed, options);
	}

	try {
		return await workshop.read(headed, options, signal);
	} catch (error) {
		signal?.throwIfAborted();
		const plain = await readPlainly(headed);
		return plain.kind === 'bytes' ? {...plain, title: `${error instanceof TooLong ? 'this took too long to read, and was given up' : 'this cannot be read'}; it begins so`} : plain;
	}
};

export type PreviewOptions = {
	readonly signal?: AbortSignal | undefined;
	/** Colours that the terminal can show; pictures are drawn with 256 or more. */
	readonly colours?: number;
	/** Where readers run; here if it is absent. */
	readonly workshop?: Workshop | undefined;
};

const readFileAt = async (outputs: Outputs, path: string, {signal, colours = 0, workshop}: PreviewOptions): Promise<Preview> => {
	const file = await outputs.open(path);
	try {
		signal?.throwIfAborted();
		const {facts} = file;
		if (facts.bytes === 0) {
			return {
				kind: 'facts', title: 'empty file', details: [], facts,
			};
		}

		return {...await readFile(sourceOf(file, path.slice(path.lastIndexOf('/') + 1), signal), {colours}, workshop, signal), facts};
	} finally {
		await file.close();
	}
};

const readAny = async (outputs: Outputs, path: string, facts: Facts, options: PreviewOptions): Promise<Preview> => {
	switch (facts.type) {
		case 'directory': {
			return readFolder(outputs, path, facts, options.signal);
		}

		case 'symlink': {
			return readLink(outputs, path, facts);
		}

		case 'other': {
			return {
				kind: 'facts', title: 'special file', details: ['a pipe, a socket or a device; not opened, and not exported'], facts,
			};
		}

		case 'file': {
			return readFileAt(outputs, path, options);
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
