import {Buffer} from 'node:buffer';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import {createInterface} from 'node:readline';

/** What the attacker is to do: see attacker.py. */
export type Job = {
	readonly folders: readonly string[];
	readonly pairs: ReadonlyArray<readonly [string, string]>;
	/** With it the attacker goes by path and follows the tree into the trash; without, by the descriptors of `folders`. */
	readonly trash?: string;
	readonly links?: readonly string[];
};

export type Attacker = {
	/** Starts exchanging; resolves when exchanges are being made, to whether they are. */
	readonly start: (job: Job) => Promise<boolean>;
	/** How many exchanges this job has made so far. */
	readonly exchanges: () => number;
	readonly stop: () => Promise<void>;
	readonly close: () => Promise<void>;
};

/**
Starts the attacker, another process.

@param folder - for the memory that is shared with it
*/
export const startAttacker = async (folder: string): Promise<Attacker> => {
	const shared = path.join(folder, 'shared');
	fs.writeFileSync(shared, Buffer.alloc(16));
	const descriptor = fs.openSync(shared, 'r+');
	const child = spawn('python3', [path.join(import.meta.dirname, 'attacker.py'), shared], {stdio: ['pipe', 'pipe', 'inherit']});
	const closed = once(child, 'close');
	const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]();
	const next = async (): Promise<string> => {
		const {value, done} = await lines.next();
		if (done) {
			throw new Error('the attacker has ended');
		}

		return value;
	};

	return {
		async start(job) {
			child.stdin.write(`${JSON.stringify(job)}\n`);
			return await next() === 'ready';
		},
		exchanges() {
			const buffer = Buffer.alloc(8);
			fs.readSync(descriptor, buffer, 0, 8, 0);
			return Number(buffer.readBigUInt64LE());
		},
		async stop() {
			fs.writeSync(descriptor, Buffer.of(1, 0, 0, 0, 0, 0, 0, 0), 0, 8, 8);
			for (;;) {
				if (await next() === 'done') {
					return;
				}
			}
		},
		async close() {
			child.stdin.end();
			await closed;
			fs.closeSync(descriptor);
		},
	};
};
