import {spawn} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/**
Child processes under `strace`, which kills them at a chosen system call, or makes that call fail.

`strace` counts the calls of each thread by itself. So all asynchronous work is given to one thread (`UV_THREADPOOL_SIZE=1`), and its calls come in the same order in each run.
*/

export type Fault = 'KILL' | 'EIO' | 'ENOSPC';

/** What is done at which system call: at the one of number `call`, counted from 1. */
export type Injection = {
	readonly fault: Fault;
	readonly syscall: string;
	readonly call: number;
	/** How many opens come before those of the program; none if absent. */
	readonly warmUp?: number | undefined;
};

export type Ended = {
	readonly code: number | undefined;
	readonly signal: NodeJS.Signals | undefined;
	readonly stdout: string;
	readonly stderr: string;
	readonly hasHung: boolean;
};

/** System calls that change what lies on a disk. Those that a machine does not have are not asked for. */
const changing = '^(renameat2|renameat|rename|linkat|link|unlinkat|unlink|mkdirat|mkdir|rmdir|fsync|fdatasync|ftruncate|truncate|fallocate|fchmodat2|fchmodat|fchmod|chmod|fchownat|fchown|utimensat|futimesat|utimes|symlinkat|symlink|writev|write|pwritev2|pwritev|pwrite64|copy_file_range|sendfile|openat)$';

/** A run that takes longer hangs. */
const limit = 20_000;

/** Is loaded before the program, and opens more files than Node's main thread does: a count that this one has reached too would strike it first. What is asked for here is done first, as one thread does all in turn. */
export const warmUpOf = (opens: number): string => `
const fs = require('node:fs');
for (let number = 0; number < ${opens}; number++) {
	fs.open('/dev/null', (error, descriptor) => {
		fs.close(descriptor);
	});
}
`;

/** Runs a command to its end, or for 20 s. */
export const run = async (command: readonly string[], {cwd, env}: {readonly cwd: string; readonly env: Readonly<Record<string, string>>}): Promise<Ended> => {
	// A group of its own: killed alone, strace would leave the program behind.
	const child = spawn(command[0]!, command.slice(1), {cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe']});
	let stdout = '';
	let stderr = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		stdout += text;
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		stderr += text;
	});
	let hasHung = false;
	const timer = setTimeout(() => {
		hasHung = true;
		process.kill(-child.pid!, 'SIGKILL');
	}, limit);
	try {
		const [code, signal] = await once(child, 'close') as [number | null, NodeJS.Signals | null];
		return {code: code ?? undefined, signal: signal ?? undefined, stdout, stderr, hasHung};
	} finally {
		clearTimeout(timer);
	}
};

/** Why nothing can be traced here; `undefined` if it can. */
export const whyNoTracing = async (): Promise<string | undefined> => {
	try {
		const {code, stderr} = await run(['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=mkdir', '-e', 'inject=mkdir:error=EIO:when=1', 'true'], {cwd: '/', env: {PATH: process.env['PATH'] ?? ''}});
		return code === 0 ? undefined : `strace does not work here: ${stderr.trim()}`;
	} catch {
		return 'strace is not installed';
	}
};

/** A traced run: the words before the command, and the log to read afterwards. */
const strace = (log: string, options: readonly string[]): string[] => ['strace', '-f', '-y', '-qq', '-o', log, ...options];

/** The words that strike `command` with a fault. */
export const struck = (command: readonly string[], log: string, {fault, syscall, call}: Injection): string[] => [
	...strace(log, [
		// Quicker, but then a signal does not come through.
		...(fault === 'KILL' ? [] : ['--seccomp-bpf']),
		'-e', `trace=${syscall}`, '-e', `inject=${syscall}:${fault === 'KILL' ? 'signal=KILL' : `error=${fault}`}:when=${call}`,
	]),
	...command,
];

/** The line of the call that was struck; `undefined` if none was. */
export const struckLine = (log: string, {fault, syscall}: Injection): string | undefined => {
	const lines = fs.readFileSync(log, 'utf8').split('\n');
	if (fault !== 'KILL') {
		return lines.find(line => line.includes('(INJECTED)'));
	}

	return lines.some(line => line.includes('+++ killed by SIGKILL +++'))
		? lines.findLast(line => line.includes(` ${syscall}(`)) ?? ''
		: undefined;
};

/** A system call that a program makes, and at which of its calls a fault is worth while. */
export type Target = {
	readonly syscall: string;
	/** The first call that may be one of the operation's. */
	readonly first: number;
	/** The last call that one run made. */
	readonly last: number;
	/** The only ones that change something, where most do not. */
	readonly only?: readonly number[];
	/** How many opens must come first, so that no other thread makes that many. */
	readonly warmUp?: number;
};

type Counted = {
	readonly main: string;
	/** How often each thread makes each call. */
	readonly counts: ReadonlyMap<string, ReadonlyMap<string, number>>;
	/** At which of its opens a file is made. */
	readonly creations: readonly number[];
	/** Which of its writes go to a file; the others wake a thread. */
	readonly fileWrites: readonly number[];
};

const countCalls = (lines: readonly string[]): Counted => {
	const counts = new Map<string, Map<string, number>>();
	const creations: number[] = [];
	const fileWrites: number[] = [];
	let main: string | undefined;
	for (const line of lines) {
		const [, thread, syscall] = /^(\d+) +([a-z]\w*)\(/.exec(line) ?? [];
		if (thread === undefined || syscall === undefined) {
			continue;
		}

		main ??= thread; // It opens its libraries before there is another.
		const ofThread = counts.get(syscall) ?? new Map<string, number>();
		counts.set(syscall, ofThread);
		const count = (ofThread.get(thread) ?? 0) + 1;
		ofThread.set(thread, count);
		if (syscall === 'openat' && thread !== main && line.includes('O_CREAT')) {
			creations.push(count);
		} else if (syscall === 'write' && thread !== main && /\bwrite\(\d+<\/(?!dev\/)/.test(line)) {
			fileWrites.push(count);
		}
	}

	return {main: main ?? '', counts, creations, fileWrites};
};

/** Most writes wake a thread: a moment between two other calls, of which some are enough. Those to files are all struck, and as the number of wakes differs from run to run, so are their neighbours. */
const worthWriting = (first: number, last: number, fileWrites: readonly number[]): number[] =>
	Array.from({length: last - first + 1}, (_, index) => first + index)
		.filter(number => number % 10 === 0 || fileWrites.some(write => Math.abs(write - number) <= 5));

export type Planned = {
	readonly ended: Ended;
	readonly targets: readonly Target[];
	/** What strace has logged. */
	readonly lines: readonly string[];
	/** How many files the main thread has opened. */
	readonly mainOpens: number;
};

/**
Runs a command as it is, and tells which calls of it can be struck.

@param command - runs it once, given the words that come before it
@param warmUp - how many opens come first
*/
export const planTargets = async (log: string, warmUp: number, command: (before: readonly string[]) => Promise<Ended>): Promise<Planned> => {
	const ended = await command(strace(log, ['-e', `trace=/${changing}`]));
	const lines = fs.readFileSync(log, 'utf8').split('\n');
	const {main, counts, creations, fileWrites} = countCalls(lines);
	const targets: Target[] = [];
	for (const [syscall, ofThread] of counts) {
		const ofMain = ofThread.get(main) ?? 0;
		const ofOthers = Math.max(...[...ofThread].filter(([thread]) => thread !== main).map(([, count]) => count), 0);
		if (syscall === 'openat') {
			// Those of the main thread are Node's own.
			if (creations.length > 0) {
				targets.push({syscall, first: creations[0]!, last: creations.at(-1)!, only: creations, warmUp});
			}
		} else if (syscall === 'write') {
			// Node's start writes too.
			if (ofOthers > ofMain) {
				targets.push({syscall, first: ofMain + 1, last: ofOthers, only: worthWriting(ofMain + 1, ofOthers, fileWrites)});
			}
		} else {
			targets.push({syscall, first: 1, last: Math.max(ofMain, ofOthers)});
		}
	}

	return {ended, targets: targets.sort((a, b) => a.syscall.localeCompare(b.syscall, 'en')), lines, mainOpens: counts.get('openat')?.get(main) ?? 0};
};

/** Where the log of a run in `base` goes. */
export const logIn = (base: string): string => path.join(base, 'strace.log');
