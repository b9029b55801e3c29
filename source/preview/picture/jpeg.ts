import jpeg from 'jpeg-js';
import type {Pixels} from '../shapes.js';
import {Unreadable, type Source} from '../source.js';
import {viewOf} from '../view.js';
import {shrink, type Bound} from './shrink.js';

/** JPEG pictures: https://www.w3.org/Graphics/JPEG/itu-t81.pdf */
export type Jpeg = {
	readonly width: number;
	readonly height: number;
	readonly components: number;
	readonly isProgressive: boolean;
	readonly exif?: Uint8Array | undefined;
};

const segmentLimit = 1000;

/** Reads everything before the pixels. */
export const readJpegHead = async (source: Source): Promise<Jpeg> => {
	let at = 2;
	let exif: Uint8Array | undefined;
	for (let count = 0; count < segmentLimit; count++) {
		const head = viewOf(await source.read(at, 19));
		if (head.u8(0) !== 0xff) {
			throw new Unreadable('its head is damaged');
		}

		const marker = head.u8(1);
		if (marker === 0xff) {
			at++; // It fills up.
			continue;
		}

		const length = head.u16(2);
		const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
		if (isFrame) {
			return {width: head.u16(7), height: head.u16(5), components: head.u8(9), isProgressive: marker === 0xc2, exif};
		}

		if (marker === 0xe1 && length >= 16 && head.latin(4, 4) === 'Exif') {
			exif = await source.read(at + 10, length - 8);
		}

		at += 2 + length;
	}

	throw new Unreadable('its head never ends');
};

/** Bytes of a file that are decoded. */
const fileLimit = 32 * 1024 * 1024;

/** Decodes a whole JPEG, made small. */
export const decodeJpeg = (bytes: Uint8Array, bound: Bound): Pixels => {
	try {
		const {width, height, data} = jpeg.decode(bytes, {useTArray: true, formatAsRGBA: true, tolerantDecoding: true, maxResolutionInMP: 50, maxMemoryUsageInMB: 768});
		return shrink(width, height, data, bound);
	} catch (error) {
		throw new Unreadable(`its pixels are damaged (${error instanceof Error ? error.message : ''})`);
	}
};

export const readJpeg = async (source: Source, bound: Bound): Promise<Pixels> => {
	if (source.bytes > fileLimit) {
		throw new Unreadable('it is too large to be drawn');
	}

	return decodeJpeg(await source.read(0, source.bytes), bound);
};
