import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {
	at,
	launch,
	makePlace,
	sessionId,
	strays,
} from '../helpers/sojourn.js';

/**
Names that are meant to harm, through all that one can do with them; and a terminal that changes its size while one works.
*/

const title = '\u{1B}]0;owned\u{7}';
const shown = String.raw`\x1b]0;owned\x07`;

test('filter, find, marks, copy, editor, removal and its log hand the terminal nothing that does something to it', async () => {
	const place = await makePlace({
		[`single/a${title}.txt`]: 'text', 'single/b\r\u{1B}[2J\u{9B}5n': '', 'single/c\u{202E}gnp': '', [`bulk/${title}/d\n${title}`]: '',
	});
	// The program is given the path as it is, and shows nothing of it.
	const terminal = launch(place, undefined, {columns: 120, rows: 30, env: {EDITOR: 'printf "%s" > edited'}});
	await terminal.waitFor(`a${shown}.txt`);
	await terminal.waitFor(`▸ ${shown}`);
	terminal.type('fowned');
	await terminal.waitFor(String.raw`d\x0a`);
	terminal.press('escape');
	await terminal.waitFor('▾ single');
	terminal.type('/5n\r');
	await terminal.waitFor(String.raw`b\x0d\x1b[2J\xc2\x9b5n  0 B`);
	terminal.press('g', 'g', 'j');
	await terminal.waitFor(at(2));
	terminal.press('e');
	await expect.poll(() => fs.existsSync(path.join(place.work, 'edited')) && fs.readFileSync(path.join(place.work, 'edited'), 'utf8'), {timeout: 10_000}).toBe(`${place.session}/single/a${title}.txt`);
	await terminal.waitFor(() => terminal.isAlternate() && terminal.text().includes(`a${shown}.txt`));
	terminal.press('y', 'p');
	await terminal.waitFor('The path, copied');
	terminal.press('q', 'a', 'X');
	await terminal.waitFor('3 files');
	terminal.press('y');
	await terminal.waitFor(() => fs.readdirSync(`${place.session}/single`).length === 0 && terminal.text().includes('empty: sojourn add FILE'));
	terminal.press(':');
	await terminal.waitFor('Commands');
	terminal.paste(`${title}sweep`);
	terminal.press('escape');
	await terminal.waitFor(() => !terminal.text().includes('Commands'));
	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
	// What is copied goes as Base64.
	const copy = `\u{1B}]52;c;${Buffer.from(`${place.session}/single/a${title}.txt`).toString('base64')}\u{7}`;
	expect(terminal.output()).toContain(copy);
	expect(strays({...terminal, output: () => terminal.output().replaceAll(copy, '')})).toBe('');
	expect(terminal.output()).not.toContain('\u{202E}');
});

test('q ends it after any two changes of size in a row, with keys cut in pieces between them', async () => {
	const place = await makePlace({'single/a.txt': 'the text of a', 'bulk/batch/1.txt': ''});
	const changes: ReadonlyArray<readonly [first: readonly [number, number], second: readonly [number, number]]> = [[[39, 9], [120, 40]], [[200, 60], [41, 11]], [[79, 19], [80, 24]], [[400, 100], [30, 4]]];
	for (const [first, second] of changes) {
		const terminal = launch(place, ['--session', sessionId]);
		await terminal.waitFor('▸ batch');
		terminal.resize(...first);
		terminal.type('\u{1B}');
		terminal.type('[B');
		terminal.resize(...second);
		terminal.press('q');
		expect(await terminal.exit).toEqual({exitCode: 0, signal: 0});
		expect(terminal.isAlternate()).toBe(false);
	}
});

test('very wide and high, and as small as can be, the frame is whole', async () => {
	const place = await makePlace({
		'single/日本語の長い名前.txt': '日本語', 'single/e\u0301\u0301\u0301.txt': 'é', 'single/שלום עולם.txt': 'שלום', 'single/ทำงาน.txt': '', 'single/🇪🇪👩‍👩‍👧‍👦.txt': '',
	});
	for (const [columns, rows] of [[400, 100], [200, 60], [80, 24], [40, 10]] as const) {
		const terminal = launch(place, ['--session', sessionId], {columns, rows});
		await terminal.waitFor('שלום עולם.txt');
		terminal.press('j', 'j', 'j');
		await terminal.waitFor(at(4));
		const screen = terminal.screen();
		expect(screen).toHaveLength(rows);
		expect(screen.at(-1)).toContain('q quit');
		await terminal.dispose();
	}
});
