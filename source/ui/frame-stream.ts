import {EventEmitter} from 'node:events';
import type {WriteStream} from 'node:tty';
import {asciiFrame} from './ascii.js';
import type {Place} from './cursor.js';
import {createPainter} from './painter.js';
import type {Presenter} from './graphics/presenter.js';
import type {PlacedPicture} from './picture.js';

/** The size of a terminal; some serial lines tell 0x0. */
export const sizeOf = (stdout: WriteStream): {readonly columns: number; readonly rows: number} =>
	({columns: stdout.columns > 0 ? stdout.columns : 80, rows: stdout.rows > 0 ? stdout.rows : 24});

/**
What Ink writes its frames to. In its debug mode Ink writes each frame whole, with nothing around it; the painter then writes to the terminal what has changed. So one key costs its own bytes, no frame waits for a throttle, and a resize, which makes Ink's own incremental writer lose lines, is exact.

@param picture - the picture that is to be seen where the frame says so
@param presenter - what shows pictures that the terminal draws itself, if it is there
@param onFrame - told after each frame that was written
*/
export const createFrameStream = (stdout: WriteStream, {isOpen, isAscii, cursor, picture = () => undefined, presenter = () => undefined, onFrame = () => undefined}: {readonly isOpen: () => boolean; readonly isAscii: boolean; readonly cursor: () => Place; readonly picture?: () => PlacedPicture | undefined; readonly presenter?: () => Presenter | undefined; readonly onFrame?: () => void}): {readonly stream: WriteStream; readonly repaint: () => void} => {
	const painter = createPainter();
	let latest: string | undefined;
	let isWaiting = false;

	const flush = (): void => {
		isWaiting = false;
		if (latest === undefined || !isOpen()) {
			return;
		}

		const {columns, rows} = sizeOf(stdout);
		const before = presenter()?.before(painter.isFresh(columns, rows));
		const bytes = (before?.bytes ?? '') + painter.paint(isAscii ? asciiFrame(latest) : latest, columns, rows, cursor(), picture(), before?.images);
		if (bytes !== '') {
			stdout.write(bytes);
		}

		onFrame();
		presenter()?.after();
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
