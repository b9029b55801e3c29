import {createWriteStream} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {pipeline} from 'node:stream/promises';
import {spawn} from 'node:child_process';
import {execute, layOut, root} from './staging.js';

/**
Makes `sojourn-VERSION-linux-ARCH.tar.xz`: the executable with its manual page, completions and licences, in a folder of that name.

@param {{version: string, executable: string, man: string, completions: Readonly<Record<'bash' | 'zsh' | 'fish', string>>, licences: string, output: string, folder: string, time: number, level: string}} options - `level` is that of xz
@returns {Promise<string>} its name
*/
export const makeArchive = async ({version, executable, man, completions, licences, output, folder, time, level}) => {
	const name = `sojourn-${version}-linux-${process.arch}`;
	await layOut(path.join(folder, name), [
		{to: 'sojourn', from: executable, mode: 0o755},
		{to: 'sojourn.1', text: man},
		...Object.entries(completions).map(([shell, text]) => ({to: `completions/sojourn.${shell}`, text})),
		{to: 'LICENSE', from: path.join(root, 'LICENSE')},
		{to: 'licences.txt', text: licences},
	], time);
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
