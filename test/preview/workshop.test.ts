import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {describe, expect, onTestFinished, test} from 'vitest';
import {Directory} from '../../source/files/descriptor.js';
import {localOutputs} from '../../source/outputs/local/local.js';
import {readPreview} from '../../source/preview/preview.js';
import {readContent} from '../../source/preview/read-file.js';
import {memorySource, TooLong, type Workshop} from '../../source/preview/source.js';
import {createWorkshop} from '../../source/preview/workshop.js';
import {plant, temporaryFolder} from '../helpers/folders.js';
import {makePng} from '../helpers/pictures.js';
import {rowTexts} from '../helpers/preview.js';

const open = (script: URL, limit?: number): ReturnType<typeof createWorkshop> => {
	const workshop = createWorkshop(script, limit);
	onTestFinished(workshop.close);
	return workshop;
};

/** A worker that does something else than it should. */
const scriptOf = async (code: string): Promise<URL> => {
	const file = path.join(await temporaryFolder(), 'worker.mjs');
	fs.writeFileSync(file, `import {parentPort} from 'node:worker_threads';\nparentPort.on('message', message => {${code}});\n`);
	return pathToFileURL(file);
};

const built = pathToFileURL(path.resolve(import.meta.dirname, '../../dist/preview/worker.js'));
const options = {colours: 256};
const source = memorySource('a.json', Buffer.from('{"a": [1, 2]}'));

describe('the worker', () => {
	test('reads what it asks for, and nothing else', async () => {
		const asked: number[][] = [];
		const workshop = open(built);
		const content = await workshop.read({
			...source, async read(offset, length) {
				asked.push([offset, length]);
				return source.read(offset, length);
			},
		}, options, undefined);
		expect(content).toMatchObject({kind: 'lines', lines: ['{"a": [1, 2]}']});
		expect(asked.every(([offset]) => offset === 0)).toBe(true);
		expect(await workshop.read(memorySource('a.png', makePng({width: 3, height: 2, pixel: () => [1, 2, 3]})), options, undefined)).toMatchObject({kind: 'picture', pixels: {width: 3, height: 2}});
	});

	test('says so where its file cannot be read', async () => {
		await expect(open(built).read({
			...source, async read() {
				throw new Error('the disk is gone');
			},
		}, options, undefined)).rejects.toThrow('the disk is gone');
	});

	test('that does not end is ended, and another one goes on', async () => {
		const workshop = open(await scriptOf('if (message.name === "endless") { for (;;) {} } parentPort.postMessage({type: "done", content: message.name});'), 300);
		await expect(workshop.read({...source, name: 'endless'}, options, undefined)).rejects.toThrow(TooLong);
		expect(await workshop.read(source, options, undefined)).toBe('a.json');
	});

	test('is ended where the preview is not wanted any more', async () => {
		const workshop = open(await scriptOf('if (message.name === "endless") { parentPort.postMessage({type: "part", number: 1, offset: 0, length: 1}); for (;;) {} } parentPort.postMessage({type: "done", content: message.name});'));
		const controller = new AbortController();
		const endless: Workshop['read'] = async (file, ...rest) => workshop.read({
			...file, name: 'endless', async read() {
				controller.abort();
				return new Uint8Array(1);
			},
		}, ...rest);
		await expect(endless(source, options, controller.signal)).rejects.toThrow(expect.objectContaining({name: 'AbortError'}));
		// The next file ends the one before it.
		const before = workshop.read({...source, name: 'endless'}, options, undefined);
		const refused = expect(before).rejects.toThrow(expect.objectContaining({name: 'AbortError'}));
		expect(await workshop.read(source, options, undefined)).toBe('a.json');
		await refused;
	});

	test.each([
		['throws', 'throw new Error("a fault");'],
		['takes all memory', 'const all = []; for (;;) { all.push(new Array(100_000).fill({})); }'],
	])('that %s takes nobody with it', async (_, code) => {
		const workshop = open(await scriptOf(`if (message.name === "bad") { ${code} } parentPort.postMessage({type: "done", content: message.name});`), 20_000);
		await expect(workshop.read({...source, name: 'bad'}, options, undefined)).rejects.toThrow();
		expect(await workshop.read(source, options, undefined)).toBe('a.json');
	});
});

test('what the worker gives up is shown as the text or the bytes that it is', async () => {
	const folder = await temporaryFolder();
	plant(folder, {'s/a.json': '{"a":1}', 's/b.zip': 'PK\u{3}\u{4}rest'});
	const outputs = localOutputs(await Directory.open(folder), folder);
	const failing = (error: Error) => async (): Promise<Workshop> => ({
		async read() {
			throw error;
		},
	});
	expect(rowTexts(await readPreview(outputs, 's/a.json', {workshop: failing(new TooLong('too long'))}), 60)).toEqual(['{"a":1}']);
	expect(rowTexts(await readPreview(outputs, 's/b.zip', {workshop: failing(new TooLong('too long'))}), 80)[0]).toBe('this took too long to read, and was given up; it begins so');
	expect(rowTexts(await readPreview(outputs, 's/b.zip', {workshop: failing(new Error('a fault'))}), 80)[0]).toBe('this cannot be read; it begins so');
});

test('of a picture whose pixels are too much, what it is remains', async () => {
	const folder = await temporaryFolder();
	plant(folder, {'s/a.png': makePng({width: 2, height: 3, pixel: () => [1, 2, 3]})});
	const outputs = localOutputs(await Directory.open(folder), folder);
	const workshop = async (): Promise<Workshop> => ({
		async read(file, {colours}) {
			if (colours > 0) {
				throw new TooLong('too long');
			}

			return readContent(file, {colours});
		},
	});
	expect(rowTexts(await readPreview(outputs, 's/a.png', {workshop, colours: 256}), 60)).toEqual(['PNG picture, 2 × 3, RGB', '', 'its pixels took too long to read, and were given up']);
});

test('a reader that asks for ever more of a file is told that there is more than it may read', async () => {
	const folder = await temporaryFolder();
	plant(folder, {'s/a.json': '{"a": 1} '.repeat(3000)});
	fs.truncateSync(path.join(folder, 's/a.json'), 10_000_000_000);
	const outputs = localOutputs(await Directory.open(folder), folder);
	let reads = 0;
	const greedy: Workshop = {
		async read(file) {
			for (;;) {
				await file.read(reads * 1_048_576, 1_048_576);
				reads++;
			}
		},
	};
	expect(await readPreview(outputs, 's/a.json', {workshop: async () => greedy})).toMatchObject({kind: 'lines'});
	expect(reads).toBeLessThanOrEqual(64);
	expect(reads).toBeGreaterThan(50);
});
