import {Buffer} from 'node:buffer';
import {createHash, randomBytes} from 'node:crypto';
import {
	chmod,
	readdir,
	stat,
	symlink,
	utimes,
} from 'node:fs/promises';
import process from 'node:process';
import fc from 'fast-check';
import {
	afterEach,
	describe,
	expect,
	test,
} from 'vitest';
import {selectEntries} from '../../source/export/entries.js';
import {exportZip} from '../../source/export/export.js';
import {decodeName} from '../../source/text/names.js';
import type {Progress} from '../../source/export/types.js';
import {
	checkArchive,
	run,
	session,
	sessionWith,
} from './sessions.js';

const hashOf = (contents: string | Uint8Array): string => createHash('sha256').update(contents).digest('hex');

const filesOf = (entries: ReadonlyArray<{readonly name: string; readonly hash: string}>): Record<string, string> =>
	Object.fromEntries(entries.filter(({name}) => !name.endsWith('/')).map(({name, hash}) => [name, hash]));

const hashesOf = (files: Readonly<Record<string, string | Uint8Array>>): Record<string, string> =>
	Object.fromEntries(Object.entries(files).map(([name, contents]) => [name, hashOf(contents)]));

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
	const result = await exportZip(place.outputs, session, [], place.destination('all.zip'));
	expect(result).toEqual({
		path: `${place.home}/all.zip`,
		files: 8,
		bytes: Object.values(files).reduce((sum, contents) => sum + contents.length, 0),
		skipped: [],
		renamed: false,
		standIns: [],
	});
	expect(await readdir(place.home)).toEqual(['all.zip']);
	const entries = await checkArchive(result.path);
	expect(filesOf(entries)).toEqual(hashesOf(files));
	const names = entries.map(({name}) => name);
	expect(names.filter(name => name.endsWith('/')).toSorted()).toEqual(['bulk/', 'bulk/batch/', 'bulk/nothing/', 'single/']);
	expect(names.indexOf('bulk/batch/')).toBeLessThan(names.indexOf('bulk/batch/one.csv'));
	const deflated = entries.filter(({method}) => method === 8).map(({name}) => name).toSorted();
	expect(deflated).toEqual(['bulk/batch/one.csv', 'single/large.json', 'single/notes.txt']); // Media and noise are stored.
	// No entry needs to be told its size from behind: some readers cannot.
	const {stdout} = await run('python3', ['-c', 'import sys, zipfile; print([i.filename for i in zipfile.ZipFile(sys.argv[1]).infolist() if i.flag_bits & 8])', result.path]);
	expect(stdout.trim()).toBe('[]');
});

test('names are exact: drives, back slashes, quotes, dots, controls, other scripts, and those that differ in case only', async () => {
	const names = [
		'run:1.txt', String.raw`C:\evil.txt`, String.raw`back\slash.txt`, '-rf', ' ', 'a', 'A', 'é', 'e\u{301}', '日本語.txt', '🙂', 'new\nline', '\u{1B}[31m', '%FF', '"', '*?<>|', '...',
	];
	const files = Object.fromEntries(names.map(name => [`single/${name}`, name]));
	const {outputs, destination} = await sessionWith(files);
	const {path, skipped} = await exportZip(outputs, session, ['single'], destination('names.zip'));
	expect(skipped).toEqual([]);
	expect(filesOf(await checkArchive(path))).toEqual(hashesOf(files));
});

test('a name that is not UTF-8 gets a readable stand-in that meets no other, and is told', async () => {
	const bytes = (...values: readonly number[]): string => decodeName(Buffer.from(values));
	const folder = `single/${bytes(0x62, 0xfe)}`;
	const {outputs, destination} = await sessionWith({
		'single/%FF.txt': 'exact',
		[`single/${bytes(0xff)}.txt`]: 'stand-in',
		[`${folder}/inside.txt`]: 'inside',
		[`${folder}/${bytes(0x80)}`]: 'deep',
	});
	const {path, standIns, files} = await exportZip(outputs, session, [], destination('names.zip'));
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

		const {path} = await exportZip(place.outputs, session, ['single'], place.destination('times.zip'));
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
	const {path} = await exportZip(place.outputs, session, ['single'], place.destination('modes.zip'));
	const entries = await checkArchive(path);
	const modes = Object.fromEntries(entries.map(({name, mode}) => [name, mode.toString(8)]));
	expect(modes).toEqual({'single/': '40700', 'single/tool.sh': '100755', 'single/plain': '100600'});
});

test('paths that overlap give each file once, and only what was asked for', async () => {
	const {outputs, destination} = await sessionWith({
		'bulk/b/1': '1', 'bulk/b/c/2': '2', 'bulk/bc': '3', 'single/x': 'x', '.session.json': '{}',
	});
	const namesIn = async (paths: readonly string[]): Promise<string[]> => {
		const {path} = await exportZip(outputs, session, paths, destination('some.zip'));
		return Object.keys(filesOf(await checkArchive(path))).toSorted();
	};

	expect(await namesIn(['bulk/b/c/2', 'bulk/b/', 'bulk/b/c', 'bulk/b'])).toEqual(['bulk/b/1', 'bulk/b/c/2']);
	expect(await namesIn(['bulk/b/c/2', 'single/x'])).toEqual(['bulk/b/c/2', 'single/x']);
	expect(await namesIn([''])).toEqual(['bulk/b/1', 'bulk/b/c/2', 'bulk/bc', 'single/x']); // Never the marker.
	await expect(namesIn(['.session.json'])).rejects.toThrow('is no output');
	await expect(namesIn(['single/../.session.json'])).rejects.toThrow();
	await expect(namesIn(['single/missing'])).rejects.toThrow('cannot export single/missing: it does not exist');
});

test('a selection too large to be remembered is walked again', async () => {
	const place = await sessionWith({'single/a': 'a', 'bulk/b/1': '1', 'bulk/b/2': '2'});
	const namesWith = async (keptEntries: number): Promise<string[]> => {
		const selection = await selectEntries(place.outputs, session, [], {keptEntries});
		expect(selection).toMatchObject({files: 3, bytes: 3});
		const names: string[] = [];
		for await (const {name} of selection.entries) {
			names.push(name);
		}

		return names.toSorted();
	};

	expect(await namesWith(2)).toEqual(['bulk', 'bulk/b', 'bulk/b/1', 'bulk/b/2', 'single', 'single/a']);
	expect(await namesWith(100)).toEqual(await namesWith(2));
});

test('progress goes up to the totals, and not oftener than every 50 ms', async () => {
	const {outputs, destination} = await sessionWith(Object.fromEntries(Array.from({length: 300}, (_, index) => [`bulk/b/${index}.txt`, 'text '.repeat(1000)])));
	const seen: Array<Progress & {readonly at: number}> = [];
	await exportZip(outputs, session, [], destination('p.zip'), {
		onProgress(progress) {
			seen.push({...progress, at: performance.now()});
		},
	});
	expect(seen.at(-1)).toMatchObject({
		files: 300, totalFiles: 300, bytes: 1_500_000, totalBytes: 1_500_000,
	});
	for (const [index, {at, bytes}] of seen.slice(1, -1).entries()) {
		expect(at - seen[index]!.at).toBeGreaterThan(49);
		expect(bytes).toBeGreaterThanOrEqual(seen[index]!.bytes);
	}
});

test('an archive put into its own session does not swallow itself', async () => {
	const place = await sessionWith({'single/a': 'a', 'single/old.zip': 'an older output'});
	const inside = {directory: `${place.session}/single`, name: 'old.zip'};
	const first = await exportZip(place.outputs, session, [], inside);
	expect(first).toMatchObject({
		path: `${place.session}/single/old (2).zip`, files: 2, skipped: [], renamed: true,
	});
	const inFirst = filesOf(await checkArchive(first.path));
	expect(Object.keys(inFirst).toSorted()).toEqual(['single/a', 'single/old.zip']);
	await symlink(`${place.session}/single`, `${place.home}/by-link`);
	const second = await exportZip(place.outputs, session, [], {directory: `${place.home}/by-link`, name: 'old.zip'}, {overwrite: true});
	expect(second).toMatchObject({path: `${place.home}/by-link/old.zip`, skipped: [], renamed: false});
	const inSecond = filesOf(await checkArchive(second.path));
	expect(Object.keys(inSecond).toSorted()).toEqual(['single/a', 'single/old (2).zip']);
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
		const {outputs, destination} = await sessionWith(files);
		const {path, skipped, standIns} = await exportZip(outputs, session, ['bulk'], destination('tree.zip'));
		expect(skipped).toEqual([]);
		const nameFor = new Map(standIns.map(standIn => [standIn.path, standIn.name]));
		const expected = Object.fromEntries(Object.entries(files).map(([file, bytes]) => [nameFor.get(file) ?? file, hashOf(bytes)]));
		expect(Object.keys(expected)).toHaveLength(Object.keys(files).length);
		expect(filesOf(await checkArchive(path))).toEqual(expected);
	}), {numRuns: 30});
}, 120_000);
