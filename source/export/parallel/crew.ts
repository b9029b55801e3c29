import {Worker} from 'node:worker_threads';
import type {
	Computed,
	ComputedFor,
	FromWorker,
	Placement,
	Setting,
	Task,
	ToWorker,
} from './tasks.js';
import {createWork, type Io} from './work.js';
import type {WorkerData} from './worker.js';

/** Those who do the work of one archive. */
export type Crew = {
	/** How many work side by side. */
	readonly count: number;
	/** Has a task computed. */
	compute<T extends Task>(task: T): Promise<ComputedFor<T>>;
	/**
	Has what was computed written at a position of the archive; forgotten, if that is below 0.

	@returns its entries in the archive's directory
	*/
	place(number: number, position: number): Promise<Uint8Array>;
	/** Ends all work: when it resolves, nobody reads or writes any more. What was asked for and not answered never will be. */
	stop(): Promise<void>;
};

export type CrewOptions = {
	/** What runs in a thread; absent: the work is done where the caller is, piece by piece. */
	readonly script?: URL | undefined;
	/** How many threads. */
	readonly count: number;
	/** How nice they are to others, from 0 to 19; of effect on Linux. */
	readonly niceness?: number;
	/** For tests: does something while files are read. Only where the caller is. */
	readonly meddle?: ((io: Io) => Io) | undefined;
};

/** Megabytes for a thread's objects; its buffers are bounded by what it is given to do. */
const memoryLimit = 64;

/** Megabytes for those that are soon gone: nearly all are. */
const youngLimit = 4;

const systemError = (message: string, code: string | undefined): Error => Object.assign(new Error(message), code !== undefined && {code});

/** Milliseconds that a thread has to end by itself. It looks between files and blocks, which take a fraction of that. */
const patience = 1000;

type Waiting = Map<number, PromiseWithResolvers<never>>;

type Hand = {
	readonly worker: Worker;
	readonly computing: Waiting;
	readonly placing: Waiting;
	/** Numbers of results that it keeps. */
	readonly kept: Set<number>;
	/** Resolves when the thread is gone. */
	readonly gone: Promise<void>;
};

/** Has a thread end by itself once it looks: to be torn out of its work is for one that does not. */
const end = async ({worker, gone}: Hand): Promise<void> => {
	worker.postMessage({type: 'end'} satisfies ToWorker);
	const timer = setTimeout(() => {
		void worker.terminate();
	}, patience);
	await gone;
	clearTimeout(timer);
};

/** Threads that read, deflate and write by themselves; the caller says what, and where to. */
const createThreads = (script: URL, setting: Setting, {count, niceness = 0}: CrewOptions): Crew => {
	const stopped = new Int32Array(new SharedArrayBuffer(4));
	const hands: Hand[] = [];
	/** For hashing large files, which takes long; started when it is needed. */
	let hasher: Hand | undefined;
	let failure: Error | undefined;

	const fail = (error: Error): void => {
		failure ??= error;
		for (const {computing, placing} of [...hands, ...(hasher ? [hasher] : [])]) {
			for (const {reject} of [...computing.values(), ...placing.values()]) {
				reject(failure);
			}
		}
	};

	const settle = (waiting: Waiting, number: number, value: unknown): void => {
		waiting.get(number)?.resolve(value as never);
		waiting.delete(number);
	};

	const start = (): Hand => {
		const workerData: WorkerData = {setting, stopped, niceness};
		const worker = new Worker(script, {workerData, resourceLimits: {maxOldGenerationSizeMb: memoryLimit, maxYoungGenerationSizeMb: youngLimit}, execArgv: [], stdout: true, stderr: true});
		const {promise: gone, resolve: leave} = Promise.withResolvers<void>();
		const hand: Hand = {
			worker, computing: new Map(), placing: new Map(), kept: new Set(), gone,
		};
		worker.on('message', (message: FromWorker) => {
			switch (message.type) {
				case 'written': {
					settle(hand.placing, message.number, message.directory);
					return;
				}

				case 'failed': {
					fail(systemError(message.message, message.code));
					return;
				}

				case 'items':
				case 'block':
				case 'hash': {
					settle(hand.computing, message.number, message);
				}
			}
		});
		worker.on('error', fail);
		worker.on('exit', code => {
			leave();
			if (Atomics.load(stopped, 0) === 0) {
				fail(new Error(`a thread that compresses has ended by itself (${code})`));
			}
		});
		return hand;
	};

	const send = async <T>(hand: Hand, waiting: Waiting, message: Task | Placement): Promise<T> => {
		if (failure !== undefined) {
			throw failure;
		}

		const answer = Promise.withResolvers<never>();
		waiting.set(message.number, answer);
		hand.worker.postMessage(message);
		return answer.promise;
	};

	const handFor = (task: Task): Hand => {
		if (task.type === 'hash') {
			hasher ??= start();
			return hasher;
		}

		let least = hands[0]!;
		for (const hand of hands) {
			if (hand.computing.size < least.computing.size) {
				least = hand;
			}
		}

		least.kept.add(task.number);
		return least;
	};

	for (let index = 0; index < count; index++) {
		hands.push(start());
	}

	return {
		count,
		async compute<T extends Task>(task: T) {
			const hand = handFor(task);
			return send<ComputedFor<T>>(hand, hand.computing, task);
		},
		async place(number, position) {
			const hand = hands.find(({kept}) => kept.has(number))!;
			hand.kept.delete(number);
			return send(hand, hand.placing, {type: 'place', number, position});
		},
		async stop() {
			Atomics.store(stopped, 0, 1);
			await Promise.all([...hands, ...(hasher ? [hasher] : [])].map(async hand => end(hand)));
		},
	};
};

/** The same work where the caller is, a task at a time. */
const createAlone = (setting: Setting, meddle: CrewOptions['meddle']): Crew => {
	let isStopped = false;
	const work = createWork(setting, () => isStopped, meddle);
	const turn = async (): Promise<void> => new Promise(resolve => {
		setImmediate(resolve);
	});
	return {
		count: 1,
		async compute<T extends Task>(task: T) {
			await turn();
			if (isStopped) {
				throw new Error('the work was given up');
			}

			return work.compute(task) as ComputedFor<T> & Computed;
		},
		async place(number, position) {
			return work.place(number, position);
		},
		async stop() {
			isStopped = true;
			work.close();
		},
	};
};

/** The crew for one archive. */
export const createCrew = (setting: Setting, options: CrewOptions): Crew =>
	options.script === undefined ? createAlone(setting, options.meddle) : createThreads(options.script, setting, options);
