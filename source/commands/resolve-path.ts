import type {Facts, Outputs} from '../outputs/outputs.js';
import {splitPath} from '../outputs/path.js';
import {parts} from '../outputs/read-session.js';
import {codeOf, Failure, failed} from '../text/errors.js';
import {parsePrintable, printable, printableText} from '../text/printable.js';

export type Resolved = {
	/** Path within the session, `''` for all of it. */
	readonly path: string;
	readonly facts: Facts;
};

/** A PATH argument without what says nothing: `./` before it, slashes behind it. */
export const clean = (argument: string): string => {
	let text = argument;
	while (text.startsWith('./')) {
		text = text.slice(2);
	}

	return text.replace(/\/+$/, '');
};

const isInside = (text: string): boolean => parts.some(part => `${text}/`.startsWith(`${part}/`));

/** That a PATH argument names nothing. */
export const noOutput = (argument: string): Failure => {
	const text = argument.startsWith('/') ? argument : clean(argument);
	return isInside(text)
		? new Failure(`there is no output ${printable(text)}: "sojourn ls" lists those there are`)
		: new Failure(`there is no output ${printable(argument)}: paths start with single/ or bulk/, as "sojourn ls" prints them`);
};

/**
The output that a PATH argument names, `undefined` if there is none. It may be given as `ls` prints it or as it is on disk; the printed form comes first, and where both exist and differ the argument is refused, so that never the wrong file is taken.

@param id - the session
@throws Failure if it is no path of an output, names two, or cannot be looked at
*/
export const findOutput = async (outputs: Outputs, id: string, argument: string): Promise<Resolved | undefined> => {
	const text = argument.startsWith('/') ? argument : clean(argument);
	if (text === '' || text === '.') {
		return {path: '', facts: await outputs.stat(id)};
	}

	if (!isInside(text)) {
		return undefined;
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

	if (found.length > 1) {
		throw new Failure(`"${printableText(text)}" names two outputs, as printed ${printable(found[0]!.path)} and ${printable(found[1]!.path)}: give the printed form of the one you mean`);
	}

	return found[0];
};

/**
The output that a PATH argument names, as `findOutput` has it.

@throws Failure also if there is none
*/
export const resolveOutput = async (outputs: Outputs, id: string, argument: string): Promise<Resolved> => {
	const found = await findOutput(outputs, id, argument);
	if (found === undefined) {
		throw noOutput(argument);
	}

	return found;
};
