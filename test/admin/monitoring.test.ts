import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it, type TestContext} from 'vitest';
import {isRoot, plant} from '../helpers/folders.js';
import {environmentOf, openPlace, openProgram, type Home} from '../helpers/program.js';
import {readRecipe, recipeNames} from '../helpers/recipes.js';
import {attempt, need, type Outcome} from '../helpers/tools.js';
import {idOf, markerText, plantSession} from '../outputs/stores.js';

const program = openProgram();

type Site = Home & {
	/** Runs a recipe with `sojourn` on the PATH. */
	readonly recipe: (name: string, env?: Readonly<Record<string, string>>) => Promise<Outcome>;
	/** Lets `sojourn COMMAND` print something else than it would. */
	readonly pretend: (command: string, text: string, code?: number) => void;
};

const openSite = async (context: TestContext): Promise<Site> => {
	await need(context, 'jq', 'awk', 'df');
	const place = await openPlace(program);
	const {home, outputs} = place;
	plant(home, {'bin/sojourn': `#!/bin/sh\nif [ -e '${home}/pretend/'"$1" ]; then . '${home}/pretend/'"$1"; fi\nexec '${process.execPath}' '${program.folder}/bin.cjs' "$@"\n`});
	fs.chmodSync(`${home}/bin/sojourn`, 0o755);
	const environment = {...environmentOf(home), PATH: `${home}/bin:${process.env['PATH']!}`, SOJOURN_OUTPUTS: outputs};
	return {
		...place,
		async recipe(name, env) {
			return attempt('sh', ['-c', readRecipe(name), name, outputs], {...environment, ...env});
		},
		pretend(command, text, code = 0) {
			plant(home, {[`pretend/${command}`]: `cat <<'END'\n${text}\nEND\nexit ${code}\n`});
		},
	};
};

const good = '{"ok": true, "checks": [{"name": "disk", "ok": true, "detail": "", "advice": null}]}';

/** A marker that is no older than its session. */
const newMarker = (number: number, fields: Readonly<Record<string, unknown>> = {}): string => markerText(idOf(number), {createdAt: new Date().toISOString(), ...fields});

const hoursAgo = (hours: number): string => new Date(Date.now() - (hours * 3_600_000)).toISOString();

/** What a check says: a line, with figures in the form that plugins have. */
const figures = /^SOJOURN (?:OK|WARNING|CRITICAL): [^|\n]+ \| sessions=\d+ files=\d+ bytes=\d+B expired=\d+ late=\d+ free=\d+B\n$/;

describe('the check', () => {
	it('says that all is well, with figures', async context => {
		const {outputs, recipe} = await openSite(context);
		expect(await recipe('check')).toMatchObject({code: 0, stdout: expect.stringMatching(figures) as string});
		plant(plantSession(outputs, idOf(1), newMarker(1)), {'single/a.txt': '12345'});
		plantSession(outputs, idOf(2));
		const {code, stdout} = await recipe('check');
		expect({code, stdout}).toMatchObject({code: 0, stdout: expect.stringMatching(/^SOJOURN OK: 2 sessions \| sessions=2 files=1 bytes=5B expired=0 late=0 free=\d+B\n$/) as string});
	});

	it('counts what has expired, and says when the sweep has not been there for long', async context => {
		const {outputs, recipe, pretend} = await openSite(context);
		fs.writeFileSync(`${outputs}/.sojourn.json`, '{"maxAgeHours": 0.0000001}');
		plantSession(outputs, idOf(1), newMarker(1));
		plantSession(outputs, idOf(2), newMarker(2, {keepUntil: 'forever'}));
		expect(await recipe('check')).toMatchObject({code: 0, stdout: expect.stringContaining(' expired=1 late=0 ') as string});
		expect(fs.existsSync(`${outputs}/${idOf(1)}`)).toBe(true);
		// No program can make a file that old.
		for (const [hours, code, text] of [[3, 1, 'SOJOURN WARNING: 1 expired sessions were not swept for 2 hours; 2 sessions |'], [30, 2, 'SOJOURN CRITICAL: 1 expired']] as const) {
			pretend('sessions', JSON.stringify([{id: idOf(1), files: 1, bytes: 2, expiresAt: hoursAgo(hours)}, {id: idOf(2), files: null, bytes: null, expiresAt: hoursAgo(99)}]));
			expect(await recipe('check')).toMatchObject({code, stdout: expect.stringContaining(text) as string});
		}
	});

	it('is critical where nothing can be removed, or the directory is not there', async context => {
		const {outputs, recipe} = await openSite(context);
		fs.chmodSync(outputs, 0o777);
		expect(await recipe('check')).toMatchObject({code: 2, stdout: expect.stringMatching(/^SOJOURN CRITICAL: nothing is swept \(unsafe\); outputs: /) as string});
		fs.rmdirSync(outputs);
		expect(await recipe('check')).toEqual({code: 2, stdout: `SOJOURN CRITICAL: ${outputs} is no directory, or not mounted\n`, stderr: ''});
	});

	it('tells what doctor finds, in one line whatever stands in it', async context => {
		const {recipe, pretend} = await openSite(context);
		const report = (name: string): string => JSON.stringify({ok: false, checks: [{name, ok: false, detail: 'a\n| rm=1 \u001B[31m', advice: 'x'}]});
		pretend('doctor', report('control'), 1);
		const {code, stdout} = await recipe('check');
		expect({code, stdout}).toMatchObject({code: 1, stdout: expect.stringMatching(figures) as string});
		// eslint-disable-next-line no-control-regex -- that is what must not be there
		expect(stdout.trimEnd()).not.toMatch(/[\u0000-\u001F]/);
		pretend('doctor', report('disk'), 1);
		expect(await recipe('check')).toMatchObject({code: 2, stdout: expect.stringContaining('SOJOURN CRITICAL: disk: ') as string});
		pretend('doctor', good);
		pretend('sweep', JSON.stringify({dryRun: true, skipped: 'clock', removed: []}));
		expect(await recipe('check')).toMatchObject({code: 1, stdout: expect.stringContaining('nothing is swept (clock)') as string});
	});

	it('knows when it knows nothing', async context => {
		const {home, recipe, pretend} = await openSite(context);
		const unknown = (text: string) => ({code: 3, stdout: expect.stringMatching(new RegExp(`^SOJOURN UNKNOWN: [^\n]*${text}[^\n]*\n$`)) as string, stderr: ''});
		expect(await recipe('check', {SESSION_TIMEOUT_HOURS: 'soon'})).toEqual(unknown('SESSION_TIMEOUT_HOURS: "soon" is not allowed'));
		for (const text of ['{"ok": tr', '', '[]', 'null']) {
			pretend('doctor', text);
			expect(await recipe('check')).toEqual(unknown('no JSON that this check knows'));
		}

		pretend('doctor', good);
		for (const command of ['sweep', 'sessions']) {
			pretend(command, '', 2);
			expect(await recipe('check')).toEqual(unknown(`sojourn ${command} [^\n]*ended with 2`));
			fs.rmSync(`${home}/pretend/${command}`);
		}

		fs.rmSync(`${home}/bin/sojourn`);
		expect(await recipe('check')).toEqual(unknown('sojourn is not on the PATH'));
	});

	it('is all that sudo lets the monitoring user run', async context => {
		await need(context, 'visudo');
		expect(await attempt('sh', ['-c', 'printf "%s\n" "$1" | visudo -cf -', 'sh', readRecipe('sudoers')])).toMatchObject({code: 0});
	});
});

describe('jq', () => {
	it('tells who uses the most', async context => {
		const {pretend, recipe} = await openSite(context);
		pretend('sessions', JSON.stringify([
			{uid: 1, owner: 'anna', bytes: 5}, {uid: 2, owner: null, bytes: 9}, {uid: 1, owner: 'anna', bytes: 5}, {uid: 3, owner: 'ben', bytes: null},
		]));
		expect(await recipe('owners')).toEqual({code: 0, stdout: '10\t2\tanna\n9\t1\t2\n0\t1\tben\n', stderr: ''});
	});

	it('tells what expires within an hour', async context => {
		const {outputs, pretend, recipe} = await openSite(context);
		plantSession(outputs, idOf(1), newMarker(1, {label: 'mine'}));
		expect(await recipe('expiring')).toEqual({code: 0, stdout: '', stderr: ''});
		fs.writeFileSync(`${outputs}/.sojourn.json`, '{"maxAgeHours": 0.9}');
		expect(await recipe('expiring')).toMatchObject({code: 0, stdout: expect.stringMatching(new RegExp(String.raw`^\S+Z\t\S+\t${idOf(1)}\tactive\tmine\n$`)) as string});
		pretend('sessions', JSON.stringify([
			{id: 'a', uid: 1, owner: null, label: null, state: 'idle', expiresAt: hoursAgo(-0.5)},
			{id: 'b', uid: 1, owner: 'x', label: 'b', state: 'expired', expiresAt: hoursAgo(0.5)},
			{id: 'c', uid: 1, owner: 'x', label: 'c', state: 'kept', expiresAt: null},
			{id: 'd', uid: 1, owner: 'x', label: 'd', state: 'idle', expiresAt: hoursAgo(-1.5)},
		]));
		expect(await recipe('expiring')).toMatchObject({code: 0, stdout: expect.stringMatching(/^\S+\t1\ta\tidle\t-\n$/) as string});
	});
});

it('the policy recipe sets the timeout of everybody\'s sessions', async context => {
	await need(context, 'sh');
	const place = await openPlace(program);
	const {outputs} = place;
	fs.writeFileSync(`${place.home}/policy.sh`, readRecipe('policy').replaceAll('/srv/sojourn', outputs));
	expect(await attempt('sh', ['-c', `umask 022; . '${place.home}/policy.sh'`])).toMatchObject({code: 0, stderr: ''});
	expect(await place.json(['doctor'])).toMatchObject({checks: expect.arrayContaining([
		expect.objectContaining({name: 'settings', detail: expect.stringContaining('24 hours (the deployment\'s policy)') as string}),
	]) as unknown});
	expect(isRoot || fs.statSync(`${outputs}/.sojourn.json`).uid === process.getuid?.()).toBe(true);
});

it('every recipe is run by a test', () => {
	const folders = ['.', '../terminal', '../library', '../release'].map(folder => path.join(import.meta.dirname, folder));
	const tests = folders.flatMap(folder => fs.readdirSync(folder).map(name => fs.readFileSync(path.join(folder, name), 'utf8'))).join('');
	for (const name of recipeNames()) {
		expect(tests).toMatch(new RegExp(String.raw`(?:readRecipe(?:Lines)?|recipe)\('${name}'`));
	}
});
