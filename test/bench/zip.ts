import {execFileSync} from 'node:child_process';
import {rmSync, statSync} from 'node:fs';
import path from 'node:path';
import {performance} from 'node:perf_hooks';
import {cleanEnvironment} from '../helpers/terminal.js';
import {program, type Session} from './corpus.js';
import {median, printTable} from './figures.js';
import {isInstalled} from './installed.js';

type Subject = {readonly name: string; readonly command: string; readonly args: (file: string) => string[]};

/** A whole session as one ZIP, beside `zip -r -6` of the same files. */
export const compareZip = (session: Session, runs: number, home: string): void => {
	const subjects: Subject[] = [
		{name: 'sojourn export --zip', command: program[0], args: file => [program[1], 'export', '--zip', '--to', file, '--quiet', '--outputs', session.outputs, '--session', session.id]},
		...(isInstalled('zip') ? [{name: 'zip -r -6', command: 'zip', args: (file: string) => ['-r', '-q', '-6', file, 'single']}] : []),
	];
	const times = subjects.map(() => [] as number[]);
	const sizes = subjects.map(() => 0);
	const file = path.join(home, 'bench.zip');
	for (let run = 0; run < runs; run++) {
		for (const [index, {command, args}] of subjects.entries()) {
			const start = performance.now();
			execFileSync(command, args(file), {cwd: path.dirname(session.single), env: cleanEnvironment(home), stdio: ['ignore', 'ignore', 'inherit']});
			times[index]!.push(performance.now() - start);
			sizes[index] = statSync(file).size;
			rmSync(file);
		}
	}

	const own = median(times[0]!);
	printTable('ZIP of 60 MB, 1024 files', ['program', 'median ms', 'min', 'max', 'MB', 'sojourn is'], subjects.map(({name}, index) =>
		[name, median(times[index]!), Math.min(...times[index]!), Math.max(...times[index]!), sizes[index]! / 1e6, own / median(times[index]!)]));
};
