import {createHash, type Hash} from 'node:crypto';

/** What an archive should hold, whatever its size in few bytes: the name, size and checksum of each entry, in order. */
export class Meaning {
	readonly #hash: Hash = createHash('sha256');
	entries = 0;

	/** @param name - with a slash at its end for a folder */
	add(name: string, size: number, checksum: number): void {
		this.entries++;
		this.#hash.update(`${name}\0${size}\0${checksum}\0`);
	}

	digest(): string {
		return this.#hash.copy().digest('hex');
	}
}
