import fs from 'node:fs';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {execute, plant, snapshot} from '../helpers/folders.js';
import {lockByFlock} from '../helpers/flock.js';
import {openPlace as openEmptyPlace, openProgram, type Home} from '../helpers/program.js';
import {idOf, markerText, plantSession} from '../outputs/stores.js';

const program = openProgram();

const soon = ['--max-age-hours', '0.0000001'];

const openPlace = async (): Promise<Home> => openEmptyPlace(program);

const isLocked = async (place: string): Promise<boolean> => {
	try {
		await execute('flock', ['-x', '-n', place, 'true']);
		return false;
	} catch {
		return true;
	}
};

const waitUntil = async (condition: () => Promise<boolean>): Promise<void> => {
	while (!await condition()) {
		// The next look takes its time: it starts a program.
	}
};

const held = 'held: a program has locked it, such as an explorer in which it is open';

describe('a session that is held', () => {
	it('is active in the list, kept by a dry run and a sweep, and as it was when it is let go', async () => {
		const {json, run, outputs} = await openPlace();
		plantSession(outputs, idOf(1), markerText(idOf(1)));
		plantSession(outputs, idOf(2), markerText(idOf(2), {keepUntil: 'forever'}));
		const [release] = [await lockByFlock(`${outputs}/${idOf(1)}`), await lockByFlock(`${outputs}/${idOf(2)}`)];
		const before = snapshot(outputs);
		const states = async (): Promise<unknown> => Object.fromEntries((await json(['sessions', ...soon]) as Array<{id: string; state: string}>).map(({id, state}) => [id, state]));
		expect(await states()).toEqual({[idOf(1)]: 'active', [idOf(2)]: 'kept'});
		expect(await json(['sweep', '--dry-run', ...soon])).toMatchObject({dryRun: true, removed: [], kept: [{id: idOf(1), reason: held}, {id: idOf(2)}], failed: []});
		expect((await run(['sweep', '--dry-run', ...soon])).stdout).toContain(`kept ${idOf(1)}  ${held}\n`);
		expect(snapshot(outputs)).toEqual(before);
		expect(await json(['sweep', ...soon])).toMatchObject({skipped: null, removed: [], kept: [{id: idOf(1), reason: held}, {id: idOf(2)}]});
		await release();
		expect(await states()).toEqual({[idOf(1)]: 'expired', [idOf(2)]: 'kept'});
		expect(await json(['sweep', ...soon])).toMatchObject({removed: [{id: idOf(1)}]});
	});

	it('by an open file is kept by a dry run too', async () => {
		const {json, outputs} = await openPlace();
		plant(plantSession(outputs, idOf(1), markerText(idOf(1))), {'single/a\u001B[31m': ''});
		const file = fs.openSync(`${outputs}/${idOf(1)}/single/a\u001B[31m`, 'r');
		try {
			for (const args of [['--dry-run'], []]) {
				expect(await json(['sweep', ...args, ...soon])).toMatchObject({removed: [], kept: [{id: idOf(1), reason: expect.stringMatching(new RegExp(String.raw`^held: process ${process.pid} \(.*\) has a file in it open: single/a\\x1b\[31m$`)) as string}]});
			}
		} finally {
			fs.closeSync(file);
		}
	});

	it('is what add puts files into, while it does', async () => {
		const home = await openPlace();
		const id = await home.session();
		const {child, ended} = home.start(['add', '-', '--name', 'a.txt']);
		child.stdin!.write('the first half, ');
		const place = `${home.outputs}/${id}`;
		await waitUntil(async () => isLocked(place));
		expect(await home.json(['sweep', ...soon])).toMatchObject({removed: [], kept: [{id, reason: held}]});
		expect(await home.run(['end', id, '--yes'])).toMatchObject({code: 1, stderr: expect.stringContaining(held) as string});
		child.stdin!.end('the second');
		expect(await ended).toMatchObject({code: 0});
		expect(fs.readFileSync(`${place}/single/a.txt`, 'utf8')).toBe('the first half, the second');
		expect(await isLocked(place)).toBe(false);
	});

	it('is what export reads, while it does', async () => {
		const home = await openPlace();
		const id = await home.session();
		// More than a pipe takes at once: nobody reads it yet.
		plant(`${home.outputs}/${id}`, {'single/a.bin': new Uint8Array(8_000_000)});
		const {child, ended} = home.start(['export', '--to', '-', 'single/a.bin']);
		child.stdout!.pause();
		const place = `${home.outputs}/${id}`;
		await waitUntil(async () => isLocked(place));
		expect(await home.json(['sessions', ...soon])).toMatchObject([{id, state: 'active'}]);
		expect(await home.json(['sweep', ...soon])).toMatchObject({removed: [], kept: [{id, reason: held}]});
		child.stdout!.resume();
		child.stdin!.end();
		const {code, bytes} = await ended;
		expect({code, length: bytes.length}).toEqual({code: 0, length: 8_000_000});
		expect(await home.json(['sweep', ...soon])).toMatchObject({removed: [{id}]});
	});

	it('by a program for itself alone does not keep export from reading it: that is told', async () => {
		const home = await openPlace();
		const id = await home.session();
		plant(`${home.outputs}/${id}`, {'single/a.txt': 'a'});
		await lockByFlock(`${home.outputs}/${id}`, '-x');
		expect(await home.run(['export', '--to', '-', 'single/a.txt'])).toMatchObject({code: 0, stdout: 'a', stderr: expect.stringContaining('cannot be held: a program has locked it for itself alone') as string});
	});
});

describe('a sweep that cannot be', () => {
	/** A session that has expired, and what was remembered of the clock. */
	const openDoubted = async (): Promise<Home> => {
		const home = await openPlace();
		plantSession(home.outputs, idOf(1), markerText(idOf(1)));
		await home.json(['sweep']);
		const folder = `${home.outputs}/.sojourn-${process.getuid!()}/clock`;
		const record = `${folder}/${fs.readdirSync(folder)[0]!}`;
		const look = JSON.parse(fs.readFileSync(record, 'utf8')) as {wall: number};
		fs.writeFileSync(record, JSON.stringify({...look, wall: look.wall - 86_460_000}));
		return home;
	};

	it('as the clock is in doubt says so at each launch, and removes nothing', async () => {
		const home = await openDoubted();
		const detail = expect.stringMatching(/^sojourn: nothing is removed for now, as the clock was set forward by 24h \d+m since .* \(in 1h 0m at the earliest\)\n$/) as string;
		const dry = await home.run(['sweep', '--dry-run', '--json', ...soon]);
		expect(JSON.parse(dry.stdout)).toMatchObject({dryRun: true, skipped: 'clock', removed: [{id: idOf(1)}]});
		expect(dry).toMatchObject({code: 0, stderr: expect.stringContaining('the clock was set forward') as string});
		const {code, stdout, stderr} = await home.run(['sweep', '--json', ...soon]);
		expect({code, stderr, json: JSON.parse(stdout) as unknown}).toMatchObject({code: 0, stderr: detail, json: {dryRun: false, skipped: 'clock', removed: [], kept: [], failed: []}});
		expect(await home.run(['sweep', ...soon])).toMatchObject({stdout: '', stderr: expect.stringContaining('the clock was set forward') as string});
		const started = await home.run(['start', ...soon]);
		expect(started).toMatchObject({code: 0, stdout: expect.stringMatching(/^\S{36}\n$/) as string, stderr: expect.stringContaining('the clock was set forward') as string});
		expect(fs.existsSync(`${home.outputs}/${idOf(1)}`)).toBe(true);
		// What its owner says counts all the same.
		expect(await home.json(['end', idOf(1), '--yes'])).toMatchObject({removed: [{id: idOf(1)}]});
	});

	it('as another is at work leaves that to it: start says nothing of it, sweep does', async () => {
		const home = await openPlace();
		plantSession(home.outputs, idOf(1), markerText(idOf(1)));
		await home.json(['sweep']);
		const release = await lockByFlock(`${home.outputs}/.sojourn-${process.getuid!()}`, '-x');
		const {code, stdout, stderr} = await home.run(['sweep', '--json', ...soon]);
		expect({code, stderr, json: JSON.parse(stdout) as unknown}).toMatchObject({code: 0, stderr: 'another sweep of this user is at work: it does what is to be done\n', json: {skipped: 'busy', removed: [], kept: [], failed: []}});
		expect(await home.run(['start', ...soon])).toMatchObject({code: 0, stderr: ''});
		expect(await home.json(['sweep', '--dry-run', ...soon])).toMatchObject({skipped: null, removed: [{id: idOf(1)}, {}]});
		await release();
		expect(await home.json(['sweep', ...soon])).toMatchObject({skipped: null, removed: [{id: idOf(1)}, {}]});
	});
});
