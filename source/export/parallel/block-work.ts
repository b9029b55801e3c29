import {type Buffer} from 'node:buffer';
import {constants, crc32, deflateRawSync} from 'node:zlib';
import {historyBytes, putStored} from '../deflate.js';
import {reasonFor} from '../reasons.js';
import type {BufferPool} from './buffer-pool.js';
import {samplesOf, shrinks} from './samples.js';
import type {BlockTask, ComputedBlock} from './tasks.js';
import {readFullySync, type Io, type Result} from './work.js';

type Tools = {
	readonly io: Io;
	readonly level: number;
	readonly pool: BufferPool;
	/** Room for a block and what came before it. */
	readonly plain: Buffer;
	readonly keep: (number: number, result: Result) => void;
};

/**
Blocks of a large file. As parts of one deflate stream they can be made side by side: each knows what came before it from the file itself, and ends on a byte (pigz works so).
*/
export const createBlockWork = ({io, level, pool, plain, keep}: Tools) => {
	const putDeflated = (block: Buffer, history: Buffer, target: Buffer): number => {
		if (samplesOf(block, 4, Math.min(8192, block.length)).some(sample => shrinks(sample))) {
			const deflated = deflateRawSync(block, {
				level,
				chunkSize: block.length + 1024,
				finishFlush: constants.Z_SYNC_FLUSH,
				...(history.length > 0 && {dictionary: history}),
			});
			if (deflated.length < block.length) {
				deflated.copy(target);
				return deflated.length;
			}
		}

		return putStored(block, target);
	};

	return ({number, descriptor, position, length, isDeflated}: BlockTask): ComputedBlock => {
		const buffer = pool.take();
		let problem: string | undefined;
		let size = 0;
		const before = isDeflated ? Math.min(historyBytes, position) : 0;
		const target = isDeflated ? plain : buffer;
		try {
			size = readFullySync(io, descriptor, target, 0, before + length, position - before) - before;
		} catch (error) {
			problem = reasonFor(error);
		}

		if (size <= 0) {
			keep(number, {buffer, length: 0, records: []});
			return {type: 'block', number, length: 0, size: 0, checksum: 0, problem};
		}

		const block = target.subarray(before, before + size);
		const end = isDeflated ? putDeflated(block, plain.subarray(0, before), buffer) : size;
		keep(number, {buffer, length: end, records: []});
		return {type: 'block', number, length: end, size, checksum: crc32(block), problem};
	};
};
