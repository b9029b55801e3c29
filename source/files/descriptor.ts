import {type Buffer} from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';
import {codeOf} from '../text/errors.js';
import {encodeName} from '../text/names.js';

const openDescriptor = promisify(fs.open);
const closeDescriptor = promisify(fs.close);
const statDescriptor = promisify(fs.fstat);
const lstat = promisify(fs.lstat);
const chmod = promisify(fs.chmod);

const {O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY} = fs.constants;

/** Only Linux has it. */
const noAccessTime = process.platform === 'linux' ? fs.constants.O_NOATIME : 0;

/** Linux: opens an entry as a place only, which needs no permission on the entry itself. Node does not name it. */
const O_PATH = 0o1000_0000;

/** Whether entries can be addressed through an open directory, so that no link put on the way can lead astray. */
export const hasDescriptorPaths = process.platform === 'linux' && fs.existsSync('/proc/self/fd');

/** Tells the mount that an open file lies on. */
const mountOf = async (descriptor: number): Promise<string | undefined> => {
	const text = await fs.promises.readFile(`/proc/self/fdinfo/${descriptor}`, 'latin1');
	return /^mnt_id:\s*(\d+)$/m.exec(text)?.[1];
};

/** What node:fs takes for a path: a string if that says it all, bytes if the name is not UTF-8. */
export const nativePath = (name: string): string | Buffer => name.isWellFormed() ? name : encodeName(name);

/**
An open directory whose entries are addressed through its descriptor (`/proc/self/fd/N/name`): whatever is renamed or linked meanwhile, an operation hits an entry of this very directory. Where the system has no such paths, entries are addressed by path, and the directory is looked at again when it is opened: weaker, and said so in the README.
*/
export class Directory {
	static async open(directory: string, {follow = false} = {}): Promise<Directory> {
		const descriptor = await openDescriptor(nativePath(directory), O_RDONLY | O_DIRECTORY | (follow ? 0 : O_NOFOLLOW));
		return new Directory(descriptor, directory);
	}

	private constructor(readonly descriptor: number, private readonly place: string) {}

	/** How node:fs addresses the entry `name`. */
	at(name: string): string | Buffer {
		const base = hasDescriptorPaths ? `/proc/self/fd/${this.descriptor}` : this.place;
		return nativePath(`${base}/${name}`);
	}

	/** How node:fs addresses the directory itself. */
	get self(): string | Buffer {
		return hasDescriptorPaths ? `/proc/self/fd/${this.descriptor}` : nativePath(this.place);
	}

	async directory(name: string): Promise<Directory> {
		const descriptor = await openDescriptor(this.at(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
		// Where entries are addressed by descriptor nobody asks for the place, which grows with the depth.
		return new Directory(descriptor, hasDescriptorPaths ? this.place : path.posix.join(this.place, name));
	}

	/** As `directory`, by a call that waits. */
	directorySync(name: string): Directory {
		const descriptor = fs.openSync(this.at(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
		return new Directory(descriptor, hasDescriptorPaths ? this.place : path.posix.join(this.place, name));
	}

	/** The directory at `names` below this one; the ones on the way are closed. */
	async descend(names: readonly string[]): Promise<Directory> {
		let current: Directory = this; // eslint-disable-line @typescript-eslint/no-this-alias, unicorn/no-this-assignment -- the start of the walk
		for (const name of names) {
			try {
				const next = await current.directory(name);
				if (current !== this) {
					await current.close();
				}

				current = next;
			} catch (error) {
				if (current !== this) {
					await current.close();
				}

				throw error;
			}
		}

		return current;
	}

	/** The directory `steps` above this one, wherever that is by now. */
	async ancestor(steps: number): Promise<Directory> {
		let current: Directory = this; // eslint-disable-line @typescript-eslint/no-this-alias, unicorn/no-this-assignment -- the start of the climb
		for (let left = steps; left > 0;) {
			const count = Math.min(left, 500); // A path has an end.
			const next = await current.directory(Array.from({length: count}, () => '..').join('/'));
			if (current !== this) {
				await current.close();
			}

			current = next;
			left -= count;
		}

		return current;
	}

	/** Tells this directory from every other on this system, whatever it is called. */
	async identity(): Promise<string> {
		const {dev, ino} = await statDescriptor(this.descriptor, {bigint: true});
		return `${dev}:${ino}`;
	}

	/** As `identity`, of an entry; a link is not followed. */
	async identityOf(name: string): Promise<string> {
		const {dev, ino} = await lstat(this.at(name), {bigint: true});
		return `${dev}:${ino}`;
	}

	async lstat(name: string): Promise<fs.Stats> {
		return lstat(this.at(name));
	}

	/** As `lstat`, by a call that waits. */
	lstatSync(name: string): fs.Stats {
		return fs.lstatSync(this.at(name));
	}

	async stat(): Promise<fs.Stats> {
		return statDescriptor(this.descriptor);
	}

	/** Sets the mode of the folder `name`, also of one that may not be read; never that of a mount point (EBUSY). It is opened first, as a link put in its place would lead a change by name elsewhere. */
	async setFolderMode(name: string, mode: number): Promise<void> {
		if (!hasDescriptorPaths) {
			await chmod(this.at(name), mode);
			return;
		}

		const descriptor = await openDescriptor(this.at(name), O_PATH | O_DIRECTORY | O_NOFOLLOW);
		try {
			// The mode of a mount point is that of what is mounted there, which lies elsewhere.
			if (await mountOf(descriptor) !== await mountOf(this.descriptor)) {
				throw Object.assign(new Error('something is mounted there'), {code: 'EBUSY'});
			}

			await chmod(`/proc/self/fd/${descriptor}`, mode);
		} finally {
			await closeDescriptor(descriptor);
		}
	}

	/** Opens a regular file for reading, and tells what it is. A pipe, a device or a link cannot make it wait or lead it elsewhere. That it is read leaves no trace in its times, where the system allows that: to its owner, and to root. */
	async file(name: string): Promise<{readonly handle: fs.promises.FileHandle; readonly stats: fs.Stats}> {
		const flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
		const handle = await fs.promises.open(this.at(name), flags | noAccessTime).catch(async (error: unknown) => {
			if (codeOf(error) !== 'EPERM') {
				throw error;
			}

			return fs.promises.open(this.at(name), flags);
		});
		try {
			const stats = await handle.stat();
			if (!stats.isFile()) {
				throw Object.assign(new Error(stats.isDirectory() ? 'it is a folder' : 'it is not a regular file'), {code: stats.isDirectory() ? 'EISDIR' : 'ENOTREG'});
			}

			return {handle, stats};
		} catch (error) {
			await handle.close();
			throw error;
		}
	}

	/** Makes what happened to the entries of this directory last. */
	async sync(): Promise<void> {
		try {
			await promisify(fs.fsync)(this.descriptor);
		} catch (error) {
			// Some network and FUSE file systems cannot sync a directory; then there is nothing more to be had.
			if (!['EINVAL', 'ENOTSUP', 'EBADF', 'ENOSYS'].includes((error as NodeJS.ErrnoException).code ?? '')) {
				throw error;
			}
		}
	}

	async close(): Promise<void> {
		await closeDescriptor(this.descriptor);
	}

	/** As `close`, by a call that waits. */
	closeSync(): void {
		fs.closeSync(this.descriptor);
	}
}
