import {spawn} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterAll, expect, test, vi} from 'vitest';
import {cleanupOldSessions, listOutputs, listSessions, resumeSession} from '../../source/index.js';
import {modeOf, namesIn, temporaryFolder} from '../helpers/folders.js';
import {need} from '../helpers/tools.js';

const example = path.join(import.meta.dirname, 'producer.py');

// Where the log goes is read once in the life of a process.
const state = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'sojourn-state-'));
vi.stubEnv('XDG_STATE_HOME', state);
afterAll(() => {
	fs.rmSync(state, {recursive: true});
});

/** The example, which waits at its end for its input to end. */
const startProducer = (args: readonly string[]) => {
	const child = spawn('python3', [example, ...args], {stdio: ['pipe', 'pipe', 'inherit']});
	let text = '';
	child.stdout.setEncoding('utf8').on('data', (data: string) => {
		text += data;
	});
	const ended = new Promise<number | null>(resolve => {
		child.on('close', resolve);
	});
	return {
		lines: () => text.split('\n').slice(0, -1),
		async end() {
			child.stdin.end();
			return ended;
		},
	};
};

/** Until all in a session is older than the timeout of the sweeps below. */
const untilOld = async (folder: string): Promise<void> => {
	const places = [folder, ...fs.readdirSync(folder, {recursive: true, encoding: 'utf8'}).map(name => path.join(folder, name))];
	await vi.waitUntil(() => places.every(place => Date.now() - fs.lstatSync(place).ctimeMs > 100));
};

const made = ['single/report.txt', 'bulk/squares/1.csv', 'bulk/squares/2.csv', 'bulk/squares/3.csv'];

test('a producer in Python needs the layout on disk and flock alone', async context => {
	await need(context, 'python3', 'flock');
	const outputs = await temporaryFolder();
	const first = startProducer([outputs]);
	await vi.waitUntil(() => first.lines().length === 5);
	const [session, ...paths] = first.lines();
	expect(paths).toEqual(made);

	// Held for as long as it lives, however silent it is.
	await untilOld(path.join(outputs, session!));
	expect(await listSessions({outputs})).toEqual([expect.objectContaining({id: session, state: 'active', files: 4})]);
	expect(await cleanupOldSessions({outputs, maxAgeHours: 0.00001})).toMatchObject({removed: [], kept: [{id: session, reason: expect.stringContaining('a program has locked it') as string}]});

	// What it wrote is whole, private, and never replaced.
	const second = startProducer([outputs, session!]);
	await vi.waitUntil(() => second.lines().length === 5);
	expect(await second.end()).toBe(0);
	expect(second.lines()).toEqual([session, 'single/report (2).txt', 'bulk/squares/1 (2).csv', 'bulk/squares/2 (2).csv', 'bulk/squares/3 (2).csv']);
	const found = await listOutputs({outputs, session: session!});
	expect(found.filter(({type}) => type === 'file').map(output => output.path).sort()).toEqual([...made, ...second.lines().slice(1)].sort());
	expect(fs.readFileSync(path.join(outputs, session!, 'bulk/squares/1.csv'), 'utf8').split('\n').slice(0, 4)).toEqual(['0,0', '1,1', '2,4', '3,9']);
	expect([modeOf(path.join(outputs, session!)), modeOf(path.join(outputs, session!, 'single/report.txt'))]).toEqual(['0700', '0600']);
	expect(namesIn(path.join(outputs, session!, 'single'))).toEqual(['report (2).txt', 'report.txt']);

	// It is a session like any other.
	expect(await resumeSession({outputs, session: session!})).toMatchObject({id: session, createdAt: expect.any(Number) as number});
	expect(await first.end()).toBe(0);
	await untilOld(path.join(outputs, session!));
	expect((await cleanupOldSessions({outputs, maxAgeHours: 0.00001})).removed).toHaveLength(1);
	expect(fs.existsSync(path.join(outputs, session!))).toBe(false);
});

test('a producer whose session is gone says so, and makes nothing', async context => {
	await need(context, 'python3');
	const outputs = await temporaryFolder();
	const producer = spawn('python3', [example, outputs, '11111111-2222-4333-8444-555555555555'], {stdio: 'ignore'});
	expect(await new Promise(resolve => {
		producer.on('close', resolve);
	})).not.toBe(0);
	expect(namesIn(outputs)).toEqual([]);
});
