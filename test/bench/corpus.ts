import {execFileSync, spawn} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {cleanEnvironment} from '../helpers/terminal.js';

/** The built program, as it is started. */
export const program = [process.execPath, path.resolve(import.meta.dirname, '../../dist/bin.cjs')] as const;

export type Session = {readonly outputs: string; readonly id: string; readonly single: string; readonly bulk: string};

/** Starts a session with the program, in an outputs directory of its own, as a producer would find it. */
export const startSession = (home: string, name: string): Session => {
	const outputs = path.join(home, name);
	mkdirSync(outputs);
	const run = (...args: string[]) => execFileSync(program[0], [program[1], ...args, '--outputs', outputs], {
		encoding: 'utf8', env: cleanEnvironment(home), stdio: ['ignore', 'pipe', 'inherit'],
	}).trim();
	const id = run('start', '--no-sweep', '--quiet');
	return {outputs, id, single: run('path', 'single', '--session', id), bulk: run('path', 'bulk', '--session', id)};
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

/** The batch that stands first in every order. */
export const firstBatch = 'batch-000';

/** A million empty files, 100 x 100 x 100, a script for each tenth of them. A link costs less than a file, but one file cannot have so many. */
export const writeMillion = async (folder: string): Promise<void> => {
	const script = `const fs = require('node:fs'); const [folder, from, to] = process.argv.slice(1); const name = (word, index) => word + '-' + String(index).padStart(3, '0');
for (let one = Number(from); one < Number(to); one++) for (let two = 0; two < 100; two++) {
	const place = folder + '/' + name('batch', one) + '/' + name('part', two); fs.mkdirSync(place, {recursive: true}); const first = place + '/' + name('picture', 0) + '.txt'; fs.writeFileSync(first, '');
	for (let three = 1; three < 100; three++) fs.linkSync(first, place + '/' + name('picture', three) + '.txt');
}`;
	await Promise.all(Array.from({length: 10}, async (_, part) => {
		const {promise, resolve} = Promise.withResolvers<void>();
		spawn(process.execPath, ['-e', script, folder, String(part * 10), String((part + 1) * 10)], {stdio: 'inherit'}).on('close', () => {
			resolve();
		});
		return promise;
	}));
};
