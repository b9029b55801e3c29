import fs from 'node:fs';
import process from 'node:process';
import {describe, expect, it, test} from 'vitest';
import {execute, isRoot, modeOf, namesIn, plant, snapshot, stranger, temporaryFolder} from '../helpers/folders.js';
import {lockByFlock} from '../helpers/flock.js';
import {moveLegacy, plantedFiles, plantLegacy, treeOf} from '../helpers/legacy.js';
import {openHome, openPlace, openProgram, type Ended, type Home} from '../helpers/program.js';

const program = openProgram();

type Report = {readonly action: string; readonly path: string; readonly files: number; readonly bytes: number; readonly failed: ReadonlyArray<{readonly path: string; readonly error: string}>} & Readonly<Record<string, unknown>>;

/** Runs an action, and reads its JSON whatever it ended with. */
const legacy = async (place: Home, ...args: readonly string[]): Promise<Report & {readonly code: number | undefined; readonly stderr: string}> => {
	const {code, stdout, stderr} = await place.run(['legacy', ...args, '--json']);
	if (stdout === '') {
		throw new Error(`legacy ${args.join(' ')} ended with ${code}: ${stderr}`);
	}

	return {...JSON.parse(stdout) as Report, code, stderr};
};

const fails = async (place: Home, args: readonly string[], options: Parameters<Home['run']>[1] = {}): Promise<Ended> => place.run(['legacy', ...args], options);

/** An outputs directory with legacy folders, and what Python sees in them. */
const openLegacy = async (count = 0): Promise<Home & {readonly base: string; readonly before: readonly string[]}> => {
	const place = await openPlace(program);
	await plantLegacy(place.outputs, count);
	return {...place, base: place.outputs.slice(0, -'/outputs'.length), before: await treeOf(place.outputs)};
};

const backupsIn = (base: string): string[] => namesIn(base).filter(name => name.startsWith('outputs_backup_'));

describe('legacy', () => {
	it.each([
		[[], 'legacy needs an action: one of status, backup'],
		[['nonsense'], 'there is no action "nonsense"'],
		[['status', 'x'], 'takes no argument'],
		[['backup', '--label', 'x'], '--label does not belong to legacy backup'],
		[['backup', '--yes'], '--yes does not belong to legacy backup'],
		[['status', '--dry-run'], '--dry-run does not belong to legacy status'],
		[['restore', 'x', '--to', '/tmp'], '--to does not belong to legacy restore'],
		[['backup', '--to', '-'], '--to - is refused'],
		[['restore'], 'takes one backup'],
	])('%j is wrong usage', async (args, message) => {
		const place = await openLegacy();
		expect(await fails(place, args)).toMatchObject({code: 2, stdout: '', stderr: expect.stringContaining(message) as string});
	});

	it('has nothing to do where there is nothing', async () => {
		const place = await openPlace(program);
		for (const directory of [place.outputs, `${place.outputs}/missing`]) {
			const env = {SOJOURN_OUTPUTS: directory};
			expect(await fails(place, ['status'], {env})).toMatchObject({code: 0, stdout: 'none: there are no legacy folders\n'});
			expect(await fails(place, ['backup'], {env})).toMatchObject({code: 0, stdout: '', stderr: 'there are no legacy folders: nothing to back up\n'});
		}

		expect(namesIn(place.outputs)).toEqual([]);
	});
});

describe('legacy status', () => {
	it('tells what is there, and the backups', async () => {
		const place = await openLegacy();
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
		expect((await fails(place, ['status'])).stdout).toContain('1 file is not in the newest backup');
		expect(before.length).toBeGreaterThan(0);
	});

	it('changes nothing', async () => {
		const place = await openLegacy();
		const before = snapshot(place.base);
		expect(await fails(place, ['status'])).toMatchObject({code: 0, stderr: ''});
		expect(snapshot(place.base)).toEqual(before);
	});
});

describe('legacy backup', () => {
	it('copies everything with mode, time, link and empty folder; sha256sum accepts it', async () => {
		const place = await openLegacy(60);
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
		const place = await openLegacy();
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
		const place = await openLegacy();
		fs.mkdirSync(`${place.base}/elsewhere`);
		expect((await legacy(place, 'backup', '--to', '../../elsewhere')).path).toMatch(/\/elsewhere\/outputs_backup_\d{8}$/);
		expect((await legacy(place, 'backup', '--to', `${place.base}/named`)).path).toBe(`${place.base}/named`);
		expect(await treeOf(`${place.base}/named`)).toEqual(place.before);
		expect(await fails(place, ['backup', '--to', `${place.base}/no/such`])).toMatchObject({code: 1, stderr: expect.stringContaining('does not exist; make it first') as string});
		expect(await fails(place, ['backup', '--to', `${place.outputs}/inside`])).toMatchObject({code: 1, stderr: expect.stringContaining('the outputs directory itself') as string});
		expect(await fails(place, ['backup', '--to', place.outputs])).toMatchObject({code: 1});
	});

	it.skipIf(!fs.existsSync('/dev/shm'))('refuses memory and another file system, unless --to names it', async () => {
		const place = await openLegacy();
		const shm = fs.mkdtempSync('/dev/shm/sojourn-test-');
		try {
			fs.mkdirSync(`${shm}/outputs`);
			await plantLegacy(`${shm}/outputs`);
			const env = {SOJOURN_OUTPUTS: `${shm}/outputs`};
			expect(await fails(place, ['backup'], {env})).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining('tmpfs') as string});
			expect(backupsIn(shm)).toEqual([]);
			expect(await fails(place, ['backup', '--to', shm], {env})).toMatchObject({code: 0, stderr: expect.stringContaining('warning') as string});
			expect(await fails(place, ['backup', '--to', shm])).toMatchObject({code: 0, stderr: expect.stringContaining('tmpfs') as string});
			expect(await treeOf(`${shm}/${backupsIn(shm)[0]!}`)).toHaveLength(place.before.length);
		} finally {
			fs.rmSync(shm, {recursive: true});
		}
	});

	it.skipIf(!isRoot)('is refused where the disk is too small, with both numbers (needs root)', async () => {
		const place = await openLegacy();
		fs.writeFileSync(`${place.outputs}/single/large`, 'x'.repeat(2_000_000));
		fs.mkdirSync(`${place.base}/small`);
		await execute('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', `${place.base}/small`]);
		try {
			const {code, stderr} = await fails(place, ['backup', '--to', `${place.base}/small`]);
			expect(code).toBe(1);
			expect(stderr).toMatch(/needs \d+ MB .*has [\d.]+ MB free/);
			await execute('mount', ['-o', 'remount,size=100m,nr_inodes=10', `${place.base}/small`]);
			expect(await fails(place, ['backup', '--to', `${place.base}/small`])).toMatchObject({code: 1, stderr: expect.stringContaining('inodes') as string});
		} finally {
			await execute('umount', [`${place.base}/small`]);
		}
	});

	it('records special files, copies all else, and says so', async () => {
		const place = await openLegacy();
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
		const place = await openLegacy(30);
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
		const place = await openLegacy();
		const partial = `${place.base}/outputs_backup_20250101.partial`;
		fs.mkdirSync(partial, {mode: 0o700});
		const unlock = await lockByFlock(partial, '-x');
		expect(await fails(place, ['backup'])).toMatchObject({code: 1, stderr: expect.stringContaining('another backup is at work') as string});
		await unlock();
		fs.writeFileSync(`${partial}/in-progress.json`, JSON.stringify({version: 1, source: '/somewhere/else', startedAt: '2025-01-01T00:00:00.000Z'}));
		const made = await legacy(place, 'backup');
		expect(made).toMatchObject({code: 0, resumed: false});
		expect(namesIn(partial)).toEqual(['in-progress.json']);
	});

	it('follows no planted link', async () => {
		const place = await openLegacy();
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
		const place = await openLegacy();
		await execute('mkfifo', [`${place.outputs}/bulk/pipe`]);
		const before = snapshot(place.base);
		expect(await legacy(place, 'backup', '--dry-run')).toMatchObject({code: 1, dryRun: true, files: plantedFiles, failed: [{path: 'bulk/pipe'}]});
		expect((await fails(place, ['backup', '--dry-run'])).stdout).toMatch(/^would make .*outputs_backup_\d{8}: 13 files/);
		expect(snapshot(place.base)).toEqual(before);
	});
});

describe('legacy restore', () => {
	it('puts everything back with mode, time, link and empty folder; again it finds all there', async () => {
		const place = await openLegacy(60);
		const {path} = await legacy(place, 'backup');
		moveLegacy(place.outputs, `${place.base}/lost`);
		const name = path.slice(place.base.length + 1);
		expect(await legacy(place, 'restore', name)).toMatchObject({code: 0, action: 'restore', path: place.outputs, files: plantedFiles + 60, failed: [], verified: true, there: 0});
		expect(await treeOf(place.outputs)).toEqual(place.before);
		expect(await legacy(place, 'restore', path)).toMatchObject({code: 0, files: 0, there: plantedFiles + 60});
		expect(await treeOf(place.outputs)).toEqual(place.before);
	});

	it('makes the outputs directory where it is missing', async () => {
		const place = await openLegacy();
		const {path} = await legacy(place, 'backup');
		fs.renameSync(place.outputs, `${place.base}/lost`);
		expect(await legacy(place, 'restore', path)).toMatchObject({code: 0, files: plantedFiles});
		expect(await treeOf(place.outputs)).toEqual(place.before);
	});

	it('overwrites nothing that differs, and puts back the rest', async () => {
		const place = await openLegacy();
		const {path} = await legacy(place, 'backup');
		const own = `${place.outputs}/single`;
		fs.writeFileSync(`${own}/plain.txt`, 'newer');
		fs.rmSync(`${own}/empty.bin`);
		fs.mkdirSync(`${own}/empty.bin`);
		fs.rmSync(`${own}/-rf`);
		fs.symlinkSync('/etc/passwd', `${own}/-rf`);
		fs.rmSync(`${own}/link`);
		fs.symlinkSync('other', `${own}/link`);
		fs.rmSync(`${own}/.hidden`);
		const result = await legacy(place, 'restore', path);
		expect(result.code).toBe(1);
		expect(result.failed.map(({path: failed, error}) => `${failed}: ${error}`).sort()).toEqual([
			'single/-rf: a link or something else that is no file is there', 'single/empty.bin: a folder is there', 'single/link: a different link is there', 'single/plain.txt: a different file is there',
		]);
		expect(result.files).toBe(1);
		expect(fs.readFileSync(`${own}/plain.txt`, 'utf8')).toBe('newer');
		expect(fs.readlinkSync(`${own}/-rf`)).toBe('/etc/passwd');
	});

	it('puts nothing back that is not what it was, and follows no link that was put in the way', async () => {
		const place = await openLegacy();
		const {path} = await legacy(place, 'backup');
		moveLegacy(place.outputs, `${place.base}/lost`);
		fs.writeFileSync(`${path}/single/plain.txt`, 'odd X');
		fs.rmSync(`${path}/single/.hidden`);
		fs.symlinkSync('/etc/passwd', `${path}/single/.hidden`);
		fs.mkdirSync(`${place.base}/trap`);
		fs.symlinkSync(`${place.base}/trap`, `${place.outputs}/bulk`);
		const result = await legacy(place, 'restore', path);
		expect(result.code).toBe(1);
		expect(result.failed.map(({path: failed}) => failed).sort()).toEqual(['bulk', 'bulk/empty', 'bulk/empty/inner', 'bulk/ro', 'bulk/ro/absolute', 'bulk/ro/in.txt', 'single/.hidden', 'single/plain.txt']);
		expect(result.failed.find(({path: failed}) => failed === 'single/plain.txt')!.error).toContain('not what it was');
		expect(namesIn(`${place.base}/trap`)).toEqual([]);
		expect(namesIn(`${place.outputs}/single`)).not.toContain('plain.txt');
	});

	it('refuses a broken manifest, a record of an import, and what is no backup', async () => {
		const place = await openLegacy();
		const {path} = await legacy(place, 'backup');
		fs.appendFileSync(`${path}/manifest.jsonl`, '\n');
		expect(await fails(place, ['restore', path])).toMatchObject({code: 1, stderr: expect.stringContaining('cannot be trusted') as string});
		expect(await fails(place, ['restore', place.home])).toMatchObject({code: 1, stderr: expect.stringContaining('is no backup') as string});
		expect(await fails(place, ['restore', 'missing'])).toMatchObject({code: 1, stderr: expect.stringContaining('there is no backup missing') as string});
		expect(await fails(place, ['restore', place.outputs])).toMatchObject({code: 1, stderr: expect.stringContaining('is the outputs directory itself') as string});
	});

	it('takes a copy made by hand, its single and bulk alone, and says that it is unverified', async () => {
		const place = await openLegacy();
		await execute('cp', ['-a', place.outputs, `${place.base}/hand`]);
		plant(`${place.base}/hand`, {'other/file': 'x'});
		moveLegacy(place.outputs, `${place.base}/lost`);
		const result = await legacy(place, 'restore', 'hand');
		expect(result).toMatchObject({code: 0, files: plantedFiles, verified: false});
		expect(result.stderr).toContain('unverified');
		expect(await treeOf(place.outputs)).toEqual(place.before);
		expect(namesIn(place.outputs)).not.toContain('other');
	});

	it.skipIf(!isRoot)('as root does not believe what another user wrote: no owner, no rights that are lent', async () => {
		const place = await openLegacy();
		const {path} = await legacy(place, 'backup');
		await execute('chown', ['-R', `${stranger}:${stranger}`, path]);
		const lines = fs.readFileSync(`${path}/manifest.jsonl`, 'utf8').trim().split('\n');
		const changed = lines.slice(0, -1).map(line => line.includes('plain.txt') ? line.replace(/"mode":\d+/, '"mode":2541') : line).map(line => `${line}\n`).join('');
		const end = JSON.parse(lines.at(-1)!) as Record<string, unknown>;
		const {createHash} = await import('node:crypto');
		fs.writeFileSync(`${path}/manifest.jsonl`, `${changed}${JSON.stringify({...end, sha256: createHash('sha256').update(changed).digest('hex')})}\n`);
		moveLegacy(place.outputs, `${place.base}/lost`);
		expect(await legacy(place, 'restore', path)).toMatchObject({code: 0});
		const stats = fs.statSync(`${place.outputs}/single/plain.txt`);
		expect([stats.uid, stats.mode & 0o7777]).toEqual([stranger, 0o755]);
	});

	it('clears hidden beginnings that it has left, and waits for its turn', async () => {
		const place = await openLegacy();
		const {path} = await legacy(place, 'backup');
		fs.writeFileSync(`${place.outputs}/single/.sojourn-0123456789abcdef.part`, 'torn');
		expect(await legacy(place, 'restore', path)).toMatchObject({code: 0, there: plantedFiles});
		expect(namesIn(`${place.outputs}/single`).filter(name => name.endsWith('.part'))).toEqual([]);
		const unlock = await lockByFlock(`${place.outputs}/.sojourn-${process.getuid!()}/imports`, '-x');
		expect(await fails(place, ['restore', path])).toMatchObject({code: 1, stderr: expect.stringContaining('is at work') as string});
		await unlock();
	});

	test('dry run changes nothing', async () => {
		const place = await openLegacy();
		const {path} = await legacy(place, 'backup');
		fs.writeFileSync(`${place.outputs}/single/plain.txt`, 'newer');
		fs.rmSync(`${place.outputs}/single/-rf`);
		fs.rmSync(`${place.outputs}/bulk`, {recursive: true});
		const before = snapshot(place.base);
		expect(await legacy(place, 'restore', path, '--dry-run')).toMatchObject({code: 1, dryRun: true, files: 2, failed: [{path: 'single/plain.txt'}]});
		expect(snapshot(place.base)).toEqual(before);
	});
});
