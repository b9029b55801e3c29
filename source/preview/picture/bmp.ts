import type {Pixels} from '../shapes.js';
import {Unreadable, type Source} from '../source.js';
import {viewOf} from '../view.js';
import {createBoundShrinker, type Bound} from './shrink.js';

/** BMP pictures: https://learn.microsoft.com/windows/win32/gdi/bitmap-storage */
export type Bmp = {readonly width: number; readonly height: number; readonly bits: number; readonly isFromTop: boolean; readonly isPacked: boolean; readonly dataAt: number; readonly paletteAt: number};

export const readBmpHead = async (source: Source): Promise<Bmp> => {
	const head = viewOf(await source.read(0, 54));
	const height = head.i32(22, true);
	return {
		dataAt: head.u32(10, true), paletteAt: 14 + head.u32(14, true), width: Math.abs(head.i32(18, true)), height: Math.abs(height), isFromTop: height < 0, bits: head.u16(28, true), isPacked: head.u32(30, true) % 3 !== 0,
	};
};

/** The pixels of a picture that is not packed, of 8, 24 or 32 bits, made small. */
export const decodeBmp = async (source: Source, {width, height, bits, isFromTop, isPacked, dataAt, paletteAt}: Bmp, bound: Bound): Promise<Pixels> => {
	if (isPacked || ![8, 24, 32].includes(bits)) {
		throw new Unreadable('it is of a kind that is not drawn');
	}

	const palette = bits === 8 ? await source.read(paletteAt, 1024) : new Uint8Array();
	const stride = Math.ceil(width * bits / 32) * 4;
	const step = bits / 8;
	const shrinker = createBoundShrinker(width, height, bound);
	const pixels = new Uint8Array(width * 4);
	const perRead = Math.max(1, Math.floor(1_048_576 / stride));
	for (let y = 0; y < height; y += perRead) {
		const count = Math.min(perRead, height - y);
		const part = await source.read(dataAt + ((isFromTop ? y : height - y - count) * stride), count * stride);
		for (let index = 0; index < count; index++) {
			const start = (isFromTop ? index : count - 1 - index) * stride;
			for (let x = 0; x < width; x++) {
				const from = start + (x * step);
				const [bytes, at] = bits === 8 ? [palette, (part[from] ?? 0) * 4] : [part, from];
				pixels[x * 4] = bytes[at + 2] ?? 0;
				pixels[(x * 4) + 1] = bytes[at + 1] ?? 0;
				pixels[(x * 4) + 2] = bytes[at] ?? 0;
				pixels[(x * 4) + 3] = 255;
			}

			shrinker.addRow(pixels);
		}
	}

	return shrinker.finish();
};
