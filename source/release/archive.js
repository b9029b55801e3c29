import {createWriteStream} from 'node:fs';
import path from 'node:path';
import {pipeline} from 'node:stream/promises';
import {spawn} from 'node:child_process';
import {execute, layOut} from './staging.js';

/**
Makes `sojourn-VERSION-linux-ARCH.tar.xz`: the executable with its manual page, completions and licences, in a folder of that name.

@param {{name: string, files: ReadonlyArray<object>, output: string, folder: string, time: number, level: number}} options - `files` as layOut takes them, `level` that of xz
@returns {Promise<string>} its name
*/
export const makeArchive = async ({name, files, output, folder, time, level}) => {
	await layOut(path.join(folder, name), files, time);
	const tar = path.join(folder, `${name}.tar`);
	await execute('tar', ['--create', '--file', tar, '--format=gnu', '--sort=name', '--owner=0', '--group=0', '--numeric-owner', `--mtime=@${time}`, '-C', folder, name]);
	// With a fixed number of threads: with one it writes other blocks than with several.
	const xz = spawn('xz', [`-${level}`, '--threads=2', '--stdout', tar], {stdio: ['ignore', 'pipe', 'inherit']});
	const ended = new Promise((resolve, reject) => {
		xz.on('error', reject);
		xz.on('close', code => {
			if (code === 0) {
				resolve();
			} else {
				reject(new Error(`xz ended with ${code}`));
			}
		});
	});
	await Promise.all([pipeline(xz.stdout, createWriteStream(path.join(output, `${name}.tar.xz`))), ended]);
	return `${name}.tar.xz`;
};
