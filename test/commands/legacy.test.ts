import fs from 'node:fs';
import {describe, expect, it, test} from 'vitest';
import {execute, isRoot, modeOf, namesIn, plant, snapshot, stranger, temporaryFolder} from '../helpers/folders.js';
import {lockByFlock} from '../helpers/flock.js';
import {legacy, openLegacy, plantedFiles, plantLegacy, runLegacy, treeOf} from '../helpers/legacy.js';
import {openHome, openPlace, openProgram, type Ended} from '../helpers/program.js';

const program = openProgram();

const backupsIn = (base: string): string[] => namesIn(base).filter(name => name.startsWith('outputs_backup_'));

describe('legacy', () => {
	it.each([
		[[], 'legacy needs an action: one of status, backup'],
		[['nonsense'], 'there is no action "nonsense"'],
		[['status', 'x'], 'takes no argument'],
		[['backup', '--label', 'x'], '--label does not belong to legacy backup'],
		[['backup', '--yes'], '--yes does not belong to legacy backup'],
		[['status', '--yes'], '--yes does not belong to legacy status'],
		[['restore', 'x', '--to', '/tmp'], '--to does not belong to legacy restore'],
		[['backup', '--to', '-'], '--to - is refused'],
		[['restore'], 'takes one backup'],
	])('%j is wrong usage', async (args, message) => {
		const place = await openLegacy(program);
		expect(await runLegacy(place, args)).toMatchObject({code: 2, stdout: '', stderr: expect.stringContaining(message) as string});
	});

	it.each(['status', 'backup', 'import', 'remove'])('%s can be tried first, and changes nothing then', async action => {
		const place = await openLegacy(program);
		const before = snapshot(place.outputs);
		expect(JSON.parse((await runLegacy(place, [action, '--dry-run', '--json'])).stdout)).toMatchObject({action, dryRun: true});
		expect(snapshot(place.outputs)).toEqual(before);
		expect(backupsIn(place.base)).toEqual([]);
	});

	it('has nothing to do where there is nothing', async () => {
		const place = await openPlace(program);
		for (const directory of [place.outputs, `${place.outputs}/missing`]) {
			const env = {SOJOURN_OUTPUTS: directory};
			expect(await runLegacy(place, ['status'], {env})).toMatchObject({code: 0, stdout: 'none: there are no legacy folders\n'});
			expect(await runLegacy(place, ['backup'], {env})).toMatchObject({code: 0, stdout: '', stderr: 'there are no legacy folders: nothing to back up\n'});
		}

		expect(namesIn(place.outputs)).toEqual([]);
	});
});

describe('legacy status', () => {
	it('tells what is there, and the backups', async () => {
		const place = await openLegacy(program);
		await execute('mkfifo', [`${place.outputs}/single/pipe`]);
		const before = snapshot(place.outputs);
		expect(await legacy(place, 'status')).toMatchObject({
			code: 0, action: 'status', path: place.outputs, files: plantedFiles, failed: [], backups: [], imports: [], uncovered: null,
			parts: [{path: 'single', files: 12, folders: 0, links: 1, others: 1}, {path: 'bulk', files: 1, folders: 3, links: 1, others: 0}],
			oldest: '2014-05-13T16:53:20.000Z', newest: '2017-07-14T02:40:00.123Z',
		});
		fs.rmSync(`${place.outputs}/single/pipe`);
		await legacy(place, 'backup');
		fs.writeFileSync(`${place.outputs}/single/new`, 'x');
		const after = await legacy(place, 'status');
		expect(after).toMatchObject({uncovered: 1, backups: [{path: `${place.base}/${backupsIn(place.base)[0]!}`, state: 'complete', files: plantedFiles}]});
		expect((await runLegacy(place, ['status'])).stdout).toContain('1 file is not in the newest backup');
		expect(before.length).toBeGreaterThan(0);
	});

	it('changes nothing', async () => {
		const place = await openLegacy(program);
		const before = snapshot(place.base);
		expect(await runLegacy(place, ['status'])).toMatchObject({code: 0, stderr: ''});
		expect(snapshot(place.base)).toEqual(before);
	});
});

describe('legacy backup', () => {
	it('copies everything with mode, time, link and empty folder; sha256sum accepts it', async () => {
		const place = await openLegacy(program, 60);
		const made = await legacy(place, 'backup');
		expect(made).toMatchObject({code: 0, files: plantedFiles + 60, failed: [], complete: true, resumed: false, stderr: ''});
		const now = new Date();
		expect(made.path).toMatch(new RegExp(String.raw`^${place.base}/outputs_backup_${now.getUTCFullYear()}\d{4}$`));
		expect(await treeOf(made.path)).toEqual(place.before);
		expect(await treeOf(place.outputs)).toEqual(place.before);
		expect(modeOf(made.path)).toBe('0700');
		expect(namesIn(made.path)).toEqual(['SHA256SUMS', 'bulk', 'manifest.jsonl', 'single']);
		await execute('sha256sum', ['--strict', '--quiet', '-c', 'SHA256SUMS'], {cwd: made.path});
		// A second one on a day.
		expect((await legacy(place, 'backup')).path).toBe(`${made.path}-2`);
		expect((await legacy(place, 'backup')).path).toBe(`${made.path}-3`);
	});

	it('keeps holes', async () => {
		const place = await openLegacy(program);
		const handle = fs.openSync(`${place.outputs}/single/sparse`, 'w');
		fs.ftruncateSync(handle, 64 * 1024 * 1024);
		fs.writeSync(handle, 'in the middle', 20_000_000);
		fs.closeSync(handle);
		const before = await treeOf(place.outputs);
		const {path} = await legacy(place, 'backup');
		expect(await treeOf(path)).toEqual(before);
		expect(fs.statSync(`${path}/single/sparse`).blocks).toBeLessThan(2000);
	});

	it('goes to where --to says', async () => {
		const place = await openLegacy(program);
		fs.mkdirSync(`${place.base}/elsewhere`);
		expect((await legacy(place, 'backup', '--to', '../../elsewhere')).path).toMatch(/\/elsewhere\/outputs_backup_\d{8}$/);
		expect((await legacy(place, 'backup', '--to', `${place.base}/named`)).path).toBe(`${place.base}/named`);
		expect(await treeOf(`${place.base}/named`)).toEqual(place.before);
		expect(await runLegacy(place, ['backup', '--to', `${place.base}/no/such`])).toMatchObject({code: 1, stderr: expect.stringContaining('does not exist; make it first') as string});
		expect(await runLegacy(place, ['backup', '--to', `${place.outputs}/inside`])).toMatchObject({code: 1, stderr: expect.stringContaining('the outputs directory itself') as string});
		expect(await runLegacy(place, ['backup', '--to', place.outputs])).toMatchObject({code: 1});
	});

	it.skipIf(!fs.existsSync('/dev/shm'))('refuses memory and another file system, unless --to names it', async () => {
		const place = await openLegacy(program);
		const shm = fs.mkdtempSync('/dev/shm/sojourn-test-');
		try {
			fs.mkdirSync(`${shm}/outputs`);
			await plantLegacy(`${shm}/outputs`);
			const env = {SOJOURN_OUTPUTS: `${shm}/outputs`};
			expect(await runLegacy(place, ['backup'], {env})).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining('tmpfs') as string});
			expect(backupsIn(shm)).toEqual([]);
			expect(await runLegacy(place, ['backup', '--to', shm], {env})).toMatchObject({code: 0, stderr: expect.stringContaining('warning') as string});
			expect(await runLegacy(place, ['backup', '--to', shm])).toMatchObject({code: 0, stderr: expect.stringContaining('tmpfs') as string});
			expect(await treeOf(`${shm}/${backupsIn(shm)[0]!}`)).toHaveLength(place.before.length);
		} finally {
			fs.rmSync(shm, {recursive: true});
		}
	});

	it.skipIf(!isRoot)('is refused where the disk is too small, with both numbers (needs root)', async () => {
		const place = await openLegacy(program);
		fs.writeFileSync(`${place.outputs}/single/large`, 'x'.repeat(2_000_000));
		fs.mkdirSync(`${place.base}/small`);
		await execute('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', `${place.base}/small`]);
		try {
			const {code, stderr} = await runLegacy(place, ['backup', '--to', `${place.base}/small`]);
			expect(code).toBe(1);
			expect(stderr).toMatch(/needs \d+ MB .*has [\d.]+ MB free/);
			await execute('mount', ['-o', 'remount,size=100m,nr_inodes=10', `${place.base}/small`]);
			expect(await runLegacy(place, ['backup', '--to', `${place.base}/small`])).toMatchObject({code: 1, stderr: expect.stringContaining('inodes') as string});
		} finally {
			await execute('umount', [`${place.base}/small`]);
		}
	});

	it('records special files, copies all else, and says so', async () => {
		const place = await openLegacy(program);
		await execute('mkfifo', [`${place.outputs}/bulk/pipe`]);
		const made = await legacy(place, 'backup');
		expect(made).toMatchObject({code: 1, complete: true, files: plantedFiles, failed: [{path: 'bulk/pipe'}]});
		expect(fs.existsSync(`${made.path}/bulk/pipe`)).toBe(false);
		expect(fs.readFileSync(`${made.path}/manifest.jsonl`, 'utf8')).toMatch(/"bulk\/pipe","type":"other"/);
	});

	it.skipIf(!isRoot)('stays incomplete where something cannot be read, and is gone on with on any day', async () => {
		const base = await temporaryFolder();
		const home = openHome(program, base, {uid: stranger});
		fs.chownSync(base, stranger, stranger);
		plant(home.outputs, {'single/mine': '1', 'single/secret': '2', 'bulk/locked/x': '3'});
		await execute('chown', ['-R', `${stranger}:${stranger}`, home.outputs]);
		fs.chownSync(`${home.outputs}/single/secret`, 0, 0);
		fs.chownSync(`${home.outputs}/bulk/locked`, 0, 0);
		const run = async (...args: string[]): Promise<Ended> => home.run(['legacy', ...args], {uid: stranger});
		const {code, stderr} = await run('backup');
		expect(code).toBe(1);
		expect(stderr).toContain('single/secret: permission denied');
		expect(stderr).toContain('bulk/locked: permission denied');
		expect(stderr).toContain('run "sojourn legacy backup" again');
		const [partial] = backupsIn(base);
		expect(partial).toMatch(/\.partial$/);
		expect(fs.existsSync(`${base}/${partial!}/manifest.jsonl`)).toBe(false);
		expect((await run('status')).stdout).toContain('incomplete, begun');
		expect(await run('restore', partial!)).toMatchObject({code: 1, stderr: expect.stringContaining('is not complete: finish it with "sojourn legacy backup"') as string});
		// Another day: it is gone on with under its name.
		fs.renameSync(`${base}/${partial!}`, `${base}/outputs_backup_20200101.partial`);
		fs.chownSync(`${home.outputs}/single/secret`, stranger, stranger);
		fs.chownSync(`${home.outputs}/bulk/locked`, stranger, stranger);
		expect(await run('backup')).toMatchObject({code: 0, stderr: expect.stringContaining('going on with the backup') as string});
		expect(backupsIn(base)).toEqual(['outputs_backup_20200101']);
		expect(await treeOf(`${base}/outputs_backup_20200101`)).toEqual(await treeOf(home.outputs));
	});

	it('goes on with what was begun: what is torn is copied again, what is gone is taken out', async () => {
		const place = await openLegacy(program, 30);
		const partial = `${place.base}/outputs_backup_20250101.partial`;
		await execute('cp', ['-a', place.outputs, partial]);
		fs.chmodSync(partial, 0o700);
		fs.writeFileSync(`${partial}/in-progress.json`, JSON.stringify({version: 1, source: place.outputs, startedAt: '2025-01-01T00:00:00.000Z'}));
		// Torn, of the same size and time.
		const {atime, mtime, size} = fs.statSync(`${partial}/single/plain.txt`);
		fs.writeFileSync(`${partial}/single/plain.txt`, 'z'.repeat(size));
		fs.utimesSync(`${partial}/single/plain.txt`, atime, mtime);
		fs.rmSync(`${partial}/single/link`);
		fs.symlinkSync('/etc/shadow', `${partial}/single/link`);
		fs.rmSync(`${partial}/single/.hidden`);
		fs.mkdirSync(`${partial}/single/.hidden`);
		plant(partial, {'single/gone/away': 'x'});
		const made = await legacy(place, 'backup');
		expect(made).toMatchObject({code: 0, path: `${place.base}/outputs_backup_20250101`, resumed: true});
		expect(await treeOf(made.path)).toEqual(place.before);
	});

	it('is not made twice at once, and does not take another\'s beginning for its own', async () => {
		const place = await openLegacy(program);
		const partial = `${place.base}/outputs_backup_20250101.partial`;
		fs.mkdirSync(partial, {mode: 0o700});
		const unlock = await lockByFlock(partial, '-x');
		expect(await runLegacy(place, ['backup'])).toMatchObject({code: 1, stderr: expect.stringContaining('another backup is at work') as string});
		await unlock();
		fs.writeFileSync(`${partial}/in-progress.json`, JSON.stringify({version: 1, source: '/somewhere/else', startedAt: '2025-01-01T00:00:00.000Z'}));
		const made = await legacy(place, 'backup');
		expect(made).toMatchObject({code: 0, resumed: false});
		expect(namesIn(partial)).toEqual(['in-progress.json']);
	});

	it('follows no planted link', async () => {
		const place = await openLegacy(program);
		fs.renameSync(`${place.outputs}/bulk`, `${place.base}/real`);
		fs.symlinkSync(`${place.base}/real`, `${place.outputs}/bulk`);
		const made = await legacy(place, 'backup');
		expect(made).toMatchObject({code: 1, complete: false, failed: [{path: 'bulk', error: 'it is a symbolic link, which is not followed'}]});
	});

	it('of a deep tree is whole', async () => {
		const place = await openPlace(program);
		const deep = Array.from({length: 400}, (_, level) => `level-${level}`).join('/');
		await execute('python3', ['-c', 'import os,sys\nos.makedirs(sys.argv[1]+"/bulk");os.chdir(sys.argv[1]+"/bulk")\nfor n in sys.argv[2].split("/"):\n os.mkdir(n);os.chdir(n);open("f","w").write(n)', place.outputs, deep]);
		const made = await legacy(place, 'backup');
		expect(made).toMatchObject({code: 0, files: 400});
		await execute('sh', ['-c', 'test "$(cd "$1/bulk" && tar cf - . --sort=name | sha256sum)" = "$(cd "$2/bulk" && tar cf - . --sort=name | sha256sum)"', 'sh', place.outputs, made.path]);
	});

	test('dry run changes nothing', async () => {
		const place = await openLegacy(program);
		await execute('mkfifo', [`${place.outputs}/bulk/pipe`]);
		const before = snapshot(place.base);
		expect(await legacy(place, 'backup', '--dry-run')).toMatchObject({code: 1, dryRun: true, files: plantedFiles, failed: [{path: 'bulk/pipe'}]});
		expect((await runLegacy(place, ['backup', '--dry-run'])).stdout).toMatch(/^would make .*outputs_backup_\d{8}: 13 files/);
		expect(snapshot(place.base)).toEqual(before);
	});
});
