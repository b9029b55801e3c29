import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {expect} from 'vitest';
import {decodeName} from '../../source/text/names.js';
import {launch, sessionId, type Place} from './sojourn.js';
import type {TerminalOptions, TestTerminal} from './terminal.js';

const binary = path.resolve(import.meta.dirname, '../../dist/bin.cjs');

/** A folder for the PATH with `sojourn` in it, and `note`, which writes its arguments to a file. */
export const makeTools = (place: Place): string => {
	const bin = path.join(place.home, 'bin');
	fs.mkdirSync(bin, {recursive: true});
	fs.writeFileSync(path.join(bin, 'sojourn'), `#!/bin/sh\nexec '${process.execPath}' '${binary}' "$@"\n`, {mode: 0o755});
	fs.writeFileSync(path.join(bin, 'note'), `#!/bin/sh\nif [ $# -gt 0 ]; then printf '%s\\0' "$@"; fi > '${place.home}/noted.part'\nmv '${place.home}/noted.part' '${place.home}/noted'\n`, {mode: 0o755});
	return bin;
};

/** A shell in a terminal. `$` ends its prompt. */
export const openShell = async (place: Place, shell: string, args: readonly string[], options: Partial<TerminalOptions> = {}): Promise<TestTerminal> => {
	const bin = makeTools(place);
	const terminal = launch(place, args, {
		command: shell, ...options, env: {
			PATH: `${bin}:${process.env['PATH']!}`, PS1: 'here$ ', SOJOURN_SESSION: sessionId, ...options.env,
		},
	});
	await terminal.waitFor('$');
	return terminal;
};

/** What `note` was given, when it has been. */
export const noted = async (place: Place): Promise<string[]> => {
	const file = path.join(place.home, 'noted');
	await expect.poll(() => fs.existsSync(file), {timeout: 10_000}).toBe(true);
	const words = decodeName(fs.readFileSync(file)).split('\0').slice(0, -1);
	fs.rmSync(file);
	return words;
};
