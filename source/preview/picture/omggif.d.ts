declare module 'omggif' {
	export class GifReader {
		constructor(bytes: Uint8Array);
		readonly width: number;
		readonly height: number;
		numFrames(): number;
		frameInfo(frame: number): {readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly delay: number};
		decodeAndBlitFrameRGBA(frame: number, pixels: Uint8Array): void;
	}

	export class GifWriter {
		constructor(buffer: Uint8Array, width: number, height: number, options?: {readonly palette?: readonly number[]; readonly loop?: number});
		addFrame(x: number, y: number, width: number, height: number, pixels: readonly number[], options?: {readonly delay?: number}): void;
		/** Tells how many bytes were written. */
		end(): number;
	}
}
