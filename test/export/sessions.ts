import {execFile} from 'node:child_process';
import {
	mkdir,
	mkdtemp,
	rm,
	writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';
import {onTestFinished} from 'vitest';
import {Directory, nativePath} from '../../source/files/descriptor.js';
import {localOutputs} from '../../source/outputs/local/local.js';
import type {OpenFile, Outputs} from '../../source/outputs/outputs.js';

const execute = promisify(execFile); // eslint-disable-line @typescript-eslint/strict-void-return -- Node's own promise form

/** Runs a program to its end. */
export const run = async (file: string, parameters: readonly string[], options: {readonly env?: NodeJS.ProcessEnv; readonly maxBuffer?: number} = {}): Promise<{readonly stdout: string}> =>
	execute(file, parameters, {maxBuffer: 256 * 1024 * 1024, encoding: 'utf8', ...options});

export const session = '11111111-2222-4333-8444-555555555555';

/** A temporary directory that goes away with the test. */
export const temporaryDirectory = async (): Promise<string> => {
	const directory = await mkdtemp(path.join(os.tmpdir(), 'sojourn-export-'));
	onTestFinished(async () => {
		await rm(directory, {recursive: true, force: true});
	});
	return directory;
};

export type Place = {
	readonly outputs: Outputs;
	/** Absolute path of the session. */
	readonly session: string;
	/** An empty directory to export to. */
	readonly home: string;
	readonly destination: (name: string) => {readonly directory: string; readonly name: string};
};

/** A session on disk holding the given files; a path that ends in `/` is a folder. */
export const sessionWith = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<Place> => {
	const base = await temporaryDirectory();
	const directory = path.join(base, 'outputs');
	const home = path.join(base, 'home');
	await mkdir(home);
	const place = path.join(directory, session);
	await mkdir(path.join(place, 'single'), {recursive: true});
	await mkdir(path.join(place, 'bulk'));
	for (const [name, contents] of Object.entries(files)) {
		const location = `${place}/${name}`;
		if (name.endsWith('/')) {
			await mkdir(nativePath(location), {recursive: true});
		} else {
			const folder = location.slice(0, location.lastIndexOf('/'));
			await mkdir(nativePath(folder), {recursive: true});
			await writeFile(nativePath(location), contents);
		}
	}

	const root = await Directory.open(directory);
	onTestFinished(async () => {
		await root.close();
	});
	return {
		outputs: localOutputs(root, directory), session: place, home, destination: name => ({directory: home, name}),
	};
};

/** The same outputs, but with something done to files as they are opened. */
export const whenOpened = (outputs: Outputs, meddle: (location: string, open: () => Promise<OpenFile>) => Promise<OpenFile>): Outputs => ({
	...outputs,
	open: async location => meddle(location, async () => outputs.open(location)),
});

export type ReadBack = {
	readonly name: string;
	readonly hash: string;
	readonly mode: number;
	readonly seconds: readonly number[];
	readonly method: number;
};

const reader = `
import sys, zipfile, json, hashlib
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps([
        {'name': i.filename, 'hash': hashlib.sha256(archive.read(i)).hexdigest(), 'mode': i.external_attr >> 16, 'seconds': i.date_time, 'method': i.compress_type}
        for i in archive.infolist()
    ]))
`;

/** What Python finds in an archive, after all its checksums. */
export const readBack = async (archive: string): Promise<ReadBack[]> => {
	const {stdout} = await run('python3', ['-c', reader, archive]);
	return JSON.parse(stdout) as ReadBack[];
};

/** All three readers find nothing wrong with an archive. */
export const checkArchive = async (archive: string): Promise<ReadBack[]> => {
	const environment = {...process.env, LC_ALL: 'C.UTF-8'};
	await run('unzip', ['-tqq', archive], {env: environment});
	await run('7z', ['t', '-bd', archive], {env: environment});
	return readBack(archive);
};
