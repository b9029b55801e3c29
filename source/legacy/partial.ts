import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import {promisify} from 'node:util';
import {isReplacementLeftover, makePrivateDirectory, replaceFile} from '../files/atomic-write.js';
import {Directory} from '../files/descriptor.js';
import {listDirectory} from '../files/list.js';
import {lock} from '../files/lock.js';
import {readSmallFile} from '../files/read-small.js';
import {codeOf, Failure, reasonOf} from '../text/errors.js';
import {decodeName, encodeName} from '../text/names.js';
import {printable} from '../text/printable.js';
import {backupName, backupNames, isPartialName, partialEnd, type BackupPlace} from './backup-place.js';
import {readManifest} from './lines-file.js';
import type {Place, TaskOptions} from './task.js';

const unlink = promisify(fs.unlink);
const rename = promisify(fs.rename);

export const manifestName = 'manifest.jsonl';
const progressName = 'in-progress.json';

/** A backup under way: the directory `<name>.partial`, locked until it is closed. */
export type Partial = {
	readonly parent: Directory;
	readonly directory: Directory;
	/** What it will be called. */
	readonly name: string;
	/** When it was begun, in milliseconds since 1970. */
	readonly startedAt: number;
	readonly isResumed: boolean;
	close(): Promise<void>;
};

type Begun = {readonly source: string; readonly startedAt: number};

/** What `in-progress.json` says; anybody may have written it. */
const readBegun = async (directory: Directory): Promise<Begun | undefined> => {
	try {
		const {text} = await readSmallFile(directory, progressName, 65_536);
		const {version, source, sourceBase64, startedAt} = JSON.parse(text) as Record<string, unknown>;
		const time = typeof startedAt === 'string' ? Date.parse(startedAt) : NaN;
		const exact = typeof sourceBase64 === 'string' ? decodeName(Buffer.from(sourceBase64, 'base64')) : source;
		return version === 1 && typeof exact === 'string' && !Number.isNaN(time) ? {source: exact, startedAt: time} : undefined;
	} catch {
		return undefined;
	}
};

/** What a backup under way is of: a killed process may have left it without a word, or with all but its name. */
const sourceOf = async (directory: Directory): Promise<Begun | 'nothing' | undefined> => {
	const begun = await readBegun(directory);
	if (begun !== undefined) {
		return begun;
	}

	try {
		const {header} = await readManifest(directory, manifestName);
		return {source: header.source, startedAt: header.createdAt};
	} catch {
		for await (const chunk of listDirectory(directory)) {
			// A temporary file of in-progress.json itself counts for nothing.
			if (chunk.some(({name}) => !name.startsWith(`${progressName}.`))) {
				return undefined;
			}
		}

		return 'nothing';
	}
};

/** Whether the directory is a backup under way of this very place, and this user's. */
const isOurs = async (directory: Directory, {directory: source, uid}: Place): Promise<Begun | 'nothing' | undefined> => {
	const {uid: owner, mode} = await directory.stat();
	if (owner !== uid || (mode & 0o022) !== 0) {
		return undefined;
	}

	const begun = await sourceOf(directory);
	return begun === 'nothing' || begun?.source === source ? begun : undefined;
};

type Found = {readonly name: string; readonly directory: Directory; readonly begun: Begun | 'nothing'};

/** A backup of this place that was begun and not finished. */
export const findPartial = async (parent: Directory, {name}: BackupPlace, place: Place): Promise<Found | undefined> => {
	const candidates: string[] = [];
	if (name === undefined) {
		for await (const chunk of listDirectory(parent)) {
			candidates.push(...chunk.filter(entry => entry.type === 'directory' && isPartialName(entry.name)).map(entry => entry.name));
		}
	} else {
		candidates.push(`${name}${partialEnd}`);
	}

	for (const candidate of candidates.sort()) {
		let directory: Directory;
		try {
			directory = await parent.directory(candidate);
		} catch {
			continue;
		}

		const begun = await isOurs(directory, place).catch(() => undefined);
		if (begun !== undefined) {
			return {name: candidate.slice(0, -partialEnd.length), directory, begun};
		}

		await directory.close();
	}

	return undefined;
};

const isThere = async (parent: Directory, name: string): Promise<boolean> => {
	try {
		await parent.lstat(name);
		return true;
	} catch (error) {
		if (codeOf(error) === 'ENOENT') {
			return false;
		}

		throw error;
	}
};

/** The first name that neither a backup nor one under way has. */
export const freeName = async (parent: Directory, wanted: string): Promise<string> => {
	for (const name of backupNames(wanted)) {
		if (!await isThere(parent, name) && !await isThere(parent, `${name}${partialEnd}`)) {
			return name;
		}
	}

	throw new Error('unreachable: there is always another number');
};

const begin = async (parent: Directory, wanted: string): Promise<{readonly name: string; readonly directory: Directory}> => {
	for (;;) {
		const name = await freeName(parent, wanted);
		if (await makePrivateDirectory(parent, `${name}${partialEnd}`)) {
			await parent.sync();
			return {name, directory: await parent.directory(`${name}${partialEnd}`)};
		}
	}
};

const lockAlone = async (parent: Directory, directory: Directory, name: string, onNote: TaskOptions['onNote']): Promise<void> => {
	const locking = await lock(directory.descriptor, 'exclusive');
	if (locking.outcome === 'busy') {
		throw new Failure(`another backup is at work in ${printable(name)}${partialEnd}: wait until it is done`);
	}

	if (locking.outcome === 'unavailable') {
		onNote?.(`sojourn: warning: the backup cannot be locked (${locking.reason}): see that no other is at work`);
	}

	if (await directory.identity() !== await parent.identityOf(`${name}${partialEnd}`).catch(() => undefined)) {
		throw new Failure('another backup has been at work, and has just finished: "sojourn legacy status" shows it');
	}
};

/**
Opens the backup that was begun of this place, whatever day that was, or begins one.

@throws Failure if another process is at work on it
*/
export const openPartial = async (at: BackupPlace, place: Place, {now, onNote}: {readonly now: number} & Pick<TaskOptions, 'onNote'>): Promise<Partial> => {
	const parent = await Directory.open(at.parent);
	let directory: Directory | undefined;
	try {
		const found = await findPartial(parent, at, place);
		const {name, directory: opened} = found ?? await begin(parent, at.name ?? backupName(now));
		directory = opened;
		await lockAlone(parent, directory, name, onNote);
		const begun = found === undefined || found.begun === 'nothing' ? {startedAt: now} : found.begun;
		const {directory: source} = place;
		await replaceFile(directory, progressName, `${JSON.stringify({
			version: 1,
			source: printable(source),
			...(source !== printable(source) && {sourceBase64: encodeName(source).toString('base64')}),
			startedAt: new Date(begun.startedAt).toISOString(),
		})}\n`);
		// What would make it a complete one is written anew.
		await unlink(directory.at(manifestName)).catch(() => undefined);
		return {
			parent, directory, name, startedAt: begun.startedAt, isResumed: found !== undefined,
			async close() {
				await opened.close();
				await parent.close();
			},
		};
	} catch (error) {
		await directory?.close();
		await parent.close();
		const wanted = path.join(at.parent, at.name ?? '');
		throw error instanceof Failure ? error : new Failure(`cannot back up to ${printable(wanted)}: ${reasonOf(error)}; name another directory with --to`, 1, {cause: error});
	}
};

/** Gives a finished backup its name, and never that of something else. @returns the name */
export const finishPartial = async ({parent, directory, name}: Partial): Promise<string> => {
	for (const entry of await fs.promises.readdir(directory.self)) {
		if (entry === progressName || isReplacementLeftover(entry, progressName)) {
			await unlink(directory.at(entry));
		}
	}

	await directory.sync();
	for (const candidate of backupNames(name)) {
		if (await isThere(parent, candidate)) {
			continue;
		}

		try {
			// A rename replaces no folder that holds something, and no file by a folder.
			await rename(parent.at(`${name}${partialEnd}`), parent.at(candidate));
		} catch (error) {
			if (['EEXIST', 'ENOTEMPTY', 'ENOTDIR'].includes(codeOf(error) ?? '')) {
				continue;
			}

			throw error;
		}

		await parent.sync();
		return candidate;
	}

	throw new Error('unreachable: there is always another number');
};
