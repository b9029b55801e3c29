import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {execute, isRoot, namesIn, plant, snapshot, stranger, temporaryFolder} from '../helpers/folders.js';
import {environmentOf, openPlace as openEmptyPlace, openHome, openProgram, type Home} from '../helpers/program.js';
import {idOf, markerText, plantSession} from '../outputs/stores.js';

const program = openProgram();

const soon = ['--max-age-hours', '0.0000001'];
const control = `.sojourn-${process.getuid!()}`;

const openPlace = async (): Promise<Home> => openEmptyPlace(program);

const waitUntil = async (condition: () => boolean): Promise<void> => {
	const end = Date.now() + 20_000;
	while (!condition()) {
		if (Date.now() > end) {
			throw new Error(`Never came true: ${condition.toString()}`);
		}

		await new Promise(resolve => {
			setImmediate(resolve);
		});
	}
};

const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;

describe('sweep', () => {
	it('says what it removes and why; the JSON is as it should be', async () => {
		const {json, run, outputs} = await openPlace();
		const empty = {
			dryRun: false, skipped: null, removed: [], kept: [], recovered: [], unmanaged: [], failed: [],
		};
		expect(await json(['sweep'])).toEqual(empty);
		const place = plantSession(outputs, idOf(1), markerText(idOf(1)));
		const odd = Buffer.concat([Buffer.from(`${place}/single/r`), Buffer.of(0xff)]);
		fs.writeFileSync(odd, '12345');
		plantSession(outputs, idOf(2), markerText(idOf(2), {keepUntil: 'forever'}));
		plant(outputs, {[`${control}/trash/`]: '', 'photos/': ''});
		fs.chmodSync(`${outputs}/${control}`, 0o700);
		plantSession(`${outputs}/${control}/trash`, `${idOf(3)}.${'a'.repeat(24)}`, markerText(idOf(3), {keepUntil: 'forever'}));
		fs.mkdirSync(Buffer.concat([Buffer.from(`${outputs}/x`), Buffer.of(0xff)]));
		// The newest sign of life is to be the odd file's.
		const before = fs.lstatSync(`${place}/single`).ctimeMs;
		do {
			fs.writeFileSync(odd, '12345');
		} while (fs.lstatSync(odd).ctimeMs <= before);

		const unmanaged = [{name: 'photos'}, {name: String.raw`x\xff`, nameBase64: Buffer.from('x\xFF', 'latin1').toString('base64')}];
		const removed = [{
			id: idOf(1), files: 1, bytes: 5, lastActiveAt: isoTime,
			evidence: {path: String.raw`single/r\xff`, pathBase64: Buffer.from('single/r\xFF', 'latin1').toString('base64'), source: 'ctime', time: isoTime},
		}];
		const kept = [{id: idOf(2), reason: 'marked to be kept for good'}];
		const all = snapshot(outputs);
		expect(await json(['sweep', '--dry-run', ...soon])).toEqual({...empty, dryRun: true, removed, kept, unmanaged});
		const dry = await run(['sweep', '--dry-run', ...soon]);
		expect(dry).toMatchObject({code: 0, stderr: '', stdout: expect.stringMatching(new RegExp(String.raw`^would remove ${idOf(1)}  1 file, 5 B, last active \d+m? ?\d*s ago\n    ctime of single/r\\xff: \S+ \(\d+s ago\)\nkept ${idOf(2)}  marked to be kept for good\nunmanaged photos  not a session, never touched\nunmanaged x\\xff  `.replace(String.raw`\d+m? ?\d*s`, String.raw`\d+s`))) as string});
		expect(snapshot(outputs)).toEqual(all);
		expect(await json(['sweep', ...soon])).toEqual({...empty, removed, kept: [...kept, {id: idOf(3), reason: 'marked to be kept for good'}], recovered: [{id: idOf(3)}], unmanaged});
		expect((await run(['sweep', ...soon])).stdout).not.toContain('removed');
	});

	it('is refused where others can exchange entries, with the command that mends it, unless the policy trusts the group', async context => {
		const {run, outputs, json, session} = await openPlace();
		plantSession(outputs, idOf(1), markerText(idOf(1)));
		fs.chmodSync(outputs, 0o770);
		const {code, stdout, stderr} = await run(['sweep', '--json', ...soon]);
		expect({code, json: JSON.parse(stdout) as unknown}).toMatchObject({code: 1, json: {dryRun: false, skipped: 'unsafe', removed: []}});
		expect(stderr).toContain(`chmod g-w ${outputs}`);
		// Looking works, with a warning; starting too, and it removes nothing.
		expect(await run(['sessions'])).toMatchObject({code: 0, stderr: expect.stringContaining('warning: the group of this system can exchange') as string});
		expect(await run(['start', ...soon])).toMatchObject({code: 0});
		expect(namesIn(outputs).filter(name => !name.startsWith('.sojourn-'))).toHaveLength(2);
		const group = fs.readFileSync('/etc/group', 'utf8').split('\n').map(line => line.split(':')).find(fields => fields[2] === String(process.getgid!()))?.[0];
		if (group === undefined) {
			context.skip('the group of this user has no name');
		}

		fs.writeFileSync(`${outputs}/.sojourn.json`, JSON.stringify({sharedGroup: 'nobody-has-this-group'}));
		expect(await run(['sweep', ...soon])).toMatchObject({code: 1});
		fs.writeFileSync(`${outputs}/.sojourn.json`, JSON.stringify({sharedGroup: group}));
		fs.chmodSync(outputs, 0o777);
		expect(await run(['sweep', ...soon])).toMatchObject({code: 1, stderr: expect.stringContaining(`chmod go-w ${outputs}`) as string});
		fs.chmodSync(outputs, 0o770);
		expect(await json(['sweep', ...soon])).toMatchObject({skipped: null, removed: [{id: idOf(1)}, {}]});
		await session();
	});

	it('tells of a control directory that is not believed', async () => {
		const {run, outputs} = await openPlace();
		plantSession(outputs, idOf(1), markerText(idOf(1)));
		fs.mkdirSync(`${outputs}/${control}`);
		fs.chmodSync(`${outputs}/${control}`, 0o777);
		expect(await run(['sweep', ...soon])).toMatchObject({code: 0, stderr: `sojourn: warning: ${control} in the outputs directory is passed over as this user's control directory: it is open to other users (mode 0777)\n`});
		expect(namesIn(`${outputs}/${control}`)).toEqual([]);
	});

	it.skipIf(!isRoot)('fails in part with 1, and does the rest', async context => {
		const {run, outputs} = await openPlace();
		plant(plantSession(outputs, idOf(1), markerText(idOf(1))), {'single/stuck.txt': ''});
		plantSession(outputs, idOf(2), markerText(idOf(2)));
		try {
			await execute('chattr', ['+i', `${outputs}/${idOf(1)}/single/stuck.txt`]);
		} catch {
			context.skip('this system makes no file immutable');
		}

		try {
			expect(await run(['sweep', ...soon])).toMatchObject({code: 1, stderr: expect.stringContaining(`sojourn: the session ${idOf(1)}: 1 entry could not be removed, the first stuck.txt: the system does not permit it`) as string});
			expect(namesIn(outputs)).toEqual([control]);
			expect(await run(['start'])).toMatchObject({code: 0, stderr: expect.stringContaining('could not be removed') as string});
		} finally {
			await execute('chattr', ['-R', '-i', outputs]);
		}

		expect(await run(['sweep'])).toMatchObject({code: 0});
		expect(namesIn(`${outputs}/${control}/trash`)).toEqual([]);
	});
});

it('where flock itself is killed nothing is taken for free; where it cannot lock at all, leases are what counts', async () => {
	const {run, session, work} = await openPlace();
	const id = await session(['--no-sweep']);
	fs.mkdirSync(`${work}/bin`);
	const flock = (script: string): Readonly<Record<string, string>> => {
		fs.writeFileSync(`${work}/bin/flock`, `#!/bin/sh\n${script}\n`, {mode: 0o755});
		return {PATH: `${work}/bin:${process.env['PATH']!}`};
	};

	expect(await run(['sweep', ...soon], {env: flock('kill -9 $$')})).toMatchObject({code: 0, stdout: `kept ${id}  it cannot be told whether a program holds it: flock fails here: it ended with a signal\n`});
	expect(await run(['sweep', ...soon], {env: flock('echo "flock: 3: Operation not supported" >&2; exit 71')})).toMatchObject({code: 0, stdout: expect.stringContaining(`removed ${id}`) as string});
});

it.skipIf(!isRoot)('a full disk does not keep a sweep from making room', async context => {
	const base = await temporaryFolder();
	try {
		await execute('mount', ['-t', 'tmpfs', '-o', 'size=512k,mode=0755', 'tmpfs', base]);
	} catch {
		context.skip('nothing can be mounted here');
	}

	try {
		const {session, run, outputs} = openHome(program, base);
		const id = await session(['--no-sweep']);
		await execute('dd', ['if=/dev/zero', `of=${outputs}/${id}/single/large`, 'bs=1k', 'count=2000']).catch(() => undefined);
		const free = (): number => {
			const {bavail} = fs.statfsSync(base);
			return bavail;
		};

		expect(free()).toBe(0);
		expect(await run(['sweep', ...soon])).toMatchObject({
			code: 0, stdout: expect.stringContaining(`removed ${id}`) as string, stderr: expect.stringContaining('this look at the clock cannot be remembered') as string,
		});
		expect(free()).toBeGreaterThan(0);
		expect(namesIn(outputs)).toEqual([control]);
	} finally {
		await execute('umount', [base]);
	}
});

describe('large sessions', () => {
	it('a tree of depth 5,000 goes with 256 open files', async () => {
		const {json, outputs} = await openPlace();
		const place = plantSession(outputs, idOf(1), markerText(idOf(1)));
		await execute('python3', ['-c', `
import os, sys
os.chdir(sys.argv[1])
for level in range(5000):
    os.mkdir('d'); os.chdir('d')
open('f', 'w').close()
`, `${place}/bulk`]);
		expect(await json(['sweep', ...soon], {openFiles: 256})).toMatchObject({removed: [{id: idOf(1), files: 1}], failed: []});
		expect(namesIn(`${outputs}/${control}/trash`)).toEqual([]);
	});

	it('50,000 files in a folder go, also if the sweep is killed in the middle; several at once finish what it has left', async () => {
		const {start, run, outputs} = await openPlace();
		const place = plantSession(outputs, idOf(1), markerText(idOf(1)));
		await execute('python3', ['-c', `
import os, sys
os.chdir(sys.argv[1])
for index in range(50000):
    os.close(os.open(str(index), os.O_CREAT | os.O_WRONLY))
`, `${place}/single`]);
		plant(place, Object.fromEntries(Array.from({length: 200}, (_, index) => [`bulk/${index}/${index}/a.txt`, ''])));
		const trash = `${outputs}/${control}/trash`;
		const {child, ended} = start(['sweep', ...soon]);
		await waitUntil(() => fs.existsSync(trash) && namesIn(trash).filter(name => name.startsWith('purge.')).length > 1);
		child.kill('SIGKILL');
		expect(await ended).toMatchObject({signal: 'SIGKILL'});
		expect(namesIn(trash).length).toBeGreaterThan(0);
		const sweeps = await Promise.all([run(['sweep']), run(['sweep']), run(['start'])]);
		expect(sweeps.map(({code}) => code)).toEqual([0, 0, 0]);
		for (const {stderr} of sweeps) {
			expect(['', 'another sweep of this user is at work: it does what is to be done\n']).toContain(stderr);
		}

		expect(namesIn(trash)).toEqual([]);
		expect(namesIn(outputs)).toEqual([control, sweeps[2].stdout.trim()].sort());
	});
});

it.skipIf(!isRoot)('a user\'s folders that may not be read, written or entered by their owner are kept; those that are only not writable go', async () => {
	const base = await temporaryFolder();
	fs.chownSync(base, stranger, stranger);
	const {json, session, outputs} = openHome(program, base, {uid: stranger});
	const [shut, readOnly] = [await session(), await session()];
	for (const id of [shut, readOnly]) {
		fs.mkdirSync(`${outputs}/${id}/bulk/b`);
		fs.writeFileSync(`${outputs}/${id}/bulk/b/a.txt`, '');
		fs.chownSync(`${outputs}/${id}/bulk/b`, stranger, stranger);
	}

	fs.chmodSync(`${outputs}/${shut}/bulk/b`, 0o000);
	fs.chmodSync(`${outputs}/${readOnly}/bulk/b`, 0o555);
	expect(await json(['sweep', ...soon])).toMatchObject({removed: [{id: readOnly}], kept: [{id: shut, reason: 'bulk/b cannot be looked at: permission denied'}], failed: []});
});

describe.skipIf(!isRoot)('a sweep by a root that may not look at other users\' processes', () => {
	it('says so, and so does doctor', async context => {
		const {outputs, home} = await openPlace();
		const without = async (...args: string[]): Promise<{stdout: string; stderr: string}> => execute('setpriv', ['--bounding-set', '-sys_ptrace', '--inh-caps', '-sys_ptrace', process.execPath, `${program.folder}/bin.cjs`, ...args, '--outputs', outputs], {env: environmentOf(home)});
		await execute('setpriv', ['--version']).catch(() => context.skip('there is no setpriv'));
		expect((await without('sweep', '--all')).stderr).toMatch(/^sojourn: warning: it cannot be seen what other users' processes have open, as root lacks CAP_SYS_PTRACE here: [^\n]+\n$/);
		expect((await without('sweep', '--all', '--quiet')).stderr).toBe('');
		expect((await without('sweep')).stderr).toBe('');
		expect((await without('doctor', '--all')).stdout).toContain('root lacks CAP_SYS_PTRACE');
		expect((await without('doctor')).stdout).not.toContain('CAP_SYS_PTRACE');
	});
});
