import fs from 'node:fs';
import {describe, expect, it, test} from 'vitest';
import {execute, isRoot, modeOf, namesIn, plant, snapshot, stranger, temporaryFolder} from '../helpers/folders.js';
import {legacy, openLegacy, openSmall, outputsIn, plantedFiles, runLegacy} from '../helpers/legacy.js';
import {openHome, openProgram} from '../helpers/program.js';

const program = openProgram();

describe('legacy import', () => {
	it('starts a session where there is none, copies everything, leaves the source alone, and does nothing the second time', async () => {
		const place = await openSmall(program);
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
		const place = await openSmall(program);
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
		const place = await openSmall(program, {'single/a.txt': 'one', 'single/a (2).txt': 'two'});
		const id = await place.session();
		plant(`${place.outputs}/${id}`, {'single/a.txt': 'other'});
		const first = await legacy(place, 'import');
		expect(first.renamed).toEqual([{path: 'single/a.txt', to: 'single/a (3).txt'}]);
		expect(await legacy(place, 'import')).toMatchObject({there: 2, renamed: first.renamed});
	});

	it('takes the session that is named, or starts one with a label, and goes on in that after a kill', async () => {
		const place = await openSmall(program);
		const id = await place.session(['--label', 'mine']);
		await place.session();
		expect((await legacy(place, 'import', '--session', 'mine')).path).toBe(`${place.outputs}/${id}`);
		const {path} = await legacy(place, 'import', '--label', 'old');
		fs.rmSync(`${path}/single`, {recursive: true});
		fs.mkdirSync(`${path}/single`);
		expect(await legacy(place, 'import', '--label', 'old')).toMatchObject({code: 0, path, there: 2});
		plant(path, {'single/own': ''});
		expect(await runLegacy(place, ['import', '--label', 'old'])).toMatchObject({code: 1, stderr: expect.stringContaining('is taken by the session') as string});
		expect(await runLegacy(place, ['import', '--label', 'x', '--session', 'mine'])).toMatchObject({code: 2});
		expect(await runLegacy(place, ['import', '--session', 'nobody'])).toMatchObject({code: 1});
	});

	it('takes an unmanaged folder, wherever it is, but no session, no outputs directory, and nothing that has no parts', async () => {
		const place = await openSmall(program, {});
		plant(`${place.base}/old`, {'bulk/x/y': '1', 'other/z': '2'});
		const {path, files} = await legacy(place, 'import', '../../old');
		expect([files, outputsIn(path)]).toEqual([1, ['bulk', 'bulk/x', 'bulk/x/y', 'single']]);
		plant(`${place.base}/around/single/outputs`, {x: ''});
		expect(await runLegacy(place, ['import', `${place.base}/around`], {env: {SOJOURN_OUTPUTS: `${place.base}/around/single/outputs`}})).toMatchObject({code: 1, stderr: expect.stringContaining('the outputs directory itself lies in it') as string});
		for (const [folder, message] of [[path, 'a session'], [place.outputs, 'the outputs directory itself'], [place.home, 'neither single/ nor bulk/'], ['missing', 'it does not exist']] as const) {
			expect(await runLegacy(place, ['import', folder])).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining(message) as string});
		}

		expect((await legacy(place, 'status')).imports).toEqual([]);
	});

	it('names links and special files, and imports all else', async () => {
		const place = await openSmall(program);
		fs.symlinkSync('/etc/passwd', `${place.outputs}/bulk/batch/link`);
		await execute('mkfifo', [`${place.outputs}/single/pipe`]);
		const {code, failed, files, path} = await legacy(place, 'import');
		expect([code, failed.map(one => one.path).sort(), files]).toEqual([1, ['bulk/batch/link', 'single/pipe'], 4]);
		expect(outputsIn(path)).not.toContain('bulk/batch/link');
	});

	test('a file from before 1970 keeps its time', async () => {
		const place = await openSmall(program, {'single/old': 'x'});
		fs.utimesSync(`${place.outputs}/single/old`, new Date(-86_400_000), new Date(-86_400_000));
		const {path} = await legacy(place, 'import');
		expect(fs.statSync(`${path}/single/old`).mtimeMs).toBe(-86_400_000);
		const backup = await legacy(place, 'backup');
		expect(fs.statSync(`${backup.path}/single/old`).mtimeMs).toBe(-86_400_000);
	});

	test('odd names arrive whole', async () => {
		const place = await openLegacy(program);
		const {path, failed, files} = await legacy(place, 'import');
		expect([files, failed.map(one => one.path).sort()]).toEqual([plantedFiles, ['bulk/ro/absolute', 'single/link']]);
		await execute('diff', ['-r', '--no-dereference', '--exclude=link', '--exclude=absolute', `${place.outputs}/single`, `${path}/single`]);
	});

	test('dry run changes nothing, and starts no session', async () => {
		const place = await openSmall(program);
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
		const place = await openSmall(program, {'single/a.txt': 'shared'});
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
		expect((await runLegacy(place, ['publish', 'mine'])).stderr).toContain('can be read by everybody who can read');
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
		const place = await openSmall(program, {});
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
