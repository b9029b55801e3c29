import {parentPort} from 'node:worker_threads';
import {usePlainAscii} from '../text/printable.js';
import {render} from './picture/render.js';
import type {FromWorker, ToWorker} from './protocol.js';
import {readContent} from './read-file.js';
import type {Content} from './shapes.js';

/**
What runs in the worker: it reads one file at a time, whose bytes it asks the main thread for. It has no way to the disk that the main thread does not give it.
*/
const waiting = new Map<number, PromiseWithResolvers<Uint8Array>>();
let asked = 0;

const tell = (message: FromWorker): void => {
	parentPort!.postMessage(message);
};

/** Tells what was read; the pixels of a picture are handed over, not copied. */
const tellContent = (content: Content): void => {
	parentPort!.postMessage({type: 'done', content} satisfies FromWorker, content.kind === 'picture' ? [content.pixels.data.buffer as ArrayBuffer] : []);
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
		tellContent(await readContent({name, bytes, read: ask}, options));
	} catch (error) {
		tell({type: 'failed', problem: error instanceof Error ? error.message : String(error)});
	}
};

const draw = ({number, drawing}: Extract<ToWorker, {type: 'render'}>): void => {
	try {
		tell({type: 'rendered', number, drawn: render(drawing)});
	} catch (error) {
		tell({type: 'rendered', number, problem: error instanceof Error ? error.message : String(error)});
	}
};

parentPort?.on('message', (message: ToWorker) => {
	switch (message.type) {
		case 'job': {
			void work(message);
			return;
		}

		case 'render': {
			draw(message);
			return;
		}

		case 'part': {
			const answer = waiting.get(message.number);
			waiting.delete(message.number);
			if (message.bytes === undefined) {
				answer?.reject(new RangeError(message.problem ?? ''));
			} else {
				answer?.resolve(message.bytes);
			}
		}
	}
});
