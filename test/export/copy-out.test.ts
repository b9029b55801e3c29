import {Buffer} from 'node:buffer';
import {spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {
	appendFile,
	chmod,
	mkdir,
	readdir,
	readFile,
	stat,
	symlink,
	utimes,
	writeFile,
} from 'node:fs/promises';
import process from 'node:process';
import {Writable} from 'node:stream';
import {expect, test} from 'vitest';
import {exportFile, exportToStream} from '../../source/export/export.js';
import {decodeName} from '../../source/text/names.js';
import type {Progress} from '../../source/export/types.js';
import {
	checkArchive,
	run,
	session,
	sessionWith,
	temporaryDirectory,
	whenOpened,
} from './sessions.js';

const umask = process.umask(); // eslint-disable-line @typescript-eslint/no-deprecated -- only asked

test('a file arrives whole, with its time, and as the user\'s own', async () => {
	const contents = randomBytes(5_000_000);
	const place = await sessionWith({'single/a.bin': contents});
	await chmod(`${place.session}/single/a.bin`, 0o600);
	await utimes(`${place.session}/single/a.bin`, 1_600_000_000, 1_600_000_000);
	const seen: Progress[] = [];
	const result = await exportFile(place.outputs, session, 'single/a.bin', place.destination('a.bin'), {
		onProgress(progress) {
			seen.push(progress);
		},
	});
	expect(result).toEqual({
		path: `${place.home}/a.bin`, files: 1, bytes: 5_000_000, skipped: [], renamed: false, standIns: [], traps: [],
	});
	expect(await readFile(result.path)).toEqual(contents);
	const stats = await stat(result.path);
	expect(stats.mtimeMs).toBe(1_600_000_000_000);
	expect(stats.mode & 0o777).toBe(0o666 & ~umask);
	expect(seen.at(-1)).toEqual({
		bytes: 5_000_000, totalBytes: 5_000_000, files: 1, totalFiles: 1, current: 'single/a.bin',
	});
	expect(await readdir(place.home)).toEqual(['a.bin']);
});

test('a program stays one, and an empty file is one', async () => {
	const place = await sessionWith({'single/tool': ''});
	await chmod(`${place.session}/single/tool`, 0o700);
	const {path} = await exportFile(place.outputs, session, 'single/tool', place.destination('tool'));
	const stats = await stat(path);
	expect(stats.mode & 0o777).toBe(0o777 & ~umask);
});

test('nothing is overwritten unless it was asked for, and then in one step', async () => {
	const place = await sessionWith({'single/a.txt': 'new'});
	await writeFile(`${place.home}/a.txt`, 'old');
	const beside = await exportFile(place.outputs, session, 'single/a.txt', place.destination('a.txt'));
	expect(beside).toMatchObject({path: `${place.home}/a (2).txt`, renamed: true});
	expect(await readFile(`${place.home}/a.txt`, 'utf8')).toBe('old');
	const over = await exportFile(place.outputs, session, 'single/a.txt', place.destination('a.txt'), {overwrite: true});
	expect(over).toMatchObject({path: `${place.home}/a.txt`, renamed: false});
	expect(await readFile(`${place.home}/a.txt`, 'utf8')).toBe('new');
	await mkdir(`${place.home}/folder`);
	await expect(exportFile(place.outputs, session, 'single/a.txt', place.destination('folder'), {overwrite: true})).rejects.toThrow('is a folder');
	expect(await readdir(place.home)).toEqual(['a (2).txt', 'a.txt', 'folder']);
});

test('a name that is not UTF-8 keeps its bytes', async () => {
	const name = decodeName(Buffer.from([0x61, 0xff]));
	const place = await sessionWith({[`single/${name}`]: 'a'});
	await exportFile(place.outputs, session, `single/${name}`, place.destination(name));
	const found = await readdir(place.home, {encoding: 'buffer'});
	expect(found).toEqual([Buffer.from([0x61, 0xff])]);
});

test('what is no file is refused, and says what to do', async () => {
	const place = await sessionWith({'bulk/b/1': '1', 'single/a': 'a'});
	await symlink('/etc/passwd', `${place.session}/single/link`);
	await symlink('/etc', `${place.session}/bulk/etc`);
	await run('mkfifo', [`${place.session}/single/pipe`]);
	for (const [path, message] of [
		['single/link', 'single/link is a symbolic link, which is not followed'],
		['bulk/b', 'bulk/b is a folder: export it as a ZIP'],
		['single/pipe', 'single/pipe is not a regular file'],
		['single/missing', 'cannot export single/missing: it does not exist'],
		['bulk/etc/passwd', 'cannot export bulk/etc/passwd'],
		['.session.json', 'is no output'],
	] as const) {
		await expect(exportFile(place.outputs, session, path, place.destination('x'))).rejects.toThrow(message);
	}

	expect(await readdir(place.home)).toEqual([]);
});

test('a file that changes, cannot be read, or is given up leaves nothing behind', async () => {
	const place = await sessionWith({'single/a': Buffer.alloc(9_000_000)});
	const meddling = (read: () => Promise<void>) => whenOpened(place.outputs, async (_location, openFile) => {
		const {handle, ...file} = await openFile(); // Without a descriptor nothing is cloned.
		return {
			...file,
			async read(buffer, position) {
				await read();
				return file.read(buffer, position);
			},
		};
	});
	const destination = place.destination('a');
	const grows = meddling(async () => appendFile(`${place.session}/single/a`, 'x'));
	await expect(exportFile(grows, session, 'single/a', destination)).rejects.toThrow('cannot export single/a: it changed while it was copied');
	const broken = meddling(async () => {
		throw Object.assign(new Error('no'), {code: 'EIO'});
	});
	await expect(exportFile(broken, session, 'single/a', destination)).rejects.toThrow('cannot read single/a: the disk reported an error');
	const controller = new AbortController();
	const reason = new Error('cancelled');
	const given = meddling(async () => {
		controller.abort(reason);
	});
	await expect(exportFile(given, session, 'single/a', destination, {signal: controller.signal})).rejects.toBe(reason);
	expect(await readdir(place.home)).toEqual([]);
});

test('a full disk leaves nothing behind, and names the destination', async context => {
	const disk = await temporaryDirectory();
	try {
		await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
	} catch {
		context.skip('a file system of its own cannot be mounted here');
	}

	try {
		const {outputs} = await sessionWith({'single/a': randomBytes(2_000_000)});
		await expect(exportFile(outputs, session, 'single/a', {directory: disk, name: 'a'})).rejects.toThrow(`cannot export to ${disk}: it takes at least 2.0 MB, and only 1.0 MB are free there; free some space, or choose another directory`);
		expect(await readdir(disk)).toEqual([]);
	} finally {
		await run('umount', [disk]);
	}
});

test('a missing destination is named', async () => {
	const {outputs, home} = await sessionWith({'single/a': 'a'});
	await expect(exportFile(outputs, session, 'single/a', {directory: `${home}/missing`, name: 'a'})).rejects.toThrow(`cannot write ${home}/missing/a: it does not exist`);
});

const collect = (): {readonly writable: Writable; readonly bytes: () => Buffer} => {
	const chunks: Buffer[] = [];
	return {
		writable: new Writable({
			write(chunk: Buffer, _encoding, callback) {
				chunks.push(chunk);
				callback();
			},
		}),
		bytes: () => Buffer.concat(chunks),
	};
};

test('a stream gets the one file as it is, and stays open', async () => {
	const contents = randomBytes(3_000_000);
	const {outputs} = await sessionWith({'single/a': contents, 'single/empty': ''});
	const {writable, bytes} = collect();
	expect(await exportToStream(outputs, session, ['single/a'], {zip: false}, writable)).toMatchObject({
		path: '-', files: 1, bytes: 3_000_000, skipped: [],
	});
	expect(await exportToStream(outputs, session, ['single/empty'], {zip: false}, writable)).toMatchObject({files: 1, bytes: 0});
	expect(bytes()).toEqual(contents);
	expect(writable.writableEnded).toBe(false);
	await expect(exportToStream(outputs, session, ['single/a', 'single/empty'], {zip: false}, writable)).rejects.toThrow('only one file');
});

test('a stream gets an archive that can be read while it arrives', async () => {
	const place = await sessionWith({'single/large.mp4': randomBytes(9_000_000), 'single/large.txt': 'text\n'.repeat(2_000_000), 'single/z': 'last'});
	const {writable, bytes} = collect();
	const result = await exportToStream(place.outputs, session, [], {zip: true}, writable);
	expect(result).toMatchObject({path: '-', files: 3, skipped: []});
	expect(writable.writableEnded).toBe(false);
	await writeFile(`${place.home}/a.zip`, bytes());
	await checkArchive(`${place.home}/a.zip`);
});

test('a reader that goes away ends it', async () => {
	const {outputs} = await sessionWith({'single/a.png': randomBytes(5_000_000)});
	for (const zip of [true, false]) {
		const reader = spawn('head', ['-c', '10'], {stdio: ['pipe', 'ignore', 'ignore']});
		const exporting = exportToStream(outputs, session, ['single/a.png'], {zip}, reader.stdin);
		await expect(exporting).rejects.toMatchObject({code: expect.stringMatching(/EPIPE|ECONNRESET|ERR_STREAM_PREMATURE_CLOSE/v) as string});
	}
});

test('a stream that takes nothing can be given up', async () => {
	const {outputs} = await sessionWith({'single/a.png': randomBytes(5_000_000)});
	for (const zip of [true, false]) {
		const controller = new AbortController();
		const reason = new Error('cancelled');
		const stuck = new Writable({
			write() {
				controller.abort(reason);
			},
		});
		await expect(exportToStream(outputs, session, ['single/a.png'], {zip}, stuck, {signal: controller.signal})).rejects.toBe(reason);
	}
});
