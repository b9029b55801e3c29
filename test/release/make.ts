import {execFile} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';
import type {TestContext} from 'vitest';
import {need} from '../helpers/tools.js';

const execute = promisify(execFile); // eslint-disable-line @typescript-eslint/strict-void-return -- Node's own promise form

export const root = path.join(import.meta.dirname, '../..');

/** Skips a test where the packages cannot be made. */
export const needTools = async (context: TestContext): Promise<void> => {
	if (process.platform !== 'linux') {
		context.skip('the packages are for Linux');
	}

	await need(context, 'strip', 'xz', 'dpkg-deb', 'unzip');
};

/** Makes the packages as `npm run release` does, but compresses quickly. */
export const makeRelease = async (folder: string, only = 'npm,archive,debian', env: Readonly<Record<string, string>> = {}): Promise<void> => {
	await execute(process.execPath, [`${root}/source/release.js`, '--to', folder, '--level', '0', '--only', only], {cwd: root, env: {...process.env, ...env}});
};
