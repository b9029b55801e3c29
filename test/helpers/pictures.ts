import {Buffer} from 'node:buffer';
import {crc32, deflateSync} from 'node:zlib';

export const pngChunk = (type: string, data: Uint8Array): Buffer => {
	const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const whole = Buffer.alloc(body.length + 8);
	whole.writeUInt32BE(data.length);
	body.copy(whole, 4);
	whole.writeUInt32BE(crc32(body), body.length + 4);
	return whole;
};

const steps = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]] as const;

/** Numbers of so many bits one after the other. */
const pack = (samples: readonly number[], bits: number): number[] => {
	if (bits === 16) {
		return samples.flatMap(sample => [sample >> 8, sample & 255]);
	}

	const bytes = Array.from({length: Math.ceil(samples.length * bits / 8)}, () => 0);
	for (const [index, sample] of samples.entries()) {
		bytes[(index * bits) >> 3]! |= sample << (8 - bits - ((index * bits) & 7));
	}

	return bytes;
};

export type PngOptions = {
	readonly width: number;
	readonly height: number;
	readonly bits?: number;
	readonly colourType?: number;
	/** The samples of a pixel. */
	readonly pixel: (x: number, y: number) => readonly number[];
	readonly isInterlaced?: boolean;
	/** Chunks before the pixels. */
	readonly chunks?: readonly Buffer[];
	/** The filter of each row, in turn. */
	readonly filters?: readonly number[];
};

const paeth = (a: number, b: number, c: number): number => {
	const p = a + b - c;
	const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
	return pa <= pb && pa <= pc ? a : (pb <= pc ? b : c);
};

/** A PNG file of any kind, made as the standard says, with no thought of speed. */
export const makePng = ({width, height, bits = 8, colourType = 2, pixel, isInterlaced = false, chunks = [], filters = [0]}: PngOptions): Buffer => {
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width);
	header.writeUInt32BE(height, 4);
	header.set([bits, colourType, 0, 0, isInterlaced ? 1 : 0], 8);
	const rows: number[] = [];
	let count = 0;
	for (const [left, top, dx, dy] of isInterlaced ? steps : [[0, 0, 1, 1]] as const) {
		const columns = Array.from({length: Math.max(0, Math.ceil((width - left) / dx))}, (_, index) => left + (index * dx));
		const lines = columns.length === 0 ? [] : Array.from({length: Math.max(0, Math.ceil((height - top) / dy))}, (_, index) => top + (index * dy));
		const packed = lines.map(y => pack(columns.flatMap(x => pixel(x, y)), bits));
		const step = Math.max(1, (bits * pixel(0, 0).length) >> 3);
		for (const [line, row] of packed.entries()) {
			const before = packed[line - 1];
			const filter = filters[count++ % filters.length]!;
			rows.push(filter, ...row.map((byte, index) => {
				const [a, b, c] = [row[index - step] ?? 0, before?.[index] ?? 0, before?.[index - step] ?? 0];
				return (byte - [0, a, b, (a + b) >> 1, paeth(a, b, c)][filter]!) & 255;
			}));
		}
	}

	return Buffer.concat([
		Buffer.from('\u0089PNG\r\n\u001A\n', 'latin1'),
		pngChunk('IHDR', header),
		...chunks,
		pngChunk('IDAT', deflateSync(Buffer.from(rows))),
		pngChunk('IEND', Buffer.alloc(0)),
	]);
};

type Tag = readonly [tag: number, type: number, values: string | readonly number[]];

/** Notes as cameras write them, little-endian. `photo` and `place` are directories of their own. */
export const makeExif = ({main = [], photo = [], place = []}: {readonly main?: readonly Tag[]; readonly photo?: readonly Tag[]; readonly place?: readonly Tag[]}): Buffer => {
	const file = Buffer.alloc(4096);
	file.write('II*\0', 'latin1');
	file.writeUInt32LE(8, 4);
	let free = 8 + 2 + ((main.length + 2) * 12) + 4;
	const write = (at: number, tags: readonly Tag[]): void => {
		file.writeUInt16LE(tags.length, at);
		for (const [index, [tag, type, values]] of tags.entries()) {
			const entry = at + 2 + (index * 12);
			const bytes = typeof values === 'string'
				? Buffer.from(`${values}\0`)
				: Buffer.concat(values.map(value => {
					const item = Buffer.alloc(type === 3 ? 2 : (type === 5 ? 8 : 4));
					if (type === 3) {
						item.writeUInt16LE(value);
					} else if (type === 5) {
						item.writeUInt32LE(Math.round(value * 10_000));
						item.writeUInt32LE(10_000, 4);
					} else {
						item.writeUInt32LE(value);
					}

					return item;
				}));
			file.writeUInt16LE(tag, entry);
			file.writeUInt16LE(type, entry + 2);
			file.writeUInt32LE(typeof values === 'string' ? bytes.length : values.length, entry + 4);
			if (bytes.length <= 4) {
				bytes.copy(file, entry + 8);
			} else {
				file.writeUInt32LE(free, entry + 8);
				bytes.copy(file, free);
				free += bytes.length;
			}
		}
	};

	const photoAt = 1000;
	const placeAt = 1400;
	write(8, [...main, ...(photo.length > 0 ? [[0x87_69, 4, [photoAt]] as const] : []), ...(place.length > 0 ? [[0x88_25, 4, [placeAt]] as const] : [])]);
	free = 2000;
	write(photoAt, photo);
	write(placeAt, place);
	return file;
};

/** Puts notes into a JPEG file. */
export const withExif = (jpeg: Uint8Array, exif: Uint8Array): Buffer => {
	const head = Buffer.from([0xff, 0xe1, 0, 0, ...Buffer.from('Exif\0\0', 'latin1')]);
	head.writeUInt16BE(exif.length + 8, 2);
	return Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]);
};
