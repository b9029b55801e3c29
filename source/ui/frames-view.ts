import type {WriteStream} from 'node:tty';
import type {Loop} from '../explorer/loop.js';
import type {Model} from '../explorer/model.js';
import type {Look} from '../settings/look.js';
import {browseFrame} from './browse-frame.js';
import {cursorOf} from './cursor.js';
import {createFrameStream} from './frame-stream.js';
import {placePicture} from './picture.js';
import type {View, Watcher} from './screen.js';
import {themeOf} from './theme.js';

/** Whether something that the tree shows is still being read. */
const isReading = ({tree}: Model): boolean => [...tree.expanded].some(path => tree.folders.get(path)?.state === 'loading');

/** Milliseconds to wait for the folders before anything is drawn. */
const patience = 20;

/**
Draws frames. The first ones are written as they are, and when the tree is on screen, or something else is to be seen, Ink is loaded and takes over: it draws the same, so that nobody sees that.
*/
export const openFrames = (loop: Loop, stdout: WriteStream, look: Look, {isOpen, presenter, onFrame, onShown, onFault}: Watcher): View => {
	const {stream, repaint} = createFrameStream(stdout, {
		isOpen, isAscii: look.isAscii, cursor: () => cursorOf(loop.model()), picture: () => placePicture(loop.model()), presenter, onFrame,
	});
	const theme = themeOf(look.theme, look.depth);
	let isClosed = false;
	let isTakingOver = false;
	let closeInk = (): void => undefined;

	const takeOver = async (): Promise<void> => {
		const {openInk} = await import('./ink-frames.js');
		stop();
		if (!isClosed) {
			closeInk = openInk(loop, stream, theme, onFault);
		}
	};

	let isDue = false;

	const draw = (): void => {
		// To paint takes as long as to read a folder: the first frame is that of the folders, or comes when they keep one waiting.
		if (!isDue && isReading(loop.model())) {
			return;
		}

		isDue = true;
		clearTimeout(due);
		const frame = browseFrame(loop.model(), theme);
		if (frame !== undefined) {
			stream.write(frame);
		}

		if (!isTakingOver && (frame === undefined || !isReading(loop.model()))) {
			isTakingOver = true;
			onShown();
			// After what is already on its way: the frame is to be seen meanwhile.
			setImmediate(() => {
				takeOver().catch(onFault);
			});
		}
	};

	const drawSafely = (): void => {
		try {
			draw();
		} catch (error) {
			onFault(error);
		}
	};

	const due = setTimeout(() => {
		isDue = true;
		drawSafely();
	}, patience);
	const stop = loop.subscribe(drawSafely);
	drawSafely();
	return {
		repaint,
		close() {
			isClosed = true;
			clearTimeout(due);
			stop();
			closeInk();
		},
	};
};
