import {createHash} from 'node:crypto';
import fs from 'node:fs';
import process from 'node:process';
import {promisify} from 'node:util';
import {type Directory} from '../files/descriptor.js';
import {hashFile, readBlocks} from '../files/hash.js';
import {Reach} from '../files/reach.js';
import {localOutputs} from '../outputs/local/local.js';
import type {Facts, Outputs} from '../outputs/outputs.js';
import {nameOf, parentOf} from '../outputs/path.js';
import {codeOf, Failure} from '../text/errors.js';
import {toMilliseconds, type Attributes} from './attributes.js';
import {readUnchanged, type Copied, type CopyOptions} from './copy.js';
import {placeCopy} from './place-copy.js';
import type {Place} from './task.js';

const mkdir = promisify(fs.mkdir);
const lchown = promisify(fs.lchown);

export type Written = Copied & {
	/** The path that it was given. */
	readonly path: string;
};

/** One that writes; for one file at a time. */
export type Writer = {
	makeFolder(path: string): Promise<void>;
	/** Copies a file in, and compares the copy with it. Another file is never overwritten. */
	copy(from: Directory, name: string, path: string, options: CopyOptions): Promise<Written>;
	close(): Promise<void>;
};

/** Where `single` and `bulk` are merged into: a session, or the legacy folders. */
export type Destination = {
	/** What is there; `undefined` if nothing is. */
	look(path: string): Promise<Facts | undefined>;
	/** What lies below a folder. @throws if something there cannot be looked at */
	below(path: string, signal?: AbortSignal): AsyncIterable<{readonly path: string; readonly facts: Facts}>;
	/** The SHA-256 of a file. */
	hash(path: string, signal?: AbortSignal): Promise<string>;
	writer(): Writer;
};

const hashOutput = async (outputs: Outputs, path: string, signal?: AbortSignal): Promise<string> => {
	const file = await outputs.open(path);
	try {
		return await hashFile(file, {signal, bytes: file.facts.bytes});
	} finally {
		await file.close();
	}
};

/** @param prefix - `''`, or a session's id and a slash */
const reading = (outputs: Outputs, prefix: string): Omit<Destination, 'writer'> => ({
	async look(path) {
		try {
			return await outputs.stat(prefix + path);
		} catch (error) {
			if (codeOf(error) === 'ENOENT') {
				return undefined;
			}

			throw error;
		}
	},
	async * below(path, signal) {
		for await (const chunk of outputs.walk(prefix + path, {signal})) {
			for (const entry of chunk) {
				if ('error' in entry) {
					throw entry.error;
				}

				yield {path: entry.path.slice(prefix.length), facts: entry.facts};
			}
		}
	},
	hash: async (path, signal) => hashOutput(outputs, prefix + path, signal),
});

/** A session: its files belong to it alone, with time and the permission to be run. */
export const sessionDestination = (outputs: Outputs, id: string): Destination => ({
	...reading(outputs, `${id}/`),
	writer: () => ({
		makeFolder: async path => outputs.makeFolder(`${id}/${path}`),
		copy: async (from, name, path, {signal, onBytes}) => readUnchanged(from, name, async ({handle, stats, check}) => {
			const hash = createHash('sha256');
			async function * blocks(): AsyncGenerator<Uint8Array> {
				for await (const block of readBlocks(handle, {bytes: Number(stats.size), signal})) {
					hash.update(block);
					onBytes?.(block.length);
					yield block;
				}

				// A file gets its name when the last block is in.
				await check();
			}

			const written = await outputs.write(`${id}/${path}`, blocks(), {signal, modifiedAt: toMilliseconds(stats.mtimeNs), isExecutable: (stats.mode & 0o100n) !== 0n});
			const sha256 = hash.digest('hex');
			if (await hashOutput(outputs, written.path, signal) !== sha256) {
				throw new Failure('the copy differs from what was read: the disk or the memory is at fault, or somebody has changed it already');
			}

			return {path: written.path.slice(id.length + 1), sha256, stats};
		}),
		close: async () => undefined,
	}),
});

/** The legacy folders: whoever may read the outputs directory may read what the umask lets them. @param owner - whose everything will be, where root publishes */
export const sharedDestination = ({root, directory, uid}: Place, owner: {readonly uid: number; readonly gid: number}): Destination => {
	const umask = process.umask(); // eslint-disable-line @typescript-eslint/no-deprecated -- nothing is being created at this moment
	const make = async (parent: Directory, name: string): Promise<void> => {
		try {
			await mkdir(parent.at(name), {mode: 0o777});
		} catch (error) {
			if (codeOf(error) === 'EEXIST') {
				return;
			}

			throw error;
		}

		if (uid === 0) {
			await lchown(parent.at(name), owner.uid, owner.gid);
		}
	};

	const attributes = (stats: fs.BigIntStats): Attributes => ({
		mode: ((stats.mode & 0o100n) === 0n ? 0o666 : 0o777) & ~umask, mtimeNs: stats.mtimeNs, owner,
	});
	return {
		...reading(localOutputs(root, directory, uid), ''),
		writer() {
			const reach = new Reach(root, make);
			return {
				async makeFolder(path) {
					await reach.to(path);
				},
				async copy(from, name, path, options) {
					try {
						return {path, ...await placeCopy(from, name, await reach.to(parentOf(path)), nameOf(path), {...options, attributes})};
					} catch (error) {
						throw codeOf(error) === 'EEXIST' ? new Failure('something of that name was put there meanwhile: run the same command again, which takes another name') : error;
					}
				},
				close: async () => reach.close(),
			};
		},
	};
};
