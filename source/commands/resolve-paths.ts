import type {Facts, Outputs} from '../outputs/outputs.js';
import {sortOutputs} from '../outputs/tree-order.js';
import {Failure} from '../text/errors.js';
import {printableText} from '../text/printable.js';
import type {Context} from './context.js';
import {factsIfThere, lookBelow} from './look.js';
import {parsePattern, type Pattern} from './pattern.js';
import {findOutput, noOutput, type Resolved} from './resolve-path.js';

export type Named = Resolved & {
	/** Whether a pattern has found it: then the entry itself is meant. */
	readonly isMatch: boolean;
};

const search = async (context: Context, outputs: Outputs, id: string, {parts, matches}: Pattern): Promise<{readonly found: Named[]; readonly hasFailed: boolean}> => {
	const found: Named[] = [];
	let hasFailed = false;
	const look = (path: string, facts: Facts): void => {
		if (matches(path, facts.type === 'directory')) {
			found.push({path, facts, isMatch: true});
		}
	};

	for (const part of parts) {
		const facts = await factsIfThere(outputs, id, part);
		if (facts !== undefined) {
			look(part, facts);
			hasFailed = await lookBelow(context, outputs, id, part, look) || hasFailed;
		}
	}

	return {found: sortOutputs(found), hasFailed};
};

/**
The outputs that PATH arguments name, each once, in the order of the arguments. What is there under the very name comes first; else the argument may be a pattern.

@param id - the session
@returns also whether a part could not be searched, which has been told
@throws Failure if an argument names nothing
*/
export const resolveOutputs = async (context: Context, outputs: Outputs, id: string, words: readonly string[]): Promise<{readonly found: readonly Named[]; readonly hasFailed: boolean}> => {
	const all = new Map<string, Named>();
	let hasFailed = false;
	for (const word of words) {
		const named = await findOutput(outputs, id, word);
		const pattern = named === undefined ? parsePattern(word) : undefined;
		if (named !== undefined) {
			all.set(named.path, {...named, isMatch: false});
		} else if (pattern === undefined) {
			throw noOutput(word);
		} else {
			const searched = await search(context, outputs, id, pattern);
			if (searched.found.length === 0) {
				throw new Failure(`no output matches "${printableText(word)}": paths are as "sojourn ls" prints them, and begin with single/ or bulk/`);
			}

			hasFailed ||= searched.hasFailed;
			for (const one of searched.found) {
				all.set(one.path, all.get(one.path) ?? one);
			}
		}
	}

	return {found: [...all.values()], hasFailed};
};
