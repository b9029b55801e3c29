import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import {writeSync} from 'node:fs';
import process from 'node:process';
import {setImmediate as nextTurn} from 'node:timers/promises';
import type {ReadStream, WriteStream} from 'node:tty';
import type {Loop} from '../explorer/loop.js';
import type {Look} from '../settings/look.js';
import {isInForeground} from '../files/foreground.js';
import {sizeOf} from './frame-stream.js';
import {openFrames} from './frames-view.js';
import type {TerminalLink} from './graphics/link.js';
import type {Presenter} from './graphics/presenter.js';
import {createInput} from './input.js';
import {linearSize} from './linear-text.js';
import {openLinearView} from './linear-view.js';
import {sparedFromSignals} from './spared.js';

export {sizeOf} from './frame-stream.js';
export {linearSize} from './linear-text.js';

const csi = '\u{1B}[';

const pasteOn = `${csi}?2004h`;
const pasteOff = `${csi}?2004l`;

/** Alternate screen, no cursor, bracketed paste. */
const enterScreen = `${csi}?1049h${csi}?25l${pasteOn}`;
const leaveScreen = `${pasteOff}${csi}0m${csi}?25h${csi}?1049l`;

/** Buttons and the wheel, reported in the form (1006) that has room for any column. */
const mouseOn = `${csi}?1000h${csi}?1006h`;
const mouseOff = `${csi}?1006l${csi}?1000l`;

/** Milliseconds between two looks from the background whether the terminal is ours again. */
const returnDelay = 200;

/** Characters of a copy that terminals take at least. */
const longestCopy = 74_994;

/** What draws. */
export type View = {
	/** Draws everything anew: nobody knows what the terminal shows. */
	readonly repaint: () => void;
	readonly close: () => void;
};

/** Who wants to know of a view. */
export type Watcher = {
	/** Whether the terminal is ours: otherwise nothing is written. */
	readonly isOpen: () => boolean;
	/** What draws pictures by the terminal's own means, when it is there. */
	readonly presenter: () => Presenter | undefined;
	/** Told of each frame. */
	readonly onFrame: () => void;
	/** Told when the first thing worth seeing has been written; may be told more than once. */
	readonly onShown: () => void;
	readonly onFault: (error: unknown) => void;
};

/** What is written when the screen is opened, and when it is left. */
const sequencesFor = ({isLinear, hasMouse}: Look): readonly [enter: string, leave: string] => {
	if (isLinear) {
		return [pasteOn, `${pasteOff}${csi}0m`];
	}

	return hasMouse ? [enterScreen + mouseOn, mouseOff + leaveScreen] : [enterScreen, leaveScreen];
};

export type Screen = {
	/** Gives the terminal back to the shell until `fg`. */
	readonly suspend: () => void;
	/** Puts a text into the terminal's clipboard (OSC 52), if the terminal allows that. @returns whether it was short enough */
	readonly copy: (text: string) => boolean;
	/** Hands the terminal bytes that are no part of a frame. Resolves when it has taken them, and keys have had their turn. */
	readonly write: (bytes: string) => Promise<void>;
	/** Tells what the terminal answers. @returns what ends that */
	readonly listen: (listener: (reply: string) => void) => () => void;
	/** Gives the terminal to another program while `action` runs. */
	readonly handOver: (action: () => Promise<void>) => Promise<void>;
	/** Restores the terminal. May be called more than once. */
	readonly close: () => void;
};

/**
Opens the explorer's screen. This module alone touches the terminal.

@param onCrash - told of an error that nobody caught, after the terminal is restored
*/
export const openScreen = (
	loop: Loop,
	{stdin, stdout, look, environment = {}, isInTmux, onShown, onCrash, onHangUp}: Pick<Watcher, 'onShown'> & {
		readonly stdin: ReadStream;
		readonly stdout: WriteStream;
		readonly look: Look;
		/** What says which terminal it is. */
		readonly environment?: Readonly<Record<string, string | undefined>>;
		/** Whether tmux is in between: it passes some sequences on only if asked to. */
		readonly isInTmux: boolean;
		readonly onCrash: (error: unknown) => void;
		readonly onHangUp: () => void;
	},
): Screen => {
	let isOpen = false;
	let isClosed = false;
	let isAway = false; // Another program has the terminal.
	let returnTimer: NodeJS.Timeout | undefined;
	let link: TerminalLink | undefined;
	const repliesTo = new Set<(reply: string) => void>();
	const input = createInput(loop, {
		hasMouse: look.hasMouse,
		isAwaiting: () => link?.isAwaiting() === true,
		onReply(reply) {
			link?.hear(reply);
			for (const listener of repliesTo) {
				listener(reply);
			}
		},
	});
	const [enter, leave] = sequencesFor(look);

	/** Written at once: a process that is about to end or stop must not leave it in a queue. */
	const writeNow = (text: string): void => {
		try {
			writeSync((stdout as WriteStream & {readonly fd: number}).fd, text);
		} catch {
			// The terminal is gone, and with it what was to be restored.
		}
	};

	const measure = (): void => {
		loop.dispatch({type: 'screen-resized', ...(look.isLinear ? linearSize : sizeOf(stdout))});
		link?.resized();
	};

	/** Waits until the terminal has taken what was written. */
	const drain = async (): Promise<void> => {
		if (stdout.writableNeedDrain) {
			await once(stdout, 'drain');
		}
	};

	let isLinked = false;

	/** Loaded after the first frame, which does not need it. */
	const linkUp = async (): Promise<void> => {
		if (isLinked) {
			return;
		}

		isLinked = true;
		const {createTerminalLink} = await import('./graphics/link.js');
		if (!isClosed) {
			link = createTerminalLink({
				loop, look, environment, drain, isOpen: () => isOpen, write(bytes) {
					stdout.write(bytes);
				},
			});
		}
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
		writeNow((link?.presenter.leave() ?? '') + leave);
	};

	const redraw = (): void => {
		open();
		// The system tells of a new size only those in the foreground. Node measures the terminal when it hears this.
		process.emit('SIGWINCH');
		measure();
		view?.repaint();
	};

	/** Takes the terminal back. In the background (`bg`) it is the shell's: what runs goes on, and as `fg` says nothing to a program that runs, the screen looks now and then whether it is its own again. */
	const reopen = (): void => {
		clearTimeout(returnTimer);
		if (isClosed || isAway) {
			return;
		}

		if (isInForeground()) {
			redraw();
		} else {
			isOpen = false;
			returnTimer = setTimeout(reopen, returnDelay);
		}
	};

	const onStop = (): void => {
		if (isAway) {
			process.kill(process.pid, 'SIGSTOP'); // The other program has stopped, and the shell waits for all of us.
		} else {
			suspend();
		}
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
			if (!isOpen) {
				reopen();
			}
		}, 50);
	}

	const copy = (text: string): boolean => {
		const encoded = Buffer.from(text).toString('base64');
		if (encoded.length > longestCopy) {
			return false;
		}

		const sequence = `\u{1B}]52;c;${encoded}\u{7}`;
		// In the same queue as the frames: never within one.
		stdout.write((link?.presenter.interrupt() ?? '') + (isInTmux ? `${sequence}\u{1B}Ptmux;${sequence.replaceAll('\u{1B}', '\u{1B}\u{1B}')}\u{1B}\\` : sequence));
		return true;
	};

	const handOver = async (action: () => Promise<void>): Promise<void> => {
		if (!isOpen) {
			return;
		}

		isAway = true;
		shut();
		try {
			await sparedFromSignals(action);
		} finally {
			isAway = false;
			reopen();
		}
	};

	const crash = (error: unknown): void => {
		close();
		onCrash(error);
	};

	let view: View | undefined; // eslint-disable-line prefer-const -- absent until it is opened

	function close(): void {
		if (isClosed) {
			return;
		}

		isClosed = true;
		input.close();
		clearTimeout(returnTimer);
		const wasOpen = isOpen;
		isOpen = false; // What Ink writes while it ends goes nowhere.
		link?.close();
		view?.close();
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
		// Also after a SIGSTOP, which nobody can see coming, the terminal is as the shell left it.
		[process, 'SIGCONT', reopen],
		...['SIGQUIT', 'SIGABRT', 'SIGALRM', 'SIGUSR2', 'SIGXCPU', 'SIGXFSZ', 'SIGVTALRM'].map(signal => [process, signal, die] as const),
		[stdin, 'data', input.read],
		[stdin, 'end', onHangUp],
		[stdin, 'error', onHangUp],
		[stdout, 'resize', measure],
	];
	for (const [emitter, event, listener] of listeners) {
		emitter.on(event, listener);
	}

	stdin.setEncoding('utf8');
	open();
	const watcher: Watcher = {
		isOpen: () => isOpen, presenter: () => link?.presenter, onShown, onFault: crash, onFrame() {
			void linkUp();
		},
	};
	view = look.isLinear ? openLinearView(loop, stdout, {...watcher, isAscii: look.isAscii}) : openFrames(loop, stdout, look, watcher);
	if (look.isLinear) {
		void linkUp();
	}

	return {
		suspend,
		copy,
		handOver,
		close,
		async write(bytes) {
			stdout.write((link?.presenter.interrupt() ?? '') + bytes);
			await drain();
			await nextTurn();
		},
		listen(listener) {
			repliesTo.add(listener);
			return () => {
				repliesTo.delete(listener);
			};
		},
	};
};
