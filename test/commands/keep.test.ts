import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it, test} from 'vitest';
import {execute, isRoot, snapshot, stranger, temporaryFolder} from '../helpers/folders.js';
import {openPlace as openEmptyPlace, openHome, openProgram, type Home} from '../helpers/program.js';
import {hour, idOf, markerText, plantSession} from '../outputs/stores.js';

const program = openProgram();

const soon = ['--max-age-hours', '0.0000001'];

const openPlace = async (): Promise<Home> => openEmptyPlace(program);

const markerOf = ({outputs}: Home, id: string): Record<string, unknown> => JSON.parse(fs.readFileSync(`${outputs}/${id}/.session.json`, 'utf8')) as Record<string, unknown>;

describe('keep and unkeep', () => {
	it('keep a session from expiry, for good or for a time, and say until when', async () => {
		const home = await openPlace();
		const {json, run} = home;
		const id = await home.session(['--label', 'mine']);
		expect(await json(['keep', 'mine'])).toEqual({id, keepUntil: 'forever'});
		expect(markerOf(home, id)).toMatchObject({keepUntil: 'forever', label: 'mine'});
		expect(await json(['sweep', ...soon])).toMatchObject({removed: [], kept: [{id, reason: 'marked to be kept for good'}]});
		expect(await json(['sessions'])).toMatchObject([{id, state: 'kept', expiresAt: null}]);
		const before = Date.now();
		const {keepUntil} = await json(['keep', id.slice(0, 8), '--hours', '1.5']) as {readonly keepUntil: string};
		expect(Date.parse(keepUntil)).toBeGreaterThanOrEqual(before + (1.5 * hour));
		expect(Date.parse(keepUntil)).toBeLessThanOrEqual(Date.now() + (1.5 * hour));
		expect(markerOf(home, id)).toMatchObject({keepUntil});
		expect(await json(['sessions', ...soon])).toMatchObject([{id, state: 'kept', expiresAt: keepUntil}]);
		expect(await json(['unkeep', id])).toEqual({id, keepUntil: null});
		expect(markerOf(home, id)).not.toHaveProperty('keepUntil');
		expect(await json(['sweep', ...soon])).toMatchObject({removed: [{id}]});
		expect(await run(['keep', id])).toMatchObject({code: 1, stdout: '', stderr: `sojourn: there is no session "${id}": "sojourn sessions" lists those there are\n`});
	});

	it('tell people on standard error, and print nothing', async () => {
		const {run, session} = await openPlace();
		const id = await session(['--label', 'mine']);
		const name = `mine (${id.slice(0, 8)})`;
		expect(await run(['keep', id])).toMatchObject({code: 0, stdout: '', stderr: `the session ${name} is kept for good\n`});
		expect(await run(['unkeep', id])).toMatchObject({code: 0, stdout: '', stderr: `the session ${name} expires again when nobody uses it\n`});
		expect(await run(['unkeep', id])).toMatchObject({code: 0, stdout: '', stderr: `the session ${name} was not kept\n`});
		expect(await run(['keep', id, '--quiet'])).toMatchObject({code: 0, stdout: '', stderr: ''});
	});

	it('refuse hours that are none before anything is touched', async () => {
		const home = await openPlace();
		const id = await home.session();
		const before = snapshot(home.outputs);
		const refused = ['', '0', '0.0', '-1', '24h', '1e3', 'NaN', '.5', ' 1', '87600.1'].map(hours => `--hours=${hours}`);
		await Promise.all([...refused.map(flag => [flag]), ['--hours', ''], ['--hours', '-1']].map(async args => {
			expect(await home.run(['keep', id, ...args, '--json'])).toMatchObject({code: 2, stdout: '', stderr: expect.stringContaining('--hours') as string});
		}));
		// What the session is called makes no difference.
		expect(await home.run(['keep', 'nobody', '--hours', '24h'])).toMatchObject({code: 2});
		expect(snapshot(home.outputs)).toEqual(before);
	});

	it('take the longest and the shortest time', async () => {
		const {json, session} = await openPlace();
		const id = await session();
		for (const hours of ['87600', '87600.0', '0.5', '024']) {
			const {keepUntil} = await json(['keep', id, '--hours', hours]) as {readonly keepUntil: string};
			expect(Math.abs(Date.parse(keepUntil) - Date.now() - (Number(hours) * hour))).toBeLessThan(60_000);
		}

		expect(await json(['keep', id, '--hours', '0.0000001'])).toMatchObject({id});
	});

	it.each(['keep', 'unkeep'])('take one session: %s', async command => {
		const {run, session} = await openPlace();
		const id = await session();
		for (const words of [[], [id, id], [id, '']]) {
			expect(await run([command, ...words])).toMatchObject({code: 2, stdout: '', stderr: expect.stringContaining(`${command} takes one session`) as string});
		}

		expect(await run([command, 'nowhere'])).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining('there is no session "nowhere"') as string});
		expect(await run([command, '\u001B[31m'])).toMatchObject({code: 1, stderr: expect.not.stringContaining('\u001B') as string});
	});

	it('a keep that is over is none: unkeep has nothing to lift, and writes nothing', async () => {
		const home = await openPlace();
		plantSession(home.outputs, idOf(1), markerText(idOf(1), {keepUntil: '2020-02-02T00:00:00.000Z'}));
		const before = snapshot(home.outputs);
		expect(await home.run(['unkeep', idOf(1)])).toMatchObject({code: 0, stderr: `the session ${idOf(1).slice(0, 8)} was not kept\n`});
		expect(await home.json(['unkeep', idOf(1)])).toEqual({id: idOf(1), keepUntil: null});
		expect(snapshot(home.outputs)).toEqual(before);
	});

	it('leave a broken session as it is', async () => {
		const home = await openPlace();
		plantSession(home.outputs, idOf(1), '{');
		const before = snapshot(home.outputs);
		expect(await home.run(['keep', idOf(1)])).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining('is broken and left as it is: .session.json is not valid JSON') as string});
		expect(snapshot(home.outputs)).toEqual(before);
	});

	it('give a session without a marker one', async () => {
		const home = await openPlace();
		plantSession(home.outputs, idOf(1));
		expect(await home.json(['keep', idOf(1)])).toEqual({id: idOf(1), keepUntil: 'forever'});
		expect(markerOf(home, idOf(1))).toMatchObject({version: 1, id: idOf(1), keepUntil: 'forever'});
	});
});

/** Root's home, and a stranger's with a session, in one outputs directory. */
const openUsers = async (): Promise<{readonly root: Home; readonly user: Home; readonly id: string}> => {
	const base = await temporaryFolder();
	fs.mkdirSync(`${base}/outputs`);
	fs.chmodSync(`${base}/outputs`, 0o1777);
	const [root, user] = [openHome(program, base, {name: 'root'}), openHome(program, base, {name: 'user', uid: stranger})];
	return {root, user, id: await user.session(['--label', 'mine'])};
};

describe.skipIf(!isRoot)('root\'s keep of somebody else\'s session', () => {
	it('needs --all, touches nothing in the session, and only root lifts it', async () => {
		const {root, user, id} = await openUsers();
		expect(await root.run(['keep', id])).toMatchObject({code: 1, stderr: expect.stringContaining('there is no session') as string});
		const before = snapshot(`${root.outputs}/${id}`);
		expect(await root.json(['keep', id, '--all'])).toEqual({id, keepUntil: 'forever'});
		expect(snapshot(`${root.outputs}/${id}`)).toEqual(before);
		expect(await user.json(['sessions', ...soon])).toMatchObject([{id, state: 'kept'}]);
		expect(await user.run(['unkeep', id])).toMatchObject({code: 1, stderr: `sojourn: the session mine (${id.slice(0, 8)}) is kept by the administrator for good, and only root can lift that\n`});
		expect(await user.json(['keep', id, '--hours', '1'])).toEqual({id, keepUntil: 'forever'});
		expect(await user.run(['unkeep', id])).toMatchObject({code: 0, stderr: `the session mine (${id.slice(0, 8)}) is still kept by the administrator for good\n`});
		expect(await user.json(['sweep', ...soon])).toMatchObject({removed: [], kept: [{id, reason: 'kept by the administrator for good'}]});
		expect(await root.json(['sweep', '--all', ...soon])).toMatchObject({removed: [], kept: [{id, reason: 'kept by the administrator for good'}]});
		expect(await root.json(['unkeep', 'mine', '--all'])).toEqual({id, keepUntil: null});
		expect(await user.json(['sweep', ...soon])).toMatchObject({removed: [{id}]});
	});

	it('leaves the owner\'s in force, which root does not lift', async () => {
		const {root, user, id} = await openUsers();
		await user.json(['keep', id]);
		expect(await root.run(['unkeep', id, '--all'])).toMatchObject({code: 0, stderr: expect.stringContaining('is still kept by its owner for good') as string});
		expect(await root.json(['unkeep', id, '--all'])).toEqual({id, keepUntil: 'forever'});
	});

	it('is for no other user to make', async () => {
		const {root, user} = await openUsers();
		const id = await root.session();
		const before = snapshot(`${root.outputs}/${id}`);
		expect(await user.run(['keep', id, '--all'])).toMatchObject({code: 1, stdout: '', stderr: 'sojourn: only root can keep the sessions of others, or lift that\n'});
		expect(snapshot(`${root.outputs}/${id}`)).toEqual(before);
	});

	it('that is over keeps nothing, and stands in nobody\'s way', async () => {
		const {root, user, id} = await openUsers();
		await root.json(['keep', id, '--all']);
		fs.writeFileSync(`${root.outputs}/.sojourn-0/keep/${id}`, '{"version":1,"keepUntil":"2020-02-02T00:00:00.000Z"}\n');
		expect(await user.run(['unkeep', id])).toMatchObject({code: 0, stderr: `the session mine (${id.slice(0, 8)}) was not kept\n`});
		await user.json(['keep', id]);
		expect(await user.json(['unkeep', id])).toEqual({id, keepUntil: null});
		expect(await root.json(['unkeep', id, '--all'])).toEqual({id, keepUntil: null});
		expect(await user.json(['sweep', ...soon])).toMatchObject({removed: [{id}]});
	});
});

describe('many at once', () => {
	it('no change to a marker is lost: keep, label, and the touch of whoever resumes', async () => {
		const home = await openPlace();
		const ids = [await home.session(), await home.session(), await home.session()];
		await Promise.all(ids.flatMap((id, index) => [
			home.json(['keep', id]),
			home.json(['label', id, `label ${index}`]),
			home.json(['keep', id]),
			home.json(['label', id, `label ${index}`]),
			home.json(['keep', id]),
		]));
		for (const [index, id] of ids.entries()) {
			expect(markerOf(home, id)).toMatchObject({keepUntil: 'forever', label: `label ${index}`});
		}
	});
});

test('a marker that another program has locked for long is told, and nothing is lost', async () => {
	const home = await openPlace();
	const id = await home.session();
	const before = fs.readFileSync(`${home.outputs}/${id}/.session.json`, 'utf8');
	const {stderr} = await execute('flock', ['-x', path.join(home.outputs, id, '.session.json'), 'sh', '-c', '"$@" >&2 || true', 'sh', process.execPath, path.join(program.folder, 'bin.cjs'), '--outputs', home.outputs, 'keep', id], {env: {...process.env, HOME: home.home, XDG_STATE_HOME: `${home.home}/state`}});
	expect(stderr).toContain(`the session ${id.slice(0, 8)} cannot be changed: another program has locked its marker .session.json; try again when it has ended`);
	expect(fs.readFileSync(`${home.outputs}/${id}/.session.json`, 'utf8')).toBe(before);
});
