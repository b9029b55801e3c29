import fs from 'node:fs';
import {addAbortSignal, type Readable} from 'node:stream';
import {Directory, nativePath} from '../../files/descriptor.js';
import {walkDirectory} from '../../files/walk.js';
import type {Outputs} from '../../outputs/outputs.js';
import {nameOf} from '../../outputs/path.js';
import {Failure, failed, reasonOf} from '../../text/errors.js';
import {decodeName} from '../../text/names.js';
import {printable} from '../../text/printable.js';
import type {Context} from '../context.js';
import {note, warn, type Progress} from '../report.js';
import {changedMeanwhile, readSource} from './source.js';

export type Added = {readonly path: string; readonly bytes: number};

const realPath = async (place: string): Promise<string> =>
	decodeName(await fs.promises.realpath(nativePath(place), {encoding: 'buffer'}));

/** Copies files into a session, one after the other, and notes what became of each. */
export class Adder {
	private done = 0; // Bytes of the files that are in.
	readonly added: Added[] = [];
	hasFailed = false;

	constructor(
		private readonly context: Context,
		private readonly outputs: Outputs,
		private readonly id: string,
		private readonly onProgress: (progress: Progress) => void,
	) {}

	fail(text: string): void {
		this.hasFailed = true;
		warn(this.context, text);
	}

	/** Copies one file in. The path is within the session. */
	async file(place: string | Directory, name: string, target: string, shown: string): Promise<void> {
		const isUnchanged = await readSource(place, name, shown, async (blocks, facts, look) => {
			await this.write(target, blocks, shown, facts);
			return look();
		});
		if (!isUnchanged) {
			this.fail(`${printable(shown)} ${changedMeanwhile}`);
		}
	}

	async stream(input: Readable, target: string): Promise<void> {
		// Also an input that delivers nothing must not make a cancelled command wait.
		addAbortSignal(this.context.signal, input);
		await this.write(target, input as AsyncIterable<Uint8Array>, target, {});
	}

	async folder(place: string, target: string, shown: string): Promise<void> {
		const inside = this.outputs.local?.resolve(`${this.id}/${target}`);
		const real = await realPath(place);
		if (inside !== undefined && `${inside}/`.startsWith(real === '/' ? real : `${real}/`)) {
			throw new Failure(`cannot add ${printable(shown)}: it holds the outputs directory's own ${printable(target)}, and would be copied into itself`);
		}

		await this.outputs.makeFolder(`${this.id}/${target}`);
		const top = await Directory.open(place, {follow: true});
		const reader = await top.directory('.');
		try {
			for await (const chunk of walkDirectory(top, '', this.context.signal)) {
				for (const entry of chunk) {
					const where = `${shown.replace(/\/+$/, '')}/${entry.path}`;
					if ('error' in entry) {
						this.fail(`cannot read ${printable(where)}: ${reasonOf(entry.error)}`);
						continue;
					}

					await this.entry(reader, entry.path, entry.stats, `${target}/${entry.path}`, where);
				}
			}
		} finally {
			await reader.close();
		}
	}

	private async entry(top: Directory, relative: string, stats: fs.Stats, target: string, shown: string): Promise<void> {
		try {
			if (stats.isDirectory()) {
				await this.outputs.makeFolder(`${this.id}/${target}`);
				return;
			}

			if (!stats.isFile()) {
				this.fail(`${printable(shown)} is not added: it is ${stats.isSymbolicLink() ? 'a symbolic link, which is not followed' : 'no regular file'}`);
				return;
			}

			const names = relative.split('/');
			const name = names.pop()!;
			const parent = await top.descend([...names, '.']);
			try {
				await this.file(parent, name, target, shown);
			} finally {
				await parent.close();
			}
		} catch (error) {
			this.context.signal.throwIfAborted();
			this.fail(failed('add', shown, error).message);
		}
	}

	private async write(target: string, source: AsyncIterable<Uint8Array>, shown: string, options: {readonly modifiedAt?: number; readonly isExecutable?: boolean; readonly totalBytes?: number}): Promise<void> {
		const start = this.done;
		const {path: given, bytes} = await this.outputs.write(`${this.id}/${target}`, source, {
			...options,
			signal: this.context.signal,
			onProgress: bytes => {
				this.onProgress({bytes: start + bytes, totalBytes: options.totalBytes === undefined ? undefined : start + options.totalBytes, current: shown});
			},
		});
		this.done = start + bytes;
		const placed = given.slice(this.id.length + 1);
		this.added.push({path: placed, bytes});
		if (placed !== target) {
			note(this.context, `${printable(target)} was there already; added as ${printable(nameOf(placed))}`);
		}
	}
}
