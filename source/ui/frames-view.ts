import type {WriteStream} from 'node:tty';
import type {Loop} from '../explorer/loop.js';
import type {Model} from '../explorer/model.js';
import {rowsOf} from '../explorer/tree.js';
import type {Look} from '../settings/look.js';
import {browseFrame} from './browse-frame.js';
import {cursorOf} from './cursor.js';
import {createFrameStream} from './frame-stream.js';
import type {InkFrames} from './ink-frames.js';
import {placePicture} from './picture.js';
import type {View, Watcher} from './screen.js';
import {themeOf} from './theme.js';

/** Whether something that the tree shows is still being read. */
const isReading = ({tree}: Model): boolean => [...tree.expanded].some(path => tree.folders.get(path)?.state === 'loading');

/** Milliseconds to wait for the folders before anything is drawn. */
const patience = 20;

/** Milliseconds after the first frame in which what was asked for first has come. */
const leisure = 400;

/** Rows of a large tree. */
const many = 20_000;

/**
Draws frames. The tree, with what is beside it, is written as it is: that takes a quarter of what Ink takes, and is what one looks at when keys are held down. Ink draws all else (the start menu, the sessions, the dialogs), and is loaded when it is first needed, which takes a tenth of a second. It would draw the tree the same, so that nobody sees who draws.
*/
export const openFrames = (loop: Loop, stdout: WriteStream, look: Look, {isOpen, presenter, onFrame, onShown, onFault}: Watcher): View => {
	const {stream, repaint} = createFrameStream(stdout, {
		isOpen, isAscii: look.isAscii, cursor: () => cursorOf(loop.model()), picture: () => placePicture(loop.model()), presenter, onFrame,
	});
	const theme = themeOf(look.theme, look.depth);
	let isClosed = false;
	let isDue = false; // Whether the first frame waits no longer.
	let ink: InkFrames | undefined;
	let loading: Promise<void> | undefined;
	let ahead: NodeJS.Timeout | undefined;

	const loadInk = async (): Promise<void> => {
		const {openInk} = await import('./ink-frames.js');
		// Meanwhile the tree may be what is to be seen again.
		if (!isClosed && browseFrame(loop.model(), theme) === undefined) {
			ink = openInk(loop.model(), stream, theme, onFault);
		}

		loading = undefined;
	};

	const draw = (): void => {
		const model = loop.model();
		// To paint takes as long as to read a folder: the first frame is that of the folders, or comes when they keep one waiting.
		if (!isDue && isReading(model)) {
			return;
		}

		isDue = true;
		clearTimeout(due);
		const frame = browseFrame(model, theme);
		if (frame !== undefined) {
			stream.write(frame);
		} else if (ink === undefined) {
			loading ??= loadInk().catch(onFault);
		} else {
			ink.draw(model);
		}

		if (frame === undefined || !isReading(model)) {
			onShown();
			ahead ??= setTimeout(loadAhead, leisure);
		}
	};

	/** The first dialog would come a tenth of a second late. Beside a large tree the memory that it takes is the greater harm. */
	const loadAhead = (): void => {
		if (!isClosed && rowsOf(loop.model().tree).length < many) {
			import('./ink-frames.js').catch(onFault);
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
			clearTimeout(ahead);
			stop();
			ink?.close();
		},
	};
};
