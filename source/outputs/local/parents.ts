import type {Directory} from '../../files/descriptor.js';

/** Milliseconds that a directory stays open after its last use. */
const linger = 200;

type Held = {
	readonly key: string;
	readonly directory: Promise<Directory>;
	users: number;
	isDropped: boolean;
	timer?: NodeJS.Timeout;
};

/**
Keeps the directory open that was used last: who reads the files of a folder one after the other opens it once. A directory that is exchanged meanwhile is read as it was, for that moment.
*/
export const createParents = (open: (names: readonly string[]) => Promise<Directory>): <T>(names: readonly string[], action: (parent: Directory) => Promise<T>) => Promise<T> => {
	let held: Held | undefined;

	const close = async (one: Held): Promise<void> => {
		if (one.isDropped && one.users === 0) {
			const directory = await one.directory.catch(() => undefined);
			await directory?.close();
		}
	};

	const drop = async (one: Held): Promise<void> => {
		if (one.isDropped) {
			return;
		}

		one.isDropped = true;
		clearTimeout(one.timer);
		if (held === one) {
			held = undefined;
		}

		await close(one);
	};

	const use = async <T>(names: readonly string[], action: (parent: Directory) => Promise<T>): Promise<T> => {
		const key = names.join('/');
		const isReused = held?.key === key;
		if (!isReused) {
			const last = held;
			held = {key, directory: open(names), users: 0, isDropped: false};
			if (last !== undefined) {
				void drop(last);
			}
		}

		const current = held!;
		current.users++;
		clearTimeout(current.timer);
		try {
			return await action(await current.directory);
		} catch (error) {
			void drop(current);
			if (!isReused) {
				throw error;
			}
		} finally {
			current.users--;
			if (current.isDropped) {
				await close(current);
			} else if (current.users === 0) {
				current.timer = setTimeout(() => {
					void drop(current);
				}, linger).unref();
			}
		}

		// Perhaps the directory is another one by now.
		return use(names, action);
	};

	return use;
};
