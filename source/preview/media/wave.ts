import {Unreadable, type Source} from '../source.js';
import {viewOf} from '../view.js';

/** A WAV file: https://soundfile.sapp.org/doc/WaveFormat/ */
export type Wave = {
	/** 1 whole numbers, 3 fractions. */
	readonly format: number;
	readonly channels: number;
	readonly rate: number;
	readonly bits: number;
	/** Where the samples are, in bytes. */
	readonly start: number;
	readonly length: number;
};

const chunkLimit = 200;

export const readWaveHead = async (source: Source): Promise<Wave> => {
	let found: Omit<Wave, 'start' | 'length'> | undefined;
	let at = 12;
	for (let count = 0; count < chunkLimit && at + 8 <= source.bytes; count++) {
		const chunk = viewOf(await source.read(at, 48));
		const [name, length] = [chunk.latin(0, 4), chunk.u32(4, true)];
		if (name === 'fmt ') {
			const format = chunk.u16(8, true);
			// The extensible form names the real one in its tail.
			found = {format: format === 0xff_fe && length >= 40 ? chunk.u16(32, true) : format, channels: chunk.u16(10, true), rate: chunk.u32(12, true), bits: chunk.u16(22, true)};
		} else if (name === 'data' && found !== undefined) {
			// What is still being written does not know its length yet.
			return {...found, start: at + 8, length: Math.min(length, source.bytes - at - 8)};
		}

		at += 8 + length + (length % 2);
	}

	throw new Unreadable('it holds no samples');
};

/** Points of the graph, and bytes that each is made from at most. */
const points = 600;
const partLimit = 16_384;

/** The value of a sample, from -1 to 1. */
const readerOf = ({format, bits}: Wave): ((view: DataView, at: number) => number) | undefined => {
	if (format === 3) {
		return bits === 32 ? (view, at) => view.getFloat32(at, true) : (bits === 64 ? (view, at) => view.getFloat64(at, true) : undefined);
	}

	switch (format === 1 ? bits : 0) {
		case 8: {
			return (view, at) => (view.getUint8(at) - 128) / 128;
		}

		case 16: {
			return (view, at) => view.getInt16(at, true) / 32_768;
		}

		case 24: {
			return (view, at) => ((view.getInt8(at + 2) * 65_536) + view.getUint16(at, true)) / 8_388_608;
		}

		case 32: {
			return (view, at) => view.getInt32(at, true) / 2_147_483_648;
		}

		default: {
			return undefined;
		}
	}
};

/** Loudness over time, 0 to 255: the peak of each part, in a long recording of the beginning of each part. `undefined` where the samples are packed. */
export const readPeaks = async (source: Source, wave: Wave): Promise<Uint8Array | undefined> => {
	const read = readerOf(wave);
	const size = wave.bits / 8;
	const frame = size * wave.channels;
	if (read === undefined || frame === 0 || wave.length < frame) {
		return undefined;
	}

	const frames = Math.floor(wave.length / frame);
	const count = Math.min(points, frames);
	const peaks = new Float32Array(count);
	for (let point = 0; point < count; point++) {
		const [from, to] = [Math.floor(point * frames / count), Math.floor((point + 1) * frames / count)];
		const bytes = await source.read(wave.start + (from * frame), Math.min((to - from) * frame, partLimit));
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		for (let at = 0; at + size <= bytes.length; at += size) {
			const value = Math.abs(read(view, at));
			peaks[point] = value > peaks[point]! ? Math.min(1, value) : peaks[point]!;
		}
	}

	// A quiet recording has a shape, too.
	const loudest = Math.max(...peaks);
	return Uint8Array.from(peaks, peak => loudest === 0 ? 0 : Math.round(peak / loudest * 255));
};
