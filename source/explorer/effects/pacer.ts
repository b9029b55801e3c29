/** What has changed in a folder since it was last looked at. */
export type Changes = {
	/** Hints of the entries. */
	readonly names: ReadonlySet<string>;
	/** Whether anything may have changed: there were no hints, or too many. */
	readonly isAny: boolean;
};

/** Milliseconds from a change to the first look: what belongs together mostly comes within it. */
const first = 50;

/** Milliseconds between two looks while changes go on. */
const gap = 300;

/** How many times longer than a look takes the next one waits, so that following a folder that never rests leaves time for keys. */
const restFactor = 4;

/** Names after which a folder is better read as a whole. */
const mostNames = 500;

export type Pacer = {
	/** @param name - absent if anything may have changed */
	readonly note: (name?: string) => void;
	readonly stop: () => void;
};

/** Gathers the changes of one folder: the first is looked at soon, those that follow are gathered, and no look begins before the last one has ended. */
export const createPacer = (look: (changes: Changes) => Promise<void>): Pacer => {
	let names = new Set<string>();
	let isAny = false;
	let timer: NodeJS.Timeout | undefined;
	let isLooking = false;
	let isStopped = false;
	let notBefore = 0;

	const schedule = (): void => {
		if (timer !== undefined || isLooking || isStopped || (names.size === 0 && !isAny)) {
			return;
		}

		timer = setTimeout(() => {
			timer = undefined;
			void run();
		}, Math.max(first, notBefore - performance.now()));
		timer.unref();
	};

	const run = async (): Promise<void> => {
		const changes = {names, isAny};
		names = new Set();
		isAny = false;
		isLooking = true;
		const began = performance.now();
		try {
			await look(changes);
		} finally {
			const ended = performance.now();
			notBefore = Math.max(began + gap, ended + ((ended - began) * restFactor));
			isLooking = false;
			schedule();
		}
	};

	return {
		note(name) {
			if (name === undefined || names.size >= mostNames) {
				isAny = true;
				names.clear();
			} else if (!isAny) {
				names.add(name);
			}

			schedule();
		},
		stop() {
			isStopped = true;
			clearTimeout(timer);
		},
	};
};
