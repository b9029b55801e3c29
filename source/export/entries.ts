import type {Facts, Outputs, Walked} from '../outputs/outputs.js';
import {nameOf, splitPath} from '../outputs/path.js';
import {parts} from '../outputs/read-session.js';
import {
	codeOf,
	Failure,
	failed,
	reasonOf,
} from '../text/errors.js';
import {isUtf8Name} from '../text/names.js';
import {printable} from '../text/printable.js';
import {leastBytes} from './estimate.js';
import {lookAhead} from './look-ahead.js';
import {NameTraps} from './name-traps.js';
import {StandIns, withoutTrailingSlashes} from './names.js';
import type {NameTrap, Skipped, StandIn, Totals, ZipEntry} from './types.js';

/** What a selection of paths holds. */
export type Selection = {
	/** The entries for an archive, folders before what they hold. May be drawn once. */
	readonly entries: AsyncIterable<ZipEntry>;
	/** How many regular files there are, and their bytes; known when all has been looked at, which runs ahead of the drawing. */
	totals(): Totals;
	/** What could not be looked at; complete once the entries have been drawn. */
	readonly skipped: readonly Skipped[];
	/** Names that are not UTF-8; complete once the entries have been drawn. */
	readonly standIns: readonly StandIn[];
	/** Names that some system cannot take; complete once the entries have been drawn. */
	readonly traps: readonly NameTrap[];
};

export type SelectOptions = {
	readonly signal?: AbortSignal | undefined;
	/** Whether a path, relative to the session, is left out without a word: the export itself. */
	readonly isExcluded?: ((path: string) => boolean) | undefined;
	/** How many entries the look ahead keeps in memory. */
	readonly keptEntries?: number;
	/** Told of what the contents take in an archive at least, in bytes, when all has been looked at. */
	readonly onCounted?: ((leastBytes: number) => void) | undefined;
	/** Whether nothing else is to be done meanwhile. */
	readonly isAlone?: boolean | undefined;
};

type Root = {readonly path: string; readonly facts: Facts};

/** The path in the outputs directory. A session of `''` is the outputs directory's own `single` and `bulk`, left by older deployments. */
export const outputPath = (session: string, path: string): string => session === '' ? path : `${session}/${path}`;

/**
A PATH as it was given, checked and without slashes at its end.

@throws Failure if it does not lie in `single` or `bulk`
*/
export const checkPath = (path: string): string => {
	const trimmed = withoutTrailingSlashes(path);
	const [part] = splitPath(trimmed);
	if (parts.every(name => name !== part)) {
		throw new Failure(`${printable(path)} is no output: paths start with single/ or bulk/, as "sojourn ls" prints them`, 2);
	}

	return trimmed;
};

const statOf = async (outputs: Outputs, session: string, path: string): Promise<Facts> => {
	try {
		return await outputs.stat(outputPath(session, path));
	} catch (error) {
		throw failed('export', path, error);
	}
};

/** The paths without those that another one holds already. */
const withoutOverlap = (paths: readonly string[]): string[] => {
	const wanted = new Set(paths);
	return [...wanted].filter(path => {
		for (let end = path.lastIndexOf('/'); end !== -1; end = path.lastIndexOf('/', end - 1)) {
			if (wanted.has(path.slice(0, end))) {
				return false;
			}
		}

		return true;
	});
};

const findRoots = async (outputs: Outputs, session: string, paths: readonly string[]): Promise<Root[]> => {
	const isWhole = paths.length === 0 || paths.includes('');
	const roots: Root[] = [];
	for (const path of isWhole ? parts : withoutOverlap(paths.map(path => checkPath(path)))) {
		try {
			roots.push({path, facts: await statOf(outputs, session, path)});
		} catch (error) {
			// A session that another program made may have only one of the two.
			if (!(isWhole && codeOf((error as Error).cause) === 'ENOENT')) {
				throw error;
			}
		}
	}

	if (roots.length === 0) {
		throw new Failure('there is nothing to export: the session has neither a single nor a bulk folder');
	}

	return roots;
};

/**
Looks through what PATHs name, and makes sure that each is there.

@param session - its id; `''` for the folders that older deployments left directly in the outputs directory
@param paths - relative to the session, as `ls` prints them; none, or `''`, for all of it. What overlaps is taken once
@throws Failure if one does not exist or is no output; the signal's reason
*/
export const selectEntries = async (outputs: Outputs, session: string, paths: readonly string[], options: SelectOptions = {}): Promise<Selection> => {
	const {signal, isExcluded, keptEntries = 200_000, onCounted, isAlone} = options;
	const roots = await findRoots(outputs, session, paths);
	const prefix = outputPath(session, '').length;
	const counted = {files: 0, bytes: 0, leastBytes: 0};
	let totals: Totals = {};

	const take = (walked: Walked): boolean => {
		if (isExcluded?.(walked.path)) {
			return false;
		}

		if ('facts' in walked && walked.facts.type === 'file') {
			counted.files++;
			counted.bytes += walked.facts.bytes;
			counted.leastBytes += leastBytes(walked.path, walked.facts.bytes);
		}

		return true;
	};

	async function * walk(): AsyncGenerator<readonly Walked[]> {
		for (const root of roots) {
			signal?.throwIfAborted();
			yield [{...root, name: nameOf(root.path)}].filter(walked => take(walked));
			if (root.facts.type !== 'directory') {
				continue;
			}

			for await (const chunk of outputs.walk(outputPath(session, root.path), {signal, isAlone})) {
				signal?.throwIfAborted();
				yield chunk.map(walked => ({...walked, path: walked.path.slice(prefix)})).filter(walked => take(walked));
			}
		}
	}

	const skipped: Skipped[] = [];
	const standIns: StandIn[] = [];
	const traps = new NameTraps();
	const entryFor = (path: string, name: string, facts: Facts): ZipEntry => {
		traps.add(name);
		return {path, name, facts, open: async () => outputs.open(outputPath(session, path))};
	};

	// Names that are not UTF-8 come last, when all the exact ones are known that their stand-ins must not meet.
	async function * entries(): AsyncGenerator<ZipEntry> {
		const names = new StandIns();
		const inexact: Root[] = [];
		for await (const chunk of lookAhead(walk(), keptEntries, () => {
			totals = {totalFiles: counted.files, totalBytes: counted.bytes};
			onCounted?.(counted.leastBytes);
		})) {
			for (const walked of chunk) {
				const {path} = walked;
				if ('error' in walked) {
					skipped.push({path, reason: reasonOf(walked.error)});
				} else if (isUtf8Name(path)) {
					names.add(path);
					yield entryFor(path, path, walked.facts);
				} else {
					inexact.push(walked);
				}
			}
		}

		for (const {path, facts} of inexact) {
			const name = names.pathFor(path);
			standIns.push({path, name});
			yield entryFor(path, name, facts);
		}
	}

	return {entries: entries(), totals: () => totals, skipped, standIns, traps: traps.found};
};
