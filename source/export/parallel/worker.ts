import os from 'node:os';
import process from 'node:process';
import {parentPort, workerData} from 'node:worker_threads';
import {codeOf} from '../../text/errors.js';
import type {FromWorker, Setting, ToWorker} from './tasks.js';
import {createWork} from './work.js';

/** What a thread starts with. */
export type WorkerData = {
	readonly setting: Setting;
	/** Not 0 once nothing is wanted any more. */
	readonly stopped: Int32Array;
	/** How nice the thread is to others, from 0 to 19. */
	readonly niceness: number;
};

const {setting, stopped, niceness} = workerData as WorkerData;

// On Linux this is for the thread alone; elsewhere it would slow down the keys too.
if (niceness > 0 && process.platform === 'linux') {
	try {
		os.setPriority(niceness);
	} catch {
		// Then it is as important as the others.
	}
}

const isStopped = (): boolean => Atomics.load(stopped, 0) !== 0;

const work = createWork(setting, isStopped);

const tell = (message: FromWorker, transfer: ArrayBuffer[] = []): void => {
	parentPort!.postMessage(message, transfer);
};

parentPort!.on('message', (message: ToWorker) => {
	if (message.type === 'end' || isStopped()) {
		parentPort!.close(); // With nothing left to hear the thread ends.
		return;
	}

	try {
		if (message.type === 'place') {
			const directory = work.place(message.number, message.position);
			tell({type: 'written', number: message.number, directory}, [directory.buffer as ArrayBuffer]);
		} else {
			tell(work.compute(message));
		}
	} catch (error) {
		tell({type: 'failed', message: error instanceof Error ? error.message : String(error), code: codeOf(error)});
	}
});
