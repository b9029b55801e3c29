import {Buffer} from 'node:buffer';
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {gzipSync} from 'node:zlib';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {readContent} from '../../source/preview/read-file.js';
import {memorySource} from '../../source/preview/source.js';
import {plant, temporaryFolder} from '../helpers/folders.js';
import {readRows} from '../helpers/preview.js';

const harmful = /[\p{Cc}\u{202A}-\u{202E}]/v;
const evil = 'a\u{1B}]0;owned\u{7}\u{1B}[31m.txt';
const long = `${'deep/'.repeat(40)}here.txt`;

const python = (code: string, ...args: string[]): void => {
	execFileSync('python3', ['-c', code, ...args]);
};

/** Archives as Python and tar make them. */
const makeArchives = async (): Promise<Readonly<Record<string, Buffer>>> => {
	const folder = await temporaryFolder();
	plant(folder, {'in/a.txt': 'x'.repeat(1500), [`in/${evil}`]: 'evil', [`in/${long}`]: 'deep', 'in/grüße/日本語.txt': '1'});
	fs.symlinkSync('/etc/passwd', path.join(folder, 'in/link'));
	python('import sys, zipfile, os\nos.chdir(sys.argv[1])\nz = zipfile.ZipFile("../a.zip", "w", zipfile.ZIP_DEFLATED)\nz.comment = b"a comment \\x1b[31m"\nfor n in ["a.txt", sys.argv[2], sys.argv[3], "grüße/", "grüße/日本語.txt"]:\n  z.write(n)\nz.close()', path.join(folder, 'in'), evil, long);
	python('import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED)\nfor i in range(3000): z.writestr(f"{i:05}.txt", "x")\nz.close()', path.join(folder, 'many.zip'));
	python('import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED)\nwith z.open("bomb.bin", "w", force_zip64=True) as f:\n  for i in range(5): f.write(bytes(20000000))\nz.close()', path.join(folder, 'bomb.zip'));
	for (const format of ['gnu', 'pax', 'ustar']) {
		execFileSync('tar', ['-C', path.join(folder, 'in'), `--format=${format}`, '--sort=name', '-cf', path.join(folder, `${format}.tar`), '.']);
	}

	const archives: Record<string, Buffer> = {};
	for (const name of ['a.zip', 'many.zip', 'bomb.zip', 'gnu.tar', 'pax.tar', 'ustar.tar']) {
		archives[name] = fs.readFileSync(path.join(folder, name));
	}

	return archives;
};

let made: ReturnType<typeof makeArchives> | undefined;

/** They are made by the first test that needs them. */
const getArchives = async (): ReturnType<typeof makeArchives> => {
	made ??= makeArchives();
	return made;
};

describe('archives', () => {
	test('of all kinds', async () => {
		const archives = await getArchives();
		expect(await readRows('a', archives['a.zip']!, 300)).toEqual([
			'ZIP archive', '', '4 files, 1 folder, 1.5 KB unpacked', String.raw`comment  a comment \x1b[31m`, '',
			'  1.5 KB  a.txt',
			String.raw`     4 B  a\x1b]0;owned\x07\x1b[31m.txt`,
			`     4 B  ${long}`,
			'          grüße/',
			'     1 B  grüße/日本語.txt',
		]);
		for (const format of ['gnu', 'pax', 'ustar']) {
			const rows = await readRows('a', archives[`${format}.tar`]!, 300);
			expect(rows.slice(0, 3)).toEqual(['tar archive', '', '4 files, 42 folders, 1 link or special file, 1.5 KB unpacked']);
			expect(rows).toEqual(expect.arrayContaining(['  1.5 KB  ./a.txt', String.raw`     4 B  ./a\x1b]0;owned\x07\x1b[31m.txt`, `     4 B  ./${long}`, '          ./link', '     1 B  ./grüße/日本語.txt']));
			const packed = await readRows('a', gzipSync(archives[`${format}.tar`]!), 300);
			expect(packed).toEqual(['tar.gz archive', ...rows.slice(1)]);
		}

		const many = await readRows('a', archives['many.zip']!);
		expect(many[2]).toBe('3,000 files, 3.0 KB unpacked');
		expect(many).toHaveLength(4 + 1000 + 1);
		expect(many.at(-1)).toBe('… 2,000 more');
		expect(await readRows('a', archives['bomb.zip']!)).toEqual(['ZIP archive', '', '1 file, 100 MB unpacked', '', '  100 MB  bomb.bin']);
	});

	test('a packed text shows how it begins', async () => {
		expect(await readRows('a.gz', gzipSync('one\n\u{1B}[31mtwo\nthree three three three three three'))).toEqual(['file packed with gzip', '', 'unpacked  48 B', '', 'one', String.raw`\x1b[31mtwo`, 'three three three three three three']);
		const rows = await readRows('a.gz', gzipSync('a line\n'.repeat(100_000)));
		expect(rows[2]).toBe('unpacked  about 700 KB');
		expect(rows.length).toBeLessThan(10_000);
	});

	test('a bomb of 2 GB is not unpacked', async () => {
		const archives = await getArchives();
		const part = gzipSync(Buffer.alloc(100_000_000));
		const bomb = Buffer.concat(Array.from({length: 20}, () => part));
		const start = performance.now();
		expect((await readRows('a.gz', bomb))[0]).toBe('file packed with gzip');
		expect(performance.now() - start).toBeLessThan(2000);
		// An archive whose first file is the bomb.
		const head = Buffer.from(archives['ustar.tar']!.subarray(0, 512));
		head.write('77777777777\0', 124);
		head.write(' '.repeat(8), 148);
		head.write(`${head.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148);
		const {name, bytes, read} = memorySource('a.tgz', Buffer.concat([gzipSync(head), bomb]));
		let count = 0;
		const content = await readContent({
			name, bytes, async read(offset, length) {
				count += length;
				return read(offset, length);
			},
		}, {colours: 0});
		expect(content).toMatchObject({title: 'tar.gz archive', details: [expect.stringContaining('or more')]});
		expect(count).toBeLessThan(bytes / 4);
		expect(performance.now() - start).toBeLessThan(6000);
	});

	test('one that is cut off is listed as far as it goes', async () => {
		const archives = await getArchives();
		const tar = archives['pax.tar']!;
		const rows = await readRows('a', tar.subarray(0, 4000));
		expect(rows[2]).toContain('or more');
		expect(rows.at(-1)).toBe('… and perhaps more');
		expect((await readRows('a', archives['a.zip']!.subarray(0, 500)))[0]).toBe('zip file that cannot be read: its list of entries is missing');
		expect((await readRows('a', gzipSync(tar).subarray(0, 300)))[0]).toBe('tar.gz archive');
		expect((await readRows('a', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7])))[0]).toMatch(/gzip/v);
	});

	test('no bytes make a reader of archives fail, or take long', async () => {
		const archives = await getArchives();
		const files = [archives['a.zip']!, archives['pax.tar']!, archives['gnu.tar']!.subarray(0, 20_000), gzipSync(archives['ustar.tar']!)];
		await fc.assert(fc.asyncProperty(
			fc.constantFrom(...files),
			fc.array(fc.tuple(fc.double({min: 0, max: 1, noNaN: true, maxExcluded: true}), fc.integer({min: 0, max: 255})), {maxLength: 8}),
			fc.double({min: 0, max: 1, noNaN: true}),
			async (file, changes, length) => {
				const bytes = Buffer.from(file);
				for (const [place, value] of changes) {
					bytes[Math.floor(place * bytes.length)] = value;
				}

				const rows = await readRows('a', bytes.subarray(0, Math.ceil(length * bytes.length)), 60);
				expect(rows.join('')).not.toMatch(harmful);
			},
		), {numRuns: 300});
	}, 60_000);
});
