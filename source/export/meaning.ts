import {createHash, type Hash} from 'node:crypto';

/** What an archive should hold, whatever its size in few bytes: the name, size and checksum of each entry, in order. */
export class Meaning {
	readonly #hash: Hash = createHash('sha256');
	#pending = '';
	entries = 0;

	/** @param name - with a slash at its end for a folder */
	add(name: string, size: number, checksum: number): void {
		this.entries++;
		this.#pending += `${name}\0${size}\0${checksum}\0`;
		// A call costs more than what it hashes.
		if (this.#pending.length > 8192) {
			this.#hash.update(this.#pending);
			this.#pending = '';
		}
	}

	digest(): string {
		return this.#hash.copy().update(this.#pending).digest('hex');
	}
}
