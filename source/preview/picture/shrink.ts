import type {Pixels} from '../shapes.js';

/** What a picture is made no larger than: pixels along and across, and in all. */
export type Bound = {readonly side: number; readonly area: number};

/** For half blocks: more than a terminal has. */
export const blocksBound: Bound = {side: 480, area: Infinity};

/** For a terminal that draws pictures itself. */
export const graphicsBound: Bound = {side: 8192, area: 1_500_000};

/**
Takes a picture in row by row, and makes it `columns` by `rows` pixels meanwhile, which may not be more than it has: a pixel becomes the mean of those that it stands for, in which what is transparent counts for no colour.
*/
export const createShrinker = (width: number, height: number, columns: number, rows: number): {
	/** The next row, four bytes a pixel. */
	readonly addRow: (row: Uint8Array) => void;
	readonly finish: () => Pixels;
} => {
	const data = new Uint8Array(columns * rows * 4);
	const places = Uint32Array.from({length: width}, (_, x) => Math.min(columns - 1, Math.floor(x * columns / width)) * 4);
	const sums = new Float64Array(columns * 4);
	const counts = new Uint32Array(columns);
	let y = 0;
	let target = 0;

	const flush = (): void => {
		for (let column = 0; column < columns; column++) {
			const [from, to] = [column * 4, ((target * columns) + column) * 4];
			const opacity = sums[from + 3]!;
			if (opacity > 0) {
				data[to] = sums[from]! / opacity;
				data[to + 1] = sums[from + 1]! / opacity;
				data[to + 2] = sums[from + 2]! / opacity;
				data[to + 3] = opacity / counts[column]!;
			}
		}

		sums.fill(0);
		counts.fill(0);
	};

	return {
		addRow(row) {
			const next = Math.min(rows - 1, Math.floor(y * rows / height));
			if (next !== target) {
				flush();
				target = next;
			}

			y++;
			for (let x = 0, index = 0; x < width; x++, index += 4) {
				const place = places[x]!;
				const opacity = row[index + 3]!;
				sums[place]! += row[index]! * opacity;
				sums[place + 1]! += row[index + 1]! * opacity;
				sums[place + 2]! += row[index + 2]! * opacity;
				sums[place + 3]! += opacity;
				counts[place >> 2]!++;
			}
		},
		finish() {
			flush();
			return {width: columns, height: rows, data};
		},
	};
};

/** Takes a picture in that is made small enough for a terminal. */
export const createBoundShrinker = (width: number, height: number, {side, area}: Bound): ReturnType<typeof createShrinker> => {
	const scale = Math.min(1, side / Math.max(width, height), Math.sqrt(area / (width * height)));
	return createShrinker(width, height, Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
};

/** Makes a picture small that lies in memory, four bytes a pixel. */
export const shrink = (width: number, height: number, data: Uint8Array, bound: Bound): Pixels => {
	const shrinker = createBoundShrinker(width, height, bound);
	for (let y = 0; y < height; y++) {
		shrinker.addRow(data.subarray(y * width * 4, (y + 1) * width * 4));
	}

	return shrinker.finish();
};

/** Turns a picture as its notes say. @param orientation - 1 to 8, as in EXIF */
export const turn = (pixels: Pixels, orientation: number): Pixels => {
	if (orientation === 1) {
		return pixels;
	}

	const {width, height, data} = pixels;
	const isSideways = orientation >= 5;
	const [columns, rows] = isSideways ? [height, width] : [width, height];
	const turned = new Uint8Array(data.length);
	const isFlippedAcross = [2, 3, 7, 8].includes(orientation);
	const isFlippedAlong = [3, 4, 6, 7].includes(orientation);
	for (let y = 0; y < rows; y++) {
		for (let x = 0; x < columns; x++) {
			const alongX = isSideways ? y : x;
			const alongY = isSideways ? x : y;
			const from = (((isFlippedAlong ? height - 1 - alongY : alongY) * width) + (isFlippedAcross ? width - 1 - alongX : alongX)) * 4;
			const to = ((y * columns) + x) * 4;
			turned[to] = data[from]!;
			turned[to + 1] = data[from + 1]!;
			turned[to + 2] = data[from + 2]!;
			turned[to + 3] = data[from + 3]!;
		}
	}

	return {width: columns, height: rows, data: turned};
};
