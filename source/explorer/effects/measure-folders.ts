import {measure} from './measure.js';
import {whileOpen, type Dispatch, type Services} from './services.js';

/** Milliseconds that must pass without a new wish: who runs through a list does not have every folder counted. */
const rest = 250;

/** Milliseconds between two countings of one folder, at least; and so many times as long as the last one took. */
const pause = 2000;
const patience = 10;

type Counted = {readonly at: number; readonly took: number};

/** Counts what folders hold, one after the other, the last wish only; a folder that changes all the time not all the time. */
export const createFolderMeasurer = (services: Services, dispatch: Dispatch): {readonly want: (paths: readonly string[]) => void; readonly stop: () => void} => {
	let controller: AbortController | undefined;
	let timer: NodeJS.Timeout | undefined;
	let counted = new Map<string, Counted>();
	let session: string | undefined;

	const countAll = async (paths: readonly string[], signal: AbortSignal): Promise<void> => {
		const tell = whileOpen(services, dispatch);
		let waits = Infinity;
		for (const path of paths) {
			const last = counted.get(path);
			const due = last === undefined ? 0 : last.at + Math.max(pause, last.took * patience) - performance.now();
			if (due > 0) {
				waits = Math.min(waits, due);
				continue;
			}

			const start = performance.now();
			const totals = await measure({outputs: services.outputs, session: services.current()?.id}, [path], signal);
			signal.throwIfAborted();
			counted.set(path, {at: performance.now(), took: performance.now() - start});
			tell({type: 'folder-measured', path, totals});
		}

		if (waits < Infinity) {
			timer = setTimeout(() => {
				want(paths);
			}, waits).unref();
		}
	};

	const run = async (paths: readonly string[], signal: AbortSignal): Promise<void> => {
		try {
			await countAll(paths, signal);
		} catch {
			// Another wish has come, or the screen is closed.
		}
	};

	const stop = (): void => {
		controller?.abort();
		clearTimeout(timer);
	};

	function want(paths: readonly string[]): void {
		stop();
		const id = services.current()?.id;
		if (id !== session) {
			session = id;
			counted = new Map();
		}

		controller = new AbortController();
		const {signal} = controller;
		timer = setTimeout(() => {
			void run(paths, signal);
		}, rest).unref();
	}

	return {want, stop};
};
