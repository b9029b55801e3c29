import fs from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {execute, namesIn} from '../helpers/folders.js';
import {isRestored, launch, makePlace} from '../helpers/sojourn.js';

test('what is marked becomes one ZIP at the place that one names', async () => {
	const place = await makePlace({
		'single/a.txt': 'a', 'single/b.txt': 'b', 'bulk/batch/1.txt': '1', 'bulk/batch/deep/run:1.txt': '2', 'bulk/other/x': '',
	});
	const terminal = launch(place);
	await terminal.waitFor('▸ other');
	terminal.press('j', 'space', 'G', 'k', 'space');
	await terminal.waitFor('2 marked, 3 files, 3 B');
	terminal.press('z');
	await terminal.waitFor('Export as one ZIP  3 files, 3 B');
	terminal.press('ctrl+u');
	terminal.type('~/mine.zip');
	await terminal.waitFor('> ~/mine.zip');
	terminal.press('return');
	await terminal.waitFor('exported 3 files, 3 B, to');
	const archive = path.join(place.home, 'mine.zip');
	await execute('unzip', ['-tqq', archive]);
	const {stdout} = await execute('unzip', ['-Z1', archive]);
	expect(stdout.trim().split('\n').filter(name => !name.endsWith('/')).toSorted((a, b) => a.localeCompare(b))).toEqual(['bulk/batch/1.txt', 'bulk/batch/deep/run:1.txt', 'single/a.txt']);
	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
});

test('one file is copied beside what is there, and never over it', async () => {
	const place = await makePlace({'single/a.txt': 'new'});
	fs.writeFileSync(path.join(place.work, 'a.txt'), 'old');
	const terminal = launch(place);
	await terminal.waitFor('a.txt');
	terminal.type('jx\r');
	await terminal.waitFor('a (2).txt');
	terminal.type('x\r');
	await terminal.waitFor('a (3).txt');
	expect(namesIn(place.work)).toEqual(['a (2).txt', 'a (3).txt', 'a.txt']);
	expect(fs.readFileSync(path.join(place.work, 'a.txt'), 'utf8')).toBe('old');
	expect(fs.readFileSync(path.join(place.work, 'a (3).txt'), 'utf8')).toBe('new');
});

test.each(['x', 'z'])('an export by %s that is cancelled leaves nothing, and the explorer goes on', async key => {
	const place = await makePlace({'single/big.bin': ''});
	fs.truncateSync(path.join(place.session, 'single/big.bin'), 60_000_000_000);
	const terminal = launch(place);
	await terminal.waitFor('60 GB');
	terminal.type(`j${key}\r`);
	await terminal.waitFor(/exporting big\.bin: \d+ %, [\d.]+ [MG]B of 60 GB/v);
	terminal.press('q');
	await terminal.waitFor('1 export is still running');
	terminal.press('n', 'ctrl+c');
	await terminal.waitFor('the export was cancelled; nothing was left behind');
	expect(namesIn(place.work)).toEqual([]);
	terminal.press('ctrl+c');
	expect(await terminal.exit).toMatchObject({exitCode: 130});
});

test.each([
	['q and y', 0],
	['SIGTERM', 143],
	['Ctrl+C twice', 130],
] as const)('an export that is ended by %s leaves nothing', async (way, exitCode) => {
	const place = await makePlace({'single/big.bin': ''});
	fs.truncateSync(path.join(place.session, 'single/big.bin'), 60_000_000_000);
	const terminal = launch(place);
	await terminal.waitFor('60 GB');
	terminal.type('jz\r');
	await terminal.waitFor(/exporting big\.bin: \d+ %/v);
	switch (way) {
		case 'q and y': {
			terminal.type('qy');
			break;
		}

		case 'SIGTERM': {
			terminal.kill('SIGTERM');
			break;
		}

		case 'Ctrl+C twice': {
			terminal.type('\u{3}\u{3}');
			break;
		}
	}

	expect(await terminal.exit).toMatchObject({exitCode});
	expect(isRestored(terminal)).toBe(true);
	expect(namesIn(place.work)).toEqual([]);
});

test('a destination that is not there is told, and the next attempt has it to correct', async () => {
	const place = await makePlace({'single/a.txt': 'new'});
	const terminal = launch(place);
	await terminal.waitFor('a.txt');
	terminal.type('jx\u{15}nowhere/at/all\r');
	await terminal.waitFor(/nowhere\/at does not exist/v);
	terminal.press('x');
	await terminal.waitFor('> nowhere/at/all');
});
