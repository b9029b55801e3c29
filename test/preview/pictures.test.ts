import {Buffer} from 'node:buffer';
import {deflateSync} from 'node:zlib';
import fc from 'fast-check';
import jpegJs from 'jpeg-js';
import omggif from 'omggif';
import {describe, expect, test} from 'vitest';
import {fitPicture, placeholder} from '../../source/explorer/preview-picture.js';
import {turn} from '../../source/preview/picture/shrink.js';
import {readContent} from '../../source/preview/read-file.js';
import type {Content, Pixels} from '../../source/preview/shapes.js';
import {memorySource} from '../../source/preview/source.js';
import {factsFor} from '../helpers/explorer.js';
import {makeExif, makePng, pngChunk, withExif, type PngOptions} from '../helpers/pictures.js';
import {contentOf, readRows, rowTexts} from '../helpers/preview.js';

const harmful = /[\p{Cc}\u{202A}-\u{202E}]/v;
const escapes = '\u{1B}]0;owned\u{7}\u{1B}[31m\u{202E}';

const pixelsOf = (content: Content): Pixels => {
	if (content.kind !== 'picture') {
		throw new Error(`It is no picture, but ${JSON.stringify(content).slice(0, 300)}.`);
	}

	return content.pixels;
};

/** The pixels as a list, each its four numbers. */
const listOf = ({data}: Pixels): number[][] => Array.from({length: data.length / 4}, (_, index) => [...data.subarray(index * 4, (index * 4) + 4)]);

const drawn = async (name: string, bytes: Uint8Array): Promise<Content> => contentOf(name, bytes, 256);

describe('a PNG', () => {
	const size = {width: 5, height: 3};
	const palette = pngChunk('PLTE', Buffer.from([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255]));
	const cases: ReadonlyArray<readonly [string, PngOptions, (x: number, y: number) => readonly number[]]> = [
		['of colours', {...size, colourType: 2, pixel: (x, y) => [x * 50, y * 80, 7]}, (x, y) => [x * 50, y * 80, 7, 255]],
		['of colours with opacity', {...size, colourType: 6, pixel: (x, y) => [x * 50, y * 80, 7, 255 - x]}, (x, y) => [x * 50, y * 80, 7, 255 - x]],
		['of greys', {...size, colourType: 0, pixel: x => [x * 50]}, x => [x * 50, x * 50, x * 50, 255]],
		['of greys with opacity', {...size, colourType: 4, pixel: (x, y) => [x * 50, 255 - y]}, (x, y) => [x * 50, x * 50, x * 50, 255 - y]],
		['of black and white', {...size, colourType: 0, bits: 1, pixel: (x, y) => [(x + y) % 2]}, (x, y) => [...Array.from({length: 3}, () => ((x + y) % 2) * 255), 255]],
		['of four greys', {...size, colourType: 0, bits: 2, pixel: x => [x % 4]}, x => [...Array.from({length: 3}, () => (x % 4) * 85), 255]],
		['of a palette', {...size, colourType: 3, bits: 4, chunks: [palette, pngChunk('tRNS', Buffer.from([0]))], pixel: x => [x % 4]}, x => [[0, 0, 0, 0], [255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]][x % 4]!],
		['of 16 bits', {...size, colourType: 2, bits: 16, pixel: (x, y) => [x * 12_800, y * 20_480, 65_535]}, (x, y) => [x * 50, y * 80, 255, 255]],
		['with a transparent colour', {...size, colourType: 2, chunks: [pngChunk('tRNS', Buffer.from([0, 50, 0, 80, 0, 7]))], pixel: (x, y) => [x * 50, y * 80, 7]}, (x, y) => [x * 50, y * 80, 7, x === 1 && y === 1 ? 0 : 255]],
	];

	test.each(cases)('%s, with each filter, interlaced or not', async (_, options, pixel) => {
		for (const isInterlaced of [false, true]) {
			for (const filters of [[0], [1], [2], [3], [4], [4, 3, 2, 1, 0]]) {
				const pixels = pixelsOf(await drawn('a.png', makePng({...options, isInterlaced, filters})));
				expect([pixels.width, pixels.height]).toEqual([5, 3]);
				// What is transparent has no colour.
				expect(listOf(pixels).map(([r, g, b, a]) => a === 0 ? [0, 0, 0, 0] : [r, g, b, a])).toEqual(Array.from({length: 15}, (__, index) => {
					const wanted = pixel(index % 5, Math.floor(index / 5));
					return wanted[3] === 0 ? [0, 0, 0, 0] : wanted;
				}));
			}
		}
	});

	test('of noise, with each filter', async () => {
		const noise = (x: number, y: number): number[] => [0, 1, 2].map(channel => ((((x * 7919) + (y * 104_729) + (channel * 1299)) ** 2) >>> 3) % 4 * 85);
		for (const filters of [[1], [2], [3], [4]]) {
			const pixels = pixelsOf(await drawn('a.png', makePng({width: 40, height: 40, pixel: noise, filters})));
			expect(listOf(pixels)).toEqual(Array.from({length: 1600}, (_, index) => [...noise(index % 40, Math.floor(index / 40)), 255]));
		}
	});

	test('says what it is, and what is noted in it', async () => {
		const note = (type: string, ...parts: ReadonlyArray<string | Uint8Array>): Buffer => pngChunk(type, Buffer.concat(parts.map(part => Buffer.from(part as string))));
		const file = makePng({
			...size, pixel: () => [1, 2, 3], chunks: [
				note('tEXt', 'Software\0a program'),
				note('tEXt', 'parameters\0a harbour at night\nSteps: 20'),
				note('zTXt', 'packed\0\0', deflateSync('much text')),
				note('iTXt', 'words\0\0\0en\0\0grüße'),
				note('tEXt', `${'x'.repeat(200)}\0no keyword`),
				note('zTXt', 'bomb\0\0', deflateSync(Buffer.alloc(50_000_000))),
				note('tEXt', `evil\0${escapes}`),
			],
		});
		const rows = await readRows('a.png', file);
		expect(rows).toEqual([
			'PNG picture, 5 × 3, RGB', '',
			'Software    a program',
			'parameters  a harbour at night Steps: 20',
			'packed      much text',
			'words       grüße',
			String.raw`evil        \x1b]0;owned\x07\x1b[31m\xe2\x80\xae`,
		]);
	});

	test('that is cut off is drawn as far as it goes', async () => {
		const file = makePng({width: 40, height: 40, pixel: (x, y) => [x * 6, y * 6, ((x * y) * 37) % 256], filters: [4]});
		const pixels = pixelsOf(await drawn('a.png', file.subarray(0, file.length / 2)));
		expect(pixels.data.subarray(0, 160).every((value, index) => index % 4 !== 3 || value === 255)).toBe(true);
		expect(pixels.data.at(-1)).toBe(0);
	});

	test('of 100 megapixels costs a sentence', async () => {
		const file = makePng({width: 1, height: 1, pixel: () => [1, 2, 3]});
		file.writeUInt32BE(10_000, 16);
		file.writeUInt32BE(10_000, 20);
		expect(await drawn('a.png', file)).toMatchObject({kind: 'facts', title: 'PNG picture, 10000 × 10000, RGB', details: ['with 100 megapixels it is too large to be drawn']});
		file.writeUInt32BE(0xff_ff_ff_ff, 16);
		expect(await drawn('a.png', file)).toMatchObject({kind: 'facts'});
	});

	test('whose pixels are a bomb, or damaged, is given up', async () => {
		const head = makePng({width: 4, height: 4, pixel: () => [1, 2, 3]}).subarray(0, 33);
		const packed = deflateSync(Buffer.alloc(100_000_000));
		const bomb = Buffer.concat([head, ...Array.from({length: Math.ceil(packed.length / 1000)}, (_, index) => pngChunk('IDAT', packed.subarray(index * 1000, (index + 1) * 1000)))]);
		let read = 0;
		const {read: readPart} = memorySource('a.png', bomb);
		expect(await readContent({
			name: 'a.png', bytes: bomb.length, async read(offset, length) {
				read += length;
				return readPart(offset, length);
			},
		}, {colours: 256})).toMatchObject({kind: 'picture'});
		expect(read).toBeLessThan(bomb.length * 0.95);
		expect(await drawn('a.png', Buffer.concat([head, pngChunk('IDAT', Buffer.from('no deflate at all'))]))).toMatchObject({kind: 'facts', details: [expect.stringContaining('its pixels are damaged')]});
		expect(await drawn('a.png', head.subarray(0, 20))).toMatchObject({kind: 'bytes', title: 'PNG file that cannot be read: it ends too early'});
	});
});

describe('other formats', () => {
	const jpeg = jpegJs.encode({width: 16, height: 8, data: Buffer.from(Array.from({length: 128}, () => [200, 100, 50, 255]).flat())}, 95).data;

	test('a JPEG, with what the camera noted, turned as it says', async () => {
		const exif = makeExif({
			main: [[0x01_0f, 2, 'ACME'], [0x01_10, 2, `ACME One${escapes}`], [0x01_12, 3, [6]]],
			photo: [[0x82_9a, 5, [0.004]], [0x82_9d, 5, [2.8]], [0x88_27, 3, [400]], [0x92_0a, 5, [35]], [0x90_03, 2, '2026:11:20 10:11:12']],
			place: [[1, 2, 'N'], [2, 5, [58, 22, 48]], [3, 2, 'E'], [4, 5, [26, 43, 12]]],
		});
		const content = await drawn('a.jpg', withExif(jpeg, exif));
		expect(content).toMatchObject({
			title: 'JPEG picture, 16 × 8, colour', pixels: {width: 8, height: 16}, details: [
				['camera', String.raw`ACME One\x1b]0;owned\x07\x1b[31m\xe2\x80\xae`],
				['taken', '2026-11-20 10:11:12'],
				['exposure', '1/250 s, f/2.8, ISO 400, 35 mm'],
				['place', '58.38000° N, 26.72000° E'],
			],
		});
		const [red, green, blue] = listOf(pixelsOf(content))[0]!;
		expect([Math.abs(red! - 200), Math.abs(green! - 100), Math.abs(blue! - 50)].every(distance => distance < 8)).toBe(true);
	});

	test('a JPEG that claims 60,000 pixels each way costs a sentence', async () => {
		const large = Buffer.from(jpeg);
		const frame = large.indexOf(Buffer.from([0xff, 0xc0]));
		large.writeUInt16BE(60_000, frame + 5);
		large.writeUInt16BE(60_000, frame + 7);
		expect(await drawn('a.jpg', large)).toMatchObject({kind: 'facts', title: 'JPEG picture, 60000 × 60000, colour', details: ['with 3600 megapixels it is too large to be drawn']});
	});

	test('a GIF: its first frame, and how many there are', async () => {
		const bytes = Buffer.alloc(2000);
		const writer = new omggif.GifWriter(bytes, 2, 2, {palette: [0xff_00_00, 0x00_ff_00], loop: 0});
		writer.addFrame(0, 0, 2, 2, [0, 1, 1, 0], {delay: 50});
		writer.addFrame(0, 0, 2, 2, [1, 1, 1, 1], {delay: 70});
		const content = await drawn('a.gif', bytes.subarray(0, writer.end()));
		expect(content).toMatchObject({title: 'GIF picture, 2 × 2, 2 frames, 1.2 s'});
		expect(listOf(pixelsOf(content))).toEqual([[255, 0, 0, 255], [0, 255, 0, 255], [0, 255, 0, 255], [255, 0, 0, 255]]);
	});

	test.each([24, 32])('a BMP of %i bits, from its last row to its first', async bits => {
		const step = bits / 8;
		const stride = Math.ceil(2 * step / 4) * 4;
		const file = Buffer.alloc(54 + (stride * 2));
		file.write('BM');
		file.writeUInt32LE(54, 10);
		file.writeUInt32LE(40, 14);
		file.writeInt32LE(2, 18);
		file.writeInt32LE(2, 22);
		file.writeUInt16LE(bits, 28);
		for (const [x, y, colour] of [[0, 0, [1, 2, 3]], [1, 0, [4, 5, 6]], [0, 1, [7, 8, 9]], [1, 1, [10, 11, 12]]] as const) {
			file.set(colour, 54 + (stride * (1 - y)) + (x * step));
		}

		expect(listOf(pixelsOf(await drawn('a.bmp', file)))).toEqual([[3, 2, 1, 255], [6, 5, 4, 255], [9, 8, 7, 255], [12, 11, 10, 255]]);
	});

	test.each([
		['a.webp', Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBPVP8X\u000A\0\0\0\u0002\0\0\0', 'latin1'), Buffer.from([0x7f, 2, 0, 0x67, 1, 0])]), 'WebP picture, 640 × 360, animated'],
		['a.avif', Buffer.concat([Buffer.from('\0\0\0\u0018ftypavif\0\0\0\0mif1avif', 'latin1'), Buffer.from('\0\0\0\u0014ispe\0\0\0\0\0\0\u0002\u0080\0\0\u0001\u0068', 'latin1')]), 'AVIF picture, 640 × 360'],
		['a.ico', Buffer.from([0, 0, 1, 0, 2, 0, 32, 16, 0, 0]), 'ICO picture, 32 × 16, 2 sizes'],
		['a.psd', Buffer.concat([Buffer.from('8BPS\0\u0001\0\0\0\0\0\0\0\u0003', 'latin1'), Buffer.from([0, 0, 1, 104, 0, 0, 2, 128])]), 'PSD picture, 640 × 360'],
		['a.tif', makeExif({main: [[0x01_00, 3, [640]], [0x01_01, 3, [360]], [0x01_31, 2, 'a program']]}), 'TIFF picture, 640 × 360'],
	])('%s: its size', async (name, bytes, title) => {
		expect(await drawn(name, bytes)).toMatchObject({kind: 'facts', title});
	});
});

test('pictures are turned as their notes say, in each of the eight ways', () => {
	const pixels: Pixels = {width: 3, height: 2, data: Uint8Array.from([1, 2, 3, 4, 5, 6].flatMap(value => [value, 0, 0, 255]))};
	const turned = (orientation: number): number[] => listOf(turn(pixels, orientation)).map(([red]) => red!);
	expect([1, 2, 3, 4, 5, 6, 7, 8].map(orientation => turned(orientation))).toEqual([
		[1, 2, 3, 4, 5, 6], [3, 2, 1, 6, 5, 4], [6, 5, 4, 3, 2, 1], [4, 5, 6, 1, 2, 3],
		[1, 4, 2, 5, 3, 6], [4, 1, 5, 2, 6, 3], [6, 3, 5, 2, 4, 1], [3, 6, 2, 5, 1, 4],
	]);
});

test('a picture fits into its pane, and keeps its shape', async () => {
	const file = makePng({width: 64, height: 48, pixel: (x, y) => [x * 4, y * 5, 0]});
	const content = await drawn('a.png', file);
	for (const [width, height] of [[38, 8], [58, 36], [20, 40], [200, 98], [1, 1]] as const) {
		const rows = rowTexts({...content, facts: factsFor()}, width, height);
		expect(rows.filter(row => row.length > Math.max(width, 1) && row.includes(placeholder))).toEqual([]);
		const {columns, rows: count} = fitPicture(pixelsOf(content), 256, width, height);
		expect(columns).toBeLessThanOrEqual(width);
		expect(count).toBeLessThanOrEqual(height);
		if (width > 10) {
			expect(columns / (count * 2)).toBeCloseTo(64 / 48, 0);
		}
	}

	expect(fitPicture({width: 2, height: 1, data: Uint8Array.from([255, 0, 0, 255, 0, 0, 255, 0])}, 256, 1, 1).data).toEqual(Uint8Array.from([255, 0, 0, 127, 0, 0, 0, 0]));
});

test('without colours no pixel is decoded, and no cell drawn', async () => {
	expect(await contentOf('a.png', makePng({width: 2, height: 2, pixel: () => [1, 2, 3]}), 16)).toEqual({kind: 'facts', title: 'PNG picture, 2 × 2, RGB', details: []});
});

test('no bytes make a reader of pictures fail', async () => {
	const exif = makeExif({main: [[0x01_0f, 2, 'ACME']], photo: [[0x82_9a, 5, [0.1]]], place: [[2, 5, [1, 2, 3]]]});
	const jpeg = jpegJs.encode({width: 9, height: 9, data: Buffer.alloc(324, 99)}, 50).data;
	const gif = Buffer.alloc(500);
	const writer = new omggif.GifWriter(gif, 2, 2, {palette: [1, 2]});
	writer.addFrame(0, 0, 2, 2, [0, 1, 1, 0]);
	const files = [
		makePng({width: 9, height: 9, pixel: x => [x, x, x], chunks: [pngChunk('eXIf', exif)]}),
		makePng({width: 9, height: 9, colourType: 3, bits: 2, isInterlaced: true, pixel: x => [x % 4]}),
		withExif(jpeg, exif), gif.subarray(0, writer.end()), exif,
		Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBPVP8L', 'latin1'), Buffer.alloc(30, 7)]),
		Buffer.concat([Buffer.from('BM\0\0\0\0\0\0\0\0\u0036\0\0\0\u0028\0\0\0', 'latin1'), Buffer.alloc(200, 1)]),
	];
	await fc.assert(fc.asyncProperty(
		fc.constantFrom(...files),
		fc.array(fc.tuple(fc.double({min: 0, max: 1, noNaN: true, maxExcluded: true}), fc.integer({min: 0, max: 255})), {maxLength: 8}),
		fc.double({min: 0, max: 1, noNaN: true}),
		async (file, changes, length) => {
			const bytes = Buffer.from(file);
			for (const [place, value] of changes) {
				bytes[Math.floor(place * bytes.length)] = value;
			}

			const rows = await (async () => {
				const content = await drawn('a', bytes.subarray(0, Math.ceil(length * bytes.length)));
				return rowTexts({...content, facts: factsFor()}, 40, 20);
			})();
			expect(rows.join('')).not.toMatch(harmful);
		},
	), {numRuns: 500});
}, 60_000);
