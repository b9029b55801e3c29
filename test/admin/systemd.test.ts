import {spawn} from 'node:child_process';
import fs from 'node:fs';
import process from 'node:process';
import {describe, expect, it, onTestFinished} from 'vitest';
import {isRoot, plant, stranger, temporaryFolder} from '../helpers/folders.js';
import {lockByFlock} from '../helpers/flock.js';
import {environmentOf, openPlace, openProgram} from '../helpers/program.js';
import {readRecipe} from '../helpers/recipes.js';
import {attempt, need} from '../helpers/tools.js';
import {idOf, plantSession} from '../outputs/stores.js';

const program = openProgram();

/** The units as they are in the recipes, with a program that is there. */
const writeUnits = async (): Promise<string> => {
	const folder = await temporaryFolder();
	fs.writeFileSync(`${folder}/sojourn-sweep.service`, readRecipe('service').replace('/usr/local/bin/sojourn', '/bin/true'));
	fs.writeFileSync(`${folder}/sojourn-sweep.timer`, readRecipe('timer'));
	return folder;
};

/** The last value of a directive of the service. */
const directive = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(readRecipe('service'))![1]!;

describe('the units', () => {
	it('are right in the eyes of systemd', async context => {
		await need(context, 'systemd-analyze');
		const folder = await writeUnits();
		for (const unit of ['service', 'timer']) {
			expect(await attempt('systemd-analyze', ['verify', '--man=no', `${folder}/sojourn-sweep.${unit}`])).toEqual({code: 0, stdout: '', stderr: ''});
		}
	});

	it('let errors through where the report is left out', () => {
		// Without this line they would go where standard output goes.
		expect([directive('StandardOutput'), directive('StandardError')]).toEqual(['null', 'journal']);
	});

	it('shut the sweep in well', async context => {
		await need(context, 'systemd-analyze');
		const folder = await writeUnits();
		const {code, stdout, stderr} = await attempt('systemd-analyze', ['security', '--no-pager', '--offline=true', '--threshold=20', `${folder}/sojourn-sweep.service`]);
		if (stderr.includes('unrecognized option')) {
			context.skip('this systemd cannot judge a unit that is not loaded');
		}

		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		expect(stdout).toContain('Overall exposure level');
	});
});

/** Starts a program that holds a file open, as a user whose files they are not, until the test ends. */
const openFile = async (file: string): Promise<void> => {
	const child = spawn('sh', ['-c', 'exec 5<"$1"; exec setpriv --reuid "$2" --regid "$2" --clear-groups sh -c "echo ready; read line"', 'sh', file, String(stranger)], {stdio: ['pipe', 'pipe', 'inherit']});
	onTestFinished(() => {
		child.kill('SIGKILL');
	});
	const {promise, resolve} = Promise.withResolvers<void>();
	child.stdout.once('data', () => {
		resolve();
	});
	await promise;
};

describe.skipIf(!isRoot)('the sweep with the capabilities and the mounts that the service leaves it', () => {
	it('sees holds, open files and mounts, and removes what has expired', async context => {
		await need(context, 'unshare', 'setpriv', 'flock', 'mount');
		const {home, outputs} = await openPlace(program);
		expect(directive('ProtectSystem')).toBe('strict');
		expect(directive('ReadWritePaths')).toBe('/srv/sojourn');
		fs.chmodSync(outputs, 0o1777);
		fs.mkdirSync(`${home}/state`);
		fs.writeFileSync(`${outputs}/.sojourn.json`, '{"maxAgeHours": 0.0000001}');
		const other = stranger + 1;
		for (const number of [1, 2, 3, 4]) {
			const place = plantSession(outputs, idOf(number));
			plant(place, {'single/a.txt': 'a', 'single/deep/b.txt': 'b'});
			fs.chmodSync(`${place}/single/deep`, 0o500);
			expect(await attempt('chown', ['-R', `${other}:${other}`, place])).toMatchObject({code: 0});
		}

		await lockByFlock(`${outputs}/${idOf(2)}/.`);
		await openFile(`${outputs}/${idOf(3)}/single/a.txt`);
		onTestFinished(async () => {
			await attempt('umount', [`${outputs}/${idOf(4)}/bulk`]);
		});
		if ((await attempt('mount', ['-t', 'tmpfs', 'tmpfs', `${outputs}/${idOf(4)}/bulk`])).code !== 0) {
			context.skip('nothing can be mounted here');
		}

		const capabilities = directive('CapabilityBoundingSet').split(' ').map(name => `+${name.replace('CAP_', '').toLowerCase()}`);
		const script = 'for place in "$1" "$2"; do mount --rbind "$place" "$place" || exit 99; done; mount -o remount,bind,ro / || exit 99; shift 2; exec "$@"';
		const {code, stdout, stderr} = await attempt('unshare', [
			'--mount', '--propagation', 'slave', 'sh', '-c', script, 'sh', outputs, `${home}/state`,
			'setpriv', '--no-new-privs', '--inh-caps', '-all', '--bounding-set', ['-all', ...capabilities].join(','),
			process.execPath, `${program.folder}/bin.cjs`, 'sweep', '--all', '--json', '--outputs', outputs,
		], environmentOf(home));
		if (code === 99 || (code === 1 && stderr.startsWith('unshare'))) {
			context.skip('no mount namespace can be made here');
		}

		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		const text = (part: string): string => expect.stringContaining(part) as string;
		expect(JSON.parse(stdout)).toMatchObject({
			skipped: null,
			removed: [{id: idOf(1)}],
			kept: [{id: idOf(2), reason: text('locked')}, {id: idOf(3), reason: text('has a file in it open')}, {id: idOf(4), reason: text('mounted')}],
			failed: [],
		});
		expect(fs.existsSync(`${outputs}/${idOf(1)}`)).toBe(false);
		expect(fs.readFileSync(`${home}/state/sojourn/sojourn.log`, 'utf8')).toContain(idOf(1));
	});
});
