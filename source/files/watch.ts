import fs from 'node:fs';
import {decodeName} from '../text/names.js';
import type {Directory} from './descriptor.js';

const usual = 16_384;

/** Events that the system keeps for a program that is busy; what comes beyond them is dropped without a word. */
const readQueueLength = (): number => {
	try {
		const length = Number(fs.readFileSync('/proc/sys/fs/inotify/max_queued_events', 'latin1'));
		return length > 1 ? length : usual;
	} catch {
		return usual;
	}
};

let queueLength: number | undefined;

/** What is told of a change: the name of an entry as a hint, or `undefined` where anything may have changed. */
export type OnChange = (name: string | undefined) => void;

const watchers = new Set<OnChange>();

let events = 0;

/** Counts what arrives in one turn of the event loop: after so much at once the queue may have been full, and events of any directory lost. */
const count = (): void => {
	events++;
	if (events === 1) {
		setImmediate(() => {
			events = 0;
		});
	}

	queueLength ??= readQueueLength();
	if (events === Math.floor(queueLength / 2)) {
		for (const tell of watchers) {
			tell(undefined);
		}
	}
};

/**
Watches one directory, not what lies below its folders, until the signal is aborted. It is addressed through its descriptor, which may be closed afterwards: the watch is on that very directory, whatever is put in its place. Watching leaves no trace in any time, and does not keep the process alive.

@throws where the system's limit is reached (ENOSPC: of watches; EMFILE: of programs that watch)
*/
export const watchDirectory = (directory: Directory, {signal, onChange}: {readonly signal: AbortSignal; readonly onChange: OnChange}): void => {
	signal.throwIfAborted();
	const tell: OnChange = name => {
		if (!signal.aborted) {
			onChange(name);
		}
	};

	const watcher = fs.watch(directory.self, {persistent: false, encoding: 'buffer'}, (_type, name) => { // eslint-disable-line n/prefer-promises/fs -- that one starts when it is first asked, and says only then that it cannot
		count();
		tell(name === null ? undefined : decodeName(name));
	});
	watchers.add(tell);
	watcher.on('error', () => {
		tell(undefined);
	});
	signal.addEventListener('abort', () => {
		watchers.delete(tell);
		watcher.close();
	}, {once: true});
};
