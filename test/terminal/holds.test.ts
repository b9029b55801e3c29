import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {expect, test, vi} from 'vitest';
import {formatMarker} from '../../source/session/marker.js';
import {execute, namesIn} from '../helpers/folders.js';
import {launch, makePlace, sessionId, type Place} from '../helpers/sojourn.js';
import {cleanEnvironment} from '../helpers/terminal.js';

const binary = path.resolve(import.meta.dirname, '../../dist/bin.cjs');

/** The session, not marked to be kept. */
const makeMortal = async (): Promise<Place> => {
	const place = await makePlace({'single/a.txt': 'the text of a'});
	fs.writeFileSync(`${place.session}/.session.json`, formatMarker({id: sessionId, label: 'mine', createdAt: Date.now(), lastActiveAt: Date.now()}));
	return place;
};

type Report = {readonly skipped: string | null; readonly removed: ReadonlyArray<{readonly id: string}>; readonly kept: ReadonlyArray<{readonly id: string; readonly reason: string}>};

const sweep = async ({home, outputs}: Place, hours: string, ...more: readonly string[]): Promise<Report> => {
	const {stdout} = await execute(process.execPath, [binary, 'sweep', '--json', '--max-age-hours', hours, ...more], {env: cleanEnvironment(home, {SOJOURN_OUTPUTS: outputs})});
	return JSON.parse(stdout) as Report;
};

const soon = '0.0000001';

const held = {id: sessionId, reason: 'held: a program has locked it, such as an explorer in which it is open'};

/** The hold is taken while the screen opens. */
const untilHeld = async (place: Place): Promise<void> => vi.waitFor(async () => {
	expect((await sweep(place, soon, '--dry-run')).kept).toEqual([held]);
}, {timeout: 10_000});

const newest = (folder: string): number => Math.max(...['', ...fs.readdirSync(folder, {recursive: true, encoding: 'utf8'})].map(name => fs.lstatSync(`${folder}/${name}`).ctimeMs));

test('a session that is open in an explorer survives its timeout, also while that is stopped; left alone for as long it expires, and the next key says so', async () => {
	const place = await makeMortal();
	const hours = '0.002'; // 7.2 seconds.
	const terminal = launch(place, ['--session', sessionId], {env: {SESSION_TIMEOUT_HOURS: hours}});
	await terminal.waitFor('a.txt');
	await untilHeld(place);
	// What the explorer notes in the session's marker counts before that it is held, for a moment.
	await vi.waitFor(async () => {
		expect((await sweep(place, soon)).kept).toEqual([held]);
	}, {timeout: 10_000});
	terminal.kill('SIGSTOP');
	expect(await sweep(place, soon)).toMatchObject({removed: [], kept: [{id: sessionId}]});
	terminal.kill('SIGCONT');
	await terminal.waitFor('the session is not held any more', {timeout: 40_000});
	expect(Date.now() - newest(place.session)).toBeGreaterThan(Number(hours) * 3_600_000);
	expect(await sweep(place, hours)).toMatchObject({removed: [{id: sessionId}], kept: []});
	terminal.press('j');
	await terminal.waitFor('the session 11111111 is gone: it was removed meanwhile');
	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
	expect(namesIn(place.outputs).filter(name => !name.startsWith('.sojourn-'))).toEqual([]);
}, 90_000);

test('an explorer that is killed holds nothing any more', async () => {
	const place = await makeMortal();
	const terminal = launch(place);
	await terminal.waitFor('a.txt');
	await untilHeld(place);
	expect(await sweep(place, soon)).toMatchObject({removed: []});
	terminal.kill('SIGKILL');
	await terminal.exit;
	expect(await sweep(place, soon)).toMatchObject({removed: [{id: sessionId}]});
});

test('what the last sweep did can be read in full', async () => {
	const place = await makeMortal();
	fs.mkdirSync(`${place.outputs}/photos`);
	const other = '99999999-2222-4333-8444-555555555555';
	fs.mkdirSync(`${place.outputs}/${other}/single`, {recursive: true});
	fs.writeFileSync(`${place.outputs}/${other}/stranger`, '');
	const terminal = launch(place, ['--session', sessionId], {columns: 60, rows: 20});
	await terminal.waitFor('a.txt');
	terminal.press('S');
	await terminal.waitFor('The last sweep');
	await terminal.waitFor('kept     99999999  broken: stranger does not belong at');
	await terminal.waitFor('no session, never touched: photos');
	terminal.resize(40, 10);
	await terminal.waitFor('The last sweep');
	terminal.press('q');
	await terminal.waitFor(() => !terminal.text().includes('The last sweep'));
	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
});
