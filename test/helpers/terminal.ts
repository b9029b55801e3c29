import {Buffer} from 'node:buffer';
import {constants} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {spawn} from '@lydell/node-pty';
import {bytesOfKey} from './key-bytes.js';
import {createScreen, linesOf} from './screen.js';

/** What ended a program: `signal` is a number, as in `os.constants.signals`, and absent (or 0) for a program that ended by itself. */
export type Exit = {readonly exitCode: number; readonly signal: number | undefined};

export type TerminalOptions = {
	/** The program under test where it is left out: `node dist/bin.cjs`. */
	readonly command?: string;
	readonly args?: readonly string[];
	readonly columns?: number;
	readonly rows?: number;
	/** Stands in for the home directory; all XDG directories are inside it. */
	readonly home: string;
	readonly cwd?: string;
	/** Added to an environment that says nothing about the machine which the test runs on. */
	readonly env?: Readonly<Record<string, string>>;
	/** A terminal that gives graphemes the widths of Unicode 6, as old ones do. */
	readonly isOld?: boolean;
	/** Told of all that the program has written, whenever there is more: what it returns is sent, as a terminal's answer. */
	readonly answer?: (output: string) => string;
};

export type TestTerminal = {
	readonly pid: number;
	/** Sends characters as typed. */
	readonly type: (text: string) => void;
	/** Sends keys, by the names of source/explorer/keys.ts, in one go. */
	readonly press: (...keys: readonly string[]) => void;
	/** Sends text as a terminal sends a paste: in brackets if the program asked for them. */
	readonly paste: (text: string) => void;
	readonly resize: (columns: number, rows: number) => void;
	/** The visible lines, without what is blank at their end. */
	readonly screen: () => string[];
	/** The visible lines, joined by `\n`. */
	readonly text: () => string;
	readonly isCursorVisible: () => boolean;
	/** Row and column of the cursor, counted from 0. */
	readonly cursor: () => {readonly row: number; readonly column: number};
	readonly isAlternate: () => boolean;
	readonly isPasteBracketed: () => boolean;
	readonly isMouseReported: () => boolean;
	/** Clicks a place of the screen, counted from 0, or turns the wheel over it, as a terminal reports it that was asked to. */
	readonly mouse: (kind: 'click' | 'wheel-up' | 'wheel-down', row: number, column: number) => void;
	/** Bytes that the program has written so far. */
	readonly bytesWritten: () => number;
	/** Everything that the program has written so far. */
	readonly output: () => string;
	/**
	Resolves when the screen shows the text, matches the expression, or satisfies the predicate, looked at after all that the program writes.

	@throws {Error} with the whole screen, after `timeout` milliseconds or when the program has ended
	*/
	readonly waitFor: (condition: string | RegExp | (() => boolean), options?: {readonly timeout?: number}) => Promise<void>;
	/** Resolves when nothing has been written for `quiet` milliseconds. Only for counting bytes. */
	readonly waitForQuiet: (quiet?: number) => Promise<void>;
	readonly kill: (signal?: NodeJS.Signals) => void;
	readonly exit: Promise<Exit>;
	/** Ends the program if it still runs. For the end of a test. */
	readonly dispose: () => Promise<void>;
};

const ambient = /^(?:CI|CI_.*|CONTINUOUS_INTEGRATION|BUILD_NUMBER|NO_COLOR|FORCE_COLOR|TMUX.*|COLUMNS|LINES|NODE_OPTIONS|NODE_ENV|VITEST.*|XDG_.*|SOJOURN_.*|SESSION_TIMEOUT_HOURS|LC_.*|LANG|LANGUAGE|COLORTERM|TERM.*|EDITOR|VISUAL|PAGER|SSH_.*|DEV)$/v;

const binary = path.resolve(import.meta.dirname, '../../dist/bin.cjs');

/** The environment of a fresh account: what the test's own environment would change is left out. */
export const cleanEnvironment = (home: string, additions: Readonly<Record<string, string>> = {}): Record<string, string> => ({
	...Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => !ambient.test(entry[0]))),
	TERM: 'xterm-256color',
	LANG: 'C.UTF-8',
	HOME: home,
	XDG_CONFIG_HOME: path.join(home, '.config'),
	XDG_DATA_HOME: path.join(home, '.local/share'),
	XDG_STATE_HOME: path.join(home, '.local/state'),
	XDG_CACHE_HOME: path.join(home, '.cache'),
	...additions,
});

/**
Runs a program in a real pseudo-terminal, with a terminal in memory that shows what it writes. No query of the program is answered, as with a terminal that knows none of them.
*/
export const openTerminal = (options: TerminalOptions): TestTerminal => {
	const {command = process.execPath, args = [], columns = 120, rows = 40, home, cwd = home, env = {}, isOld = false, answer} = options;
	const terminal = createScreen(columns, rows, isOld);
	const child = spawn(command, [...(options.command === undefined ? [binary] : []), ...args], {
		name: env['TERM'] ?? 'xterm-256color', cols: columns, rows, cwd, env: cleanEnvironment(home, env),
	});

	let isCursorVisible = true;
	const showCursor = (isVisible: boolean) => (parameters: ReadonlyArray<number | number[]>) => {
		isCursorVisible = parameters.includes(25) ? isVisible : isCursorVisible;
		return false;
	};

	terminal.parser.registerCsiHandler({prefix: '?', final: 'h'}, showCursor(true));
	terminal.parser.registerCsiHandler({prefix: '?', final: 'l'}, showCursor(false));

	let output = '';
	let ended: Exit | undefined;
	const watchers = new Set<() => void>();
	const changed = () => {
		for (const watcher of watchers) {
			watcher();
		}
	};

	child.onData(data => {
		output += data;
		terminal.write(data, changed);
		const sent = answer?.(output) ?? '';
		if (sent !== '') {
			child.write(sent);
		}
	});
	const {promise: exit, resolve} = Promise.withResolvers<Exit>();
	child.onExit(({exitCode, signal}) => {
		// After all that the program wrote has been taken in.
		terminal.write('', () => {
			ended = {exitCode, signal};
			changed();
			resolve(ended);
		});
	});

	const screen = () => linesOf(terminal);
	const text = () => screen().join('\n');
	const send = (data: string) => {
		child.write(data);
	};

	const holds = (condition: string | RegExp | (() => boolean)): boolean => {
		if (typeof condition === 'function') {
			return condition();
		}

		return typeof condition === 'string' ? text().includes(condition) : new RegExp(condition.source, condition.flags.replace(/[gy]/v, '')).test(text());
	};

	const waitFor: TestTerminal['waitFor'] = async (condition, {timeout = 10_000} = {}) => {
		const asked = new Error('Waiting'); // Keeps the place that asked.
		const {promise, resolve: found, reject} = Promise.withResolvers<void>();
		const fail = (reason: string) => {
			const frame = text().trimEnd().split('\n').map(line => `  | ${line}`).join('\n');
			asked.message = `${reason} while waiting for ${String(condition)}. The screen:\n${frame}`;
			reject(asked);
		};

		const look = () => {
			try {
				if (holds(condition)) {
					found();
				} else if (ended) {
					fail(`The program ended (code ${ended.exitCode}, signal ${ended.signal ?? 0})`);
				}
			} catch (error) {
				reject(error);
			}
		};

		const timer = setTimeout(() => {
			fail(`${timeout} ms passed`);
		}, timeout);
		watchers.add(look);
		look();
		try {
			await promise;
		} finally {
			clearTimeout(timer);
			watchers.delete(look);
		}
	};

	const waitForQuiet = async (quiet = 100) => {
		const {promise, resolve: found} = Promise.withResolvers<void>();
		const timer = setTimeout(found, quiet);
		const restart = () => {
			timer.refresh();
		};

		watchers.add(restart);
		await promise;
		watchers.delete(restart);
	};

	const kill = (signal: NodeJS.Signals = 'SIGTERM') => {
		if (!ended) {
			process.kill(child.pid, constants.signals[signal]);
		}
	};

	return {
		pid: child.pid,
		type: send,
		press(...keys) {
			send(keys.map(key => bytesOfKey(key)).join(''));
		},
		paste(pasted) {
			const sent = pasted.replaceAll('\n', '\r');
			send(terminal.modes.bracketedPasteMode ? `\u{1B}[200~${sent}\u{1B}[201~` : sent);
		},
		resize(newColumns, newRows) {
			terminal.resize(newColumns, newRows);
			child.resize(newColumns, newRows);
		},
		screen,
		text,
		isCursorVisible: () => isCursorVisible,
		cursor: () => ({row: terminal.buffer.active.cursorY, column: terminal.buffer.active.cursorX}),
		isAlternate: () => terminal.buffer.active.type === 'alternate',
		isPasteBracketed: () => terminal.modes.bracketedPasteMode,
		isMouseReported: () => terminal.modes.mouseTrackingMode !== 'none',
		mouse(kind, row, column) {
			if (terminal.modes.mouseTrackingMode === 'none') {
				return;
			}

			const report = (code: number, end: string) => `\u{1B}[<${code};${column + 1};${row + 1}${end}`;
			send(kind === 'click' ? report(0, 'M') + report(0, 'm') : report(kind === 'wheel-up' ? 64 : 65, 'M'));
		},
		bytesWritten: () => Buffer.byteLength(output),
		output: () => output,
		waitFor,
		waitForQuiet,
		kill,
		exit,
		async dispose() {
			try {
				process.kill(-child.pid, 'SIGKILL'); // With what it started, all in the session that was made for it.
			} catch {}

			await exit;
			terminal.dispose();
		},
	};
};
