import {execFile} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {promisify} from 'node:util';
import {expect} from 'vitest';

const execute = promisify(execFile); // eslint-disable-line @typescript-eslint/strict-void-return -- Node's own promise form

/** An installed program, and its whole environment. */
export type Installed = {readonly command: string; readonly env: Readonly<Record<string, string>>};

/** Runs it in a folder. @returns standard output; rejects where it does not end with 0 */
export const run = async ({command, env}: Installed, args: readonly string[], cwd: string): Promise<string> => {
	const {stdout} = await execute(command, args, {cwd, env});
	return stdout;
};

/** Uses what an installed program must be able to do, in an empty folder: start, add, list, take out one file and a ZIP of several (which is written by threads), sweep, help, complete. */
export const useAll = async (installed: Installed, folder: string): Promise<void> => {
	const sojourn = async (...args: readonly string[]): Promise<string> => run(installed, args, folder);
	const {version} = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, '../../package.json'), 'utf8')) as {version: string};
	expect(await sojourn('--version')).toBe(`${version}\n`);
	const id = (await sojourn('start', '--label', 'stay')).trim();
	fs.mkdirSync(`${folder}/batch`);
	fs.writeFileSync(`${folder}/batch/a.txt`, 'a'.repeat(300_000));
	fs.writeFileSync(`${folder}/b.txt`, 'b');
	expect(await sojourn('add', 'batch', 'b.txt')).toBe('bulk/batch/a.txt\nsingle/b.txt\n');
	expect((await sojourn('ls')).split('\n')).toEqual(expect.arrayContaining(['bulk/batch/a.txt', 'single/b.txt']));
	await sojourn('export', 'single/b.txt', '--to', 'taken.txt');
	expect(fs.readFileSync(`${folder}/taken.txt`, 'utf8')).toBe('b');
	await sojourn('export', '--zip', '--to', 'all.zip');
	expect((await execute('unzip', ['-t', 'all.zip'], {cwd: folder})).stdout).toContain('No errors detected');
	expect(JSON.parse(await sojourn('sweep', '--json'))).toMatchObject({removed: [], kept: [{id}]});
	expect(await sojourn('--help')).toContain('sojourn export');
	expect(await sojourn('completions', 'bash')).toContain('complete ');
};
