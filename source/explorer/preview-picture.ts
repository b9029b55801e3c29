import type {Pixels} from '../preview/shapes.js';
import type {CellSize} from './terminal-facts.js';

/** What the screen shows where a cell of a picture belongs, until the painter puts that there. No text holds it: it is of the characters that are made visible. */
export const placeholder = '\u{E000}';

/** A picture as cells of a terminal, two pixels each, one above the other. */
export type Grid = {
	readonly columns: number;
	readonly rows: number;
	/** Four bytes a pixel: `columns` in a row, two rows of pixels in a row of cells. */
	readonly data: Uint8Array;
	readonly colours: number;
	/** What a terminal draws itself over the cells, which are blank then: the picture, and how large it becomes, in pixels. */
	readonly graphics?: {readonly pixels: Pixels; readonly width: number; readonly height: number; readonly cell: CellSize};
};

/** The mean of the pixels in a rectangle, its right and lower edges outside. What is transparent counts for no colour. */
const mean = ({width, data}: Pixels, left: number, top: number, right: number, bottom: number, into: Uint8Array, offset: number): void => {
	let [red, green, blue, opacity, count] = [0, 0, 0, 0, 0];
	for (let y = top; y < bottom; y++) {
		for (let index = ((y * width) + left) * 4, end = ((y * width) + right) * 4; index < end; index += 4) {
			const weight = data[index + 3]!;
			red += data[index]! * weight;
			green += data[index + 1]! * weight;
			blue += data[index + 2]! * weight;
			opacity += weight;
			count++;
		}
	}

	if (opacity > 0) {
		into[offset] = red / opacity;
		into[offset + 1] = green / opacity;
		into[offset + 2] = blue / opacity;
		into[offset + 3] = opacity / count;
	}
};

/** A picture made to fit into `columns` by `rows` cells, its shape kept; a cell is taken to be twice as high as it is wide. A small one is not made larger than twice its size. */
export const fitPicture = (pixels: Pixels, colours: number, columns: number, rows: number): Grid => {
	const scale = Math.min(columns / pixels.width, (rows * 2) / pixels.height, 2);
	const width = Math.max(1, Math.min(columns, Math.round(pixels.width * scale)));
	const height = Math.max(1, Math.min(rows, Math.ceil(Math.round(pixels.height * scale) / 2)));
	const wanted = Math.max(1, Math.min(height * 2, Math.round(pixels.height * scale)));
	const data = new Uint8Array(width * height * 2 * 4);
	for (let y = 0; y < wanted; y++) {
		const top = Math.floor(y * pixels.height / wanted);
		const bottom = Math.max(top + 1, Math.floor((y + 1) * pixels.height / wanted));
		for (let x = 0; x < width; x++) {
			const left = Math.floor(x * pixels.width / width);
			const right = Math.max(left + 1, Math.floor((x + 1) * pixels.width / width));
			mean(pixels, left, top, right, bottom, data, ((y * width) + x) * 4);
		}
	}

	return {columns: width, rows: height, data, colours};
};

/** A picture made to fit into `columns` by `rows` cells of a terminal that draws it itself, its shape kept; a small one is not made larger than twice its size. */
export const fitGraphics = (pixels: Pixels, cell: CellSize, columns: number, rows: number): Grid => {
	const scale = Math.min(columns * cell.width / pixels.width, rows * cell.height / pixels.height, 2);
	const width = Math.max(1, Math.round(pixels.width * scale));
	const height = Math.max(1, Math.round(pixels.height * scale));
	return {
		columns: Math.max(1, Math.min(columns, Math.ceil(width / cell.width))),
		rows: Math.max(1, Math.min(rows, Math.ceil(height / cell.height))),
		data: new Uint8Array(),
		colours: 0,
		graphics: {pixels, width, height, cell},
	};
};
