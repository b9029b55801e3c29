import {Worker} from 'node:worker_threads';
import {reasonOf} from '../text/errors.js';
import type {FromWorker, ToWorker} from './protocol.js';
import type {Content} from './shapes.js';
import {TooLong, type Workshop} from './source.js';

/** Milliseconds that one file may take. */
const timeLimit = 4000;

/** Milliseconds without work after which the worker is ended: it takes memory, and is started again in a moment. */
const idleLimit = 60_000;

/** Megabytes that the worker's objects may take; buffers, which are most of a picture, are bounded by what the readers allow. */
const memoryLimit = 256;

/**
A worker that reads files away from the keys, one at a time. It is started when it is first needed, and ended whenever a reader does not stop by itself: by time, or because the next file is wanted.

@param script - what runs in it
@param limit - milliseconds that one file may take
*/
export const createWorkshop = (script: URL, limit = timeLimit): Workshop & {readonly close: () => void} => {
	let worker: Worker | undefined;
	let idleTimer: NodeJS.Timeout | undefined;
	/** Ends the job at work, if it still is. */
	let giveUp: (() => void) | undefined;

	const end = (): void => {
		void worker?.terminate();
		worker = undefined;
	};

	const start = (): Worker => {
		const started = new Worker(script, {resourceLimits: {maxOldGenerationSizeMb: memoryLimit}, execArgv: [], stdout: true, stderr: true});
		// It does not keep the program from ending.
		started.unref();
		started.on('error', () => {
			worker = worker === started ? undefined : worker;
		});
		return started;
	};

	return {
		async read(source, options, signal) {
			signal?.throwIfAborted();
			giveUp?.();
			clearTimeout(idleTimer);
			worker ??= start();
			const current = worker;
			const {promise, resolve, reject} = Promise.withResolvers<Content>();
			const send = (message: ToWorker): void => {
				current.postMessage(message);
			};

			const answer = async (number: number, offset: number, length: number): Promise<void> => {
				try {
					send({type: 'part', number, bytes: await source.read(offset, length)});
				} catch (error) {
					send({type: 'part', number, problem: reasonOf(error)});
				}
			};

			const hear = (message: FromWorker): void => {
				switch (message.type) {
					case 'part': {
						void answer(message.number, message.offset, message.length);
						return;
					}

					case 'done': {
						resolve(message.content);
						return;
					}

					case 'failed': {
						reject(new Error(message.problem));
						break;
					}

					case 'rendered': { // Another worker is asked for that.
						break;
					}
				}
			};

			/** The worker has gone, or must go: nobody knows what state it is in. */
			const fail = (error: Error): void => {
				if (worker === current) {
					end();
				}

				reject(error);
			};

			const stop = (): void => {
				fail(new DOMException('the preview is not wanted any more', 'AbortError'));
			};

			const timer = setTimeout(() => {
				fail(new TooLong('it took too long'));
			}, limit);
			giveUp = stop;
			signal?.addEventListener('abort', stop, {once: true});
			current.on('message', hear);
			current.on('error', fail);
			send({type: 'job', name: source.name, bytes: source.bytes, options});
			try {
				return await promise;
			} finally {
				clearTimeout(timer);
				signal?.removeEventListener('abort', stop);
				current.off('message', hear);
				current.off('error', fail);
				giveUp = undefined;
				idleTimer = setTimeout(end, idleLimit).unref();
			}
		},
		close() {
			giveUp?.();
			clearTimeout(idleTimer);
			end();
		},
	};
};
