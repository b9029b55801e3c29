import {Buffer} from 'node:buffer';
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {gzipSync} from 'node:zlib';
import jpegJs from 'jpeg-js';
import omggif from 'omggif';
import {describe, expect, test} from 'vitest';
import {isRoot, plant, temporaryFolder} from '../helpers/folders.js';
import {makeAvi, makeFlac, makeMatroska} from '../helpers/media.js';
import {makePng} from '../helpers/pictures.js';
import {launch, makePlace, strays} from '../helpers/sojourn.js';

/**
One walk down a list in a real terminal for the kinds of previews that are not in preview.test.ts: each row is shown for what it is, and the walk goes on.
*/

type Kinds = ReadonlyArray<readonly [name: string, bytes: string | Uint8Array, ...shown: ReadonlyArray<string | RegExp>]>;

/** @param prepare - makes what is no plain file */
const walk = async (kinds: Kinds, env: Readonly<Record<string, string>> = {}, prepare: (single: string) => void = () => undefined): Promise<void> => {
	const place = await makePlace(Object.fromEntries(kinds.filter(([, bytes]) => bytes !== '').map(([name, bytes]) => [`single/${name}`, bytes])));
	const single = path.join(place.session, 'single');
	prepare(single);
	const terminal = launch(place, undefined, {env, rows: 40});
	await terminal.waitFor(kinds.at(-1)![0]);
	for (const kind of kinds) {
		terminal.press('j');
		for (const what of kind.slice(2)) {
			await terminal.waitFor(what as string | RegExp);
		}
	}

	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
	expect(strays(terminal)).toBe('');
};

test('texts: plain, with tabs, in other scripts, TSV, and what only pretends', async () => {
	await walk([
		['a.txt', 'first line\n\tindented\n', 'first line', /^.*│ {3,8}indented/mv],
		['b.txt', 'Привет\nשלום עולם\n日本語 e\u0301', 'Привет', '日本語 e\u0301'],
		['c.tsv', 'name\tprice\nInk, black\t3.50\nnibs\t12.00\n', /name +price/v, /Ink, black +3\.50/v],
		['d.json', '{"broken": [1, 2', /"broken": \[\n[^│]+│ +1,/v],
		['e.csv', 'a;b;c\n1;2;3\n', /a +b +c/v],
		['f.md', '| a | b |\n|---|---|\n| one | two |\n\n```js\nlet x\n```\n', /one +two/v, 'let x'],
		['g.log', `\u{1B}[31mred\u{1B}[0m ${'x'.repeat(500)}`, String.raw`\x1b[31mred\x1b[0m xxx`],
		['h.txt', '\n', '1 B'],
	]);
});

describe('pictures', () => {
	const frame = Buffer.alloc(2000);
	const gif = new omggif.GifWriter(frame, 2, 2, {palette: [0xff_00_00, 0x00_ff_00]});
	gif.addFrame(0, 0, 2, 2, [0, 1, 1, 0], {delay: 50});
	gif.addFrame(0, 0, 2, 2, [1, 1, 1, 1], {delay: 70});
	const bmp = Buffer.alloc(70);
	bmp.write('BM');
	for (const [value, at] of [[54, 10], [40, 14], [2, 18], [2, 22]] as const) {
		bmp.writeUInt32LE(value, at);
	}

	bmp.writeUInt16LE(24, 28);
	bmp.fill(200, 54);
	const webp = Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBPVP8X\u000A\0\0\0\u0002\0\0\0', 'latin1'), Buffer.from([0x7f, 2, 0, 0x67, 1, 0])]);
	const png = makePng({width: 64, height: 64, pixel: (x, y) => [x * 4, y * 4, 99]});

	test('of each format are drawn, or told', async () => {
		await walk([
			['a.jpg', jpegJs.encode({width: 16, height: 8, data: Buffer.alloc(512, 180)}, 90).data, 'JPEG picture, 16 × 8', '▀▀▀'],
			['b.gif', frame.subarray(0, gif.end()), 'GIF picture, 2 × 2, 2 frames', '▀'],
			['c.bmp', bmp, 'BMP picture, 2 × 2', '▀'],
			['d.webp', webp, 'WebP picture, 640 × 360, animated'],
			['e.png', png.subarray(0, -200), 'PNG picture, 64 × 64', '▀▀▀'],
		], {COLORTERM: 'truecolor'});
	});
});

test('sounds and films of the other formats', async () => {
	await walk([
		['a.flac', makeFlac(['TITLE=x \u{1B}]0;owned\u{7}']), 'FLAC sound', String.raw`x \x1b]0;owned\x07`],
		['b.mkv', makeMatroska('A film'), 'Matroska film', '640 × 360'],
		['c.avi', makeAvi(), 'AVI film', '320 × 240'],
		['d.mp3', Buffer.from('ID3 and nothing that follows'), /cannot be read|MP3/v],
	]);
});

test('archives of each sort, and those that are cut off or known by name only', async () => {
	const folder = await temporaryFolder();
	plant(folder, {'in/one.txt': 'x'.repeat(1500), 'in/\u{1B}[31mred.txt': ''});
	execFileSync('tar', ['-C', `${folder}/in`, '-cf', `${folder}/a.tar`, '.']);
	const tar = fs.readFileSync(`${folder}/a.tar`);
	execFileSync('python3', ['-c', 'import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w") as z: z.writestr("in/zip.txt", "x" * 2500)', `${folder}/b.zip`]);
	const zip = fs.readFileSync(`${folder}/b.zip`);
	await walk([
		['a.tar', tar, 'tar archive', String.raw`\x1b[31mred.txt`, '1.5 KB'],
		['b.tgz', gzipSync(tar), 'tar.gz archive', 'one.txt'],
		['c.txt.gz', gzipSync('packed text\n'), 'file packed with gzip', 'packed text'],
		['d.zip', zip.subarray(0, 200), 'zip file that cannot be read'],
		['e.tar', tar.subarray(0, 700), 'tar archive', 'perhaps more'],
		['f.xz', Buffer.from('\u00FD7zXZ\0 and more', 'latin1'), 'xz archive'],
		['g.zst', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), 'Zstandard archive'],
		['h.7z', Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0]), '7z archive'],
		['i.bz2', 'BZh91AY', 'bzip2 archive'],
		['j.rar', Buffer.from('Rar!\u001A\u0007\0', 'latin1'), 'RAR archive'],
		['k.sqlite', 'SQLite format 3\0', 'SQLite database'],
	]);
});

test('what is empty, no file, leads nowhere, or must not be read', async () => {
	await walk([
		['a', '', 'empty'],
		['b', '', 'pipe'],
		['c', '', /points to +nowhere/v],
		['d', '', /points to +\/etc/v, 'not looked at'],
		['e', '', 'points to', String.raw`\x1b]0;owned\x07`],
		['f', '', isRoot ? 'not for all' : 'permission'],
		['g', Uint8Array.from({length: 300}, (_, index) => index % 256), '00000000  00 01 02 03'],
	], {}, single => {
		fs.writeFileSync(`${single}/a`, '');
		execFileSync('mkfifo', [`${single}/b`]);
		fs.symlinkSync('nowhere', `${single}/c`);
		fs.symlinkSync('/etc', `${single}/d`);
		fs.symlinkSync('\u{1B}]0;owned\u{7}', `${single}/e`);
		fs.writeFileSync(`${single}/f`, 'not for all', {mode: 0o000});
	});
});
