import fs from 'node:fs';
import process from 'node:process';
import zlib from 'node:zlib';
import {describe, expect, it} from 'vitest';
import {appendToLog} from '../../source/files/log-file.js';
import {isRoot, modeOf, namesIn, plant, snapshot, temporaryFolder} from '../helpers/folders.js';
import {lockByFlock} from '../helpers/flock.js';
import {environmentOf, openPlace, openProgram, type Home} from '../helpers/program.js';
import {readRecipe} from '../helpers/recipes.js';
import {attempt, need, type Outcome} from '../helpers/tools.js';
import {idOf, markerText, plantSession} from '../outputs/stores.js';

const program = openProgram();

describe.skipIf(!isRoot)('systemd-tmpfiles', () => {
	/** A tree that is cleaned of everything, whatever its age, with an outputs directory in it. */
	const plantTree = async (): Promise<{readonly tree: string; readonly outputs: string; readonly tmpfiles: (action: string, ...lines: readonly string[]) => Promise<Outcome>}> => {
		const tree = await temporaryFolder();
		const outputs = `${tree}/sojourn`;
		plant(outputs, {
			[`${idOf(1)}/single/a.txt`]: 'a', [`${idOf(2)}/single/b.txt`]: 'b', '.sojourn-0/keep/x': 'x', '.sojourn.json': '{}',
		});
		fs.chmodSync(outputs, 0o1777);
		const config = `${await temporaryFolder()}/test.conf`;
		return {
			tree,
			outputs,
			async tmpfiles(action, ...lines) {
				fs.writeFileSync(config, lines.map(line => `${line}\n`).join(''));
				return attempt('systemd-tmpfiles', [action, config]);
			},
		};
	};

	const line = (outputs: string): string => readRecipe('tmpfiles').trim().replace('/srv/sojourn', outputs);

	it('makes the outputs directory as several users need it', async context => {
		await need(context, 'systemd-tmpfiles');
		const {tree, tmpfiles} = await plantTree();
		expect(await tmpfiles('--create', line(`${tree}/new`))).toMatchObject({code: 0, stderr: ''});
		expect({mode: modeOf(`${tree}/new`), uid: fs.statSync(`${tree}/new`).uid}).toEqual({mode: '1777', uid: 0});
	});

	it('keeps away from what lies in the outputs directory, also where all around is cleaned', async context => {
		await need(context, 'systemd-tmpfiles');
		for (const own of [line, (outputs: string) => `x ${outputs}`]) {
			const {tree, outputs, tmpfiles} = await plantTree();
			plant(tree, {'other/file': ''});
			const before = snapshot(outputs);
			expect(await tmpfiles('--clean', `d ${tree} 0755 root root 0`, own(outputs))).toMatchObject({code: 0});
			expect(namesIn(tree)).toEqual(['sojourn']);
			expect(snapshot(outputs)).toEqual(before);
		}
	});

	it('spares without such a line what is held, and nothing else', async context => {
		await need(context, 'systemd-tmpfiles', 'flock');
		const {tree, outputs, tmpfiles} = await plantTree();
		const release = await lockByFlock(`${outputs}/${idOf(1)}/.`);
		expect(await tmpfiles('--clean', `d ${tree} 0755 root root 0`)).toMatchObject({code: 0});
		expect(namesIn(outputs)).toEqual([idOf(1)]);
		expect(fs.existsSync(`${outputs}/${idOf(1)}/single/a.txt`)).toBe(true);
		await release();
	});
});

describe('logrotate', () => {
	it('puts away what the program has rotated, and loses no line', async context => {
		await need(context, 'logrotate', 'gzip');
		const base = await temporaryFolder();
		const folder = `${base}/sojourn`;
		const log = `${folder}/sojourn.log`;
		fs.writeFileSync(`${base}/rotate.conf`, readRecipe('logrotate').replace('/var/lib/sojourn', folder), {mode: 0o644});
		const padding = 'x'.repeat(150_000);
		let number = 0;
		const rotate = async (): Promise<void> => {
			const {stderr} = await attempt('logrotate', ['--force', '--state', `${base}/state`, `${base}/rotate.conf`]);
			expect(stderr.replace(/^error: destination \S+ already exists, skipping rotation\n$/, '')).toBe('');
		};

		const archives = (): string[] => namesIn(folder).filter(name => name.startsWith('sojourn.log.1-'));
		for (let round = 1; round <= 3; round++) {
			// As much as the program keeps: beyond it, what was not put away goes.
			do {
				await appendToLog(log, {number: number++, padding});
			} while (!fs.existsSync(`${log}.1`));

			// Somebody may just be writing.
			const late = fs.openSync(`${log}.1`, 'a');
			// Names are told apart by seconds; where one is taken, nothing is put away.
			while (archives().length < round) {
				await rotate();
			}

			fs.writeSync(late, `${JSON.stringify({number: number++, padding: ''})}\n`);
			fs.closeSync(late);
		}

		await rotate();
		const lines = namesIn(folder).map(name => {
			const bytes = fs.readFileSync(`${folder}/${name}`);
			return (name.endsWith('.gz') ? zlib.gunzipSync(bytes) : bytes).toString('utf8');
		}).join('').trim().split('\n');
		expect(lines.map(line => (JSON.parse(line) as {number: number}).number).sort((a, b) => a - b)).toEqual(Array.from({length: number}, (_, index) => index));
		expect(namesIn(folder).some(name => name.endsWith('.gz'))).toBe(true);
	});
});

describe('cron', () => {
	type Table = {readonly variables: Readonly<Record<string, string>>; readonly user: string; readonly command: string; readonly schedule: string};

	const parse = (): Table => {
		const variables: Record<string, string> = {};
		for (const text of readRecipe('cron').trim().split('\n')) {
			const set = /^(?<name>[A-Z_]+)=(?<value>.*)$/.exec(text)?.groups;
			const job = /^(?<schedule>(?:\S+ ){5})(?<user>\S+) (?<command>.+)$/.exec(text)?.groups;
			if (set !== undefined) {
				variables[set['name']!] = set['value']!;
			} else if (job !== undefined) {
				return {variables, user: job['user']!, command: job['command']!, schedule: job['schedule']!.trim()};
			}
		}

		throw new Error('there is no job');
	};

	/** Runs the job as cron would, but in a place of the test. @returns what would be mailed */
	const runJob = async ({home, outputs}: Home): Promise<string> => {
		const {variables, command} = parse();
		expect(variables['PATH']).toContain('/usr/local/bin');
		expect(variables['XDG_STATE_HOME']).toBe('/var/lib');
		plant(home, {'bin/sojourn': `#!/bin/sh\nexec '${process.execPath}' '${program.folder}/bin.cjs' "$@"\n`});
		fs.chmodSync(`${home}/bin/sojourn`, 0o755);
		const {stdout, stderr} = await attempt('env', ['-i', `HOME=${home}`, `PATH=${home}/bin:${variables['PATH']!}`, `XDG_STATE_HOME=${environmentOf(home)['XDG_STATE_HOME']!}`, '/bin/sh', '-c', command.replace('/srv/sojourn', outputs)]);
		return stdout + stderr;
	};

	it('takes the table', async context => {
		await need(context, 'crontab');
		const {variables, user, command, schedule} = parse();
		expect(user).toBe('root');
		const file = `${await temporaryFolder()}/table`;
		fs.writeFileSync(file, `${Object.entries(variables).map(([name, value]) => `${name}=${value}\n`).join('')}${schedule} ${command}\n`);
		const {code, stderr} = await attempt('crontab', ['-n', file]);
		if (/invalid option|not allowed/.test(stderr)) {
			context.skip('this crontab cannot try a table');
		}

		expect({code, stderr: stderr.replace(/^The syntax of the crontab file was successfully checked\.\n/, '')}).toMatchObject({code: 0, stderr: ''});
	});

	it('mails nothing where all went well, and what failed', async () => {
		const place = await openPlace(program);
		const {outputs} = place;
		fs.writeFileSync(`${outputs}/.sojourn.json`, '{"maxAgeHours": 0.0000001}');
		fs.mkdirSync(`${outputs}/photos`);
		for (const number of [1, 2]) {
			plantSession(outputs, idOf(number), markerText(idOf(number), number === 2 ? {keepUntil: 'forever'} : {}));
		}

		expect(await runJob(place)).toBe('');
		expect(namesIn(outputs).filter(name => !name.startsWith('.'))).toEqual([idOf(2), 'photos']);
		fs.chmodSync(outputs, 0o777);
		expect(await runJob(place)).toMatch(/^sojourn: nothing is removed from [^\n]+ chmod [^\n]+\n$/);
	});
});
