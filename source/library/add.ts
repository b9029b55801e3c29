import {Buffer} from 'node:buffer';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {changedMeanwhile, readSource} from '../commands/add/source.js';
import type {Outputs, WriteOptions} from '../outputs/outputs.js';
import {Failure, failed} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {atBoundary, isPath} from './boundary.js';
import {ArgumentError, OutputChangedError} from './errors.js';
import {checkOutputPath, checkSound, whileHeld, withSession} from './find.js';
import type {SessionOptions, TaskOptions} from './types.js';

/** What an output is made of: a file, by its path or `file:` URL; bytes; or what delivers bytes, such as a stream (text is written as UTF-8). */
export type OutputSource = string | URL | Uint8Array | AsyncIterable<Uint8Array | string>;

type Stream = AsyncIterable<unknown, unknown> & {
	destroy?: (error?: Error) => unknown;
	on?: (event: 'error', listener: () => void) => unknown;
};

const isStream = (source: unknown): source is Stream => typeof (source as Partial<Stream> | null | undefined)?.[Symbol.asyncIterator] === 'function';

const toBytes = (chunk: unknown): Uint8Array => {
	if (typeof chunk === 'string') {
		return Buffer.from(chunk);
	}

	if (chunk instanceof Uint8Array) {
		return chunk;
	}

	throw new ArgumentError('source: it delivers something that is neither bytes nor text');
};

/** The blocks of a stream. Also one that delivers nothing does not make a cancelled call wait; it is destroyed when nobody reads on. */
async function * blocksOf(source: Stream, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
	const iterator = source[Symbol.asyncIterator]();
	const {promise: aborted, reject} = Promise.withResolvers<never>();
	aborted.catch(() => undefined);
	const abort = (): void => {
		reject(signal!.reason as Error);
	};

	signal?.addEventListener('abort', abort);
	let isDone = false;
	try {
		signal?.throwIfAborted();
		for (;;) {
			const next = iterator.next();
			next.catch(() => undefined); // Seen by the race, if that still goes on.
			const {done, value} = await Promise.race([next, aborted]);
			if (done) {
				isDone = true;
				return;
			}

			yield toBytes(value);
		}
	} finally {
		signal?.removeEventListener('abort', abort);
		if (!isDone) {
			source.destroy?.();
			iterator.return?.().catch(() => undefined);
		}
	}
}

const write = async (outputs: Outputs, id: string, target: string, blocks: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<{readonly path: string; readonly bytes: number}> => {
	try {
		const {path: given, bytes} = await outputs.write(`${id}/${target}`, blocks, options);
		return {path: given.slice(id.length + 1), bytes};
	} catch (error) {
		options.signal?.throwIfAborted();
		throw error instanceof ArgumentError || error instanceof OutputChangedError ? error : failed('add', target, error);
	}
};

/**
Adds one file to a session. It appears whole or not at all, and never in the place of another: where the name is taken, it becomes `name (2).ext`. Missing folders on the way are made. The session is held meanwhile.

@param options.source - what it is made of. A file keeps its time and whether it may be run; a link is followed, as it was named
@param options.path - where it goes: `single/a.png`, `bulk/batch-1/a.png`. By default a file goes into `single` under its own name
@param options.modifiedAt - milliseconds since 1970; by default that of the file, or now
@param options.onProgress - called with the bytes written so far
@returns the path that it was given, and its bytes
@throws {ArgumentError} if the path is no place for an output, or the source is nothing of what it may be
@throws {OutputChangedError} if the file changed while it was copied; nothing is left of it
@throws {SessionNotFoundError}
@throws {SessionBrokenError}
@throws {SojournError} if reading or writing fails; the signal's reason. Nothing is left behind then

@example
await addOutput({session, path: 'single/report.txt', source: Buffer.from('done')});
await addOutput({session, source: '/tmp/render.png'}); //=> {path: 'single/render.png', bytes: 52_114}
*/
export const addOutput = async (options: SessionOptions & TaskOptions & {
	readonly source: OutputSource;
	readonly path?: string | undefined;
	readonly modifiedAt?: number | undefined;
	readonly onProgress?: ((bytes: number) => void) | undefined;
}): Promise<{readonly path: string; readonly bytes: number}> => atBoundary(async () => {
	const {signal, onProgress, modifiedAt} = options;
	const source = options.source instanceof URL ? fileURLToPath(options.source) : options.source;
	const isFile = isPath(source);
	if (!isFile && !(source instanceof Uint8Array) && !isStream(source)) {
		throw new ArgumentError('source: give the path of a file, bytes, or a stream');
	}

	if (!isFile && !(source instanceof Uint8Array)) {
		// One that breaks before it is read must not end the process; reading tells of it.
		(source as Stream).on?.('error', () => undefined);
	}

	if (options.path === undefined && !isFile) {
		throw new ArgumentError('path: it is missing; say where the output goes, such as single/a.png');
	}

	const target = checkOutputPath(options.path ?? `single/${path.basename(source as string)}`);
	if (!target.includes('/')) {
		throw new ArgumentError(`path: ${printable(target)} is a folder; give it a name, such as ${target}/a.png`);
	}

	return withSession(options, async (found, {outputs}) => {
		checkSound(found);
		const {id} = found;
		const writing = {signal, onProgress, modifiedAt};
		return whileHeld(outputs, id, async () => {
			if (!isFile) {
				const stream = source instanceof Uint8Array ? blocksOf(oneBlock(source), signal) : blocksOf(source as Stream, signal);
				return write(outputs, id, target, stream, writing);
			}

			try {
				return await readSource(path.resolve(source), '', source, async (blocks, {modifiedAt: own, isExecutable}, isUnchanged) =>
					write(outputs, id, target, unchanged(blocks, source, isUnchanged), {...writing, modifiedAt: modifiedAt ?? own, isExecutable}));
			} catch (error) {
				throw error instanceof Failure || error instanceof OutputChangedError || signal?.aborted ? error : failed('add', source, error);
			}
		});
	});
}, options.signal);

async function * oneBlock(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
	yield bytes;
}

/** Fails at the end of a file that has changed, before the copy gets its name. */
async function * unchanged(blocks: AsyncIterable<Uint8Array>, shown: string, isUnchanged: () => Promise<boolean>): AsyncGenerator<Uint8Array> {
	yield * blocks;
	if (!await isUnchanged()) {
		throw new OutputChangedError(`${printable(shown)} was not added: it ${changedMeanwhile.split(':', 1)[0]!}; try again when it is finished`);
	}
}
