import fs from 'node:fs';
import process from 'node:process';
import {beforeEach, describe, expect, it, test} from 'vitest';
import {openOutputsDirectory} from '../../source/outputs/local/directory.js';
import {localOutputs} from '../../source/outputs/local/local.js';
import {localSweeper} from '../../source/outputs/local/sweeper.js';
import type {Outputs} from '../../source/outputs/outputs.js';
import {readSession, type Session} from '../../source/outputs/read-session.js';
import {keepSession, labelSession, listSessions} from '../../source/outputs/sessions.js';
import {sweep, type SweepReport} from '../../source/outputs/sweep.js';
import type {KeepUntil} from '../../source/session/keep.js';
import {asUser, execute, isRoot, modeOf, namesIn, plant, snapshot, stranger} from '../helpers/folders.js';
import {hour, idOf, markerText, openStore, plantSession, self, type Store} from './stores.js';

const another = 54_321;

const keepFolder = '.sojourn-0/keep';

/** An outputs directory for several users, with an expired session of a stranger. */
const openShared = async (fields: Readonly<Record<string, unknown>> = {}): Promise<Store> => {
	const store = await openStore();
	fs.chmodSync(store.directory, 0o1777);
	const session = plantSession(store.directory, idOf(1), markerText(idOf(1), fields));
	plant(session, {'single/a.txt': 'a'});
	await execute('chown', ['-R', `${stranger}:${stranger}`, session]);
	return store;
};

/** Does something as the stranger, with their own view of the directory. */
const asStranger = async <T>({directory}: Store, action: (outputs: Outputs) => Promise<T>): Promise<T> => asUser(stranger, async () => {
	const {root} = (await openOutputsDirectory(directory, {uid: stranger, home: '/nonexistent'}, {isNamed: true, mayCreate: false}))!;
	try {
		return await action(localOutputs(root, directory, stranger));
	} finally {
		await root.close();
	}
});

/** The stranger's own sweep, two days from now. */
const sweepAsStranger = async ({directory}: Store): Promise<SweepReport> => asUser(stranger, async () => {
	const opened = (await openOutputsDirectory(directory, {uid: stranger, home: '/nonexistent'}, {isNamed: true, mayCreate: false}))!;
	try {
		return await sweep(localOutputs(opened.root, directory, stranger), localSweeper(opened, stranger, {clock: 'believed'}), {viewer: {uid: stranger}, policy: {maxAgeHours: 24, now: Date.now() + (48 * hour)}});
	} finally {
		await opened.root.close();
	}
});

const readOne = async (outputs: Outputs): Promise<Session> => (await readSession(outputs, idOf(1)))!;

/** What root does to the stranger's session. */
const keepAsRoot = async ({outputs}: Store, keep: KeepUntil | undefined): Promise<Session['keep']> => keepSession(outputs, await readOne(outputs), keep, 0);

const isKept = async (store: Store): Promise<Session['keep']> => asStranger(store, async outputs => {
	const {keep} = await readOne(outputs);
	return keep;
});

describe.skipIf(!isRoot)('root\'s keep of somebody else\'s session', () => {
	it('changes nothing in it, stands where others may read but not list, and holds for its owner\'s sweep', async () => {
		const store = await openShared();
		const before = snapshot(`${store.directory}/${idOf(1)}`);
		expect(await keepAsRoot(store, 'forever')).toEqual({until: 'forever', isByAdministrator: true});
		expect(snapshot(`${store.directory}/${idOf(1)}`)).toEqual(before);
		expect(['.sojourn-0', keepFolder, `${keepFolder}/${idOf(1)}`].map(name => modeOf(`${store.directory}/${name}`))).toEqual(['0711', '0711', '0644']);
		expect(await isKept(store)).toEqual({until: 'forever', isByAdministrator: true});
		await expect(asUser(stranger, async () => fs.promises.readdir(`${store.directory}/${keepFolder}`))).rejects.toThrow('EACCES');
		expect(await sweepAsStranger(store)).toMatchObject({removed: [], kept: [{id: idOf(1), reason: 'kept by the administrator for good'}]});
		expect(await keepAsRoot(store, undefined)).toBeUndefined();
		expect(namesIn(`${store.directory}/${keepFolder}`)).toEqual([]);
		expect(await sweepAsStranger(store)).toMatchObject({removed: [{id: idOf(1)}]});
	});

	it('whatever the umask of root', async () => {
		const store = await openShared();
		const umask = process.umask(0o077);
		try {
			await keepAsRoot(store, 'forever');
		} finally {
			process.umask(umask);
		}

		expect(await isKept(store)).toMatchObject({isByAdministrator: true});
	});

	it('counts with its owner\'s: the later of both, and each lifts only what is theirs', async () => {
		const store = await openShared();
		const now = Date.now();
		const keepAsOwner = async (keep: KeepUntil | undefined): Promise<Session['keep']> => asStranger(store, async outputs => keepSession(outputs, await readOne(outputs), keep, stranger));
		expect(await keepAsRoot(store, now + (2 * hour))).toEqual({until: now + (2 * hour), isByAdministrator: true});
		expect(await keepAsOwner(now + hour)).toEqual({until: now + (2 * hour), isByAdministrator: true});
		expect(await keepAsOwner(now + (3 * hour))).toEqual({until: now + (3 * hour), isByAdministrator: false});
		expect(await keepAsRoot(store, 'forever')).toEqual({until: 'forever', isByAdministrator: true});
		expect(await keepAsOwner(undefined)).toEqual({until: 'forever', isByAdministrator: true});
		expect(await keepAsOwner('forever')).toMatchObject({until: 'forever'});
		expect(await keepAsRoot(store, undefined)).toEqual({until: 'forever', isByAdministrator: false});
		expect(await keepAsOwner(undefined)).toBeUndefined();
	});

	it('is for root alone to make or lift', async () => {
		const store = await openShared();
		await keepAsRoot(store, 'forever');
		await expect(asStranger(store, async outputs => outputs.setAdministratorKeep(idOf(1), undefined))).rejects.toThrow('only root can keep the sessions of others, or lift that');
		expect(await isKept(store)).toMatchObject({until: 'forever'});
	});

	it('keeps a broken session too, and one that its owner works on', async () => {
		const store = await openShared({version: 7});
		expect(await keepAsRoot(store, 'forever')).toMatchObject({until: 'forever'});
		const sound = await openShared();
		await keepAsRoot(sound, 'forever');
		await asStranger(sound, async outputs => labelSession(outputs, await readOne(outputs), 'mine'));
		expect(JSON.parse(fs.readFileSync(`${sound.directory}/${idOf(1)}/.session.json`, 'utf8'))).toMatchObject({label: 'mine'});
		expect(JSON.parse(fs.readFileSync(`${sound.directory}/${idOf(1)}/.session.json`, 'utf8'))).not.toHaveProperty('keepUntil');
	});

	it('whose time has come does not keep it any more', async () => {
		const store = await openShared();
		await keepAsRoot(store, Date.now() + hour);
		expect(await sweepAsStranger(store)).toMatchObject({removed: [{id: idOf(1)}]});
	});

	it('is found where somebody else holds the name of root\'s control directory', async () => {
		const store = await openShared();
		fs.mkdirSync(`${store.directory}/.sojourn-0`);
		fs.chownSync(`${store.directory}/.sojourn-0`, another, another);
		await keepAsRoot(store, 'forever');
		expect(namesIn(`${store.directory}/.sojourn-0`)).toEqual([]);
		expect(namesIn(store.directory).find(name => name.startsWith('.sojourn-0-'))).toMatch(/^\.sojourn-0-[\da-f]{12}$/);
		expect(await isKept(store)).toMatchObject({until: 'forever'});
		expect(await keepAsRoot(store, undefined)).toBeUndefined();
	});

	it('opens a control directory that root had for itself alone', async () => {
		const store = await openShared();
		fs.mkdirSync(`${store.directory}/.sojourn-0`, {mode: 0o700});
		await keepAsRoot(store, 'forever');
		expect(await isKept(store)).toMatchObject({until: 'forever'});
	});
});

describe.skipIf(!isRoot)('a keep that others could have made', () => {
	const file = `${keepFolder}/${idOf(1)}`;
	let store: Store;

	beforeEach(async () => {
		store = await openShared();
		await keepAsRoot(store, 'forever');
	});

	test.each<[string, (directory: string) => void]>([
		['its file belongs to another', directory => {
			fs.chownSync(`${directory}/${file}`, stranger, stranger);
		}],
		['its group may write to its file', directory => {
			fs.chmodSync(`${directory}/${file}`, 0o664);
		}],
		['others may write to its file', directory => {
			fs.chmodSync(`${directory}/${file}`, 0o646);
		}],
		['its folder belongs to another', directory => {
			fs.chownSync(`${directory}/${keepFolder}`, stranger, stranger);
		}],
		['others may write to its folder', directory => {
			fs.chmodSync(`${directory}/${keepFolder}`, 0o1777);
		}],
		['the control directory belongs to another', directory => {
			fs.chownSync(`${directory}/.sojourn-0`, stranger, stranger);
		}],
		['others may write to the control directory', directory => {
			fs.chmodSync(`${directory}/.sojourn-0`, 0o733);
		}],
		['its file is a link', directory => {
			fs.renameSync(`${directory}/${file}`, `${directory}/.sojourn-0/away`);
			fs.symlinkSync('../away', `${directory}/${file}`);
		}],
		['its folder is a link', directory => {
			fs.renameSync(`${directory}/${keepFolder}`, `${directory}/.sojourn-0/away`);
			fs.symlinkSync('away', `${directory}/${keepFolder}`);
		}],
		['its folder is a file', directory => {
			fs.rmSync(`${directory}/${keepFolder}`, {recursive: true});
			fs.writeFileSync(`${directory}/${keepFolder}`, '');
		}],
	])('is not believed: %s', async (_, spoil) => {
		expect(await isKept(store)).toMatchObject({until: 'forever'});
		spoil(store.directory);
		expect(await asStranger(store, async outputs => readOne(outputs))).toMatchObject({id: idOf(1), marker: {}});
		expect(await isKept(store)).toBeUndefined();
	});

	it.each([
		['no JSON', '{'],
		['empty', ''],
		['of another version', '{"version":2,"keepUntil":"forever"}'],
		['without a time', '{"version":1}'],
		['larger than any keep', `{"version":1,"keepUntil":"forever"}${' '.repeat(5000)}`],
		['no text', '\u0000\u0001'],
	])('but is root\'s and %s: it cannot be told until when, so the session is kept, and says why', async (_, text) => {
		fs.writeFileSync(`${store.directory}/${file}`, text);
		expect(await sweepAsStranger(store)).toMatchObject({removed: [], kept: [{id: idOf(1), reason: expect.stringContaining('the administrator\'s keep of it cannot be read') as string}], failed: []});
		// Root can mend that.
		expect(await keepAsRoot(store, Date.now() + hour)).toMatchObject({isByAdministrator: true});
		expect(await sweepAsStranger(store)).toMatchObject({removed: [{id: idOf(1)}]});
	});
});

test('one\'s own keep stands in the marker, and leaves all else in it', async () => {
	const {outputs, directory} = await openStore();
	const session = plantSession(directory, idOf(1), markerText(idOf(1), {label: 'mine'}));
	const read = (): unknown => JSON.parse(fs.readFileSync(`${session}/.session.json`, 'utf8'));
	const before = read() as object;
	const found = await readOne(outputs);
	expect(await keepSession(outputs, found, 'forever', self)).toEqual({until: 'forever', isByAdministrator: false});
	expect(read()).toEqual({...before, keepUntil: 'forever'});
	expect(await keepSession(outputs, found, Date.UTC(2050, 0), self)).toEqual({until: Date.UTC(2050, 0), isByAdministrator: false});
	expect(read()).toEqual({...before, keepUntil: '2050-01-01T00:00:00.000Z'});
	expect(await keepSession(outputs, found, undefined, self)).toBeUndefined();
	expect(read()).toEqual(before);
	// Nothing but the session is there.
	expect(namesIn(directory)).toEqual([idOf(1)]);
});

test('two changes of a session wait for one another, so that none is lost', async () => {
	const {outputs, directory, again} = await openStore();
	plantSession(directory, idOf(1), markerText(idOf(1)));
	const other = await again();
	let working = 0;
	let most = 0;
	const change = async (at: Outputs): Promise<void> => at.whileMarkerIsOurs(idOf(1), async () => {
		most = Math.max(most, ++working);
		// Long enough for the other to come in between, if it can.
		await execute('sleep', ['0.1']);
		working--;
	});
	await Promise.all([change(outputs), change(other.outputs)]);
	expect(most).toBe(1);
});

test('two first changes of a session that has no marker yet are both in it', async () => {
	for (let round = 0; round < 10; round++) {
		const {outputs, directory, again} = await openStore();
		plantSession(directory, idOf(1));
		const other = await again();
		const [found] = (await listSessions(outputs, {uid: self})).sessions;
		await Promise.all([labelSession(outputs, found!, 'mine'), keepSession(other.outputs, found!, 'forever', self)]);
		expect((await listSessions(outputs, {uid: self})).sessions[0]!.marker).toMatchObject({label: 'mine', keepUntil: 'forever'});
		expect(namesIn(`${directory}/${idOf(1)}`)).toEqual(['.session.json', 'bulk', 'single']);
	}
});
