import {Buffer} from 'node:buffer';
import {inflateSync} from 'node:zlib';
import fc from 'fast-check';
import {
	describe,
	expect,
	it,
	test,
} from 'vitest';
import * as pictures from '../../../source/commands/demo/picture.js';
import {encodePng, type Bitmap} from '../../../source/preview/picture/encode-png.js';
import {createRandom} from '../../../source/commands/demo/random.js';
import {
	chirp,
	chord,
	encodeWav,
	sampleRate,
} from '../../../source/commands/demo/sound.js';

/** CRC-32 bit by bit, as the PNG specification has it: not the implementation that the encoder uses. */
const crcOf = (bytes: Uint8Array): number => {
	let crc = 0xff_ff_ff_ff;
	for (const byte of bytes) {
		crc ^= byte;
		for (let bit = 0; bit < 8; bit++) {
			crc = (crc >>> 1) ^ ((crc & 1) * 0xed_b8_83_20);
		}
	}

	return (crc ^ 0xff_ff_ff_ff) >>> 0;
};

const readChunks = (file: Uint8Array): Array<{type: string; data: Buffer}> => {
	const bytes = Buffer.from(file);
	expect(bytes.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
	const chunks = [];
	for (let offset = 8; offset < bytes.length;) {
		const length = bytes.readUInt32BE(offset);
		const body = bytes.subarray(offset + 4, offset + 8 + length);
		expect(bytes.readUInt32BE(offset + 8 + length)).toBe(crcOf(body));
		chunks.push({type: body.subarray(0, 4).toString('latin1'), data: body.subarray(4)});
		offset += length + 12;
	}

	return chunks;
};

const decodePng = (file: Uint8Array): Bitmap => {
	const chunks = readChunks(file);
	expect(chunks.map(chunk => chunk.type)).toEqual(['IHDR', 'IDAT', 'IEND']);
	const [header, content, end] = chunks.map(chunk => chunk.data) as [Buffer, Buffer, Buffer];
	expect(header).toHaveLength(13);
	expect(end).toHaveLength(0);
	const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
	expect([...header.subarray(10)]).toEqual([0, 0, 0]);
	expect(header[8]).toBe(8);
	const channels = ({0: 1, 2: 3, 6: 4} as const)[header[9] as 0 | 2 | 6];
	const rows = inflateSync(content);
	const length = width * channels;
	expect(rows).toHaveLength((length + 1) * height);
	const pixels = new Uint8Array(length * height);
	for (let y = 0; y < height; y++) {
		const row = rows.subarray(y * (length + 1), (y + 1) * (length + 1));
		expect(row[0]).toBe(1);
		for (let x = 0; x < length; x++) {
			pixels[(y * length) + x] = row[x + 1]! + (x < channels ? 0 : pixels[(y * length) + x - channels]!);
		}
	}

	return {
		width, height, channels, pixels,
	};
};

describe('a PNG file', () => {
	const bitmaps = fc.record({width: fc.integer({min: 1, max: 20}), height: fc.integer({min: 1, max: 20}), channels: fc.constantFrom(1 as const, 3 as const, 4 as const)})
		.chain(shape => {
			const length = shape.width * shape.height * shape.channels;
			return fc.uint8Array({minLength: length, maxLength: length}).map((pixels): Bitmap => ({...shape, pixels}));
		});

	it('decodes to the bitmap that it was made of', () => {
		fc.assert(fc.property(bitmaps, bitmap => {
			expect(decodePng(encodePng(bitmap))).toEqual(bitmap);
		}));
	});

	const size = {width: 64, height: 48};
	const kinds = {
		gradient: pictures.gradient, plasma: pictures.plasma, mandelbrot: pictures.mandelbrot, chart: pictures.chart, heightMap: pictures.heightMap,
		sprite: (random: ReturnType<typeof createRandom>) => pictures.sprite(random, size, 0.3),
	};

	test.each(Object.entries(kinds))('of a %s has its size and shows something', (name, make) => {
		const {width, height, channels, pixels} = decodePng(make(createRandom(1, name), size));
		expect({width, height}).toEqual(size);
		const colours = new Set<string>();
		for (let index = 0; index < pixels.length; index += channels) {
			colours.add(pixels.subarray(index, index + channels).join(' '));
		}

		expect(colours.size).toBeGreaterThan(4);
	});
});

describe('a WAV file', () => {
	it('has a header that tells what follows', () => {
		const file = Buffer.from(encodeWav(Float32Array.of(0, 0.5, 1, 2, -1, -2)));
		expect(file.subarray(0, 4).toString()).toBe('RIFF');
		expect(file.readUInt32LE(4)).toBe(file.length - 8);
		expect(file.subarray(8, 16).toString()).toBe('WAVEfmt ');
		const format = {
			length: file.readUInt32LE(16), coding: file.readUInt16LE(20), channels: file.readUInt16LE(22), rate: file.readUInt32LE(24), bytesPerSecond: file.readUInt32LE(28), block: file.readUInt16LE(32), bits: file.readUInt16LE(34),
		};
		expect(format).toEqual({
			length: 16, coding: 1, channels: 1, rate: 22_050, bytesPerSecond: 44_100, block: 2, bits: 16,
		});
		expect(file.subarray(36, 40).toString()).toBe('data');
		expect(file.readUInt32LE(40)).toBe(12);
		const samples = Array.from({length: 6}, (_, index) => file.readInt16LE(44 + (index * 2)));
		expect(samples).toEqual([0, 16_383, 32_767, 32_767, -32_767, -32_767]);
	});

	test.each([['chord', chord], ['chirp', chirp]])('of a %s lasts as long as asked, and is neither silent nor clipped', (name, make) => {
		const file = Buffer.from(make(createRandom(1, name), 1.5));
		expect(file.length).toBe(44 + (1.5 * sampleRate * 2));
		let peak = 0;
		for (let offset = 44; offset < file.length; offset += 2) {
			peak = Math.max(peak, Math.abs(file.readInt16LE(offset)));
		}

		expect(peak).toBeGreaterThan(8000);
		expect(peak).toBeLessThan(32_767);
	});
});
