import {execFileSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {cleanEnvironment} from '../helpers/terminal.js';

/** The built program, as it is started. */
export const program = [process.execPath, path.resolve(import.meta.dirname, '../../dist/bin.cjs')] as const;

export type Session = {readonly outputs: string; readonly id: string; readonly single: string};

/** Starts a session with the program, in an outputs directory of its own, as a producer would find it. */
export const startSession = (home: string, name: string): Session => {
	const outputs = path.join(home, name);
	mkdirSync(outputs);
	const run = (...args: string[]) => execFileSync(program[0], [program[1], ...args, '--outputs', outputs], {
		encoding: 'utf8', env: cleanEnvironment(home), stdio: ['ignore', 'pipe', 'inherit'],
	}).trim();
	const id = run('start', '--no-sweep', '--quiet');
	return {outputs, id, single: run('path', 'single', '--session', id)};
};

/** The name of the file that stands first in every order. */
export const firstFile = 'picture-000000.txt';

/** Small text files, each with its own content, none hidden. */
export const writeManyFiles = (folder: string, count: number): void => {
	for (let index = 0; index < count; index++) {
		const name = `picture-${String(index).padStart(6, '0')}.txt`;
		writeFileSync(path.join(folder, name), `${name}\n${`line ${index}\n`.repeat(index % 7)}`);
	}
};
