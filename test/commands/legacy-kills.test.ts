import fs from 'node:fs';
import process from 'node:process';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {describe, expect, it} from 'vitest';
import {execute, namesIn} from '../helpers/folders.js';
import {countBelow, killWhen, moveLegacy, openLegacy, plantedFiles, treeOf, type LegacyPlace} from '../helpers/legacy.js';
import {openProgram, type Home} from '../helpers/program.js';

const program = openProgram();

const count = 1500;
const files = plantedFiles + count;
const links = 2;

const finish = async (place: Home, ...args: string[]): Promise<Readonly<Record<string, unknown>>> => await place.json(['legacy', ...args]) as Readonly<Record<string, unknown>>;

const partialIn = (base: string): string | undefined => namesIn(base).find(name => name.endsWith('.partial'));

/** That nothing in a tree is a hidden beginning, and every entry is what it was. */
const compare = async (place: LegacyPlace, folder: string): Promise<void> => {
	expect(await treeOf(folder)).toEqual(place.before);
};

describe('killed at any moment', () => {
	it('a backup is never taken for a complete one, and is gone on with', async () => {
		const place = await openLegacy(program, count);
		const partial = (): string => `${place.base}/${partialIn(place.base) ?? 'none'}`;
		let kills = 0;
		const moments = [
			() => partialIn(place.base) !== undefined,
			...[1, 300, 900, 1400].map(many => () => countBelow(`${partial()}/single`) + countBelow(`${partial()}/bulk`) >= many),
			() => fs.existsSync(`${partial()}/SHA256SUMS`),
			() => fs.existsSync(`${partial()}/manifest.jsonl`),
		];
		for (const moment of moments) {
			if (!await killWhen(place, ['backup'], moment)) {
				break; // It was quicker.
			}

			kills++;
			const complete = namesIn(place.base).filter(name => /^outputs_backup_\d{8}$/.test(name));
			const left = partialIn(place.base);
			expect([left === undefined, complete.length]).toEqual(left === undefined ? [true, 1] : [false, 0]);
			if (left === undefined) {
				break; // The last rename was quicker than the signal.
			}

			const {code} = await place.run(['legacy', 'restore', left]);
			expect(code).toBe(1);
			expect((await place.json(['legacy', 'status']) as {backups: unknown}).backups).toMatchObject([{state: 'incomplete'}]);
		}

		expect(kills).toBeGreaterThan(3);
		const path = partialIn(place.base) === undefined ? `${place.base}/${namesIn(place.base).find(name => name.startsWith('outputs_backup_'))!}` : (await finish(place, 'backup'))['path'] as string;
		await compare(place, path);
		await compare(place, place.outputs);
		expect(namesIn(path)).toEqual(['SHA256SUMS', 'bulk', 'manifest.jsonl', 'single']);
		await execute('sha256sum', ['--strict', '--quiet', '-c', 'SHA256SUMS'], {cwd: path});
		expect(partialIn(place.base)).toBeUndefined();
	});

	it('a restore leaves no half file under a final name, and is gone on with', async () => {
		const place = await openLegacy(program, count);
		const {path} = await finish(place, 'backup') as {path: string};
		moveLegacy(place.outputs, `${place.base}/lost`);
		let kills = 0;
		for (const many of [1, 400, 1000, 1400]) {
			if (!await killWhen(place, ['restore', path], () => countBelow(`${place.outputs}/single`) + countBelow(`${place.outputs}/bulk`) >= many)) {
				break;
			}

			kills++;
			const whole = new Set(place.before.filter(line => line.includes(' 100')).map(line => line.split(' ').at(-1)));
			for (const line of await treeOf(place.outputs)) {
				expect(/^b['"][^ ]*\.sojourn-[\da-f]{16}\.part['"] /.test(line) || !/ 100\d+ /.test(line) || whole.has(line.split(' ').at(-1))).toBe(true);
			}
		}

		expect(kills).toBeGreaterThan(1);
		expect(await finish(place, 'restore', path)).toMatchObject({failed: []});
		await compare(place, place.outputs);
	});

	it('an import is gone on with in the same session, and no file is there twice', async () => {
		const place = await openLegacy(program, count);
		fs.rmSync(`${place.outputs}/single/link`);
		fs.rmSync(`${place.outputs}/bulk/ro/absolute`);
		const id = await place.session();
		const session = `${place.outputs}/${id}`;
		let kills = 0;
		for (const many of [2, 300, 900, 1400]) {
			if (!await killWhen(place, ['import'], () => countBelow(session) >= many)) {
				break;
			}

			kills++;
		}

		expect(kills).toBeGreaterThan(1);
		expect(await finish(place, 'import')).toMatchObject({files, renamed: [], failed: []});
		await execute('diff', ['-r', '--exclude=.session.json', '--exclude=.sojourn-*.part', `${place.outputs}/single`, `${session}/single`]);
		await execute('diff', ['-r', '--exclude=.sojourn-*.part', `${place.outputs}/bulk`, `${session}/bulk`]);
		expect(await finish(place, 'remove', '--dry-run')).toMatchObject({files, failed: []});
	});

	it('a removal loses nothing: what was on its way is back, and the next one finishes', async () => {
		const place = await openLegacy(program, count);
		const {path} = await finish(place, 'backup') as {path: string};
		const before = new Set(place.before);
		let kills = 0;
		for (const many of [files + links - 1, 1000, 400, 20]) {
			if (!await killWhen(place, ['remove', '--yes'], () => countBelow(`${place.outputs}/single`) + countBelow(`${place.outputs}/bulk`) <= many)) {
				break;
			}

			kills++;
			await place.run(['sweep']);
			// What is left is what it was: folders' times aside, from which something is gone.
			expect((await treeOf(place.outputs)).filter(line => !/ 4[0-7]\d{3,4} /.test(line) && line !== '' && !before.has(line))).toEqual([]);
		}

		expect(kills).toBeGreaterThan(1);
		await finish(place, 'remove', '--yes');
		expect(namesIn(place.outputs)).toEqual([`.sojourn-${process.getuid!()}`]);
		expect(namesIn(`${place.outputs}/.sojourn-${process.getuid!()}/trash`)).toEqual([]);
		await compare(place, path);
		await finish(place, 'restore', path);
		await compare(place, place.outputs);
	});

	it('a publication is gone on with', async () => {
		const place = await openLegacy(program, count);
		const id = await place.session();
		fs.rmSync(`${place.outputs}/single/link`);
		fs.rmSync(`${place.outputs}/bulk/ro/absolute`);
		for (const part of ['single', 'bulk']) {
			fs.rmdirSync(`${place.outputs}/${id}/${part}`);
			fs.renameSync(`${place.outputs}/${part}`, `${place.outputs}/${id}/${part}`);
		}

		let kills = 0;
		for (const many of [1, 600, 1200]) {
			if (!await killWhen(place, ['publish', id], () => countBelow(`${place.outputs}/single`) + countBelow(`${place.outputs}/bulk`) >= many)) {
				break;
			}

			kills++;
		}

		expect(kills).toBeGreaterThan(0);
		expect(await finish(place, 'publish', id)).toMatchObject({files, failed: []});
		for (const part of ['single', 'bulk']) {
			await execute('diff', ['-r', `${place.outputs}/${part}`, `${place.outputs}/${id}/${part}`]);
		}
	});

	it('a backup that is cancelled stops, tells the signal, and is gone on with', async () => {
		const place = await openLegacy(program, count);
		const {child, ended} = place.start(['legacy', 'backup']);
		while (countBelow(`${place.base}/${partialIn(place.base) ?? 'none'}/single`) < 50) {
			await nextTurn();
		}

		child.kill('SIGTERM');
		expect(await ended).toMatchObject({code: 143, stdout: ''});
		const {path} = await finish(place, 'backup') as {path: string};
		await compare(place, path);
	});
});
