/**
Makes all that is handed out: `npm run release`, into dist/release/, or `node source/release.js [--to DIR] [--level N] [--only npm,archive,debian]`. The program must have been built. What is made from the same files with the same tools is the same to the last byte: times are those of releaseTime, whoever makes it. N is the level of xz, from 0 (quick) to 9.
*/
import {createHash} from 'node:crypto';
import {
	mkdir,
	mkdtemp,
	readFile,
	rm,
	writeFile,
} from 'node:fs/promises';
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

const {values: {to, level, only}} = parseArgs({
	options: {
		to: {type: 'string', default: path.join(root, 'dist/release')},
		level: {type: 'string', default: '6'},
		only: {type: 'string', default: 'npm,archive,debian'},
	},
});
const wanted = new Set(only.split(','));

const needTools = async () => {
	for (const [tool, from] of [['strip', 'binutils'], ['xz', 'xz-utils'], ['tar', 'tar'], ['dpkg-deb', 'dpkg']]) {
		await execute(tool, ['--version']).catch(() => {
			throw new Error(`${tool} is missing: install ${from}`);
		});
	}
};

/** What goes into both packages that hold the executable. */
const makeProgram = async folder => {
	const executable = path.join(folder, 'sojourn');
	await makeExecutable(executable, path.join(folder, 'executable'));
	const completions = await Promise.all(['bash', 'zsh', 'fish'].map(async shell => {
		const {stdout} = await execute(process.execPath, [built('bin.cjs'), 'completions', shell]);
		return [shell, stdout];
	}));
	return {
		executable,
		completions: Object.fromEntries(completions),
		man: await readFile(built('man/sojourn.1'), 'utf8'),
		licences: await readFile(built('licences.txt'), 'utf8'),
	};
};

/** @returns {Promise<string[]>} the names of the packages */
const makePackages = async (output, folder) => {
	const time = await releaseTime();
	const names = wanted.has('npm') ? [await makeNpmPackage(output, path.join(folder, 'npm'), time)] : [];

	if (wanted.has('archive') || wanted.has('debian')) {
		await needTools();
		const {version} = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
		const options = {...await makeProgram(folder), version, output, level, time};
		if (wanted.has('archive')) {
			names.push(await makeArchive({...options, folder: path.join(folder, 'archive')}));
		}

		if (wanted.has('debian')) {
			names.push(await makeDebianPackage({...options, folder: path.join(folder, 'debian')}));
		}
	}

	return names;
};

const output = path.resolve(to);
await mkdir(output, {recursive: true});
const folder = await mkdtemp(path.join(tmpdir(), 'sojourn-release-'));
try {
	const sums = await Promise.all((await makePackages(output, folder)).map(async name =>
		`${createHash('sha256').update(await readFile(path.join(output, name))).digest('hex')}  ${name}\n`));
	await writeFile(path.join(output, 'SHA256SUMS'), sums.join(''));
	process.stdout.write(sums.join(''));
} finally {
	await rm(folder, {recursive: true, force: true});
}
