import {encodePng, type Bitmap} from '../../preview/picture/encode-png.js';
import type {Random} from './random.js';

type Size = {readonly width: number; readonly height: number};

type Colour = readonly [red: number, green: number, blue: number];

const paint = ({width, height}: Size, channels: Bitmap['channels'], draw: (pixels: Uint8Array) => void): Uint8Array => {
	const pixels = new Uint8Array(width * height * channels);
	draw(pixels);
	return encodePng({
		width, height, channels, pixels,
	});
};

const anyColour = (random: Random): Colour => [random.between(0, 255), random.between(0, 255), random.between(0, 255)];

const clamp = (value: number): number => Math.max(0, Math.min(255, value));

/** One colour passing into another, from corner to corner. */
export const gradient = (random: Random, size: Size): Uint8Array => paint(size, 3, pixels => {
	const [from, to] = [anyColour(random), anyColour(random)];
	const {width, height} = size;
	for (let index = 0; index < width * height; index++) {
		const part = ((index % width) + Math.floor(index / width)) / (width + height);
		for (let channel = 0; channel < 3; channel++) {
			pixels[(index * 3) + channel] = from[channel]! + ((to[channel]! - from[channel]!) * part);
		}
	}
});

/** Waves laid over each other, with a little grain as a camera has it. */
export const plasma = (random: Random, size: Size, grain = 4): Uint8Array => paint(size, 3, pixels => {
	const {width, height} = size;
	const waves = Array.from({length: 3}, () => {
		const [along, across, phase] = [random.normal() * 9, random.normal() * 9, random.next() * 6];
		// A wave at an angle is a product of one along and one across: a table for each spares a sine a pixel.
		const table = (length: number, turns: number, start: number) => Float32Array.from({length}, (_, index) => Math.sin((turns * index / length) + start));
		return {along: table(width, along, phase), across: table(height, across, phase)};
	});
	for (let y = 0, index = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const noise = (random.next() - 0.5) * grain;
			for (let channel = 0; channel < 3; channel++) {
				const wave = waves[channel]!;
				pixels[index++] = clamp(128 + (62 * (wave.along[x]! + wave.across[y]!)) + noise);
			}
		}
	}
});

/** A part of the Mandelbrot set, in one tint. */
export const mandelbrot = (random: Random, size: Size): Uint8Array => paint(size, 3, pixels => {
	const {width, height} = size;
	const [centreX, centreY, span] = random.pick([[-0.6, 0, 3], [-0.745, 0.113, 0.02], [-0.16, 1.03, 0.08], [0.28, 0.008, 0.03]] as const);
	const tint = anyColour(random);
	for (let index = 0; index < width * height; index++) {
		const realPart = centreX + ((((index % width) / width) - 0.5) * span);
		const imaginaryPart = centreY + ((Math.floor(index / width) - (height / 2)) / width * span);
		let x = 0;
		let y = 0;
		let rounds = 0;
		while (rounds < 96 && (x * x) + (y * y) < 4) {
			const next = (x * x) - (y * y) + realPart;
			y = (2 * x * y) + imaginaryPart;
			x = next;
			rounds++;
		}

		for (let channel = 0; channel < 3; channel++) {
			pixels[(index * 3) + channel] = rounds === 96 ? 0 : clamp((rounds * 5) + (tint[channel]! * rounds / 96));
		}
	}
});

/** A line chart: axes, and a curve that wanders over a pale ground. */
export const chart = (random: Random, size: Size): Uint8Array => paint(size, 3, pixels => {
	const {width, height} = size;
	const pale: Colour = [225, 225, 225];
	const dark: Colour = [60, 60, 60];
	pixels.fill(250);
	const dot = (x: number, y: number, colour: Colour) => {
		const row = Math.max(0, Math.min(height - 1, Math.round(y)));
		pixels.set(colour, ((row * width) + x) * 3);
	};

	for (let x = 0; x < width; x++) {
		for (let line = 1; line < 5; line++) {
			dot(x, height * line / 5, pale);
		}

		dot(x, height - 12, dark);
	}

	for (let y = 0; y < height; y++) {
		dot(12, y, dark);
	}

	for (let curve = 0; curve < 3; curve++) {
		const colour: Colour = [random.between(0, 200), random.between(0, 200), random.between(0, 200)];
		let level = height * (0.3 + (0.4 * random.next()));
		for (let x = 13; x < width; x++) {
			level += (random.normal() * 3) + (((height / 2) - level) * 0.01);
			dot(x, level - 1, colour);
			dot(x, level, colour);
		}
	}
});

/** A glowing ball on a transparent ground, as icons and sprites are. `turn` from 0 to 1 moves the light around it. */
export const sprite = (random: Random, size: Size, turn: number): Uint8Array => paint(size, 4, pixels => {
	const {width, height} = size;
	const colour = anyColour(random);
	const [lightX, lightY] = [Math.cos(turn * 2 * Math.PI) * 0.5, Math.sin(turn * 2 * Math.PI) * 0.5];
	for (let index = 0; index < width * height; index++) {
		const x = ((index % width) / width * 2.2) - 1.1;
		const y = (Math.floor(index / width) / height * 2.2) - 1.1;
		const light = 1.2 - Math.hypot(x - lightX, y - lightY);
		for (let channel = 0; channel < 3; channel++) {
			pixels[(index * 4) + channel] = clamp((colour[channel]! * (0.4 + (light * 0.6))) + (light * 60));
		}

		pixels[(index * 4) + 3] = clamp((1 - Math.hypot(x, y)) * 900);
	}
});

/** Hills behind each other in grey, the far ones pale. */
export const heightMap = (random: Random, size: Size): Uint8Array => paint(size, 1, pixels => {
	const {width, height} = size;
	pixels.fill(236);
	for (let hill = 1; hill <= 6; hill++) {
		const [turns, phase] = [2 + (random.next() * 9), random.next() * 6];
		for (let x = 0; x < width; x++) {
			const top = Math.floor(height * ((hill / 7) + (0.08 * Math.sin((turns * x / width) + phase)) + (0.03 * Math.sin(turns * 3.7 * x / width))));
			for (let y = Math.max(0, top); y < height; y++) {
				pixels[(y * width) + x] = 228 - (hill * 32);
			}
		}
	}
});
