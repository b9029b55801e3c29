import type {Facts, Outputs, Walked} from '../../source/outputs/outputs.js';
import type {LookAgain} from '../../source/outputs/sweeper.js';
import type {Clock} from './model-entries.js';
import {hour, type Store} from './store.js';

/** A sweep that is wrong in one way, which the oracle must notice. */
export type Wrong = {
	readonly what: string;
	readonly change?: (store: Store) => Store;
	readonly policy?: (clock: Clock) => Clock;
};

/** Changes how outputs are seen, also where they are looked at again in the trash. */
const withOutputs = (see: (outputs: Outputs) => Outputs) => ({outputs, sweeper}: Store): Store => {
	const wrongly = (look: LookAgain): LookAgain => async (where, ...rest) => look(see(where), ...rest);
	return {
		outputs: see(outputs),
		sweeper: {
			...sweeper,
			recover: async (look, ...rest) => sweeper.recover(wrongly(look), ...rest),
			remove: async (id, look, ...rest) => sweeper.remove(id, wrongly(look), ...rest),
		},
	};
};

const blind = (entry: Walked): Walked => 'facts' in entry && entry.facts.type === 'file'
	? {...entry, facts: {...entry.facts, modifiedAt: 0, changedAt: 0} satisfies Facts}
	: entry;

/** Never sees that a file has been written. */
export const blindToFiles: Wrong = {
	what: 'a sweep that does not see the times of files',
	change: withOutputs(outputs => ({
		...outputs,
		async * walk(location, options) {
			for await (const chunk of outputs.walk(location, options)) {
				yield chunk.map(entry => blind(entry));
			}
		},
	})),
};

/** Reads every marker as if nobody wished to keep the session. */
export const deafToKeep: Wrong = {
	what: 'a sweep that does not read keepUntil',
	change: withOutputs(outputs => ({
		...outputs,
		async open(location) {
			const file = await outputs.open(location);
			return {
				...file,
				async read(buffer, position) {
					const length = await file.read(buffer, position);
					const text = new TextDecoder('latin1').decode(buffer.subarray(0, length)).replace('"keepUntil"', '"keptUntil"');
					for (let index = 0; index < length; index++) {
						buffer[index] = text.codePointAt(index)! & 0xff;
					}

					return length;
				},
			};
		},
	})),
};

/** Believes that it is later than it is. */
export const clockAhead: Wrong = {
	what: 'a sweep whose clock is two hours ahead',
	policy: clock => ({...clock, now: clock.now + (2 * hour)}),
};
