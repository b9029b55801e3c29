import type {Effect} from '../messages.js';
import {outputsPath, whileOpen, type Dispatch, type Services} from './services.js';

/** Reads sizes and times of all entries of folders, for an order that needs them; a new reading of a folder ends the old. */
export const createSortFactsReader = (services: Services, dispatch: Dispatch): {readonly read: (effect: Extract<Effect, {type: 'read-sort-facts'}>) => void; readonly stop: () => void} => {
	const running = new Map<string, AbortController>();

	const read = async ({path, ticket, names}: Extract<Effect, {type: 'read-sort-facts'}>, signal: AbortSignal): Promise<void> => {
		const tell = whileOpen(services, dispatch);
		try {
			const facts = await services.outputs.statEntries(outputsPath(services, path), names, {signal});
			tell({type: 'sort-facts-read', path, ticket, facts});
		} catch {
			// Gone, or read anew: then it is asked for again.
		}
	};

	return {
		read(effect) {
			running.get(effect.path)?.abort();
			const controller = new AbortController();
			running.set(effect.path, controller);
			void (async () => {
				await read(effect, controller.signal);
				if (running.get(effect.path) === controller) {
					running.delete(effect.path);
				}
			})();
		},
		stop() {
			for (const controller of running.values()) {
				controller.abort();
			}
		},
	};
};
