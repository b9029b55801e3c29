import {codeOf} from '../text/errors.js';
import type {Directory} from './descriptor.js';

/** Levels that stay open: few enough that many may reach at once. */
const mostOpen = 24;

/**
Reaches one folder of a tree after the other, without following a link on the way. What the next has in common with the last stays open, so that a walk in any order opens each folder about once. For one user at a time.
*/
export class Reach {
	/** Where the last one was; unknown after a failure. */
	#path: string | undefined;
	#names: string[] = [];
	/** The directories of the last names; those above are closed again. */
	readonly #open: Directory[] = [];

	/**
	@param root - open, and left so
	@param make - makes a folder that is missing; absent: ENOENT is thrown
	*/
	constructor(private readonly root: Directory, private readonly make?: (parent: Directory, name: string) => Promise<void>) {}

	/** The folder at a path of names joined by `/`, the root at `''`. Good until the next is asked for. */
	async to(path: string): Promise<Directory> {
		if (path === this.#path) {
			return this.#open.at(-1) ?? this.root;
		}

		const names = path === '' ? [] : path.split('/');
		const shared = this.#names.findIndex((name, level) => name !== names[level]);
		await this.#leave(shared === -1 ? this.#names.length : shared);
		for (const name of names.slice(this.#names.length)) {
			this.#open.push(await this.#enter(this.#open.at(-1) ?? this.root, name));
			this.#names.push(name);
			if (this.#open.length > mostOpen) {
				await this.#open.shift()!.close();
			}
		}

		this.#path = path;
		return this.#open.at(-1) ?? this.root;
	}

	async close(): Promise<void> {
		await this.#leave(0);
	}

	/** Goes up until `level` names are left; to the root, if what lies there was given up. */
	async #leave(level: number): Promise<void> {
		this.#path = undefined;
		while (this.#names.length > level && this.#open.length > 0) {
			this.#names.pop();
			await this.#open.pop()!.close();
		}

		if (this.#open.length === 0) {
			this.#names = [];
		}
	}

	async #enter(parent: Directory, name: string): Promise<Directory> {
		try {
			return await parent.directory(name);
		} catch (error) {
			if (this.make === undefined || codeOf(error) !== 'ENOENT') {
				throw error;
			}

			await this.make(parent, name);
			return parent.directory(name);
		}
	}
}

/** How many are at work at once: enough to keep the thread pool busy. */
const workers = 8;

/** Entries of one folder that one of them takes. */
const handful = 64;

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

function * handfuls<T extends {readonly path: string}>(items: Iterable<T>): Generator<readonly T[]> {
	let current: T[] = [];
	let parent: string | undefined;
	for (const item of items) {
		const next = parentOf(item.path);
		if (current.length === handful || (next !== parent && current.length > 0)) {
			yield current;
			current = [];
		}

		parent = next;
		current.push(item);
	}

	if (current.length > 0) {
		yield current;
	}
}

/**
Does something with each of many entries, a few at a time. Entries that follow one another in one folder come to the same worker, whose `Reach` has that folder open.

@param open - what a worker works with
@throws the first error of an action, when those at work have ended; the signal's reason
*/
export const forEachInFolders = async <T extends {readonly path: string}, W extends {close(): Promise<void>}>(
	items: Iterable<T>,
	open: () => W,
	action: (item: T, worker: W) => Promise<void>,
	signal?: AbortSignal,
): Promise<void> => {
	const queue = handfuls(items);
	let isStopped = false;
	const work = async (): Promise<void> => {
		const worker = open();
		try {
			for (const some of queue) {
				for (const item of some) {
					signal?.throwIfAborted();
					if (isStopped) {
						return;
					}

					await action(item, worker);
				}
			}
		} catch (error) {
			isStopped = true;
			throw error;
		} finally {
			await worker.close();
		}
	};

	const ended = await Promise.allSettled(Array.from({length: workers}, work));
	const failure = ended.find(one => one.status === 'rejected');
	if (failure !== undefined) {
		throw failure.reason as Error;
	}
};
