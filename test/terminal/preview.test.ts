import {Buffer} from 'node:buffer';
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {gzipSync} from 'node:zlib';
import {describe, expect, test} from 'vitest';
import {placeholder} from '../../source/explorer/preview-picture.js';
import {plant, temporaryFolder} from '../helpers/folders.js';
import {makeMp3, makeMp4, makePdf, makeWave} from '../helpers/media.js';
import {makePng} from '../helpers/pictures.js';
import {colours, launch, makePlace, strays} from '../helpers/sojourn.js';
import type {TestTerminal} from '../helpers/terminal.js';

/** The right half of the screen: the preview. */
const pane = (terminal: TestTerminal): string[] => terminal.screen().map(line => line.slice(52).trimEnd());

test('texts are shown by their kind, each as it is best read', async () => {
	const place = await makePlace({
		'single/a.json': '{"name":"aurora","list":[1,2,3],"deep":{"text":"a long text that does not fit on a line of its own"}}',
		'single/b.csv': 'article,price\n"Ink, black",3.50\n日本語,12.00\n',
		'single/c.md': '# A heading\n\n- an *item*\n',
		'single/d.py': 'def main():\n\treturn "text"\n',
		'single/e.bin': Uint8Array.from({length: 64}, (_, index) => index),
		'single/f.jsonl': '{"step":1}\n{"step":2}\n',
		'bulk/batch/one.txt': 'x',
		'bulk/batch/inner/two.txt': 'x',
	});
	fs.symlinkSync('a.json', path.join(place.session, 'single/g.link'));
	const terminal = launch(place);
	const next = async (expected: string | RegExp): Promise<void> => {
		terminal.press('j');
		await terminal.waitFor(expected);
	};

	await next('"list": [1, 2, 3],');
	await next(/article +price/v);
	expect(pane(terminal).slice(2, 6)).toEqual(['article     price', '─────────────────', 'Ink, black   3.50', '日本語      12.00']);
	await next('• an item');
	await next('    return "text"');
	await next('00000008  08 09 0a 0b 0c 0d 0e 0f  ········');
	await next('{"step": 2}');
	await next('there is   a file of');
	expect(terminal.text()).toContain('points to  a.json');
	terminal.press('G');
	await terminal.waitFor('1 folder');
	expect(pane(terminal)).toEqual(expect.arrayContaining(['inner/', 'one.txt']));
	expect(colours(terminal).length).toBeGreaterThan(10);
	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
	expect(strays(terminal)).toBe('');
});

test('with NO_COLOR they have no colour, but are marked where that helps', async () => {
	const terminal = launch(await makePlace({'single/a.py': 'def main():\n\treturn "text"\n'}), undefined, {env: {NO_COLOR: '1'}});
	await terminal.waitFor('a.py');
	terminal.press('j');
	await terminal.waitFor('    return "text"');
	expect(colours(terminal)).toEqual([]);
	expect(terminal.output()).toContain('1mdef');
});

test('archives, sounds, films and documents tell what they hold', async () => {
	const folder = await temporaryFolder();
	plant(folder, {'in/one.txt': 'x'.repeat(1500), 'in/deep/\u{1B}]0;owned\u{7}.txt': ''});
	execFileSync('tar', ['-C', `${folder}/in`, '-czf', `${folder}/a.tar.gz`, '.']);
	execFileSync('python3', ['-c', 'import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w") as z: z.writestr("in/zip.txt", "x" * 2500)', `${folder}/b.zip`]);
	const terminal = launch(await makePlace({
		'single/a.tar.gz': fs.readFileSync(`${folder}/a.tar.gz`),
		'single/b.zip': fs.readFileSync(`${folder}/b.zip`),
		'single/c.wav': makeWave(folder, {seconds: 1}),
		'single/d.mp3': makeMp3(100, {TIT2: 'A song \u{1B}[31m'}),
		'single/e.mp4': makeMp4('A film', 2_000_000),
		'single/f.pdf': makePdf('/Title (A paper)'),
		'single/g.png': Buffer.from('\u0089PNG\r\n\u001A\n but no picture, for all its beginning', 'latin1'),
	}));
	await terminal.waitFor('g.png');
	for (const [head, more] of [
		['tar.gz archive', String.raw`\x1b]0;owned\x07.txt`],
		['ZIP archive', '  2.5 KB  in/zip.txt'],
		['WAV sound', '▄▄▄'],
		['MP3 sound', String.raw`title     A song \x1b[31m`],
		['MP4 film', 'film      640 × 360, avc1'],
		['PDF document', 'title    A paper'],
		['PNG file that cannot be read: its head is mis', '89 50 4e 47'],
	] as const) {
		terminal.press('j');
		await terminal.waitFor(head);
		await terminal.waitFor(more);
	}

	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
	expect(strays(terminal)).toBe('');
});

test('a file that is large, or whose reader never ends, is given up, and the next one is shown', async () => {
	const place = await makePlace({'single/a.json': '', 'single/b.gz': '', 'single/c.txt': 'the next one'});
	// 10 GB on one line, of which no byte is on the disk; and a bomb.
	fs.writeFileSync(path.join(place.session, 'single/a.json'), `{"text": "${'x'.repeat(300_000)}`);
	fs.truncateSync(path.join(place.session, 'single/a.json'), 10_000_000_000);
	const bomb = gzipSync(Buffer.alloc(50_000_000));
	fs.writeFileSync(path.join(place.session, 'single/b.gz'), Buffer.concat(Array.from({length: 100}, () => bomb)));
	const terminal = launch(place);
	await terminal.waitFor('c.txt');
	terminal.press('j');
	await terminal.waitFor('"text": "xxx');
	terminal.press('j');
	await terminal.waitFor('file packed with gzip');
	terminal.press('k', 'j', 'j');
	await terminal.waitFor('the next one');
	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
});

describe('a picture', () => {
	const picture = makePng({width: 96, height: 96, pixel: (x, y) => [x < 48 ? 255 : 0, y < 48 ? 255 : 0, 0]});
	const files = {'single/a.png': picture, 'single/b.png': makePng({width: 96, height: 96, pixel: () => [0, 0, 255]}), 'single/c.txt': 'a text'};
	const sgr = (terminal: TestTerminal): string => terminal.output();

	test('is drawn in half blocks, in the colours that the terminal can show, and goes with its file', async () => {
		const place = await makePlace(files);
		const terminal = launch(place, undefined, {env: {COLORTERM: 'truecolor'}});
		await terminal.waitFor('c.txt');
		terminal.press('j');
		await terminal.waitFor('PNG picture, 96 × 96, RGB');
		await terminal.waitFor('▀▀▀▀▀');
		expect(sgr(terminal)).toContain('38;2;255;255;0');
		expect(sgr(terminal)).toContain('38;2;0;255;0');
		expect(pane(terminal).filter(line => line.startsWith('▀')).length).toBeGreaterThan(15);
		expect(terminal.output()).not.toContain(placeholder);
		terminal.press('j');
		await terminal.waitFor(() => sgr(terminal).includes('38;2;0;0;255'));
		terminal.press('?');
		await terminal.waitFor('Keys');
		terminal.press('q', 'return');
		await terminal.waitFor(() => terminal.screen().some(line => line.startsWith('▀▀▀')));
		terminal.press('q', 'j');
		await terminal.waitFor('a text');
		expect(terminal.text()).not.toContain('▀');
		terminal.press('q');
		await terminal.exit;
		expect(strays(terminal)).toBe('');
	});

	test('costs nothing while one marks its row, and comes back after a resize', async () => {
		const terminal = launch(await makePlace(files), undefined, {columns: 120, rows: 40});
		await terminal.waitFor('c.txt');
		terminal.press('j');
		await terminal.waitFor('▀▀▀▀▀');
		expect(sgr(terminal)).toContain('38;5;226');
		await terminal.waitForQuiet();
		const before = terminal.bytesWritten();
		terminal.press('space', 'k');
		await terminal.waitFor('1 marked');
		await terminal.waitForQuiet();
		expect(terminal.bytesWritten() - before).toBeLessThan(2000);
		terminal.resize(100, 30);
		await terminal.waitFor(() => terminal.screen().filter(line => line.includes('▀▀▀▀▀')).length > 10);
		const fresh = launch(await makePlace(files), undefined, {columns: 100, rows: 30});
		await fresh.waitFor('c.txt');
		fresh.press('j', 'space', 'k');
		await fresh.waitFor('▀▀▀▀▀');
		await expect.poll(() => terminal.text() === fresh.text(), {timeout: 5000}).toBe(true);
	});

	test('is told, not drawn, with NO_COLOR', async () => {
		const terminal = launch(await makePlace(files), undefined, {env: {NO_COLOR: '1'}});
		await terminal.waitFor('c.txt');
		terminal.press('j');
		await terminal.waitFor('PNG picture, 96 × 96, RGB');
		terminal.press('q');
		await terminal.exit;
		expect(terminal.output()).not.toContain('▀');
	});
});
