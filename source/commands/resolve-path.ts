import type {Facts, Outputs} from '../outputs/outputs.js';
import {splitPath} from '../outputs/path.js';
import {codeOf, Failure, failed} from '../text/errors.js';
import {parsePrintable, printable, printableText} from '../text/printable.js';

export type Resolved = {
	/** Path within the session, `''` for all of it. */
	readonly path: string;
	readonly facts: Facts;
};

const clean = (argument: string): string => {
	let text = argument;
	while (text.startsWith('./')) {
		text = text.slice(2);
	}

	return text.replace(/\/+$/, '');
};

/**
The output that a PATH argument names. It may be given as `ls` prints it or as it is on disk; the printed form comes first, and where both exist and differ the argument is refused, so that never the wrong file is taken.

@param id - the session
@throws Failure if there is no such output
*/
export const resolveOutput = async (outputs: Outputs, id: string, argument: string): Promise<Resolved> => {
	const text = argument.startsWith('/') ? argument : clean(argument);
	const first = text.split('/', 1)[0];
	if (text === '' || text === '.') {
		return {path: '', facts: await outputs.stat(id)};
	}

	if (first !== 'single' && first !== 'bulk') {
		throw new Failure(`there is no output ${printable(argument)}: paths start with single/ or bulk/, as "sojourn ls" prints them`);
	}

	const found: Resolved[] = [];
	for (const path of new Set([parsePrintable(text), text])) {
		if (path === undefined) {
			continue;
		}

		try {
			splitPath(path);
		} catch (error) {
			// What would be no path if it were a printed form may be a name with backslashes.
			if (path === text) {
				throw error;
			}

			continue;
		}

		try {
			found.push({path, facts: await outputs.stat(`${id}/${path}`)});
		} catch (error) {
			if (!['ENOENT', 'ENOTDIR', 'ELOOP'].includes(codeOf(error) ?? '')) {
				throw failed('look at', path, error);
			}
		}
	}

	if (found.length === 0) {
		throw new Failure(`there is no output ${printable(text)}: "sojourn ls" lists those there are`);
	}

	if (found.length > 1) {
		throw new Failure(`"${printableText(text)}" names two outputs, as printed ${printable(found[0]!.path)} and ${printable(found[1]!.path)}: give the printed form of the one you mean`);
	}

	return found[0]!;
};
