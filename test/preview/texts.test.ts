import {Buffer} from 'node:buffer';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {kindOf} from '../../source/preview/kind.js';
import {printableText} from '../../source/text/printable.js';
import {widthOf} from '../../source/text/width.js';
import {contentOf, readRows, readTones, rowTexts} from '../helpers/preview.js';
import {factsFor} from '../helpers/explorer.js';

const escapes = '\u{1B}]0;owned\u{7}\u{1B}[31m\u{202E}';

/** What no terminal may be handed. */
const harmful = /[\p{Cc}\u{202A}-\u{202E}]/v;

test.each([
	['a.py', 'x = 1', {type: 'code', language: 'python'}],
	['Makefile', 'all:', {type: 'code', language: 'makefile'}],
	['run', '#!/usr/bin/env python3\n', {type: 'code', language: 'python'}],
	['run', '#!/bin/sh\n', {type: 'code', language: 'bash'}],
	['constructor', 'text', {type: 'text'}],
	['a.constructor', 'text', {type: 'text'}],
	['drawing', '<?xml version="1.0"?><svg/>', {type: 'code', language: 'xml'}],
	['a.json', '{}', {type: 'json'}],
	['A.JSONL', '{}', {type: 'json-lines'}],
	['a.csv', 'x,y', {type: 'table', separator: undefined}],
	['a.tsv', 'x\ty', {type: 'table', separator: '\t'}],
	['README.md', '# x', {type: 'markdown'}],
	['notes', 'x', {type: 'text'}],
	['a.py', '\0\0', {type: 'binary'}],
	['picture.txt', '\u0089PNG\r\n\u001A\n', {type: 'picture', format: 'PNG'}],
	['a.csv', 'PK\u0003\u0004', {type: 'zip'}],
])('the kind of %s is told by its content first, then by its name', (name, content, kind) => {
	expect(kindOf(name, Buffer.from(content, 'latin1'))).toEqual(kind);
});

describe('a program', () => {
	test('is shown as it is, its parts named', async () => {
		const text = 'import os\n\n# a comment\ndef main(x: int) -> str:\n\treturn f"{x}" + \'é\' * 3\n';
		expect(await readRows('a.py', text)).toEqual(['import os', '', '# a comment', 'def main(x: int) -> str:', '    return f"{x}" + \'é\' * 3']);
		const tones = await readTones('a.py', text);
		expect(tones).toEqual(expect.arrayContaining(['keyword:import', 'comment:# a comment', 'keyword:def', 'name:main', 'number:3', 'string:\'é\'']));
	});

	test('in each language that a name stands for', async () => {
		for (const extension of ['js', 'ts', 'sh', 'c', 'cpp', 'cs', 'java', 'kt', 'scala', 'go', 'rs', 'swift', 'rb', 'php', 'pl', 'lua', 'r', 'jl', 'm', 'f90', 'hs', 'ml', 'ex', 'erl', 'clj', 'dart', 'sql', 'html', 'css', 'scss', 'less', 'yaml', 'toml', 'mk', 'cmake', 'diff', 'tex', 'proto', 'graphql', 'ps1', 'vim', 'nix', 'groovy', 'awk', 'dockerfile']) {
			expect(await readRows(`a.${extension}`, 'one "two" 3 # /* <a>\n+ four\n')).toEqual(['one "two" 3 # /* <a>', '+ four']);
		}
	});

	test('beyond the first 200,000 characters is plain', async () => {
		const content = await contentOf('a.py', 'x = 1\n'.repeat(40_000));
		expect(content).toMatchObject({kind: 'lines', lines: {length: 40_000}});
		const last = content.kind === 'lines' ? content.marks!.at(-4) : undefined;
		expect(last).toBeGreaterThan(33_000);
		expect(last).toBeLessThanOrEqual(33_334);
	});

	test('that means harm is text', async () => {
		const rows = await readRows('a.py', `${'# a comment\n'.repeat(20)}x = "${escapes}" # ${escapes}\n`);
		expect(rows.join('')).not.toMatch(harmful);
		expect(rows.join('')).toContain(String.raw`\x1b]0;owned\x07`);
	});
});

describe('JSON', () => {
	test('is indented, short parts on one line, numbers as they are written', async () => {
		expect(await readRows('a.json', '{"a":1,"list":[1,2.50,12345678901234567890],"deep":{"b":{"c":[true,null]},"text":"a, b: {c}","empty":[],"none":{}, "long":"a longer text than fits"}}')).toEqual([
			'{',
			'  "a": 1,',
			'  "list": [1, 2.50, 12345678901234567890],',
			'  "deep": {',
			'    "b": {"c": [true, null]},',
			'    "text": "a, b: {c}",',
			'    "empty": [],',
			'    "none": {},',
			'    "long": "a longer text than fits"',
			'  }',
			'}',
		]);
		expect(await readTones('a.json', '{"a": [1, "b", null]}')).toEqual(['meta:"a"', 'number:1', 'string:"b"', 'keyword:null']);
	});

	test('is cut where a list is long, and told by how much', async () => {
		const rows = await readRows('a.json', JSON.stringify({list: Array.from({length: 5000}, (_, index) => `item ${index}`), after: 1}));
		expect(rows).toHaveLength(206);
		expect(rows.slice(-5)).toEqual(['    "item 199",', '    … 4,800 more', '  ],', '  "after": 1', '}']);
	});

	test('that is cut off, or none, is shown as far as it goes', async () => {
		expect(await readRows('a.json', '{"a": [1, {"b": "unfinished')).toEqual(['{', '  "a": [', '    1,', '    {', '      "b": "unfinished']);
		expect(await readRows('a.json', 'no json } at ] all')).toEqual(['no json }', 'at ]', 'all']);
	});

	test('that is nested 100,000 times costs little', async () => {
		const start = performance.now();
		const rows = await readRows('a.json', '['.repeat(100_000));
		expect(rows.length).toBeLessThanOrEqual(20_003);
		await readRows('a.json', '{"a":'.repeat(40_000));
		expect(performance.now() - start).toBeLessThan(3000);
	});

	test('lines have a document each', async () => {
		expect(await readRows('a.jsonl', `{"a":1}\n{"b":[1,2]}\n\nbroken {\n{"long":"${'x'.repeat(80)}","more":"${'y'.repeat(50)}"}\n`)).toEqual([
			'{"a": 1}', '{"b": [1, 2]}', '', 'broken{', '{', `  "long": "${'x'.repeat(80)}`.slice(0, 80), `  "long": "${'x'.repeat(80)}",`.slice(80), `  "more": "${'y'.repeat(50)}"`, '}',
		]);
	});

	test('that means harm is text', async () => {
		const rows = await readRows('a.json', JSON.stringify({[escapes]: escapes, a: '\u{9B}31m'}) + escapes);
		expect(rows.join('')).not.toMatch(harmful);
	});
});

describe('a table', () => {
	test('has its columns aligned, numbers to the right, its head at the top', async () => {
		const rows = await readRows('a.csv', 'name,count,note\n"Ink, black",3,"say ""hi"""\n日本語,12345,"two\nlines"\ne\u{301}te\u{301},7,\n');
		expect(rows).toEqual([
			'name        count  note',
			'──────────────────────────────',
			'Ink, black      3  say "hi"',
			'日本語      12345  two ⏎ lines',
			'e\u{301}te\u{301}             7',
		]);
		expect(await readTones('a.csv', 'x,y\n1,2\n')).toEqual(['strong:x  y', 'faint:────']);
	});

	test.each([
		['semicolons', 'a.csv', 'a;b\n1,5;2\n', ['a    b', '──────', '1,5  2']],
		['tabs', 'a.tsv', 'a\tb\n1\t2, 3\n', ['a  b', '───────', '1  2, 3']],
		['one column', 'a.csv', 'a\n1\n', ['a', '─', '1']],
		['rows of all lengths', 'a.csv', 'a,b\n1\n1,2,3\n', ['a  b', '───────', '1', '1  2  3']],
		['a quote that is not closed', 'a.csv', 'a,b\n"1,2\n', ['a    b', '──────', '1,2']],
	])('with %s', async (_, name, content, rows) => {
		expect((await readRows(name, content)).map(row => row.trimEnd())).toEqual(rows);
	});

	test('fills no more than the pane, and cuts long cells', async () => {
		const content = await contentOf('a.csv', `id,${'語'.repeat(30)},text\n${`1,${'語'.repeat(50)},${'x'.repeat(5000)}\n`.repeat(20)}`);
		for (const width of [1, 7, 10, 13, 16, 20, 38, 80, 200]) {
			const rows = rowTexts({...content, facts: factsFor()}, width);
			expect(rows.filter(row => widthOf(row) > width)).toEqual([]);
			expect(rows).toHaveLength(22);
		}
	});

	test('of 10,000 rows shows 2,000', async () => {
		expect(await contentOf('a.csv', `x,y\n${'1,2\n'.repeat(10_000)}`)).toMatchObject({isCut: true, rows: {length: 2000}});
	});

	test('that means harm is text', async () => {
		expect((await readRows('a.csv', `${escapes},b\n"${escapes}",\u{9B}1\n`)).join('')).not.toMatch(harmful);
	});
});

describe('Markdown', () => {
	test('is shown as it is meant', async () => {
		const text = '---\ntitle: x\n---\n# One *two*\n\nA **strong** word, `code`, a [link](https://a.example) & <b>more</b>.\n\n- first\n- second\n  1. deep\n- [x] done\n\n> quoted\n> text\n\n```py\nx = 1\n```\n\n| a | b |\n|---|---|\n| 日本 | 1 |\n\n---\n';
		expect((await readRows('a.md', text)).map(row => row.trimEnd())).toEqual([
			'# One two',
			'',
			'A strong word, code, a link (https://a.example) & <b>more</b>.',
			'',
			'• first',
			'• second',
			'  1. deep',
			'• [x] done',
			'',
			'│ quoted',
			'│ text',
			'',
			'    x = 1',
			'',
			'a     b',
			'────  ─',
			'日本  1',
			'',
			'─'.repeat(40),
		]);
		expect(await readTones('a.md', text)).toEqual(expect.arrayContaining(['heading:One ', 'emphasis:two', 'strong:strong', 'string:code', 'link:link', 'faint: (https://a.example)', 'number:• ', 'number:1']));
	});

	test('keeps words whole where they fit', async () => {
		expect(await readRows('a.md', 'one two three four fivefivefivefive', 10)).toEqual(['one two', 'three four', 'fivefivefi', 'vefive']);
		expect(await readRows('a.md', 'one two three four 語語語語 five', 10)).toEqual(['one two', 'three four', '語語語語', 'five']);
	});

	test('that is nested deeply, or means harm, costs little and does none', async () => {
		const start = performance.now();
		await readRows('a.md', '> '.repeat(3000) + 'x');
		await readRows('a.md', '[a]('.repeat(3000));
		expect(performance.now() - start).toBeLessThan(5000);
		expect((await readRows('a.md', `# ${escapes}\n\n[${escapes}](<${escapes}>) \`${escapes}\` &#27;[31m\n\n\`\`\`${escapes}\n${escapes}\n\`\`\`\n`)).join('')).not.toMatch(harmful);
	});
});

test('no text makes a reader fail, or says what it does not hold', async () => {
	await fc.assert(fc.asyncProperty(
		fc.constantFrom('a.json', 'a.jsonl', 'a.csv', 'a.tsv', 'a.md', 'a.ts', 'a.html', 'a.txt'),
		fc.array(fc.oneof(fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '\n', '\t', '# ', '- ', '> ', '`', '```\n', '|', '<', '1', '\u{1B}[31m', '語', '\u{202E}', '&amp;'), fc.string({unit: 'binary'})), {maxLength: 60}),
		fc.integer({min: 1, max: 60}),
		async (name, parts, width) => {
			const text = parts.join('');
			const rows = await readRows(name, text, width);
			expect(rows.join('')).not.toMatch(harmful);
			if (name === 'a.ts' && (await contentOf(name, text)).kind === 'lines') {
				expect(rows.join('')).toBe(text.replace(/^\u{FEFF}/u, '').split(/\r\n|\n|\r(?!\n)/v).map(line => printableText(line.toWellFormed())).join(''));
			}
		},
	), {numRuns: 300});
}, 60_000);
