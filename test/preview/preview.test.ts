import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {Directory} from '../../source/files/descriptor.js';
import {localOutputs} from '../../source/outputs/local/local.js';
import type {Outputs} from '../../source/outputs/outputs.js';
import {readPreview, type Preview} from '../../source/preview/preview.js';
import {headLength, previewLimit} from '../../source/preview/source.js';
import {decodeText} from '../../source/preview/text.js';
import {widthOf} from '../../source/text/width.js';
import {factsFor} from '../helpers/explorer.js';
import {rowTexts} from '../helpers/preview.js';
import {execute, plant, temporaryFolder} from '../helpers/folders.js';

/** Outputs in a folder; `lengths` gathers how much is read of files. */
const openOutputs = async (lengths: number[] = []): Promise<{readonly outputs: Outputs; readonly folder: string}> => {
	const folder = await temporaryFolder();
	plant(folder, {'s/': ''});
	const outputs = localOutputs(await Directory.open(folder), folder);
	return {
		folder: path.join(folder, 's'),
		outputs: {
			...outputs,
			async open(location) {
				const file = await outputs.open(location);
				return {
					...file,
					async read(buffer, position) {
						lengths.push(buffer.length);
						return file.read(buffer, position);
					},
				};
			},
		},
	};
};

const previewOf = async (content: string | Uint8Array): Promise<Preview> => {
	const {outputs, folder} = await openOutputs();
	fs.writeFileSync(path.join(folder, 'file'), content);
	return readPreview(outputs, 's/file');
};

const linesOf = (preview: Preview): readonly string[] => {
	if (preview.kind !== 'lines') {
		throw new Error(`The preview has no lines, but is ${preview.kind}.`);
	}

	return preview.lines;
};

describe('a text', () => {
	test.each([
		['with lines', 'one\ntwo\n', ['one', 'two']],
		['of another system', 'one\r\ntwo\rthree', ['one', 'two', 'three']],
		['with empty lines', '\n\nx\n\n', ['', '', 'x', '']],
		['with tabs', 'a\tb\n\tc', ['a   b', '    c']],
		['with a byte order mark', '\u{FEFF}{"a": 1}', ['{"a": 1}']],
		['with other characters', 'grüße 語 👩‍👩‍👧 ✓', ['grüße 語 👩‍👩‍👧 ✓']],
		['with colours', 'all \u{1B}[32mgood\u{1B}[0m', [String.raw`all \x1b[32mgood\x1b[0m`]],
		['with a title for the terminal', 'a\u{1B}]0;owned\u{1B}\\b', [String.raw`a\x1b]0;owned\x1b\b`]],
		['with a change of direction', 'a\u{202E}b', [String.raw`a\xe2\x80\xaeb`]],
	])('%s', async (_, content, lines) => {
		expect(linesOf(await previewOf(content))).toEqual(lines);
	});

	test.each([
		['utf-16le', Buffer.from('\u{FEFF}grüße\r\n語👍', 'utf16le')],
		['utf-16be', Buffer.from('\u{FEFF}grüße\r\n語👍', 'utf16le').swap16()],
	])('in %s, which says so at its beginning', async (_, content) => {
		expect(linesOf(await previewOf(content))).toEqual(['grüße', '語👍']);
	});

	test('in an old encoding is readable but for its accents', async () => {
		expect(linesOf(await previewOf(Buffer.from('déjà vu, très bien\n', 'latin1')))).toEqual([String.raw`d\xe9j\xe0 vu, tr\xe8s bien`]);
	});

	test('is not cut within a character, in any of its places', () => {
		for (const character of ['é', '語', '👍']) {
			const whole = Buffer.from(`some text ${character}`);
			for (let length = 8; length <= whole.length; length++) {
				const expected = length === whole.length ? `some text ${character}` : 'some text '.slice(0, length);
				expect(decodeText(whole.subarray(0, length), true)).toEqual([expected]);
			}
		}

		const wide = Buffer.from('\u{FEFF}a👍', 'utf16le');
		expect(decodeText(wide.subarray(0, 6), true)).toEqual(['a']);
		expect(decodeText(wide.subarray(0, 5), true)).toEqual(['a']);
	});
});

describe('what is no text', () => {
	test.each([
		['one NUL', 'text\0text', '00000000  74 65 78 74 00 74 65 78  text·tex'],
		['random bytes', Uint8Array.from({length: 3000}, (_, index) => 128 + ((index * 37) % 128)), '00000000  80 a5 ca ef 94 b9 de 83  ········'],
		['control characters', '\u{1}\u{2}\u{3}abc', '00000000  01 02 03 61 62 63        ···abc'],
	])('is shown byte by byte: %s', async (_, content, first) => {
		const preview = await previewOf(content);
		expect(preview).toMatchObject({kind: 'bytes', title: 'binary file'});
		expect(rowTexts(preview, 50).slice(0, 3)).toEqual(['binary file', '', first]);
	});

	test('takes sixteen bytes a row where there is room, and four where there is little', () => {
		const bytes = Uint8Array.from({length: 100}, (_, index) => index);
		for (const [width, count] of [[40, 4], [43, 8], [58, 8], [75, 16], [120, 16]] as const) {
			const rows = rowTexts({kind: 'bytes', title: 'x', bytes, isCut: false, facts: factsFor()}, width);
			expect(rows).toHaveLength(2 + Math.ceil(100 / count));
			expect(rows.filter(row => widthOf(row) > width)).toEqual([]);
		}
	});

	test('an empty file is called so', async () => {
		expect(await previewOf('')).toMatchObject({kind: 'facts', title: 'empty file', facts: {bytes: 0}});
	});
});

describe('a large file', () => {
	test('of 10 GB costs no more than the limit', async () => {
		const lengths: number[] = [];
		const {outputs, folder} = await openOutputs(lengths);
		fs.writeFileSync(path.join(folder, 'file'), 'a line\n'.repeat(40_000));
		fs.truncateSync(path.join(folder, 'file'), 10_000_000_000);
		const preview = await readPreview(outputs, 's/file');
		expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(previewLimit + headLength);
		expect(preview).toMatchObject({kind: 'lines', isCut: true, facts: {bytes: 10_000_000_000}});
		expect(linesOf(preview)[100]).toBe('a line');
	});

	test('of one line is wrapped, as far as it was read', async () => {
		const {outputs, folder} = await openOutputs();
		fs.writeFileSync(path.join(folder, 'file'), 'x'.repeat(previewLimit));
		fs.truncateSync(path.join(folder, 'file'), 10_000_000_000);
		const preview = await readPreview(outputs, 's/file');
		expect(linesOf(preview)).toHaveLength(1);
		const rows = rowTexts(preview, 50);
		expect(rows.slice(0, 2)).toEqual(['x'.repeat(50), 'x'.repeat(50)]);
		expect(rows.at(-1)).toBe('(the file goes on; export it to see all of it)');
	});
});

describe('what is no file', () => {
	test('a pipe is not opened', async () => {
		const {outputs, folder} = await openOutputs();
		await execute('mkfifo', [path.join(folder, 'pipe')]);
		expect(await readPreview(outputs, 's/pipe')).toMatchObject({kind: 'facts', title: 'special file'});
	});

	test('a folder tells what is in it', async () => {
		const {outputs, folder} = await openOutputs();
		plant(folder, {'folder/a': '', 'folder/b': '', 'folder/c/d': '', 'empty/': ''});
		fs.symlinkSync('a', path.join(folder, 'folder/link'));
		expect(await readPreview(outputs, 's/folder')).toMatchObject({kind: 'facts', title: 'folder', details: ['2 files', '1 folder', '1 link or special file'], body: {lines: ['a', 'b', 'c/', 'link']}});
		expect(await readPreview(outputs, 's/empty')).toMatchObject({details: ['0 files']});
	});

	test('what is gone is named, in a form that a terminal can be handed', async () => {
		const {outputs} = await openOutputs();
		await expect(readPreview(outputs, 's/a\u{1B}[2J.txt')).rejects.toThrow(String.raw`cannot preview a\x1b[2J.txt: it does not exist`);
	});

	test('a preview that nobody wants any more ends', async () => {
		const {outputs, folder} = await openOutputs();
		fs.writeFileSync(path.join(folder, 'file'), 'text');
		await expect(readPreview(outputs, 's/file', {signal: AbortSignal.abort()})).rejects.toThrow(expect.objectContaining({name: 'AbortError'}));
	});
});

describe('the rows of a preview', () => {
	const rowsOf = (lines: readonly string[], width: number): readonly string[] => rowTexts({
		kind: 'lines', lines, isCut: false, facts: factsFor(),
	}, width);

	test('are no wider than the pane, and lose nothing', () => {
		const lines = ['', 'short', 'a longer line than that', '語'.repeat(11), `x${'語'.repeat(9)}`, 'e\u{301}'.repeat(12), '👩‍👩‍👧'.repeat(6), 'שלום עולם ומלואו'];
		for (const width of [1, 2, 3, 7, 10, 80]) {
			const rows = rowsOf(lines, width);
			expect(rows.join('')).toBe(lines.join(''));
			// What is wider than the pane by itself stands alone.
			expect(rows.filter(row => widthOf(row) > Math.max(2, width))).toEqual([]);
		}

		expect(rowsOf(lines, 10).slice(0, 4)).toEqual(['', 'short', 'a longer l', 'ine than t']);
		expect(rowsOf(['語'.repeat(11)], 7)).toEqual(['語語語', '語語語', '語語語', '語語']);
	});

	test('of a text that is all one line of wide characters come quickly', () => {
		const start = performance.now();
		expect(rowsOf(['語'.repeat(previewLimit / 3)], 60)).toHaveLength(Math.ceil(previewLimit / 3 / 30));
		expect(performance.now() - start).toBeLessThan(400); // The keys wait meanwhile.
	});
});
