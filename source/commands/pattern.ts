import picomatch from 'picomatch';
import {parts} from '../outputs/read-session.js';
import {clean} from './resolve-path.js';

/** A pattern of paths, as shells have them. */
export type Pattern = {
	/** The parts of a session that paths which match may lie in. */
	readonly parts: readonly string[];
	readonly matches: (path: string, isFolder: boolean) => boolean;
};

const options: picomatch.PicomatchOptions = {
	dot: true, // As "ls" prints names that begin with a dot, so patterns match them.
	nonegate: true,
	strictSlashes: true, // `a/**` is what is in a, not a itself.
	literalBrackets: false,
	flags: 'su',
};

const compile = (text: string): RegExp | undefined => {
	try {
		return picomatch.makeRe(text, options);
	} catch {
		return undefined; // It is too long, or no expression of Unicode text.
	}
};

/**
Reads a pattern: `*` and `?` match within a name, `**` any number of folders, `[a-z]`, `{png,jpg}` and `+(x)` as in bash; a backslash takes the meaning of what follows. One that ends in a slash matches folders alone.

@returns `undefined` if there is nothing in it that makes a text a pattern
*/
export const parsePattern = (text: string): Pattern | undefined => {
	const {isGlob} = picomatch.scan(text, options);
	if (!isGlob) {
		return undefined;
	}

	const isForFolders = text.endsWith('/');
	const cleaned = clean(text);
	const expression = compile(cleaned);
	const first = parts.filter(part => cleaned.startsWith(`${part}/`));
	return {
		parts: first.length > 0 ? first : parts,
		matches: (path, isFolder) => (isFolder || !isForFolders) && (expression?.test(path) ?? false),
	};
};
