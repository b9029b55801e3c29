import type {Content} from './shapes.js';

declare global {
	// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- this is how it is added to
	interface ImportMeta {
		/** What the worker runs that reads files, from where the program is. The build writes it in the place of `import.meta.workerScript`, so that it must be asked for in just this way; from the sources there is none, and files are read where the keys are. */
		readonly workerScript?: string;
	}
}

/** A file, as readers see it: they never know where it lies. */
export type Source = {
	/** Its last name, as `decodeName` gives it. */
	readonly name: string;
	/** Its size. */
	readonly bytes: number;
	/** At most `length` bytes from `offset`; fewer at the end of the file. Rejects when more is asked for than a preview may read. */
	readonly read: (offset: number, length: number) => Promise<Uint8Array>;
};

/** What a reader is told besides the file. */
export type ReadOptions = {
	/** Colours that the terminal can show; 0 where pictures are not to be drawn. */
	readonly colours: number;
	/** A cell of a terminal that draws pictures itself, in pixels: then `colours` does not count. */
	readonly cell?: {readonly width: number; readonly height: number} | undefined;
	/** Whether the terminal may be handed nothing but ASCII: a worker does not know what the program was told. */
	readonly isAscii?: boolean;
};

/** Runs a reader away from the keys: see `workshop.ts`. */
export type Workshop = {
	/**
	@throws TooLong if it takes too long, an error with the reason if the reader failed
	*/
	readonly read: (source: Source, options: ReadOptions, signal: AbortSignal | undefined) => Promise<Content>;
};

/** The error of a reader that was stopped because it took too long. */
export class TooLong extends Error {
	override readonly name = 'TooLong';
}

export type PreviewOptions = {
	readonly signal?: AbortSignal | undefined;
	/** Colours that the terminal can show; pictures are drawn with 256 or more. */
	readonly colours?: number;
	/** A cell of a terminal that draws pictures itself, in pixels. */
	readonly cell?: ReadOptions['cell'];
	/** Where readers run, started when it is first needed; here if it is absent. */
	readonly workshop?: (() => Promise<Workshop>) | undefined;
};

/** Bytes of a file that a reader of text reads at most, however large the file is. */
export const previewLimit = 262_144;

/** Bytes that all reads of one preview come to at most. */
export const readLimit = 64 * 1024 * 1024;

/** Bytes of a file that its kind is told from. */
export const headLength = 16_384;

/** A file whose beginning has been read. */
export const withHead = (source: Source, head: Uint8Array): Source => ({
	...source,
	read: async (offset, length) => offset + length <= head.length || (head.length >= source.bytes && offset <= head.length)
		? head.subarray(offset, offset + length)
		: source.read(offset, length),
});

/** A file that lies in memory. */
export const memorySource = (name: string, bytes: Uint8Array): Source => ({
	name, bytes: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length),
});

/** The error of a file that is not what it seems to be. Its message is the end of a sentence. */
export class Unreadable extends Error {
	override readonly name = 'Unreadable';
}
