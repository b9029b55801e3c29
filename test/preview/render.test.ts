import {Buffer} from 'node:buffer';
import {decode} from 'sixel';
import {describe, expect, test} from 'vitest';
import {encodePng} from '../../source/preview/picture/encode-png.js';
import {encodeSixel} from '../../source/preview/picture/encode-sixel.js';
import {decodePng, readPngHead} from '../../source/preview/picture/png.js';
import {quantise} from '../../source/preview/picture/quantise.js';
import {render, type Drawing} from '../../source/preview/picture/render.js';
import {blocksBound, graphicsBound} from '../../source/preview/picture/shrink.js';
import type {Pixels} from '../../source/preview/shapes.js';

type Colour = readonly [red: number, green: number, blue: number, opacity?: number];

const paint = (width: number, height: number, colour: (x: number, y: number) => Colour): Pixels => ({
	width, height, data: Uint8Array.from(Array.from({length: width * height}, (_, index) => {
		const [red, green, blue, opacity = 255] = colour(index % width, Math.floor(index / width));
		return [red, green, blue, opacity];
	}).flat()),
});

const readPng = async (base64: string): Promise<Pixels> => {
	const bytes = Buffer.from(base64, 'base64');
	const source = {name: 'a.png', bytes: bytes.length, read: async (offset: number, length: number) => bytes.subarray(offset, offset + length)};
	return decodePng(source, await readPngHead(source), graphicsBound);
};

/** By a decoder that is not ours. */
const readSixel = (parts: readonly string[]): Pixels => {
	const text = `${parts.join('')}\u{1B}\\`;
	expect(text.startsWith('\u{1B}P0;1q"1;1;')).toBe(true);
	const {width, height, data32} = decode(text.slice(text.indexOf('q') + 1, -2), {fillColor: 0, memoryLimit: 2 ** 26});
	return {width, height, data: Uint8Array.from([...data32].flatMap(pixel => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255, pixel >>> 24]))};
};

const worstOf = (one: Pixels, other: Pixels): number => {
	expect([one.width, one.height]).toEqual([other.width, other.height]);
	let worst = 0;
	for (let at = 0; at < one.data.length; at += 4) {
		expect(other.data[at + 3]! > 0, `opacity of pixel ${at / 4}`).toBe(one.data[at + 3]! >= 128);
		for (let channel = 0; channel < 3 && one.data[at + 3]! >= 128; channel++) {
			worst = Math.max(worst, Math.abs(one.data[at + channel]! - other.data[at + channel]!));
		}
	}

	return worst;
};

const gradient = paint(120, 80, (x, y) => [x * 2, y * 3, 255 - x - y, x < 10 && y < 10 ? 0 : 255]);

describe('sixels', () => {
	test.each<[string, Pixels, number]>([
		['one colour', paint(20, 13, () => [255, 0, 0]), 2],
		['one pixel', paint(1, 1, () => [1, 2, 3]), 3],
		['transparent in parts', paint(40, 20, (x, y) => [x < 20 ? 250 : 0, 0, 200, (x + y) % 3 === 0 ? 0 : 255]), 2],
		['255 colours', paint(255, 7, x => [x, 0, 255 - x]), 3],
		['nothing to see', paint(8, 8, () => [255, 255, 255, 0]), 0],
	])('of %s are read back as they were', (_, pixels, most) => {
		expect(worstOf(pixels, readSixel(encodeSixel(pixels)))).toBeLessThanOrEqual(most);
	});

	test('of many colours have 255, and look the same from afar', () => {
		const read = readSixel(encodeSixel(gradient));
		expect(worstOf(gradient, read)).toBeLessThan(64);
		for (let top = 16; top < 80; top += 16) {
			for (let left = 16; left < 112; left += 16) {
				for (let channel = 0; channel < 3; channel++) {
					const mean = ({data, width}: Pixels) => {
						let sum = 0;
						for (let y = top; y < top + 16; y++) {
							for (let x = left; x < left + 16; x++) {
								sum += data[(((y * width) + x) * 4) + channel]!;
							}
						}

						return sum / 256;
					};

					expect(Math.abs(mean(read) - mean(gradient))).toBeLessThan(4);
				}
			}
		}
	});

	test('come in parts that are short, after each of which they may end', () => {
		const noise = paint(200, 120, (x, y) => [(x * 7919) % 256, (y * 104_729) % 256, ((x * y) % 251)]);
		const parts = encodeSixel(noise);
		expect(parts.length).toBeGreaterThan(3);
		expect(Math.max(...parts.map(part => part.length))).toBeLessThan(20_000);
		const beginning = readSixel(parts.slice(0, 2));
		expect(beginning.width).toBe(200);
		expect(parts.join('')).not.toMatch(/-$/v);
	});
});

test('a palette has no more colours than wanted, whatever the picture', () => {
	for (const most of [1, 2, 16, 255, 300]) {
		const {palette, indices} = quantise(gradient, most);
		expect(palette.length).toBeLessThanOrEqual(Math.min(most, 255));
		expect(indices.every(index => index === 255 || index < palette.length)).toBe(true);
		expect(indices[0]).toBe(255);
	}
});

describe('a picture', () => {
	const drawing: Omit<Drawing, 'protocol'> = {
		pixels: gradient, width: 60, height: 40, columns: 7, rows: 5, cell: {width: 9, height: 9}, first: 0, count: 5,
	};

	test('is handed to kitty as a PNG on whole cells, its shape kept', async () => {
		const drawn = render({...drawing, protocol: 'kitty'});
		expect(drawn).toMatchObject({protocol: 'kitty', width: 63, height: 45});
		const read = await readPng((drawn as {readonly data: string}).data);
		expect([read.width, read.height]).toEqual([63, 45]);
		const at = (x: number, y: number) => [...read.data.subarray(((y * 63) + x) * 4, (((y * 63) + x) * 4) + 4)];
		expect(at(1, 1)[3]).toBe(0);
		expect(at(30, 20)).toEqual([121, 121, 154, 255]);
		expect(at(62, 20)).toEqual([0, 0, 0, 0]);
		expect(at(30, 44)).toEqual([0, 0, 0, 0]);
	});

	test('is handed to iTerm2 in strips of whole rows, those that are seen', async () => {
		const large: Drawing = {...drawing, protocol: 'iterm2', columns: 70, width: 620, height: 400, cell: {width: 9, height: 90}, first: 1, count: 3};
		const drawn = render(large);
		const whole = await readPng((render({...large, protocol: 'kitty'}) as {readonly data: string}).data);
		if (drawn.protocol !== 'iterm2') {
			throw new Error('Another protocol.');
		}

		expect(drawn.strips.map(({row, rows}) => [row, rows])).toEqual([[0, 1], [1, 1], [2, 1]]);
		for (const {row, rows, bytes, data} of drawn.strips) {
			expect(bytes).toBe(Buffer.from(data, 'base64').length);
			const read = await readPng(data);
			expect([read.width, read.height]).toEqual([630, rows * 90]);
			expect(Buffer.from(read.data).equals(whole.data.subarray((row + 1) * 90 * 630 * 4, (row + 2) * 90 * 630 * 4))).toBe(true);
		}
	});

	test('is handed to a terminal with sixels as far as it is seen, and not beyond its last row of pixels', () => {
		const drawn = (first: number, count: number) => readSixel((render({...drawing, protocol: 'sixel', first, count}) as {readonly parts: readonly string[]}).parts);
		expect([drawn(0, 5).width, drawn(0, 5).height]).toEqual([63, 40]);
		expect(drawn(0, 2).height).toBe(18);
		expect(drawn(3, 2).height).toBe(13);
	});

	test('is made larger without being made up', async () => {
		const drawn = render({...drawing, protocol: 'kitty', pixels: paint(2, 1, x => [x * 255, 0, 0]), width: 4, height: 2, columns: 1, rows: 1, cell: {width: 4, height: 2}});
		const {data} = await readPng((drawn as {readonly data: string}).data);
		expect([...data].filter((_, index) => index % 4 === 0)).toEqual([0, 0, 255, 255, 0, 0, 255, 255]);
	});
});

test('what is read of a picture is bounded by its sides for half blocks, and by its area for graphics', async () => {
	const bytes = encodePng({width: 2000, height: 1500, channels: 1, pixels: new Uint8Array(3_000_000)});
	const source = {name: 'a.png', bytes: bytes.length, read: async (offset: number, length: number) => bytes.subarray(offset, offset + length)};
	const png = await readPngHead(source);
	expect(await decodePng(source, png, blocksBound)).toMatchObject({width: 480, height: 360});
	expect(await decodePng(source, png, graphicsBound)).toMatchObject({width: 1414, height: 1061});
});
