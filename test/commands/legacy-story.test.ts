import fs from 'node:fs';
import process from 'node:process';
import {expect, test} from 'vitest';
import {namesIn} from '../helpers/folders.js';
import {countBelow, killWhen, plantedFiles, plantLegacy, treeOf} from '../helpers/legacy.js';
import {openPlace, openProgram} from '../helpers/program.js';

const program = openProgram();

test('a legacy deployment of 5,000 files is backed up, imported, removed, used, and put back, with kills in between, to the last byte', async () => {
	const place = await openPlace(program);
	const {outputs} = place;
	const base = outputs.slice(0, -'/outputs'.length);
	await plantLegacy(outputs, 5000 - plantedFiles);
	const before = await treeOf(outputs);
	const action = async (...args: string[]): Promise<Readonly<Record<string, unknown>>> => JSON.parse((await place.run(['legacy', ...args, '--json'])).stdout) as Readonly<Record<string, unknown>>;
	const left = (): number => countBelow(`${outputs}/single`) + countBelow(`${outputs}/bulk`);
	const partial = (): string => `${base}/${namesIn(base).find(name => name.endsWith('.partial')) ?? 'none'}`;

	expect(await action('status')).toMatchObject({files: 5000, backups: [], oldest: '2001-09-09T01:46:40.000Z'});

	// Backup.
	for (const many of [100, 2500]) {
		expect(await killWhen(place, ['backup'], () => countBelow(`${partial()}/single`) + countBelow(`${partial()}/bulk`) >= many)).toBe(true);
	}

	expect(await action('remove', '--yes')).toMatchObject({files: 0});
	const backup = await action('backup');
	expect(backup).toMatchObject({files: 5000, failed: [], complete: true, resumed: true});
	const copy = backup['path'] as string;
	expect(await treeOf(copy)).toEqual(before);

	// Import.
	const sessions = (): string[] => namesIn(outputs).filter(name => /^[\da-f-]{36}$/.test(name));
	const session = (): string => `${outputs}/${sessions()[0] ?? 'none'}`;
	expect(await killWhen(place, ['import', '--label', 'legacy'], () => countBelow(session()) >= 1500)).toBe(true);
	const imported = await action('import', '--label', 'legacy');
	expect(imported).toMatchObject({files: 5000, path: session(), renamed: []});
	expect((imported['failed'] as Array<{path: string}>).map(({path}) => path).sort()).toEqual(['bulk/ro/absolute', 'single/link']);
	expect(sessions()).toHaveLength(1);
	expect(await treeOf(outputs)).toEqual(before);

	// Removal.
	expect(await killWhen(place, ['remove', '--yes'], () => left() <= 3000)).toBe(true);
	const removed = await action('remove', '--yes');
	expect(removed).toMatchObject({failed: [], reliesOn: [{backup: copy}]});
	expect(namesIn(outputs).filter(name => name === 'single' || name === 'bulk')).toEqual([]);
	expect(namesIn(`${outputs}/.sojourn-${process.getuid!()}/trash`)).toEqual([]);

	// Use.
	fs.writeFileSync(`${place.work}/new.txt`, 'made later');
	expect(await place.run(['add', 'new.txt'])).toMatchObject({code: 0, stdout: 'single/new.txt\n'});
	expect((await place.run(['ls'])).stdout.split('\n')).toContain('single/new.txt');
	expect(await place.run(['export', 'single/plain.txt'])).toMatchObject({code: 0});
	expect(fs.readFileSync(`${place.work}/plain.txt`, 'utf8')).toBe('odd 0');

	// Restore.
	for (const many of [500, 3000]) {
		expect(await killWhen(place, ['restore', copy], () => left() >= many)).toBe(true);
	}

	expect(await action('restore', copy)).toMatchObject({failed: [], verified: true});
	expect(await treeOf(outputs)).toEqual(before);
	expect(await treeOf(copy)).toEqual(before);
	expect(countBelow(session())).toBe(5002); // With the marker and what was added.
}, 60_000);
