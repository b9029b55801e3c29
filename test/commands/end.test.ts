import fs from 'node:fs';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {asUser, execute, isRoot, namesIn, plant, snapshot, stranger, temporaryFolder} from '../helpers/folders.js';
import {lockByFlock} from '../helpers/flock.js';
import {openPlace as openEmptyPlace, openHome, openProgram, type Home} from '../helpers/program.js';
import {idOf, markerText, plantSession} from '../outputs/stores.js';

const program = openProgram();

const control = `.sojourn-${process.getuid!()}`;

const openPlace = async (): Promise<Home> => openEmptyPlace(program);

const sessionsIn = ({outputs}: Home): string[] => namesIn(outputs).filter(name => !name.startsWith('.'));

describe('end', () => {
	it('removes the sessions that are named, each once, with all that they hold; the JSON is as it should be', async () => {
		const home = await openPlace();
		const [first, second, third] = [await home.session(['--label', 'first']), await home.session(), await home.session()];
		plant(`${home.outputs}/${first}`, {'single/a.txt': '12345', 'bulk/batch/b.txt': '678', 'bulk/batch/c/': ''});
		expect(await home.json(['end', 'first', second.slice(0, 8), first, '--yes'])).toEqual({
			removed: [{id: first, files: 2, bytes: 8}, {id: second, files: 0, bytes: 0}], failed: [],
		});
		expect(sessionsIn(home)).toEqual([third]);
		expect(namesIn(`${home.outputs}/${control}/trash`)).toEqual([]);
		// It was the current session.
		expect(await home.run(['end', third, '--yes'])).toMatchObject({code: 0, stdout: `${third}\n`, stderr: ''});
		expect(await home.run(['path'])).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining('there is no session yet') as string});
	});

	it('removes nothing where there is nobody to ask, and nothing was said', async () => {
		const home = await openPlace();
		const id = await home.session();
		const before = snapshot(home.outputs);
		for (const args of [[], ['--json'], ['--force'], ['--quiet']]) {
			expect(await home.run(['end', id, ...args], {input: 'y\nyes\n'})).toMatchObject({code: 2, stdout: '', stderr: 'sojourn: this asks first, and there is no terminal to ask on: give --yes if you are sure\n'});
		}

		expect(snapshot(home.outputs)).toEqual(before);
	});

	it('resolves all that is named before the first is removed', async () => {
		const home = await openPlace();
		plantSession(home.outputs, idOf(0xab_cd_00_01), markerText(idOf(0xab_cd_00_01)));
		plantSession(home.outputs, idOf(0xab_cd_00_02), markerText(idOf(0xab_cd_00_02)));
		const id = await home.session();
		expect(await home.run(['end', id, 'nowhere', '--yes'])).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining('there is no session "nowhere"') as string});
		expect(await home.run(['end', id, 'abcd', '--yes', '--json'])).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining('"abcd" stands for 2 sessions') as string});
		expect(await home.run(['end', id, '', '--yes'])).toMatchObject({code: 1, stdout: ''});
		expect(await home.run(['end', '--yes'])).toMatchObject({code: 2, stdout: '', stderr: expect.stringContaining('end needs at least one session') as string});
		expect(sessionsIn(home)).toHaveLength(3);
	});

	it('never removes one that is kept, and tells; the others go', async () => {
		const home = await openPlace();
		const [kept, timed, other, over] = [await home.session(), await home.session(), await home.session(), idOf(1)];
		plantSession(home.outputs, over, markerText(over, {keepUntil: '2020-02-02T00:00:00.000Z'}));
		await home.json(['keep', kept]);
		await home.json(['keep', timed, '--hours', '1']);
		const {code, stdout, stderr} = await home.run(['end', kept, timed, other, over, '--yes', '--force', '--json']);
		expect(code).toBe(1);
		expect(JSON.parse(stdout)).toEqual({
			removed: [{id: other, files: 0, bytes: 0}, {id: over, files: 0, bytes: 0}],
			failed: [
				{id: kept, error: 'it is kept for good: "sojourn unkeep" lifts that'},
				{id: timed, error: expect.stringMatching(/^it is kept until \d{4}-\S+Z: "sojourn unkeep" lifts that$/) as string},
			],
		});
		expect(stderr).toContain(`sojourn: the session ${kept.slice(0, 8)} was not removed: it is kept for good`);
		expect(stderr.trimEnd().split('\n')).toHaveLength(2);
		expect(sessionsIn(home)).toEqual([kept, timed].sort());
		// With nothing to remove there is nothing to ask.
		expect(await home.run(['end', kept])).toMatchObject({code: 1, stdout: ''});
	});

	it('refuses one that a program holds, unless it is forced', async () => {
		const home = await openPlace();
		const [held, free] = [await home.session(), await home.session()];
		await lockByFlock(`${home.outputs}/${held}`);
		const reason = 'held: a program has locked it, such as an explorer in which it is open; "sojourn end --force" removes it all the same';
		const {code, stdout, stderr} = await home.run(['end', held, free, '--yes', '--json']);
		expect({code, stderr, json: JSON.parse(stdout) as unknown}).toEqual({
			code: 1, stderr: `sojourn: the session ${held.slice(0, 8)} was not removed: ${reason}\n`,
			json: {removed: [{id: free, files: 0, bytes: 0}], failed: [{id: held, error: reason}]},
		});
		expect(await home.json(['end', held, '--yes', '--force'])).toMatchObject({removed: [{id: held}], failed: []});
		expect(sessionsIn(home)).toEqual([]);
	});

	it('refuses one of which a file is open in another program', async () => {
		const home = await openPlace();
		const id = await home.session();
		plant(`${home.outputs}/${id}`, {'single/a.txt': 'a'});
		const file = fs.openSync(`${home.outputs}/${id}/single/a.txt`, 'r');
		try {
			expect(await home.run(['end', id, '--yes'])).toMatchObject({code: 1, stderr: expect.stringContaining('has a file in it open: single/a.txt; "sojourn end --force" removes it all the same') as string});
			expect(sessionsIn(home)).toEqual([id]);
		} finally {
			fs.closeSync(file);
		}

		expect(await home.json(['end', id, '--yes'])).toMatchObject({removed: [{id}]});
	});

	it('removes a broken session, and nothing that its links lead to', async () => {
		const home = await openPlace();
		plantSession(home.outputs, idOf(1), '{');
		plant(`${home.outputs}/${idOf(1)}`, {'stray.txt': 'x'});
		fs.symlinkSync(home.work, `${home.outputs}/${idOf(1)}/single/link`);
		plant(home.work, {'precious.txt': 'p'});
		expect(await home.json(['end', idOf(1), '--yes'])).toMatchObject({removed: [{id: idOf(1)}], failed: []});
		expect(namesIn(home.work)).toEqual(['precious.txt']);
	});

	it('two at once remove each session once, and the other says so', async () => {
		const home = await openPlace();
		const ids = [await home.session(), await home.session(), await home.session()];
		const results = await Promise.all([1, 2, 3].map(async () => home.run(['end', ...ids, '--yes', '--json'])));
		const removed = results.filter(({stdout}) => stdout !== '').flatMap(({stdout}) => (JSON.parse(stdout) as {removed: Array<{id: string}>}).removed.map(({id}) => id));
		expect(removed.sort()).toEqual([...ids].sort());
		expect(sessionsIn(home)).toEqual([]);
		for (const {code, stdout, stderr} of results) {
			const all = stdout === '' ? 0 : (JSON.parse(stdout) as {removed: unknown[]}).removed.length;
			expect(code).toBe(all === 3 ? 0 : 1);
			expect(stderr === '').toBe(all === 3);
		}
	});

	it('is refused where others can exchange entries', async () => {
		const home = await openPlace();
		const id = await home.session();
		fs.chmodSync(home.outputs, 0o777);
		expect(await home.run(['end', id, '--yes'])).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining(`chmod go-w ${home.outputs}`) as string});
		expect(sessionsIn(home)).toEqual([id]);
	});

	it('goes on where a session cannot be removed whole, and says what is left', async context => {
		const home = await openPlace();
		const [stuck, free] = [await home.session(), await home.session()];
		plant(`${home.outputs}/${stuck}`, {'single/stuck.txt': ''});
		try {
			await execute('chattr', ['+i', `${home.outputs}/${stuck}/single/stuck.txt`]);
		} catch {
			context.skip('this system makes no file immutable');
		}

		try {
			const {code, stdout, stderr} = await home.run(['end', stuck, free, '--yes', '--json']);
			expect(code).toBe(1);
			// It is gone all the same, as it would be with "sojourn sweep" and "sojourn rm".
			expect(JSON.parse(stdout)).toMatchObject({removed: [{id: stuck}, {id: free}], failed: [{id: stuck, error: expect.stringContaining('1 entry could not be removed, the first stuck.txt') as string}]});
			expect(stderr).toContain('the rest is in the trash and tried again at the next sweep');
			expect(sessionsIn(home)).toEqual([]);
		} finally {
			await execute('chattr', ['-R', '-i', home.outputs]);
		}

		expect(await home.run(['sweep'])).toMatchObject({code: 0});
		expect(namesIn(`${home.outputs}/${control}/trash`)).toEqual([]);
	});
});

describe.skipIf(!isRoot)('end', () => {
	it('never touches what is mounted in a session, forced or not', async context => {
		const home = await openPlace();
		const id = await home.session();
		const place = `${home.outputs}/${id}/bulk/a\u001B[31m`;
		fs.mkdirSync(place);
		try {
			await execute('mount', ['-t', 'tmpfs', 'tmpfs', place]);
		} catch {
			context.skip('nothing can be mounted here');
		}

		try {
			fs.writeFileSync(`${place}/precious`, 'p');
			for (const flags of [[], ['--force']]) {
				const {code, stdout, stderr} = await home.run(['end', id, '--yes', ...flags]);
				expect({code, stdout}).toEqual({code: 1, stdout: ''});
				expect(stderr).toContain('something is mounted in it: ');
				expect(stderr).not.toContain('\u001B');
			}

			expect(namesIn(place)).toEqual(['precious']);
		} finally {
			await execute('umount', [place]);
		}

		expect(await home.json(['end', id, '--yes'])).toMatchObject({removed: [{id}]});
	});

	it('of somebody else\'s session is for root with --all, and not if root keeps it', async () => {
		const base = await temporaryFolder();
		fs.mkdirSync(`${base}/outputs`);
		fs.chmodSync(`${base}/outputs`, 0o1777);
		const [root, user] = [openHome(program, base, {name: 'root'}), openHome(program, base, {name: 'user', uid: stranger})];
		const [id, kept, own] = [await user.session(['--label', 'mine']), await user.session(), await root.session()];
		await root.json(['keep', kept, '--all']);
		expect(await root.run(['end', id, '--yes'])).toMatchObject({code: 1, stderr: expect.stringContaining('there is no session') as string});
		expect(await user.run(['end', own, '--yes'])).toMatchObject({code: 1, stderr: expect.stringContaining('there is no session') as string});
		expect(await user.run(['end', own, '--all', '--yes'])).toMatchObject({code: 1, stdout: ''});
		expect(await user.run(['end', kept, '--yes', '--force'])).toMatchObject({code: 1, stderr: expect.stringContaining('it is kept by the administrator for good') as string});
		expect(await root.run(['end', kept, '--all', '--yes', '--force'])).toMatchObject({code: 1, stderr: expect.stringContaining('it is kept by the administrator for good') as string});
		expect(await root.json(['end', 'mine', '--all', '--yes'])).toMatchObject({removed: [{id}], failed: []});
		expect(sessionsIn(root)).toEqual([kept, own].sort());
	});

	it('never removes what root keeps until nobody can tell when', async () => {
		const base = await temporaryFolder();
		fs.mkdirSync(`${base}/outputs`);
		fs.chmodSync(`${base}/outputs`, 0o1777);
		const [root, user] = [openHome(program, base, {name: 'root'}), openHome(program, base, {name: 'user', uid: stranger})];
		const id = await user.session();
		await root.json(['keep', id, '--all']);
		fs.writeFileSync(`${base}/outputs/.sojourn-0/keep/${id}`, '');
		expect(await user.run(['end', id, '--yes'])).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining('the administrator\'s keep of it cannot be read') as string});
		expect(sessionsIn(root)).toEqual([id]);
	});

	it('says why where the system does not permit it', async () => {
		const base = await temporaryFolder();
		fs.mkdirSync(`${base}/outputs`);
		fs.chmodSync(`${base}/outputs`, 0o1777);
		const user = openHome(program, base, {name: 'user', uid: stranger});
		const id = await user.session();
		fs.chmodSync(`${base}/outputs`, 0o755);
		expect(await user.run(['end', id, '--yes'])).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining('permission denied') as string});
		expect(await asUser(stranger, async () => namesIn(`${base}/outputs/${id}`))).toEqual(['.session.json', 'bulk', 'single']);
	});
});
