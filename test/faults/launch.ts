import {spawn, type ChildProcess} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** How a process has ended, and what it has said. */
export type Ended = {
	readonly code: number | undefined;
	readonly signal: NodeJS.Signals | undefined;
	readonly stdout: string;
	readonly stderr: string;
	/** It was killed, as it took too long. */
	readonly hasHung: boolean;
};

export type LaunchOptions = {
	readonly cwd: string;
	readonly env: Readonly<Record<string, string>>;
	/** The user and group that it runs as, of which the caller must be root. */
	readonly uid?: number | undefined;
	/** Called with each line of standard output as it comes. */
	readonly onLine?: (line: string) => void;
};

/** A run that takes longer hangs: many run at once, on few processors. */
const limit = 120_000;

/** Starts a process in a group of its own, standard input left open. */
export const launch = (command: readonly string[], {cwd, env, uid, onLine}: LaunchOptions): {readonly child: ChildProcess; readonly ended: Promise<Ended>} => {
	const child = spawn(command[0]!, command.slice(1), {
		cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'], ...(uid !== undefined && {uid, gid: uid}),
	});
	let stdout = '';
	let stderr = '';
	let told = 0;
	child.stdin.on('error', () => undefined); // It may end without having read.
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		stdout += text;
		const lines = stdout.slice(told).split('\n');
		const rest = lines.pop()!;
		told = stdout.length - rest.length;
		for (const line of lines) {
			onLine?.(line);
		}
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		stderr += text;
	});
	let hasHung = false;
	const timer = setTimeout(() => {
		hasHung = true;
		killGroup(child, 'SIGKILL');
	}, limit);
	const {promise, resolve, reject} = Promise.withResolvers<Ended>();
	child.on('error', reject);
	child.on('close', (code, signal) => {
		clearTimeout(timer);
		resolve({code: code ?? undefined, signal: signal ?? undefined, stdout, stderr, hasHung});
	});
	return {child, ended: promise};
};

/** Sends a signal to a process that `launch` has started, and to all that it has started itself. */
export const killGroup = ({pid}: ChildProcess, signal: NodeJS.Signals): void => {
	try {
		process.kill(-pid!, signal);
	} catch {
		// It has ended by itself.
	}
};

/** Runs a process to its end. */
export const runToEnd = async (command: readonly string[], {input = '', ...options}: LaunchOptions & {readonly input?: string}): Promise<Ended> => {
	const {child, ended} = launch(command, options);
	child.stdin!.end(input);
	return ended;
};

/** Waits for something that is to happen elsewhere, and that nothing tells of. */
export const until = async (isSo: () => boolean, what: string, patience = 60_000): Promise<void> => {
	const end = performance.now() + patience;
	while (!isSo()) {
		if (performance.now() > end) {
			throw new Error(`waited too long for ${what}`);
		}

		const {promise, resolve} = Promise.withResolvers<void>();
		setTimeout(resolve, 20);
		await promise;
	}
};

/** Copies a build of the program, so that another one being made meanwhile changes nothing. @returns its `bin.cjs` */
export const copyProgram = (folder: string, dist = path.join(import.meta.dirname, '../../dist')): string => {
	const program = path.join(folder, 'dist');
	fs.cpSync(dist, program, {recursive: true});
	return path.join(program, 'bin.cjs');
};
