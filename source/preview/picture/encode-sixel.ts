import type {Pixels} from '../shapes.js';
import {none, quantise} from './quantise.js';

/** Colours of a picture: terminals have 256 registers. */
const most = 255;

const bandHeight = 6;

/** Characters of a part: what is written in one go. */
const partLength = 8192;

/** A run of one sixel. */
const runOf = (sixel: number, count: number): string => {
	const character = String.fromCodePoint(63 + sixel);
	return count > 3 ? `!${count}${character}` : character.repeat(count);
};

/** Six rows of pixels: for each colour in them a line of columns, each of which says in which of the rows it is. */
const encodeBand = (indices: Uint8Array, width: number, height: number, top: number): string => {
	const lines = new Map<number, Uint8Array>();
	for (let row = 0; row < Math.min(bandHeight, height - top); row++) {
		for (let x = 0; x < width; x++) {
			const index = indices[((top + row) * width) + x]!;
			if (index === none) {
				continue;
			}

			let line = lines.get(index);
			if (line === undefined) {
				line = new Uint8Array(width);
				lines.set(index, line);
			}

			line[x]! |= 1 << row;
		}
	}

	return [...lines].map(([index, line]) => {
		let end = width;
		while (line[end - 1] === 0) {
			end--;
		}

		let text = `#${index}`;
		for (let from = 0; from < end;) {
			let to = from + 1;
			while (to < end && line[to] === line[from]) {
				to++;
			}

			text += runOf(line[from]!, to - from);
			from = to;
		}

		return text;
	}).join('$');
};

/**
A picture as sixels (https://vt100.net/docs/vt3xx-gp/chapter14.html), in parts that follow each other. After any of them the sequence may be ended by ST: the picture then ends there. What is transparent leaves what is beneath it.
*/
export const encodeSixel = (pixels: Pixels): string[] => {
	const {width, height} = pixels;
	const {palette, indices} = quantise(pixels, most);
	const percent = (value: number): number => Math.round(value * 100 / 255);
	const colours = palette.map(([red, green, blue], index) => `#${index};2;${percent(red)};${percent(green)};${percent(blue)}`).join('');
	const parts: string[] = [];
	let part = `\u{1B}P0;1q"1;1;${width};${height}${colours}`;
	for (let top = 0; top < height; top += bandHeight) {
		part += encodeBand(indices, width, height, top) + (top + bandHeight < height ? '-' : '');
		if (part.length > partLength) {
			parts.push(part);
			part = '';
		}
	}

	return part === '' ? parts : [...parts, part];
};
