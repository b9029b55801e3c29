import fs from 'node:fs';
import process from 'node:process';
import {describe, expect, it, test} from 'vitest';
import {lockByFlock} from '../helpers/flock.js';
import {execute, isRoot, namesIn, snapshot, stranger} from '../helpers/folders.js';
import {legacy, openLegacy, openSmall, outputsIn, plantedFiles, runLegacy, treeOf} from '../helpers/legacy.js';
import {openProgram, type Home} from '../helpers/program.js';

const program = openProgram();

/** Names in the trash of whoever runs the tests. */
const inTrash = (place: Home): string[] => namesIn(`${place.outputs}/.sojourn-${process.getuid!()}/trash`);

describe('legacy remove', () => {
	it('removes everything that a backup has, the folders too, and logs it; a restore brings all back', async () => {
		const place = await openLegacy(program, 40);
		const {path} = await legacy(place, 'backup');
		expect(await runLegacy(place, ['remove'])).toMatchObject({code: 2, stderr: expect.stringContaining('give --yes') as string});
		expect(await treeOf(place.outputs)).toEqual(place.before);
		const done = await legacy(place, 'remove', '--yes');
		expect(done).toMatchObject({code: 0, action: 'remove', path: place.outputs, files: plantedFiles + 40, failed: [], reliesOn: [{backup: path, files: plantedFiles + 40, links: 2}]});
		expect(namesIn(place.outputs)).toEqual([`.sojourn-${process.getuid!()}`]);
		expect(inTrash(place)).toEqual([]);
		expect((await place.run(['log'])).stdout).toContain('legacy removed');
		expect(await runLegacy(place, ['remove'])).toMatchObject({code: 0, stderr: 'there are no legacy folders: nothing to remove\n'});
		expect(await legacy(place, 'restore', path)).toMatchObject({code: 0});
		expect(await treeOf(place.outputs)).toEqual(place.before);
	});

	it('removes nothing without a backup, or with an incomplete one', async () => {
		const place = await openLegacy(program, 20);
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
		const place = await openLegacy(program);
		const {path} = await legacy(place, 'backup');
		change(place, path);
		const before = snapshot(place.outputs).filter(line => /^\/(?:single|bulk)/.test(line));
		const done = await legacy(place, 'remove', '--yes');
		expect([done.code, done.files, done.failed.map(one => one.path)]).toEqual([1, 0, [name]]);
		expect(snapshot(place.outputs).filter(line => /^\/(?:single|bulk)/.test(line))).toEqual(before);
	});

	it('relies on an import as long as the session has it, and says when that expires', async () => {
		const place = await openSmall(program);
		const {path} = await legacy(place, 'import');
		const id = path.slice(place.outputs.length + 1);
		const look = await runLegacy(place, ['remove', '--dry-run']);
		expect(look.stdout).toMatch(/would remove .* 4 files, 10 B\n {2}4 files, 10 B: compared with the session .* alone, which expires at 20\d\d-/);
		await place.run(['keep', id]);
		expect((await runLegacy(place, ['remove', '--dry-run'])).stdout).toContain('kept for good');
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

	it('does not rely on a session that has expired, and holds the one that it relies on', async () => {
		const place = await openSmall(program);
		const {path} = await legacy(place, 'import');
		const id = path.slice(place.outputs.length + 1);
		const expired = await runLegacy(place, ['remove', '--yes', '--max-age-hours', '0.0000001']);
		expect(expired).toMatchObject({code: 1, stderr: expect.stringContaining('which has expired, does not count as an import') as string});
		expect(outputsIn(place.outputs)).toContain('single/a.txt');
		const unlock = await lockByFlock(path, '-x');
		expect(await runLegacy(place, ['remove', '--yes'])).toMatchObject({code: 1, stderr: expect.stringContaining('cannot be held') as string});
		await unlock();
		await place.run(['keep', id]);
		expect(await runLegacy(place, ['remove', '--yes', '--max-age-hours', '0.0000001'])).toMatchObject({code: 0});
	});

	it('finds backups where --to says', async () => {
		const place = await openSmall(program);
		fs.mkdirSync(`${place.base}/elsewhere`);
		const {path} = await legacy(place, 'backup', '--to', `${place.base}/elsewhere`);
		expect((await legacy(place, 'remove', '--yes')).code).toBe(1);
		expect(await legacy(place, 'remove', '--dry-run', '--to', '../../elsewhere')).toMatchObject({code: 0, files: 4});
		expect(await runLegacy(place, ['remove', '--dry-run', '--to', 'missing'])).toMatchObject({code: 1});
		expect(await legacy(place, 'remove', '--yes', '--to', path)).toMatchObject({code: 0, files: 4});
	});

	it('leaves special files alone, and names them and the folders that they keep', async () => {
		const place = await openSmall(program);
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
		const place = await openSmall(program);
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
		const place = await openSmall(program);
		await legacy(place, 'backup');
		fs.chmodSync(place.outputs, 0o777);
		expect(await runLegacy(place, ['remove', '--yes'])).toMatchObject({code: 1, stderr: expect.stringContaining(`chmod go-w ${place.outputs}`) as string});
		expect(outputsIn(place.outputs)).toContain('single/a.txt');
	});

	it.skipIf(!isRoot)('does not rely on a backup that another user can take away (needs root)', async () => {
		const place = await openSmall(program);
		const {path} = await legacy(place, 'backup');
		fs.chownSync(path, stranger, stranger);
		const {code, stderr} = await legacy(place, 'remove', '--yes');
		expect([code, stderr.includes('it belongs to another user')]).toEqual([1, true]);
	});

	test('what a killed removal has left in the trash is spared by the sweep, told, and put back', async () => {
		const place = await openSmall(program);
		await legacy(place, 'backup');
		const trash = `${place.outputs}/.sojourn-${process.getuid!()}/trash/legacy.0123456789abcdef01234567`;
		fs.mkdirSync(`${trash}/bulk/batch/d`, {recursive: true, mode: 0o700});
		fs.chmodSync(`${place.outputs}/.sojourn-${process.getuid!()}/trash`, 0o700);
		fs.renameSync(`${place.outputs}/bulk/batch/c.txt`, `${trash}/bulk/batch/c.txt`);
		fs.renameSync(`${place.outputs}/bulk/batch/d/e.txt`, `${trash}/bulk/batch/d/e.txt`);
		fs.writeFileSync(`${place.outputs}/bulk/batch/d/e.txt`, 'another');
		await place.run(['sweep']);
		expect(namesIn(`${trash}/bulk/batch`)).toEqual(['c.txt', 'd']);
		expect((await runLegacy(place, ['status'])).stderr).toContain('2 files of an interrupted removal lie in the trash');
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
		const place = await openLegacy(program);
		await legacy(place, 'backup');
		const before = snapshot(place.base);
		expect(await legacy(place, 'remove', '--dry-run')).toMatchObject({code: 0, files: plantedFiles, dryRun: true});
		expect(snapshot(place.base)).toEqual(before);
	});
});
