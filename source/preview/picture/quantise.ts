import type {Pixels} from '../shapes.js';

/** Pixels as numbers of a palette; `none` where a pixel is transparent. */
export type Quantised = {
	/** Red, green and blue of each colour, 0 to 255. */
	readonly palette: ReadonlyArray<readonly [red: number, green: number, blue: number]>;
	readonly indices: Uint8Array;
};

/** What no colour is: so there are at most 255 colours. */
export const none = 255;

/** Opacity from which a pixel is drawn. */
const visible = 128;

/** Bits of each of red, green and blue by which colours are told apart when the palette is made. */
const bits = 5;
const side = 2 ** bits;
const low = 8 - bits;

const binOf = (red: number, green: number, blue: number): number => ((red >> low) << (2 * bits)) | ((green >> low) << bits) | (blue >> low);

/** Colours that lie together: places in the list of bins that occur. */
type Box = {readonly from: number; readonly to: number; readonly axis: 0 | 1 | 2; readonly weight: number};

const channelOf = (bin: number, axis: number): number => (bin >> (bits * (2 - axis))) & (side - 1);

/** Counts, and sums of red, green and blue, of the visible pixels in each bin. */
const countBins = ({data}: Pixels): {readonly counts: Uint32Array; readonly sums: Float64Array} => {
	const counts = new Uint32Array(side ** 3);
	const sums = new Float64Array(3 * (side ** 3));
	for (let at = 0; at < data.length; at += 4) {
		if (data[at + 3]! >= visible) {
			const bin = binOf(data[at]!, data[at + 1]!, data[at + 2]!);
			counts[bin]!++;
			sums[bin * 3]! += data[at]!;
			sums[(bin * 3) + 1]! += data[at + 1]!;
			sums[(bin * 3) + 2]! += data[at + 2]!;
		}
	}

	return {counts, sums};
};

/** Median cut: the box that is worst, by how wide it is and how many pixels it stands for, is cut in two until there are enough. */
const cutBoxes = (bins: Uint32Array, counts: Uint32Array, most: number): Box[] => {
	const measure = (from: number, to: number): Box => {
		let axis: Box['axis'] = 0;
		let widest = -1;
		let count = 0;
		for (const candidate of [0, 1, 2] as const) {
			let [least, greatest] = [side, -1];
			for (let index = from; index < to; index++) {
				const value = channelOf(bins[index]!, candidate);
				least = Math.min(least, value);
				greatest = Math.max(greatest, value);
				count += candidate === 0 ? counts[bins[index]!]! : 0;
			}

			if (greatest - least > widest) {
				widest = greatest - least;
				axis = candidate;
			}
		}

		return {from, to, axis, weight: widest * Math.sqrt(count)};
	};

	const boxes: Box[] = bins.length === 0 ? [] : [measure(0, bins.length)];
	while (boxes.length < most) {
		let worst = 0;
		for (const [index, {weight}] of boxes.entries()) {
			worst = weight > boxes[worst]!.weight ? index : worst;
		}

		const box = boxes[worst];
		if (box === undefined || box.weight === 0) {
			break;
		}

		const {from, to, axis} = box;
		bins.subarray(from, to).sort((a, b) => channelOf(a, axis) - channelOf(b, axis));
		let half = 0;
		for (let index = from; index < to; index++) {
			half += counts[bins[index]!]!;
		}

		half /= 2;
		let middle = from;
		for (let sum = 0; middle < to - 1 && sum < half; middle++) {
			sum += counts[bins[middle]!]!;
		}

		const cut = Math.max(from + 1, Math.min(to - 1, middle));
		boxes[worst] = measure(from, cut);
		boxes.push(measure(cut, to));
	}

	return boxes;
};

/** Finds the nearest colour of a palette; what has been found is remembered for all colours of its bin. */
const createMatcher = (palette: Quantised['palette']): ((red: number, green: number, blue: number) => number) => {
	const found = new Int16Array(side ** 3).fill(-1);
	return (red, green, blue) => {
		const bin = binOf(red, green, blue);
		let nearest = found[bin]!;
		if (nearest === -1) {
			let best = Infinity;
			for (const [index, [r, g, b]] of palette.entries()) {
				const distance = ((r - red) ** 2) + ((g - green) ** 2) + ((b - blue) ** 2);
				if (distance < best) {
					best = distance;
					nearest = index;
				}
			}

			found[bin] = nearest;
		}

		return nearest;
	};
};

/**
Gives a picture a palette of at most `most` colours, 255 if that is less, and spreads what a pixel differs by over its neighbours (Floyd and Steinberg). A picture that has no more colours than that stays as it is.
*/
export const quantise = (pixels: Pixels, most: number): Quantised => {
	const {width, height, data} = pixels;
	const exact = new Map<number, number>();
	const indices = new Uint8Array(width * height).fill(none);
	for (let pixel = 0; pixel < indices.length && exact.size <= most; pixel++) {
		const at = pixel * 4;
		if (data[at + 3]! >= visible) {
			const colour = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
			const index = exact.get(colour) ?? exact.size;
			exact.set(colour, index);
			indices[pixel] = index;
		}
	}

	if (exact.size <= Math.min(most, none)) {
		return {palette: [...exact.keys()].map(colour => [colour >> 16, (colour >> 8) & 255, colour & 255] as const), indices};
	}

	const {counts, sums} = countBins(pixels);
	const bins = Uint32Array.from(counts.keys()).filter(bin => counts[bin]! > 0);
	const palette = cutBoxes(bins, counts, Math.min(most, none)).map(({from, to}): readonly [number, number, number] => {
		let [red, green, blue, count] = [0, 0, 0, 0];
		for (const bin of bins.subarray(from, to)) {
			red += sums[bin * 3]!;
			green += sums[(bin * 3) + 1]!;
			blue += sums[(bin * 3) + 2]!;
			count += counts[bin]!;
		}

		return [Math.round(red / count), Math.round(green / count), Math.round(blue / count)];
	});
	const match = createMatcher(palette);
	// What the row owes, and what the next one will: three numbers a pixel, with one to spare on both sides.
	let errors = new Float32Array((width + 2) * 3);
	let below = new Float32Array((width + 2) * 3);
	const clamped = (value: number): number => value < 0 ? 0 : (Math.min(value, 255));
	for (let y = 0; y < height; y++) {
		below.fill(0);
		for (let x = 0; x < width; x++) {
			const pixel = (y * width) + x;
			const at = pixel * 4;
			if (data[at + 3]! < visible) {
				indices[pixel] = none;
				continue;
			}

			const owed = (x + 1) * 3;
			const red = clamped(data[at]! + errors[owed]!);
			const green = clamped(data[at + 1]! + errors[owed + 1]!);
			const blue = clamped(data[at + 2]! + errors[owed + 2]!);
			const index = match(red, green, blue);
			indices[pixel] = index;
			const [r, g, b] = palette[index]!;
			for (let channel = 0; channel < 3; channel++) {
				const error = channel === 0 ? red - r : (channel === 1 ? green - g : blue - b);
				errors[owed + 3 + channel]! += error * 7 / 16;
				below[owed - 3 + channel]! += error * 3 / 16;
				below[owed + channel]! += error * 5 / 16;
				below[owed + 3 + channel]! += error / 16;
			}
		}

		[errors, below] = [below, errors];
	}

	return {palette, indices};
};
