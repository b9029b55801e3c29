import type {Effects} from './effects/run.js';
import type {Message} from './messages.js';
import type {Model} from './model.js';
import {update} from './update.js';

/** The model, and who looks at it. */
export type Loop = {
	readonly model: () => Model;
	readonly dispatch: (message: Message) => void;
	readonly subscribe: (listener: () => void) => () => void;
	/** Says who carries out what messages ask for. */
	readonly begin: (effects: Effects) => void;
};

/** The model's home, outside the screen: it outlives every redraw. */
export const createLoop = (initial: Model): Loop => {
	let model = initial;
	let effects: Effects | undefined;
	const listeners = new Set<() => void>();
	return {
		model: () => model,
		dispatch(message) {
			if (model.exitCode !== undefined) {
				return;
			}

			const [next, wanted] = update(model, message);
			const isChanged = next !== model;
			model = next;
			for (const effect of wanted) {
				effects?.run(effect);
			}

			if (isChanged) {
				for (const listener of listeners) {
					listener();
				}
			}
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
		begin(runner) {
			effects = runner;
		},
	};
};
