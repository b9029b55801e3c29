import fs from 'node:fs';
import {describe, expect, it} from 'vitest';
import {plant, temporaryFolder} from '../helpers/folders.js';
import {openHome, openProgram, type Home} from '../helpers/program.js';
import {idOf, markerText, plantSession} from '../outputs/stores.js';

const program = openProgram();

type Place = Home & {readonly log: string};

const openPlace = async (): Promise<Place> => {
	const home = openHome(program, await temporaryFolder());
	fs.mkdirSync(home.outputs, {mode: 0o700});
	plant(home.home, {'state/sojourn/': ''});
	return {...home, log: `${home.home}/state/sojourn/sojourn.log`};
};

const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;

const soon = ['--max-age-hours', '0.0000001'];

/** One line of a log as another version of this program, or anybody, may have written it. */
const line = ({outputs}: Home, fields: Readonly<Record<string, unknown>>): string => `${JSON.stringify({time: '2026-01-01T00:00:00.000Z', outputs, ...fields})}\n`;

describe('log', () => {
	it('tells what sweeps and removals did, the oldest first; the JSON is as it should be', async () => {
		const place = await openPlace();
		expect(await place.run(['log'])).toMatchObject({code: 0, stdout: '', stderr: 'nothing was removed here yet\n'});
		expect(await place.json(['log'])).toEqual([]);
		plant(plantSession(place.outputs, idOf(1), markerText(idOf(1))), {'single/a.txt': '12345'});
		await place.json(['sweep', ...soon]);
		const id = await place.session();
		plant(`${place.outputs}/${id}`, {'single/b.txt': '1', 'bulk/batch/c.txt': '22'});
		await place.json(['rm', 'bulk/batch', '--yes']);
		await place.json(['end', id, '--yes']);
		expect(await place.json(['log'])).toEqual([
			{time: isoTime, event: 'removed', id: idOf(1), files: 1, bytes: 5, lastActiveAt: isoTime, evidence: {path: expect.any(String) as string, source: 'ctime', time: isoTime}},
			{time: isoTime, event: 'output removed', id, path: 'bulk/batch', files: 1, bytes: 2},
			{time: isoTime, event: 'ended', id, files: 1, bytes: 1},
		]);
		const {stdout, stderr} = await place.run(['log']);
		expect(stderr).toBe('');
		expect(stdout.trimEnd().split('\n')).toEqual([
			expect.stringMatching(new RegExp(String.raw`^\S+Z  removed         ${idOf(1)}  1 file, 5 B; its newest sign of life: ctime.*, \S+Z$`)),
			expect.stringMatching(new RegExp(String.raw`^\S+Z  output removed  ${id}  bulk/batch: 1 file, 2 B$`)),
			expect.stringMatching(new RegExp(String.raw`^\S+Z  ended           ${id}  1 file, 1 B$`)),
		]);
	});

	it('tells of this outputs directory only', async () => {
		const place = await openPlace();
		fs.writeFileSync(place.log, line(place, {event: 'ended', id: idOf(1), files: 0, bytes: 0}) + line({...place, outputs: `${place.outputs}2`}, {event: 'ended', id: idOf(2), files: 0, bytes: 0}));
		expect(await place.json(['log'])).toMatchObject([{id: idOf(1)}]);
	});

	it('tells nothing where there is no outputs directory', async () => {
		const place = await openPlace();
		fs.rmdirSync(place.outputs);
		fs.writeFileSync(place.log, `{"event":"ended"}\n${line(place, {event: 'ended', id: idOf(1)})}`);
		expect(await place.json(['log'])).toEqual([]);
	});

	it('takes no arguments, and a log that cannot be read is named', async () => {
		const place = await openPlace();
		expect(await place.run(['log', 'x'])).toMatchObject({code: 2, stdout: ''});
		fs.mkdirSync(place.log);
		expect(await place.run(['log'])).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining(place.log) as string});
	});

	it('passes over lines that are torn, empty, or no events, and tells all the rest', async () => {
		const place = await openPlace();
		const whole = [1, 2, 3].map(index => line(place, {event: 'ended', id: idOf(index), files: 0, bytes: 0}));
		fs.writeFileSync(place.log, `${whole[0]!.slice(20)}${whole[0]!}\n[]\nnull\n1\n"text"\n\u0000\u0000\n${whole[1]!}{"time":\n${whole[2]!}${whole[2]!.slice(0, 30)}`);
		expect(await place.json(['log'])).toMatchObject([{id: idOf(1)}, {id: idOf(2)}, {id: idOf(3)}]);
		expect(await place.run(['log'])).toMatchObject({code: 0, stderr: ''});
	});

	it('loses no event that comes after a torn line', async () => {
		const place = await openPlace();
		const id = await place.session();
		// As a full disk leaves it, on which there is room again.
		fs.writeFileSync(place.log, line(place, {event: 'ended', id: idOf(1), files: 0, bytes: 0}) + line(place, {event: 'ended', id: idOf(2)}).slice(0, 40));
		await place.json(['end', id, '--yes']);
		expect(await place.json(['log'])).toMatchObject([{id: idOf(1)}, {id}]);
	});

	it('tells what was put aside as well, and that comes first', async () => {
		const place = await openPlace();
		fs.writeFileSync(`${place.log}.1`, line(place, {event: 'ended', id: idOf(1), files: 0, bytes: 0}));
		// So large that the next event puts it aside.
		fs.writeFileSync(place.log, line(place, {event: 'ended', id: idOf(2), files: 0, bytes: 0, note: 'x'.repeat(1_000_000)}));
		expect(await place.json(['log'])).toMatchObject([{id: idOf(1)}, {id: idOf(2)}]);
		const id = await place.session();
		await place.json(['end', id, '--yes']);
		expect(await place.json(['log'])).toMatchObject([{id: idOf(2)}, {id}]);
	});

	it('hands a terminal nothing that does something to it, whatever stands in it', async () => {
		const place = await openPlace();
		const hostile = 'a\u001B[2J\u001B]0;x\u0007\u009B31m\u202Eb\r\n\u0000c\t\u{E0041}';
		const values = [hostile, 7, null, true, [hostile], {[hostile]: hostile}, 1e308, -1, 0.5];
		const fields = ['time', 'event', 'id', 'path', 'error', 'files', 'bytes', 'evidence', 'lastActiveAt'];
		const linesWith = (event: string, value: unknown): string[] => [
			...fields.map(field => line(place, {event, id: idOf(1), files: 1, bytes: 1, [field]: value})),
			line(place, {event, id: idOf(1), files: value, bytes: value}),
			line(place, {event, id: idOf(1), evidence: {path: value, source: value, time: value}}),
		];
		const events = ['removed', 'failed', 'output removed', 'ended', 'recovered'].flatMap(event => values.flatMap(value => linesWith(event, value)));
		fs.writeFileSync(place.log, events.join(''));
		const {code, stdout, stderr} = await place.run(['log']);
		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		expect(stdout.trimEnd().split('\n')).toHaveLength(events.length);
		expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/v);
		expect(await place.json(['log'])).toHaveLength(events.length);
	});
});
