import {Buffer} from 'node:buffer';
import {
	constants,
	createDeflateRaw,
	deflateRawSync,
	inflateRawSync,
} from 'node:zlib';

/** Deflates many small pieces, one after the other. */
export type Deflater = {
	/**
	Deflates `input` as one stream.

	@param room - bytes that it may take
	@returns bytes written to `output` at `start`; `undefined` if they are not fewer than `room`
	*/
	deflate(input: Uint8Array, output: Buffer, start: number, room: number): number | undefined;
};

const byApi = (level: number): Deflater => ({
	deflate(input, output, start, room) {
		const deflated = deflateRawSync(input, {level, chunkSize: Math.max(64, input.length)});
		if (deflated.length >= room) {
			return undefined;
		}

		deflated.copy(output, start);
		return deflated.length;
	},
});

type Handle = {
	writeSync(flush: number, input: Uint8Array, inputStart: number, inputLength: number, output: Uint8Array, outputStart: number, outputLength: number): void;
	reset(): void;
};

/**
One stream, set back for each piece: setting one up takes as long as deflating a kilobyte or two. Node's API cannot do that, the binding below it can; it is asked for with care, and does without where it is not as it was.
*/
const byHandle = (level: number): Deflater | undefined => {
	const stream = createDeflateRaw({level}) as unknown as {readonly _handle?: Partial<Handle>; readonly _writeState?: unknown};
	const {_handle: handle, _writeState: state} = stream;
	if (typeof handle?.writeSync !== 'function' || typeof handle.reset !== 'function' || !(state instanceof Uint32Array) || state.length < 2) {
		return undefined;
	}

	const {writeSync, reset} = handle as Handle;
	let problem: string | undefined;
	Object.assign(handle, {
		onerror(message: string) {
			problem = message;
		},
	});

	return {
		deflate(input, output, start, room) {
			writeSync.call(handle, constants.Z_FINISH, input, 0, input.length, output, start, room);
			const [left, unread] = state as unknown as readonly [number, number];
			reset.call(handle);
			if (problem !== undefined) {
				throw new Error(`the data could not be deflated: ${problem}`);
			}

			return left === 0 || unread > 0 ? undefined : room - left;
		},
	};
};

/** Whether it does what it should, twice in a row. */
const isSound = (deflater: Deflater): boolean => {
	const output = Buffer.alloc(4096);
	return ['first and first and first', 'second, second, second, second', ''].every(text => {
		const input = Buffer.from(text);
		const length = deflater.deflate(input, output, 100, 1000);
		return length !== undefined && inflateRawSync(output.subarray(100, 100 + length)).equals(input) && deflater.deflate(input, output, 0, 2) === undefined;
	});
};

/**
@param level - from 1 to 9
*/
export const createDeflater = (level: number): Deflater => {
	try {
		const quick = byHandle(level);
		if (quick !== undefined && isSound(quick)) {
			return quick;
		}
	} catch {
		// It is not as it was.
	}

	return byApi(level);
};
