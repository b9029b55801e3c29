import {printable, printableText} from '../text/printable.js';
import type {NameTrap} from './types.js';

/**
Names that are exact in an archive, and that every reader finds, but that Windows, macOS or unzip do not keep as they are: unpacked there, something is renamed, left out or overwritten. They are told, not changed.
*/

const reserved = /^(?:aux|con|nul|prn|com[1-9¹²³]|lpt[1-9¹²³])(?:\.|$)/iv;
const forbidden = /[\p{Cc}"*:<>?\\\|]/v;

/** Most names: no system minds them, unless they are reserved. */
const plain = /^[\w\-](?:[\w\-. ]*[\w\-])?$/v;

/** Why Windows cannot keep a file or folder of that name. */
const windowsReason = (name: string): string | undefined => {
	if (plain.test(name)) {
		return reserved.test(name) ? 'Windows keeps this name for a device' : undefined;
	}

	const [character] = forbidden.exec(name) ?? [];
	if (character !== undefined) {
		return /\p{Cc}/v.test(character) ? 'Windows allows no control characters in names' : `Windows allows no ${character} in names`;
	}

	if (reserved.test(name)) {
		return 'Windows keeps this name for a device';
	}

	return /[ .]$/v.test(name) ? `Windows drops the ${name.endsWith('.') ? 'dot' : 'space'} at the end` : undefined;
};

/** As VMS numbers the versions of a file: unzip takes it off, and cannot unpack what is then without a name. */
const versionReason = (name: string): string | undefined => /;\d*$/v.test(name) ? 'unzip takes the end, from the ;, for the number of a version, unless it is called with -V' : undefined;

/** Names that are one for Windows and macOS, which look at neither case nor the way that accents are written. */
const fold = (name: string): string => /^[\u0020-\u0040\u005B-\u007E]*$/v.test(name) ? name : name.normalize('NFC').toLowerCase().normalize('NFC');

/** Looks at the names of an archive, as they come: those of one folder in a row, at least mostly. */
export class NameTraps {
	readonly found: NameTrap[] = [];
	#folder: string | undefined;
	#names = new Map<string, string>();

	/** @param path - as the archive calls it */
	add(path: string): void {
		const slash = path.lastIndexOf('/');
		const folder = path.slice(0, slash + 1);
		const name = path.slice(slash + 1);
		if (folder !== this.#folder) {
			this.#folder = folder;
			this.#names = new Map();
		}

		const reason = windowsReason(name) ?? versionReason(name) ?? this.#meeting(name);
		if (reason !== undefined) {
			this.found.push({name: path, reason});
		}
	}

	#meeting(name: string): string | undefined {
		const folded = fold(name);
		const other = this.#names.get(folded);
		if (other === undefined) {
			this.#names.set(folded, name);
			return undefined;
		}

		return other === name ? undefined : `Windows and macOS take it for ${JSON.stringify(other)}`;
	}
}

/** How many are told, where there are many. */
export const toldTraps = 10;

/** What is told of one. */
export const describeTrap = ({name, reason}: NameTrap): string => `${printable(name)}: ${printableText(reason)}; in the archive it is exact`;
