import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import {promisify} from 'node:util';
import {copyContents, writeAll} from '../files/copy-file.js';
import type {Directory} from '../files/descriptor.js';
import {hashFile, readBlocks} from '../files/hash.js';
import {Failure} from '../text/errors.js';
import {decodeName} from '../text/names.js';
import {attributesOf, giveToFile, type Attributes} from './attributes.js';

/**
The one way in which a backup, a restore and a publication copy a file: read and hashed, written, given what it keeps, read again and compared.
*/

const unlink = promisify(fs.unlink);
const readlink = promisify(fs.readlink);

export type CopyOptions = {
	readonly signal?: AbortSignal | undefined;
	/** Told of bytes that were copied since the last call. */
	readonly onBytes?: ((bytes: number) => void) | undefined;
	/** The SHA-256 that the source must have. */
	readonly sha256?: string | undefined;
	/** What the copy keeps; what the source has if absent. */
	readonly attributes?: ((stats: fs.BigIntStats) => Attributes) | undefined;
};

export type Copied = {
	readonly sha256: string;
	/** The source, as it was from before the first byte was read until after the last. */
	readonly stats: fs.BigIntStats;
};

/** Files from this size on are cloned where the file system can, and read ahead where it cannot. */
const largeBytes = 1_048_576;

/** Of a file with holes, a block of zeros of this size becomes one. */
const holeBytes = 65_536;
const zeros = Buffer.alloc(holeBytes);

/** Whether it has as good as surely not been written to in between. */
const isUnchanged = (before: fs.BigIntStats, after: fs.BigIntStats): boolean =>
	before.size === after.size && before.mtimeNs === after.mtimeNs && before.ctimeNs === after.ctimeNs;

const changed = (): Error => Object.assign(new Error('it changes while it is read'), {code: 'ECHANGED'});

const tries = 3;

/** A source that is being read. */
export type Source = {
	readonly handle: fs.promises.FileHandle;
	readonly stats: fs.BigIntStats;
	/** @throws an error with code ECHANGED if it has been written to since it was opened */
	readonly check: () => Promise<void>;
};

/** Does something with an open source that must not change meanwhile, and tries again where that says so. */
export const readUnchanged = async <T>(folder: Directory, name: string, read: (source: Source) => Promise<T>): Promise<T> => {
	for (let attempt = 1; ; attempt++) {
		const {handle} = await folder.file(name);
		try {
			const stats = await handle.stat({bigint: true});
			return await read({
				handle,
				stats,
				async check() {
					if (!isUnchanged(stats, await handle.stat({bigint: true}))) {
						throw changed();
					}
				},
			});
		} catch (error) {
			if (attempt === tries || (error as NodeJS.ErrnoException).code !== 'ECHANGED') {
				throw error;
			}
		} finally {
			await handle.close();
		}
	}
};

/** Copies what a file holds. @returns the SHA-256 of what was read */
const transfer = async (source: fs.promises.FileHandle, copy: fs.promises.FileHandle, stats: fs.BigIntStats, {signal, onBytes}: CopyOptions): Promise<string> => {
	const bytes = Number(stats.size);
	const hasHoles = stats.blocks * 512n < stats.size;
	const hash = createHash('sha256');
	let position = 0;
	if (bytes >= largeBytes && !hasHoles) {
		let told = 0;
		const readable = {
			handle: source,
			async read(buffer: Uint8Array, from: number) {
				const {bytesRead} = await source.read(buffer, 0, buffer.length, from);
				hash.update(buffer.subarray(0, bytesRead));
				position += bytesRead;
				return bytesRead;
			},
		};
		await copyContents(readable, copy, {
			bytes,
			signal,
			onProgress(done) {
				onBytes?.(done - told);
				told = done;
			},
		});
		return position === 0 ? hashFile(source, {bytes, signal}) : hash.digest('hex'); // Blocks that were cloned nobody has read.
	}

	for await (const block of readBlocks(source, {bytes, signal, block: hasHoles ? holeBytes : undefined})) {
		hash.update(block);
		if (!hasHoles || !zeros.subarray(0, block.length).equals(block)) {
			await writeAll(copy, block, position);
		}

		position += block.length;
		onBytes?.(block.length);
	}

	if (hasHoles) {
		await copy.truncate(position);
	}

	return hash.digest('hex');
};

/**
Copies a regular file to a name that nothing has, and compares the copy with it. Where that fails, no copy is left.

@throws an error with code ECHANGED if the source has changed each time that it was read; Failure if it is not what it should be, or the copy is not the source
*/
export const copyFile = async (from: Directory, name: string, to: Directory, as: string, options: CopyOptions = {}): Promise<Copied> => readUnchanged(from, name, async ({handle: source, stats, check}) => {
	const copy = await fs.promises.open(to.at(as), 'wx+', 0o600);
	try {
		const sha256 = await transfer(source, copy, stats, options);
		if (options.sha256 !== undefined && sha256 !== options.sha256) {
			throw new Failure('its content is not what it was when it was recorded');
		}

		await giveToFile(copy, (options.attributes ?? attributesOf)(stats));
		await check();
		if (await hashFile(copy, {bytes: Number(stats.size), signal: options.signal}) !== sha256) {
			throw new Failure('the copy differs from what was read: the disk or the memory is at fault');
		}

		return {sha256, stats};
	} catch (error) {
		await unlink(to.at(as)).catch(() => undefined);
		throw error;
	} finally {
		await copy.close();
	}
});

/** The SHA-256 of a file that must not change while it is read, and what it is. */
export const hashEntry = async (folder: Directory, name: string, options: {readonly signal?: AbortSignal | undefined; readonly onBytes?: ((bytes: number) => void) | undefined} = {}): Promise<Copied> =>
	readUnchanged(folder, name, async ({handle, stats, check}) => {
		const sha256 = await hashFile(handle, {...options, bytes: Number(stats.size)});
		await check();
		return {sha256, stats};
	});

/** What a symbolic link says, exactly. */
export const targetOf = async (folder: Directory, name: string): Promise<string> =>
	decodeName(await readlink(folder.at(name), {encoding: 'buffer'}));
