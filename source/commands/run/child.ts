import type {ChildProcess, StdioOptions} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {isInForeground} from '../../files/foreground.js';
import {codeOf, Failure, reasonOf} from '../../text/errors.js';
import {printable} from '../../text/printable.js';

/** What is passed on. Others stop a process, or go to the whole group anyway. */
const passed = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGALRM'] as const;

/** What a terminal sends to all that runs in front of it: the command has it already. */
const fromTerminal: ReadonlySet<string> = new Set(['SIGINT', 'SIGQUIT']);

/** Hands on what comes from now on. @returns what ends that */
const passOn = (send: (name: NodeJS.Signals) => void): () => void => {
	const listener = (name: NodeJS.Signals): void => {
		if (!fromTerminal.has(name) || !isInForeground()) {
			send(name);
		}
	};

	for (const name of passed) {
		process.on(name, listener);
	}

	return () => {
		for (const name of passed) {
			process.off(name, listener);
		}
	};
};

/** As shells have it. */
const notFound = 127;
const notExecutable = 126;

const whyNot = (error: unknown, command: string, cwd: string): Failure => {
	const start = `cannot run ${printable(command)}:`;
	const code = codeOf(error);
	if (code !== 'ENOENT') {
		return new Failure(`${start} ${reasonOf(error)}`, code === 'EACCES' || code === 'ENOEXEC' ? notExecutable : 1);
	}

	if (!fs.existsSync(cwd)) {
		return new Failure(`${start} the working directory ${printable(cwd)} is gone`, 1);
	}

	if (!command.includes('/')) {
		return new Failure(`${start} there is no such program on the PATH`, notFound);
	}

	return fs.existsSync(path.resolve(cwd, command))
		? new Failure(`${start} what its first line says it runs with is missing`, notExecutable)
		: new Failure(`${start} there is no such program`, notFound);
};

/**
Runs a program with this one's standard input, output and error, and waits for its end. Signals that come meanwhile are passed on to it, and end this process only with it.

@param words - the program, and its arguments
@param options.descriptor - is open in the program too, as its descriptor 3: a lock on it lasts as long as any of both
@returns the program's exit code, 128+n where signal n has ended it
@throws Failure with exit code 127 where there is no such program, 126 where it may not be run
*/
export const runChild = async ([command, ...words]: readonly [string, ...string[]], {cwd, environment, descriptor}: {
	readonly cwd: string;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly descriptor?: number | undefined;
}): Promise<number> => {
	const {spawn} = process.getBuiltinModule('node:child_process'); // Loaded late: most commands run nothing.
	const {promise, resolve, reject} = Promise.withResolvers<number>();
	const stdio: StdioOptions = ['inherit', 'inherit', 'inherit', ...(descriptor === undefined ? [] : [descriptor])];
	let child: ChildProcess | undefined;
	// Before the program is there: it may be quicker than this one, and whoever sees that it runs may send a signal.
	const stop = passOn(name => {
		child?.kill(name);
	});
	try {
		child = spawn(command, words, {cwd, env: {...environment}, stdio});
		child.on('error', error => {
			if (child?.pid === undefined) {
				reject(error); // Else a signal could not be delivered: it has ended.
			}
		});
		child.on('exit', (code, signal) => {
			resolve(signal === null ? code! : 128 + os.constants.signals[signal]);
		});
		return await promise;
	} catch (error) {
		throw whyNot(error, command, cwd);
	} finally {
		stop();
	}
};
