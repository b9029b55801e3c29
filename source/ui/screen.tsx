import {EventEmitter} from 'node:events';
import {writeSync} from 'node:fs';
import process from 'node:process';
import {PassThrough} from 'node:stream';
import type {ReadStream, WriteStream} from 'node:tty';
import {render, type Instance} from 'ink';
import {useSyncExternalStore, type ReactElement} from 'react';
import {createKeySplitter} from '../explorer/keys.js';
import type {Loop} from '../explorer/loop.js';
import {App} from './app.js';
import {createPainter} from './painter.js';
import {plainTheme, terminalTheme, type Theme} from './theme.js';

const csi = '\u{1B}[';

/** Alternate screen, no cursor, bracketed paste. */
const enter = `${csi}?1049h${csi}?25l${csi}?2004h`;
const leave = `${csi}?2004l${csi}0m${csi}?25h${csi}?1049l`;

/** Milliseconds after which a lone ESC is the Escape key. */
const escapeDelay = 30;

function Root({loop, theme}: {readonly loop: Loop; readonly theme: Theme}): ReactElement {
	const model = useSyncExternalStore(loop.subscribe, loop.model);
	return <App model={model} theme={theme}/>;
}

export type Screen = {
	/** Gives the terminal back to the shell until `fg`. */
	readonly suspend: () => void;
	/** Restores the terminal. May be called more than once. */
	readonly close: () => void;
};

/** The size of a terminal; some serial lines tell 0x0. */
export const sizeOf = (stdout: WriteStream): {readonly columns: number; readonly rows: number} =>
	({columns: stdout.columns > 0 ? stdout.columns : 80, rows: stdout.rows > 0 ? stdout.rows : 24});

/**
What Ink writes its frames to. In its debug mode Ink writes each frame whole, with nothing around it; the painter then writes to the terminal what has changed. So one key costs its own bytes, no frame waits for a throttle, and a resize, which makes Ink's own incremental writer lose lines, is exact.
*/
const createFrameStream = (stdout: WriteStream, isOpen: () => boolean): {readonly stream: WriteStream; readonly repaint: () => void} => {
	const painter = createPainter();
	let latest: string | undefined;
	let isWaiting = false;

	const flush = (): void => {
		isWaiting = false;
		if (latest === undefined || !isOpen()) {
			return;
		}

		const {columns, rows} = sizeOf(stdout);
		const bytes = painter.paint(latest, columns, rows);
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

/**
Opens the explorer's screen. This module alone touches the terminal.

@param loop
@param root0
@param root0.stdin
@param root0.stdout
@param root0.hasColor
@param onCrash - told of an error that nobody caught, after the terminal is restored
@param root0.onCrash
@param root0.onHangUp
*/
export const openScreen = (
	loop: Loop,
	{stdin, stdout, hasColor, onCrash, onHangUp}: {
		readonly stdin: ReadStream;
		readonly stdout: WriteStream;
		readonly hasColor: boolean;
		readonly onCrash: (error: unknown) => void;
		readonly onHangUp: () => void;
	},
): Screen => {
	let isOpen = false;
	let isClosed = false;
	let escapeTimer: NodeJS.Timeout | undefined;
	const splitter = createKeySplitter();
	const {stream, repaint} = createFrameStream(stdout, () => isOpen);

	/** Written at once: a process that is about to end or stop must not leave it in a queue. */
	const writeNow = (text: string): void => {
		try {
			writeSync((stdout as WriteStream & {readonly fd: number}).fd, text);
		} catch {
			// The terminal is gone, and with it what was to be restored.
		}
	};

	const tell = (inputs: ReturnType<typeof splitter.push>): void => {
		for (const input of inputs) {
			loop.dispatch(input.type === 'key' ? {type: 'key-pressed', key: input.key} : {type: 'text-pasted', text: input.text});
		}
	};

	const read = (chunk: string): void => {
		clearTimeout(escapeTimer);
		tell(splitter.push(chunk));
		if (splitter.isWaiting()) {
			escapeTimer = setTimeout(() => {
				tell(splitter.flush());
			}, escapeDelay);
		}
	};

	const measure = (): void => {
		loop.dispatch({type: 'screen-resized', ...sizeOf(stdout)});
	};

	const open = (): void => {
		isOpen = true;
		writeNow(enter);
		stdin.setRawMode(true);
		stdin.resume();
	};

	const shut = (): void => {
		isOpen = false;
		try {
			stdin.setRawMode(false);
		} catch {
			// The terminal is gone.
		}

		stdin.pause();
		writeNow(leave);
	};

	const redraw = (): void => {
		open();
		// The system tells of a new size only those in the foreground. Node measures the terminal when it hears this.
		process.emit('SIGWINCH');
		measure();
		repaint();
	};

	const reopen = (): void => {
		if (!isOpen && !isClosed) {
			redraw();
		}
	};

	const onStop = (): void => {
		suspend();
	};

	function suspend(): void {
		if (!isOpen) {
			return;
		}

		shut();
		process.off('SIGTSTP', onStop);
		// The whole group stops, npm and the shell that started us among it. Where there is no job control the system ignores this, and the screen comes back at once.
		process.kill(0, 'SIGTSTP');
		setTimeout(() => {
			process.on('SIGTSTP', onStop);
			reopen();
		}, 50);
	}

	/** After a SIGSTOP that nobody could see coming, the terminal is as the shell left it. */
	const onContinue = (): void => {
		if (!isClosed) {
			redraw();
		}
	};

	const crash = (error: unknown): void => {
		close();
		onCrash(error);
	};

	let ink: Instance | undefined; // eslint-disable-line prefer-const -- absent until it is rendered

	function close(): void {
		if (isClosed) {
			return;
		}

		isClosed = true;
		clearTimeout(escapeTimer);
		const wasOpen = isOpen;
		isOpen = false; // What Ink writes while it ends goes nowhere.
		ink?.unmount();
		if (wasOpen) {
			shut();
		}

		for (const [emitter, event, listener] of listeners) {
			emitter.off(event, listener);
		}
	}

	/** The signals that would end the process at once, and leave the terminal as it is. */
	const die = (signal: NodeJS.Signals): void => {
		close();
		process.kill(process.pid, signal);
	};

	const listeners: ReadonlyArray<readonly [NodeJS.EventEmitter, string, (...values: any[]) => void]> = [
		[process, 'exit', close],
		[process, 'uncaughtException', crash],
		[process, 'unhandledRejection', crash],
		[process, 'SIGTSTP', onStop],
		[process, 'SIGCONT', onContinue],
		...['SIGQUIT', 'SIGABRT', 'SIGALRM', 'SIGUSR2', 'SIGXCPU', 'SIGXFSZ', 'SIGVTALRM'].map(signal => [process, signal, die] as const),
		[stdin, 'data', read],
		[stdin, 'end', onHangUp],
		[stdin, 'error', onHangUp],
		[stdout, 'resize', measure],
	];
	for (const [emitter, event, listener] of listeners) {
		emitter.on(event, listener);
	}

	stdin.setEncoding('utf8');
	open();
	ink = render(<Root loop={loop} theme={hasColor ? terminalTheme : plainTheme}/>, {
		stdout: stream,
		stdin: new PassThrough() as unknown as ReadStream,
		stderr: stream,
		debug: true,
		interactive: true,
		patchConsole: false,
		exitOnCtrlC: false,
		isScreenReaderEnabled: false,
	});
	// A fault in a component ends Ink, not the program.
	void ink.waitUntilExit().catch(crash);
	return {suspend, close};
};
