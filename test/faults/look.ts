import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import {codeOf} from '../../source/text/errors.js';

/**
Paths in this folder are byte strings: one character, below U+0100, for each byte of a name. So they can be joined, compared and used as keys, and say every name there is.
*/
export const bytes = (place: string): Buffer => Buffer.from(place, 'latin1');

/** The byte string of ordinary text. */
export const byteString = (text: string): string => Buffer.from(text).toString('latin1');

/** A byte string as a report shows it. */
export const shown = (place: string): string => {
	const text = JSON.stringify(place).slice(1, -1);
	return text.length > 200 ? `${text.slice(0, 200)}…` : text;
};

export type SeenType = 'file' | 'directory' | 'link' | 'other';

/** All that is to be told of an entry without changing it. */
export type Seen = {
	readonly type: SeenType;
	/** Permission bits. */
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
	readonly modified: bigint;
	readonly changed: bigint;
	/** Of a file the hash of what it holds, of a link where it points. */
	readonly content: string;
};

const typeOf = (stats: fs.BigIntStats): SeenType => {
	if (stats.isFile()) {
		return 'file';
	}

	if (stats.isDirectory()) {
		return 'directory';
	}

	return stats.isSymbolicLink() ? 'link' : 'other';
};

/** What a walker without root's rights may not read, it cannot compare. */
const ifPermitted = <T>(read: () => T, otherwise: T): T => {
	try {
		return read();
	} catch (error) {
		if (codeOf(error) === 'EACCES') {
			return otherwise;
		}

		throw error;
	}
};

export const lookAtEntry = (place: string): Seen => {
	const stats = fs.lstatSync(bytes(place), {bigint: true});
	const type = typeOf(stats);
	let content = '';
	if (type === 'file') {
		content = ifPermitted(() => createHash('sha256').update(fs.readFileSync(bytes(place))).digest('hex'), 'unreadable');
	} else if (type === 'link') {
		content = fs.readlinkSync(bytes(place), {encoding: 'latin1'});
	}

	return {
		type, content,
		mode: Number(stats.mode) & 0o7777,
		uid: Number(stats.uid),
		gid: Number(stats.gid),
		modified: stats.mtimeNs,
		changed: stats.ctimeNs,
	};
};

export const namesIn = (folder: string): string[] =>
	ifPermitted(() => fs.readdirSync(bytes(folder), {encoding: 'latin1'}), []);

/** Everything in a folder by its path below it, the folder itself as `''`. No link is followed. */
export const lookAt = (folder: string): Map<string, Seen> => {
	const all = new Map<string, Seen>();
	const look = (below: string): void => {
		const seen = lookAtEntry(folder + below);
		all.set(below.slice(1), seen);
		if (seen.type === 'directory') {
			for (const name of namesIn(folder + below)) {
				look(`${below}/${name}`);
			}
		}
	};

	look('');
	return all;
};

/** How an entry that should be as it was differs, or `undefined` if it does not. */
export const difference = (before: Seen, after: Seen | undefined, {ignoresTime = false} = {}): string | undefined => {
	if (after === undefined) {
		return 'is gone';
	}

	if (before.type !== after.type) {
		return `was a ${before.type}, is a ${after.type}`;
	}

	if (before.content !== after.content) {
		return 'holds something else';
	}

	if (before.mode !== after.mode) {
		return `had mode ${before.mode.toString(8)}, has ${after.mode.toString(8)}`;
	}

	if (before.uid !== after.uid || before.gid !== after.gid) {
		return 'has another owner';
	}

	return before.modified === after.modified || ignoresTime ? undefined : `was modified at ${before.modified}, is at ${after.modified}`;
};

/** All differences of what should be as it was, in words. */
export const differences = (before: ReadonlyMap<string, Seen>, after: ReadonlyMap<string, Seen>): string[] => [
	...[...before].flatMap(([name, seen]) => {
		const how = difference(seen, after.get(name));
		return how === undefined ? [] : [`${shown(name)} ${how}`];
	}),
	...[...after.keys()].filter(name => !before.has(name)).map(name => `${shown(name)} has come`),
];
