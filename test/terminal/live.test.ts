import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {expect, test} from 'vitest';
import {at, isRestored, launch, makePlace} from '../helpers/sojourn.js';

const files = {
	...Object.fromEntries(Array.from({length: 40}, (_, index) => [`single/${String(index + 10)}.txt`, `the text of ${index + 10}\n`])),
	'bulk/batch 1/1.txt': 'one',
};

test('a producer writes while one looks: all of it appears, and the screen stands still', async () => {
	const place = await makePlace(files);
	const at0 = (name: string): string => path.join(place.session, name);
	const terminal = launch(place);
	await terminal.waitFor(at(1, 43)); // All folders are read.
	terminal.type('j'.repeat(11));
	terminal.press('space');
	await terminal.waitFor('the text of 21');
	await terminal.waitFor('1 marked, 1 file');
	const row = (name: string): number => terminal.screen().findIndex(line => line.slice(0, 50).includes(name));

	// Below, on screen.
	fs.writeFileSync(at0('single/21 and a half.txt'), 'new');
	await terminal.waitFor('21 and a half.txt');
	expect(terminal.text()).toMatch(at(14, 44));

	// The focused file grows: its size, and what is shown of it.
	fs.appendFileSync(at0('single/21.txt'), 'and another line of it\n');
	await terminal.waitFor('and another line of it');
	await terminal.waitFor(/21\.txt +38 B +now/v);

	// Above what is on screen.
	terminal.press('G', 'k', 'k', 'k', 'k', 'k');
	await terminal.waitFor(at(39, 44));
	const before = row('46.txt');
	fs.writeFileSync(at0('single/00.txt'), '');
	fs.renameSync(at0('single/10.txt'), at0('single/09.txt'));
	await terminal.waitFor(at(40, 45));
	expect(row('46.txt')).toBe(before);

	// Gone, and the parts with it.
	fs.rmSync(at0('single/46.txt'));
	await terminal.waitFor(() => !terminal.text().includes('46.txt'));
	terminal.press('G', 'l');
	await terminal.waitFor(/▾ batch 1 [\s\S]* 1\.txt/v);
	fs.writeFileSync(at0('bulk/batch 1/2.txt'), '');
	fs.mkdirSync(at0('bulk/batch 2'));
	await terminal.waitFor(/batch 1 [\s\S]* 1\.txt[\s\S]* 2\.txt/v);
	terminal.press('G');
	await terminal.waitFor(/ 2\.txt[\s\S]*batch 2/v);
	fs.rmSync(at0('single'), {recursive: true});
	await terminal.waitFor(/single [\s\S]*empty: sojourn add FILE [\s\S]*batch 2/v);
	fs.mkdirSync(at0('single'));
	fs.writeFileSync(at0('single/again.txt'), '');
	await terminal.waitFor('again.txt');
	expect(terminal.text()).toContain('1 marked');
	fs.renameSync(place.session, `${place.session}-moved`);
	await terminal.waitFor('gone: removed or renamed');
	terminal.press('q');
	await terminal.exit;
	expect(isRestored(terminal)).toBe(true);
});

/** Whether a namespace can be had in which the system lets nobody watch anything. */
const limited = (): boolean => {
	try {
		execFileSync('unshare', ['-Ur', 'sh', '-c', 'echo 0 > /proc/sys/user/max_inotify_watches'], {stdio: 'ignore'});
		return true;
	} catch {
		return false;
	}
};

test.skipIf(!limited())('where the system has no watch left the status bar says so, and what is on screen is polled', async () => {
	const place = await makePlace({'single/a.txt': 'a'});
	const terminal = launch(place, ['-Ur', 'sh', '-c', 'echo 0 > /proc/sys/user/max_inotify_watches; exec "$@"', 'sh', process.execPath, path.resolve(import.meta.dirname, '../../dist/bin.cjs'), '--session', '11111111-2222-4333-8444-555555555555'], {command: 'unshare'});
	await terminal.waitFor('polling: watch limit');
	fs.writeFileSync(path.join(place.session, 'single/b.txt'), 'b');
	await terminal.waitFor('b.txt');
	fs.appendFileSync(path.join(place.session, 'single/b.txt'), 'longer');
	await terminal.waitFor(/b\.txt +7 B/v);
	terminal.resize(40, 10);
	await terminal.waitFor(() => terminal.screen().some(line => line.includes('polling: watch')));
	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
});
