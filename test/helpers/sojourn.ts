import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import {constants} from 'node:os';
import path from 'node:path';
import {onTestFailed, onTestFinished} from 'vitest';
import {formatMarker} from '../../source/session/marker.js';
import {plant, temporaryFolder} from './folders.js';
import {openTerminal, type TerminalOptions, type TestTerminal} from './terminal.js';

export const sessionId = '11111111-2222-4333-8444-555555555555';

export type Place = {
	readonly home: string;
	/** Where the program is started, empty. */
	readonly work: string;
	readonly outputs: string;
	/** Absolute path of the session that is there. */
	readonly session: string;
};

/**
A user's home with an outputs directory that holds one session. The session is kept for good and its files are old, so that a screen shows the same at any time.

@param files - the session's, by their paths; one that ends in `/` is a folder
*/
export const makePlace = async (files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<Place> => {
	const base = await temporaryFolder();
	const place = {
		home: path.join(base, 'home'), work: path.join(base, 'home/work'), outputs: path.join(base, 'outputs'), session: path.join(base, 'outputs', sessionId),
	};
	fs.mkdirSync(place.work, {recursive: true});
	fs.mkdirSync(place.outputs, {mode: 0o700});
	plant(place.session, {'single/': '', 'bulk/': '', ...files});
	const now = Date.now();
	fs.writeFileSync(path.join(place.session, '.session.json'), formatMarker({
		id: sessionId, label: 'mine', createdAt: now, lastActiveAt: now, keepUntil: 'forever',
	}), {mode: 0o600});
	const old = now - (10 * 86_400_000);
	for (const name of fs.readdirSync(place.session, {recursive: true, encoding: 'buffer'})) {
		fs.lutimesSync(Buffer.concat([Buffer.from(`${place.session}/`), name]), old / 1000, old / 1000);
	}

	return place;
};

/** Starts the built program on a terminal. Where nothing else is asked for it opens the session of the place. */
export const launch = (place: Place, args: readonly string[] = ['--session', sessionId], options: Partial<TerminalOptions> = {}): TestTerminal => {
	const terminal = openTerminal({
		args, home: place.home, cwd: place.work, columns: 100, rows: 24, ...options, env: {SOJOURN_OUTPUTS: place.outputs, ...options.env},
	});
	onTestFinished(async () => terminal.dispose());
	let ending: number | undefined;
	void terminal.exit.then(({signal}) => {
		ending = signal;
	});
	onTestFailed(() => {
		if (ending === constants.signals.SIGABRT) { // Node tells why it aborted.
			console.error(`what was written last: ${JSON.stringify(terminal.output().slice(-3000))}`);
		}
	});
	return terminal;
};

/** The line of the screen that is drawn inverse cannot be told from its text: the status bar says which row it is. */
export const at = (row: number, of?: number): RegExp => new RegExp(String.raw`\s${row}/${of ?? String.raw`\d+`}$`, 'mv');

/** What the program has written, without the sequences that it is meant to write. */
export const strays = (terminal: TestTerminal): string =>
	// eslint-disable-next-line no-control-regex -- sequences begin with one
	terminal.output().replaceAll(/\u{1B}\[(?:\?(?:1049|25|2004|2026|7|1000|1006)[hl]|[\d;]*[mHGJKX]|>0q|1[46]t|c)/gv, '').replaceAll(/[\P{Cc}\r\n]/gv, '');

/** The colours among the SGR parameters that the program has written. */
export const colours = (terminal: TestTerminal): string[] =>
	// eslint-disable-next-line no-control-regex -- sequences begin with one
	[...terminal.output().matchAll(/\u{1B}\[(?<codes>[\d;]*)m/gv)].flatMap(match => match.groups!.codes!.split(';')).filter(code => /^(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])$/v.test(code));

/** That the terminal is as it was before the program. */
export const isRestored = (terminal: TestTerminal): boolean => !terminal.isAlternate() && terminal.isCursorVisible() && !terminal.isPasteBracketed() && !terminal.isMouseReported();
