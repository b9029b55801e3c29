import {randomBytes} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';
import {Buffer} from 'node:buffer';
import {ensureMode, createFile, makePrivateDirectory, replaceFile} from '../../files/atomic-write.js';
import {writeAll} from '../../files/copy-file.js';
import {type Directory} from '../../files/descriptor.js';
import {fileSystemOf} from '../../files/file-system.js';
import {listDirectory, typeOf} from '../../files/list.js';
import {placeNew} from '../../files/place.js';
import {readFully} from '../../files/read-small.js';
import {walkDirectory} from '../../files/walk.js';
import {decodeName} from '../../text/names.js';
import {formatMarker, markerName} from '../../session/marker.js';
import {codeOf, Failure} from '../../text/errors.js';
import {printable} from '../../text/printable.js';
import {checkName, joinPath, nameOf, parentOf, splitPath} from '../path.js';
import type {Entry, Facts, OpenFile, Outputs, Walked} from '../outputs.js';
import {heldAmong, holdSession} from './holds.js';
import {lockMarker} from './marker-lock.js';
import {readRootKeep, writeRootKeep} from './keeps.js';
import {createSession} from './new-session.js';
import {createParents} from './parents.js';
import {watchLocal} from './watch.js';

const unlink = promisify(fs.unlink);

export const factsOf = (stats: fs.Stats): Facts => ({
	type: typeOf(stats),
	bytes: stats.size,
	modifiedAt: stats.mtimeMs,
	changedAt: stats.ctimeMs,
	mode: stats.mode & 0o7777,
	uid: stats.uid,
});

/** A file being added is hidden under such a name until it is whole; one left by a killed process is never shown. */
const unfinished = /^\.sojourn-[\da-f]{16}\.part$/;

const isShown = (entry: Pick<Entry, 'name'>): boolean => !unfinished.test(entry.name);

/**
Sessions in a directory.

@param root - the outputs directory, open
@param directory - its absolute path, links resolved
@param uid - the user who asks
*/
export const localOutputs = (root: Directory, directory: string, uid = process.getuid?.() ?? 0): Outputs => {
	const at = async (names: readonly string[]): Promise<Directory> =>
		names.length === 0 ? root.directory('.') : root.descend(names);

	/** Does something in the directory that holds the last name of a path. */
	const inParent = async <T>(location: string, action: (parent: Directory, name: string) => Promise<T>): Promise<T> => {
		const names = splitPath(location);
		const name = names.pop();
		const parent = await at(names);
		try {
			return await action(parent, name ?? '.');
		} finally {
			await parent.close();
		}
	};

	const withParent = createParents(at);

	const openFile = async (location: string): Promise<OpenFile> => {
		const names = splitPath(location);
		const name = names.pop() ?? '.';
		const {handle, stats} = await withParent(names, async parent => parent.file(name));
		return {
			facts: factsOf(stats),
			read: async (buffer, position) => readFully(handle, buffer, position),
			restat: async () => factsOf(await handle.stat()),
			close: async () => handle.close(),
			handle,
		};
	};

	/** Opens a folder, making those that are missing. The first name is a session, which only `createSession` makes: one that a sweep has just removed must not come back as an empty shell. */
	const makeFolders = async (names: readonly string[]): Promise<Directory> => {
		let current = await root.directory('.');
		try {
			for (const [level, name] of names.entries()) {
				let next: Directory;
				try {
					next = await current.directory(name);
				} catch (error) {
					if (codeOf(error) !== 'ENOENT' || level === 0) {
						throw error;
					}

					await makePrivateDirectory(current, name);
					next = await current.directory(name);
				}

				await current.close();
				current = next;
			}

			return current;
		} catch (error) {
			await current.close();
			throw error;
		}
	};

	return {
		location: directory,

		async * list(location, options = {}) {
			const opened = await at(splitPath(location));
			try {
				for await (const chunk of listDirectory(opened, options.signal)) {
					const isWhole = options.withUnfinished === true || chunk.every(entry => isShown(entry));
					yield isWhole ? chunk : chunk.filter(entry => isShown(entry));
				}
			} finally {
				await opened.close();
			}
		},

		async * walk(location, options = {}) {
			const facts = await inParent(location, async (parent, name) => factsOf(await parent.lstat(name)));
			if (facts.type !== 'directory') {
				yield [{path: location, name: nameOf(location), facts}];
				return;
			}

			const prefix = location === '' ? '' : `${location}/`;
			// A file server is better asked for many things at once.
			const isWaiting = options.isAlone === true && (await fileSystemOf(root)).isLocal;
			for await (const chunk of walkDirectory(await at(splitPath(location)), prefix, options.signal, isWaiting)) {
				const walked: Walked[] = [];
				for (const entry of chunk) {
					const isUnfinished = unfinished.test(entry.name);
					if (!isUnfinished || options.withUnfinished) {
						walked.push({
							path: entry.path,
							name: entry.name,
							...(isUnfinished && {isUnfinished}),
							...('stats' in entry ? {facts: factsOf(entry.stats)} : {error: entry.error as Error}),
						});
					}
				}

				yield walked;
			}
		},

		async stat(location) {
			return inParent(location, async (parent, name) => factsOf(await parent.lstat(name)));
		},

		async statEntries(location, names, options = {}) {
			for (const name of names) {
				checkName(name);
			}

			const found = new Map<string, Facts>();
			const opened = await at(splitPath(location));
			try {
				for (let start = 0; start < names.length; start += 64) {
					options.signal?.throwIfAborted();
					await Promise.all(names.slice(start, start + 64).map(async name => {
						try {
							found.set(name, factsOf(await opened.lstat(name)));
						} catch {
							// Gone since it was listed.
						}
					}));
				}
			} finally {
				await opened.close();
			}

			return found;
		},

		async read(location, {offset, length, signal}) {
			const file = await openFile(location);
			try {
				signal?.throwIfAborted();
				const buffer = Buffer.alloc(length);
				return buffer.subarray(0, await file.read(buffer, offset));
			} finally {
				await file.close();
			}
		},

		async watch(location, {signal, onChange}) {
			const opened = await at(splitPath(location));
			try {
				await watchLocal(opened, {
					signal,
					onChange(name) {
						if (name === undefined || isShown({name})) {
							onChange(name);
						}
					},
				});
			} finally {
				await opened.close();
			}
		},

		open: openFile,

		async write(location, source, options = {}) {
			const names = splitPath(location);
			const name = names.pop();
			if (name === undefined || names.length === 0) {
				throw new Failure(`${printable(location)} is no place for a file: files lie in a session`);
			}

			const folder = await makeFolders(names);
			const temporary = `.sojourn-${randomBytes(8).toString('hex')}.part`;
			try {
				const handle = await fs.promises.open(folder.at(temporary), 'wx', 0o600);
				let bytes = 0;
				try {
					await ensureMode(handle, options.isExecutable ? 0o700 : 0o600);
					for await (const chunk of source) {
						options.signal?.throwIfAborted();
						await writeAll(handle, chunk, bytes);
						bytes += chunk.length;
						options.onProgress?.(bytes);
					}

					options.signal?.throwIfAborted();
					if (options.modifiedAt !== undefined) {
						// Node takes a number below 0 for now.
						const time = options.modifiedAt < 0 ? new Date(options.modifiedAt) : options.modifiedAt / 1000;
						await handle.utimes(time, time);
					}

					await handle.sync();
				} finally {
					await handle.close();
				}

				const placed = await placeNew(folder.at(temporary).toString(), folder.self.toString(), name);
				return {path: joinPath(parentOf(location), nameOf(placed)), bytes};
			} catch (error) {
				await unlink(folder.at(temporary)).catch(() => undefined);
				throw error;
			} finally {
				await folder.close();
			}
		},

		async makeFolder(location) {
			const folder = await makeFolders(splitPath(location));
			await folder.close();
		},

		createSession: async marker => createSession(root, directory, uid, marker),

		async writeMarker(marker, {isFirst = false} = {}) {
			const session = await root.directory(marker.id);
			try {
				await (isFirst ? createFile : replaceFile)(session, markerName, formatMarker(marker));
			} finally {
				await session.close();
			}
		},

		async whileMarkerIsOurs(id, action) {
			const unlock = await lockMarker(root, id);
			try {
				return await action();
			} finally {
				await unlock();
			}
		},

		hold: async id => holdSession(root, uid, id),

		heldAmong: async ids => heldAmong(root, uid, ids),

		administratorKeep: async id => readRootKeep(root, id),

		async setAdministratorKeep(id, keep) {
			if (uid !== 0) {
				throw new Failure('only root can keep the sessions of others, or lift that');
			}

			await writeRootKeep(root, id, keep);
		},

		local: {
			directory,
			resolve: location => path.posix.join(directory, ...splitPath(location)),
			async openFolder(location) {
				const folder = await at(splitPath(location));
				return {
					descriptor: folder.descriptor,
					place: path.posix.join(directory, ...splitPath(location)),
					close: async () => folder.close(),
				};
			},
			readLink: async location => inParent(location, async (parent, name) => decodeName(await fs.promises.readlink(parent.at(name), {encoding: 'buffer'}))),
			async space() {
				const {bavail, blocks, bsize} = await fs.promises.statfs(root.self);
				return {free: bavail * bsize, total: blocks * bsize};
			},
		},
	};
};
