import {Buffer} from 'node:buffer';
import {randomBytes} from 'node:crypto';
import fs from 'node:fs';
import {promisify} from 'node:util';
import {isReplacementLeftover} from '../files/atomic-write.js';
import {writeAll} from '../files/copy-file.js';
import type {Directory} from '../files/descriptor.js';
import {readBlocks} from '../files/hash.js';
import type {Manifest} from './manifest.js';
import {parseManifest} from './parse-manifest.js';

const rename = promisify(fs.rename);
const unlink = promisify(fs.unlink);

const blockBytes = 1_048_576;

/** Gives a file of mode 0600 its content in one step, line by line: there may be a million. What a killed process has left of it goes away. */
export const writeLines = async (directory: Directory, name: string, lines: Iterable<string | Uint8Array>): Promise<void> => {
	const left = await fs.promises.readdir(directory.self);
	for (const other of left) {
		if (isReplacementLeftover(other, name)) {
			await unlink(directory.at(other));
		}
	}

	const temporary = `${name}.${randomBytes(6).toString('hex')}.tmp`;
	const handle = await fs.promises.open(directory.at(temporary), 'wx', 0o600);
	try {
		try {
			let [position, held, blocks] = [0, 0, [] as Uint8Array[]];
			const flush = async (): Promise<void> => {
				await writeAll(handle, Buffer.concat(blocks), position);
				position += held;
				[held, blocks] = [0, []];
			};

			for (const line of lines) {
				const block = typeof line === 'string' ? Buffer.from(line) : line;
				blocks.push(block);
				held += block.length;
				if (held >= blockBytes) {
					await flush();
				}
			}

			await flush();
			await handle.sync();
		} finally {
			await handle.close();
		}

		await rename(directory.at(temporary), directory.at(name));
	} catch (error) {
		await unlink(directory.at(temporary)).catch(() => undefined);
		throw error;
	}

	await directory.sync();
};

/** Reads the manifest `name`. @throws Failure if it is not valid; what the system says */
export const readManifest = async (directory: Directory, name: string, signal?: AbortSignal): Promise<Manifest> => {
	const {handle} = await directory.file(name);
	try {
		return await parseManifest(readBlocks(handle, {signal}));
	} finally {
		await handle.close();
	}
};
