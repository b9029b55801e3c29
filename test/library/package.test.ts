import fs from 'node:fs';
import {stripTypeScriptTypes} from 'node:module';
import path from 'node:path';
import process from 'node:process';
import {beforeAll, describe, expect, test} from 'vitest';
import {execute, temporaryFolder} from '../helpers/folders.js';
import {environmentOf} from '../helpers/program.js';
import {readRecipe} from '../helpers/recipes.js';

const root = path.join(import.meta.dirname, '../..');

/** What another program does with the library, in TypeScript. */
const consumer = fs.readFileSync(path.join(import.meta.dirname, 'consumer.ts'), 'utf8');

const expected = {
	added: {path: 'single/a.txt', bytes: 3}, listed: ['single/a.txt', 'single/b.txt'], sessions: 1, zip: 2, file: 1, changes: 2, keep: 'number', code: 'ERR_SESSION_HELD', kept: 1, wrong: 'maxAgeHours',
};

/** A project elsewhere that has nothing but the packed library, and Node's types. */
const makeProject = async (tarball: string): Promise<string> => {
	const project = await temporaryFolder();
	fs.writeFileSync(`${project}/package.json`, '{"name": "consumer", "type": "module", "private": true}\n');
	fs.mkdirSync(`${project}/node_modules/sojourn`, {recursive: true});
	await execute('tar', ['-xzf', tarball, '-C', `${project}/node_modules/sojourn`, '--strip-components=1']);
	fs.mkdirSync(`${project}/node_modules/@types`);
	for (const name of ['@types/node', 'undici-types']) {
		if (fs.existsSync(`${root}/node_modules/${name}`)) {
			fs.symlinkSync(`${root}/node_modules/${name}`, `${project}/node_modules/${name}`);
		}
	}

	return project;
};

const runIn = async (project: string, args: readonly string[]): Promise<string> => {
	const {stdout} = await execute(process.execPath, args, {cwd: project, env: environmentOf(project)});
	return stdout;
};

describe('the packed library', () => {
	let tarball: string;
	let folder: string;

	beforeAll(async () => {
		folder = fs.mkdtempSync(path.join(fs.realpathSync(process.env['TMPDIR'] ?? '/tmp'), 'sojourn-pack-'));
		const {stdout} = await execute('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {cwd: root});
		const packed = JSON.parse(stdout) as unknown;
		const [{filename}] = (Array.isArray(packed) ? packed : Object.values(packed as object)) as [{filename: string}];
		tarball = path.join(folder, filename);
		return () => {
			fs.rmSync(folder, {recursive: true});
		};
	}, 60_000);

	test.each([
		['NodeNext', 'NodeNext'],
		['ESNext', 'Bundler'],
	])('is type-checked and run from TypeScript (module %s)', async (module, moduleResolution) => {
		const project = await makeProject(tarball);
		fs.writeFileSync(`${project}/consumer.ts`, consumer);
		fs.writeFileSync(`${project}/tsconfig.json`, JSON.stringify({
			compilerOptions: {
				target: 'ES2024', module, moduleResolution, strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, types: ['node'], outDir: 'built', rootDir: '.',
			},
			files: ['consumer.ts'],
		}));
		const checked = await execute(process.execPath, [`${root}/node_modules/typescript/lib/tsc.js`, '-p', project]).catch((error: unknown) => error as {stdout: string});
		expect(checked.stdout).toBe('');
		expect(JSON.parse(await runIn(project, ['built/consumer.js']))).toEqual(expected);
	}, 60_000);

	test('is run from plain JavaScript, and loads neither Ink nor React', async () => {
		const project = await makeProject(tarball);
		fs.writeFileSync(`${project}/consumer.js`, stripTypeScriptTypes(consumer));
		expect(JSON.parse(await runIn(project, ['consumer.js']))).toEqual(expected);
		const code = fs.readFileSync(`${project}/node_modules/sojourn/dist/index.js`, 'utf8');
		expect(code).not.toMatch(/node_modules\/(?:ink|react|react-reconciler|yoga-layout|meow)\//);
		expect([...code.matchAll(/^import .*from "(?<from>[^"]+)";$/gm)].map(match => match.groups!['from'])).toEqual([]);
	});

	test('has declarations that name nothing private', async () => {
		const project = await makeProject(tarball);
		const place = `${project}/node_modules/sojourn/dist`;
		const declarations = fs.readdirSync(place, {recursive: true, encoding: 'utf8'}).filter(name => name.endsWith('.d.ts'));
		expect(declarations).toContain('index.d.ts');
		for (const name of declarations) {
			const text = fs.readFileSync(`${place}/${name}`, 'utf8');
			const named = [...text.matchAll(/(?:from |import\()'(?<from>[^']+)'/g)].map(match => match.groups!['from']!);
			expect(named.filter(from => !/^(?:node:[a-z]+|\.\/(?:library\/)?[a-z]+\.js)$/.test(from))).toEqual([]);
		}

		expect(fs.existsSync(`${project}/node_modules/sojourn/source`)).toBe(false);
	});

	test('does what the README says', async () => {
		const project = await makeProject(tarball);
		fs.mkdirSync(`${project}/data/sojourn`, {recursive: true});
		fs.writeFileSync(`${project}/render.png`, 'a picture');
		fs.writeFileSync(`${project}/recipe.ts`, readRecipe('library'));
		const output = await runIn(project, ['recipe.ts']);
		expect(output.split('\n')).toEqual(['single/render.png', 'bulk/batch-1/notes.txt', '2 files in outputs.zip', 'removed 0 sessions', '']);
		await execute('unzip', ['-tq', `${project}/outputs.zip`]);
	});

	test('is installed by npm', async () => {
		const project = await temporaryFolder();
		fs.writeFileSync(`${project}/package.json`, '{"name": "consumer", "type": "module", "private": true}\n');
		await execute('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', tarball], {cwd: project});
		expect(await runIn(project, ['--input-type=module', '--eval', 'import * as sojourn from "sojourn"; console.log(typeof sojourn.exportZip)'])).toBe('function\n');
	}, 120_000);
});
