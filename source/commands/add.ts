import fs from 'node:fs';
import path from 'node:path';
import {addAbortSignal, type Readable} from 'node:stream';
import {Directory, nativePath} from '../files/descriptor.js';
import {walkDirectory} from '../files/walk.js';
import type {Outputs} from '../outputs/outputs.js';
import {nameOf} from '../outputs/path.js';
import {codeOf, Failure, failed, reasonOf} from '../text/errors.js';
import {decodeName} from '../text/names.js';
import {printable} from '../text/printable.js';
import {formatBytes} from '../text/size.js';
import {chooseOrStart, nameSession} from './choose.js';
import type {Context} from './context.js';
import {jsonPath, note, print, printJson, progressLine, warn, type Progress} from './report.js';

type Added = {readonly path: string; readonly bytes: number};

/** One argument, looked at. */
type Source =
	| {readonly kind: 'stream'}
	| {readonly kind: 'file' | 'folder'; readonly place: string; readonly stats: fs.Stats};

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

const realPath = async (place: string): Promise<string> =>
	decodeName(await fs.promises.realpath(nativePath(place), {encoding: 'buffer'}));

const checkName = (flag: string, name: string | undefined): void => {
	if (name !== undefined && (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0'))) {
		throw new Failure(`${flag}: "${printable(name)}" is no name: give one without a slash, other than . and ..`, 2);
	}
};

const lookAt = async (word: string, context: Context): Promise<Source> => {
	if (word === '-') {
		return {kind: 'stream'};
	}

	if (word === '') {
		// As from an unset variable: the working directory is hardly meant.
		throw new Failure('cannot add "": the name is empty');
	}

	const place = path.resolve(context.cwd, word);
	let stats: fs.Stats;
	try {
		stats = await fs.promises.stat(nativePath(place));
	} catch (error) {
		throw failed('add', word, error);
	}

	if (stats.isDirectory()) {
		return {kind: 'folder', place, stats};
	}

	if (!stats.isFile()) {
		throw new Failure(`cannot add ${printable(word)}: it is neither a regular file nor a folder; to add what it delivers, give - and pipe it in`);
	}

	return {kind: 'file', place, stats};
};

/** The first name that no entry of `bulk` has: `batch-1`, or `photos (2)`. */
const freeBatch = async (outputs: Outputs, id: string, wanted: string | undefined): Promise<string> => {
	for (let number = 1; ; number++) {
		const name = wanted === undefined ? `batch-${number}` : (number === 1 ? wanted : `${wanted} (${number})`);
		try {
			await outputs.stat(`${id}/bulk/${name}`);
		} catch (error) {
			if (codeOf(error) === 'ENOENT') {
				return name;
			}

			throw error;
		}
	}
};

class Adder {
	readonly added: Added[] = [];
	hasFailed = false;
	private done = 0;

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

			await this.write(target, blocksOf(handle), shown, {modifiedAt: before.mtimeMs, isExecutable: (before.mode & 0o100) !== 0, totalBytes: before.size});
			const after = await handle.stat();
			if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
				this.fail(`${printable(shown)} changed while it was copied: what was added may be neither the old nor the new content`);
			}
		} finally {
			await handle.close();
		}
	}

	async stream(input: Readable, target: string): Promise<void> {
		// Also an input that delivers nothing must not make a cancelled command wait.
		addAbortSignal(this.context.signal, input);
		await this.write(target, input as AsyncIterable<Uint8Array>, '-', {});
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

/** `sojourn add FILE…`: copies files in; a folder is one batch, `-` standard input. */
export const run = async (context: Context): Promise<number> => {
	const {words, flags} = context;
	if (words.length === 0) {
		throw new Failure('add needs at least one file, folder, or - for standard input', 2);
	}

	checkName('--name', flags.name);
	checkName('--batch', flags.batch);
	if (words.filter(word => word === '-').length > 1) {
		throw new Failure('standard input (-) can be given once', 2);
	}

	if (words.includes('-') && flags.name === undefined) {
		throw new Failure('what comes from standard input needs a name: sojourn add - --name NAME', 2);
	}

	if (flags.name !== undefined && words.length > 1) {
		throw new Failure('--name goes with one file, folder or -, not several', 2);
	}

	// All arguments are looked at before the first is copied: a typing error adds nothing.
	const sources: Array<{word: string; source: Source}> = [];
	for (const word of words) {
		sources.push({word, source: await lookAt(word, context)});
	}

	const {outputs, session} = await chooseOrStart(context);
	const progress = progressLine(context, 'adding');
	const adder = new Adder(context, outputs, session.id, progress.update);
	const isBatch = flags.bulk ?? flags.batch !== undefined;
	let fileBatch = flags.batch;

	try {
		for (const {word, source} of sources) {
			try {
				if (source.kind === 'folder') {
					const own = flags.name ?? path.basename(source.place);
					const isWholeBatch = flags.batch === undefined || sources.length === 1;
					const batch = flags.batch !== undefined && isWholeBatch ? flags.batch : (isWholeBatch ? await freeBatch(outputs, session.id, own) : `${flags.batch}/${own}`);
					if (batch !== own && flags.batch === undefined) {
						note(context, `bulk/${printable(own)} was there already; added as ${printable(batch)}`);
					}

					await adder.folder(source.place, `bulk/${batch}`, word);
					continue;
				}

				if (isBatch) {
					fileBatch ??= await freeBatch(outputs, session.id, undefined);
				}

				const folder = isBatch ? `bulk/${fileBatch}` : 'single';
				if (source.kind === 'stream') {
					await adder.stream(context.stdin, `${folder}/${flags.name!}`);
				} else {
					await adder.file(source.place, '', `${folder}/${flags.name ?? path.basename(word)}`, word);
				}
			} catch (error) {
				context.signal.throwIfAborted();
				adder.fail(failed('add', word, error).message);
			}
		}
	} finally {
		progress.end();
	}

	if (flags.json) {
		printJson(context, {session: session.id, added: adder.added.map(({path: added, bytes}) => ({...jsonPath(added), bytes}))});
	} else {
		print(context, adder.added.map(added => `${printable(added.path)}\n`).join(''));
		if (flags.verbose) {
			note(context, `${formatBytes(adder.added.reduce((sum, {bytes}) => sum + bytes, 0))} added to ${nameSession(session)}`);
		}
	}

	return adder.hasFailed ? 1 : 0;
};
