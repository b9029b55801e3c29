import type {Buffer} from 'node:buffer';
import fs from 'node:fs';
import process from 'node:process';
import {codeOf} from '../text/errors.js';
import {hasDescriptorPaths, nativePath} from './descriptor.js';

const {O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY} = fs.constants;

/** Only Linux has it. */
const noAccessTime = process.platform === 'linux' ? fs.constants.O_NOATIME : 0;

/** Levels that stay open. */
const mostOpen = 24;

/** An open directory, as another thread can be told of it: descriptors are the process's. */
export type Root = {
	readonly descriptor: number;
	/** Its absolute path, for systems where nothing is addressed through descriptors. */
	readonly place: string;
};

/** An open file, and what `fstat` says of it. */
export type OpenedFile = {readonly descriptor: number; readonly stats: fs.Stats};

/**
As `Reach` and `Directory.file`, by calls that wait: for a thread of its own, which has nothing else to do. It opens regular files below a root, one folder after the other, without following a link on the way.
*/
export class SyncReach {
	#folder: string | undefined;
	#names: string[] = [];
	readonly #open: number[] = [];

	/** @param root - stays open */
	constructor(private readonly root: Root) {}

	/**
	Opens a regular file for reading. A pipe, a device or a link cannot make it wait or lead it elsewhere.

	@param path - names joined by `/`
	@throws what the system says, `ENOTREG` or `EISDIR` if it is no regular file
	*/
	file(path: string): OpenedFile {
		const slash = path.lastIndexOf('/');
		const folder = slash === -1 ? '' : path.slice(0, slash);
		const isReused = folder === this.#folder;
		let descriptor: number;
		try {
			descriptor = this.#openFile(this.#to(folder), path.slice(slash + 1));
		} catch (error) {
			if (!isReused) {
				throw error;
			}

			// Perhaps the folder is another one by now.
			this.close();
			descriptor = this.#openFile(this.#to(folder), path.slice(slash + 1));
		}

		try {
			const stats = fs.fstatSync(descriptor);
			if (!stats.isFile()) {
				throw Object.assign(new Error(stats.isDirectory() ? 'it is a folder' : 'it is not a regular file'), {code: stats.isDirectory() ? 'EISDIR' : 'ENOTREG'});
			}

			return {descriptor, stats};
		} catch (error) {
			fs.closeSync(descriptor);
			throw error;
		}
	}

	close(): void {
		this.#leave(0);
	}

	#at(folder: number, name: string): string | Buffer {
		return nativePath(hasDescriptorPaths ? `/proc/self/fd/${folder}/${name}` : [this.root.place, ...this.#names, name].join('/'));
	}

	#openFile(folder: number, name: string): number {
		const place = this.#at(folder, name);
		const flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
		try {
			return fs.openSync(place, flags | noAccessTime);
		} catch (error) {
			if (codeOf(error) !== 'EPERM') {
				throw error;
			}

			return fs.openSync(place, flags);
		}
	}

	#to(folder: string): number {
		if (folder !== this.#folder) {
			const names = folder === '' ? [] : folder.split('/');
			const differs = this.#names.findIndex((name, level) => name !== names[level]);
			this.#leave(differs === -1 ? this.#names.length : differs);
			for (const name of names.slice(this.#names.length)) {
				this.#open.push(fs.openSync(this.#at(this.#open.at(-1) ?? this.root.descriptor, name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
				this.#names.push(name);
				if (this.#open.length > mostOpen) {
					fs.closeSync(this.#open.shift()!);
				}
			}

			this.#folder = folder;
		}

		return this.#open.at(-1) ?? this.root.descriptor;
	}

	/** Goes up until `level` names are left; to the root, if what lies there was given up. */
	#leave(level: number): void {
		this.#folder = undefined;
		while (this.#names.length > level && this.#open.length > 0) {
			this.#names.pop();
			fs.closeSync(this.#open.pop()!);
		}

		if (this.#open.length === 0) {
			this.#names = [];
		}
	}
}
