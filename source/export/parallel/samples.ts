import type {Buffer} from 'node:buffer';
import {deflateRawSync} from 'node:zlib';
import {isStoredType} from '../stored-types.js';

const sampledFrom = 96 * 1024;
const sampleBytes = 16 * 1024;
const worthwhile = 0.97;

/** Whether a sample shrinks so much that the time for it is well spent. */
export const shrinks = (sample: Uint8Array): boolean => deflateRawSync(sample, {level: 1, chunkSize: 2 * sampleBytes}).length < sample.length * worthwhile;

/** Some samples of a buffer, spread over it. */
export const samplesOf = (buffer: Buffer, count: number, bytes: number): Buffer[] => Array.from({length: count}, (_, index) => {
	const start = Math.floor((buffer.length - bytes) * ((index + 0.5) / count));
	return buffer.subarray(start, start + bytes);
});

/** As `isWorthDeflating`, of what is in memory. */
export const isWorthDeflatingSync = (name: string, contents: Buffer): boolean => {
	if (isStoredType(name)) {
		return false;
	}

	return contents.length <= sampledFrom || samplesOf(contents, 3, sampleBytes).some(sample => shrinks(sample));
};
