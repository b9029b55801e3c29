import {Buffer} from 'node:buffer';
import {
	realpath,
	unlink,
	type FileHandle,
} from 'node:fs/promises';
import process from 'node:process';
import {Writable} from 'node:stream';
import {writeAll} from '../files/copy-file.js';
import {nativePath} from '../files/descriptor.js';
import {placeNew, placeOver, temporaryBeside} from '../files/place.js';
import {codeOf, failed} from '../text/errors.js';
import {decodeName} from '../text/names.js';
import type {Destination} from './destination.js';

/**
A file on its way to the user: written under a temporary name beside its destination, and there whole or not at all.
*/
export type DestinationFile = {
	readonly handle: FileHandle;
	/** Absolute, links on the way resolved. */
	readonly temporary: string;
	/** The place that was asked for, with links on the way resolved. */
	readonly wanted: string;
};

export type FinishOptions = {
	readonly isExecutable?: boolean;
	/** Milliseconds since 1970; now if absent. */
	readonly modifiedAt?: number;
};

const unsupported = new Set(['EPERM', 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP']);

export type WriteOptions = {
	readonly overwrite?: boolean | undefined;
	readonly signal?: AbortSignal | undefined;
};

/** Some file systems have no modes or times to set, and some cannot sync; the copy is good all the same. */
export const ifSupported = async (action: Promise<void>): Promise<void> => {
	try {
		await action;
	} catch (error) {
		if (!unsupported.has(codeOf(error) ?? '')) {
			throw error;
		}
	}
};

const finish = async (handle: FileHandle, {isExecutable = false, modifiedAt}: FinishOptions): Promise<void> => {
	// It is the user's now: what a new file of theirs gets, not what the session kept others from.
	const umask = process.umask(); // eslint-disable-line @typescript-eslint/no-deprecated -- no other way to ask; the program has one thread
	await ifSupported(handle.chmod((isExecutable ? 0o777 : 0o666) & ~umask));
	if (modifiedAt !== undefined) {
		await ifSupported(handle.utimes(Date.now() / 1000, modifiedAt / 1000));
	}

	await ifSupported(handle.sync());
};

/** @throws the signal's reason as soon as it is aborted, though the action goes on */
const unlessAborted = async (action: Promise<void>, signal: AbortSignal | undefined): Promise<void> => {
	if (signal === undefined) {
		return action;
	}

	signal.throwIfAborted();
	const {promise: aborted, reject} = Promise.withResolvers<never>();
	const abort = (): void => {
		reject(signal.reason as Error);
	};

	signal.addEventListener('abort', abort, {once: true});
	try {
		await Promise.race([action, aborted]);
	} finally {
		signal.removeEventListener('abort', abort);
	}
};

/**
Writes a file and puts it in its place; where `write` fails or is cancelled, nothing is left behind.

@param write - fills the file; what it returns says how to finish it; its `value` is handed back
@throws the signal's reason; a Failure that names the destination
*/
export const writeDestination = async <Value>(
	destination: Destination,
	options: WriteOptions,
	write: (file: DestinationFile) => Promise<FinishOptions & {readonly value: Value}>,
): Promise<{readonly path: string; readonly renamed: boolean; readonly value: Value}> => {
	const {directory, name} = destination;
	const {overwrite = false, signal} = options;
	const final = directory.endsWith('/') ? directory + name : `${directory}/${name}`;
	let temporary: string | undefined;
	try {
		signal?.throwIfAborted();
		const real = decodeName(await realpath(nativePath(directory), {encoding: 'buffer'}));
		let value: Value;
		const made = await temporaryBeside(real, name);
		temporary = made.path;
		try {
			const wanted = real === '/' ? `/${name}` : `${real}/${name}`;
			const written = await write({handle: made.handle, temporary, wanted});
			value = written.value;
			await unlessAborted(finish(made.handle, written), signal);
		} catch (error) {
			// It waits for the disk, which may still be writing what nobody wants any more.
			made.handle.close().catch(() => undefined);
			throw error;
		}

		await made.handle.close();

		signal?.throwIfAborted();
		if (overwrite) {
			await placeOver(temporary, final);
			temporary = undefined;
			return {path: final, renamed: false, value};
		}

		const placed = await placeNew(temporary, directory, name);
		temporary = undefined;
		return {path: placed, renamed: placed !== final, value};
	} catch (error) {
		signal?.throwIfAborted();
		throw failed('write', final, error);
	} finally {
		if (temporary !== undefined) {
			await unlink(nativePath(temporary)).catch(() => undefined);
		}
	}
};

/** A stream into an open file, which stays open. */
export class FileWritable extends Writable {
	#position = 0;

	constructor(private readonly handle: FileHandle) {
		super({highWaterMark: 4 * 1024 * 1024});
	}

	override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
		const write = async (): Promise<void> => {
			try {
				await writeAll(this.handle, chunk, this.#position);
				this.#position += chunk.length;
			} catch (error) {
				callback(error as Error);
				return;
			}

			callback();
		};

		void write();
	}

	override _writev(chunks: Array<{readonly chunk: Buffer}>, callback: (error?: Error | null) => void): void {
		this._write(chunks.length === 1 ? chunks[0]!.chunk : Buffer.concat(chunks.map(({chunk}) => chunk)), 'utf8', callback);
	}
}
