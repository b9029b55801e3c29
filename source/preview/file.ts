import {Buffer} from 'node:buffer';
import type {OpenFile, Outputs} from '../outputs/outputs.js';
import {isPlainAscii} from '../text/printable.js';
import {kindOf, type Kind} from './kind.js';
import {readBytes, readPlainly} from './plain.js';
import type {Content, Preview} from './shapes.js';
import {headLength, readLimit, TooLong, withHead, type PreviewOptions, type ReadOptions, type Source} from './source.js';

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

const readFile = async (open: () => Source, options: ReadOptions, workshop: PreviewOptions['workshop'], signal: AbortSignal | undefined): Promise<Content> => {
	const source = open();
	const head = await source.read(0, Math.min(headLength, source.bytes));
	const headed = withHead(source, head);
	const kind = kindOf(source.name, head);
	if (isQuick(kind, source.bytes)) {
		return kind.type === 'known' ? readBytes(headed, kind.title) : readPlainly(headed);
	}

	if (workshop === undefined) {
		return readHere(headed, options);
	}

	try {
		return await (await workshop()).read(headed, options, signal);
	} catch (error) {
		signal?.throwIfAborted();
		// Whatever the reader has used up, these read anew.
		return kind.type === 'picture' && (options.colours > 0 || options.cell !== undefined)
			? withoutPixels(await readFile(open, {...options, colours: 0, cell: undefined}, workshop, signal), error)
			: beginning(await readPlainly(withHead(open(), head)), error);
	}
};

/** The program as it is built has a worker, and leaves the readers to it. */
const readHere = async (source: Source, options: ReadOptions): Promise<Content> => import.meta.workerScript === undefined
	? (await import('./read-file.js')).readContent(source, options)
	: readPlainly(source);

const reasonFor = (error: unknown): string => error instanceof TooLong ? 'this took too long to read, and was given up' : 'this cannot be read';

/** What is shown of a file whose reader failed. */
const beginning = (content: Content, error: unknown): Content =>
	content.kind === 'bytes' ? {...content, title: `${reasonFor(error)}; it begins so`} : content;

/** What is known of a picture whose pixels are too much. */
const withoutPixels = (content: Content, error: unknown): Content => content.kind === 'facts'
	? {...content, details: [...content.details, ...(content.details.length > 0 ? [''] : []), error instanceof TooLong ? 'its pixels took too long to read, and were given up' : 'its pixels cannot be read']}
	: content;

/** A preview of a regular file. */
export const readFileAt = async (outputs: Outputs, path: string, {signal, colours = 0, cell, workshop}: PreviewOptions): Promise<Preview> => {
	const file = await outputs.open(path);
	try {
		signal?.throwIfAborted();
		const {facts} = file;
		if (facts.bytes === 0) {
			return {
				kind: 'facts', title: 'empty file', details: [], facts,
			};
		}

		return {...await readFile(() => sourceOf(file, path.slice(path.lastIndexOf('/') + 1), signal), {colours, isAscii: isPlainAscii(), ...(cell !== undefined && {cell})}, workshop, signal), facts};
	} finally {
		await file.close();
	}
};
