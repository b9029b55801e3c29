import {randomBytes} from 'node:crypto';
import fs from 'node:fs';
import {promisify} from 'node:util';
import type {Directory} from '../files/descriptor.js';
import {listDirectory} from '../files/list.js';
import {openControl, openWithin} from '../outputs/local/control.js';
import {isSessionId} from '../session/id.js';
import {readManifest, writeLines} from './lines-file.js';
import {manifestLines, type Manifest, type ManifestEntry} from './manifest.js';
import type {Place} from './task.js';

const unlink = promisify(fs.unlink);

/** The record of an import: which file of the legacy folders is where in which session. */
export type ImportRecord = {
	readonly name: string;
	readonly session: string;
	readonly manifest: Manifest;
};

const recordName = /^([\da-f-]{36})\.[\da-f]{24}\.jsonl$/;

const sessionOf = (name: string): string | undefined => {
	const id = recordName.exec(name)?.[1];
	return id !== undefined && isSessionId(id) ? id : undefined;
};

/** The names of the records, each with its session. */
const list = async (records: Directory): Promise<Array<{readonly name: string; readonly session: string}>> => {
	const found: Array<{name: string; session: string}> = [];
	for await (const chunk of listDirectory(records)) {
		for (const {name} of chunk) {
			const session = sessionOf(name);
			if (session !== undefined) {
				found.push({name, session});
			}
		}
	}

	return found;
};

/** The records that can be read: one that cannot counts for nothing. */
export const readRecords = async (records: Directory, directory: string, signal?: AbortSignal): Promise<ImportRecord[]> => {
	const found: ImportRecord[] = [];
	for (const {name, session} of await list(records)) {
		try {
			const manifest = await readManifest(records, name, signal);
			if (manifest.header.kind === 'import' && manifest.header.source === directory) {
				found.push({name, session, manifest});
			}
		} catch {
			signal?.throwIfAborted();
		}
	}

	return found;
};

/** As `readRecords`, where none need be there; nothing is made. */
export const lookUpRecords = async ({root, directory, uid}: Place, signal?: AbortSignal): Promise<ImportRecord[]> => {
	const control = await openControl(root, uid, {mayCreate: false});
	try {
		if (control === undefined || await control.directory.lstat('imports').catch(() => undefined) === undefined) {
			return [];
		}

		const records = await openWithin(control, 'imports', uid);
		try {
			return await readRecords(records, directory, signal);
		} finally {
			await records.close();
		}
	} finally {
		await control?.directory.close();
	}
};

/**
Writes the record of an import.

@param options.isWhole - it has all that older records of the session can have: these go away
*/
export const writeRecord = async (records: Directory, {session, source, createdAt, tool, isWhole}: {readonly session: string; readonly source: string; readonly createdAt: number; readonly tool: string; readonly isWhole: boolean}, entries: readonly ManifestEntry[]): Promise<void> => {
	const older = await list(records);
	await writeLines(records, `${session}.${randomBytes(12).toString('hex')}.jsonl`, manifestLines({kind: 'import', source, createdAt}, entries, tool));
	for (const one of older) {
		if (isWhole && one.session === session) {
			await unlink(records.at(one.name));
		}
	}
};

/** Drops the records of sessions that are gone. */
export const dropStaleRecords = async (records: Directory, isGone: (session: string) => Promise<boolean>): Promise<void> => {
	for (const {name, session} of await list(records)) {
		if (await isGone(session)) {
			await unlink(records.at(name)).catch(() => undefined);
		}
	}
};
