import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {beforeAll, describe, expect, test} from 'vitest';
import {execute, plant, temporaryFolder} from '../helpers/folders.js';
import {environmentOf} from '../helpers/program.js';
import {readRecipe} from '../helpers/recipes.js';
import {makeRelease, root} from './make.js';
import {run, useAll, type Installed} from './use.js';

/** What is in a package besides declarations of the library. */
const needed = [
	'LICENSE', 'README.md', 'dist/bin.cjs', 'dist/cli.js', 'dist/export/thread.js', 'dist/index.d.ts', 'dist/index.js', 'dist/licences.txt', 'dist/man/sojourn.1', 'dist/preview/worker.js', 'dist/start.cjs', 'package.json',
];

const isDeclaration = (name: string): boolean => /^dist\/library\/[a-z]+\.d\.ts$/.test(name);

/** An environment in which nothing but this Node is found. */
const environmentWithNode = (home: string): Record<string, string> => {
	fs.mkdirSync(`${home}/bin`);
	fs.symlinkSync(process.execPath, `${home}/bin/node`);
	return {...environmentOf(home), PATH: `${home}/bin`};
};

/** Installs a package for everybody, with no registry to ask and nothing kept from before. @returns the prefix */
const install = async (tarball: string, home: string): Promise<string> => {
	const prefix = `${home}/prefix`;
	await execute('npm', ['install', '--global', '--prefix', prefix, '--offline', '--cache', `${home}/npm-cache`, '--no-audit', '--no-fund', tarball], {env: {...process.env, ...environmentOf(home)}});
	return prefix;
};

describe('the package for npm', () => {
	let tarball: string;

	beforeAll(async () => {
		const folder = fs.mkdtempSync(path.join(fs.realpathSync(process.env['TMPDIR'] ?? '/tmp'), 'sojourn-npm-'));
		await makeRelease(folder, 'npm');
		tarball = path.join(folder, fs.readdirSync(folder).find(name => name.endsWith('.tgz'))!);
		return () => {
			fs.rmSync(folder, {recursive: true});
		};
	}, 60_000);

	test('holds what is needed, and asks for no other package', async () => {
		const {stdout} = await execute('tar', ['-tzf', tarball]);
		const names = stdout.trim().split('\n').map(name => name.replace('package/', ''));
		expect(names.filter(name => !isDeclaration(name)).sort()).toEqual(needed);
		const {stdout: text} = await execute('tar', ['-xzOf', tarball, 'package/package.json']);
		expect(Object.keys(JSON.parse(text) as object).filter(key => /dependencies|scripts/i.test(key))).toEqual([]);
	});

	test('is installed offline, used, and removed', async () => {
		const home = await temporaryFolder();
		const prefix = await install(tarball, home);
		expect(fs.readdirSync(`${prefix}/lib/node_modules`).filter(name => !name.startsWith('.'))).toEqual(['sojourn']);
		expect(fs.existsSync(`${prefix}/lib/node_modules/sojourn/node_modules`)).toBe(false);
		expect(fs.existsSync(`${prefix}/share/man/man1/sojourn.1`)).toBe(true);
		const installed: Installed = {command: `${prefix}/bin/sojourn`, env: environmentWithNode(home)};
		fs.mkdirSync(`${home}/work`);
		await useAll(installed, `${home}/work`);
		const library = `import {listSessions} from ${JSON.stringify(`${prefix}/lib/node_modules/sojourn/dist/index.js`)}; for (const session of await listSessions()) console.log(session.label);`;
		expect(await run({...installed, command: process.execPath}, ['--input-type=module', '--eval', library], home)).toBe('stay\n');
		await execute('npm', ['uninstall', '--global', '--prefix', prefix, 'sojourn'], {env: {...process.env, ...environmentOf(home)}});
		expect(fs.existsSync(`${prefix}/bin/sojourn`)).toBe(false);
	}, 60_000);

	test('is installed, and gives a ZIP, as the README says', async () => {
		const home = await temporaryFolder();
		const env = {...environmentOf(home), PATH: `${home}/prefix/bin:${path.dirname(process.execPath)}:${process.env['PATH']!}`, npm_config_prefix: `${home}/prefix`, npm_config_offline: 'true', npm_config_cache: `${home}/npm-cache`};
		const {stdout} = await execute('sh', ['-ec', `cd "$1"; ${readRecipe('install-npm')} cd; ${readRecipe('first-zip')}`, 'sh', path.dirname(tarball)], {env});
		expect(stdout).toContain('single/notes.txt');
		await execute('unzip', ['-tq', `${home}/first.zip`]);
	}, 60_000);

	test('works without what is no program: its threads, declarations and manual page', async () => {
		const home = await temporaryFolder();
		const prefix = await install(tarball, home);
		for (const name of ['export', 'index.d.ts', 'index.js', 'library', 'licences.txt', 'man', 'preview']) {
			fs.rmSync(`${prefix}/lib/node_modules/sojourn/dist/${name}`, {recursive: true});
		}

		fs.mkdirSync(`${home}/work`);
		await useAll({command: `${prefix}/bin/sojourn`, env: environmentWithNode(home)}, `${home}/work`);
	}, 60_000);
});

test('npm pack in the repository holds no more', async () => {
	// In a copy: others may be reading the built program.
	const folder = await temporaryFolder();
	fs.cpSync(`${root}/dist`, `${folder}/dist`, {recursive: true});
	plant(folder, {'dist/release/old.tgz': '', 'source/cli.ts': '', 'test/cli.test.ts': ''});
	for (const name of ['package.json', 'README.md', 'LICENSE']) {
		fs.copyFileSync(`${root}/${name}`, `${folder}/${name}`);
	}

	const {stdout} = await execute('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {cwd: folder});
	const packed = JSON.parse(stdout) as unknown;
	const [{files}] = (Array.isArray(packed) ? packed : Object.values(packed as object)) as [{files: ReadonlyArray<{path: string}>}];
	expect(files.map(file => file.path).filter(name => !isDeclaration(name)).sort()).toEqual(needed);
});
