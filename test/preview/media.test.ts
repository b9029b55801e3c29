import {Buffer} from 'node:buffer';
import {deflateSync} from 'node:zlib';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {memorySource} from '../../source/preview/source.js';
import {readContent} from '../../source/preview/read-file.js';
import {temporaryFolder} from '../helpers/folders.js';
import {makeAvi, makeFlac, makeMatroska, makeMp3, makeMp4, makePdf, makeWave} from '../helpers/media.js';
import {readRows} from '../helpers/preview.js';

const harmful = /[\p{Cc}\u{202A}-\u{202E}]/v;
const evil = '\u{1B}]0;owned\u{7}\u{202E}';
const shown = String.raw`\x1b]0;owned\x07\xe2\x80\xae`;

test('a WAV file tells its duration, how it was sampled, its tags, and how loud it is', async () => {
	const rows = await readRows('a.wav', makeWave(await temporaryFolder(), {info: {INAM: 'A title \u{1B}]0;owned\u{7}', IART: 'Somebody'}}), 60);
	expect(rows).toEqual([
		'WAV sound', '',
		'duration  0:02.0',
		'sampled   8,000 Hz, mono, 16 bits',
		'codec     PCM',
		'bit rate  128 kbit/s',
		'',
		String.raw`title     A title \x1b]0;owned\x07`,
		'artist    Somebody',
		'',
		'                                                  ▄▄▄▄▄█████',
		'                                        ▄▄▄▄▄███████████████',
		'                              ▄▄▄▄▄█████████████████████████',
		'                              ▀▀▀▀▀█████████████████████████',
		'                                        ▀▀▀▀▀███████████████',
		'                                                  ▀▀▀▀▀█████',
	]);
});

test.each([[1, 1], [2, 2], [3, 2], [4, 1]])('a WAV file of %i bytes a sample, %i channels', async (bytes, channels) => {
	const rows = await readRows('a.wav', makeWave(await temporaryFolder(), {bytes, channels}), 60);
	expect(rows.find(row => row.startsWith('sampled'))).toContain(`${channels === 1 ? 'mono' : 'stereo'}, ${bytes * 8} bits`);
	const first = rows.findIndex(row => row.includes('█'));
	expect(rows[first]!.indexOf('▄')).toBeGreaterThan(40);
	expect(rows.at(-1)!.trimEnd()).toHaveLength(60);
});

test('a WAV file of 4 GB costs the parts that are looked at', async () => {
	const wave = makeWave(await temporaryFolder());
	wave.writeUInt32LE(0xff_ff_ff_f0, 40);
	let read = 0;
	const {read: readPart} = memorySource('a.wav', wave);
	const content = await readContent({
		name: 'a.wav', bytes: 4_294_967_330, async read(offset, length) {
			read += length;
			return offset < 1000 ? readPart(offset, length) : Buffer.alloc(length, offset % 100);
		},
	}, {colours: 0});
	expect(content).toMatchObject({kind: 'facts', title: 'WAV sound', graph: {length: 600}});
	expect(read).toBeLessThan(20_000_000);
});

test.each([
	['MP3', () => makeMp3(100, {TIT2: `Titel ${evil}`, TPE1: 'Artist', TALB: 'Album', TYER: '2020', TRCK: '3/9'}), ['MP3 sound', '', 'duration  0:02.6', 'sampled   44,100 Hz, mono', 'codec     MPEG 1 Layer 3, CBR', 'bit rate  128 kbit/s', '', `title     Titel ${shown}`, 'artist    Artist', 'album     Album', 'year      2020', 'track     3 of 9']],
	['FLAC', () => makeFlac([`TITLE=x ${evil}`, 'ARTIST=y']), ['FLAC sound', '', 'duration   0:10.0', 'sampled    44,100 Hz, stereo, 16 bits', 'codec      FLAC', 'bit rate   1 kbit/s', '', `title      x ${shown}`, 'artist     y', 'made with  maker']],
	['MP4', () => makeMp4(`film ${evil}`), ['MP4 film', '', 'duration  1:30.0', 'film      640 × 360, avc1', '', `title     film ${shown}`]],
	['MP4 with its head at its end', () => makeMp4('film', 5_000_000), ['MP4 film', '', 'duration  1:30.0', 'film      640 × 360, avc1', '', 'title     film']],
	['Matroska', () => makeMatroska(`film ${evil}`), ['Matroska film', '', 'duration  0:12.5', 'film      640 × 360, VP9, eng', '', `title     film ${shown}`]],
	['AVI', () => makeAvi(), ['AVI film', '', 'duration  0:10.0', 'film      320 × 240, 25 frames a second', 'tracks    2']],
	['PDF', () => makePdf(String.raw`/Title (A \(fine\) title ${evil}) /Author <FEFF00e9006d0069> /CreationDate (D:20261120101112+01'00')`), ['PDF document', '', 'version  1.4', 'pages    2', 'size     210 × 297 mm', String.raw`title    A (fine) title \x1b]0;owned\x07.`, 'author   émi', 'created  2026-11-20 10:11']],
])('%s', async (_, make, rows) => {
	expect(await readRows('a', make(), 80)).toEqual(rows);
});

test('a PDF whose objects are packed', async () => {
	const packed = deflateSync('1 0 2 50 <</Type /Pages /Count 12 /Kids [3 0 R]>> <</Title (packed) /Producer (a program)>>');
	const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n1 0 obj <</Type /ObjStm /N 2 /First 9 /Filter /FlateDecode>>\nstream\n'), packed, Buffer.from('\nendstream endobj')]);
	expect(await readRows('a.pdf', pdf)).toEqual(['PDF document', '', 'version     1.7', 'pages       12', 'title       packed', 'written by  a program']);
	const bomb = Buffer.concat([Buffer.from('%PDF-1.7\n1 0 obj <</Type /ObjStm>>\nstream\n'), deflateSync(Buffer.alloc(100_000_000)), Buffer.from('\nendstream')]);
	const start = performance.now();
	expect((await readRows('a.pdf', bomb))[0]).toBe('PDF document');
	await readRows('a.pdf', `%PDF-1.7 ${'/Count 1 /Title ( '.repeat(100_000)}`);
	expect(performance.now() - start).toBeLessThan(3000);
});

test('no bytes make a reader of sounds, films or documents fail', async () => {
	const folder = await temporaryFolder();
	const files = [makeWave(folder, {seconds: 0.1, info: {INAM: 'x'}}), makeMp3(5, {TIT2: 'x'}), makeFlac(['TITLE=x']), makeMp4('x', 100), makeMatroska('x'), makeAvi(), makePdf('/Title (x)')];
	await fc.assert(fc.asyncProperty(
		fc.constantFrom(...files),
		fc.array(fc.tuple(fc.double({min: 0, max: 1, noNaN: true, maxExcluded: true}), fc.integer({min: 0, max: 255})), {maxLength: 8}),
		fc.double({min: 0, max: 1, noNaN: true}),
		async (file, changes, length) => {
			const bytes = Buffer.from(file);
			for (const [place, value] of changes) {
				bytes[Math.floor(place * bytes.length)] = value;
			}

			expect((await readRows('a', bytes.subarray(0, Math.ceil(length * bytes.length)), 60)).join('')).not.toMatch(harmful);
		},
	), {numRuns: 500});
}, 60_000);
