import {execFileSync, spawn} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {build} from 'esbuild';
import fc from 'fast-check';
import {describe, expect, it, test} from 'vitest';
import {Directory} from '../../source/files/descriptor.js';
import {walkDirectory} from '../../source/files/walk.js';
import {asUser, execute, isRoot, plant, stranger, temporaryFolder} from '../helpers/folders.js';

type Seen = {readonly paths: string[]; readonly errors: Map<string, string>};

const walk = async (folder: string): Promise<Seen> => {
	const seen: Seen = {paths: [], errors: new Map()};
	for await (const chunk of walkDirectory(await Directory.open(folder))) {
		for (const entry of chunk) {
			if ('error' in entry) {
				seen.errors.set(entry.path, String(entry.error));
			} else {
				seen.paths.push(entry.path);
			}
		}
	}

	return seen;
};

const openDescriptors = (): number => fs.readdirSync('/proc/self/fd').length;

/** A chain of `depth` folders, each with `width` others beside the next, of which each holds a file. */
const plantComb = (folder: string, depth: number, width: number): void => {
	execFileSync('python3', ['-c', `
import os, sys
os.chdir(sys.argv[1])
for level in range(int(sys.argv[2])):
    for index in range(int(sys.argv[3])):
        os.mkdir(str(index)); open(str(index) + '/f', 'w').close()
    os.mkdir('d'); os.chdir('d')
open('last', 'w').close()
`, folder, String(depth), String(width)]);
};

test('a tree that is deep and wide at once is seen whole with few descriptors', async () => {
	const folder = await temporaryFolder();
	fs.mkdirSync(`${folder}/tree`);
	plantComb(`${folder}/tree`, 400, 6);
	const script = path.join(folder, 'walk.mjs');
	await build({
		stdin: {
			resolveDir: import.meta.dirname,
			contents: `
import {Directory} from '../../source/files/descriptor.ts';
import {walkDirectory} from '../../source/files/walk.ts';
let [entries, errors, last] = [0, [], ''];
for await (const chunk of walkDirectory(await Directory.open(process.argv[2]))) {
	for (const entry of chunk) {
		entries++;
		if ('error' in entry) {
			errors.push(String(entry.error));
		} else if (entry.path.endsWith('/last')) {
			last = entry.path;
		}
	}
}
console.log(JSON.stringify({entries, errors: errors.slice(0, 3), depth: last.split('/').length}));
`,
		},
		bundle: true, platform: 'node', format: 'esm', outfile: script, logLevel: 'error',
	});
	const child = spawn('sh', ['-c', 'ulimit -n 80; exec "$@"', 'sh', process.execPath, script, `${folder}/tree`], {stdio: ['ignore', 'pipe', 'inherit']});
	let output = '';
	for await (const data of child.stdout) {
		output += String(data);
	}

	expect(JSON.parse(output)).toEqual({entries: (400 * ((6 * 2) + 1)) + 1, errors: [], depth: 401});
});

describe('a walk', () => {
	it('sees each entry once, a folder before what it holds, in any tree, and leaves nothing open', async () => {
		const tree = fc.array(fc.array(fc.constantFrom('a', 'b', 'c'), {minLength: 1, maxLength: 45}), {maxLength: 8});
		await fc.assert(fc.asyncProperty(tree, async names => {
			const folder = await fs.promises.mkdtemp('/tmp/sojourn-walk-');
			try {
				for (const place of names) {
					fs.mkdirSync(path.join(folder, ...place), {recursive: true});
					fs.writeFileSync(path.join(folder, ...place, 'file'), '');
				}

				const before = openDescriptors();
				const {paths, errors} = await walk(folder);
				expect(openDescriptors()).toBe(before);
				expect([...errors]).toEqual([]);
				expect([...paths].sort()).toEqual(fs.readdirSync(folder, {recursive: true}).map(String).sort());
				const seen = new Set<string>();
				for (const place of paths) {
					expect(place.includes('/') ? seen.has(path.dirname(place)) : true).toBe(true);
					seen.add(place);
				}
			} finally {
				fs.rmSync(folder, {recursive: true});
			}
		}), {numRuns: 40});
	});

	it.skipIf(!isRoot)('passes over what may not be listed, entered or looked at, however deep it lies, and sees all the rest', async () => {
		const folder = await temporaryFolder();
		// So deep that the folders above are given up on the way down, each of them with a sibling still to come.
		const deep = Array.from({length: 60}, (_, level) => `d${level}`);
		plant(folder, Object.fromEntries(deep.map((_, level) => [`${deep.slice(0, level).join('/')}${level === 0 ? '' : '/'}a/f`, ''])));
		const bottom = `${folder}/${deep.slice(0, -1).join('/')}`;
		const modes = {shut: 0o000, listed: 0o444, entered: 0o111} as const;
		plant(bottom, {'shut/f': '', 'listed/f': '', 'entered/f': ''});
		await execute('chown', ['-R', String(stranger), folder]);
		const expected = fs.readdirSync(folder, {recursive: true}).map(String).filter(place => !/\/(?:shut|listed|entered)\/f$/.test(place)).sort();
		for (const [name, mode] of Object.entries(modes)) {
			fs.chmodSync(`${bottom}/${name}`, mode);
		}

		const before = openDescriptors();
		const {paths, errors} = await asUser(stranger, async () => walk(folder));
		expect([...errors.keys()].map(place => place.slice(place.indexOf('d58/') + 4)).sort()).toEqual(['entered', 'listed/f', 'shut']);
		expect(paths.sort()).toEqual(expected);
		expect(openDescriptors()).toBe(before);
	});

	it.skipIf(!isRoot)('goes on above a folder that may be listed but not entered, also if it has to find its way back from there', async () => {
		const folder = await temporaryFolder();
		const deep = Array.from({length: 60}, (_, level) => `d${level}`);
		const around = deep.map((_, level) => ['.', ...deep.slice(0, level)].join('/'));
		plant(folder, Object.fromEntries(around.flatMap(place => [1, 2, 3, 4, 5].map(index => [`${place}/listed${index}/f`, '']))));
		await execute('chown', ['-R', String(stranger), folder]);
		const expected = fs.readdirSync(folder, {recursive: true}).map(String).filter(place => !place.endsWith('/f')).sort();
		for (const place of around) {
			for (const index of [1, 2, 3, 4, 5]) {
				fs.chmodSync(`${folder}/${place}/listed${index}`, 0o444);
			}
		}

		const {paths, errors} = await asUser(stranger, async () => walk(folder));
		expect(paths.sort()).toEqual(expected);
		expect([...errors.keys()].filter(place => !/\/?listed\d\/f$/.test(place))).toEqual([]);
	});

	it('that loses a folder which is moved away while it is deep inside ends, says what it could not see, and leaves nothing open', async () => {
		const folder = await temporaryFolder();
		fs.mkdirSync(`${folder}/tree`);
		plantComb(`${folder}/tree`, 60, 2);
		const before = openDescriptors();
		const errors: string[] = [];
		let isMoved = false;
		for await (const chunk of walkDirectory(await Directory.open(`${folder}/tree`))) {
			for (const entry of chunk) {
				if ('error' in entry) {
					errors.push(String(entry.error));
				}

				if (!isMoved && entry.path.endsWith('/last')) {
					isMoved = true;
					fs.renameSync(`${folder}/tree/${'d/'.repeat(10)}d`, `${folder}/away`);
				}
			}
		}

		expect(openDescriptors()).toBe(before);
		expect(isMoved).toBe(true);
		expect(errors).not.toEqual([]);
	});

	it('is cancelled at any depth, and leaves nothing open', async () => {
		const folder = await temporaryFolder();
		plantComb(folder, 80, 2);
		const before = openDescriptors();
		for (const depth of [1, 40, 80]) {
			const controller = new AbortController();
			await expect(async () => {
				for await (const chunk of walkDirectory(await Directory.open(folder), '', controller.signal)) {
					if (chunk.some(({path: place}) => place.split('/').length === depth)) {
						controller.abort();
					}
				}
			}).rejects.toThrow('abort');
			expect(openDescriptors()).toBe(before);
		}
	});
});
