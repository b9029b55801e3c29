import type {WriteStream} from 'node:tty';
import type {Loop} from '../explorer/loop.js';
import {asciiFrame} from './ascii.js';
import {linearChanges, linearText, type LinearText} from './linear-text.js';
import type {View, Watcher} from './screen.js';

/**
A view for screen readers: it writes lines, one after the other, and of each change only what is new. Keys that come together are told of once, as what they lead to.
*/
export const openLinearView = (loop: Loop, stdout: WriteStream, {isOpen, onShown, isAscii}: Pick<Watcher, 'isOpen' | 'onShown'> & {readonly isAscii: boolean}): View => {
	let told: LinearText | undefined;
	let isWaiting = false;

	const tell = (): void => {
		isWaiting = false;
		if (!isOpen()) {
			return;
		}

		if (stdout.writableNeedDrain) {
			isWaiting = true;
			stdout.once('drain', tell); // A slow line gets what it all leads to.
			return;
		}

		const text = linearText(loop.model());
		const lines = linearChanges(told, text);
		told = text;
		if (lines.length > 0) {
			const written = lines.map(line => `${line}\n`).join('');
			stdout.write(isAscii ? asciiFrame(written) : written);
		}

		onShown();
	};

	const tellSoon = (): void => {
		if (!isWaiting) {
			isWaiting = true;
			setImmediate(tell);
		}
	};

	const stop = loop.subscribe(tellSoon);
	tellSoon();
	return {
		repaint() {
			told = undefined;
			tellSoon();
		},
		close: stop,
	};
};
