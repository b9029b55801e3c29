import {Buffer} from 'node:buffer';
import {sumLine} from '../files/sums.js';

/** What the list of checksums is called in an archive. */
export const manifestName = 'SHA256SUMS';

/** The list of checksums of an archive, as it grows. */
export type Manifest = {
	/** @param hash - SHA-256, in hexadecimal digits */
	add(name: string, hash: string): void;
	/** All of it. `sha256sum -c SHA256SUMS` reads it where the archive was unpacked. */
	contents(): Buffer;
	/** Milliseconds since 1970. */
	readonly modifiedAt: number;
};

export const createManifest = (now = Date.now()): Manifest => {
	const blocks: Buffer[] = [];
	let lines: Buffer[] = [];
	return {
		modifiedAt: now,
		add(name, hash) {
			lines.push(sumLine(hash, name));
			if (lines.length === 1000) {
				blocks.push(Buffer.concat(lines));
				lines = [];
			}
		},
		contents: () => Buffer.concat([...blocks, ...lines]),
	};
};
