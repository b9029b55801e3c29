import fs from 'node:fs';
import path from 'node:path';
import {nativePath} from '../files/descriptor.js';
import type {Outputs} from '../outputs/outputs.js';
import {nameOf} from '../outputs/path.js';
import {codeOf, Failure, failed} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {formatBytes} from '../text/size.js';
import {Adder} from './add/adder.js';
import {chooseOrStart, holdOrWarn, nameSession} from './choose.js';
import type {Context} from './context.js';
import {jsonPath, note, printJson, printLines, progressLine} from './report.js';

/** One argument, looked at. */
type Source =
	| {readonly kind: 'stream'}
	| {readonly kind: 'file' | 'folder'; readonly place: string; readonly stats: fs.Stats};

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

/**
Where arguments go. Files go into `single`, or all into one batch; a folder is a batch of its own, of its name if that is free. A batch that was named takes everything: a folder that comes alone becomes that batch, several lie in it.
*/
const createFolders = (outputs: Outputs, id: string, {bulk, batch}: Context['flags'], count: number): {readonly file: () => Promise<string>; readonly folder: (own: string) => Promise<string>} => {
	let fileBatch = batch;
	return {
		async file() {
			if (batch === undefined && !bulk) {
				return 'single';
			}

			fileBatch ??= await freeBatch(outputs, id, undefined);
			return `bulk/${fileBatch}`;
		},
		async folder(own) {
			if (batch === undefined) {
				return `bulk/${await freeBatch(outputs, id, own)}`;
			}

			return count === 1 ? `bulk/${batch}` : `bulk/${batch}/${own}`;
		},
	};
};

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
	const hold = await holdOrWarn(context, outputs, session.id);
	const progress = progressLine(context, 'adding');
	const adder = new Adder(context, outputs, session.id, progress.update);
	const folderFor = createFolders(outputs, session.id, flags, sources.length);

	try {
		for (const {word, source} of sources) {
			try {
				if (source.kind === 'folder') {
					const own = flags.name ?? path.basename(source.place);
					const folder = await folderFor.folder(own);
					if (flags.batch === undefined && folder !== `bulk/${own}`) {
						note(context, `bulk/${printable(own)} was there already; added as ${printable(nameOf(folder))}`);
					}

					await adder.folder(source.place, folder, word);
				} else if (source.kind === 'stream') {
					await adder.stream(context.stdin, `${await folderFor.file()}/${flags.name!}`);
				} else {
					await adder.file(source.place, '', `${await folderFor.file()}/${flags.name ?? path.basename(word)}`, word);
				}
			} catch (error) {
				context.signal.throwIfAborted();
				adder.fail(failed('add', word, error).message);
			}
		}
	} finally {
		progress.end();
		await hold?.release();
	}

	if (flags.json) {
		printJson(context, {session: session.id, added: adder.added.map(({path: added, bytes}) => ({...jsonPath(added), bytes}))});
	} else {
		printLines(context, adder.added.map(added => added.path), flags[0] ?? false);
		if (flags.verbose) {
			note(context, `${formatBytes(adder.added.reduce((sum, {bytes}) => sum + bytes, 0))} added to ${nameSession(session)}`);
		}
	}

	return adder.hasFailed ? 1 : 0;
};
