import {Buffer} from 'node:buffer';
import {
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	rm,
	stat,
	symlink,
	writeFile,
} from 'node:fs/promises';
import type * as FsPromises from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
	afterEach,
	beforeEach,
	describe,
	expect,
	test,
	vi,
} from 'vitest';
import {
	numberedName,
	placeNew,
	placeOver,
	temporaryBeside,
} from '../../source/files/place.js';
import {decodeName} from '../../source/text/names.js';

const links = vi.hoisted(() => ({failWith: undefined as string | undefined}));

vi.mock('node:fs/promises', async original => {
	const real = await original<typeof FsPromises>();
	return {
		...real,
		async link(from: string, to: string) {
			if (links.failWith !== undefined) {
				throw Object.assign(new Error('link'), {code: links.failWith});
			}

			await real.link(from, to);
		},
	};
});

let directory: string;

beforeEach(async () => {
	directory = await mkdtemp(path.join(os.tmpdir(), 'sojourn-place-'));
});

afterEach(async () => {
	links.failWith = undefined;
	await rm(directory, {recursive: true});
});

const finished = async (name: string, contents: string): Promise<string> => {
	const {path: temporary, handle} = await temporaryBeside(directory, name);
	await handle.writeFile(contents);
	await handle.close();
	return temporary;
};

const names = async (): Promise<string[]> => {
	const found = await readdir(directory);
	return found.toSorted();
};

test.each([
	['a.txt', 'a (2).txt'],
	['a.tar.gz', 'a (2).tar.gz'],
	['archive.v1.zip', 'archive.v1 (2).zip'],
	['.bashrc', '.bashrc (2)'],
	['.config.json', '.config (2).json'],
	['README', 'README (2)'],
	['a.', 'a. (2)'],
	['3.5 metres long', '3.5 metres long (2)'],
	['a\nb.txt', 'a\nb (2).txt'],
])('the second %j is %j', (name, second) => {
	expect(numberedName(name, 2)).toBe(second);
});

test('a folder has no extension', () => {
	expect(numberedName('v1.2', 3, {isFolder: true})).toBe('v1.2 (3)');
});

test('a number never makes a name too long, nor cuts a character in two', () => {
	for (const name of ['é'.repeat(125) + '.jpeg', '🙂'.repeat(63) + '.gz', 'x'.repeat(255), `${'y'.repeat(246)}.tar.gz`]) {
		const second = numberedName(name, 10);
		expect(Buffer.byteLength(second)).toBeLessThanOrEqual(255);
		expect(second.isWellFormed()).toBe(true);
		expect(second).toMatch(/ \(10\)(?:\.jpeg|\.gz|\.tar\.gz)?$/v);
	}
});

describe.each([undefined, 'EPERM', 'EOPNOTSUPP'])('where link answers %s', failWith => {
	beforeEach(() => {
		links.failWith = failWith;
	});

	test('a file gets its name, or the next number, and what is there stays', async () => {
		await writeFile(`${directory}/a.txt`, 'old');
		await symlink('nowhere', `${directory}/a (2).txt`);
		expect(await placeNew(await finished('a.txt', 'new'), directory, 'a.txt')).toBe(`${directory}/a (3).txt`);
		expect(await placeNew(await finished('b.txt', 'b'), directory, 'b.txt')).toBe(`${directory}/b.txt`);
		expect(await names()).toEqual(['a (2).txt', 'a (3).txt', 'a.txt', 'b.txt']);
		expect(await readFile(`${directory}/a.txt`, 'utf8')).toBe('old');
		expect(await readFile(`${directory}/a (3).txt`, 'utf8')).toBe('new');
	});

	test('twenty at once for one name lose none', async () => {
		const placed = await Promise.all(Array.from({length: 20}, async (_, index) =>
			placeNew(await finished('a.txt', String(index)), directory, 'a.txt')));
		expect(new Set(placed).size).toBe(20);
		const contents = await Promise.all(placed.map(async place => readFile(place, 'utf8')));
		expect(contents).toEqual(Array.from({length: 20}, (_, index) => String(index)));
		expect(await names()).toHaveLength(20);
	});
});

test('a name that is not UTF-8 keeps its bytes', async () => {
	const name = decodeName(Buffer.from([0x61, 0xff, 0x2e, 0x62]));
	await placeNew(await finished(name, '1'), directory, name);
	await placeNew(await finished(name, '2'), directory, name);
	const found = await readdir(directory, {encoding: 'buffer'});
	expect(found.map(bytes => bytes.toString('latin1')).toSorted()).toEqual(['a\u{FF} (2).b', 'a\u{FF}.b']);
});

test('a temporary file is hidden, private, and fits however long the name is', async () => {
	const {path: temporary, handle} = await temporaryBeside(directory, 'é'.repeat(127));
	await handle.close();
	expect(path.basename(temporary)).toMatch(/^\.é+\.[\da-f]{8}\.part$/v);
	const stats = await stat(temporary);
	expect(stats.mode & 0o777).toBe(0o600);
});

test('overwriting replaces a file and a link, and never what the link points to', async () => {
	await writeFile(`${directory}/target`, 'target');
	await symlink('target', `${directory}/link`);
	await placeOver(await finished('link', 'new'), `${directory}/link`);
	expect(await readFile(`${directory}/link`, 'utf8')).toBe('new');
	expect(await readFile(`${directory}/target`, 'utf8')).toBe('target');
});

test('overwriting refuses a folder, an empty one too', async () => {
	await mkdir(`${directory}/folder`);
	await expect(placeOver(await finished('folder', ''), `${directory}/folder`)).rejects.toThrow('is a folder');
});
