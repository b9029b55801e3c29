import {Buffer} from 'node:buffer';
import {constants, crc32, deflateSync} from 'node:zlib';

/** Rows from the top, in each row the pixels from the left, in each pixel one byte a channel: 1 grey, 3 red, green, blue, 4 also opacity. */
export type Bitmap = {
	readonly width: number;
	readonly height: number;
	readonly channels: 1 | 3 | 4;
	readonly pixels: Uint8Array;
};

const signature = Buffer.from('\u0089PNG\r\n\u001A\n', 'latin1');
// Somebody waits for it; filtered rows are runs more than repetitions.
const quick = {level: 1, strategy: constants.Z_RLE};

const colourTypes = {1: 0, 3: 2, 4: 6} as const;

const chunk = (type: string, data: Uint8Array): Buffer => {
	const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const whole = Buffer.alloc(body.length + 8);
	whole.writeUInt32BE(data.length);
	body.copy(whole, 4);
	whole.writeUInt32BE(crc32(body), body.length + 4);
	return whole;
};

/** A bitmap as a PNG file: https://www.w3.org/TR/png-3/ */
export const encodePng = ({width, height, channels, pixels}: Bitmap): Uint8Array => {
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width);
	header.writeUInt32BE(height, 4);
	header.set([8, colourTypes[channels]], 8); // Then deflate, adaptive filters, no interlacing: all 0.

	// Each row is led by its filter: 1, the difference from the pixel on the left, which makes smooth pictures small.
	const rowLength = width * channels;
	const rows = Buffer.alloc((rowLength + 1) * height);
	for (let y = 0; y < height; y++) {
		const from = y * rowLength;
		const to = y * (rowLength + 1);
		rows[to] = 1;
		rows.set(pixels.subarray(from, from + channels), to + 1);
		for (let x = channels; x < rowLength; x++) {
			rows[to + 1 + x] = pixels[from + x]! - pixels[from + x - channels]!;
		}
	}

	return Buffer.concat([
		signature,
		chunk('IHDR', header),
		chunk('IDAT', deflateSync(rows, quick)),
		chunk('IEND', Buffer.alloc(0)),
	]);
};
