import {decodeName} from '../../text/names.js';
import type {Content} from '../shapes.js';
import {Unreadable, type Source} from '../source.js';
import {viewOf} from '../view.js';
import {createListing} from './listing.js';

/** Bytes one after the other. */
export type Flow = {
	/** The next bytes; fewer at the end. */
	readonly take: (length: number) => Promise<Uint8Array>;
	/** Passes over bytes. `false` if it may go no further. */
	readonly skip: (length: number) => Promise<boolean>;
};

/** Entries that are looked at. */
const headLimit = 20_000;

/** Bytes of a name, or of what is noted of an entry, that are read. */
const noteLimit = 65_536;

const textOf = (block: Uint8Array, at: number, length: number): Uint8Array => {
	const field = block.subarray(at, at + length);
	const end = field.indexOf(0);
	return end === -1 ? field : field.subarray(0, end);
};

/** A number in octal digits or, where it is large, in bytes. */
const numberOf = (block: Uint8Array, at: number, length: number): number => {
	if ((block[at]! & 0x80) > 0) {
		let value = 0;
		for (let index = at + 1; index < at + length; index++) {
			value = (value * 256) + block[index]!;
		}

		return value;
	}

	return Number.parseInt(viewOf(block).latin(at, length).replaceAll('\0', ' ').trim(), 8) || 0; // eslint-disable-line @typescript-eslint/strict-boolean-expressions -- NaN is 0
};

/** Whether the sum in a head is right: else it is none. */
const isHead = (block: Uint8Array): boolean => {
	let sum = 0;
	for (const [index, byte] of block.entries()) {
		sum += index >= 148 && index < 156 ? 32 : byte;
	}

	return sum === numberOf(block, 148, 8);
};

/** The path in the notes that stand before an entry: `LENGTH path=…`, a line each. */
const pathIn = (notes: Uint8Array): Uint8Array | undefined => {
	const text = viewOf(notes).latin(0, notes.length);
	const match = /(?:^|\n)\d+ path=(?<path>[^\n]*)\n/.exec(text);
	return match === null ? undefined : Uint8Array.from(match.groups!['path']!, character => character.codePointAt(0)!);
};

const join = (prefix: Uint8Array, name: Uint8Array): Uint8Array => prefix.length === 0 ? name : Uint8Array.from([...prefix, 0x2f, ...name]);

/**
What a tar file holds: https://www.gnu.org/software/tar/manual/html_node/Standard.html

@param format - as it is called in the title
*/
export const readTar = async (flow: Flow, format: string): Promise<Content> => {
	const listing = createListing();
	let isCut = false;
	let longName: Uint8Array | undefined;
	for (let heads = 0; ; heads++) {
		const block = await flow.take(512);
		if (block.length < 512 || block.every(byte => byte === 0)) {
			// One that is cut off has no end.
			isCut = block.length < 512;
			break;
		}

		if (!isHead(block)) {
			if (heads === 0) {
				throw new Unreadable('its first head is damaged');
			}

			isCut = true;
			break;
		}

		const [bytes, type] = [numberOf(block, 124, 12), String.fromCodePoint(block[156]!)];
		const padded = Math.ceil(bytes / 512) * 512;
		const isNote = ['L', 'x', 'g', 'K'].includes(type);
		if (isNote && padded <= noteLimit) {
			const notes = (await flow.take(padded)).subarray(0, bytes);
			longName = type === 'L' ? textOf(notes, 0, notes.length) : (type === 'x' ? pathIn(notes) ?? longName : longName);
			continue;
		}

		if (!isNote) {
			const isUstar = decodeName(block.subarray(257, 262)) === 'ustar';
			const name = longName ?? join(isUstar ? textOf(block, 345, 155) : new Uint8Array(), textOf(block, 0, 100));
			const isFolder = type === '5' || name.at(-1) === 0x2f;
			listing.add({name, bytes: isFolder ? 0 : bytes, type: isFolder ? 'folder' : (/[\0-7]/.test(type) && !/[1-6]/.test(type) ? 'file' : 'other')});
			longName = undefined;
		}

		if (heads >= headLimit || !await flow.skip(padded)) {
			isCut = true;
			break;
		}
	}

	return listing.finish(format, {isCut});
};

/** A file as a flow: what is passed over is not read. */
export const flowOf = (source: Source): Flow => {
	const window = 65_536;
	let at = 0;
	let start = 0;
	let bytes = new Uint8Array();
	return {
		async take(length) {
			if (at < start || at + length > start + bytes.length) {
				start = at;
				bytes = new Uint8Array(await source.read(at, Math.max(length, window)));
			}

			const part = bytes.subarray(at - start, at - start + length);
			at += part.length;
			return part;
		},
		async skip(length) {
			at += length;
			return at <= source.bytes;
		},
	};
};
