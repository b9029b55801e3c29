import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it, onTestFinished, test} from 'vitest';
import {execute, isRoot, plant, snapshot, stranger, temporaryFolder} from '../helpers/folders.js';
import {environmentOf, openHome, openProgram, type Home, type ProgramOptions} from '../helpers/program.js';
import {launch, makePlace} from '../helpers/sojourn.js';
import {idOf, markerText, plantSession} from '../outputs/stores.js';

const program = openProgram();

const control = `.sojourn-${process.getuid!()}`;

type Check = {readonly name: string; readonly ok: boolean; readonly detail: string; readonly advice: string | null};

type Report = {readonly ok: boolean; readonly checks: readonly Check[]};

const openPlace = async (uid?: number): Promise<Home> => {
	const base = await temporaryFolder();
	const home = openHome(program, base, uid === undefined ? {} : {uid});
	fs.mkdirSync(home.outputs, {mode: 0o700});
	if (uid !== undefined) {
		fs.chownSync(home.outputs, uid, uid);
	}

	return home;
};

/** What the doctor says. That it ends with the code that goes with it is looked at here. */
const examine = async ({run}: Home, args: readonly string[] = [], options?: ProgramOptions): Promise<Report> => {
	const {code, stdout, stderr} = await run(['doctor', '--json', ...args], options);
	const report = JSON.parse(stdout) as Report;
	expect({code, stderr}).toEqual({code: report.ok ? 0 : 1, stderr: ''});
	expect(report.ok).toBe(report.checks.every(({ok}) => ok));
	for (const {ok, advice} of report.checks) {
		expect(ok || (advice !== null && advice !== '')).toBe(true);
	}

	return report;
};

/** What is wrong, and nothing else. */
const findings = async (home: Home, args?: readonly string[], options?: ProgramOptions): Promise<Check[]> => {
	const {checks} = await examine(home, args, options);
	return checks.filter(({ok}) => !ok);
};

const text = (part: string): string => expect.stringContaining(part) as string;

describe('doctor', () => {
	it('finds nothing where all is well, says what it looked at, and changes nothing', async () => {
		const home = await openPlace();
		await home.session();
		await home.json(['sweep']);
		const before = [snapshot(home.outputs), snapshot(home.home)];
		const {ok, checks} = await examine(home);
		expect(ok).toBe(true);
		expect(checks.map(({name}) => name)).toEqual(['program', 'settings', 'outputs', 'writing', 'reach', 'disk', 'control', 'clock', 'leftovers', 'sessions', 'locks', 'state', 'terminal']);
		expect([snapshot(home.outputs), snapshot(home.home)]).toEqual(before);
		const {code, stdout, stderr} = await home.run(['doctor']);
		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		expect(stdout.trimEnd().split('\n').every(line => /^ok {2}\S|^ {18}\S/.test(line))).toBe(true);
	});

	it('makes nothing where there is nothing yet', async () => {
		const home = await openPlace();
		fs.rmdirSync(home.outputs);
		const before = snapshot(home.home);
		expect(await examine(home)).toMatchObject({ok: true});
		expect(fs.existsSync(home.outputs)).toBe(false);
		expect(snapshot(home.home)).toEqual(before);
	});

	it('takes no arguments', async () => {
		expect(await (await openPlace()).run(['doctor', 'x'])).toMatchObject({code: 2, stdout: '', stderr: text('doctor takes no arguments')});
	});

	it('prints what is to be done for people, a line each', async () => {
		const home = await openPlace();
		fs.chmodSync(home.outputs, 0o777);
		const {code, stdout} = await home.run(['doctor']);
		expect(code).toBe(1);
		expect(stdout).toContain('\n!!  outputs       every user of this system can exchange what lies in ');
		expect(stdout).toContain(`\n                  to do: chmod go-w ${home.outputs}`);
	});

	it.each<[string, Readonly<Record<string, string>>, string]>([
		['a number that is none', {SESSION_TIMEOUT_HOURS: 'soon'}, 'SESSION_TIMEOUT_HOURS'],
		['an outputs directory that is a file', {SOJOURN_OUTPUTS: '/etc/passwd'}, 'it is a file'],
		['an outputs directory that is the root', {SOJOURN_OUTPUTS: '/'}, 'it is the root of the file system'],
		['an outputs directory below a file', {SOJOURN_OUTPUTS: '/etc/passwd/x/y'}, '/etc/passwd/x'],
		['an outputs directory with a hostile name', {SOJOURN_OUTPUTS: '/nowhere/\u001B[31m/x'}, 'does not exist'],
	])('still reports on bad settings, and ends with 2: %s', async (_, env, reason) => {
		const {run} = await openPlace();
		const {code, stdout, stderr} = await run(['doctor', '--json'], {env});
		expect({code, stderr}).toEqual({code: 2, stderr: ''});
		const {ok, checks} = JSON.parse(stdout) as Report;
		expect(ok).toBe(false);
		expect(checks.filter(check => !check.ok)).toEqual([{name: 'settings', ok: false, detail: text(reason), advice: expect.any(String) as string}]);
		const printed = await run(['doctor'], {env});
		expect(printed).toMatchObject({code: 2, stdout: text('\n!!  settings      ')});
		expect(printed.stdout).not.toContain('\u001B');
	});

	it('still reports on a policy or a config file that is broken, and ends with 2', async () => {
		const home = await openPlace();
		fs.writeFileSync(`${home.outputs}/.sojourn.json`, '{');
		expect(await home.run(['doctor', '--json'])).toMatchObject({code: 2, stdout: text('.sojourn.json')});
		fs.rmSync(`${home.outputs}/.sojourn.json`);
		plant(home.home, {'config/sojourn/config.json': '{"maxAgeHours": "x"}'});
		expect(await home.run(['doctor', '--json'])).toMatchObject({code: 2, stdout: text('config.json')});
	});
});

describe('doctor finds', () => {
	it.each([[0o777, 'every user', 'go-w'], [0o770, 'the group', 'g-w']] as const)('an outputs directory that others can write to: %o', async (mode, who, change) => {
		const home = await openPlace();
		fs.chmodSync(home.outputs, mode);
		expect(await findings(home)).toEqual([{name: 'outputs', ok: false, detail: text(`${who} of this system can exchange what lies in ${home.outputs}`), advice: text(`chmod ${change} ${home.outputs}`)}]);
		fs.chmodSync(home.outputs, 0o1777);
		expect(await findings(home)).toEqual([]);
	});

	it('a policy that counts for nothing', async () => {
		const home = await openPlace();
		const policy = `${home.outputs}/.sojourn.json`;
		fs.writeFileSync(policy, '{"maxAgeHours": 1}');
		expect(await findings(home)).toEqual([]);
		fs.chmodSync(policy, 0o666);
		expect(await findings(home)).toEqual([{name: 'policy', ok: false, detail: text('can be written by others'), advice: text(`chmod go-w ${policy}`)}]);
		fs.rmSync(policy);
		fs.symlinkSync('elsewhere', policy);
		expect(await findings(home)).toMatchObject([{name: 'policy', detail: text('is no regular file')}]);
		fs.rmSync(policy);
		fs.mkdirSync(policy);
		expect(await findings(home)).toMatchObject([{name: 'policy', detail: text('is no regular file')}]);
	});

	it('a trash in which something was left', async () => {
		const home = await openPlace();
		await home.session();
		const trash = `${home.outputs}/${control}/trash`;
		plant(trash, {[`purge.${'a'.repeat(24)}/x`]: ''});
		expect(await findings(home)).toEqual([{name: 'leftovers', ok: false, detail: text('1 removal could not be finished'), advice: text('"sojourn sweep"')}]);
		await home.json(['sweep']);
		expect(await findings(home)).toEqual([]);
		fs.rmdirSync(trash);
		fs.writeFileSync(trash, '');
		expect(await findings(home)).toMatchObject([{name: 'leftovers', detail: text('"trash" in the control directory')}]);
	});

	it('broken sessions, and prints nothing of theirs that does something', async () => {
		const home = await openPlace();
		await home.session();
		plantSession(home.outputs, idOf(1), '{');
		plant(plantSession(home.outputs, idOf(2), markerText(idOf(2), {createdAt: new Date().toISOString()})), {'stray\u001B[31m': ''});
		const [broken, ...others] = await findings(home);
		expect(others).toEqual([]);
		expect(broken).toMatchObject({name: 'sessions', detail: text('2 of 3 sessions are broken'), advice: text(`sojourn end ${idOf(1).slice(0, 8)}`)});
		expect(broken!.detail).toContain(String.raw`stray\x1b[31m does not belong at the top of a session`);
		expect((await home.run(['doctor'])).stdout).not.toContain('\u001B');
	});

	it('that something has run chown over the tree, as nothing ever expires then', async () => {
		const home = await openPlace();
		await home.session();
		// Of a session that has just begun nothing is strange.
		expect(await findings(home)).toEqual([]);
		fs.rmSync(home.outputs, {recursive: true});
		fs.mkdirSync(home.outputs, {mode: 0o700});
		plant(plantSession(home.outputs, idOf(1), markerText(idOf(1))), {'single/a.txt': ''});
		expect(await findings(home)).toEqual([{name: 'change times', ok: false, detail: text('all 4 entries were changed within one minute'), advice: text('chown -R')}]);
	});

	it('an empty directory with a session\'s name', async () => {
		const home = await openPlace();
		fs.mkdirSync(`${home.outputs}/${idOf(1)}`);
		expect(await findings(home)).toEqual([{name: 'unfinished', ok: false, detail: text(`1 entry with a session's name is none, such as ${idOf(1)}`), advice: text(`rmdir ${home.outputs}/${idOf(1)}`)}]);
	});

	it('sessions in ./outputs where another directory is in use', async () => {
		const home = await openPlace();
		const place = `${home.work}/outputs`;
		fs.mkdirSync(place);
		expect(await findings(home)).toEqual([]);
		plantSession(place, idOf(1));
		expect(await findings(home)).toEqual([{name: 'other outputs', ok: false, detail: text(`${place} holds 1 session, but is not the outputs directory in use (${home.outputs})`), advice: text(`sojourn --outputs ${place}`)}]);
		expect(await findings(home, ['--outputs', 'outputs'])).toMatchObject([]);
		// Also where no other is there yet.
		fs.rmdirSync(home.outputs);
		expect(await findings(home)).toMatchObject([{name: 'other outputs'}]);
	});

	it('a clock in doubt, and leaves that to the sweep', async () => {
		const home = await openPlace();
		await home.session();
		await home.json(['sweep']);
		const folder = `${home.outputs}/${control}/clock`;
		const record = `${folder}/${fs.readdirSync(folder)[0]!}`;
		const look = JSON.parse(fs.readFileSync(record, 'utf8')) as {wall: number};
		fs.writeFileSync(record, JSON.stringify({...look, wall: look.wall + 86_400_000}));
		const before = snapshot(folder);
		expect(await findings(home)).toEqual([{name: 'clock', ok: false, detail: text('the clock went back by 23h 59m'), advice: text('timedatectl')}]);
		expect(snapshot(folder)).toEqual(before);
		fs.writeFileSync(record, 'nonsense');
		expect(await findings(home)).toMatchObject([{name: 'clock', detail: text('cannot be read')}]);
	});

	it('a place for the current session and the log that is none', async () => {
		const home = await openPlace();
		plant(home.work, {file: ''});
		const state = (place: string): ProgramOptions => ({env: {XDG_STATE_HOME: place}});
		expect(await findings(home, [], state(`${home.work}/file`))).toMatchObject([{name: 'state', detail: text(`${home.work}/file`), advice: text('XDG_STATE_HOME')}]);
		expect(await findings(home, [], state(`${home.work}/file/below`))).toMatchObject([{name: 'state'}]);
		expect(await findings(home, [], state(`${home.work}/to/be/made`))).toEqual([]);
	});

	it('a place for the current session and the log that is a file one may run, or a link that leads nowhere', async () => {
		const home = await openPlace();
		plant(home.work, {'file/sojourn': '', 'link/': ''});
		fs.chmodSync(`${home.work}/file/sojourn`, 0o755);
		fs.symlinkSync('/nowhere/at/all', `${home.work}/link/sojourn`);
		for (const name of ['file', 'link']) {
			const env = {XDG_STATE_HOME: `${home.work}/${name}`};
			expect(await home.run(['start'], {env})).toMatchObject({code: 1, stderr: text('cannot remember the current session')});
			expect(await findings(home, [], {env})).toMatchObject([{name: 'state', detail: text(`${home.work}/${name}/sojourn`)}]);
		}
	});
});

describe.skipIf(!isRoot)('doctor finds', () => {
	it('a control directory that somebody else has planted', async () => {
		const home = await openPlace();
		fs.mkdirSync(`${home.outputs}/${control}`);
		fs.chownSync(`${home.outputs}/${control}`, stranger, stranger);
		expect(await findings(home)).toEqual([{name: 'control', ok: false, detail: text(`belongs to another user (uid ${stranger}); another will be made`), advice: text(`ls -ld ${home.outputs}/${control}`)}]);
		await home.session();
		expect(await findings(home)).toMatchObject([{name: 'control', detail: expect.stringMatching(/; \.sojourn-0-[\da-f]{12} is used$/) as string}]);
	});

	it('a policy that belongs to neither root nor the owner', async () => {
		const home = await openPlace();
		fs.writeFileSync(`${home.outputs}/.sojourn.json`, '{');
		fs.chownSync(`${home.outputs}/.sojourn.json`, stranger, stranger);
		expect(await findings(home)).toMatchObject([{name: 'policy', detail: text(`belongs to uid ${stranger}`), advice: text('chown 0 ')}]);
	});

	it('what a user may not write', async () => {
		const home = await openPlace(stranger);
		expect(await findings(home)).toEqual([]);
		fs.mkdirSync(`${home.home}/state`, {mode: 0o755});
		expect(await findings(home)).toMatchObject([{name: 'state', detail: text('permission denied')}]);
		fs.rmdirSync(`${home.home}/state`);
		fs.chownSync(home.outputs, 0, 0);
		fs.chmodSync(home.outputs, 0o755);
		expect(await findings(home)).toMatchObject([{name: 'writing', detail: text('permission denied (owner uid 0, mode 0755)'), advice: text('chmod 1777')}]);
		fs.chmodSync(home.outputs, 0o700);
		expect(await home.run(['doctor', '--json'])).toMatchObject({code: 2, stdout: text('permission denied')});
	});

	it('a disk that is nearly full', async context => {
		const home = await openPlace();
		try {
			await execute('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=0700', 'tmpfs', home.outputs]);
		} catch {
			context.skip('nothing can be mounted here');
		}

		onTestFinished(async () => {
			await execute('umount', [home.outputs]);
		});
		expect(await findings(home)).toMatchObject([{name: 'disk', detail: expect.stringMatching(/^4.* MB of 4.* MB free/) as string, advice: text('sojourn sweep')}]);
	});

	it('no flock, but not where only PATH does not lead to it', async context => {
		const home = await openPlace();
		const bare = `${home.home}/bin`;
		fs.mkdirSync(bare);
		expect(await findings(home, [], {env: {PATH: bare}})).toEqual([]);
		const node = [process.execPath, path.join(program.folder, 'bin.cjs')];
		const hidden = ['-m', '/bin/sh', '-c', '/usr/bin/mount --bind /dev/null /usr/bin/flock || exit 77; exec "$@"', 'sh', ...node];
		const env = {...environmentOf(home.home), SOJOURN_OUTPUTS: home.outputs, PATH: bare};
		const runHidden = async (args: readonly string[]): Promise<{readonly code: number; readonly stdout: string; readonly stderr: string}> => {
			try {
				return {code: 0, ...await execute('/usr/bin/unshare', [...hidden, ...args], {env})};
			} catch (error) {
				return error as {code: number; stdout: string; stderr: string};
			}
		};

		const {code, stdout} = await runHidden(['doctor', '--json']);
		if (code === 77 || stdout === '') {
			context.skip('flock cannot be hidden here');
		}

		expect((JSON.parse(stdout) as Report).checks.filter(({ok}) => !ok)).toEqual([{name: 'locks', ok: false, detail: text('there is no flock utility'), advice: text('apt install util-linux')}]);
		expect(code).toBe(1);
		// All the rest works.
		const started = await runHidden(['start']);
		expect(started).toMatchObject({code: 0, stderr: ''});
		expect(await runHidden(['keep', started.stdout.trim()])).toMatchObject({code: 0});
		expect(await runHidden(['sweep', '--max-age-hours', '0.0000001'])).toMatchObject({code: 0, stdout: text('marked to be kept')});
		expect(await runHidden(['unkeep', started.stdout.trim()])).toMatchObject({code: 0});
		expect(await runHidden(['sweep', '--max-age-hours', '0.0000001'])).toMatchObject({code: 0, stdout: text(`removed ${started.stdout.trim()}`)});
	});

	it('others\' sessions with --all', async () => {
		const base = await temporaryFolder();
		fs.mkdirSync(`${base}/outputs`);
		fs.chmodSync(`${base}/outputs`, 0o1777);
		const [root, user] = [openHome(program, base, {name: 'root'}), openHome(program, base, {name: 'user', uid: stranger})];
		const id = await user.session();
		fs.writeFileSync(`${base}/outputs/${id}/.session.json`, '{');
		expect(await findings(root)).toEqual([]);
		expect(await findings(root, ['--all'])).toMatchObject([{name: 'sessions', detail: text(id.slice(0, 8))}]);
	});
});

test.each<[string, Readonly<Record<string, string>>, string]>([
	['TERM=dumb', {TERM: 'dumb'}, 'TERM is "dumb", which cannot show the explorer'],
	['no TERM', {TERM: ''}, 'TERM is not set'],
	['no locale', {LANG: ''}, 'the locale is not set, which is no UTF-8'],
	['another locale', {LANG: 'C'}, 'the locale is C, which is no UTF-8'],
	['one that LC_ALL takes away', {LC_ALL: 'POSIX'}, 'the locale is POSIX, which is no UTF-8'],
	['a hostile one', {LC_ALL: 'x\u001B[2J'}, String.raw`the locale is x\x1b[2J, which is no UTF-8`],
])('on a terminal doctor finds %s', async (_, env, reason) => {
	// The terminal says what it is, so a shell has to say something else.
	const terminal = launch(await makePlace(), ['-c', '"$@"', 'sh', 'env', ...Object.entries(env).map(([name, value]) => `${name}=${value}`), process.execPath, path.join(program.folder, 'bin.cjs'), 'doctor'], {command: 'sh', columns: 300});
	expect(await terminal.exit).toMatchObject({exitCode: 1});
	expect(terminal.text()).toMatch(new RegExp(`^!!  terminal      ${reason.replaceAll(/[\\[\]]/g, String.raw`\$&`)}`, 'm'));
	expect(terminal.text()).not.toMatch(/^!! {2}(?!terminal)/m);
});

test('on a good terminal doctor says what it is', async () => {
	const terminal = launch(await makePlace(), ['doctor'], {columns: 300, env: {LANG: 'C', LC_CTYPE: 'de_DE.utf8'}});
	expect(await terminal.exit).toMatchObject({exitCode: 0});
	expect(terminal.text()).toContain('terminal      xterm-256color, 300x24, de_DE.utf8; theme terminal, 256 colours, UTF-8 glyphs, mouse off');
	expect(terminal.text()).toContain('1 session, none broken');
});
