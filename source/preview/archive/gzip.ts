import {Buffer} from 'node:buffer';
import {createGunzip} from 'node:zlib';
import {decodeName} from '../../text/names.js';
import {printable} from '../../text/printable.js';
import {formatBytes} from '../../text/size.js';
import type {Content, Detail} from '../shapes.js';
import {Unreadable, type Source} from '../source.js';
import {decodeRaw, isText, printableLinesOf} from '../text.js';
import {viewOf} from '../view.js';
import {readTar, type Flow} from './tar.js';

/** Bytes that are unpacked, and thrown away at once, to find out what is inside: a bomb goes no further. */
const unpackLimit = 96 * 1024 * 1024;

/** Bytes of a packed file that are read. */
const readLimit = 32 * 1024 * 1024;

/** Bytes of a packed text that are shown. */
const textLimit = 65_536;

/** The unpacked bytes, as far as they are asked for. */
const unpack = (source: Source): Flow & {readonly end: () => void} => {
	const gunzip = createGunzip({chunkSize: 262_144});
	let at = 0;
	let unpacked = 0;
	const feed = async (): Promise<void> => {
		try {
			while (at < Math.min(source.bytes, readLimit) && !gunzip.destroyed) {
				const part = await source.read(at, 65_536);
				if (part.length === 0) {
					break;
				}

				at += part.length;
				if (!gunzip.write(part)) {
					await new Promise<void>(resolve => {
						gunzip.once('drain', resolve);
						gunzip.once('close', resolve);
					});
				}
			}

			gunzip.end();
		} catch (error) {
			gunzip.destroy(error as Error);
		}
	};

	const parts = gunzip[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
	let kept: Buffer = Buffer.alloc(0);
	let isDone = false;
	void feed();

	/** The next bytes there are; `undefined` at the end, where it is damaged, and at the limit. */
	const next = async (): Promise<Buffer | undefined> => {
		if (isDone || unpacked >= unpackLimit) {
			return undefined;
		}

		try {
			const {value} = await parts.next();
			isDone = value === undefined;
			unpacked += value?.length ?? 0;
			return value;
		} catch (error) {
			isDone = true;
			if (unpacked === 0) {
				throw new Unreadable(`it is damaged (${error instanceof Error ? error.message : ''})`);
			}

			return undefined;
		}
	};

	return {
		async take(length) {
			const all: Buffer[] = [kept];
			let have = kept.length;
			while (have < length) {
				const part = await next();
				if (part === undefined) {
					break;
				}

				all.push(part);
				have += part.length;
			}

			const whole = all.length === 1 ? kept : Buffer.concat(all);
			kept = whole.subarray(length);
			return whole.subarray(0, length);
		},
		async skip(length) {
			let left = length - kept.length;
			if (left <= 0) {
				kept = kept.subarray(length);
				return true;
			}

			kept = Buffer.alloc(0);
			while (left > 0) {
				const part = await next();
				if (part === undefined) {
					return false;
				}

				kept = part.subarray(Math.min(left, part.length));
				left -= part.length;
			}

			return true;
		},
		end() {
			gunzip.destroy();
		},
	};
};

/** The name that a packed file had, if it was noted: https://www.rfc-editor.org/rfc/rfc1952 */
const nameIn = (head: Uint8Array): Detail[] => {
	const view = viewOf(head);
	const flags = view.u8(3);
	if ((flags & 8) === 0) {
		return [];
	}

	const start = 10 + ((flags & 4) > 0 ? 2 + view.u16(10, true) : 0);
	const end = head.indexOf(0, start);
	return end === -1 ? [] : [['name', printable(decodeName(head.subarray(start, end)))]];
};

/** A packed file: what the archive in it holds, or how the text in it begins. */
export const readGzip = async (source: Source): Promise<Content> => {
	const flow = unpack(source);
	try {
		const first = await flow.take(512);
		if (first.length === 512 && decodeName(first.subarray(257, 262)) === 'ustar') {
			let isFirst = true;
			return await readTar({
				...flow,
				async take(length) {
					const block = isFirst ? first : await flow.take(length);
					isFirst = false;
					return block;
				},
			}, 'tar.gz');
		}

		const rest = await flow.take(textLimit - first.length);
		const text = Buffer.concat([first, rest]);
		const isCut = text.length >= textLimit;
		const tail = viewOf(await source.read(Math.max(0, source.bytes - 4), 4));
		return {
			kind: 'facts',
			title: 'file packed with gzip',
			details: [...nameIn(await source.read(0, 1024)), ['unpacked', isCut && source.bytes > 4 ? `about ${formatBytes(Math.max(text.length, tail.u32(0, true)))}` : formatBytes(text.length)]],
			...(text.length > 0 && isText(text) && {body: {lines: printableLinesOf(decodeRaw(text, isCut))}}),
		};
	} finally {
		flow.end();
	}
};
