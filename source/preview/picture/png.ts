import {createInflate, inflateSync} from 'node:zlib';
import type {Detail, Pixels} from '../shapes.js';
import {Unreadable, type Source} from '../source.js';
import {cleanBytes} from '../tag.js';
import {viewOf} from '../view.js';
import {createBoundShrinker, shrink, type Bound} from './shrink.js';

/** PNG pictures: https://www.w3.org/TR/png-3/ */
export type Png = {
	readonly width: number;
	readonly height: number;
	readonly bits: number;
	/** 0 grey, 2 colours, 3 a palette, 4 grey with opacity, 6 colours with opacity. */
	readonly colourType: number;
	readonly isInterlaced: boolean;
	readonly frames: number;
	readonly palette: Uint8Array;
	readonly transparency: Uint8Array;
	readonly details: readonly Detail[];
	readonly exif?: Uint8Array;
	/** Where the first chunk of pixels begins. */
	readonly dataAt: number;
};

const chunkLimit = 1000;
const textLimit = 65_536;

/** Bytes of a chunk that is no pixels which are read. */
const partLimit = 1_048_576;

const channelsOf: Readonly<Record<number, number>> = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4};

const inflateText = (bytes: Uint8Array): Uint8Array => {
	try {
		return inflateSync(bytes, {maxOutputLength: textLimit});
	} catch {
		return new Uint8Array();
	}
};

/** A note in a picture: a keyword, and text that may be compressed. */
const readNote = (type: string, data: Uint8Array): Detail | undefined => {
	const end = data.indexOf(0);
	if (end < 1 || end > 79) {
		return undefined;
	}

	let text = data.subarray(end + 1);
	if (type === 'zTXt') {
		text = inflateText(text.subarray(1));
	} else if (type === 'iTXt') {
		const isCompressed = text[0] === 1;
		const language = text.indexOf(0, 2);
		const translated = text.indexOf(0, language + 1);
		if (language === -1 || translated === -1) {
			return undefined;
		}

		text = text.subarray(translated + 1);
		text = isCompressed ? inflateText(text) : text;
	}

	const value = cleanBytes(text, 2000);
	return value === '' || value.startsWith('<?xpacket') ? undefined : [cleanBytes(data.subarray(0, end), 24), value];
};

/** Reads everything before the pixels. */
export const readPngHead = async (source: Source): Promise<Png> => {
	const header = viewOf(await source.read(8, 25));
	if (header.latin(4, 4) !== 'IHDR') {
		throw new Unreadable('its head is missing');
	}

	const [width, height, bits, colourType, isInterlaced] = [header.u32(8), header.u32(12), header.u8(16), header.u8(17), header.u8(20) === 1];
	if (width === 0 || height === 0 || channelsOf[colourType] === undefined || ![1, 2, 4, 8, 16].includes(bits)) {
		throw new Unreadable('its head says what cannot be');
	}

	let [frames, palette, transparency] = [1, new Uint8Array(), new Uint8Array()] as [number, Uint8Array, Uint8Array];
	let exif: Uint8Array | undefined;
	const details: Detail[] = [];
	let at = 33;
	for (let count = 0; count < chunkLimit && at + 8 <= source.bytes; count++) {
		const chunk = viewOf(await source.read(at, 8));
		const [length, type] = [chunk.u32(0), chunk.latin(4, 4)];
		if (type === 'IDAT' || type === 'IEND') {
			break;
		}

		if (['PLTE', 'tRNS', 'acTL', 'eXIf', 'tEXt', 'zTXt', 'iTXt'].includes(type) && length <= partLimit) {
			const data = await source.read(at + 8, length);
			switch (type) {
				case 'PLTE': {
					palette = data;

					break;
				}

				case 'tRNS': {
					transparency = data;

					break;
				}

				case 'acTL': {
					frames = viewOf(data).u32(0);

					break;
				}

				case 'eXIf': {
					exif = data;

					break;
				}

				default: {
					const note = readNote(type, data);
					details.push(...(note === undefined ? [] : [note]));
				}
			}
		}

		at += 12 + length;
	}

	return {width, height, bits, colourType, isInterlaced, frames, palette, transparency, details: details.slice(0, 20), dataAt: at, ...(exif !== undefined && {exif})};
};

/** The compressed pixels, chunk by chunk. */
async function * readData(source: Source, {dataAt}: Png): AsyncGenerator<Uint8Array> {
	let at = dataAt;
	while (at + 8 <= source.bytes) {
		const chunk = viewOf(await source.read(at, 8));
		const length = chunk.u32(0);
		if (chunk.latin(4, 4) !== 'IDAT') {
			return;
		}

		for (let done = 0; done < length;) {
			const part = await source.read(at + 8 + done, Math.min(262_144, length - done));
			if (part.length === 0) {
				return;
			}

			yield part;
			done += part.length;
		}

		at += 12 + length;
	}
}

const paeth = (left: number, up: number, corner: number): number => {
	const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - (2 * corner))];
	return a <= b && a <= c ? left : (b <= c ? up : corner);
};

/** Undoes the filter of a row: each byte was told as what it differs by from its neighbours. */
const unfilter = (filter: number, row: Uint8Array, before: Uint8Array, step: number): void => {
	const end = row.length;
	switch (filter) {
		case 1: {
			for (let index = step; index < end; index++) {
				row[index]! += row[index - step]!;
			}

			break;
		}

		case 2: {
			for (let index = 0; index < end; index++) {
				row[index]! += before[index]!;
			}

			break;
		}

		case 3: {
			for (let index = 0; index < end; index++) {
				row[index]! += ((index < step ? 0 : row[index - step]!) + before[index]!) >> 1;
			}

			break;
		}

		case 4: {
			for (let index = 0; index < end; index++) {
				row[index]! += index < step ? before[index]! : paeth(row[index - step]!, before[index]!, before[index - step]!);
			}

			break;
		}
	// No default
	}
};

/** Makes a row of four bytes a pixel from a row as the file has it. */
const createExpander = ({bits, colourType, palette, transparency}: Png): ((row: Uint8Array, width: number, into: Uint8Array) => void) => {
	const channels = channelsOf[colourType]!;
	const most = (2 ** Math.min(bits, 8)) - 1;
	// The samples of the one colour that is transparent.
	const low = bits === 16 ? 0 : 1;
	const key = colourType === 0 || colourType === 2 ? Array.from({length: channels}, (_, channel) => transparency[(channel * 2) + low]) : [];
	const sample = (row: Uint8Array, index: number): number => {
		if (bits >= 8) {
			return row[bits === 16 ? index * 2 : index]!;
		}

		const at = index * bits;
		return (row[at >> 3]! >> (8 - bits - (at & 7))) & most;
	};

	return (row, width, into) => {
		for (let x = 0, to = 0; x < width; x++, to += 4) {
			const from = x * channels;
			const first = sample(row, from);
			if (colourType === 3) {
				into[to] = palette[first * 3] ?? 0;
				into[to + 1] = palette[(first * 3) + 1] ?? 0;
				into[to + 2] = palette[(first * 3) + 2] ?? 0;
				into[to + 3] = transparency[first] ?? 255;
			} else if (channels <= 2) {
				const grey = bits < 8 ? first * 255 / most : first;
				into.fill(grey, to, to + 3);
				into[to + 3] = channels === 2 ? sample(row, from + 1) : (key[0] === first ? 0 : 255);
			} else {
				const [green, blue] = [sample(row, from + 1), sample(row, from + 2)];
				into[to] = first;
				into[to + 1] = green;
				into[to + 2] = blue;
				into[to + 3] = channels === 4 ? sample(row, from + 3) : (key[0] === first && key[1] === green && key[2] === blue ? 0 : 255);
			}
		}
	};
};

/** In which order an interlaced picture is stored: where each pass begins, and its steps. */
const passes = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]] as const;

/** The pixels of a picture, made small. What is missing at its end, as of a file that is still being written, stays empty. */
export const decodePng = async (source: Source, png: Png, bound: Bound): Promise<Pixels> => {
	const {width, height, bits, colourType, isInterlaced} = png;
	const expand = createExpander(png);
	const bitsPerPixel = bits * channelsOf[colourType]!;
	const step = Math.max(1, bitsPerPixel >> 3);
	const layers = (isInterlaced ? passes : [[0, 0, 1, 1] as const]).map(([x, y, dx, dy]) => ({x, y, dx, dy, width: Math.ceil((width - x) / dx), height: Math.ceil((height - y) / dy)})).filter(layer => layer.width > 0 && layer.height > 0);
	const shrinker = createBoundShrinker(width, height, bound);
	const whole = isInterlaced ? new Uint8Array(width * height * 4) : undefined;
	const pixels = new Uint8Array(width * 4);
	let layer = 0;
	let y = 0;
	let filled = -1; // Bytes of the row that are there; its filter comes before.
	let filter = 0;
	let row = new Uint8Array(Math.ceil(layers[0]!.width * bitsPerPixel / 8));
	let before = new Uint8Array(row.length);

	const endRow = (): void => {
		const current = layers[layer]!;
		unfilter(filter, row, before, step);
		expand(row, current.width, pixels);
		if (whole === undefined) {
			shrinker.addRow(pixels);
		} else {
			for (let x = 0; x < current.width; x++) {
				whole.set(pixels.subarray(x * 4, (x * 4) + 4), ((((y * current.dy) + current.y) * width) + (x * current.dx) + current.x) * 4);
			}
		}

		[row, before] = [before, row];
		filled = -1;
		y++;
		if (y === current.height) {
			y = 0;
			layer++;
			const length = Math.ceil((layers[layer]?.width ?? 0) * bitsPerPixel / 8);
			row = new Uint8Array(length);
			before = new Uint8Array(length);
		}
	};

	const take = (data: Uint8Array): void => {
		for (let at = 0; at < data.length && layer < layers.length;) {
			if (filled === -1) {
				filter = data[at]!;
				at++;
				filled = 0;
			} else {
				const part = data.subarray(at, at + row.length - filled);
				row.set(part, filled);
				filled += part.length;
				at += part.length;
				if (filled === row.length) {
					endRow();
				}
			}
		}
	};

	const inflate = createInflate({chunkSize: 262_144});
	const feed = async (): Promise<void> => {
		try {
			for await (const part of readData(source, png)) {
				if (layer >= layers.length || inflate.destroyed) {
					break;
				}

				if (!inflate.write(part)) {
					await new Promise<void>(resolve => {
						inflate.once('drain', resolve);
						inflate.once('close', resolve);
					});
				}
			}

			inflate.end();
		} catch (error) {
			inflate.destroy(error as Error);
		}
	};

	void feed();
	try {
		for await (const data of inflate) {
			take(data as Uint8Array);
			if (layer >= layers.length) {
				break; // Whatever more there is is no picture.
			}
		}
	} catch (error) {
		if (layer === 0 && y === 0) {
			throw new Unreadable(`its pixels are damaged (${error instanceof Error ? error.message : ''})`);
		}
	}

	return whole === undefined ? shrinker.finish() : shrink(width, height, whole, bound);
};
