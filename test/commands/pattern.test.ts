import fs from 'node:fs';
import process from 'node:process';
import {describe, expect, it, test} from 'vitest';
import {parsePattern} from '../../source/commands/pattern.js';
import {decodeName} from '../../source/text/names.js';
import {plant, temporaryFolder} from '../helpers/folders.js';
import {environmentOf, openHome, openProgram, type Home} from '../helpers/program.js';
import {attempt, need} from '../helpers/tools.js';

describe('a pattern', () => {
	test.each<[pattern: string, matches: readonly string[], others: readonly string[]]>([
		['single/*', ['single/a', 'single/.hidden', 'single/new\nline', 'single/\u{DCFF}'], ['single', 'single/a/b', 'bulk/a']],
		['bulk/**/*.png', ['bulk/a.png', 'bulk/x/.png', 'bulk/x/new\n/z.png'], ['bulk/a.png/b', 'single/a.png', 'bulk/a.PNG']],
		['**/*.png', ['single/a.png', 'bulk/x/y/a.png'], ['bulk']],
		['bulk/**', ['bulk/a', 'bulk/.x/new\nline'], ['bulk', 'single/a']],
		['*/a', ['single/a', 'bulk/a'], ['single/b/a']],
		['single/?', ['single/a', 'single/\u{1F389}', 'single/\u{DCFF}', 'single/\n'], ['single/ab', 'single/']],
		['single/[a-c]x', ['single/bx'], ['single/dx', 'single/[a-c]x']],
		['single/{a,b}{1..3}.txt', ['single/a1.txt', 'single/b3.txt'], ['single/c1.txt', 'single/a4.txt']],
		['single/!(a)', ['single/b'], ['single/a']],
		[String.raw`single/\**`, ['single/*x'], ['single/x']],
		['single/.*', ['single/.a'], ['single/a']],
		['./single/*', ['single/a'], []],
		['single/$^+*', ['single/$^+1'], ['single/x']],
	])('%s', (text, matches, others) => {
		const pattern = parsePattern(text)!;
		expect([...matches, ...others].filter(path => pattern.matches(path, false))).toEqual(matches);
		for (const path of matches) {
			expect(pattern.parts).toContain(path.split('/', 1)[0]);
		}
	});

	it('that ends in a slash matches folders alone', () => {
		const pattern = parsePattern('bulk/*/')!;
		expect([pattern.matches('bulk/a', true), pattern.matches('bulk/a', false)]).toEqual([true, false]);
	});

	test.each(['single/a.png', '', 'single/[a', 'single/a+b', 'single/!a', '#a', String.raw`single/\*`, '$HOME'])('is not %j', text => {
		expect(parsePattern(text)).toBeUndefined();
	});

	it('that is too long matches nothing', () => {
		expect(parsePattern(`single/${'*'.repeat(70_000)}`)?.matches('single/a', false)).toBe(false);
	});
});

const program = openProgram();

type Place = Home & {readonly place: string; readonly sh: (script: string) => ReturnType<typeof attempt>};

const openPlace = async (files: Readonly<Record<string, string>>): Promise<Place> => {
	const home = openHome(program, await temporaryFolder());
	const place = `${home.outputs}/${await home.session()}`;
	plant(place, files);
	return {...home, place, sh: async script => attempt('bash', ['-c', `set -o pipefail; sojourn() { '${process.execPath}' '${program.folder}/bin.cjs' "$@"; }; export -f sojourn; cd '${home.work}'; ${script}`], {...environmentOf(home.home), SOJOURN_OUTPUTS: home.outputs})};
};

const files = {
	'single/a.png': '1', 'single/b.txt': '22', 'single/[x].png': '3', 'single/x.png': '4', 'bulk/b10/1.png': '', 'bulk/b9/1.png': '', 'bulk/b9/.hidden.png': '', 'bulk/b9/deep/2.png': '', 'bulk/b9/deep/notes': '',
};

describe('ls', () => {
	it('lists what patterns and paths name, each once, in one order', async () => {
		const {run} = await openPlace(files);
		const lines = async (...args: readonly string[]): Promise<string[]> => (await run(['ls', ...args])).stdout.split('\n').slice(0, -1);
		expect(await lines('bulk/**/*.png')).toEqual(['bulk/b9/.hidden.png', 'bulk/b9/1.png', 'bulk/b9/deep/2.png', 'bulk/b10/1.png']);
		expect(await lines('bulk/*')).toEqual(['bulk/b9', 'bulk/b10']);
		expect(await lines('bulk/b9/*/')).toEqual(['bulk/b9/deep']);
		expect(await lines('single/x.png', 'bulk/b9/deep', 'single/?.png')).toEqual(['single/a.png', 'single/x.png', 'bulk/b9/deep/2.png', 'bulk/b9/deep/notes']);
		expect(await lines('bulk/b9', 'bulk/**/*.png')).toEqual(['bulk/b9/.hidden.png', 'bulk/b9/1.png', 'bulk/b9/deep', 'bulk/b9/deep/2.png', 'bulk/b9/deep/notes', 'bulk/b10/1.png']);
		expect(await lines('--tree', 'single/?.png', 'bulk/b9/deep')).toEqual(['single/a.png  1 B', 'single/x.png  1 B', 'bulk/b9/deep/', '├── 2.png  0 B', '└── notes  0 B']);
		expect(await lines('--tree', 'bulk/b9', 'bulk/b10', '**/deep/*')).toEqual(['bulk/b9/', '├── .hidden.png  0 B', '├── 1.png  0 B', '└── deep/', '    ├── 2.png  0 B', '    └── notes  0 B', 'bulk/b10/', '└── 1.png  0 B']);
		expect(await lines('--tree', 'bulk/*', 'bulk/b9/deep/2.png')).toEqual(['bulk/b9/', 'bulk/b9/deep/2.png  0 B', 'bulk/b10/']);
	});

	it('takes a name for itself, if there is one, before it takes it for a pattern', async () => {
		const {run, place} = await openPlace(files);
		expect(await run(['ls', 'single/[x].png'])).toMatchObject({code: 0, stdout: 'single/[x].png\n'});
		fs.rmSync(`${place}/single/[x].png`);
		expect(await run(['ls', 'single/[x].png'])).toMatchObject({code: 0, stdout: 'single/x.png\n'});
	});

	it('says where nothing matches', async () => {
		const {run} = await openPlace(files);
		expect(await run(['ls', '*.png\u{1B}[2J'])).toMatchObject({code: 1, stdout: '', stderr: String.raw`sojourn: no output matches "*.png\x1b[2J": paths are as "sojourn ls" prints them, and begin with single/ or bulk/${'\n'}`});
		expect(await run(['ls', 'single/nothing'])).toMatchObject({code: 1, stderr: 'sojourn: there is no output single/nothing: "sojourn ls" lists those there are\n'});
		expect(await run(['ls', 'elsewhere'])).toMatchObject({code: 1, stderr: expect.stringContaining('paths start with single/ or bulk/') as string});
	});
});

describe('export', () => {
	it('takes patterns: one file that matches as it is, several as a ZIP', async context => {
		await need(context, 'unzip');
		const {run, work} = await openPlace(files);
		expect(await run(['export', '**/[a]*'])).toMatchObject({code: 0, stdout: `${work}/a.png\n`});
		expect(await run(['export', 'bulk/**/*.png', 'bulk/b9/deep', '--to', 'b.zip'])).toMatchObject({code: 0});
		const {stdout} = await attempt('unzip', ['-Z1', `${work}/b.zip`]);
		expect(stdout.split('\n').filter(name => name !== '' && !name.endsWith('/')).sort()).toEqual(['bulk/b10/1.png', 'bulk/b9/.hidden.png', 'bulk/b9/1.png', 'bulk/b9/deep/2.png', 'bulk/b9/deep/notes']);
	});
});

describe('rm', () => {
	it('takes no patterns: a name that is gone would take another with it', async () => {
		const {run, place} = await openPlace(files);
		fs.rmSync(`${place}/single/[x].png`);
		expect(await run(['rm', '--yes', 'single/[x].png'])).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining('rm takes no patterns: "sojourn ls -0 PATTERN | xargs -0 -o sojourn rm"') as string});
		expect(fs.existsSync(`${place}/single/x.png`)).toBe(true);
	});
});

describe('-0', () => {
	it('hands names from one command to another, whatever they are', async () => {
		const names = ['a\nb', 'c d', '\'"', '$(x)', '\\', String.raw`\x41`, '-n', '*', 'ü', '\u{DCFF}'];
		const {sh, place} = await openPlace({'bulk/keep/a': '', ...Object.fromEntries(names.map(name => [`single/${name}`, name]))});
		// A function cannot be started by xargs.
		const xargs = 'xargs -0 bash -c \'sojourn "$@"\' sojourn';
		const {code, stderr} = await sh(`sojourn ls -0 single | ${xargs} export --zip --to all.zip`);
		expect({code, stderr}).toEqual({code: 0, stderr: expect.stringContaining('is no UTF-8') as string});
		expect(await sh(String.raw`sojourn ls -0 '[s]ingle/*' | ${xargs} rm -0 --yes | tr '\0' '\n' | wc -l`)).toMatchObject({code: 0, stdout: '11\n', stderr: ''});
		expect(fs.readdirSync(`${place}/single`)).toEqual([]);
		expect(fs.readdirSync(`${place}/bulk`)).toEqual(['keep']);
	});

	it('ends a path with NUL, exact: path, add, export', async () => {
		const {run, place, work} = await openPlace({'single/ü': ''});
		plant(work, {'new\nline': 'x'});
		expect((await run(['path', '-0', 'bulk'])).bytes.toString()).toBe(`${place}/bulk\0`);
		expect(decodeName((await run(['add', '-0', 'new\nline'])).bytes)).toBe('single/new\nline\0');
		expect((await run(['export', '-0', 'single/ü'])).stdout).toBe(`${work}/ü\0`);
	});
});
