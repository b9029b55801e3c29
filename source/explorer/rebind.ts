import {SettingsError} from '../settings/error.js';
import type {Look} from '../settings/look.js';
import {allowedKeys, keyProblem} from './key-check.js';
import {createKeymap, defaultKeymap, keymap, keymapOf, places, type Binding, type Keymap, type Place} from './keymap.js';

/** What always gets one out, and away, whatever else does. */
const fixed: ReadonlyMap<string, string> = new Map([['interrupt', 'ctrl+c'], ['suspend', 'ctrl+z']]);

const checkKeys = (action: string, keys: readonly string[], file: string): void => {
	const setting = `keys.${action} in ${file}`;
	for (const key of keys) {
		const parts = key.split(' ');
		if (parts.length > 2) {
			throw new SettingsError(setting, key, allowedKeys, 'is more than two keys');
		}

		for (const part of parts) {
			const problem = part === '' ? 'is no key' : keyProblem(part);
			if (problem !== undefined) {
				throw new SettingsError(setting, part, allowedKeys, problem);
			}

			const owner = [...fixed].find(([, own]) => own === part);
			if (owner !== undefined) {
				throw new SettingsError(setting, part, 'give another key', `is the key of ${owner[0]} everywhere, and stays that`);
			}
		}
	}
};

const describe = ({action, help}: Binding): string => `${action} (${help})`;

const isAsGiven = ({action}: Binding, given: Look['keys']): boolean => Object.hasOwn(given, action);

/** Fails where one key would do two things, or would both do something and begin a sequence. */
const checkConflicts = (place: Place, made: Keymap, given: Look['keys'], file: string): void => {
	const owners = new Map<string, Binding>();
	const refuse = (key: string, one: Binding, other: Binding, what: string): never => {
		const [changed, kept] = isAsGiven(one, given) ? [one, other] : [other, one];
		throw new SettingsError(`keys.${changed.action} in ${file}`, key, `give ${changed.action} or ${kept.action} another`, `${what} ${describe(kept)}`);
	};

	const bindings = keymapOf(place, made);
	for (const binding of bindings) {
		for (const key of binding.keys) {
			const owner = owners.get(key);
			if (owner !== undefined) {
				refuse(key, owner, binding, 'is also a key of');
			}

			owners.set(key, binding);
		}
	}

	for (const binding of bindings) {
		for (const key of binding.keys) {
			const beginning = key.split(' ', 1)[0]!;
			const owner = owners.get(beginning);
			if (key !== beginning && owner !== undefined) {
				refuse(isAsGiven(owner, given) ? beginning : key, owner, binding, isAsGiven(owner, given) ? `begins "${key}", which is a key of` : `begins with "${beginning}", which is a key of`);
			}
		}
	}
};

/**
The keymap with the keys that a user has given to actions; what is not named keeps its own. An empty list takes an action's keys away.

@param file - where they stand, for messages
@throws {SettingsError} for an unknown action, a key that not every terminal sends or tells from others, and where two actions would have the same key
*/
export const rebind = (given: Look['keys'], file: string): Keymap => {
	if (Object.keys(given).length === 0) {
		return defaultKeymap;
	}

	for (const [action, keys] of Object.entries(given)) {
		if (keymap.every(binding => binding.action !== action)) {
			throw new SettingsError(`keys in ${file}`, action, `known are ${keymap.map(binding => binding.action).join(', ')}`, 'is no action');
		}

		if (fixed.has(action)) {
			throw new SettingsError(`keys.${action} in ${file}`, keys, `it keeps ${fixed.get(action)!}, which always gets one out`);
		}

		checkKeys(action, keys, file);
	}

	const made = createKeymap(keymap.map(binding => Object.hasOwn(given, binding.action) ? {...binding, keys: given[binding.action]!} : binding));
	for (const place of places) {
		checkConflicts(place, made, given, file);
	}

	return made;
};
