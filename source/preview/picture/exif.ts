import type {Detail} from '../shapes.js';
import {Unreadable} from '../source.js';
import {cleanBytes} from '../tag.js';
import {viewOf, type View} from '../view.js';

/** What a camera or program has noted in a picture: https://www.cipa.jp/std/documents/e/DC-X008-Translation-2019-E.pdf */
export type Exif = {
	readonly details: readonly Detail[];
	/** How the pixels are to be turned: 1 to 8, 1 as they are. */
	readonly orientation: number;
	readonly width?: number | undefined;
	readonly height?: number | undefined;
	/** A small picture, a JPEG, that stands for the whole. */
	readonly thumbnail?: Uint8Array | undefined;
};

const entryLimit = 400;

type Entry = {readonly type: number; readonly count: number; readonly at: number};

const sizes: Readonly<Record<number, number>> = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8};

/** The entries of a directory, by their tags; those that are broken are left out. */
const readDirectory = (view: View, offset: number, isLittle: boolean): {readonly entries: ReadonlyMap<number, Entry>; readonly next: number} => {
	const entries = new Map<number, Entry>();
	const count = Math.min(view.u16(offset, isLittle), entryLimit);
	for (let index = 0; index < count; index++) {
		const place = offset + 2 + (index * 12);
		if (place + 12 > view.length) {
			return {entries, next: 0};
		}

		const [type, items] = [view.u16(place + 2, isLittle), view.u32(place + 4, isLittle)];
		const length = (sizes[type] ?? 0) * items;
		const at = length <= 4 ? place + 8 : view.u32(place + 8, isLittle);
		if (length > 0 && at + length <= view.length) {
			entries.set(view.u16(place, isLittle), {type, count: items, at});
		}
	}

	const end = offset + 2 + (count * 12);
	return {entries, next: end + 4 <= view.length ? view.u32(end, isLittle) : 0};
};

const coordinate = (values: readonly number[], reference: string): string => {
	const [degrees = 0, minutes = 0, seconds = 0] = values;
	return `${(degrees + (minutes / 60) + (seconds / 3600)).toFixed(5)}° ${reference}`;
};

const round = (value: number): string => String(Math.round(value * 100) / 100);

const exposure = (seconds: number): string => seconds > 0 && seconds < 0.5 ? `1/${Math.round(1 / seconds)} s` : `${round(seconds)} s`;

/**
Reads what is noted, as far as it can be read.

@param bytes - a TIFF structure, as JPEG, PNG and TIFF files hold it
*/
export const readExif = (bytes: Uint8Array): Exif => {
	const view = viewOf(bytes);
	const order = view.latin(0, 2);
	if (order !== 'II' && order !== 'MM') {
		throw new Unreadable('its notes are in no known form');
	}

	const isLittle = order === 'II';
	const {entries: main, next} = readDirectory(view, view.u32(4, isLittle), isLittle);

	const numbers = (entry: Entry | undefined): number[] => {
		if (entry === undefined) {
			return [];
		}

		return Array.from({length: Math.min(entry.count, 8)}, (_, index) => {
			const at = entry.at + (index * sizes[entry.type]!);
			switch (entry.type) {
				case 3: {
					return view.u16(at, isLittle);
				}

				case 4: {
					return view.u32(at, isLittle);
				}

				case 5: {
					return view.u32(at, isLittle) / view.u32(at + 4, isLittle);
				}

				case 9: {
					return view.i32(at, isLittle);
				}

				case 10: {
					return view.i32(at, isLittle) / view.i32(at + 4, isLittle);
				}

				default: {
					return view.u8(at);
				}
			}
		});
	};

	const number = (directory: ReadonlyMap<number, Entry>, tag: number): number | undefined => {
		const [value] = numbers(directory.get(tag));
		return value !== undefined && Number.isFinite(value) ? value : undefined;
	};

	const text = (directory: ReadonlyMap<number, Entry>, tag: number): string => {
		const entry = directory.get(tag);
		return entry?.type === 2 ? cleanBytes(view.bytes(entry.at, entry.count)) : '';
	};

	const directoryAt = (tag: number): ReadonlyMap<number, Entry> => {
		const offset = number(main, tag);
		return offset === undefined || offset + 2 > view.length ? new Map<number, Entry>() : readDirectory(view, offset, isLittle).entries;
	};

	const photo = directoryAt(0x87_69);
	const place = directoryAt(0x88_25);
	const small = next > 0 && next + 2 <= view.length ? readDirectory(view, next, isLittle).entries : new Map<number, Entry>();
	const [latitude, longitude] = [numbers(place.get(2)), numbers(place.get(4))];
	const time = number(photo, 0x82_9a);
	const aperture = number(photo, 0x82_9d);
	const sensitivity = number(photo, 0x88_27);
	const focal = number(photo, 0x92_0a);
	const make = text(main, 0x01_0f);
	const model = text(main, 0x01_10);
	const found: Array<readonly [string, string]> = [
		['camera', model.startsWith(make) ? model : `${make} ${model}`.trim()],
		['lens', text(photo, 0xa4_34)],
		['taken', text(photo.has(0x90_03) ? photo : main, photo.has(0x90_03) ? 0x90_03 : 0x01_32).replace(/^\d{4}:\d\d:/, date => date.replaceAll(':', '-'))],
		['exposure', [
			...(time === undefined ? [] : [exposure(time)]),
			...(aperture === undefined ? [] : [`f/${round(aperture)}`]),
			...(sensitivity === undefined ? [] : [`ISO ${sensitivity}`]),
			...(focal === undefined ? [] : [`${round(focal)} mm`]),
		].join(', ')],
		['place', latitude.length === 3 && longitude.length === 3 && [...latitude, ...longitude].every(value => Number.isFinite(value)) ? `${coordinate(latitude, text(place, 1))}, ${coordinate(longitude, text(place, 3))}` : ''],
		['description', text(main, 0x01_0e)],
		['software', text(main, 0x01_31)],
		['artist', text(main, 0x01_3b)],
		['copyright', text(main, 0x82_98)],
	];
	const [start, length] = [number(small, 0x02_01), number(small, 0x02_02)];
	const orientation = number(main, 0x01_12) ?? 1;
	return {
		details: found.filter(([, value]) => value !== ''),
		orientation: Number.isSafeInteger(orientation) && orientation >= 1 && orientation <= 8 ? orientation : 1,
		width: number(main, 0x01_00),
		height: number(main, 0x01_01),
		thumbnail: start !== undefined && length !== undefined && start + length <= view.length ? view.bytes(start, length) : undefined,
	};
};
