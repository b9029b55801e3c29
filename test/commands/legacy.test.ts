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

/** Relative paths of what a session holds, its marker aside. */
const outputsIn = (session: string): string[] => fs.readdirSync(session, {recursive: true}).map(String).filter(name => name !== '.session.json').sort();

const small = {'single/a.txt': '1', 'single/b.tar.gz': '22', 'bulk/batch/c.txt': '333', 'bulk/batch/d/e.txt': '4444', 'bulk/empty/': ''};

const openSmall = async (files: Readonly<Record<string, string>> = small): Promise<Home & {readonly base: string}> => {
	const place = await openPlace(program);
	plant(place.outputs, files);
	return {...place, base: place.outputs.slice(0, -'/outputs'.length)};
};

describe('legacy import', () => {
	it('starts a session where there is none, copies everything, leaves the source alone, and does nothing the second time', async () => {
		const place = await openSmall();
		fs.chmodSync(`${place.outputs}/single/a.txt`, 0o755);
		fs.utimesSync(`${place.outputs}/single/a.txt`, 1_600_000_000.25, 1_600_000_000.25);
		const before = snapshot(`${place.outputs}/single`);
		const accessed = fs.statSync(`${place.outputs}/single/a.txt`).atimeMs;
		const first = await legacy(place, 'import');
		expect(first).toMatchObject({code: 0, action: 'import', files: 4, bytes: 10, failed: [], there: 0, renamed: []});
		expect(first.stderr).toContain('started session');
		expect(outputsIn(first.path)).toEqual(['bulk', 'bulk/batch', 'bulk/batch/c.txt', 'bulk/batch/d', 'bulk/batch/d/e.txt', 'bulk/empty', 'single', 'single/a.txt', 'single/b.tar.gz']);
		const {mtimeMs, mode} = fs.statSync(`${first.path}/single/a.txt`);
		expect([mtimeMs, mode & 0o777]).toEqual([1_600_000_000_250, 0o700]);
		expect(snapshot(`${place.outputs}/single`)).toEqual(before);
		expect(fs.statSync(`${place.outputs}/single/a.txt`).atimeMs).toBe(accessed);
		const held = snapshot(first.path);
		expect(await legacy(place, 'import')).toMatchObject({code: 0, path: first.path, files: 4, there: 4});
		expect(snapshot(first.path)).toEqual(held);
		expect((await legacy(place, 'status')).imports).toMatchObject([{files: 4, bytes: 10}]);
	});

	it('renames what collides with something else, a batch as a whole, and completes what it has begun', async () => {
		const place = await openSmall();
		const id = await place.session();
		const session = `${place.outputs}/${id}`;
		plant(session, {'single/a.txt': 'x', 'single/b.tar.gz': '33', 'bulk/batch/c.txt': '333', 'bulk/batch/other': '', 'bulk/empty': 'a file'});
		const first = await legacy(place, 'import');
		expect(first.renamed).toEqual([{path: 'bulk/batch', to: 'bulk/batch (2)'}, {path: 'bulk/empty', to: 'bulk/empty (2)'}, {path: 'single/a.txt', to: 'single/a (2).txt'}, {path: 'single/b.tar.gz', to: 'single/b (2).tar.gz'}]);
		expect(first.stderr).toContain('bulk/batch was there already; imported as batch (2)');
		fs.rmSync(`${session}/bulk/batch (2)/d`, {recursive: true});
		fs.rmSync(`${session}/single/a (2).txt`);
		const again = await legacy(place, 'import');
		expect(again).toMatchObject({code: 0, files: 4, there: 2});
		expect(outputsIn(session)).toEqual([
			'bulk', 'bulk/batch', 'bulk/batch (2)', 'bulk/batch (2)/c.txt', 'bulk/batch (2)/d', 'bulk/batch (2)/d/e.txt', 'bulk/batch/c.txt', 'bulk/batch/other', 'bulk/empty', 'bulk/empty (2)',
			'single', 'single/a (2).txt', 'single/a.txt', 'single/b (2).tar.gz', 'single/b.tar.gz',
		]);
		expect(fs.readFileSync(`${session}/single/a.txt`, 'utf8')).toBe('x');
	});

	it('does not take for a rename a name that the source has, too', async () => {
		const place = await openSmall({'single/a.txt': 'one', 'single/a (2).txt': 'two'});
		const id = await place.session();
		plant(`${place.outputs}/${id}`, {'single/a.txt': 'other'});
		const first = await legacy(place, 'import');
		expect(first.renamed).toEqual([{path: 'single/a.txt', to: 'single/a (3).txt'}]);
		expect(await legacy(place, 'import')).toMatchObject({there: 2, renamed: first.renamed});
	});

	it('takes the session that is named, or starts one with a label, and goes on in that after a kill', async () => {
		const place = await openSmall();
		const id = await place.session(['--label', 'mine']);
		await place.session();
		expect((await legacy(place, 'import', '--session', 'mine')).path).toBe(`${place.outputs}/${id}`);
		const {path} = await legacy(place, 'import', '--label', 'old');
		fs.rmSync(`${path}/single`, {recursive: true});
		fs.mkdirSync(`${path}/single`);
		expect(await legacy(place, 'import', '--label', 'old')).toMatchObject({code: 0, path, there: 2});
		plant(path, {'single/own': ''});
		expect(await fails(place, ['import', '--label', 'old'])).toMatchObject({code: 1, stderr: expect.stringContaining('is taken by the session') as string});
		expect(await fails(place, ['import', '--label', 'x', '--session', 'mine'])).toMatchObject({code: 2});
		expect(await fails(place, ['import', '--session', 'nobody'])).toMatchObject({code: 1});
	});

	it('takes an unmanaged folder, wherever it is, but no session, no outputs directory, and nothing that has no parts', async () => {
		const place = await openSmall({});
		plant(`${place.base}/old`, {'bulk/x/y': '1', 'other/z': '2'});
		const {path, files} = await legacy(place, 'import', '../../old');
		expect([files, outputsIn(path)]).toEqual([1, ['bulk', 'bulk/x', 'bulk/x/y', 'single']]);
		for (const [folder, message] of [[path, 'a session'], [place.outputs, 'the outputs directory itself'], [place.home, 'neither single/ nor bulk/'], ['missing', 'it does not exist']] as const) {
			expect(await fails(place, ['import', folder])).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining(message) as string});
		}

		expect((await legacy(place, 'status')).imports).toEqual([]);
	});

	it('names links and special files, and imports all else', async () => {
		const place = await openSmall();
		fs.symlinkSync('/etc/passwd', `${place.outputs}/bulk/batch/link`);
		await execute('mkfifo', [`${place.outputs}/single/pipe`]);
		const {code, failed, files, path} = await legacy(place, 'import');
		expect([code, failed.map(one => one.path).sort(), files]).toEqual([1, ['bulk/batch/link', 'single/pipe'], 4]);
		expect(outputsIn(path)).not.toContain('bulk/batch/link');
	});

	test('odd names arrive whole', async () => {
		const place = await openLegacy();
		const {path, failed, files} = await legacy(place, 'import');
		expect([files, failed.map(one => one.path).sort()]).toEqual([plantedFiles, ['bulk/ro/absolute', 'single/link']]);
		await execute('diff', ['-r', '--no-dereference', '--exclude=link', '--exclude=absolute', `${place.outputs}/single`, `${path}/single`]);
	});

	test('dry run changes nothing, and starts no session', async () => {
		const place = await openSmall();
		const before = snapshot(place.base);
		for (const args of [['import', '--dry-run'], ['import', '--dry-run', '--label', 'new']]) {
			expect(await legacy(place, ...args)).toMatchObject({code: 0, files: 4, there: 0, session: null, dryRun: true});
		}

		expect(snapshot(place.base)).toEqual(before);
		const id = await place.session();
		plant(`${place.outputs}/${id}`, {'single/a.txt': 'x'});
		const during = snapshot(place.base);
		expect(await legacy(place, 'import', '--dry-run')).toMatchObject({code: 0, files: 4, session: id, renamed: [{path: 'single/a.txt', to: 'single/a (2).txt'}]});
		expect(snapshot(place.base)).toEqual(during);
	});
});

describe('legacy publish', () => {
	it('copies a session to where an older version finds it, and leaves it alone', async () => {
		const place = await openSmall({'single/a.txt': 'shared'});
		const id = await place.session(['--label', 'mine']);
		const session = `${place.outputs}/${id}`;
		plant(session, {'single/a.txt': 'mine', 'single/run.sh': '#!', 'bulk/b/x': '1', 'bulk/b/empty/': ''});
		fs.chmodSync(`${session}/single/run.sh`, 0o700);
		fs.utimesSync(`${session}/single/run.sh`, 1_500_000_000, 1_500_000_000);
		fs.symlinkSync('x', `${session}/bulk/b/link`);
		const before = snapshot(session);
		const {code, stdout} = await place.run(['legacy', 'publish', 'mine', '--json'], {umask: 0o022});
		expect(code).toBe(1);
		expect(JSON.parse(stdout)).toMatchObject({
			action: 'publish', path: place.outputs, files: 3, failed: [{path: `${id}/bulk/b/link`}], sessions: [{id, files: 3, there: 0, renamed: [{path: 'single/a.txt', to: 'single/a (2).txt'}]}],
		});
		expect(outputsIn(place.outputs).filter(name => /^(?:single|bulk)/.test(name))).toEqual(['bulk', 'bulk/b', 'bulk/b/empty', 'bulk/b/x', 'single', 'single/a (2).txt', 'single/a.txt', 'single/run.sh']);
		expect(['bulk', 'bulk/b', 'bulk/b/x', 'single/run.sh', 'single/a (2).txt'].map(name => modeOf(`${place.outputs}/${name}`))).toEqual(['0755', '0755', '0644', '0755', '0644']);
		expect(fs.statSync(`${place.outputs}/single/run.sh`).mtimeMs).toBe(1_500_000_000_000);
		expect(snapshot(session)).toEqual(before);
		expect((await legacy(place, 'publish', 'mine')).sessions).toMatchObject([{there: 3}]);
		expect((await fails(place, ['publish', 'mine'])).stderr).toContain('can be read by everybody who can read');
	});

	it.skipIf(!isRoot)('as root gives everything to the session\'s owner; others\' sessions only with --all', async () => {
		const base = await temporaryFolder();
		const home = openHome(program, base);
		const user = openHome(program, base, {name: 'user', uid: stranger});
		fs.mkdirSync(home.outputs);
		fs.chmodSync(home.outputs, 0o1777);
		const id = await user.session();
		await user.run(['add', '-', '--name', 'x'], {input: 'theirs', uid: stranger});
		expect(await home.run(['legacy', 'publish', id])).toMatchObject({code: 1});
		const before = snapshot(`${home.outputs}/${id}`);
		expect(await home.run(['legacy', 'publish', id, '--all'])).toMatchObject({code: 0});
		expect([fs.statSync(`${home.outputs}/single`).uid, fs.statSync(`${home.outputs}/single/x`).uid]).toEqual([stranger, stranger]);
		expect(snapshot(`${home.outputs}/${id}`)).toEqual(before);
	});

	it('follows no link that stands for a legacy folder, and changes nothing in a dry run', async () => {
		const place = await openSmall({});
		const id = await place.session();
		plant(`${place.outputs}/${id}`, {'single/x': '1', 'bulk/b/y': '2'});
		const before = snapshot(place.base);
		expect(await legacy(place, 'publish', id, '--dry-run')).toMatchObject({code: 0, files: 2});
		expect(snapshot(place.base)).toEqual(before);
		fs.mkdirSync(`${place.base}/trap`);
		fs.symlinkSync(`${place.base}/trap`, `${place.outputs}/single`);
		const {code, failed} = await legacy(place, 'publish', id);
		expect([code, failed.map(({path}) => path.slice(id.length + 1)).sort()]).toEqual([1, ['single', 'single/x']]);
		expect(namesIn(`${place.base}/trap`)).toEqual([]);
	});
});

/** Names in the trash of whoever runs the tests. */
const inTrash = (place: Home): string[] => namesIn(`${place.outputs}/.sojourn-${process.getuid!()}/trash`);

describe('legacy remove', () => {
	it('removes everything that a backup has, the folders too, and logs it; a restore brings all back', async () => {
		const place = await openLegacy(40);
		const {path} = await legacy(place, 'backup');
		expect(await fails(place, ['remove'])).toMatchObject({code: 2, stderr: expect.stringContaining('give --yes') as string});
		expect(await treeOf(place.outputs)).toEqual(place.before);
		const done = await legacy(place, 'remove', '--yes');
		expect(done).toMatchObject({code: 0, action: 'remove', path: place.outputs, files: plantedFiles + 40, failed: [], reliesOn: [{backup: path, files: plantedFiles + 40, links: 2}]});
		expect(namesIn(place.outputs)).toEqual([`.sojourn-${process.getuid!()}`]);
		expect(inTrash(place)).toEqual([]);
		expect((await place.run(['log'])).stdout).toContain('legacy removed');
		expect(await fails(place, ['remove'])).toMatchObject({code: 0, stderr: 'there are no legacy folders: nothing to remove\n'});
		expect(await legacy(place, 'restore', path)).toMatchObject({code: 0});
		expect(await treeOf(place.outputs)).toEqual(place.before);
	});

	it('removes nothing without a backup, or with an incomplete one', async () => {
		const place = await openLegacy(20);
		const first = await legacy(place, 'remove', '--yes');
		expect([first.code, first.files, first.failed.length]).toEqual([1, 0, plantedFiles + 22]);
		expect(first.stderr).toContain('nothing was removed: 35 files or links of 35 are in no complete');
		expect(first.stderr).toContain('sojourn legacy backup');
		expect(first.stderr).toContain('and 25 more');
		const {path} = await legacy(place, 'backup');
		fs.renameSync(path, `${path}.partial`);
		expect(await legacy(place, 'remove', '--yes')).toMatchObject({code: 1, files: 0});
		fs.renameSync(`${path}.partial`, path);
		fs.truncateSync(`${path}/manifest.jsonl`, 2000);
		const third = await legacy(place, 'remove', '--yes');
		expect(third).toMatchObject({code: 1, files: 0});
		expect(third.stderr).toContain('does not count as a backup');
		expect(await treeOf(place.outputs)).toEqual(place.before);
	});

	it.each([
		['a file has changed since, to the same size and time', ({outputs}: Home) => {
			const {atime, mtime, size} = fs.statSync(`${outputs}/single/plain.txt`);
			fs.writeFileSync(`${outputs}/single/plain.txt`, 'z'.repeat(size));
			fs.utimesSync(`${outputs}/single/plain.txt`, atime, mtime);
		}, 'single/plain.txt'],
		['the copy has changed', (_: Home, path: string) => {
			fs.writeFileSync(`${path}/single/plain.txt`, 'odd X');
		}, 'single/plain.txt'],
		['the copy is gone', (_: Home, path: string) => {
			fs.rmSync(`${path}/bulk/ro/in.txt`);
		}, 'bulk/ro/in.txt'],
		['the copy is a link to the file itself', ({outputs}: Home, path: string) => {
			fs.rmSync(`${path}/single/plain.txt`);
			fs.symlinkSync(`${outputs}/single/plain.txt`, `${path}/single/plain.txt`);
		}, 'single/plain.txt'],
		['a link says something else', ({outputs}: Home) => {
			fs.rmSync(`${outputs}/single/link`);
			fs.symlinkSync('elsewhere', `${outputs}/single/link`);
		}, 'single/link'],
		['a file is new', ({outputs}: Home) => {
			fs.writeFileSync(`${outputs}/bulk/new`, '');
		}, 'bulk/new'],
	])('removes nothing if %s', async (_, change, name) => {
		const place = await openLegacy();
		const {path} = await legacy(place, 'backup');
		change(place, path);
		const before = snapshot(place.outputs).filter(line => /^\/(?:single|bulk)/.test(line));
		const done = await legacy(place, 'remove', '--yes');
		expect([done.code, done.files, done.failed.map(one => one.path)]).toEqual([1, 0, [name]]);
		expect(snapshot(place.outputs).filter(line => /^\/(?:single|bulk)/.test(line))).toEqual(before);
	});

	it('relies on an import as long as the session has it, and says when that expires', async () => {
		const place = await openSmall();
		const {path} = await legacy(place, 'import');
		const id = path.slice(place.outputs.length + 1);
		const look = await fails(place, ['remove', '--dry-run']);
		expect(look.stdout).toMatch(/would remove .* 4 files, 10 B\n {2}4 files, 10 B: compared with the session .* alone, which expires at 20\d\d-/);
		await place.run(['keep', id]);
		expect((await fails(place, ['remove', '--dry-run'])).stdout).toContain('kept for good');
		await place.run(['unkeep', id]);
		fs.writeFileSync(`${path}/bulk/batch/c.txt`, '334');
		expect((await legacy(place, 'remove', '--yes')).failed).toMatchObject([{path: 'bulk/batch/c.txt'}]);
		fs.writeFileSync(`${path}/bulk/batch/c.txt`, '333');
		await place.run(['end', id, '--yes']);
		expect((await legacy(place, 'remove', '--yes')).failed).toHaveLength(4);
		expect(outputsIn(place.outputs)).toContain('bulk/batch/d/e.txt');
		const again = await legacy(place, 'import');
		// The record of the session that is gone is dropped.
		expect(namesIn(`${place.outputs}/.sojourn-${process.getuid!()}/imports`)).toHaveLength(1);
		expect(await legacy(place, 'remove', '--yes')).toMatchObject({code: 0, files: 4, reliesOn: [{session: again.path.slice(place.outputs.length + 1), files: 4}]});
		expect(outputsIn(again.path)).toContain('bulk/batch/d/e.txt');
	});

	it('finds backups where --to says', async () => {
		const place = await openSmall();
		fs.mkdirSync(`${place.base}/elsewhere`);
		const {path} = await legacy(place, 'backup', '--to', `${place.base}/elsewhere`);
		expect((await legacy(place, 'remove', '--yes')).code).toBe(1);
		expect(await legacy(place, 'remove', '--dry-run', '--to', '../../elsewhere')).toMatchObject({code: 0, files: 4});
		expect(await fails(place, ['remove', '--dry-run', '--to', 'missing'])).toMatchObject({code: 1});
		expect(await legacy(place, 'remove', '--yes', '--to', path)).toMatchObject({code: 0, files: 4});
	});

	it('leaves special files alone, and names them and the folders that they keep', async () => {
		const place = await openSmall();
		await execute('mkfifo', [`${place.outputs}/bulk/batch/pipe`]);
		await legacy(place, 'backup');
		const {code, files, failed} = await legacy(place, 'remove', '--yes');
		expect([code, files]).toEqual([1, 4]);
		expect(failed.map(({path, error}) => `${path}: ${error}`)).toEqual([
			'bulk/batch/pipe: it is neither a file, a folder nor a link: it is left alone', 'bulk/batch: it is not empty: it holds pipe', 'bulk: it is not empty: it holds batch',
		]);
		expect(outputsIn(place.outputs).filter(name => name.startsWith('bulk') || name.startsWith('single'))).toEqual(['bulk', 'bulk/batch', 'bulk/batch/pipe']);
	});

	it.skipIf(!isRoot)('never goes into what is mounted (needs root)', async () => {
		const place = await openSmall();
		await legacy(place, 'backup');
		fs.mkdirSync(`${place.outputs}/bulk/disk`);
		await execute('mount', ['-t', 'tmpfs', 'none', `${place.outputs}/bulk/disk`]);
		try {
			fs.writeFileSync(`${place.outputs}/bulk/disk/precious`, '1');
			const {code, files, failed} = await legacy(place, 'remove', '--yes');
			expect([code, files, failed.map(({path}) => path)]).toEqual([1, 4, ['bulk/disk', 'bulk']]);
			expect(fs.readFileSync(`${place.outputs}/bulk/disk/precious`, 'utf8')).toBe('1');
		} finally {
			await execute('umount', [`${place.outputs}/bulk/disk`]);
		}
	});

	it('is refused where others can exchange entries, with the command that mends it', async () => {
		const place = await openSmall();
		await legacy(place, 'backup');
		fs.chmodSync(place.outputs, 0o777);
		expect(await fails(place, ['remove', '--yes'])).toMatchObject({code: 1, stderr: expect.stringContaining(`chmod go-w ${place.outputs}`) as string});
		expect(outputsIn(place.outputs)).toContain('single/a.txt');
	});

	it.skipIf(!isRoot)('does not rely on a backup that another user can take away (needs root)', async () => {
		const place = await openSmall();
		const {path} = await legacy(place, 'backup');
		fs.chownSync(path, stranger, stranger);
		const {code, stderr} = await legacy(place, 'remove', '--yes');
		expect([code, stderr.includes('it belongs to another user')]).toEqual([1, true]);
	});

	test('what a killed removal has left in the trash is spared by the sweep, told, and put back', async () => {
		const place = await openSmall();
		await legacy(place, 'backup');
		const trash = `${place.outputs}/.sojourn-${process.getuid!()}/trash/legacy.0123456789abcdef01234567`;
		fs.mkdirSync(`${trash}/bulk/batch/d`, {recursive: true, mode: 0o700});
		fs.chmodSync(`${place.outputs}/.sojourn-${process.getuid!()}/trash`, 0o700);
		fs.renameSync(`${place.outputs}/bulk/batch/c.txt`, `${trash}/bulk/batch/c.txt`);
		fs.renameSync(`${place.outputs}/bulk/batch/d/e.txt`, `${trash}/bulk/batch/d/e.txt`);
		fs.writeFileSync(`${place.outputs}/bulk/batch/d/e.txt`, 'another');
		await place.run(['sweep']);
		expect(namesIn(`${trash}/bulk/batch`)).toEqual(['c.txt', 'd']);
		expect((await fails(place, ['status'])).stderr).toContain('2 files of an interrupted removal lie in the trash');
		expect((await place.run(['doctor'])).stdout).toContain('sojourn legacy remove');
		const {stderr, code} = await legacy(place, 'remove', '--yes');
		// The other file in its place is in no backup.
		expect(code).toBe(1);
		expect(stderr).toContain('is back in the legacy folders');
		expect(stderr).toContain('something else is there now');
		expect(fs.readFileSync(`${place.outputs}/bulk/batch/c.txt`, 'utf8')).toBe('333');
		expect(fs.readFileSync(`${place.outputs}/bulk/batch/d/e.txt`, 'utf8')).toBe('another');
		expect(fs.readFileSync(`${trash}/bulk/batch/d/e.txt`, 'utf8')).toBe('4444');
		fs.rmSync(`${place.outputs}/bulk/batch/d/e.txt`);
		expect(await legacy(place, 'remove', '--yes')).toMatchObject({code: 0, files: 4});
		expect(inTrash(place)).toEqual([]);
	});

	test('dry run changes nothing', async () => {
		const place = await openLegacy();
		await legacy(place, 'backup');
		const before = snapshot(place.base);
		expect(await legacy(place, 'remove', '--dry-run')).toMatchObject({code: 0, files: plantedFiles, dryRun: true});
		expect(snapshot(place.base)).toEqual(before);
	});
});
