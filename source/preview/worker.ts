import {parentPort} from 'node:worker_threads';
import {usePlainAscii} from '../text/printable.js';
import type {FromWorker, ToWorker} from './protocol.js';
import {readContent} from './read-file.js';

/**
What runs in the worker: it reads one file at a time, whose bytes it asks the main thread for. It has no way to the disk that the main thread does not give it.
*/
const waiting = new Map<number, PromiseWithResolvers<Uint8Array>>();
let asked = 0;

const tell = (message: FromWorker): void => {
	parentPort!.postMessage(message);
};

const ask = async (offset: number, length: number): Promise<Uint8Array> => {
	const number = ++asked;
	const answer = Promise.withResolvers<Uint8Array>();
	waiting.set(number, answer);
	tell({type: 'part', number, offset, length});
	return answer.promise;
};

const work = async ({name, bytes, options}: Extract<ToWorker, {type: 'job'}>): Promise<void> => {
	usePlainAscii(options.isAscii ?? false);
	try {
		tell({type: 'done', content: await readContent({name, bytes, read: ask}, options)});
	} catch (error) {
		tell({type: 'failed', problem: error instanceof Error ? error.message : String(error)});
	}
};

parentPort?.on('message', (message: ToWorker) => {
	if (message.type === 'job') {
		void work(message);
		return;
	}

	const answer = waiting.get(message.number);
	waiting.delete(message.number);
	if (message.bytes === undefined) {
		answer?.reject(new RangeError(message.problem ?? ''));
	} else {
		answer?.resolve(message.bytes);
	}
});
