import {execFileSync} from 'node:child_process';
import {existsSync, rmSync, statSync} from 'node:fs';
import path from 'node:path';
import {cleanEnvironment} from '../helpers/terminal.js';
import {program, startSession, type Session} from './corpus.js';
import {median, printTable} from './figures.js';
import {isInstalled} from './installed.js';
import type {ZipCorpus} from './zip-corpora.js';

type Subject = {
	readonly name: string;
	readonly command: string;
	readonly args: (file: string) => readonly string[];
};

type Run = {readonly seconds: number; readonly cpu: number; readonly megabytes: number};

/** What is asked of an archive, against `zip -r -6`. */
type Goal = {
	readonly speed: number;
	readonly size: number;
	/** Against `7z -mx1`. */
	readonly speedOf7z?: number;
};

const goals: Readonly<Record<string, Goal>> = {
	a: {speed: 4.5, size: 1.02, speedOf7z: 1.8},
	b: {speed: 1.8, size: 0.98},
	c: {speed: 8, size: 1},
};

/** Megabytes of memory that no archive may take. */
const memoryGoal = 320;

const own = 'sojourn export --zip';
const reference = 'zip -r -6';
const quick7z = '7z -tzip -mx1';

const python = `
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
    for folder, _, names in os.walk('single'):
        archive.write(folder)
        for name in names:
            archive.write(os.path.join(folder, name))
`;

/** Runs a program and tells what it took, its children included; the disk has nothing else to do when it starts. */
const timer = `
import json, os, subprocess, sys, time
os.sync()
start = time.monotonic()
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(child.pid, 0)
print(json.dumps({'seconds': time.monotonic() - start, 'cpu': usage.ru_utime + usage.ru_stime, 'megabytes': usage.ru_maxrss / 1000}))
sys.exit(0 if status == 0 else 1)
`;

const measure = (command: string, args: readonly string[], cwd: string, home: string): Run =>
	JSON.parse(execFileSync('python3', ['-c', timer, command, ...args], {cwd, env: cleanEnvironment(home), encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit']})) as Run;

const ownArgs = ({outputs, id}: Session, ...more: readonly string[]): string[] =>
	[program[1], 'export', ...more, '--quiet', '--outputs', outputs, '--session', id];

const subjectsFor = (session: Session): Subject[] => [
	{name: own, command: program[0], args: file => ownArgs(session, 'single', '--zip', '--to', file)},
	...(isInstalled('zip') ? [{name: reference, command: 'zip', args: (file: string) => ['-r', '-q', '-6', file, 'single']}] : []),
	...(isInstalled('7z')
		? [
			{name: '7z -tzip', command: '7z', args: (file: string) => ['a', '-tzip', '-bd', file, 'single']},
			{name: quick7z, command: '7z', args: (file: string) => ['a', '-tzip', '-mx1', '-bd', file, 'single']},
		]
		: []),
	...(isInstalled('bsdtar') ? [{name: 'bsdtar', command: 'bsdtar', args: (file: string) => ['-c', '-f', file, '--format', 'zip', 'single']}] : []),
	{name: 'Python zipfile', command: 'python3', args: file => ['-c', python, file]},
];

const verdict = (what: string, value: number, isMet: boolean, goal: string): string => `${isMet ? 'met    ' : 'NOT MET'}  ${what}: ${value.toFixed(3)} (goal: ${goal})`;

type Results = {
	readonly runs: readonly Run[];
	readonly bytes: number;
};

/** @returns a line for each goal */
const judge = (key: string, results: ReadonlyMap<string, Results>): string[] => {
	const timeOf = (name: string): number => median((results.get(name)?.runs ?? []).map(({seconds}) => seconds));
	const mine = results.get(own)!;
	const memory = Math.max(...mine.runs.map(({megabytes}) => megabytes));
	const goal = goals[key];
	const lines = [verdict(`(${key}) peak memory in MB`, memory, memory < memoryGoal, `below ${memoryGoal}`)];
	if (goal === undefined) {
		return lines;
	}

	const speed = timeOf(reference) / timeOf(own);
	const size = mine.bytes / (results.get(reference)?.bytes ?? NaN);
	lines.push(
		verdict(`(${key}) times as fast as ${reference}`, speed, speed >= goal.speed, `at least ${goal.speed}`),
		verdict(`(${key}) size against ${reference}`, size, Math.round(size * 100) / 100 <= goal.size, `at most ${goal.size}`),
	);
	if (goal.speedOf7z !== undefined) {
		const quicker = timeOf(quick7z) / timeOf(own);
		lines.push(verdict(`(${key}) times as fast as ${quick7z}`, quicker, quicker >= goal.speedOf7z, `at least ${goal.speedOf7z}`));
	}

	return lines;
};

/** Runs each subject in turn, so often; the first round warms the page cache and is not counted. */
const compare = (subjects: readonly Subject[], runs: number, cwd: string, file: string, home: string): Map<string, Results> => {
	const results = new Map(subjects.map(({name}) => [name, {runs: [] as Run[], bytes: 0}]));
	for (let round = 0; round <= runs; round++) {
		for (const {name, command, args} of subjects) {
			const run = measure(command, args(file), cwd, home);
			const result = results.get(name)!;
			result.bytes = statSync(file).size;
			rmSync(file);
			if (round > 0 || runs === 1) {
				result.runs.push(run);
			}
		}
	}

	return results;
};

const tableOf = (title: string, results: ReadonlyMap<string, Results>, against: string): void => {
	const base = results.get(against) ?? {runs: [], bytes: NaN};
	const baseTime = median(base.runs.map(({seconds}) => seconds));
	const baseCpu = median(base.runs.map(({cpu}) => cpu));
	printTable(title, ['program', 'median s', 'min', 'max', 'times as fast', 'CPU s', 'of its CPU', 'MB', 'of its size', 'peak MB'], [...results].map(([name, {runs, bytes}]) => {
		const times = runs.map(({seconds}) => seconds);
		const cpu = median(runs.map(run => run.cpu));
		return [name, median(times), Math.min(...times), Math.max(...times), baseTime / median(times), cpu, cpu / baseCpu, bytes / 1e6, (bytes / base.bytes).toFixed(3), Math.max(...runs.map(run => run.megabytes))];
	}));
};

/**
A session as one ZIP, beside others who pack the same files.

@param scale - how large the session is, against what the goals are for
@returns a line for each goal
*/
export const compareZip = (corpus: ZipCorpus, {runs, scale, home}: {readonly runs: number; readonly scale: number; readonly home: string}): string[] => {
	const session = startSession(home, `outputs-${corpus.key}`);
	const file = path.join(home, 'bench.zip');
	try {
		corpus.write(session.single, scale);
		const cwd = path.dirname(session.single);
		const title = `(${corpus.key}) ${corpus.what}${scale === 1 ? '' : `, times ${scale}`}`;
		const results = compare(subjectsFor(session), runs, cwd, file, home);
		tableOf(`ZIP of ${title}, against ${reference}`, results, reference);
		const large = path.join(session.single, 'checkpoint.bin');
		if (existsSync(large)) {
			const copy = path.join(home, 'copy.bin');
			const copies = compare([
				{name: 'sojourn export', command: program[0], args: to => ownArgs(session, 'single/checkpoint.bin', '--to', to)},
				{name: 'cp', command: 'cp', args: to => ['single/checkpoint.bin', to]},
				{name: 'cp and sync', command: 'sh', args: to => ['-c', 'cp single/checkpoint.bin "$0" && sync "$0"', to]},
			], runs, cwd, copy, home);
			tableOf(`Copy of ${title}, against cp that waits for the disk as sojourn does`, copies, 'cp and sync');
		}

		return judge(corpus.key, results);
	} finally {
		rmSync(session.outputs, {recursive: true, force: true});
	}
};
