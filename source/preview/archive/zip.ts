import type {Content} from '../shapes.js';
import {Unreadable, type Source} from '../source.js';
import {cleanBytes} from '../tag.js';
import {viewOf, type View} from '../view.js';
import {createListing} from './listing.js';

/** Bytes of the list of entries that are read. */
const directoryLimit = 8 * 1024 * 1024;

/** A ZIP file ends with a record of 22 bytes and a comment. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
const endLength = 22 + 65_535;

const findEnd = (view: View): number => {
	for (let at = view.length - 22; at >= 0; at--) {
		if (view.u8(at) === 0x50 && view.u32(at, true) === 0x06_05_4b_50) {
			return at;
		}
	}

	throw new Unreadable('its list of entries is missing');
};

const u64 = (view: View, at: number): number => view.u32(at, true) + (view.u32(at + 4, true) * 0x1_00_00_00_00);

type Directory = {readonly offset: number; readonly length: number; readonly count: number; readonly comment: string};

/** Where the list of entries is; large archives say so in a second record. */
const findDirectory = async (source: Source): Promise<Directory> => {
	const start = Math.max(0, source.bytes - endLength);
	const view = viewOf(await source.read(start, endLength));
	const end = findEnd(view);
	const comment = cleanBytes(view.bytes(end + 22, Math.min(view.u16(end + 20, true), view.length - end - 22)));
	if (end >= 20 && view.u32(end - 20, true) === 0x07_06_4b_50) {
		const large = viewOf(await source.read(u64(view, end - 12), 56));
		return {count: u64(large, 32), length: u64(large, 40), offset: u64(large, 48), comment};
	}

	// What stands before the archive, as in programs that unpack themselves, moves everything.
	const length = view.u32(end + 12, true);
	return {count: view.u16(end + 10, true), length, offset: Math.max(0, Math.min(view.u32(end + 16, true), start + end - length)), comment};
};

/** The sizes beyond 4 GB stand in a field of their own. */
const sizeOf = (view: View, at: number, nameLength: number, extraLength: number): number => {
	const size = view.u32(at + 24, true);
	if (size !== 0xff_ff_ff_ff) {
		return size;
	}

	for (let field = at + 46 + nameLength; field + 12 <= at + 46 + nameLength + extraLength && field + 12 <= view.length; field += 4 + view.u16(field + 2, true)) {
		if (view.u16(field, true) === 1) {
			return u64(view, field + 4);
		}
	}

	return size;
};

/** What a ZIP file says that it holds. */
export const readZip = async (source: Source): Promise<Content> => {
	const {offset, length, count, comment} = await findDirectory(source);
	const bytes = await source.read(offset, Math.min(length, directoryLimit));
	const view = viewOf(bytes);
	const listing = createListing();
	let isEncrypted = false;
	for (let at = 0; at + 46 <= bytes.length && view.u32(at, true) === 0x02_01_4b_50;) {
		const [nameLength, extraLength, commentLength] = [view.u16(at + 28, true), view.u16(at + 30, true), view.u16(at + 32, true)];
		if (at + 46 + nameLength > bytes.length) {
			break;
		}

		const name = view.bytes(at + 46, nameLength);
		const isFolder = name.at(-1) === 0x2f;
		const mode = view.u8(at + 5) === 3 ? view.u32(at + 38, true) >>> 28 : 0; // As Unix has it: 10 is a link.
		isEncrypted ||= (view.u16(at + 8, true) & 1) === 1;
		listing.add({name, bytes: isFolder ? 0 : sizeOf(view, at, nameLength, extraLength), type: isFolder ? 'folder' : (mode === 10 ? 'other' : 'file')});
		at += 46 + nameLength + extraLength + commentLength;
	}

	if (listing.count() === 0 && count > 0) {
		throw new Unreadable('its list of entries is damaged');
	}

	return listing.finish('ZIP', {
		isCut: listing.count() < count,
		details: [...(isEncrypted ? ['some of it is encrypted'] : []), ...(comment === '' ? [] : [['comment', comment] as const])],
	});
};
