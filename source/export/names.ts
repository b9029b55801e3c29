import {numberedName, shortenName} from '../files/place.js';
import {shortId} from '../session/id.js';
import {encodeName, isUtf8Name} from '../text/names.js';

/**
Names inside an archive are those of the files, exactly, in UTF-8. A name on disk that is not UTF-8 cannot be told to every system; it gets a readable stand-in, in which `%FF` stands for the byte FF.
*/

const couldBeStandIn = /%[\dA-F]{2}/v;

/** A name with `%XX` for each byte that is not UTF-8. */
export const readableName = (name: string): string => {
	let result = '';
	for (const character of name) {
		result += isUtf8Name(character)
			? character
			: [...encodeName(character)].map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
	}

	return result;
};

/** Gives out stand-ins that meet no other name of the archive: `add` must have seen every exact one first. */
export class StandIns {
	readonly #taken = new Set<string>();
	readonly #given = new Map<string, string>();

	/** Takes note of a path whose name is exact. */
	add(path: string): void {
		if (!couldBeStandIn.test(path)) {
			return; // A stand-in never looks like this.
		}

		for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
			this.#taken.add(path.slice(0, end));
		}
	}

	/** The path with stand-ins for those of its names that need one; the same ones each time. */
	pathFor(path: string): string {
		if (isUtf8Name(path)) {
			return path;
		}

		const known = this.#given.get(path);
		if (known !== undefined) {
			return known;
		}

		const slash = path.lastIndexOf('/');
		const parent = slash === -1 ? '' : `${this.pathFor(path.slice(0, slash))}/`;
		const name = readableName(path.slice(slash + 1));
		let result = parent + name;
		for (let number = 2; this.#taken.has(result); number++) {
			result = parent + numberedName(name, number);
		}

		this.#taken.add(result);
		this.#given.set(path, result);
		return result;
	}
}

/** A folder may be written with slashes at its end. */
export const withoutTrailingSlashes = (path: string): string => {
	let end = path.length;
	while (path[end - 1] === '/') {
		end--;
	}

	return path.slice(0, end);
};

/** Text as a file name that every system takes; `undefined` where nothing of it is left. */
export const fileNameFor = (text: string, end: string): string | undefined => {
	const stem = readableName(text)
		.replaceAll(/[\p{Cc}\p{Cf}"*\/:<>?\\\|]/gv, '_')
		.replace(/^[.\s]+/v, '')
		.trimEnd();
	return stem === '' ? undefined : shortenName(stem, 255 - end.length) + end;
};

export type NameOptions = {
	readonly id: string;
	readonly label?: string | undefined;
	/** Relative to the session; none, or `''`, for all of it. */
	readonly paths: readonly string[];
	/** Whether it is an archive, or the one file itself. */
	readonly isZip: boolean;
};

/** What an export is called where no name was asked for: a file keeps its own, an archive has that of the folder or the session. */
export const defaultName = ({id, label, paths, isZip}: NameOptions): string => {
	const session = label ?? shortId(id);
	const trimmed = paths.map(path => withoutTrailingSlashes(path));
	const [first = ''] = trimmed;
	const last = first.slice(first.lastIndexOf('/') + 1);
	if (!isZip && last !== '') {
		return last;
	}

	const isWhole = trimmed.length === 0 || trimmed.includes('');
	const end = !isWhole && trimmed.length > 1 ? '-selection.zip' : '.zip';
	const wanted = isWhole || trimmed.length > 1 ? session : last;
	return fileNameFor(wanted, end) ?? `${shortId(id)}${end}`;
};
