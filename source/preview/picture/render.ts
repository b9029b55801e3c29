import {Buffer} from 'node:buffer';
import type {Pixels} from '../shapes.js';
import {encodePng} from './encode-png.js';
import {encodeSixel} from './encode-sixel.js';
import {createShrinker} from './shrink.js';

/** A picture that a terminal is to draw. */
export type Drawing = {
	readonly protocol: 'kitty' | 'iterm2' | 'sixel';
	readonly pixels: Pixels;
	/** What it becomes, in pixels. */
	readonly width: number;
	readonly height: number;
	/** The cells that it lies on, and their size in pixels; what is left of them is transparent. */
	readonly columns: number;
	readonly rows: number;
	readonly cell: {readonly width: number; readonly height: number};
	/** The rows of cells that are seen; kitty is sent all of them. */
	readonly first: number;
	readonly count: number;
};

/** What is written for it. */
export type Drawn =
	/** A PNG, in base64. */
	| {readonly protocol: 'kitty'; readonly data: string; readonly width: number; readonly height: number}
	/** Several pictures, one below the other: each begins in the row `row` of those that are seen, and is `rows` high. `data`: a PNG, in base64. */
	| {readonly protocol: 'iterm2'; readonly strips: ReadonlyArray<{readonly row: number; readonly rows: number; readonly bytes: number; readonly data: string}>}
	/** One sequence in parts, without its end. */
	| {readonly protocol: 'sixel'; readonly parts: readonly string[]};

/** Pixels of a strip, so that none takes long to write. */
const stripArea = 24_000;

/** A picture that is made larger keeps its pixels, as squares. */
const enlarge = ({width, height, data}: Pixels, columns: number, rows: number): Pixels => {
	const larger = new Uint8Array(columns * rows * 4);
	for (let y = 0; y < rows; y++) {
		const from = Math.min(height - 1, Math.floor(y * height / rows)) * width;
		for (let x = 0; x < columns; x++) {
			const at = (from + Math.min(width - 1, Math.floor(x * width / columns))) * 4;
			const to = ((y * columns) + x) * 4;
			larger[to] = data[at]!;
			larger[to + 1] = data[at + 1]!;
			larger[to + 2] = data[at + 2]!;
			larger[to + 3] = data[at + 3]!;
		}
	}

	return {width: columns, height: rows, data: larger};
};

const resize = (pixels: Pixels, columns: number, rows: number): Pixels => {
	if (columns > pixels.width || rows > pixels.height) {
		return enlarge(pixels, columns, rows);
	}

	const {width, height, data} = pixels;
	const shrinker = createShrinker(width, height, columns, rows);
	for (let y = 0; y < height; y++) {
		shrinker.addRow(data.subarray(y * width * 4, (y + 1) * width * 4));
	}

	return shrinker.finish();
};

/** Rows of pixels from `top`, on a transparent ground of another size. */
const place = ({width, data}: Pixels, top: number, columns: number, rows: number): Pixels => {
	const placed = new Uint8Array(columns * rows * 4);
	for (let y = 0; y < rows; y++) {
		placed.set(data.subarray((top + y) * width * 4, (top + y + 1) * width * 4).subarray(0, columns * 4), y * columns * 4);
	}

	return {width: columns, height: rows, data: placed};
};

const pngOf = ({width, height, data}: Pixels): Buffer => Buffer.from(encodePng({width, height, channels: 4, pixels: data}));

/** Makes of a picture what a terminal draws it from. */
export const render = ({protocol, pixels, width, height, columns, rows, cell, first, count}: Drawing): Drawn => {
	const sized = resize(pixels, width, height);
	const across = columns * cell.width;
	switch (protocol) {
		case 'kitty': {
			const whole = place(sized, 0, across, rows * cell.height);
			return {protocol, data: pngOf(whole).toString('base64'), width: whole.width, height: whole.height};
		}

		case 'iterm2': {
			const step = Math.max(1, Math.floor(stripArea / (across * cell.height)));
			const strips = [];
			for (let row = 0; row < count; row += step) {
				const part = Math.min(step, count - row);
				const png = pngOf(place(sized, (first + row) * cell.height, across, part * cell.height));
				strips.push({row, rows: part, bytes: png.length, data: png.toString('base64')});
			}

			return {protocol, strips};
		}

		case 'sixel': {
			// No row of pixels below what there is: it could lie in the row beneath.
			const left = Math.max(1, Math.min(count * cell.height, height - (first * cell.height)));
			return {protocol, parts: encodeSixel(place(sized, first * cell.height, across, left))};
		}
	}
};
