import type {Facts} from '../outputs/outputs.js';

/** Text in lines, printable, and what parts of it mean. */
export type Lines = {
	readonly lines: readonly string[];
	/** Four numbers for each part that is not plain, in the order of the text: its line, where it begins and ends there in code units, and the place of its tone in `tones`. */
	readonly marks?: Uint32Array;
	/** Whether it is running text: long lines are broken between words. */
	readonly isProse?: boolean;
};

/** Pixels from the top row, in each row from the left, four bytes each: red, green, blue, opacity. */
export type Pixels = {readonly width: number; readonly height: number; readonly data: Uint8Array};

/** A sentence, or something that has a name. */
export type Detail = string | readonly [name: string, value: string];

/** What a reader makes of a file: one of few shapes, for the screen to draw. All text is printable. */
export type Content =
	/** `isCut`: the file goes on. */
	| ({readonly kind: 'lines'; readonly isCut: boolean} & Lines)
	/** The first row may be named `head`; `isCut`: there are more rows. Every row has as many cells as the widest. */
	| {readonly kind: 'table'; readonly head: readonly string[]; readonly rows: ReadonlyArray<readonly string[]>; readonly isCut: boolean}
	/** `colours`: how many the terminal can; `cell`: the size of its cells in pixels, if it draws pictures itself. */
	| {readonly kind: 'picture'; readonly title: string; readonly pixels: Pixels; readonly colours: number; readonly cell?: {readonly width: number; readonly height: number}; readonly details: readonly Detail[]}
	| {
		readonly kind: 'facts';
		readonly title: string;
		readonly details: readonly Detail[];
		/** Loudness over time, 0 to 255, drawn as a band. */
		readonly graph?: Uint8Array;
		/** What follows the details: a listing. */
		readonly body?: Lines;
	}
	/** The beginning of a file that is no text. */
	| {readonly kind: 'bytes'; readonly title: string; readonly bytes: Uint8Array; readonly isCut: boolean};

/** What is shown of one output. */
export type Preview = Content & {readonly facts: Facts};
