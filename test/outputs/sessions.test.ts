import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import {describe, expect, it, test} from 'vitest';
import {readSession} from '../../source/outputs/read-session.js';
import {checkLabel, findSession, labelSession, listSessions, startSession, touchSession} from '../../source/outputs/sessions.js';
import {execute, isRoot, namesIn, plant, snapshot, stranger} from '../helpers/folders.js';
import {idOf, markerText, openStore, plantSession, self, type Store} from './stores.js';

const id = idOf(1);

const problemOf = async ({outputs}: Store): Promise<string | undefined> => (await readSession(outputs, id))?.problem;

describe('what makes a directory a session', () => {
	it('a marker with its id, or without any marker a real single or bulk', async () => {
		const {outputs, directory} = await openStore();
		plant(directory, {
			[`${idOf(1)}/.session.json`]: markerText(idOf(1), {label: 'marked'}),
			[`${idOf(2)}/single/`]: '',
			[`${idOf(3)}/bulk/`]: '',
		});
		const {sessions, unmanaged} = await listSessions(outputs, {uid: self});
		expect(sessions.map(session => [session.id, session.marker?.label, session.problem])).toEqual([
			[idOf(1), 'marked', undefined], [idOf(2), undefined, undefined], [idOf(3), undefined, undefined],
		]);
		expect(unmanaged).toEqual([]);
	});

	it('everything else is unmanaged or legacy, and its contents make no difference', async () => {
		const {outputs, directory, base} = await openStore();
		plant(directory, {
			[`${idOf(1)}/`]: '',
			[`${idOf(2)}/notes.txt`]: 'of a directory with the name of a session',
			[`${idOf(3)}/single`]: 'a file',
			[idOf(4)]: 'a file',
			[`${idOf(5).toUpperCase().replace('1111', 'ABCD')}/single/`]: '',
			'photos/single/': '', 'single/old.png': '', 'bulk/': '',
			'.sojourn.json': '{}', [`.sojourn-${self}/trash/`]: '',
		});
		fs.mkdirSync(`${base}/elsewhere/single`, {recursive: true});
		fs.symlinkSync(`${base}/elsewhere`, `${directory}/${idOf(6)}`);
		const listing = await listSessions(outputs, {uid: self});
		expect(listing).toMatchObject({sessions: [], hasLegacy: true});
		expect(listing.unmanaged).toEqual([idOf(1), idOf(2), idOf(3), idOf(4), idOf(6), idOf(5).toUpperCase().replace('1111', 'ABCD'), 'photos'].sort());
	});

	it('what a killed process left of a marker does no harm', async () => {
		const store = await openStore();
		const place = plantSession(store.directory, id, markerText(id));
		fs.writeFileSync(`${place}/.session.json.0123456789ab.tmp`, '{"half');
		expect(await problemOf(store)).toBeUndefined();
		fs.rmSync(`${place}/.session.json`);
		expect(await readSession(store.outputs, id)).toEqual({id, uid: self});
	});
});

describe('a broken session is listed with the reason', () => {
	test.each([
		['no JSON', '{"version":1', '.session.json is not valid JSON'],
		['empty', '', '.session.json is not valid JSON'],
		['another session\'s', markerText(idOf(2)), '.session.json names another session'],
		['no version', '{}', '.session.json has a version other than 1'],
		['a label that is not allowed', markerText(id, {label: '../up'}), '.session.json has a label that is not allowed'],
		['a label that looks like an id', markerText(id, {label: 'abcd1234'}), '.session.json has a label that is not allowed'],
		['too large', markerText(id, {more: 'x'.repeat(20_000)}), '.session.json is larger than 16384 bytes'],
		['no time', markerText(id, {lastActiveAt: 'yesterday'}), '.session.json has no valid lastActiveAt'],
		['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), '.session.json is not UTF-8'],
	])('a marker: %s', async (_, content, problem) => {
		const store = await openStore();
		fs.writeFileSync(`${plantSession(store.directory, id)}/.session.json`, content);
		expect(await problemOf(store)).toBe(problem);
	});

	it('a marker that is a link, a pipe, a folder, or a device', async () => {
		const store = await openStore();
		const place = plantSession(store.directory, id);
		const marker = `${place}/.session.json`;
		fs.writeFileSync(`${store.base}/elsewhere.json`, markerText(id));
		fs.symlinkSync(`${store.base}/elsewhere.json`, marker);
		expect(await problemOf(store)).toBe('.session.json cannot be read: it is a symbolic link, which is not followed');
		fs.rmSync(marker);
		await execute('mkfifo', [marker]);
		expect(await problemOf(store)).toBe('.session.json cannot be read: it is not a regular file');
		fs.rmSync(marker);
		fs.mkdirSync(marker);
		expect(await problemOf(store)).toBe('.session.json cannot be read: it is a folder');
	});

	it('anything else at its top, and parts that are no directories', async () => {
		const store = await openStore();
		const place = plantSession(store.directory, id, markerText(id));
		fs.writeFileSync(`${place}/a\u{1B}[31m.txt`, '');
		expect(await problemOf(store)).toBe(String.raw`a\x1b[31m.txt does not belong at the top of a session`);
		fs.rmSync(`${place}/a\u{1B}[31m.txt`);
		expect(await problemOf(store)).toBeUndefined();
		fs.rmdirSync(`${place}/single`);
		fs.symlinkSync(store.base, `${place}/single`);
		expect(await problemOf(store)).toBe('single is not a directory');
		fs.rmSync(`${place}/.session.json`);
		expect(await problemOf(store)).toBe('single is not a directory');
	});

	it.skipIf(!isRoot)('a marker that another user has put there, but not root\'s', async () => {
		const store = await openStore();
		const place = plantSession(store.directory, id, markerText(id, {label: 'mine'}));
		fs.chownSync(`${place}/.session.json`, stranger, stranger);
		expect(await problemOf(store)).toBe('.session.json belongs to another user than the session');
		fs.chownSync(place, stranger, stranger);
		fs.chownSync(`${place}/.session.json`, 0, 0);
		expect(await problemOf(store)).toBeUndefined();
	});

	it('and is neither resumed, labelled, nor changed', async () => {
		const {outputs, directory} = await openStore();
		plantSession(directory, id, '{');
		const before = snapshot(directory);
		const [session] = (await listSessions(outputs, {uid: self})).sessions;
		await expect(touchSession(outputs, id, Date.now())).rejects.toThrow('is broken and left as it is');
		await expect(labelSession(outputs, session!, 'new')).rejects.toThrow('is broken and left as it is');
		expect(snapshot(directory)).toEqual(before);
	});
});

describe('references', () => {
	const twins = ['abcd1234-1111-4111-8111-111111111111', 'abcd1234-2222-4111-8111-111111111111'] as const;

	it('a full id, a label, a prefix of 4 or more; what is ambiguous names the candidates so that they can be told apart', async () => {
		const {outputs, directory} = await openStore();
		plantSession(directory, twins[0], markerText(twins[0], {label: 'one'}));
		plantSession(directory, twins[1], markerText(twins[1], {label: 'two'}));
		plantSession(directory, idOf(0xef_01), markerText(idOf(0xef_01)));
		const {sessions} = await listSessions(outputs, {uid: self});
		const find = (reference: string): string => findSession(sessions, reference).id;
		expect(find(twins[0])).toBe(twins[0]);
		expect(find('two')).toBe(twins[1]);
		expect(find('0000ef01')).toBe(idOf(0xef_01));
		expect(find('0000')).toBe(idOf(0xef_01));
		expect(find('abcd1234-2')).toBe(twins[1]);
		expect(() => find('000')).toThrow('there is no session "000"');
		expect(() => find('nowhere\u{7}')).toThrow(String.raw`there is no session "nowhere\x07"`);
		expect(() => find('abcd')).toThrow(`"abcd" stands for 2 sessions: ${twins[0]} (one), ${twins[1]} (two); give more of the id`);
	});

	it('labels are checked, and unique among their owner\'s sessions', async () => {
		const {outputs} = await openStore();
		const first = await startSession(outputs, {label: 'report', now: 0, uid: self});
		await expect(startSession(outputs, {label: 'report', now: 0, uid: self})).rejects.toThrow(`taken by the session ${first.id.slice(0, 8)}`);
		await expect(startSession(outputs, {label: 'a/b', now: 0, uid: self})).rejects.toMatchObject({exitCode: 2});
		expect(namesIn(outputs.location)).toEqual([`.sojourn-${self}`, first.id]);
		const second = await startSession(outputs, {now: 0, uid: self});
		await expect(labelSession(outputs, second, 'report')).rejects.toThrow('is taken');
		await labelSession(outputs, first, 'report');
		await labelSession(outputs, second, 'other');
		expect((await readSession(outputs, second.id))?.marker).toEqual({id: second.id, label: 'other', createdAt: 0, lastActiveAt: 0});
		expect(() => {
			checkLabel('dead', []);
		}).toThrow('looks like a session id');
	});

	it.skipIf(!isRoot)('a user sees their own only; root sees others\' only when all are asked for', async () => {
		const {outputs, directory} = await openStore();
		for (const [number, uid] of [[1, 0], [2, stranger], [3, 65_534]] as const) {
			const place = plantSession(directory, idOf(number), markerText(idOf(number), {label: `of ${uid}`}));
			fs.chownSync(`${place}/.session.json`, uid, uid);
			fs.chownSync(place, uid, uid);
		}

		const seenBy = async (uid: number, isAll = false): Promise<string[]> => (await listSessions(outputs, {uid, isAll})).sessions.map(session => session.marker!.label!);
		expect(await seenBy(0)).toEqual(['of 0']);
		expect(await seenBy(stranger)).toEqual([`of ${stranger}`]);
		expect(await seenBy(1)).toEqual([]);
		expect(await seenBy(0, true)).toEqual(['of 0', `of ${stranger}`, 'of 65534']);
		expect((await listSessions(outputs, {uid: 0}, {only: idOf(2)})).sessions).toEqual([]);
		// A label that another user has is free.
		await startSession(outputs, {label: 'of 65534', now: 0, uid: 0});
	});
});

test('resuming a session without a marker gives it one, and keeps what a marker has', async () => {
	const {outputs, directory} = await openStore();
	plantSession(directory, idOf(1));
	plantSession(directory, idOf(2), markerText(idOf(2), {label: 'kept', keepUntil: 'forever'}));
	const {sessions} = await listSessions(outputs, {uid: self});
	const now = Date.now() + 1000;
	for (const session of sessions) {
		await touchSession(outputs, session.id, now);
	}

	const [bare, marked] = (await listSessions(outputs, {uid: self})).sessions;
	expect(bare!.marker!.lastActiveAt).toBe(now);
	expect(bare!.marker!.createdAt).toBeLessThan(now);
	expect(marked!.marker).toMatchObject({label: 'kept', keepUntil: 'forever', lastActiveAt: now, createdAt: Date.UTC(2020, 0)});
});
