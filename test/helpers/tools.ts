import {execFile} from 'node:child_process';
import process from 'node:process';
import type {TestContext} from 'vitest';
import {execute} from './folders.js';

export type Outcome = {readonly code: number | string; readonly stdout: string; readonly stderr: string};

/** Skips the test, and says why, where a program of the system is missing. */
export const need = async (context: TestContext, ...tools: readonly string[]): Promise<void> => {
	for (const tool of tools) {
		await execute('sh', ['-c', 'PATH=$PATH:/usr/sbin:/sbin; command -v "$1"', 'sh', tool]).catch(() => context.skip(`there is no ${tool} here`));
	}
};

/** Runs a program of the system to its end, whatever its exit code. */
export const attempt = async (program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> => {
	const {promise, resolve} = Promise.withResolvers<Outcome>();
	const full = {...process.env, ...env};
	execFile(program, args, {env: {...full, PATH: `${full['PATH'] ?? ''}:/usr/sbin:/sbin`}, maxBuffer: 100_000_000}, (error, stdout, stderr) => {
		resolve({code: error === null ? 0 : error.code ?? 'a signal', stdout, stderr});
	});
	return promise;
};
