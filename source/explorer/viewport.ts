import type {Menu} from './model.js';

/** Rows kept between the cursor and the edge of the list, where there is room. */
const margin = 2;

/**
The first row on screen, so that the cursor is visible and the list moves no further than it must.

@param height - rows that the screen has for the list
*/
export const scrollTo = (cursor: number, scroll: number, height: number, count: number): number => {
	const edge = Math.min(margin, Math.max(0, Math.floor((height - 1) / 2)));
	const lowest = Math.max(0, count - height);
	const wanted = Math.min(Math.max(scroll, cursor + edge + 1 - height), Math.max(0, cursor - edge));
	return Math.min(Math.max(0, wanted), lowest);
};

/** A number kept within bounds, both inclusive. */
export const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));

export type Layout = {
	readonly isTooSmall: boolean;
	/** Rows of the list. */
	readonly listHeight: number;
	readonly treeWidth: number;
	/** Absent where there is no room, or the user has hidden it. */
	readonly preview?: {readonly place: 'right' | 'below'; readonly width: number; readonly height: number};
};

export const smallest = {columns: 40, rows: 10} as const;

/** Rows at the foot: status and hints. */
export const footHeight = 2;

/** Columns of the line between tree and preview, and the space after it. */
export const dividerWidth = 2;

/** How the screen is divided. */
export const layoutOf = ({columns, rows}: {readonly columns: number; readonly rows: number}, {showsPreview, isFull}: {readonly showsPreview: boolean; readonly isFull: boolean}): Layout => {
	const height = Math.max(1, rows - footHeight);
	const isTooSmall = columns < smallest.columns || rows < smallest.rows;
	if (isFull) {
		return {
			isTooSmall, listHeight: height, treeWidth: 0, preview: {place: 'right', width: columns, height},
		};
	}

	if (showsPreview && columns >= 80) {
		const treeWidth = Math.floor(columns / 2);
		return {
			isTooSmall, listHeight: height, treeWidth, preview: {place: 'right', width: columns - treeWidth - dividerWidth, height},
		};
	}

	if (showsPreview && rows >= 20) {
		const below = Math.floor(height * 0.4);
		return {
			isTooSmall, listHeight: height - below, treeWidth: columns, preview: {place: 'below', width: columns, height: below},
		};
	}

	return {isTooSmall, listHeight: height, treeWidth: columns};
};

/** Rows of the list of sessions: the screen without its title, its heads, and the foot. */
export const sessionsHeight = (rows: number): number => Math.max(1, rows - 2 - footHeight);

/** How the screen of tasks is divided: its title, the list, what is told of the chosen one, the hints. */
export const tasksLayout = (rows: number): {readonly height: number; readonly detail: number} => {
	const detail = rows >= 20 ? 6 : 3;
	return {height: Math.max(1, rows - 2 - detail), detail};
};

/** Columns of text in a dialog. */
export const dialogWidth = (columns: number): number => Math.min(columns - 4, 76);

/** Where the rows of the start menu stand: the first row of the screen that has one, which one that is, and how many there are. ink-select-input scrolls so that a choice beyond the first page stands on the last row. */
export const menuWindow = ({items, index, remark}: Menu, rows: number): {readonly top: number; readonly first: number; readonly height: number} => {
	const top = remark === undefined ? 2 : 3;
	const height = Math.min(items.length + 1, Math.max(1, rows - top - 3));
	return {top, first: Math.max(0, index - height + 1), height};
};

/**
A list scrolled by some rows. The cursor goes with it only where it would leave the screen.

@param cursor - the row that it is on
@returns both as `scrollTo` leaves them
*/
export const scrollBy = (cursor: number, scroll: number, height: number, count: number, rows: number): {readonly index: number; readonly scroll: number} => {
	const lowest = Math.max(0, count - height);
	const to = clamp(scroll + rows, 0, lowest);
	const edge = Math.min(margin, Math.max(0, Math.floor((height - 1) / 2)));
	return {scroll: to, index: clamp(cursor, to === 0 ? 0 : to + edge, to === lowest ? Math.max(0, count - 1) : to + height - 1 - edge)};
};
