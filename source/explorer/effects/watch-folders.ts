import {codeOf} from '../../text/errors.js';
import type {Facts} from '../../outputs/outputs.js';
import type {Effect} from '../messages.js';
import {parentOf} from '../tree.js';
import {isListed, type FolderReader} from './list-folder.js';
import {createPacer, type Changes, type Pacer} from './pacer.js';
import {outputsPath, type Dispatch, type Following, type Services} from './services.js';
import {atLimit, wayAfter, type Way} from './way.js';

/** Folders that are watched at most: where more are open, those on screen come first, and the others are read anew when they come there. */
const usual: Following = {most: 1000, pollEvery: 2000};

/** How many times longer than a poll took the next one waits. */
const restFactor = 10;

/** Not folders of the tree: the session's own directory, and the one around it, which tells when the session is removed or renamed. */
const sessionTop = '';
const around = '..';

type Followed = {
	/** Its path in the tree. */
	readonly path: string;
	/** Where it lies, as the interface of the outputs takes it. */
	readonly place: string;
	readonly pacer: Pacer;
	/** Resolves when it is known how it is followed. */
	started: Promise<void>;
	way: Way | undefined;
	/** Ends the watch. */
	controller: AbortController;
	isShown: boolean;
	/** The followed folders in it that may be others now. */
	readonly suspects: Set<string>;
	/** Whether all of them may. */
	areAllSuspect: boolean;
	pollTimer?: NodeJS.Timeout | undefined;
	/** By `performance.now()`. */
	pollNotBefore: number;
};

const childPath = (path: string, name: string): string => path === around ? sessionTop : (path === sessionTop ? name : `${path}/${name}`);

const folderAround = (path: string): string | undefined => path === around ? undefined : (path === sessionTop ? around : parentOf(path));

export type FolderWatcher = {
	readonly follow: (effect: Extract<Effect, {type: 'watch-folders'}>) => void;
	/** Resolves when the changes of a folder are told, or it is known that they will not be. */
	readonly whenWatched: (path: string) => Promise<void>;
	readonly stop: () => void;
};

/** Follows the open folders: each is watched, or polled while it is on screen where it cannot be watched. */
export const createFolderWatcher = (services: Services, dispatch: Dispatch, reader: FolderReader): FolderWatcher => {
	const {most, pollEvery} = {...usual, ...services.following};
	const all = new Map<string, Followed>();
	let session: string | undefined;
	let told: string | undefined;
	let isStopped = false;

	const countWatched = (): number => [...all.values()].filter(({way}) => way === 'watch').length;

	const isFollowed = (followed: Followed): boolean => all.get(followed.path) === followed;

	const tellPolling = (): void => {
		const polled = [...all.values()].find(({way, isShown}) => isShown && typeof way === 'object');
		const reason = typeof polled?.way === 'object' ? polled.way.poll : undefined;
		if (reason !== told && !isStopped) {
			told = reason;
			dispatch({type: 'polling-changed', reason});
		}
	};

	const schedulePoll = (followed: Followed): void => {
		if (typeof followed.way !== 'object' || !followed.isShown || followed.pollTimer !== undefined || !isFollowed(followed)) {
			return;
		}

		followed.pollTimer = setTimeout(() => {
			followed.pollTimer = undefined;
			followed.pacer.note();
		}, Math.max(0, followed.pollNotBefore - performance.now()));
		followed.pollTimer.unref();
	};

	/** Watches a folder, anew if it has been watched: another may have taken its place. */
	const watch = async (followed: Followed): Promise<void> => {
		const {path, place, suspects, pacer} = followed;
		const controller = new AbortController();
		let way: Way = 'watch';
		if (followed.way !== 'watch' && countWatched() >= most) {
			followed.way = atLimit;
			tellPolling();
			schedulePoll(followed);
			return;
		}

		try {
			await services.outputs.watch(place, {
				signal: controller.signal,
				onChange(name) {
					if (path === around && name !== undefined && name !== session) {
						return; // Another session.
					}

					if (name === undefined) {
						followed.areAllSuspect = true;
					} else {
						suspects.add(childPath(path, name));
					}

					pacer.note(name);
				},
			});
		} catch (error) {
			way = wayAfter(error);
		}

		if (!isFollowed(followed)) {
			controller.abort();
			return;
		}

		followed.controller.abort();
		followed.controller = controller;
		followed.way = way;
		tellPolling();
		schedulePoll(followed);
	};

	/** The folder may be another than the one that is watched, and so may those in it. */
	const watchAnew = (followed: Followed): void => {
		const before = followed.started;
		followed.started = (async () => {
			await before;
			await watch(followed);
			followed.areAllSuspect = true;
			followed.pacer.note();
		})();
	};

	/** Watches anew what may have been replaced, and what there was not. */
	const watchSuspects = ({path, suspects, areAllSuspect}: Followed): void => {
		for (const other of all.values()) {
			if (folderAround(other.path) === path && (areAllSuspect || other.way === 'absent' || suspects.has(other.path))) {
				watchAnew(other);
			}
		}
	};

	const checkSession = async (followed: Followed): Promise<void> => {
		const id = session;
		let isThere = true;
		try {
			await services.outputs.stat(id!);
		} catch (error) {
			isThere = codeOf(error) !== 'ENOENT';
		}

		if (isFollowed(followed) && id !== undefined) {
			dispatch({type: 'session-checked', id, isThere});
		}
	};

	const tellChanged = (followed: Followed): void => {
		if (isFollowed(followed)) {
			dispatch({type: 'folder-changed', path: followed.path});
		}
	};

	/** Looks at the entries that were hinted at, and tells what they are. */
	const lookAt = async (followed: Followed, names: ReadonlySet<string>): Promise<void> => {
		const {path, place} = followed;
		let facts: ReadonlyMap<string, Facts>;
		try {
			facts = await services.outputs.statEntries(place, [...names]);
		} catch {
			tellChanged(followed);
			return;
		}

		if (!isFollowed(followed)) {
			return;
		}

		const found = new Map<string, Facts | undefined>();
		for (const name of names) {
			const is = facts.get(name);
			if (is === undefined || isListed(path, {name, type: is.type})) {
				found.set(name, is);
			}
		}

		dispatch({type: 'entries-changed', path, found});
	};

	const look = async (followed: Followed, {names, isAny}: Changes): Promise<void> => {
		if (!isFollowed(followed)) {
			return;
		}

		const {path, way} = followed;
		const began = performance.now();
		if (typeof way === 'object' && way.isLimit) {
			await watch(followed); // There may be room by now.
		}

		watchSuspects(followed);
		followed.suspects.clear();
		followed.areAllSuspect = false;
		if (path === sessionTop || path === around) {
			await checkSession(followed);
		} else {
			await reader.whenRead(path);
			if (isAny) {
				tellChanged(followed);
				await reader.whenRead(path);
			} else {
				await lookAt(followed, names);
			}
		}

		const ended = performance.now();
		followed.pollNotBefore = ended + Math.max(pollEvery, (ended - began) * restFactor);
		schedulePoll(followed);
	};

	const begin = (path: string, isShown: boolean): void => {
		const place = path === around ? '' : (path === sessionTop ? session! : outputsPath(services, path));
		const followed: Followed = {
			path, place, isShown, way: undefined, suspects: new Set(), areAllSuspect: false, controller: new AbortController(), pollNotBefore: performance.now() + pollEvery, started: Promise.resolve(),
			pacer: createPacer(async changes => look(followed, changes)),
		};
		all.set(path, followed);
		followed.started = (async () => {
			await watch(followed);
			// What has been read before may be out of date; what is being read waits for the watch.
			if (!reader.isReading(path)) {
				followed.pacer.note();
			}
		})();
	};

	const end = (followed: Followed): void => {
		all.delete(followed.path);
		followed.controller.abort();
		followed.pacer.stop();
		clearTimeout(followed.pollTimer);
	};

	const endAll = (): void => {
		for (const followed of all.values()) {
			end(followed);
		}
	};

	return {
		follow(effect) {
			if (isStopped) {
				return;
			}

			if (effect.session !== session) {
				endAll();
				session = effect.session;
			}

			const wanted = new Set(effect.folders);
			const shown = new Set([around, sessionTop, ...effect.shown]);
			for (const followed of all.values()) {
				followed.isShown = shown.has(followed.path);
				if (!followed.isShown) {
					clearTimeout(followed.pollTimer);
					followed.pollTimer = undefined;
				}

				if (!followed.isShown && !wanted.has(followed.path)) {
					end(followed);
				}
			}

			if (session !== undefined) {
				for (const path of shown) {
					const followed = all.get(path);
					if (followed !== undefined) {
						schedulePoll(followed);
						continue;
					}

					if (all.size >= most) {
						const away = [...all.values()].find(({isShown}) => !isShown);
						if (away !== undefined) {
							end(away);
						}
					}

					begin(path, true);
				}

				for (const path of wanted) {
					if (all.size >= most) {
						break;
					}

					if (!all.has(path)) {
						begin(path, false);
					}
				}
			}

			tellPolling();
		},
		async whenWatched(path) {
			await all.get(path)?.started;
		},
		stop() {
			isStopped = true;
			endAll();
		},
	};
};
