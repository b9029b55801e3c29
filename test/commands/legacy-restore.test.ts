import fs from 'node:fs';
import process from 'node:process';
import {describe, expect, it, test} from 'vitest';
import {execute, isRoot, namesIn, plant, snapshot, stranger} from '../helpers/folders.js';
import {lockByFlock} from '../helpers/flock.js';
import {legacy, moveLegacy, openLegacy, plantedFiles, runLegacy, treeOf} from '../helpers/legacy.js';
import {openProgram} from '../helpers/program.js';

const program = openProgram();

describe('legacy restore', () => {
	it('puts everything back with mode, time, link and empty folder; again it finds all there', async () => {
		const place = await openLegacy(program, 60);
		const {path} = await legacy(place, 'backup');
		moveLegacy(place.outputs, `${place.base}/lost`);
		const name = path.slice(place.base.length + 1);
		expect(await legacy(place, 'restore', name)).toMatchObject({code: 0, action: 'restore', path: place.outputs, files: plantedFiles + 60, failed: [], verified: true, there: 0});
		expect(await treeOf(place.outputs)).toEqual(place.before);
		expect(await legacy(place, 'restore', path)).toMatchObject({code: 0, files: 0, there: plantedFiles + 60});
		expect(await treeOf(place.outputs)).toEqual(place.before);
	});

	it('makes the outputs directory where it is missing', async () => {
		const place = await openLegacy(program);
		const {path} = await legacy(place, 'backup');
		fs.renameSync(place.outputs, `${place.base}/lost`);
		expect(await legacy(place, 'restore', path)).toMatchObject({code: 0, files: plantedFiles});
		expect(await treeOf(place.outputs)).toEqual(place.before);
	});

	it('overwrites nothing that differs, and puts back the rest', async () => {
		const place = await openLegacy(program);
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
		const place = await openLegacy(program);
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
		const place = await openLegacy(program);
		const {path} = await legacy(place, 'backup');
		fs.appendFileSync(`${path}/manifest.jsonl`, '\n');
		expect(await runLegacy(place, ['restore', path])).toMatchObject({code: 1, stderr: expect.stringContaining('cannot be trusted') as string});
		expect(await runLegacy(place, ['restore', place.home])).toMatchObject({code: 1, stderr: expect.stringContaining('is no backup') as string});
		expect(await runLegacy(place, ['restore', 'missing'])).toMatchObject({code: 1, stderr: expect.stringContaining('there is no backup missing') as string});
		expect(await runLegacy(place, ['restore', place.outputs])).toMatchObject({code: 1, stderr: expect.stringContaining('is the outputs directory itself') as string});
	});

	it('takes a copy made by hand, its single and bulk alone, and says that it is unverified', async () => {
		const place = await openLegacy(program);
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
		const place = await openLegacy(program);
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
		const place = await openLegacy(program);
		const {path} = await legacy(place, 'backup');
		fs.writeFileSync(`${place.outputs}/single/.sojourn-0123456789abcdef.part`, 'torn');
		fs.symlinkSync('nowhere', `${place.outputs}/bulk/ro/.sojourn-0123456789abcdef.part`);
		expect(await legacy(place, 'restore', path)).toMatchObject({code: 0, there: plantedFiles});
		expect(await treeOf(place.outputs)).toEqual(place.before);
		const unlock = await lockByFlock(`${place.outputs}/.sojourn-${process.getuid!()}/imports`, '-x');
		expect(await runLegacy(place, ['restore', path])).toMatchObject({code: 1, stderr: expect.stringContaining('is at work') as string});
		await unlock();
	});

	test('dry run changes nothing', async () => {
		const place = await openLegacy(program);
		const {path} = await legacy(place, 'backup');
		fs.writeFileSync(`${place.outputs}/single/plain.txt`, 'newer');
		fs.rmSync(`${place.outputs}/single/-rf`);
		fs.rmSync(`${place.outputs}/bulk`, {recursive: true});
		const before = snapshot(place.base);
		expect(await legacy(place, 'restore', path, '--dry-run')).toMatchObject({code: 1, dryRun: true, files: 2, failed: [{path: 'single/plain.txt'}]});
		expect(snapshot(place.base)).toEqual(before);
	});
});
