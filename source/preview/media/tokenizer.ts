import {AbstractTokenizer, EndOfStreamError, type IFileInfo, type IReadChunkOptions} from 'strtok3/core';
import type {Source} from '../source.js';

/** Bytes that are read at once: music-metadata asks for a few at a time. */
const windowLength = 65_536;

/** A file as music-metadata reads it: from any place in it. */
export class SourceTokenizer extends AbstractTokenizer {
	override fileInfo: IFileInfo;
	readonly #source: Source;
	#start = 0;
	#window: Uint8Array = new Uint8Array();

	constructor(source: Source, mimeType: string) {
		super();
		this.#source = source;
		this.fileInfo = {size: source.bytes, mimeType};
	}

	supportsRandomAccess(): boolean {
		return true;
	}

	setPosition(position: number): void {
		this.position = position;
	}

	async readBuffer(buffer: Uint8Array, options?: IReadChunkOptions): Promise<number> {
		const length = await this.peekBuffer(buffer, options);
		this.position = (options?.position ?? this.position) + length;
		return length;
	}

	async peekBuffer(buffer: Uint8Array, options?: IReadChunkOptions): Promise<number> {
		const {position, length, mayBeLess} = this.normalizeOptions(buffer, options);
		if (position < this.#start || position + length > this.#start + this.#window.length) {
			this.#window = await this.#source.read(position, Math.max(length, windowLength));
			this.#start = position;
		}

		const part = this.#window.subarray(position - this.#start, position - this.#start + length);
		buffer.set(part);
		if (part.length < length && mayBeLess !== true) {
			throw new EndOfStreamError();
		}

		return part.length;
	}
}
