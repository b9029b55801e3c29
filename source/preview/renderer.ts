import {Worker} from 'node:worker_threads';
import type {Drawing, Drawn} from './picture/render.js';
import type {FromWorker, ToWorker} from './protocol.js';

/** Milliseconds without work after which the worker is ended. */
const idleLimit = 60_000;

/** Milliseconds that one picture may take. */
const timeLimit = 10_000;

export type Renderer = {
	/** Makes of a picture what a terminal draws it from. Rejects if that cannot be made, or takes too long. */
	readonly render: (drawing: Drawing) => Promise<Drawn>;
	readonly close: () => void;
};

/**
Draws pictures away from the keys, in a worker of its own: the one that reads files is ended whenever another file is wanted.

@param script - what runs in it; without one, pictures are drawn where the keys are
*/
export const createRenderer = (script: URL | undefined): Renderer => {
	let worker: Worker | undefined;
	let idleTimer: NodeJS.Timeout | undefined;
	let count = 0;
	const waiting = new Map<number, PromiseWithResolvers<Drawn>>();

	const end = (error: Error): void => {
		void worker?.terminate();
		worker = undefined;
		for (const {reject} of waiting.values()) {
			reject(error);
		}

		waiting.clear();
	};

	const start = (url: URL): Worker => {
		const started = new Worker(url, {execArgv: [], stdout: true, stderr: true});
		started.unref();
		started.on('error', end);
		started.on('message', (message: FromWorker) => {
			if (message.type !== 'rendered') {
				return;
			}

			const answer = waiting.get(message.number);
			waiting.delete(message.number);
			if (message.drawn === undefined) {
				answer?.reject(new Error(message.problem));
			} else {
				answer?.resolve(message.drawn);
			}
		});
		return started;
	};

	return {
		async render(drawing) {
			if (script === undefined) {
				const {render} = await import('./picture/render.js');
				return render(drawing);
			}

			clearTimeout(idleTimer);
			worker ??= start(script);
			const number = ++count;
			const answer = Promise.withResolvers<Drawn>();
			waiting.set(number, answer);
			worker.postMessage({type: 'render', number, drawing} satisfies ToWorker);
			const timer = setTimeout(() => {
				end(new Error('a picture took too long to draw'));
			}, timeLimit).unref();
			try {
				return await answer.promise;
			} finally {
				clearTimeout(timer);
				idleTimer = setTimeout(() => {
					end(new Error('the worker is not needed any more'));
				}, idleLimit).unref();
			}
		},
		close() {
			clearTimeout(idleTimer);
			end(new Error('the screen is closed'));
		},
	};
};
