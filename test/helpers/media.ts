import {Buffer} from 'node:buffer';
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** A WAV file as Python's standard library writes it: silence, then a tone that gets louder. `info` are tags, by their four letters. */
export const makeWave = (folder: string, {seconds = 2, channels = 1, rate = 8000, bytes = 2, info = {}}: {readonly seconds?: number; readonly channels?: number; readonly rate?: number; readonly bytes?: number; readonly info?: Readonly<Record<string, string>>} = {}): Buffer => {
	const file = path.join(folder, 'made.wav');
	execFileSync('python3', ['-c', `
import sys, wave, math
file, seconds, channels, rate, size = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
with wave.open(file, 'wb') as w:
  w.setnchannels(channels); w.setsampwidth(size); w.setframerate(rate)
  n = int(seconds * rate)
  out = bytearray()
  for i in range(n):
    v = 0 if i < n // 2 else (i - n // 2) / (n / 2) * math.sin(i)
    for _ in range(channels):
      out += bytes([int(128 + v * 127)]) if size == 1 else int(v * (2 ** (8 * size - 1) - 1)).to_bytes(size, 'little', signed=True)
  w.writeframes(bytes(out))
`, file, String(seconds), String(channels), String(rate), String(bytes)]);
	const made = fs.readFileSync(file);
	const tags = Buffer.concat(Object.entries(info).map(([name, text]) => {
		const value = Buffer.from(`${text}\0`);
		const head = Buffer.from(`${name}    `, 'latin1');
		head.writeUInt32LE(value.length, 4);
		return Buffer.concat([head, value, Buffer.alloc(value.length % 2)]);
	}));
	if (tags.length === 0) {
		return made;
	}

	const list = Buffer.from('LIST    INFO', 'latin1');
	list.writeUInt32LE(4 + tags.length, 4);
	made.writeUInt32LE(made.length + list.length + tags.length - 8, 4);
	return Buffer.concat([made, list, tags]);
};

/** Frames of 128 kbit/s at 44,100 Hz, silent, after tags. */
export const makeMp3 = (frames: number, tags: Readonly<Record<string, string>>): Buffer => {
	const body = Buffer.concat(Object.entries(tags).map(([name, text]) => {
		const value = Buffer.concat([Buffer.of(3), Buffer.from(text)]);
		const head = Buffer.from(`${name}      `, 'latin1');
		head.writeUInt32BE(value.length, 4);
		head.writeUInt16BE(0, 8);
		return Buffer.concat([head, value]);
	}));
	const head = Buffer.from('ID3\u0003\0\0    ', 'latin1');
	head.set([(body.length >> 21) & 127, (body.length >> 14) & 127, (body.length >> 7) & 127, body.length & 127], 6);
	const frame = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0xc4]), Buffer.alloc(413)]);
	return Buffer.concat([head, body, ...Array.from({length: frames}, () => frame)]);
};

/** A FLAC file that holds no sound, but says that it does. */
export const makeFlac = (comments: readonly string[]): Buffer => {
	const info = Buffer.alloc(34);
	info.writeUInt16BE(4096);
	info.writeUInt16BE(4096, 2);
	// 44,100 Hz, two channels, 16 bits, ten seconds.
	info.writeBigUInt64BE((44_100n << 44n) | (1n << 41n) | (15n << 36n) | 441_000n, 10);
	const texts = ['maker', ...comments].map(text => {
		const bytes = Buffer.from(text);
		const length = Buffer.alloc(4);
		length.writeUInt32LE(bytes.length);
		return Buffer.concat([length, bytes]);
	});
	const count = Buffer.alloc(4);
	count.writeUInt32LE(comments.length);
	const notes = Buffer.concat([texts[0]!, count, ...texts.slice(1)]);
	const block = (type: number, data: Buffer): Buffer => {
		const head = Buffer.alloc(4);
		head.writeUInt32BE(((type << 24) | data.length) >>> 0);
		return Buffer.concat([head, data]);
	};

	return Buffer.concat([Buffer.from('fLaC'), block(0, info), block(0x84, notes), Buffer.alloc(1000)]);
};

const box = (type: string, ...parts: ReadonlyArray<Uint8Array | readonly number[]>): Buffer => {
	const data = Buffer.concat(parts.map(part => Buffer.from(part)));
	const head = Buffer.alloc(8);
	head.writeUInt32BE(data.length + 8);
	head.write(type, 4, 'latin1');
	return Buffer.concat([head, data]);
};

const u32 = (...values: readonly number[]): Buffer => {
	const bytes = Buffer.alloc(values.length * 4);
	for (const [index, value] of values.entries()) {
		bytes.writeUInt32BE(value, index * 4);
	}

	return bytes;
};

/** A PDF of two A4 pages, made by hand. Its notes are as they are written in a PDF. */
export const makePdf = (notes: string): Buffer => Buffer.from(`%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R 4 0 R] /Count 2 /MediaBox [0 0 595.28 841.89]>> endobj
3 0 obj <</Type /Page /Parent 2 0 R>> endobj
4 0 obj <</Type /Page /Parent 2 0 R>> endobj
5 0 obj <<${notes}>> endobj
trailer <</Root 1 0 R /Info 5 0 R>>
%%EOF
`, 'latin1');

/** The heads of an MP4 film of 90 seconds, 640 by 360; nothing of the film itself. `gap` bytes stand before them, as cameras write it. */
export const makeMp4 = (title: string, gap = 0): Buffer => {
	const visual = Buffer.alloc(78);
	visual.writeUInt16BE(1, 6);
	visual.writeUInt16BE(640, 24);
	visual.writeUInt16BE(360, 26);
	visual.writeUInt16BE(1, 40);
	const text = Buffer.from(title);
	return Buffer.concat([
		box('ftyp', Buffer.from('isom\0\0\u0002\0isomavc1', 'latin1')),
		...(gap > 0 ? [box('mdat', Buffer.alloc(gap))] : []),
		box('moov', box('mvhd', u32(0, 0, 0, 1000, 90_000, 0x1_00_00), Buffer.alloc(76)), box('trak', box('tkhd', u32(1, 0, 0, 1, 0, 90_000), Buffer.alloc(60)), box('mdia', box('mdhd', u32(0, 0, 0, 1000, 90_000, 0x55_c4_00_00)), box('hdlr', u32(0, 0), Buffer.from('vide', 'latin1'), Buffer.alloc(13)), box('minf', box('stbl', box('stsd', u32(0, 1), box('avc1', visual)), box('stts', u32(0, 1, 2250, 40)), box('stsc', u32(0, 0)), box('stsz', u32(0, 0, 0)), box('stco', u32(0, 0)))))), box('udta', box('meta', u32(0), box('hdlr', u32(0, 0), Buffer.from('mdirappl', 'latin1'), Buffer.alloc(9)), box('ilst', box('\u00A9nam', box('data', u32(1, 0), text)))))),
	]);
};

const element = (id: readonly number[], ...parts: ReadonlyArray<Uint8Array | readonly number[]>): Buffer => {
	const data = Buffer.concat(parts.map(part => Buffer.from(part)));
	const length = Buffer.alloc(8);
	length.writeBigUInt64BE((1n << 56n) | BigInt(data.length));
	return Buffer.concat([Buffer.from(id), length, data]);
};

/** The heads of a Matroska film. */
export const makeMatroska = (title: string): Buffer => {
	const seconds = Buffer.alloc(8);
	seconds.writeDoubleBE(12_500);
	return Buffer.concat([
		element([0x1a, 0x45, 0xdf, 0xa3], element([0x42, 0x82], Buffer.from('matroska'))),
		element([0x18, 0x53, 0x80, 0x67], element([0x15, 0x49, 0xa9, 0x66], element([0x2a, 0xd7, 0xb1], [0x0f, 0x42, 0x40]), element([0x44, 0x89], seconds), element([0x7b, 0xa9], Buffer.from(title))), element([0x16, 0x54, 0xae, 0x6b], element([0xae], element([0xd7], [1]), element([0x83], [1]), element([0x86], Buffer.from('V_VP9')), element([0xe0], element([0xb0], [2, 0x80]), element([0xba], [1, 0x68]))))),
	]);
};

/** The head of an AVI film of 10 seconds. */
export const makeAvi = (): Buffer => {
	const header = Buffer.alloc(56);
	header.writeUInt32LE(40_000);
	header.writeUInt32LE(250, 16);
	header.writeUInt32LE(2, 24);
	header.writeUInt32LE(320, 32);
	header.writeUInt32LE(240, 36);
	const head = Buffer.from('RIFF\0\0\0\0AVI LIST\0\0\0\0hdrlavih8\0\0\0', 'latin1');
	return Buffer.concat([head, header]);
};
