import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';
import {crc32} from 'node:zlib';
import type {ComputedHash, HashTask} from './tasks.js';
import type {Io} from './work.js';

const pieceBytes = 256 * 1024;

/** The SHA-256 of a file, and its CRC-32, which tells whether that is what went into the archive. A file that cannot be read to its end has fewer bytes. */
export const hashAll = (io: Io, {number, descriptor, length}: HashTask, isStopped: () => boolean): ComputedHash => {
	const hash = createHash('sha256');
	const buffer = Buffer.allocUnsafe(pieceBytes);
	let checksum = 0;
	let size = 0;
	while (size < length && !isStopped()) {
		let bytes = 0;
		try {
			bytes = io.read(descriptor, buffer, 0, Math.min(buffer.length, length - size), size);
		} catch {
			// Told by the blocks, which are read as well.
		}

		if (bytes === 0) {
			break;
		}

		const piece = buffer.subarray(0, bytes);
		hash.update(piece);
		checksum = crc32(piece, checksum);
		size += bytes;
	}

	return {type: 'hash', number, size, checksum, hash: hash.digest('hex')};
};
