/**
Makes all that is handed out: `npm run release`, into dist/release/, or `node source/release.js [--to DIR] [--level N]`. The program must have been built. What is made from the same files with the same tools is the same to the last byte: times are those of releaseTime, whoever makes it. N is the level of xz, from 0 (quick) to 9.
*/
import {createHash} from 'node:crypto';
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {makeArchive} from './release/archive.js';
import {makeDebianPackage} from './release/debian.js';
import {makeExecutable} from './release/executable.js';
import {makeNpmPackage} from './release/npm.js';
import {built} from './release/scripts.js';
import {execute, releaseTime, root} from './release/staging.js';

const {values: {to, level}} = parseArgs({options: {to: {type: 'string', default: path.join(root, 'dist/release')}, level: {type: 'string', default: '6'}}});

for (const [tool, from] of [['strip', 'binutils'], ['xz', 'xz-utils'], ['tar', 'tar'], ['dpkg-deb', 'dpkg']]) {
	await execute(tool, ['--version']).catch(() => {
		throw new Error(`${tool} is missing: install ${from}`);
	});
}

const output = path.resolve(to);
const folder = await mkdtemp(path.join(tmpdir(), 'sojourn-release-'));
try {
	await mkdir(output, {recursive: true});
	const time = await releaseTime();
	const {version} = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
	const executable = path.join(folder, 'sojourn');
	await makeExecutable(executable, path.join(folder, 'executable'));

	const man = await readFile(built('man/sojourn.1'), 'utf8');
	const licences = await readFile(built('licences.txt'), 'utf8');
	const completions = Object.fromEntries(await Promise.all(['bash', 'zsh', 'fish'].map(async shell => {
		const {stdout} = await execute(process.execPath, [built('bin.cjs'), 'completions', shell]);
		return [shell, stdout];
	})));

	const common = {output, time, level};
	const names = [
		await makeNpmPackage(output, path.join(folder, 'npm')),
		await makeArchive({
			...common,
			name: `sojourn-${version}-linux-${process.arch}`,
			files: [
				{to: 'sojourn', from: executable, mode: 0o755},
				{to: 'sojourn.1', text: man},
				...Object.entries(completions).map(([shell, text]) => ({to: `completions/sojourn.${shell}`, text})),
				{to: 'LICENSE', from: path.join(root, 'LICENSE')},
				{to: 'licences.txt', text: licences},
			],
			folder: path.join(folder, 'archive'),
		}),
		await makeDebianPackage({...common, version, executable, man, completions, licences, folder: path.join(folder, 'debian')}),
	];
	const sums = await Promise.all(names.map(async name => `${createHash('sha256').update(await readFile(path.join(output, name))).digest('hex')}  ${name}\n`));
	await writeFile(path.join(output, 'SHA256SUMS'), sums.join(''));
	process.stdout.write(sums.join(''));
} finally {
	await rm(folder, {recursive: true, force: true});
}
