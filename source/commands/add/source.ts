import fs from 'node:fs';
import {Directory, nativePath} from '../../files/descriptor.js';
import {Failure} from '../../text/errors.js';
import {printable} from '../../text/printable.js';

const blockSize = 1_048_576;

async function * blocksOf(handle: fs.promises.FileHandle): AsyncGenerator<Uint8Array> {
	// Two blocks take turns: one is written while the next is read.
	const blocks = [new Uint8Array(blockSize), new Uint8Array(blockSize)] as const;
	let turn = 0;
	let reading = handle.read(blocks[0], 0, blockSize, null);
	for (;;) {
		const {bytesRead, buffer} = await reading;
		if (bytesRead === 0) {
			return;
		}

		turn = 1 - turn;
		reading = handle.read(blocks[turn]!, 0, blockSize, null);
		let isWanted = false;
		try {
			yield buffer.subarray(0, bytesRead);
			isWanted = true;
		} finally {
			if (!isWanted) {
				// Nobody waits for what is still being read, so nobody would hear of its failure.
				await reading.catch(() => undefined);
			}
		}
	}
}

/** What a copy takes over from its source. */
export type SourceFacts = {
	/** Milliseconds since 1970. */
	readonly modifiedAt: number;
	readonly isExecutable: boolean;
	readonly totalBytes: number;
};

/** The end of a sentence that begins with the file. */
export const changedMeanwhile = 'changed while it was copied: what was added may be neither the old nor the new content';

/**
Opens a file that is to be added, and hands its content on.

@param place - the file itself, then `name` is left out; or an open folder that holds `name`
@param use - gets the content, and can ask whether the file seems untouched since
@throws Failure if it is no regular file
*/
export const readSource = async <T>(place: string | Directory, name: string, shown: string, use: (blocks: AsyncIterable<Uint8Array>, facts: SourceFacts, isUnchanged: () => Promise<boolean>) => Promise<T>): Promise<T> => {
	let handle: fs.promises.FileHandle;
	if (place instanceof Directory) {
		({handle} = await place.file(name));
	} else {
		// An argument may be a link: the user has named it. A pipe cannot make the open wait.
		handle = await fs.promises.open(nativePath(place), fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
	}

	try {
		const before = await handle.stat();
		if (!before.isFile()) {
			throw new Failure(`${printable(shown)} is no regular file any more`);
		}

		const facts = {modifiedAt: before.mtimeMs, isExecutable: (before.mode & 0o100) !== 0, totalBytes: before.size};
		return await use(blocksOf(handle), facts, async () => {
			const after = await handle.stat();
			return after.size === before.size && after.mtimeMs === before.mtimeMs;
		});
	} finally {
		await handle.close();
	}
};
