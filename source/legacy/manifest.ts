import {createHash} from 'node:crypto';
import type {ListedType} from '../files/list.js';
import {encodeName, isUtf8Name} from '../text/names.js';

/**
The manifest of a backup, and the record of an import: JSON lines. The first says what it is, then comes a line for each entry, and the last counts them and has the SHA-256 of all lines before it. It is written last: without a valid last line there is no complete backup. It is believed in nothing that can be looked at.
*/

export type Kind = 'backup' | 'import';

export type Header = {
	readonly kind: Kind;
	/** The directory that `single` and `bulk` lay in, absolute. */
	readonly source: string;
	/** Milliseconds since 1970. */
	readonly createdAt: number;
};

export type ManifestEntry = {
	/** `single`, `bulk`, or a path below one of them. */
	readonly path: string;
	readonly type: ListedType;
	readonly mode: number;
	/** Nanoseconds since 1970. */
	readonly mtimeNs: bigint;
	readonly uid: number;
	readonly gid: number;
	readonly bytes: number;
	/** Of a file: 64 hexadecimal digits. */
	readonly sha256?: string;
	/** Of a link: what it says. */
	readonly target?: string;
	/** Of an import: the path in the session. */
	readonly to?: string;
};

export type Manifest = {
	readonly header: Header;
	readonly entries: readonly ManifestEntry[];
	/** Regular files, and their bytes. */
	readonly files: number;
	readonly bytes: number;
};

type Fields = Readonly<Record<string, unknown>>;

/** A name in a line: as it is, or as the base64 of its bytes. */
const named = (key: string, name: string): Fields => isUtf8Name(name) ? {[key]: name} : {[`${key}Base64`]: encodeName(name).toString('base64')};

const lineOf = (fields: Fields): string => `${JSON.stringify(fields)}\n`;

const entryLine = ({path, target, to, mtimeNs, ...rest}: ManifestEntry): string => lineOf({
	...named('path', path),
	...rest,
	mtimeNs: String(mtimeNs),
	...(target !== undefined && named('target', target)),
	...(to !== undefined && named('to', to)),
});

/**
The lines of a manifest.

@yields one line after the other, each with its line break
*/
export function * manifestLines({kind, source, createdAt}: Header, entries: Iterable<ManifestEntry>, tool: string): Generator<string> {
	const hash = createHash('sha256');
	let [count, files, bytes] = [0, 0, 0];
	const noted = (line: string): string => {
		hash.update(line);
		return line;
	};

	yield noted(lineOf({version: 1, kind, ...named('source', source), createdAt: new Date(createdAt).toISOString(), tool}));
	for (const entry of entries) {
		count++;
		if (entry.type === 'file') {
			files++;
			bytes += entry.bytes;
		}

		yield noted(entryLine(entry));
	}

	yield lineOf({entries: count, files, bytes, sha256: hash.digest('hex')});
}
