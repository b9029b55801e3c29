import {type Buffer} from 'node:buffer';
import {randomBytes} from 'node:crypto';
import {
	mkdtemp,
	open,
	readFile,
	rm,
	stat,
	writeFile,
	type FileHandle,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
	afterEach,
	beforeEach,
	expect,
	test,
} from 'vitest';
import {copyContents} from '../../source/files/copy-file.js';

let directory: string;
let source: FileHandle;
let destination: FileHandle;

const contents = randomBytes(9_000_001);

beforeEach(async () => {
	directory = await mkdtemp(path.join(os.tmpdir(), 'sojourn-copy-'));
	await writeFile(`${directory}/source`, contents, {mode: 0o755});
	source = await open(`${directory}/source`, 'r');
	destination = await open(`${directory}/destination`, 'wx+', 0o600);
});

afterEach(async () => {
	await source.close();
	await destination.close();
	await rm(directory, {recursive: true});
});

const copied = async (): Promise<Buffer> => readFile(`${directory}/destination`);

test('every byte arrives, with progress, and the mode is left alone', async () => {
	const seen: number[] = [];
	expect(await copyContents(source, destination, {
		bytes: contents.length,
		onProgress(bytes) {
			seen.push(bytes);
		},
	})).toBe(contents.length);
	expect(await copied()).toEqual(contents);
	expect(seen.at(-1)).toBe(contents.length);
	expect(seen).toEqual([...seen].toSorted((a, b) => a - b));
	const stats = await stat(`${directory}/destination`);
	expect(stats.mode & 0o777).toBe(0o600);
});

test('a source that hands out a few bytes at a time is copied whole', async () => {
	const small = contents.subarray(0, 50_000);
	const slow = {
		async read(buffer: Uint8Array, position: number) {
			return small.copy(buffer, 0, position, position + 997);
		},
	};
	expect(await copyContents(slow, destination)).toBe(small.length);
	expect(await copied()).toEqual(small);
});

test('never more is copied than was asked for', async () => {
	expect(await copyContents(source, destination, {bytes: 5_000_000})).toBe(5_000_000);
	expect(await copied()).toEqual(contents.subarray(0, 5_000_000));
});

test('an empty file, and one that is shorter than was said', async () => {
	expect(await copyContents(source, destination, {bytes: 0})).toBe(0);
	expect(await copyContents(source, destination, {bytes: contents.length + 10})).toBe(contents.length);
});

test('it stops between two blocks when it is cancelled', async () => {
	const controller = new AbortController();
	const reason = new Error('cancelled');
	const copying = copyContents(source, destination, {
		bytes: contents.length,
		signal: controller.signal,
		onProgress() {
			controller.abort(reason);
		},
	});
	await expect(copying).rejects.toBe(reason);
	const {size} = await destination.stat();
	expect(size).toBeLessThan(contents.length);
});

test('a failure of reading is told', async () => {
	let reads = 0;
	const failing = {
		async read(buffer: Uint8Array) {
			reads++;
			if (reads === 2) {
				throw Object.assign(new Error('no'), {code: 'EIO'});
			}

			return buffer.length;
		},
	};
	await expect(copyContents(failing, destination)).rejects.toThrow('no');
});

test('a sparse file stays sparse, byte for byte', async () => {
	const sparse = await open(`${directory}/sparse`, 'wx+');
	try {
		await sparse.write(randomBytes(100_000), 0, 100_000, 5_000_000);
		await sparse.write(randomBytes(10), 0, 10, 20_000_000);
		await sparse.truncate(40_000_001);
		expect(await copyContents(sparse, destination, {bytes: 40_000_001})).toBe(40_000_001);
	} finally {
		await sparse.close();
	}

	expect(await readFile(`${directory}/destination`)).toEqual(await readFile(`${directory}/sparse`));
	const {blocks} = await stat(`${directory}/destination`);
	expect(blocks * 512).toBeLessThan(1_000_000);
});
