import {isFullPreview, type Layer, type Model} from '../explorer/model.js';
import type {Grid} from '../explorer/preview-picture.js';
import {previewHeadHeight, previewRows} from '../explorer/preview-rows.js';
import {dividerWidth, layoutOf} from '../explorer/viewport.js';
import type {Drawing} from '../preview/picture/render.js';
import type {Cell} from './cells.js';
import {colourStyle} from './sgr.js';

/** A picture on the screen. Rows and columns are counted from 0. */
export type PlacedPicture = {
	/** The row of the screen that its first row is in; above the screen if it is scrolled. */
	readonly top: number;
	readonly left: number;
	/** A cell of the picture; blank outside of it. */
	readonly cellAt: (row: number, column: number) => Cell;
};

/** Levels of red, green and blue in the terminal's cube of 216 colours. */
const levels = [0, 95, 135, 175, 215, 255];

const nearestLevel = (value: number): number => value < 48 ? 0 : (value < 115 ? 1 : Math.min(5, Math.floor((value - 35) / 40)));

/** The number of the nearest among the terminal's 256 colours: of its cube, or of its greys. */
export const nearestOf256 = (red: number, green: number, blue: number): number => {
	const [r, g, b] = [nearestLevel(red), nearestLevel(green), nearestLevel(blue)];
	const grey = Math.max(0, Math.min(23, Math.round((((red + green + blue) / 3) - 8) / 10)));
	const shade = 8 + (grey * 10);
	const distance = (x: number, y: number, z: number): number => ((x - red) ** 2) + ((y - green) ** 2) + ((z - blue) ** 2);
	return distance(levels[r]!, levels[g]!, levels[b]!) <= distance(shade, shade, shade) ? 16 + (36 * r) + (6 * g) + b : 232 + grey;
};

const blank: Cell = {
	text: ' ', width: 1, style: colourStyle('', ''), isDoubtful: false,
};

/** Opacity from which a pixel is drawn; what is fainter shows the terminal's own ground. */
const visible = 96;

const cellOf = ({columns, data, colours}: Grid, row: number, column: number): Cell => {
	const colour = (y: number): string | undefined => {
		const at = ((y * columns) + column) * 4;
		const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!];
		if (data[at + 3]! < visible) {
			return undefined;
		}

		return colours > 256 ? `2;${red};${green};${blue}` : `5;${nearestOf256(red, green, blue)}`;
	};

	const [upper, lower] = [colour(row * 2), colour((row * 2) + 1)];
	if (upper === undefined) {
		return lower === undefined ? blank : {...blank, text: '▄', style: colourStyle(`38;${lower}`, '')};
	}

	return {...blank, text: '▀', style: colourStyle(`38;${upper}`, lower === undefined ? '' : `48;${lower}`)};
};

/** The cells of a picture, made when they are first drawn: one that is looked at twice is the same. */
const cells = new WeakMap<Grid, Cell[]>();

const cellsOf = (grid: Grid): Cell[] => {
	let made = cells.get(grid);
	if (made === undefined) {
		made = Array.from({length: grid.columns * grid.rows}, (_, index) => cellOf(grid, Math.floor(index / grid.columns), index % grid.columns));
		cells.set(grid, made);
	}

	return made;
};

/** Where a picture stands in the preview that is shown, and which rows of the screen the preview has for it. */
type Stand = {
	readonly grid: Grid;
	/** The row of the screen that its first row is in; above what is seen of it if it is scrolled. */
	readonly top: number;
	readonly left: number;
	/** The rows of the screen in which it is seen: from the first to before the last. */
	readonly from: number;
	readonly to: number;
};

const standOf = (model: Model): Stand | undefined => {
	const {load, scroll} = model.preview;
	if (load.state !== 'ready' || load.value.kind !== 'picture') {
		return undefined;
	}

	const {preview, treeWidth, listHeight} = layoutOf(model.size, {showsPreview: model.showsPreview, isFull: isFullPreview(model)});
	if (preview === undefined) {
		return undefined;
	}

	const {picture, head} = previewRows(load.value, preview.width, preview.height - previewHeadHeight);
	if (picture === undefined) {
		return undefined;
	}

	const {grid, first} = picture;
	const paneTop = preview.place === 'below' ? listHeight : 0;
	const from = paneTop + previewHeadHeight + head.length;
	return {
		grid, from, to: paneTop + preview.height, top: from + first - scroll, left: preview.place === 'right' && treeWidth > 0 ? treeWidth + dividerWidth : 0,
	};
};

let last: {readonly grid: Grid; readonly placed: PlacedPicture} | undefined;

/** The picture that the preview shows in half blocks, if it shows one; the same object as long as it stays where it is. What the terminal draws itself lies over blank cells. */
export const placePicture = (model: Model): PlacedPicture | undefined => {
	const stand = standOf(model);
	if (stand === undefined || stand.grid.graphics !== undefined) {
		return undefined;
	}

	const {grid, top, left} = stand;
	if (last?.grid === grid && last.placed.top === top && last.placed.left === left) {
		return last.placed;
	}

	const all = cellsOf(grid);
	const placed: PlacedPicture = {
		top,
		left,
		cellAt: (row, column) => row >= 0 && column >= 0 && column < grid.columns ? all[(row * grid.columns) + column] ?? blank : blank,
	};
	last = {grid, placed};
	return placed;
};

/** A picture that the terminal is to draw, and where: what `render` makes of it lies on the rows from `row` and the columns from `column`, both counted from 0. */
export type WantedPicture = Drawing & {readonly row: number; readonly column: number};

/** Layers through which the preview is seen. */
const seeThrough: ReadonlySet<Layer['type']> = new Set(['full-preview', 'fuzzy', 'find']);

/** The picture that the terminal is to draw itself, if one is to be seen. */
export const wantedPicture = (model: Model): WantedPicture | undefined => {
	const {terminal: {graphics}, menu, layers, size} = model;
	const isHidden = graphics === undefined || menu !== undefined || layers.some(({type}) => !seeThrough.has(type)) || layoutOf(size, {showsPreview: false, isFull: false}).isTooSmall;
	const stand = isHidden ? undefined : standOf(model);
	if (stand?.grid.graphics === undefined) {
		return undefined;
	}

	const {grid: {columns, rows, graphics: picture}, top, left, from, to} = stand;
	const first = Math.max(0, from - top);
	const count = Math.min(rows, to - top) - first;
	return count <= 0
		? undefined
		: {
			protocol: graphics!.protocol, ...picture, columns, rows, first, count, row: top + first, column: left,
		};
};
