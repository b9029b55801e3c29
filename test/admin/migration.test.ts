import fs from 'node:fs';
import process from 'node:process';
import {expect, it} from 'vitest';
import {execute, plant} from '../helpers/folders.js';
import {environmentOf, openPlace, openProgram} from '../helpers/program.js';
import {readRecipe} from '../helpers/recipes.js';
import {attempt, need} from '../helpers/tools.js';

const program = openProgram();

it('the way from shared folders to sessions, and back, goes by the README alone', async context => {
	await need(context, 'diff', 'cp', 'xargs');
	const {home, outputs} = await openPlace(program);
	plant(outputs, {'single/a.txt': 'a', 'single/it\'s b.bin': 'b', 'bulk/run-1/1.wav': '1', 'bulk/run-1/deep/2.wav': '2'});
	plant(home, {'bin/sojourn': `#!/bin/sh\ncase "$1 $2" in "legacy remove") set -- "$@" --yes;; esac\nexec '${process.execPath}' '${program.folder}/bin.cjs' "$@"\n`});
	fs.chmodSync(`${home}/bin/sojourn`, 0o755);
	await execute('cp', ['-a', `${outputs}/single`, `${outputs}/bulk`, home]);
	const environment = {...environmentOf(home), PATH: `${home}/bin:${process.env['PATH']!}`, SOJOURN_OUTPUTS: outputs};
	const isSame = async (part: string): Promise<void> => {
		await execute('diff', ['-r', `${home}/${part}`, `${outputs}/${part}`]);
	};

	const migration = await attempt('sh', ['-ec', readRecipe('migration')], environment);
	expect(migration).toMatchObject({code: 0, stderr: expect.not.stringContaining('sojourn:') as string});
	expect(fs.readdirSync(outputs).filter(name => !name.startsWith('.sojourn-'))).toHaveLength(1);
	const listed = await attempt('sojourn', ['ls'], environment);
	expect(listed.stdout.split('\n')).toEqual(expect.arrayContaining(['single/a.txt', 'single/it\'s b.bin', 'bulk/run-1/deep/2.wav']));

	const backup = fs.readdirSync(`${outputs}/..`).find(name => name.startsWith('outputs_backup_'));
	const rollback = readRecipe('rollback').replace(/outputs_backup_\d+/, backup!);
	expect(await attempt('sh', ['-ec', rollback], environment)).toMatchObject({code: 0});
	await isSame('single');
	await isSame('bulk');
	// What came in with the sessions alone is published beside it.
	expect(await attempt('sojourn', ['keep', 'before-2026'], environment)).toMatchObject({code: 0});
});
