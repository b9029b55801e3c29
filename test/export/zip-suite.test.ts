import {Buffer} from 'node:buffer';
import {createHash, randomBytes} from 'node:crypto';
import {
	appendFileSync,
	symlinkSync,
	truncateSync,
	unlinkSync,
	utimesSync,
} from 'node:fs';
import {
	chmod,
	stat,
	symlink,
	utimes,
	writeFile,
} from 'node:fs/promises';
import process from 'node:process';
import fc from 'fast-check';
import {
	afterEach,
	describe,
	expect,
	test,
} from 'vitest';
import type {Skipped} from '../../source/export/types.js';
import {decodeName} from '../../source/text/names.js';
import {
	checkArchive,
	run,
	sessionWith,
} from './sessions.js';
import {failing, writers} from './writers.js';

/** What is asked of every archive, whoever writes it. */

const hashOf = (contents: string | Uint8Array): string => createHash('sha256').update(contents).digest('hex');

const filesOf = (entries: ReadonlyArray<{readonly name: string; readonly hash: string}>): Record<string, string> =>
	Object.fromEntries(entries.filter(({name}) => !name.endsWith('/')).map(({name, hash}) => [name, hash]));

const hashesOf = (files: Readonly<Record<string, string | Uint8Array>>): Record<string, string> =>
	Object.fromEntries(Object.entries(files).map(([name, contents]) => [name, hashOf(contents)]));

const namesIn = async (archive: string): Promise<string[]> => {
	const entries = await checkArchive(archive);
	return entries.map(({name}) => name).filter(name => !name.endsWith('/')).toSorted();
};

const reasonsOf = (skipped: readonly Skipped[]): Record<string, string> => Object.fromEntries(skipped.map(one => [one.path, one.reason]));

describe.each(writers)('to $name', ({write, isFile, canMeddle}) => {
	test('a session becomes an archive that every reader takes, with each byte and folder', async () => {
		const files = {
			'single/a.png': 'not really a picture '.repeat(500),
			'single/notes.txt': 'hello\n'.repeat(1000),
			'single/empty': '',
			'single/noise.bin': randomBytes(200_000),
			'single/large.json': '{"a":1}\n'.repeat(1_300_000),
			'single/large.mp4': randomBytes(9_000_000),
			'single/large.bin': randomBytes(9_000_001),
			'bulk/batch/one.csv': 'a,b\n1,2\n'.repeat(100),
		};
		const place = await sessionWith({...files, 'bulk/nothing/': ''});
		const {archive, ...result} = await write(place, []);
		expect(result).toEqual({
			path: isFile ? archive : '-',
			files: 8,
			bytes: Object.values(files).reduce((sum, contents) => sum + contents.length, 0),
			skipped: [],
			renamed: false,
			standIns: [],
			traps: [],
		});
		const entries = await checkArchive(archive);
		expect(filesOf(entries)).toEqual(hashesOf(files));
		const names = entries.map(({name}) => name);
		expect(names.filter(name => name.endsWith('/')).toSorted()).toEqual(['bulk/', 'bulk/batch/', 'bulk/nothing/', 'single/']);
		expect(names.indexOf('bulk/batch/')).toBeLessThan(names.indexOf('bulk/batch/one.csv'));
		const deflated = entries.filter(({method}) => method === 8).map(({name}) => name).toSorted();
		if (!isFile) {
			return;
		}

		expect(deflated).toEqual(['bulk/batch/one.csv', 'single/large.json', 'single/notes.txt']); // Media and noise are stored.
		// No entry needs to be told its size from behind: some readers cannot.
		const {stdout} = await run('python3', ['-c', 'import sys, zipfile; print([i.filename for i in zipfile.ZipFile(sys.argv[1]).infolist() if i.flag_bits & 8])', archive]);
		expect(stdout.trim()).toBe('[]');
	});

	test('names are exact: drives, back slashes, quotes, dots, controls, other scripts, and those that differ in case only', async () => {
		const names = [
			'run:1.txt', String.raw`C:\evil.txt`, String.raw`back\slash.txt`, '-rf', ' ', 'a', 'A', 'é', 'e\u{301}', '日本語.txt', '🙂', 'new\nline', '\u{1B}[31m', '%FF', '"', '*?<>|', '...',
		];
		const files = Object.fromEntries(names.map(name => [`single/${name}`, name]));
		const place = await sessionWith(files);
		const {archive: path, skipped} = await write(place, ['single']);
		expect(skipped).toEqual([]);
		expect(filesOf(await checkArchive(path))).toEqual(hashesOf(files));
	});

	test('a name that is not UTF-8 gets a readable stand-in that meets no other, and is told', async () => {
		const bytes = (...values: readonly number[]): string => decodeName(Buffer.from(values));
		const folder = `single/${bytes(0x62, 0xfe)}`;
		const place = await sessionWith({
			'single/%FF.txt': 'exact',
			[`single/${bytes(0xff)}.txt`]: 'stand-in',
			[`${folder}/inside.txt`]: 'inside',
			[`${folder}/${bytes(0x80)}`]: 'deep',
		});
		const {archive: path, standIns, files} = await write(place, []);
		expect(files).toBe(4);
		expect(filesOf(await checkArchive(path))).toEqual(hashesOf({
			'single/%FF.txt': 'exact',
			'single/%FF (2).txt': 'stand-in',
			'single/b%FE/inside.txt': 'inside',
			'single/b%FE/%80': 'deep',
		}));
		expect(standIns).toContainEqual({path: `single/${bytes(0xff)}.txt`, name: 'single/%FF (2).txt'});
		expect(standIns).toHaveLength(4);
	});

	describe('times', () => {
		const zone = process.env.TZ;
		afterEach(() => {
			process.env.TZ = zone;
		});

		test.each(['America/New_York', 'Asia/Kolkata', 'UTC'])('written in %s, they are right everywhere', async writtenIn => {
			process.env.TZ = writtenIn;
			expect(new Date(0).getTimezoneOffset() === 0).toBe(writtenIn === 'UTC');
			const times: Record<string, number> = {
				'winter.txt': Date.UTC(2024, 0, 15, 12, 30, 41) / 1000,
				'summer.txt': Date.UTC(2024, 6, 15, 3, 4, 6) / 1000,
				'1971.txt': Date.UTC(1971, 5, 1) / 1000,
				'2060.txt': Date.UTC(2060, 5, 1) / 1000,
				'2200.txt': Date.UTC(2200, 5, 1) / 1000,
			};
			const place = await sessionWith(Object.fromEntries(Object.keys(times).map(name => [`single/${name}`, name])));
			for (const [name, seconds] of Object.entries(times)) {
				await utimes(`${place.session}/single/${name}`, seconds, seconds);
			}

			const {archive: path} = await write(place, ['single']);
			for (const readIn of ['Asia/Kolkata', 'America/New_York']) {
				const out = `${place.home}/${readIn.replace('/', '-')}`;
				await run('unzip', ['-qq', path, '-d', out], {env: {...process.env, TZ: readIn}});
				for (const name of ['winter.txt', 'summer.txt', '1971.txt']) {
					const {mtimeMs} = await stat(`${out}/single/${name}`);
					expect(mtimeMs / 1000, `${name} in ${readIn}`).toBe(times[name]);
				}
			}

			// The older field is local time, and ends where it ends.
			const entries = await checkArchive(path);
			const dos = Object.fromEntries(entries.map(({name, seconds}) => [name, seconds]));
			const local = new Date(times['summer.txt']! * 1000);
			expect(dos['single/summer.txt']).toEqual([2024, 7, local.getDate(), local.getHours(), local.getMinutes(), 6]);
			expect(dos['single/1971.txt']).toEqual([1980, 1, 1, 0, 0, 0]);
			expect(dos['single/2060.txt']![0]).toBe(2060);
			expect(dos['single/2200.txt']).toEqual([2107, 12, 31, 23, 59, 58]);
		});
	});

	test('modes come along, and folders are folders', async () => {
		const place = await sessionWith({'single/tool.sh': 'true', 'single/plain': ''});
		await chmod(`${place.session}/single/tool.sh`, 0o4755);
		await chmod(`${place.session}/single/plain`, 0o600);
		await chmod(`${place.session}/single`, 0o700);
		const {archive: path} = await write(place, ['single']);
		const entries = await checkArchive(path);
		const modes = Object.fromEntries(entries.map(({name, mode}) => [name, mode.toString(8)]));
		expect(modes).toEqual({'single/': '40700', 'single/tool.sh': '100755', 'single/plain': '100600'});
	});

	test('paths that overlap give each file once, and only what was asked for', async () => {
		const place = await sessionWith({
			'bulk/b/1': '1', 'bulk/b/c/2': '2', 'bulk/bc': '3', 'single/x': 'x', '.session.json': '{}',
		});
		const namesOf = async (paths: readonly string[]): Promise<string[]> => {
			const {archive: path} = await write(place, paths);
			return Object.keys(filesOf(await checkArchive(path))).toSorted();
		};

		expect(await namesOf(['bulk/b/c/2', 'bulk/b/', 'bulk/b/c', 'bulk/b'])).toEqual(['bulk/b/1', 'bulk/b/c/2']);
		expect(await namesOf(['bulk/b/c/2', 'single/x'])).toEqual(['bulk/b/c/2', 'single/x']);
		expect(await namesOf([''])).toEqual(['bulk/b/1', 'bulk/b/c/2', 'bulk/bc', 'single/x']); // Never the marker.
		await expect(namesOf(['.session.json'])).rejects.toThrow('is no output');
		await expect(namesOf(['single/../.session.json'])).rejects.toThrow();
		await expect(namesOf(['single/missing'])).rejects.toThrow('cannot export single/missing: it does not exist');
	});

	test('any tree comes back as it was', async () => {
		const name = fc.oneof(
			fc.string({minLength: 1, maxLength: 12, unit: 'grapheme'}),
			fc.uint8Array({minLength: 1, maxLength: 6}).map(bytes => decodeName(bytes)),
			fc.constantFrom('a', 'A', 'run:1', '%FF', '%FE', 'x.png', 'con'),
		).filter(text => !/[\0\/]/v.test(text) && text !== '.' && text !== '..' && Buffer.byteLength(text) < 200);
		const contents = fc.oneof(fc.uint8Array({maxLength: 300}), fc.nat(200_000).map(length => Buffer.alloc(length, 'text ')));
		const tree = fc.dictionary(fc.array(name, {minLength: 1, maxLength: 4}).map(names => names.join('/')), contents, {maxKeys: 12});
		await fc.assert(fc.asyncProperty(tree, async wanted => {
			const paths = Object.keys(wanted);
			const isFolder = (path: string): boolean => paths.some(other => other.startsWith(`${path}/`));
			const files = Object.fromEntries(Object.entries(wanted).filter(([path]) => !isFolder(path)).map(([path, bytes]) => [`bulk/${path}`, bytes]));
			const place = await sessionWith(files);
			const {archive: path, skipped, standIns} = await write(place, ['bulk']);
			expect(skipped).toEqual([]);
			const nameFor = new Map(standIns.map(standIn => [standIn.path, standIn.name]));
			const expected = Object.fromEntries(Object.entries(files).map(([file, bytes]) => [nameFor.get(file) ?? file, hashOf(bytes)]));
			expect(Object.keys(expected)).toHaveLength(Object.keys(files).length);
			expect(filesOf(await checkArchive(path))).toEqual(expected);
		}), {numRuns: 30});
	}, 120_000);

	test('links and pipes are left out and named, never followed', async () => {
		const place = await sessionWith({'single/a': 'a'});
		await symlink('/etc/passwd', `${place.session}/single/link`);
		await symlink('/etc', `${place.session}/bulk/folder`);
		await symlink('nowhere', `${place.session}/bulk/dangling`);
		await run('mkfifo', [`${place.session}/single/pipe`]);
		const result = await write(place, []);
		expect(reasonsOf(result.skipped)).toEqual({
			'single/link': 'it is a symbolic link, which is not followed',
			'bulk/folder': 'it is a symbolic link, which is not followed',
			'bulk/dangling': 'it is a symbolic link, which is not followed',
			'single/pipe': 'it is not a regular file',
		});
		expect(await namesIn(result.archive)).toEqual(['single/a']);
	});

	if (!canMeddle) {
		return;
	}

	describe('under the eyes of the writer', () => {
		test('what changes while it is read is left out and named', async () => {
			const files = Object.fromEntries(['grows', 'shrinks', 'touched', 'same'].map(name => [`single/${name}`, 'text '.repeat(100)]));
			const place = await sessionWith(files);
			const at = (name: string): string => `${place.session}/single/${name}`;
			const result = await write(place, ['single'], {}, {
				grows: {
					read() {
						appendFileSync(at('grows'), 'more');
					},
				},
				shrinks: {
					read() {
						truncateSync(at('shrinks'), 10);
					},
				},
				touched: {
					read() {
						utimesSync(at('touched'), 1, 1);
					},
				},
			});
			expect(result.files).toBe(1);
			const reason = 'it changed while it was read';
			expect(reasonsOf(result.skipped)).toEqual({'single/grows': reason, 'single/shrinks': reason, 'single/touched': reason});
			expect(await namesIn(result.archive)).toEqual(['single/same']);
		});

		test('what vanishes, is swapped or cannot be read is left out and named', async () => {
			const place = await sessionWith({
				'single/denied': 'a', 'single/gone': 'a', 'single/good': 'a', 'single/broken': 'a', 'single/swapped': 'a', 'single/large': randomBytes(9_000_000),
			});
			const remove = (name: string) => () => {
				unlinkSync(`${place.session}/single/${name}`);
			};

			const result = await write(place, ['single'], {}, {
				denied: {opened: failing('EACCES')},
				gone: {opened: remove('gone')},
				large: {opened: remove('large')},
				broken: {read: failing('EIO')},
				swapped: {
					opened() {
						remove('swapped')();
						symlinkSync('/etc/passwd', `${place.session}/single/swapped`);
					},
				},
			});
			expect(reasonsOf(result.skipped)).toEqual({
				'single/denied': 'permission denied',
				'single/gone': 'it has vanished',
				'single/large': 'it has vanished',
				'single/broken': 'the disk reported an error',
				'single/swapped': 'it is a symbolic link, which is not followed',
			});
			expect(await namesIn(result.archive)).toEqual(['single/good']);
		});

		test.each(['large.txt', 'large.mp4'])('of %s, when it fails on the way, the archive holds what was read, and is valid', async name => {
			const place = await sessionWith({'single/z': 'z'});
			for (const read of [
				() => {
					truncateSync(`${place.session}/single/${name}`, 3_000_000);
				},
				() => {
					appendFileSync(`${place.session}/single/${name}`, 'x'.repeat(7_000_000));
				},
				failing('EIO'),
			]) {
				await writeFile(`${place.session}/single/${name}`, 'text\n'.repeat(2_000_000));
				const result = await write(place, ['single'], {}, {[name]: {read}});
				expect(result).toMatchObject({files: 1, bytes: 1});
				expect(result.skipped).toHaveLength(1);
				expect(result.skipped[0]!.path).toBe(`single/${name}`);
				expect(result.skipped[0]!.reason).toMatch(/^(?:it changed while it was read|the disk reported an error); the archive holds the \d+ bytes that were read$/v);
				expect(await namesIn(result.archive)).toEqual([`single/${name}`, 'single/z']);
			}
		});
	});
});
