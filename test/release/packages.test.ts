import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {execute, isRoot, plant, temporaryFolder} from '../helpers/folders.js';
import {makePng} from '../helpers/pictures.js';
import {readRecipe} from '../helpers/recipes.js';
import {isRestored, launch, makePlace} from '../helpers/sojourn.js';
import {attempt, need} from '../helpers/tools.js';
import {makeRelease, needTools} from './make.js';
import {run, useAll, type Installed} from './use.js';

/** What stands in for sudo where one is root. */
const sudo = '#!/bin/sh\nexec "$@"\n';

/** The packages, made once; and the executable, unpacked far from the repository. */
let packages: string;
let executable: string;

const nameOf = (end: RegExp): string => path.join(packages, fs.readdirSync(packages).find(name => end.test(name))!);

beforeEach(needTools);

beforeAll(async () => {
	const folder = fs.mkdtempSync(path.join(fs.realpathSync(process.env['TMPDIR'] ?? '/tmp'), 'sojourn-packages-'));
	packages = path.join(folder, 'made');
	// Without the tools each test is skipped, and says why.
	if (process.platform === 'linux' && (await attempt('sh', ['-c', 'command -v strip && command -v xz && command -v dpkg-deb'])).code === 0) {
		await makeRelease(packages);
		await execute('tar', ['-xJf', nameOf(/\.tar\.xz$/), '-C', folder, '--strip-components=1']);
		executable = path.join(folder, 'sojourn');
	}

	return () => {
		fs.rmSync(folder, {recursive: true});
	};
}, 120_000);

test('the same files give the same bytes, whoever makes packages of them, and wherever', async () => {
	const folder = await temporaryFolder();
	fs.mkdirSync(`${folder}/tmp`);
	const mask = process.umask(0o077);
	try {
		await makeRelease(`${folder}/made`, undefined, {TMPDIR: `${folder}/tmp`, TZ: 'Asia/Tokyo', LANG: 'C', HOME: folder});
	} finally {
		process.umask(mask);
	}

	const sums = fs.readFileSync(`${folder}/made/SHA256SUMS`, 'utf8');
	expect(sums).toBe(fs.readFileSync(`${packages}/SHA256SUMS`, 'utf8'));
	expect(sums.trim().split('\n')).toHaveLength(3);
	await execute('sha256sum', ['-c', '--strict', 'SHA256SUMS'], {cwd: packages});
	expect(fs.readdirSync(`${folder}/tmp`).filter(name => name.startsWith('sojourn'))).toEqual([]);
}, 120_000);

describe('the executable', () => {
	test('is installed, and gives a ZIP, as the README says', async () => {
		const home = await temporaryFolder();
		const {stdout} = await execute('sh', ['-ec', `cd "$1"; ${readRecipe('install-executable')} cd; ${readRecipe('first-zip')}`, 'sh', packages], {env: {PATH: `${home}/.local/bin:/usr/bin:/bin`, HOME: home}});
		expect(stdout).toContain('single/notes.txt');
		await execute('unzip', ['-tq', `${home}/first.zip`]);
		fs.rmSync(path.join(packages, path.basename(nameOf(/\.tar\.xz$/), '.tar.xz')), {recursive: true});
	});

	test('does all without Node, with an empty PATH and options for Node that there are not', async () => {
		const home = await temporaryFolder();

		const installed: Installed = {command: executable, env: {PATH: '', HOME: home, NODE_OPTIONS: '--no-such-option'}};
		fs.mkdirSync(`${home}/work`);
		await useAll(installed, `${home}/work`);
		expect(fs.existsSync(`${home}/.cache`)).toBe(false);
		await expect(run(installed, ['--expose-gc'], home)).rejects.toMatchObject({code: 2});
	}, 60_000);

	test('browses, and shows code and pictures', async () => {
		const place = await makePlace({
			'single/a.txt': 'first', 'single/b.js': 'const answer = 42;\n', 'single/c.png': makePng({width: 8, height: 8, pixel: (x, y) => [x * 30, y * 30, 128]}),
		});
		const terminal = launch(place, undefined, {command: executable, env: {PATH: ''}});
		await terminal.waitFor('c.png');
		terminal.press('j');
		await terminal.waitFor('first');
		terminal.press('j');
		await terminal.waitFor('const answer = 42;');
		terminal.press('j');
		await terminal.waitFor(/[▀▄█]{3}/v);
		terminal.press('q');
		expect(await terminal.exit).toMatchObject({exitCode: 0});
		expect(isRestored(terminal)).toBe(true);
	}, 60_000);

	test('asks the system for no more than the Debian package says', async context => {
		await need(context, 'objdump');
		const {stdout: headers} = await execute('objdump', ['-p', executable]);
		expect([...headers.matchAll(/NEEDED +(?<name>\S+)/gv)].map(match => match.groups!['name']!).filter(name => !/^(?:ld-linux.*|lib(?:dl|m|pthread)\.so\.\d)$/v.test(name))).toEqual(['libatomic.so.1', 'libstdc++.so.6', 'libgcc_s.so.1', 'libc.so.6']);
		const newest = (library: string): number => Math.max(...[...headers.matchAll(new RegExp(String.raw` ${library}_\d+\.(?<minor>[\d.]+)`, 'gv'))].map(match => Number(match.groups!['minor']!.replace(/^4\./v, ''))));
		const {stdout: depends} = await execute('dpkg-deb', ['-f', nameOf(/\.deb$/), 'Depends']);
		expect(depends).toContain(`libc6 (>= 2.${newest('GLIBC')})`);
		expect(newest('GLIBCXX')).toBeLessThanOrEqual(21); // In libstdc++6 since 5.2.
	});
});

describe('the Debian package', () => {
	test('holds the program, its documentation, completions and units, and nothing else', async () => {
		const {stdout} = await execute('dpkg-deb', ['-c', nameOf(/\.deb$/)]);
		const files = stdout.trim().split('\n').filter(line => !line.endsWith('/')).map(line => line.split(/\s+/));
		expect(files.map(words => [words[0], words[1], words.at(-1)].join(' '))).toEqual([
			'-rwxr-xr-x root/root ./usr/bin/sojourn',
			...[
				'lib/systemd/system/sojourn-sweep.service', 'lib/systemd/system/sojourn-sweep.timer', 'share/bash-completion/completions/sojourn',
				'share/doc/sojourn/changelog.gz', 'share/doc/sojourn/copyright', 'share/doc/sojourn/licences.txt', 'share/fish/vendor_completions.d/sojourn.fish', 'share/man/man1/sojourn.1.gz', 'share/zsh/vendor-completions/_sojourn',
			].map(name => `-rw-r--r-- root/root ./usr/${name}`),
		]);
	});

	test('has the units of the README, which find the program where the package puts it', async () => {
		const folder = await temporaryFolder();
		await execute('dpkg-deb', ['-x', nameOf(/\.deb$/), folder]);
		const unit = (name: string): string => fs.readFileSync(`${folder}/usr/lib/systemd/system/sojourn-sweep.${name}`, 'utf8');
		expect(unit('timer')).toBe(readRecipe('timer'));
		expect(unit('service')).toBe(readRecipe('service').replace('ExecStart=/usr/local/bin/sojourn ', 'ExecStart=/usr/bin/sojourn '));
		expect(unit('service')).toContain('ExecStart=/usr/bin/sojourn sweep');
	});

	test.skipIf(!isRoot)('is installed and purged, and leaves outputs and the timer to their owners', async context => {
		await need(context, 'unshare', 'dpkg', 'mount');
		const folder = await temporaryFolder();
		plant(folder, {'layer/': '', 'outputs/': ''});
		// On a layer over the system, which nobody else sees and which goes with the last process in it.
		fs.mkdirSync(`${folder}/bin`);
		fs.writeFileSync(`${folder}/bin/sudo`, sudo, {mode: 0o755});
		const {code, stdout, stderr} = await attempt('unshare', ['--mount', '--propagation', 'private', 'sh', path.join(import.meta.dirname, 'install.sh'), packages, `${folder}/layer`, `${folder}/outputs`, readRecipe('install-debian')], {PATH: `${folder}/bin:${process.env['PATH']!}`});
		if (code === 99 || stderr.startsWith('unshare')) {
			context.skip(`no layer can be put over the system here: ${stderr}`);
		}

		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		expect(stdout.split('\n')).toEqual([
			'installed', '0.1.0', 'single/story.txt', 'timer: disabled', 'removed', 'left: ', 'purged', 'left: ', '',
		]);
		expect(fs.readdirSync(`${folder}/outputs`)).toHaveLength(2); // The session, and the control directory.
	}, 60_000);
});
