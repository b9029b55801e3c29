import {EventEmitter} from 'node:events';
import type {WriteStream} from 'node:tty';
import {asciiFrame} from './ascii.js';
import type {Place} from './cursor.js';
import {createPainter} from './painter.js';
import type {PlacedPicture} from './picture.js';

/** The size of a terminal; some serial lines tell 0x0. */
export const sizeOf = (stdout: WriteStream): {readonly columns: number; readonly rows: number} =>
	({columns: stdout.columns > 0 ? stdout.columns : 80, rows: stdout.rows > 0 ? stdout.rows : 24});

/**
What Ink writes its frames to. In its debug mode Ink writes each frame whole, with nothing around it; the painter then writes to the terminal what has changed. So one key costs its own bytes, no frame waits for a throttle, and a resize, which makes Ink's own incremental writer lose lines, is exact.

@param picture - the picture that is to be seen where the frame says so
*/
export const createFrameStream = (stdout: WriteStream, {isOpen, isAscii, cursor, picture = () => undefined}: {readonly isOpen: () => boolean; readonly isAscii: boolean; readonly cursor: () => Place; readonly picture?: () => PlacedPicture | undefined}): {readonly stream: WriteStream; readonly repaint: () => void} => {
	const painter = createPainter();
	let latest: string | undefined;
	let isWaiting = false;

	const flush = (): void => {
		isWaiting = false;
		if (latest === undefined || !isOpen()) {
			return;
		}

		const {columns, rows} = sizeOf(stdout);
		const bytes = painter.paint(isAscii ? asciiFrame(latest) : latest, columns, rows, cursor(), picture());
		if (bytes !== '') {
			stdout.write(bytes);
		}
	};

	const write = (frame: string, callback?: () => void): boolean => {
		// The barrier that Ink writes when it ends is no frame.
		if (frame !== '') {
			latest = frame;
			if (stdout.writableNeedDrain) {
				// A slow line gets the newest frame, not all of them.
				if (!isWaiting) {
					isWaiting = true;
					stdout.once('drain', flush);
				}
			} else {
				flush();
			}
		}

		callback?.();
		return true;
	};

	const stream = Object.assign(new EventEmitter(), {isTTY: true, writable: true, write}); // eslint-disable-line unicorn/prefer-event-target -- a stream is an EventEmitter
	Object.defineProperties(stream, {
		columns: {get: () => sizeOf(stdout).columns},
		rows: {get: () => sizeOf(stdout).rows},
	});
	return {
		stream: stream as unknown as WriteStream,
		repaint() {
			painter.forget();
			flush();
		},
	};
};
