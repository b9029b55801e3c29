import {Buffer} from 'node:buffer';
import type {PictureFormat} from '../kind.js';
import {Unreadable, type Source} from '../source.js';
import {viewOf} from '../view.js';
import {readExif, type Exif} from './exif.js';

export type Size = {readonly width: number; readonly height: number; readonly remark?: string; readonly exif?: Exif};

/** The size of a WebP picture: https://developers.google.com/speed/webp/docs/riff_container */
const ofWebp = (head: Uint8Array): Size => {
	const view = viewOf(head);
	switch (view.latin(12, 4)) {
		case 'VP8X': {
			return {
				width: 1 + view.u16(24, true) + (view.u8(26) << 16), height: 1 + view.u16(27, true) + (view.u8(29) << 16), ...((view.u8(20) & 2) > 0 && {remark: 'animated'}),
			};
		}

		case 'VP8L': {
			const bits = view.u32(21, true);
			return {width: 1 + (bits & 0x3f_ff), height: 1 + ((bits >>> 14) & 0x3f_ff), remark: 'lossless'};
		}

		default: {
			return {width: view.u16(26, true) & 0x3f_ff, height: view.u16(28, true) & 0x3f_ff};
		}
	}
};

/** The largest of the sizes that a file of ISO's media format names: of the picture, not of its tiles. */
const ofMedia = (head: Uint8Array): Size => {
	const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
	let [width, height] = [0, 0];
	for (let at = text.indexOf('ispe', 0, 'latin1'); at !== -1 && at + 16 <= head.length; at = text.indexOf('ispe', at + 4, 'latin1')) {
		const [wide, high] = [text.readUInt32BE(at + 8), text.readUInt32BE(at + 12)];
		[width, height] = wide * high > width * height ? [wide, high] : [width, height];
	}

	return {width, height};
};

/** The size of a picture whose pixels are not drawn, from its head. */
export const readSize = async (source: Source, format: PictureFormat): Promise<Size> => {
	const head = await source.read(0, 65_536);
	const view = viewOf(head);
	switch (format) {
		case 'WebP': {
			return ofWebp(head);
		}

		case 'AVIF':
		case 'HEIC': {
			return ofMedia(head);
		}

		case 'TIFF': {
			const isLittle = view.latin(0, 2) === 'II';
			const directory = view.u32(4, isLittle);
			// The directory may stand behind the pixels; what it points to before them is not read then.
			const exif = readExif(directory + 2 <= head.length ? head : await source.read(0, Math.min(source.bytes, 8 * 1024 * 1024)));
			return {width: exif.width ?? 0, height: exif.height ?? 0, exif};
		}

		case 'ICO': {
			const count = view.u16(4, true);
			// 256 does not fit into a byte, and is written as 0.
			return {width: ((view.u8(6) + 255) % 256) + 1, height: ((view.u8(7) + 255) % 256) + 1, ...(count > 1 && {remark: `${count} sizes`})};
		}

		case 'PSD': {
			return {width: view.u32(18), height: view.u32(14)};
		}

		case 'QOI': {
			return {width: view.u32(4), height: view.u32(8)};
		}

		case 'PNG':
		case 'JPEG':
		case 'GIF':
		case 'BMP': {
			throw new Unreadable('it has a reader of its own');
		}
	}
};
