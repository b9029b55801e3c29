import {Buffer} from 'node:buffer';

/** Buffers of one size that are used again and again: to make new ones costs as much as to fill them. */
export class BufferPool {
	readonly #free: Buffer[] = [];

	constructor(private readonly bytes: number) {}

	take(): Buffer {
		return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.bytes);
	}

	give(buffer: Buffer): void {
		this.#free.push(buffer);
	}
}
