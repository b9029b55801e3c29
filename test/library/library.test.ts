import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {PassThrough, Readable, Writable} from 'node:stream';
import {afterAll, beforeEach, describe, expect, test, vi} from 'vitest';
import {
	addOutput,
	ArgumentError,
	cleanupOldSessions,
	endSession,
	exportFile,
	exportZip,
	holdSession,
	keepSession,
	listOutputs,
	listSessions,
	openOutputs,
	OutputNotFoundError,
	resumeSession,
	SessionBrokenError,
	SessionHeldError,
	SessionKeptError,
	SessionNotFoundError,
	SettingError,
	SojournError,
	startSession,
	unkeepSession,
	watchOutputs,
	type OutputChange,
	type Session,
} from '../../source/index.js';
import {execute, namesIn, plant, snapshot, temporaryFolder} from '../helpers/folders.js';

// These are read once in the life of a process.
const own = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'sojourn-library-'));
vi.stubEnv('XDG_CONFIG_HOME', `${own}/config`);
vi.stubEnv('XDG_STATE_HOME', `${own}/state`);
afterAll(() => {
	fs.rmSync(own, {recursive: true});
});

const log = `${own}/state/sojourn/sojourn.log`;

let base: string;
let outputs: string;
let session: Session;

beforeEach(async () => {
	base = await temporaryFolder();
	outputs = path.join(base, 'outputs');
	vi.stubEnv('HOME', base);
	vi.stubEnv('SOJOURN_OUTPUTS', undefined);
	vi.stubEnv('SESSION_TIMEOUT_HOURS', undefined);
	session = await startSession({outputs});
});

/** The files of the session, by their paths. */
const files = async (): Promise<string[]> => (await listOutputs({outputs, session})).filter(({type}) => type === 'file').map(output => output.path);

/** All that lies in the session: nothing half done may be left. */
const everything = (): string[] => fs.readdirSync(session.path, {recursive: true, encoding: 'utf8'}).sort((a, b) => a.localeCompare(b, 'en'));

const untilOld = async (): Promise<void> => {
	const places = [session.path, ...everything().map(name => path.join(session.path, name))];
	await vi.waitUntil(() => places.every(place => Date.now() - fs.lstatSync(place).ctimeMs > 100));
};

const tiny = 0.00001; // Hours, 36 ms.

const openDescriptors = (): number => fs.readdirSync('/proc/self/fd').length;

describe('addOutput', () => {
	test('takes a file, a URL, bytes, text and streams, and never the place of another', async () => {
		plant(base, {'tool.sh': 'run'});
		fs.chmodSync(`${base}/tool.sh`, 0o755);
		fs.utimesSync(`${base}/tool.sh`, 1, 1_000_000);
		expect(await addOutput({outputs, session, source: `${base}/tool.sh`})).toEqual({path: 'single/tool.sh', bytes: 3});
		expect(await addOutput({outputs, session, source: new URL(`file://${base}/tool.sh`)})).toEqual({path: 'single/tool (2).sh', bytes: 3});
		expect(await addOutput({outputs, session, path: 'bulk/b/1', source: Buffer.from('bytes')})).toEqual({path: 'bulk/b/1', bytes: 5});
		expect(await addOutput({outputs, session, path: 'bulk/b/2', source: Readable.from(['te', 'xt'])})).toEqual({path: 'bulk/b/2', bytes: 4});
		expect(await addOutput({outputs, session, path: 'bulk/b/3', source: new Blob(['web']).stream(), modifiedAt: 5000})).toEqual({path: 'bulk/b/3', bytes: 3});
		expect(await addOutput({outputs, session, path: 'bulk/b/4', source: new Uint8Array(0)})).toEqual({path: 'bulk/b/4', bytes: 0});
		const found = await listOutputs({outputs, session});
		expect(found.map(output => output.path)).toEqual(['single/tool (2).sh', 'single/tool.sh', 'bulk/b', 'bulk/b/1', 'bulk/b/2', 'bulk/b/3', 'bulk/b/4']);
		expect(found.find(output => output.path === 'bulk/b/3')).toMatchObject({modifiedAt: 5000, bytes: 3, type: 'file'});
		const stats = fs.statSync(`${session.single}/tool.sh`);
		expect([stats.mode & 0o777, stats.mtimeMs]).toEqual([0o700, 1_000_000_000]);
	});

	test.each([
		'single', 'bulk', 'a.txt', 'other/a.txt', '.session.json/x', '../x', 'single/../../x', '/etc/passwd', 'single//x', 'single/x/', 'single/.', '.session.json', '', 'single/a\0b',
	])('refuses the path %j, and writes nothing', async given => {
		const before = snapshot(outputs);
		await expect(addOutput({outputs, session, path: given, source: Buffer.from('x')})).rejects.toThrow(ArgumentError);
		expect(snapshot(outputs)).toEqual(before);
	});

	test('follows no link out of the session', async () => {
		plant(base, {'elsewhere/': ''});
		fs.symlinkSync(`${base}/elsewhere`, `${session.bulk}/link`);
		await expect(addOutput({outputs, session, path: 'bulk/link/x', source: Buffer.from('x')})).rejects.toThrow(SojournError);
		expect(namesIn(`${base}/elsewhere`)).toEqual([]);
	});

	test('leaves nothing of a stream that fails, that is cancelled while it is silent, or that delivers something else', async () => {
		const failing = new PassThrough();
		failing.write('half');
		const adding = addOutput({outputs, session, path: 'single/x', source: failing});
		failing.destroy(new Error('the source broke'));
		await expect(adding).rejects.toThrow(/cannot add single\/x: the source broke/);

		const silent = new PassThrough();
		silent.write('half');
		const controller = new AbortController();
		const reason = new Error('no time');
		const cancelled = addOutput({outputs, session, path: 'single/y', source: silent, signal: controller.signal, onProgress() {
			controller.abort(reason);
		}});
		await expect(cancelled).rejects.toBe(reason);
		expect(silent.destroyed).toBe(true);

		await expect(addOutput({outputs, session, path: 'single/z', source: Readable.from([{}]) as AsyncIterable<string>})).rejects.toThrow(ArgumentError);
		await expect(addOutput({outputs, session, path: 'single/z', source: 5 as unknown as string})).rejects.toThrow('source: give the path');
		await expect(addOutput({outputs, session, source: base})).rejects.toThrow(SojournError);
		await expect(addOutput({outputs, session, source: `${base}/nothing`})).rejects.toMatchObject({code: 'ENOENT'});
		expect(everything()).toEqual(['.session.json', 'bulk', 'single']);
	});

	test('leaves nothing of a file that changes while it is copied', async () => {
		fs.writeFileSync(`${base}/growing`, new Uint8Array(8_000_000));
		await expect(addOutput({outputs, session, source: `${base}/growing`, onProgress() {
			fs.appendFileSync(`${base}/growing`, 'more');
		}})).rejects.toMatchObject({code: 'ERR_OUTPUT_CHANGED'});
		expect(everything()).toEqual(['.session.json', 'bulk', 'single']);
	});
});

describe('a session', () => {
	test('is named by its id alone, where one works on it; a label or prefix resumes it', async () => {
		const holiday = await startSession({outputs, label: 'holiday'});
		expect(await resumeSession({outputs, session: 'holiday'})).toMatchObject({id: holiday.id, label: 'holiday', single: `${outputs}/${holiday.id}/single`});
		expect(await resumeSession({outputs, session: holiday.id.slice(0, 8)})).toMatchObject({id: holiday.id});
		for (const reference of ['holiday', holiday.id.slice(0, 8), holiday.id.toUpperCase(), '', '.', '../outputs', `${holiday.id}/single`, '11111111-2222-4333-8444-555555555555']) {
			await expect(listOutputs({outputs, session: reference})).rejects.toThrow(SessionNotFoundError);
			await expect(exportZip({outputs, session: reference, to: base})).rejects.toThrow(SessionNotFoundError);
			await expect(endSession({outputs, session: reference})).rejects.toThrow(SessionNotFoundError);
		}

		await expect(listOutputs({outputs} as never)).rejects.toThrow('session: it is missing');
		await expect(startSession({outputs, label: 'holiday'})).rejects.toThrow(/is taken/);
		await expect(startSession({outputs, label: 'a/b'})).rejects.toThrow(ArgumentError);
	});

	test('that is broken can be read and not changed', async () => {
		plant(session.path, {'single/a.txt': 'a', stranger: ''});
		expect((await listSessions({outputs}))[0]).toMatchObject({state: 'broken', problem: expect.stringContaining('stranger') as string});
		expect(await files()).toEqual(['single/a.txt']);
		await expect(resumeSession({outputs, session})).rejects.toThrow(SessionBrokenError);
		await expect(keepSession({outputs, session})).rejects.toThrow(SessionBrokenError);
		await expect(addOutput({outputs, session, path: 'single/b', source: Buffer.of(1)})).rejects.toThrow(SessionBrokenError);
	});

	test('is not ended while it is kept or held, and then with all that it holds', async () => {
		plant(session.path, {'single/a.txt': 'abc'});
		expect(await keepSession({outputs, session, hours: 2})).toEqual({keepUntil: expect.closeTo(Date.now() + 7_200_000, -4) as number});
		expect(await keepSession({outputs, session})).toEqual({keepUntil: 'forever'});
		await expect(endSession({outputs, session})).rejects.toThrow(SessionKeptError);
		await expect(keepSession({outputs, session, hours: 0})).rejects.toThrow(ArgumentError);
		expect(await unkeepSession({outputs, session})).toEqual({});
		const hold = await holdSession({outputs, session});
		await expect(endSession({outputs, session})).rejects.toThrow(SessionHeldError);
		await hold.release();
		await hold.release();
		expect(await endSession({outputs, session})).toEqual({id: session.id, files: 1, bytes: 3});
		expect(namesIn(outputs).filter(name => !name.startsWith('.'))).toEqual([]);
		expect(fs.readFileSync(log, 'utf8')).toContain('"event":"ended"');
		await expect(holdSession({outputs, session})).rejects.toThrow(SessionNotFoundError);
	});
});

describe('cleanupOldSessions', () => {
	test('spares what is held, kept or young, removes the rest, says why, and logs it', async () => {
		const [held, kept] = [await startSession({outputs}), await startSession({outputs})];
		await keepSession({outputs, session: kept});
		const hold = await holdSession({outputs, session: held});
		await untilOld();
		expect(await cleanupOldSessions({outputs})).toMatchObject({removed: [], kept: {length: 3}});
		expect((await cleanupOldSessions({outputs, maxAgeHours: tiny, dryRun: true})).removed.map(({id}) => id)).toEqual([session.id]);
		const report = await cleanupOldSessions({outputs, maxAgeHours: tiny});
		expect(report).toMatchObject({isDryRun: false, removed: [{id: session.id, files: 0, bytes: 0}], failed: []});
		expect(new Set(report.kept.map(({id}) => id))).toEqual(new Set([held.id, kept.id]));
		expect(fs.readFileSync(log, 'utf8')).toContain('"event":"removed"');
		await hold.release();
	});

	test('removes nothing where others can exchange entries', async () => {
		await untilOld();
		fs.chmodSync(outputs, 0o777);
		const opened = await openOutputs(outputs);
		expect(opened.danger).toContain('chmod');
		expect(await cleanupOldSessions({outputs: opened, maxAgeHours: tiny})).toMatchObject({skipped: 'unsafe', removed: []});
		await opened.close();
		await expect(endSession({outputs, session})).rejects.toThrow(/was not removed: nothing is removed from/);
	});

	test.each([0, -1, NaN, Infinity, 87_601, '24' as unknown as number])('refuses %j hours before anything is touched', async maxAgeHours => {
		const before = snapshot(outputs);
		await expect(cleanupOldSessions({outputs, maxAgeHours})).rejects.toMatchObject({name: 'SettingError', code: 'ERR_SETTING', setting: 'maxAgeHours', value: maxAgeHours});
		expect(snapshot(outputs)).toEqual(before);
	});
});

describe('settings', () => {
	test('come from the environment, config.json and the deployment, never from flags', async () => {
		vi.stubEnv('SOJOURN_OUTPUTS', outputs);
		expect((await listSessions()).map(({id}) => id)).toEqual([session.id]);
		fs.writeFileSync(`${outputs}/.sojourn.json`, '{"maxAgeHours": 7}', {mode: 0o644});
		const opened = await openOutputs();
		expect([opened.directory, opened.maxAgeHours]).toEqual([outputs, 7]);
		await opened.close();
		vi.stubEnv('SESSION_TIMEOUT_HOURS', '24h');
		await expect(listSessions()).rejects.toThrow(SettingError);
	});

	test('that name no directory of its own are refused, and one that is missing is made by the first session', async () => {
		for (const directory of ['/', base, `${base}/none/none`, '']) {
			await expect(openOutputs(directory)).rejects.toThrow(SojournError);
		}

		await expect(listSessions({outputs: Object.create(null) as never})).rejects.toThrow(SettingError);
		const fresh = await openOutputs(`${base}/fresh`);
		expect([await listSessions({outputs: fresh}), (await cleanupOldSessions({outputs: fresh})).kept]).toEqual([[], []]);
		expect(fs.existsSync(`${base}/fresh`)).toBe(false);
		await Promise.all([startSession({outputs: fresh}), startSession({outputs: fresh}), startSession({outputs: fresh})]);
		expect(await listSessions({outputs: fresh})).toHaveLength(3);
		await fresh.close();
	});

	test('leave the current session of the command line alone, and no descriptor open', async () => {
		await listSessions({outputs});
		const before = openDescriptors();
		for (let turn = 0; turn < 20; turn++) {
			await startSession({outputs});
			await listSessions({outputs});
			await addOutput({outputs, session, path: 'single/a', source: Buffer.of(1)});
			await exportZip({outputs, session, to: base, overwrite: true});
			await exportFile({outputs, session, path: 'single/nothing', to: base}).catch(() => undefined);
		}

		expect(fs.existsSync(`${own}/state/sojourn/current`)).toBe(false);
		await vi.waitUntil(() => openDescriptors() <= before);
	});
});

describe('exports', () => {
	beforeEach(() => {
		plant(session.path, {'single/a.txt': 'abc', 'bulk/b/large.png': Buffer.alloc(3_000_000, 1)});
	});

	test('go to a directory, a name or a stream, with progress', async () => {
		const progress: number[] = [];
		const zip = await exportZip({outputs, session, to: base, onProgress({bytes}) {
			progress.push(bytes);
		}});
		expect(zip).toMatchObject({path: `${base}/${session.id.slice(0, 8)}.zip`, files: 2, bytes: 3_000_003, skipped: [], renamed: false});
		expect(progress.at(-1)).toBe(3_000_003);
		expect(await exportZip({outputs, session, to: zip.path!})).toMatchObject({path: `${base}/${session.id.slice(0, 8)} (2).zip`, renamed: true});
		await execute('unzip', ['-tq', zip.path!]);
		expect(await exportFile({outputs, session, path: 'single/a.txt', to: base})).toMatchObject({path: `${base}/a.txt`, files: 1, bytes: 3});

		const stream = new PassThrough();
		const [done, text] = await Promise.all([exportFile({outputs, session, path: 'single/a.txt', to: stream}), stream.toArray()]);
		expect(['path' in done, Buffer.concat(text as Buffer[]).toString()]).toEqual([false, 'abc']);
		const open = new PassThrough();
		open.resume();
		await exportZip({outputs, session, paths: ['bulk/b'], to: open, end: false});
		expect([open.writableEnded, open.destroyed]).toEqual([false, false]);
	});

	test('of what is not there fail before the first byte, and the stream stays usable', async () => {
		for (const paths of [['single/none'], ['single/a.txt/x'], ['../x'], ['single/../../x']]) {
			const to = new PassThrough();
			await expect(exportZip({outputs, session, paths, to})).rejects.toThrow(paths[0]!.startsWith('single/none') || paths[0] === 'single/a.txt/x' ? OutputNotFoundError : ArgumentError);
			expect([to.destroyed, to.readableLength]).toEqual([false, 0]);
		}

		await expect(exportFile({outputs, session, path: 'bulk/b', to: base})).rejects.toThrow(/is a folder/);
		await expect(exportFile({outputs, session, path: 'single/a.txt', to: 5 as unknown as string})).rejects.toThrow(ArgumentError);
	});

	test('that are cancelled, or whose reader goes, end at once, leave nothing, and hold nothing', async () => {
		const reason = new Error('no time');
		const controller = new AbortController();
		// A reader that takes one block and no more.
		const stuck = new Writable({write() {
			controller.abort(reason);
		}});
		await expect(exportZip({outputs, session, to: stuck, signal: controller.signal})).rejects.toBe(reason);
		expect(stuck.destroyed).toBe(true);

		const gone: Writable = new Writable({write() {
			gone.destroy();
		}});
		await expect(exportZip({outputs, session, to: gone})).rejects.toThrow(SojournError);

		const before = namesIn(base);
		await expect(exportZip({outputs, session, to: base, signal: AbortSignal.abort(reason)})).rejects.toBe(reason);
		const late = new AbortController();
		await expect(exportZip({outputs, session, to: base, signal: late.signal, onProgress() {
			late.abort(reason);
		}})).rejects.toBe(reason);
		expect(namesIn(base)).toEqual(before);
		await endSession({outputs, session});
	});
});

describe('watchOutputs', () => {
	test('tells of what comes, changes and goes, and ends with the session', async () => {
		plant(session.path, {'single/a.txt': 'a'});
		const seen: OutputChange[] = [];
		const watching = (async () => {
			for await (const change of watchOutputs({outputs, session, existing: true})) {
				seen.push(change);
			}
		})();
		const until = async (change: string, name: string): Promise<boolean> => vi.waitUntil(() => seen.some(one => one.change === change && one.output.path === name), {timeout: 5000});
		await until('added', 'single/a.txt');
		plant(session.path, {'bulk/deep/er/b.txt': 'b'});
		await until('added', 'bulk/deep/er/b.txt');
		fs.appendFileSync(`${session.bulk}/deep/er/b.txt`, 'more');
		await until('changed', 'bulk/deep/er/b.txt');
		fs.rmSync(`${session.bulk}/deep`, {recursive: true});
		await until('removed', 'bulk/deep/er/b.txt');
		await until('removed', 'bulk/deep');
		await endSession({outputs, session});
		await watching;
		expect(seen.at(-1)).toMatchObject({change: 'removed', output: {path: 'single/a.txt', bytes: 1}});
	});

	test('ends when it is cancelled, and changes nothing', async () => {
		plant(session.path, {'single/a.txt': 'a'});
		const before = snapshot(session.path);
		const controller = new AbortController();
		for await (const {output} of watchOutputs({outputs, session, existing: true, signal: controller.signal})) {
			expect(output.path).toBe('single/a.txt');
			controller.abort();
		}

		expect(snapshot(session.path)).toEqual(before);
		await expect(watchOutputs({outputs, session: 'none'}).next()).rejects.toThrow(SessionNotFoundError);
	});
});

test.skipIf(process.getuid?.() !== 0)('sessions of others are there for "all" only, and root\'s keep of them writes nothing in them', async () => {
	await execute('chown', ['-R', '12345:12345', session.path]);
	expect(await listSessions({outputs})).toEqual([]);
	await expect(listOutputs({outputs, session})).rejects.toThrow(SessionNotFoundError);
	expect(await listOutputs({outputs, session, all: true})).toEqual([]);
	const before = snapshot(session.path);
	expect(await keepSession({outputs, session, all: true})).toEqual({keepUntil: 'forever'});
	expect(snapshot(session.path)).toEqual(before);
	expect(await listSessions({outputs, all: true})).toMatchObject([{uid: 12_345, state: 'kept'}]);
});
