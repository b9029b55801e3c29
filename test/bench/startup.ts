import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, statSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {bareNode, frameOf, measureAll} from './browse.js';
import {firstFile, program, type Session} from './corpus.js';
import type {Subject} from './drive.js';
import {median, printTable} from './figures.js';

type Package = {readonly name: string; readonly command: string; readonly args: readonly string[]; readonly bytes: number};

/** Makes the packages, unpacks each where it can be started, and installs that of npm. */
const unpack = (home: string): Package[] => {
	const folder = mkdtempSync(path.join(home, 'packages-'));
	const run = (command: string, ...args: readonly string[]): void => {
		execFileSync(command, args, {stdio: ['ignore', 'ignore', 'inherit']});
	};

	run(process.execPath, path.join(import.meta.dirname, '../../source/release.js'), '--to', folder);
	const [npm, archive, debian] = ['.tgz', '.tar.xz', '.deb'].map(end => path.join(folder, readdirSync(folder).find(name => name.endsWith(end))!));
	mkdirSync(`${folder}/archive`);
	run('npm', 'install', '--global', '--prefix', `${folder}/npm`, '--offline', '--silent', npm!);
	run('tar', '-xJf', archive!, '-C', `${folder}/archive`, '--strip-components=1');
	run('dpkg-deb', '-x', debian!, `${folder}/debian`);
	const made = (name: string, command: string, file: string): Package => ({name, command: path.join(folder, command), args: [], bytes: statSync(file).size});
	return [
		{name: 'node dist/bin.cjs', command: program[0], args: [program[1]], bytes: NaN},
		made('npm', 'npm/bin/sojourn', npm!),
		made('executable', 'archive/sojourn', archive!),
		made('Debian', 'debian/usr/bin/sojourn', debian!),
	];
};

/** How long each package takes to say its version, to list a session, and to show its first frame. */
export const compareStartup = async ({outputs, id, single}: Session, runs: number, home: string): Promise<void> => {
	const packages = unpack(home);
	const node = bareNode(single);
	const measured = async (args: readonly string[], more: Partial<Subject> = {}) => measureAll(
		[node, ...packages.map(({name, command, args: first}) => ({name, command, args: [...first, ...args], cwd: single, ...more}))],
		runs,
		home,
	);
	const version = await measured(['--version']);
	const list = await measured(['ls', '--outputs', outputs, '--session', id]);
	const frame = await measured(['--outputs', outputs, '--session', id], {ready: firstFile, quit: 'q'});
	const all = (results: typeof version, name: string): number => median(results.get(name)!.map(({frameMs}) => frameMs));
	printTable('Start of each package (ms, medians)', ['package', '--version', 'ls', 'first frame', 'MB to download'], [node.name, ...packages.map(({name}) => name)].map(name => [
		name, all(version, name), name === node.name ? NaN : all(list, name), name === node.name ? NaN : frameOf(frame.get(name)), (packages.find(other => other.name === name)?.bytes ?? NaN) / 1e6,
	]));
};
