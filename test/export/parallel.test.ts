import {Buffer} from 'node:buffer';
import {randomBytes} from 'node:crypto';
import fs from 'node:fs';
import {
	open,
	readdir,
	readFile,
	writeFile,
} from 'node:fs/promises';
import {crc32, deflateRawSync, inflateRawSync} from 'node:zlib';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {checkArchive} from '../../source/export/check-archive.js';
import {estimateZip, freeSpace} from '../../source/export/estimate.js';
import {exportZip} from '../../source/export/export.js';
import {lookAhead} from '../../source/export/look-ahead.js';
import {Meaning} from '../../source/export/meaning.js';
import {NameTraps} from '../../source/export/name-traps.js';
import {combineChecksums} from '../../source/export/parallel/checksum.js';
import {createDeflater} from '../../source/export/parallel/deflater.js';
import {
	checkArchive as readByOthers,
	run,
	session,
	sessionWith,
	temporaryDirectory,
	type Place,
} from './sessions.js';
import {threadScript, writers} from './writers.js';

const threads = {script: threadScript, count: 3};

const mixed = {
	'single/notes.txt': 'hello\n'.repeat(30_000),
	'single/table.csv': 'a,b\n1,2\n'.repeat(500_000),
	'single/noise.bin': randomBytes(3_000_000),
	'single/both.dat': Buffer.concat([randomBytes(2_500_000), Buffer.alloc(2_500_000, 'text ')]),
	'single/picture.png': randomBytes(2_000_001),
	...Object.fromEntries(Array.from({length: 300}, (_, index) => [`bulk/b/${index}.txt`, 'text '.repeat(index)])),
};

test('checksums of pieces make the checksum of the whole', () => {
	fc.assert(fc.property(fc.uint8Array({maxLength: 3000}), fc.uint8Array({maxLength: 3000}), (first, second) => {
		expect(combineChecksums(crc32(first), crc32(second), second.length)).toBe(crc32(Buffer.concat([first, second])));
	}));
	const large = Buffer.alloc(5_000_000, 'abc');
	expect(combineChecksums(crc32('x'), crc32(large), large.length)).toBe(crc32(large, crc32('x')));
});

test('a deflater does what the API does, again and again, and stays in its room', () => {
	const deflater = createDeflater(5);
	const output = Buffer.alloc(100_000);
	fc.assert(fc.property(fc.oneof(fc.uint8Array({maxLength: 3000}), fc.string({maxLength: 3000}).map(text => Buffer.from(text.repeat(5)))), input => {
		// What is left of the piece before may lead it to another match, so that the bytes are not always the same.
		const wanted = deflateRawSync(input, {level: 5}).length;
		const room = wanted + 20;
		output.fill(7);
		const length = deflater.deflate(input, output, 10, room);
		expect(Math.abs(length! - wanted)).toBeLessThan(20);
		expect(inflateRawSync(output.subarray(10, 10 + length!))).toEqual(Buffer.from(input));
		expect([output[9], output[10 + room]]).toEqual([7, 7]);
		expect(deflater.deflate(input, output, 10, Math.max(1, wanted - 20))).toBeUndefined();
	}));
});

test('order and contents do not depend on how many work on them', async () => {
	const place = await sessionWith(mixed);
	const archives = [];
	for (const [index, crew] of [{script: undefined}, {script: threadScript, count: 1}, {script: threadScript, count: 4}].entries()) {
		const {path, skipped} = await exportZip(place.outputs, session, [], place.destination(`${index}.zip`), {crew, verify: 'full'});
		expect(skipped).toEqual([]);
		archives.push(await readByOthers(path));
	}

	expect(archives[1]).toEqual(archives[0]);
	expect(archives[2]).toEqual(archives[0]);
});

test('a file that has become large since it was looked at comes along', async () => {
	const place = await sessionWith({'single/a': 'a', 'single/grown.txt': 'small', 'single/grown2.txt': 'small', 'single/z': 'z'});
	const outputs = {
		...place.outputs,
		async * walk(...parameters: Parameters<typeof place.outputs.walk>) {
			for await (const chunk of place.outputs.walk(...parameters)) {
				yield chunk;
				await writeFile(`${place.session}/single/grown.txt`, 'text '.repeat(600_000));
				await writeFile(`${place.session}/single/grown2.txt`, 'text '.repeat(10_000));
			}
		},
	};
	const {path, files, skipped} = await exportZip(outputs, session, ['single'], place.destination('a.zip'), {crew: threads});
	expect([files, skipped]).toEqual([4, []]);
	const entries = await readByOthers(path);
	expect(entries.map(({name}) => name).toSorted()).toEqual(['single/', 'single/a', 'single/grown.txt', 'single/grown2.txt', 'single/z']);
});

test.each([0, 9])('level %i is taken', async level => {
	const place = await sessionWith(mixed);
	const {path} = await exportZip(place.outputs, session, [], place.destination('a.zip'), {crew: threads, level, verify: 'full'});
	const entries = await readByOthers(path);
	expect(entries.some(({method}) => method === 8)).toBe(level > 0);
});

test('cancelled at any moment, threads end within 100 ms and leave nothing behind', async () => {
	const place = await sessionWith({...mixed, 'single/large.txt': randomBytes(20_000_000).toString('hex')});
	for (const after of [1, 2, 4]) {
		const controller = new AbortController();
		const reason = new Error('cancelled');
		let told = 0;
		let cancelledAt = 0;
		const exporting = exportZip(place.outputs, session, [], place.destination('a.zip'), {
			crew: threads,
			signal: controller.signal,
			level: 9,
			onProgress() {
				if (++told === after) {
					cancelledAt = performance.now();
					controller.abort(reason);
				}
			},
		});
		await expect(exporting).rejects.toBe(reason);
		expect(performance.now() - cancelledAt).toBeLessThan(1000); // A tenth of that where nothing else runs.
		expect(await readdir(place.home)).toEqual([]);
	}
});

test('a thread that cannot be started ends the export, and says so', async () => {
	const place = await sessionWith(mixed);
	const crew = {script: new URL('missing.js', threadScript), count: 2};
	await expect(exportZip(place.outputs, session, [], place.destination('a.zip'), {crew})).rejects.toThrow(/^cannot write .*a\.zip/v);
	expect(await readdir(place.home)).toEqual([]);
});

describe.each(writers)('SHA256SUMS, to $name', ({write}) => {
	test('is what sha256sum takes, names with back slashes and line breaks too', async () => {
		const place = await sessionWith({...mixed, 'single/new\nline': 'x', [String.raw`single/back\slash`]: 'y', 'single/large.mp4': randomBytes(9_000_000)});
		const {archive, skipped} = await write(place, [], {hasManifest: true});
		expect(skipped).toEqual([]);
		const entries = await readByOthers(archive);
		expect(entries.at(-1)!.name).toBe('SHA256SUMS');
		const out = await temporaryDirectory();
		await run('unzip', ['-qq', '-^', '-V', archive, '-d', out]);
		const {stdout} = await run('sh', ['-c', 'cd "$0" && sha256sum -c --strict SHA256SUMS', out]);
		expect(stdout.trim().split('\n')).toHaveLength(entries.filter(({name}) => !name.endsWith('/')).length - 1);
	});
});

describe('reading back', () => {
	const archiveOf = async (): Promise<{readonly place: Place; readonly path: string; readonly meaning: Meaning}> => {
		const place = await sessionWith({'single/a.txt': 'text '.repeat(1000), 'single/b.png': 'picture'});
		const {path} = await exportZip(place.outputs, session, ['single'], place.destination('a.zip'));
		const meaning = new Meaning();
		for (const [name, contents] of [['single/', ''], ['single/a.txt', 'text '.repeat(1000)], ['single/b.png', 'picture']] as const) {
			meaning.add(name, contents.length, crc32(contents));
		}

		return {place, path, meaning};
	};

	const check = async (path: string, meaning: Meaning, verify: 'directory' | 'full'): Promise<void> => {
		const handle = await open(path, 'r');
		try {
			await checkArchive(handle, meaning, verify);
		} finally {
			await handle.close();
		}
	};

	test('an archive is what was meant', async () => {
		const {path, meaning} = await archiveOf();
		await check(path, meaning, 'directory');
		await check(path, meaning, 'full');
		meaning.add('single/c', 0, 0);
		await expect(check(path, meaning, 'directory')).rejects.toThrow('its list of entries has 3, of 4 that were written');
	});

	test('whatever byte is wrong is found', async () => {
		const {path, meaning} = await archiveOf();
		const bytes = await readFile(path);
		const wrong: number[] = [];
		for (let index = 0; index < bytes.length; index++) {
			bytes[index]! ^= 0x55;
			fs.writeFileSync(path, bytes);
			bytes[index]! ^= 0x55;
			const isFound = await check(path, meaning, 'full').then(() => false).catch(() => true);
			if (!isFound) {
				wrong.push(index);
			}
		}

		// What names, sizes and contents do not depend on: versions, times, modes, flags, disks, comments.
		expect(wrong.length).toBeLessThan(200);
		const contents = bytes.indexOf('single/b.png') + 'single/b.png'.length + 9;
		expect(wrong).not.toContain(contents);
	});

	test.each([0, 10, 22, 100])('cut off after %i bytes, it is not taken', async length => {
		const {path, meaning} = await archiveOf();
		fs.truncateSync(path, length);
		await expect(check(path, meaning, 'directory')).rejects.toThrow(/the archive is not what was written: it/v);
	});
});

test.each([
	['con', 'Windows keeps this name for a device'],
	['NUL.txt', 'Windows keeps this name for a device'],
	['a.', 'Windows drops the dot at the end'],
	['a ', 'Windows drops the space at the end'],
	['run:1', 'Windows allows no : in names'],
	[String.raw`a\b`, String.raw`Windows allows no \ in names`],
	['a\n', 'Windows allows no control characters in names'],
	['a;1', 'unzip takes the end, from the ;, for the number of a version, unless it is called with -V'],
	[';', 'unzip takes the end, from the ;, for the number of a version, unless it is called with -V'],
])('%j is a trap', (name, reason) => {
	const traps = new NameTraps();
	traps.add(`single/${name}`);
	expect(traps.found).toEqual([{name: `single/${name}`, reason}]);
});

test('names that are one elsewhere are told; others, and the same in another folder, are not', () => {
	const traps = new NameTraps();
	for (const name of ['single', 'single/a', 'single/é', 'single/console', 'single/.a', 'bulk/A', 'bulk/b/A', 'bulk/b/a', 'bulk/b/e\u{301}', 'bulk/b/É']) {
		traps.add(name);
	}

	expect(traps.found).toEqual([
		{name: 'bulk/b/a', reason: 'Windows and macOS take it for "A"'},
		{name: 'bulk/b/É', reason: 'Windows and macOS take it for "e\u{301}"'},
	]);
});

test('a look ahead knows the end early, waits where it is full, and hands on every item and error in order', async () => {
	let given = 0;
	async function * source() {
		for (; given < 100; given++) {
			yield [given];
		}

		throw new Error('the end');
	}

	const seen: number[] = [];
	const draw = async (): Promise<void> => {
		for await (const chunk of lookAhead(source(), 10, () => undefined)) {
			seen.push(...chunk);
			expect(given - seen.length).toBeLessThan(12);
		}
	};

	await expect(draw()).rejects.toThrow('the end');
	expect(seen).toEqual(Array.from({length: 100}, (_, index) => index));
});

test('an estimate lies near what it becomes, without a look at the files', async () => {
	const place = await sessionWith({...mixed, 'single/words.txt': randomBytes(2_000_000).toString('base64url').replaceAll(/[0-9A-Z]/gv, ' ')});
	const {path, bytes} = await exportZip(place.outputs, session, [], place.destination('a.zip'), {crew: threads});
	const {size} = fs.statSync(path);
	const estimate = estimateZip(Object.entries(mixed).map(([name, {length}]) => ({name, bytes: length})));
	expect(estimate).toBeLessThan(bytes);
	expect(size / estimate).toBeGreaterThan(0.5);
	expect(size / estimate).toBeLessThan(2);
	expect(await freeSpace(place.home)).toBeGreaterThan(size);
	await expect(freeSpace(`${place.home}/missing`)).rejects.toThrow('cannot look at the disk of');
});
