/** Work in the background that can be cancelled, by the ids of its tasks. */
export type Jobs = {
	/** @param run - is called when there is room for it; never throws */
	readonly start: (id: number, run: (signal: AbortSignal) => Promise<void>) => void;
	/** @param id - all if absent */
	readonly cancel: (id?: number) => void;
	/** Resolves when none is left. */
	readonly settled: () => Promise<void>;
};

/**
Runs what is started in its order, so many at a time; what waits and is cancelled is run at once, with a signal that is aborted, so that it can tell of its end.
*/
export const createJobs = (most: number): Jobs => {
	const jobs = new Map<number, {readonly controller: AbortController; readonly done: Promise<void>}>();
	const waiting: Array<() => void> = [];
	let running = 0;

	const turn = async (signal: AbortSignal): Promise<boolean> => {
		if (running < most) {
			running++;
			return true;
		}

		const {promise, resolve} = Promise.withResolvers<boolean>();
		const begin = (): void => {
			running++;
			resolve(true);
		};

		waiting.push(begin);
		signal.addEventListener('abort', () => {
			const index = waiting.indexOf(begin);
			if (index !== -1) {
				waiting.splice(index, 1);
				resolve(false);
			}
		}, {once: true});
		return promise;
	};

	return {
		start(id, run) {
			const controller = new AbortController();
			const {signal} = controller;
			const work = async (): Promise<void> => {
				const hasTurn = await turn(signal);
				try {
					await run(signal);
				} finally {
					jobs.delete(id);
					if (hasTurn) {
						running--;
						waiting.shift()?.();
					}
				}
			};

			jobs.set(id, {controller, done: work()});
		},
		cancel(id) {
			for (const [key, {controller}] of jobs) {
				if (id === undefined || key === id) {
					controller.abort();
				}
			}
		},
		async settled() {
			await Promise.all([...jobs.values()].map(async ({done}) => done));
		},
	};
};
