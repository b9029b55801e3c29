import path from 'node:path';
import {onTestFinished} from 'vitest';
import {createEffects} from '../../source/explorer/effects/run.js';
import type {Services} from '../../source/explorer/effects/services.js';
import {createLoop} from '../../source/explorer/loop.js';
import type {Effect, Message} from '../../source/explorer/messages.js';
import type {Model} from '../../source/explorer/model.js';
import {Directory} from '../../source/files/descriptor.js';
import {localOutputs} from '../../source/outputs/local/local.js';
import type {SweepReport} from '../../source/outputs/sweep.js';
import {freshModel} from './explorer.js';
import {plant, temporaryFolder} from './folders.js';

/** Files of a session by their paths (as `decodeName` gives them), with what they hold; a path that ends in `/` is a folder, and one that starts with `/` lies in the outputs directory. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export const sessionId = '11111111-2222-4333-8444-555555555555';

export type Live = {
	readonly model: () => Model;
	readonly press: (...keys: readonly string[]) => void;
	readonly run: (effect: Effect) => void;
	/** Every message so far, in order. */
	readonly messages: readonly Message[];
	/** Resolves when the model is as wanted. */
	readonly until: (isWanted: (model: Model) => boolean) => Promise<void>;
	/** Resolves with the next message of a type, or the first that there was. */
	readonly told: <T extends Message['type']>(type: T, isWanted?: (message: Extract<Message, {type: T}>) => boolean) => Promise<Extract<Message, {type: T}>>;
	/** Absolute path of the session. */
	readonly session: string;
	/** An empty folder, the working directory of the explorer. */
	readonly home: string;
	readonly services: Services;
	readonly stop: () => Promise<void>;
};

const emptyReport: SweepReport = {
	isDryRun: false, removed: [], kept: [], recovered: [], unmanaged: [], failed: [],
};

/**
The explorer on real folders, without a screen.

@param wrap - changes what the effects work with
*/
export const openLive = async (files: Files, {wrap = services => services, roots = ['single', 'bulk']}: {
	readonly wrap?: (services: Services, model: () => Model) => Services | Promise<Services>;
	readonly roots?: readonly string[];
} = {}): Promise<Live> => {
	const base = await temporaryFolder();
	const directory = path.join(base, 'outputs');
	const session = path.join(directory, sessionId);
	const home = path.join(base, 'home');
	plant(base, {'home/': ''});
	plant(session, {'single/': '', 'bulk/': ''});
	for (const [name, contents] of Object.entries(files)) {
		plant(name.startsWith('/') ? directory : session, {[name.replace(/^\//v, '')]: contents});
	}

	const root = await Directory.open(directory);

	const loop = createLoop(freshModel({exportTo: '.', now: Date.now()}, roots));
	const messages: Message[] = [];
	const watchers = new Set<() => void>();
	const dispatch = (message: Message): void => {
		messages.push(message);
		loop.dispatch(message);
		for (const watcher of watchers) {
			watcher();
		}
	};

	const services = await wrap({
		outputs: localOutputs(root, directory),
		openSession: async () => ({session: {id: sessionId, isReadOnly: false, lastActiveAt: Date.now()}, isNew: false}),
		lookInto: async ({id}) => ({session: {id, isReadOnly: true, lastActiveAt: Date.now()}}),
		leave: async () => undefined,
		administration: {
			async * list() {
				yield [];
			},
			row: async id => ({session: {id, uid: 0}, isOwn: true, owner: 'me', isHeld: true, maxAgeHours: 24}),
			keep: async chosen => chosen,
			label: async chosen => chosen,
			end: async () => undefined,
			trySweep: async () => emptyReport,
		},
		current: () => loop.model().session,
		touch: async () => undefined,
		hold: async () => undefined,
		release: async () => undefined,
		sweep: async () => emptyReport,
		policy: () => ({now: Date.now(), maxAgeHours: 24}),
		roots,
		colours: 0,
		now: () => Date.now(),
		cwd: home,
		home,
		suspend: () => undefined,
		removeOutput: async () => undefined,
		copy: () => true,
		openWith: async () => undefined,
	}, loop.model);
	const effects = createEffects(services, dispatch);
	loop.begin(effects);
	dispatch({
		type: 'session-opened', session: {id: sessionId, isReadOnly: false, lastActiveAt: Date.now()}, roots, isNew: false,
	});

	const when = async (isDone: () => boolean, describe: () => string): Promise<void> => {
		const {promise, resolve, reject} = Promise.withResolvers<void>();
		const timer = setTimeout(() => {
			reject(new Error(`Waited too long for ${describe()}`));
		}, 10_000);
		const look = (): void => {
			if (isDone()) {
				resolve();
			}
		};

		watchers.add(look);
		look();
		try {
			await promise;
		} finally {
			clearTimeout(timer);
			watchers.delete(look);
		}
	};

	let isStopped = false;
	const stop = async (): Promise<void> => {
		if (!isStopped) {
			isStopped = true;
			await effects.stop();
			await root.close();
		}
	};

	onTestFinished(stop);
	return {
		model: loop.model,
		press(...keys) {
			for (const key of keys) {
				dispatch({type: 'key-pressed', key});
			}
		},
		run: effects.run,
		messages,
		async until(isWanted) {
			await when(() => isWanted(loop.model()), () => `${isWanted.toString()}; the messages: ${messages.map(({type}) => type).join(', ')}`);
		},
		async told<T extends Message['type']>(type: T, isWanted: (message: Extract<Message, {type: T}>) => boolean = () => true) {
			const find = (): Extract<Message, {type: T}> | undefined => messages.find((message): message is Extract<Message, {type: T}> => message.type === type && isWanted(message as Extract<Message, {type: T}>));
			await when(() => find() !== undefined, () => `${type}; the messages: ${messages.map(message => message.type).join(', ')}`);
			return find()!;
		},
		session,
		home,
		services,
		stop,
	};
};
