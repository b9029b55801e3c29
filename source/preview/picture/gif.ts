import {GifReader} from 'omggif';
import type {Pixels} from '../shapes.js';
import {Unreadable, type Source} from '../source.js';
import {shrink, type Bound} from './shrink.js';

const fileLimit = 32 * 1024 * 1024;

/** GIF pictures: how many frames there are, how long they take in seconds, and the first one, made small if it is wanted. */
export const readGif = async (source: Source, bound: Bound | undefined): Promise<{readonly frames: number; readonly seconds: number; readonly pixels?: Pixels}> => {
	if (source.bytes > fileLimit) {
		throw new Unreadable('it is too large to be drawn');
	}

	try {
		const reader = new GifReader(await source.read(0, source.bytes));
		const frames = reader.numFrames();
		let hundredths = 0;
		for (let frame = 0; frame < Math.min(frames, 100_000); frame++) {
			hundredths += reader.frameInfo(frame).delay;
		}

		const found = {frames, seconds: hundredths / 100};
		if (bound === undefined || frames === 0) {
			return found;
		}

		const pixels = new Uint8Array(reader.width * reader.height * 4);
		reader.decodeAndBlitFrameRGBA(0, pixels);
		return {...found, pixels: shrink(reader.width, reader.height, pixels, bound)};
	} catch (error) {
		throw new Unreadable(`its pixels are damaged (${error instanceof Error ? error.message : ''})`);
	}
};
