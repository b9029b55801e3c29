import fs from 'node:fs';
import {
	describe, expect, it, onTestFinished, test,
} from 'vitest';
import {isReplacementLeftover, makePrivateDirectory, makePrivateFolders, replaceFile} from '../../source/files/atomic-write.js';
import {Directory} from '../../source/files/descriptor.js';
import {appendToLog} from '../../source/files/log-file.js';
import {readSmallFile} from '../../source/files/read-small.js';
import {walkDirectory} from '../../source/files/walk.js';
import {execute, modeOf, namesIn, plant, snapshot, temporaryFolder} from '../helpers/folders.js';

const open = async (): Promise<{readonly folder: string; readonly directory: Directory}> => {
	const folder = await temporaryFolder();
	const directory = await Directory.open(folder);
	onTestFinished(async () => directory.close());
	return {folder, directory};
};

describe('an open directory', () => {
	it('is the same directory wherever it is moved, and whatever takes its place', async () => {
		const {folder} = await open();
		plant(folder, {'a/x.txt': 'right', 'b/x.txt': 'wrong'});
		const a = await Directory.open(`${folder}/a`);
		fs.renameSync(`${folder}/a`, `${folder}/c`);
		fs.symlinkSync('b', `${folder}/a`);
		expect((await readSmallFile(a, 'x.txt', 100)).text).toBe('right');
		await a.close();
		await expect(Directory.open(`${folder}/a`)).rejects.toThrow();
	});

	it('sets the mode of a folder, and of nothing that a link in its place leads to', async () => {
		const {folder, directory} = await open();
		plant(folder, {'shut/': '', 'outside/': '', file: ''});
		fs.chmodSync(`${folder}/shut`, 0o000);
		fs.symlinkSync('outside', `${folder}/link`);
		await directory.setFolderMode('shut', 0o700);
		expect(modeOf(`${folder}/shut`)).toBe('0700');
		const before = snapshot(folder);
		await expect(directory.setFolderMode('link', 0o777)).rejects.toMatchObject({code: 'ENOTDIR'});
		await expect(directory.setFolderMode('file', 0o777)).rejects.toMatchObject({code: 'ENOTDIR'});
		expect(snapshot(folder)).toEqual(before);
	});
});

describe('a small file', () => {
	it('is read up to a limit, and never through a link or from a pipe', async () => {
		const {folder, directory} = await open();
		plant(folder, {fits: '12345', large: '123456', 'folder/': ''});
		fs.symlinkSync('fits', `${folder}/link`);
		await execute('mkfifo', [`${folder}/pipe`]);
		expect(await readSmallFile(directory, 'fits', 5)).toMatchObject({text: '12345'});
		await expect(readSmallFile(directory, 'large', 5)).rejects.toMatchObject({code: 'ETOOLARGE'});
		await expect(readSmallFile(directory, 'link', 5)).rejects.toMatchObject({code: 'ELOOP'});
		await expect(readSmallFile(directory, 'pipe', 5)).rejects.toMatchObject({code: 'ENOTREG'});
		await expect(readSmallFile(directory, 'folder', 5)).rejects.toMatchObject({code: 'EISDIR'});
	});

	it('is replaced in one step: who reads meanwhile sees the old or the new, whole', async () => {
		const {folder, directory} = await open();
		await replaceFile(directory, 'a.json', '0'.repeat(10_000));
		const progress = {isDone: false};
		const writing = (async () => {
			for (let digit = 1; digit < 20; digit++) {
				await replaceFile(directory, 'a.json', `${digit % 10}`.repeat(10_000));
			}

			progress.isDone = true;
		})();
		while (!progress.isDone) {
			expect((await readSmallFile(directory, 'a.json', 20_000)).text).toMatch(/^(\d)\1{9999}$/);
		}

		await writing;
		expect(namesIn(folder)).toEqual(['a.json']);
		expect(modeOf(`${folder}/a.json`)).toBe('0600');
	});

	it('that cannot be replaced leaves nothing behind; a link is replaced, not followed', async () => {
		const {folder, directory} = await open();
		plant(folder, {'folder/a': '', target: 'old'});
		await expect(replaceFile(directory, 'folder', 'new')).rejects.toThrow();
		fs.symlinkSync('target', `${folder}/link`);
		await replaceFile(directory, 'link', 'new');
		expect(fs.readFileSync(`${folder}/target`, 'utf8')).toBe('old');
		expect(fs.lstatSync(`${folder}/link`).isFile()).toBe(true);
		expect(namesIn(folder)).toEqual(['folder', 'link', 'target']);
	});

	test.each([
		['.session.json.0123456789ab.tmp', true], ['.session.json.0123456789AB.tmp', false],
		['.session.json.0123456789abc.tmp', false], ['.session.json', false], ['x.session.json.0123456789ab.tmp', false],
	])('%s is what a killed process may leave of it: %s', (name, isLeftover) => {
		expect(isReplacementLeftover(name, '.session.json')).toBe(isLeftover);
	});
});

describe('private folders', () => {
	it('are made with all that is missing, and leave what is there as it is', async () => {
		const {folder, directory} = await open();
		plant(folder, {'there/': '', file: ''});
		fs.chmodSync(`${folder}/there`, 0o755);
		fs.symlinkSync('there', `${folder}/link`);
		expect(await makePrivateDirectory(directory, 'there')).toBe(false);
		expect(await makePrivateDirectory(directory, 'new')).toBe(true);
		await makePrivateFolders(`${folder}/link/a/b/c`);
		await Promise.all(Array.from({length: 5}, async () => makePrivateFolders(`${folder}/x/y/z`)));
		expect(['there', 'new', 'there/a', 'there/a/b/c', 'x/y/z'].map(name => modeOf(`${folder}/${name}`))).toEqual(['0755', '0700', '0700', '0700', '0700']);
		await expect(makePrivateFolders(`${folder}/file/a`)).rejects.toThrow();
		await expect(makePrivateFolders(`${folder}/file`)).rejects.toThrow();
	});
});

test('a walk reaches any depth with few descriptors, and reports a folder that vanishes', async () => {
	const {folder, directory} = await open();
	await execute('python3', ['-c', `
import os, sys
os.chdir(sys.argv[1])
for level in range(1500):
    os.mkdir('d'); os.chdir('d')
open('end.txt', 'w').close()
`, folder]);
	plant(folder, {'gone/a.txt': ''});
	const before = namesIn('/proc/self/fd').length;
	let deepest = '';
	let most = 0;
	const errors: string[] = [];
	for await (const chunk of walkDirectory(await directory.directory('.'))) {
		most = Math.max(most, namesIn('/proc/self/fd').length);
		for (const entry of chunk) {
			deepest = entry.path.length > deepest.length ? entry.path : deepest;
			if ('error' in entry) {
				errors.push(entry.path);
			} else if (entry.path === 'gone') {
				fs.rmSync(`${folder}/gone`, {recursive: true});
			}
		}
	}

	expect(deepest).toBe(`${'d/'.repeat(1500)}end.txt`);
	expect(errors).toEqual(['gone']);
	expect(most - before).toBeLessThan(10);
	expect(namesIn('/proc/self/fd').length).toBe(before);
});

test('a log has one JSON object a line, for its owner only, and is put aside when it grows', async () => {
	const {folder} = await open();
	const log = `${folder}/state/sojourn/sojourn.log`;
	await appendToLog(log, {event: 'removed', path: 'a\nb'});
	await appendToLog(log, {event: 'failed'});
	const lines = fs.readFileSync(log, 'utf8').trimEnd().split('\n').map(line => JSON.parse(line) as unknown);
	expect(lines).toEqual([{event: 'removed', path: 'a\nb'}, {event: 'failed'}]);
	expect([modeOf(log), modeOf(`${folder}/state`), modeOf(`${folder}/state/sojourn`)]).toEqual(['0600', '0700', '0700']);
	fs.appendFileSync(log, 'x'.repeat(1_000_001));
	await appendToLog(log, {event: 'first'});
	await appendToLog(log, {event: 'second'});
	expect(fs.readFileSync(log, 'utf8')).toBe('{"event":"first"}\n{"event":"second"}\n');
	expect(fs.statSync(`${log}.1`).size).toBeGreaterThan(1_000_000);
	expect(namesIn(`${folder}/state/sojourn`)).toEqual(['sojourn.log', 'sojourn.log.1']);
});
