import type {Facts, Outputs} from '../outputs/outputs.js';
import {codeOf, failed, reasonOf} from '../text/errors.js';
import {printable} from '../text/printable.js';
import type {Context} from './context.js';
import {warn} from './report.js';

/** What an output is; `undefined` if it is not there, as a part of a session that another program made. */
export const factsIfThere = async (outputs: Outputs, id: string, path: string): Promise<Facts | undefined> => {
	try {
		return await outputs.stat(`${id}/${path}`);
	} catch (error) {
		if (codeOf(error) === 'ENOENT') {
			return undefined;
		}

		throw failed('look at', path, error);
	}
};

/**
Tells of everything below a folder of a session.

@returns whether a part could not be read, which is told
*/
export const lookBelow = async (context: Context, outputs: Outputs, id: string, folder: string, tell: (path: string, facts: Facts) => void): Promise<boolean> => {
	let hasFailed = false;
	for await (const chunk of outputs.walk(`${id}/${folder}`, {signal: context.signal, isAlone: true})) {
		for (const entry of chunk) {
			const path = entry.path.slice(id.length + 1);
			if ('facts' in entry) {
				tell(path, entry.facts);
			} else {
				hasFailed = true;
				warn(context, `cannot read ${printable(path)}: ${reasonOf(entry.error)}`);
			}
		}
	}

	return hasFailed;
};
