import {createRandom, type Random} from './random.js';

/** A file of the demo. `path` is as `decodeName` gives it, relative to its session (or to the outputs directory), `age` in milliseconds before now. */
export type DemoFile = {
	readonly type: 'file';
	readonly path: string;
	readonly age: number;
	/** Makes the content; the same bytes each time. */
	readonly bytes: () => Uint8Array;
};

/** A folder that is to exist though nothing may be in it. Folders on the way to a file are not listed. */
export type DemoFolder = {
	readonly type: 'directory';
	readonly path: string;
	readonly age: number;
};

export type DemoEntry = DemoFile | DemoFolder;

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Makes entries whose content depends on the seed, the scope and their own path only. */
export const createMaker = (seed: number, scope: string) => ({
	file: (path: string, age: number, make: (random: Random) => Uint8Array): DemoFile =>
		({
			type: 'file', path, age, bytes: () => make(createRandom(seed, `${scope}/${path}`)),
		}),
	folder: (path: string, age: number): DemoFolder => ({type: 'directory', path, age}),
});

export type Maker = ReturnType<typeof createMaker>;

/** `make` for each number from 1 to `count`. */
export const times = <T>(count: number, make: (number: number) => T): T[] =>
	Array.from({length: count}, (_, index) => make(index + 1));

/** A number with leading zeros. */
export const padded = (number: number, digits: number): string => String(number).padStart(digits, '0');
