import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import {expect, test} from 'vitest';
import {isRestored, launch, makePlace} from '../helpers/sojourn.js';
import {namesIn} from '../helpers/folders.js';

test('what a filter finds is removed and stays removed; the log says so', async () => {
	const place = await makePlace({'single/keep.txt': 'k', 'bulk/one/draft 1.txt': 'one', 'bulk/one/draft 2.txt': 'two', 'bulk/two/final.txt': 'f'});
	const terminal = launch(place);
	await terminal.waitFor('▸ two');
	terminal.type('fdraft');
	await terminal.waitFor('2 match draft');
	await terminal.waitFor('bulk/one/draft 2.txt');
	terminal.press('return', 'a', 'space', 'space');
	terminal.press('X');
	await terminal.waitFor(/Remove 2 outputs for good\? {2}2 files, 6 B/v);
	terminal.press('return');
	terminal.press('y');
	await terminal.waitFor('removed 2 outputs');
	expect(namesIn(`${place.session}/bulk/one`)).toEqual([]);
	terminal.press('escape');
	await terminal.waitFor('▾ single');
	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
	expect(fs.readFileSync(`${place.home}/.local/state/sojourn/sojourn.log`, 'utf8')).toContain('"event":"output removed"');
	expect(fs.existsSync(`${place.session}/single/keep.txt`)).toBe(true);
});

test('an editor and a pager have the terminal while they run, Ctrl+C is theirs, and the screen comes back', async () => {
	const place = await makePlace({'single/a.txt': 'the text of a\n'});
	fs.writeFileSync(`${place.home}/edit`, '#!/bin/sh\ntrap "echo interrupted" INT\necho "EDITING $1"\nread line || read line\necho "$line" >> "$1"\n', {mode: 0o755});
	fs.writeFileSync(`${place.home}/page`, '#!/bin/sh\necho "PAGING $# $(cat)"\nread key < /dev/tty\n', {mode: 0o755});
	const terminal = launch(place, undefined, {env: {EDITOR: `${place.home}/edit`, PAGER: `${place.home}/page`}});
	await terminal.waitFor('a.txt');
	terminal.press('j', 'e');
	await terminal.waitFor(`EDITING ${place.session}/single/a.txt`);
	expect(isRestored(terminal)).toBe(true);
	terminal.press('ctrl+c');
	await terminal.waitFor('interrupted');
	terminal.type('added by hand\r');
	await terminal.waitFor('▾ single');
	await terminal.waitFor('added by hand');
	expect(terminal.isAlternate()).toBe(true);
	terminal.press('i');
	await terminal.waitFor('PAGING 0 the text of a');
	terminal.type('\r');
	await terminal.waitFor('▾ bulk');
	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
	expect(fs.readFileSync(`${place.session}/single/a.txt`, 'utf8')).toBe('the text of a\nadded by hand\n');
});

test('an editor that is not there is told, and what to do', async () => {
	const place = await makePlace({'single/a.txt': 'a'});
	const terminal = launch(place, undefined, {env: {EDITOR: '/nonexistent/editor'}});
	await terminal.waitFor('a.txt');
	terminal.press('j', 'e');
	await terminal.waitFor('cannot be started: set VISUAL or EDITOR');
	terminal.press('q');
	await terminal.exit;
});

test.each([['plainly', {}], ['through tmux', {TMUX: '/tmp/tmux-0/default,1,0'}]])('a path is copied %s, and shown', async (_, env) => {
	const place = await makePlace({'single/a.txt': 'a'});
	const terminal = launch(place, undefined, {env, columns: 120});
	await terminal.waitFor('a.txt');
	terminal.press('j', 'y');
	await terminal.waitFor('copy the path');
	terminal.press('n');
	await terminal.waitFor('The name, copied if your terminal allows that');
	const sequence = `\u{1B}]52;c;${Buffer.from('a.txt').toString('base64')}\u{7}`;
	expect(terminal.output()).toContain(sequence);
	expect(terminal.output().includes(`\u{1B}Ptmux;\u{1B}${sequence}\u{1B}\\`)).toBe('TMUX' in env);
	terminal.press('q', 'y', 'p');
	await terminal.waitFor('/tmp/sojourn-test-');
	await terminal.waitFor('The path, copied');
	expect(terminal.text().replaceAll(/ │\s*\n.*?│ /gv, '')).toContain(`${place.session}/single/a.txt`);
	terminal.press('q', 'q');
	await terminal.exit;
});

test('orders, commands and finding, by their keys', async () => {
	const place = await makePlace({'single/a.txt': 'a', 'single/b.png': 'bbb', 'single/c.bin': 'cc'});
	const terminal = launch(place, undefined, {columns: 120});
	await terminal.waitFor('c.bin');
	const order = (): string[] => terminal.screen().flatMap(line => /^\s+([abc]\.\w+)/.exec(line)?.[1] ?? []);
	terminal.press(',');
	await terminal.waitFor('n name   s size   m time   e extension   capitals reversed');
	terminal.press('s');
	await terminal.waitFor(() => order().join(' ') === 'b.png c.bin a.txt');
	terminal.press(':');
	terminal.type('by extension');
	await terminal.waitFor('Commands  2');
	terminal.press('return');
	await terminal.waitFor(() => order().join(' ') === 'c.bin b.png a.txt');
	terminal.type('/a.t\r');
	await terminal.waitFor('a.txt  1 B');
	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
});
