import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';
import type {ListedType} from '../files/list.js';
import {splitPath} from '../outputs/path.js';
import {parts} from '../outputs/read-session.js';
import {Failure} from '../text/errors.js';
import {decodeName} from '../text/names.js';
import type {Header, Kind, Manifest, ManifestEntry} from './manifest.js';

/** A line longer than this many bytes is none of a manifest: a path of 20,000 folders has 40,000. */
const lineLimit = 1_048_576;

type Fields = Readonly<Record<string, unknown>>;

const wrong = (reason: string): Failure => new Failure(`the manifest is not valid: ${reason}`);

const nameIn = (fields: Fields, key: string): string | undefined => {
	const text = fields[key];
	const encoded = fields[`${key}Base64`];
	if (typeof text === 'string' && text.isWellFormed()) {
		return text;
	}

	return typeof encoded === 'string' ? decodeName(Buffer.from(encoded, 'base64')) : undefined;
};

const isWhole = (value: unknown, most = Number.MAX_SAFE_INTEGER): value is number => Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
const isSha256 = (value: unknown): value is string => typeof value === 'string' && /^[\da-f]{64}$/.test(value);
const partNames: ReadonlySet<string | undefined> = new Set(parts);

const isPath = (path: string | undefined): path is string => {
	try {
		return path !== undefined && partNames.has(splitPath(path)[0]);
	} catch {
		return false;
	}
};

const types: ReadonlySet<unknown> = new Set<ListedType>(['file', 'directory', 'symlink', 'other']);

const parseEntry = (fields: Fields, kind: Kind): ManifestEntry | undefined => {
	const path = nameIn(fields, 'path');
	const target = nameIn(fields, 'target');
	const to = nameIn(fields, 'to');
	const {type, mode, mtimeNs, uid, gid, bytes, sha256} = fields;
	const isValid = isPath(path) && types.has(type) && isWhole(mode, 0o7777) && isWhole(uid, 0xff_ff_ff_ff) && isWhole(gid, 0xff_ff_ff_ff) && isWhole(bytes)
		&& typeof mtimeNs === 'string' && /^-?\d{1,28}$/.test(mtimeNs)
		&& isSha256(sha256) === (type === 'file')
		&& (target !== undefined && target !== '' && !target.includes('\0')) === (type === 'symlink')
		&& isPath(to) === (kind === 'import');
	return isValid
		? {
			path, type: type as ListedType, mode, mtimeNs: BigInt(mtimeNs), uid, gid, bytes, ...(type === 'file' && {sha256: sha256 as string}), ...(type === 'symlink' && {target: target!}), ...(kind === 'import' && {to: to!}),
		}
		: undefined;
};

const parseHeader = (fields: Fields): Header => {
	const source = nameIn(fields, 'source');
	const {version, kind, createdAt} = fields;
	if (version !== 1) {
		throw wrong('it is of a version that this program does not know');
	}

	const time = typeof createdAt === 'string' ? Date.parse(createdAt) : NaN;
	if ((kind !== 'backup' && kind !== 'import') || source === undefined || Number.isNaN(time)) {
		throw wrong('its first line does not say what it is of');
	}

	return {kind, source, createdAt: time};
};

const parseLine = (line: string, number: number): Fields => {
	try {
		const value = JSON.parse(line) as unknown;
		if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
			return value as Fields;
		}
	} catch {
		// It is named below.
	}

	throw wrong(`line ${number} is no JSON object`);
};

async function * splitLines(blocks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
	const decoder = new TextDecoder('utf-8', {fatal: true});
	let rest = Buffer.alloc(0);
	for await (const block of blocks) {
		let start = 0;
		const text = Buffer.concat([rest, block]);
		for (let end = text.indexOf(10); end !== -1; end = text.indexOf(10, start)) {
			yield decoder.decode(text.subarray(start, end));
			start = end + 1;
		}

		rest = text.subarray(start);
		if (rest.length > lineLimit) {
			throw wrong(`a line is longer than ${lineLimit} bytes`);
		}
	}

	if (rest.length > 0) {
		throw wrong('it ends in the middle of a line');
	}
}

/**
Reads a manifest, which anybody may have written.

@param blocks - what the file holds
@throws Failure that says what is wrong with it
*/
export const parseManifest = async (blocks: AsyncIterable<Uint8Array>): Promise<Manifest> => {
	const hash = createHash('sha256');
	const entries: ManifestEntry[] = [];
	const seen = new Set<string>();
	let header: Header | undefined;
	let [files, bytes, number] = [0, 0, 0];
	let isComplete = false;
	for await (const line of splitLines(blocks)) {
		number++;
		if (isComplete) {
			throw wrong('something follows its last line');
		}

		const fields = parseLine(line, number);
		if (header === undefined) {
			header = parseHeader(fields);
		} else if ('entries' in fields) {
			if (fields['entries'] !== entries.length || fields['files'] !== files || fields['bytes'] !== bytes || fields['sha256'] !== hash.digest('hex')) {
				throw wrong('its last line does not match the others: it was changed, or is incomplete');
			}

			isComplete = true;
		} else {
			const entry = parseEntry(fields, header.kind);
			if (entry === undefined) {
				throw wrong(`line ${number} is no entry`);
			}

			if (seen.has(entry.path)) {
				throw wrong(`line ${number} names a path for the second time`);
			}

			seen.add(entry.path);
			entries.push(entry);
			if (entry.type === 'file') {
				files++;
				bytes += entry.bytes;
			}
		}

		if (!isComplete) {
			hash.update(`${line}\n`);
		}
	}

	if (header === undefined || !isComplete) {
		throw wrong('its last line is missing, so it is not complete');
	}

	return {header, entries, files, bytes};
};
