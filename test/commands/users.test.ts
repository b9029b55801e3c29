import fs from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {execute, isRoot, namesIn, stranger, temporaryFolder} from '../helpers/folders.js';
import {openHome, openProgram, type Home} from '../helpers/program.js';

const program = openProgram();

const nobody = 65_534;

type Users = {
	/** Root, and two users, each with a session labelled `secret of UID`. */
	readonly root: Home;
	readonly first: Home;
	readonly second: Home;
	readonly ids: {readonly root: string; readonly first: string; readonly second: string};
	readonly outputs: string;
};

const openUsers = async (): Promise<Users> => {
	const base = await temporaryFolder();
	const outputs = path.join(base, 'outputs');
	fs.mkdirSync(outputs);
	fs.chmodSync(outputs, 0o1777);
	const root = openHome(program, base, {name: 'root'});
	const first = openHome(program, base, {name: 'first', uid: stranger});
	const second = openHome(program, base, {name: 'second', uid: nobody});
	const [rootId, firstId, secondId] = [await root.session(['--label', 'secret of 0']), await first.session(['--label', `secret of ${stranger}`]), await second.session(['--label', `secret of ${nobody}`])];
	return {root, first, second, outputs, ids: {root: rootId, first: firstId, second: secondId}};
};

const idsOf = (sessions: unknown): string[] => (sessions as Array<{id: string}>).map(({id}) => id);

describe.skipIf(!isRoot)('several users in one outputs directory', () => {
	it('see and name their own sessions only: not in lists, by prefix or label, nor in messages', async () => {
		const {root, first, ids} = await openUsers();
		expect(idsOf(await first.json(['sessions']))).toEqual([ids.first]);
		expect(idsOf(await root.json(['sessions']))).toEqual([ids.root]);
		fs.writeFileSync(`${first.work}/x`, '');
		const id = ids.second;
		const attempts: ReadonlyArray<readonly [Home, readonly string[], string]> = [
			...[id, id.slice(0, 4), id.slice(0, 13), `secret of ${nobody}`].map(reference => [first, ['ls', '--session', reference], reference] as const),
			[first, ['path', '--session', id], id],
			[first, ['add', 'x', '--session', id], id],
			[first, ['export', '--session', id], id],
			[first, ['label', id, 'mine'], id],
			[first, ['path', '--session', ids.root], ids.root],
			[root, ['path', '--session', id.slice(0, 8)], id.slice(0, 8)],
			[root, ['label', `secret of ${nobody}`, 'mine'], `secret of ${nobody}`],
		];
		for (const [user, args, reference] of attempts) {
			const {code, stdout, stderr} = await user.run(args);
			expect({args, code, stdout, stderr}).toEqual({args, code: 1, stdout: '', stderr: `sojourn: there is no session "${reference}": "sojourn sessions" lists those there are\n`});
		}

		// A label that another has is free, and an ambiguous prefix names one's own.
		expect(await first.run(['start', '--label', `secret of ${nobody}`])).toMatchObject({code: 0});
		expect(await first.run(['sweep'])).toMatchObject({stdout: expect.not.stringContaining(ids.second) as string});
	});

	it('--all shows what the system lets one read: everybody\'s to root, others\' as broken to a user', async () => {
		const {root, first, ids} = await openUsers();
		const all = await root.json(['sessions', '--all']) as Array<Record<string, unknown>>;
		expect(all.map(({id, label, uid, owner}) => ({id, label, uid, owner})).sort((a, b) => Number(a.uid) - Number(b.uid))).toEqual([
			{id: ids.root, label: 'secret of 0', uid: 0, owner: 'root'},
			{id: ids.first, label: `secret of ${stranger}`, uid: stranger, owner: null},
			{id: ids.second, label: `secret of ${nobody}`, uid: nobody, owner: 'nobody'},
		]);
		expect((await root.run(['sessions', '--all'])).stdout).toContain('OWNER');
		expect(await root.run(['ls', '--all', '--session', `secret of ${stranger}`])).toMatchObject({code: 0});
		const seen = await first.json(['sessions', '--all']) as Array<Record<string, unknown>>;
		expect(seen.find(({id}) => id === ids.second)).toMatchObject({label: null, createdAt: null, state: 'broken'});
		expect(JSON.stringify(seen)).not.toContain(`secret of ${nobody}`);
	});

	it('sweep their own only; root\'s --all everybody\'s, for which only a flag or the policy counts', async () => {
		const {root, first, ids, outputs} = await openUsers();
		const sessionsIn = (): string[] => namesIn(outputs).filter(name => !name.startsWith('.')).sort();
		const soon = {SESSION_TIMEOUT_HOURS: '0.0000001'};
		expect(await first.json(['sweep'], {env: soon})).toMatchObject({removed: [{id: ids.first}], kept: [], failed: []});
		expect(sessionsIn()).toEqual([ids.root, ids.second].sort());
		expect(await root.json(['sweep', '--all'], {env: soon})).toMatchObject({removed: [{id: ids.root}], kept: [{id: ids.second}]});
		// The policy, though something else counts for one's own.
		fs.writeFileSync(`${outputs}/.sojourn.json`, '{"maxAgeHours": 0.0000001}');
		expect(await root.json(['sessions', '--all'], {env: {SESSION_TIMEOUT_HOURS: '48'}})).toMatchObject([{id: ids.second, state: 'expired'}]);
		fs.writeFileSync(`${outputs}/.sojourn.json`, '{"maxAgeHours": 72}');
		const [{lastActiveAt, expiresAt}] = await root.json(['sessions', '--all'], {env: {SESSION_TIMEOUT_HOURS: '1'}}) as [{lastActiveAt: string; expiresAt: string}];
		expect(Date.parse(expiresAt) - Date.parse(lastActiveAt)).toBe(72 * 3_600_000);
		expect(await root.json(['sweep', '--all', '--max-age-hours', '0.0000001'])).toMatchObject({removed: [{id: ids.second}], failed: []});
		expect(sessionsIn()).toEqual([]);
	});

	it('are told where they cannot make anything, and look on all the same', async () => {
		const {root, first, ids, outputs} = await openUsers();
		fs.chmodSync(outputs, 0o755);
		expect(await first.run(['start'])).toMatchObject({code: 1, stderr: `sojourn: cannot start a session in ${outputs}: permission denied\n`});
		expect(await first.run(['ls'])).toMatchObject({code: 0});
		const {code, stderr} = await first.run(['sweep', '--max-age-hours', '0.0000001']);
		expect({code, stderr}).toEqual({code: 1, stderr: `sojourn: the session ${ids.first}: it cannot be moved to the trash: permission denied\n`});
		fs.rmSync(`${outputs}/.sojourn-${stranger}`, {recursive: true});
		expect(await first.run(['sweep', '--json'])).toMatchObject({code: 1, stdout: expect.stringContaining('"skipped": "unsafe"') as string, stderr: `sojourn: nothing is removed from ${outputs}: no control directory .sojourn-${stranger} can be made in the outputs directory: permission denied\n`});
		await execute('chmod', ['-R', 'a+rX', `${outputs}/${ids.root}`]);
		expect(idsOf(await first.json(['sessions']))).toEqual([ids.first]);
		expect(await root.run(['sweep'])).toMatchObject({code: 0});
	});

	it('need no name, and a home only if nothing else says where to look', async () => {
		const {first, ids} = await openUsers();
		const nowhere = {HOME: undefined, XDG_DATA_HOME: undefined, XDG_CONFIG_HOME: undefined};
		expect(await first.run(['ls'], {env: nowhere})).toMatchObject({code: 2, stderr: 'sojourn: HOME is not set, and the system knows no home directory of this user: set HOME\n'});
		expect(await first.run(['ls'], {env: {HOME: '/nonexistent'}})).toMatchObject({code: 0});
		expect(await first.json(['sessions'])).toMatchObject([{id: ids.first, owner: null}]);
	});
});
