import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, test} from 'vitest';
import {
	at,
	colours,
	isRestored,
	launch,
	makePlace,
	sessionId,
	strays,
	type Place,
} from '../helpers/sojourn.js';
import type {TestTerminal} from '../helpers/terminal.js';

/**
What the explorer does for terminals, eyes and hands that are not everybody's.
*/

const files = {
	'single/a.txt': 'the text of a\n',
	'single/b.png': new Uint8Array(2000),
	'single/é 日.txt': 'where é is\n',
	'bulk/batch 2/1.txt': 'one',
};

const binary = path.resolve(import.meta.dirname, '../../dist/bin.cjs');

const configure = (place: Place, config: unknown): Place => {
	fs.mkdirSync(path.join(place.home, '.config/sojourn'), {recursive: true});
	fs.writeFileSync(path.join(place.home, '.config/sojourn/config.json'), JSON.stringify(config));
	return place;
};

/** Starts it with variables that the test's terminal would set itself, such as TERM. */
const launchWith = (place: Place, ...variables: readonly string[]): TestTerminal =>
	launch(place, [...variables, process.execPath, binary, '--session', sessionId], {command: 'env'});

/** What the program says where it does not start. */
const refusal = async (place: Place, args: readonly string[] = []): Promise<string> => {
	const terminal = launch(place, ['--session', sessionId, ...args], {columns: 400});
	expect(await terminal.exit).toEqual({exitCode: 2, signal: 0});
	expect(terminal.output()).not.toContain('\u{1B}[?1049h');
	return terminal.text().trim();
};

describe('where the locale is no UTF-8', () => {
	test.each([{LANG: 'C'}, {LANG: ''}, {LC_ALL: 'POSIX'}, {LC_CTYPE: 'de_DE.ISO-8859-1'}])('%j: only ASCII is drawn, and names are their bytes', async env => {
		const terminal = launch(await makePlace(files), undefined, {env});
		await terminal.waitFor(String.raw`     \xc3\xa9 \xe6\x97\xa5.txt `);
		terminal.press('down', 'down', 'down');
		await terminal.waitFor(at(4));
		await terminal.waitFor(String.raw`where \xc3\xa9 is`);
		terminal.press('x');
		await terminal.waitFor(/^.*\+-{20,}\+/mv);
		await terminal.waitFor(String.raw`single/\xc3\xa9 \xe6\x97\xa5.txt`);
		terminal.press('ctrl+c', ':');
		await terminal.waitFor('v ^ choose');
		terminal.press('ctrl+c', 'q');
		expect(await terminal.exit).toMatchObject({exitCode: 0});
		expect(terminal.output()).not.toMatch(/\P{ASCII}/v);
		expect(strays(terminal)).toBe('');
		expect(isRestored(terminal)).toBe(true);
	});

	test('a UTF-8 that stands in LC_CTYPE counts before LANG', async () => {
		const terminal = launch(await makePlace(files), undefined, {env: {LANG: 'C', LC_CTYPE: 'en_US.UTF-8'}});
		await terminal.waitFor('▾ single');
		await terminal.waitFor('é 日.txt');
	});
});

describe('a theme', () => {
	test('by its name, in the colours that the terminal has', async () => {
		const place = configure(await makePlace(files), {theme: 'dark'});
		const [deep, some, few, none] = ['COLORTERM=truecolor', 'TERM=xterm-256color', 'TERM=xterm', 'NO_COLOR=1'].map(variable => launchWith(place, variable));
		for (const terminal of [deep!, some!, few!, none!]) {
			await terminal.waitFor('batch 2');
			terminal.press('j', 'space');
			await terminal.waitFor('1 marked');
		}

		expect(deep!.output()).toContain('38;2;121;184;255');
		expect(some!.output()).toContain('38;5;');
		expect(some!.output()).not.toContain('38;2;');
		expect(colours(few!).length).toBeGreaterThan(0);
		expect(colours(few!)).not.toContain('38');
		expect(colours(none!)).toEqual([]);
		expect(none!.output()).toContain('\u{1B}[7m');
	});

	test('from a flag, which the config does not change', async () => {
		const terminal = launch(configure(await makePlace(files), {theme: {base: 'dark', roles: {folder: {color: '#010203'}}}}), ['--session', sessionId, '--theme', 'light'], {env: {COLORTERM: 'truecolor'}});
		await terminal.waitFor('batch 2');
		expect(terminal.output()).toContain('38;2;5;80;174');
		expect(terminal.output()).not.toContain('38;2;1;2;3');
	});

	test('with a role of one\'s own', async () => {
		const terminal = launch(configure(await makePlace(files), {theme: {base: 'dark', roles: {folder: {color: '#010203'}}}}), undefined, {env: {COLORTERM: 'truecolor'}});
		await terminal.waitFor('batch 2');
		expect(terminal.output()).toContain('38;2;1;2;3');
	});

	test('a cursor is seen also where nobody knows the terminal', async () => {
		const terminal = launchWith(await makePlace(files), 'TERM=foot', 'FORCE_COLOR=0');
		await terminal.waitFor('batch 2');
		expect(terminal.output()).toContain('\u{1B}[7m');
	});

	test('that is none is refused before anything is touched', async () => {
		expect(await refusal(configure(await makePlace(files), {theme: 'neon'}))).toMatch(/^sojourn: theme in .*config\.json: "neon" is not allowed; give one of terminal, dark, light, high-contrast, or an object/v);
		expect(await refusal(await makePlace(files), ['--theme', 'neon'])).toBe('sojourn: --theme: "neon" is not allowed; give one of terminal, dark, light, high-contrast');
	});
});

describe('keys of one\'s own', () => {
	test('do what they are bound to, and the screen names them', async () => {
		const place = configure(await makePlace(files), {keys: {export: 'E', 'move-down': ['t', 'down'], mark: ['space', 'alt+m'], 'sort size': ', b', quit: 'Q', find: []}});
		const terminal = launch(place);
		await terminal.waitFor('batch 2');
		expect(terminal.text()).toContain('E export');
		expect(terminal.text()).toContain('Q quit');
		terminal.press('t', 'j', 'alt+m');
		await terminal.waitFor('1 marked');
		expect(terminal.text()).toMatch(at(3));
		terminal.press(',');
		await terminal.waitFor('n name   b size');
		terminal.press('b', ':');
		await terminal.waitFor('Commands');
		terminal.type('export the');
		await terminal.waitFor(/E +export the focused file/v);
		terminal.press('ctrl+c', '?');
		await terminal.waitFor(/t ↓ +next row/v);
		terminal.press('q', 'x', 'Q');
		await terminal.waitFor(() => !terminal.text().includes('next row'));
		terminal.press('E');
		await terminal.waitFor('Export a file');
		terminal.press('ctrl+c', 'q', 'Q');
		expect(await terminal.exit).toMatchObject({exitCode: 0});
	});

	test('choose in the start menu, too', async () => {
		const terminal = launch(configure(await makePlace(files), {keys: {'move-down': ['t'], 'move-up': ['c']}}), []);
		await terminal.waitFor('t c move');
		terminal.press('t', 'c', 't', 'c', 'return');
		await terminal.waitFor('batch 2');
	});

	test.each([
		[{export: 'e'}, '"e" is also a key of edit (open in $EDITOR); give export or edit another'],
		[{export: 'g'}, '"g" begins "g g", which is a key of top (first row)'],
		[{export: 'ctrl+m'}, '"ctrl+m" cannot be told from return by a terminal'],
		[{exprot: 't'}, '"exprot" is no action; known are move-down'],
		[{export: '\u{1B}[2J'}, String.raw`"\x1b[2J" is no key`],
	])('%j are refused before anything is touched', async (keys, message) => {
		const place = configure(await makePlace(), {keys});
		fs.rmSync(place.outputs, {recursive: true});
		expect(await refusal(place)).toMatch(/^sojourn: keys/v);
		expect(await refusal(place)).toContain(message);
		expect(fs.existsSync(place.outputs)).toBe(false);
		expect(fs.existsSync(path.join(place.home, '.local'))).toBe(false);
	});
});

test('the terminal\'s own cursor is on the focused row, or in the text that is typed', async () => {
	const terminal = launch(await makePlace(files));
	await terminal.waitFor('batch 2');
	await terminal.waitFor(() => terminal.cursor().row === 0);
	terminal.press('j', 'j', 'j');
	await terminal.waitFor(() => terminal.screen()[terminal.cursor().row]!.startsWith('     é 日.txt'));
	terminal.press('G');
	await terminal.waitFor(() => terminal.screen()[terminal.cursor().row]!.startsWith('   ▸ batch 2'));
	terminal.type('/bat');
	await terminal.waitFor(() => terminal.screen()[terminal.cursor().row] === '/bat' && terminal.cursor().column === 4);
	expect(terminal.isCursorVisible()).toBe(false);
	terminal.resize(60, 12);
	await terminal.waitFor(() => terminal.cursor().row === 11);
	terminal.press('return', 'k');
	await terminal.waitFor(() => terminal.screen()[terminal.cursor().row]!.startsWith(' ▾ bulk'));
});

describe('the mouse', () => {
	test('is the terminal\'s own unless it is asked for, and what it reports then does nothing', async () => {
		const terminal = launch(await makePlace(files));
		await terminal.waitFor('batch 2');
		expect(terminal.isMouseReported()).toBe(false);
		terminal.type('\u{1B}[<0;5;3M\u{1B}[<0;5;3mj');
		await terminal.waitFor(at(2));
		expect(terminal.output()).not.toContain('\u{1B}[?100');
	});

	test.each([['a flag', {}, ['--mouse']], ['the config', {mouse: true}, []]] as const)('asked for by %s it clicks, double clicks and scrolls', async (_, config, args) => {
		const many = Object.fromEntries(Array.from({length: 60}, (__, index) => [`bulk/batch 2/${index}.txt`, '']));
		const terminal = launch(configure(await makePlace({...files, ...many}), config), ['--session', sessionId, ...args]);
		await terminal.waitFor('batch 2');
		expect(terminal.isMouseReported()).toBe(true);
		terminal.mouse('click', 1, 8);
		await terminal.waitFor(at(2));
		await terminal.waitFor('the text of a');
		terminal.mouse('click', 5, 8);
		terminal.mouse('click', 5, 8);
		await terminal.waitFor('▾ batch 2');
		await terminal.waitFor('14.txt');
		terminal.mouse('wheel-down', 5, 8);
		await terminal.waitFor(/^ {7}17\.txt/mv);
		terminal.mouse('wheel-up', 5, 8);
		await terminal.waitFor('▾ single');
		expect(strays(terminal)).toBe('');
		terminal.press('q');
		expect(await terminal.exit).toMatchObject({exitCode: 0});
		expect(isRestored(terminal)).toBe(true);
	});

	test('works in the start menu', async () => {
		const terminal = launch(await makePlace(files), ['--mouse']);
		await terminal.waitFor('start a new session');
		terminal.mouse('click', 2, 8);
		terminal.mouse('click', 2, 8);
		await terminal.waitFor('batch 2');
	});

	test('is the terminal\'s again after a signal, a fault, and while the shell or the editor has it', async () => {
		const place = await makePlace(files);
		const args = ['--session', sessionId, '--mouse'];
		const killed = launch(place, args);
		await killed.waitFor('batch 2');
		killed.kill('SIGTERM');
		await killed.exit;
		expect(isRestored(killed)).toBe(true);

		const script = path.join(place.home, 'fault.mjs');
		fs.writeFileSync(script, 'process.on("SIGPWR", () => { setImmediate(() => { throw new Error("a fault"); }); });');
		const broken = launch(place, ['--import', script, binary, ...args], {command: process.execPath});
		await broken.waitFor('batch 2');
		broken.kill('SIGPWR');
		expect(await broken.exit).toMatchObject({exitCode: 1});
		expect(isRestored(broken)).toBe(true);

		const terminal = launch(place, ['--norc', '--noprofile', '-i'], {command: 'bash', env: {PS1: 'shell> ', EDITOR: 'sh -c \'echo editing; read line\' --'}});
		await terminal.waitFor('shell>');
		terminal.type(`'${process.execPath}' '${binary}' ${args.join(' ')}\r`);
		await terminal.waitFor('batch 2');
		terminal.press('j', 'ctrl+z');
		await terminal.waitFor(() => !terminal.isAlternate() && terminal.text().includes('Stopped'));
		expect(terminal.isMouseReported()).toBe(false);
		terminal.type('fg\r');
		await terminal.waitFor('batch 2');
		expect(terminal.isMouseReported()).toBe(true);
		terminal.press('e');
		await terminal.waitFor('editing');
		expect(terminal.isMouseReported()).toBe(false);
		terminal.type('\r');
		await terminal.waitFor(() => terminal.isAlternate() && terminal.isMouseReported());
	});
});

describe('for a screen reader', () => {
	test.each([['INK_SCREEN_READER', {}, {INK_SCREEN_READER: 'true'}], ['the config', {screenReader: true}, {}]] as const)('by %s: lines of text, and of a change only what is new', async (_, config, env) => {
		const terminal = launch(configure(await makePlace(files), config), undefined, {env, rows: 50});
		await terminal.waitFor('Session mine, kept for good, ? help, q quit\nsingle, folder, open,');
		// As soon as the folders are read.
		await expect.poll(() => {
			terminal.press('G');
			return terminal.text();
		}).toContain('bulk/batch 2, folder, closed');
		terminal.press('g', 'g', 'j', 'j');
		await terminal.waitFor('\nsingle/b.png, file, 2.0 KB, 10 days old, 3 of 6\n');
		const before = terminal.output().length;
		terminal.press('space');
		await terminal.waitFor('\n1 output marked, 1 file, 2.0 KB\n');
		expect(terminal.output().slice(before)).toContain('single/é 日.txt, file, 12 B, 10 days old, 4 of 6\r\n');
		expect(terminal.output().slice(before)).not.toContain('single/b.png');
		terminal.press('k');
		await terminal.waitFor('single/b.png, file, 2.0 KB, 10 days old, marked, 3 of 6');
		terminal.press('k', 'return');
		await terminal.waitFor('Preview of single/a.txt, Space next page, q back\nthe text of a\n');
		terminal.press('q', 'u', 'x');
		await terminal.waitFor(/Export a file, 14 B|Export a file, 1 file, 14 B/v);
		await terminal.waitFor('to a directory or file name:');
		await terminal.waitFor('> ~/work');
		terminal.press('return');
		await terminal.waitFor(/^exported 1 file, 14 B, to .*\/work\/a\.txt$/mv);
		terminal.press('?');
		await terminal.waitFor('suspend; fg comes back');
		terminal.press('q', 's');
		await terminal.waitFor('Your sessions, ? help, q back');
		await terminal.waitFor(/^mine, kept.*open here, 1 of 1$/mv);
		terminal.press('q', 'q');
		expect(await terminal.exit).toMatchObject({exitCode: 0});
		expect(terminal.output()).not.toMatch(/[┌│─▸▾]/v);
		expect(strays(terminal)).toBe('');
		// eslint-disable-next-line no-control-regex -- sequences begin with one
		expect([...terminal.output().matchAll(/\u{1B}\[[^A-Za-z]*[A-Za-z]/gv)].map(([sequence]) => sequence)).toEqual(['\u{1B}[?2004h', '\u{1B}[?2004l', '\u{1B}[0m']);
		expect(isRestored(terminal)).toBe(true);
	});

	test('in the start menu, and where the terminal is as small as can be', async () => {
		const terminal = launch(await makePlace(files), [], {env: {INK_SCREEN_READER: 'true'}, columns: 20, rows: 4});
		await terminal.waitFor(() => terminal.output().includes('Resume a session, or start a new one, s all sessions, q quit\r\n'));
		await terminal.waitFor(() => terminal.output().includes('mine (11111111), '));
		terminal.press('j');
		await terminal.waitFor(() => terminal.output().includes('start a new session, 2 of 2\r\n'));
		terminal.press('k', 'return');
		await terminal.waitFor(() => terminal.output().includes('single, folder, open'));
		terminal.press('q');
		expect(await terminal.exit).toMatchObject({exitCode: 0});
	});

	test('hostile names are harmless, too', async () => {
		const terminal = launch(await makePlace({'single/\u{1B}]0;owned\u{7}.txt': '\u{1B}[2Jtext', 'single/a\u{202E}b\n.txt': ''}), undefined, {env: {INK_SCREEN_READER: 'true'}});
		await terminal.waitFor('single, folder');
		terminal.press('j');
		await terminal.waitFor(String.raw`single/\x1b]0;owned\x07.txt, file`);
		terminal.press('return');
		await terminal.waitFor(String.raw`\x1b[2Jtext`);
		terminal.press('q', 'j');
		await terminal.waitFor(String.raw`single/a\xe2\x80\xaeb\x0a.txt, file`);
		terminal.press('q');
		await terminal.exit;
		expect(strays(terminal)).toBe('');
	});
});

test('names that run from right to left keep size and age in their columns', async () => {
	const terminal = launch(await makePlace({'single/שלום 12': 'x', 'single/ملف': 'y', 'bulk/שלום/z': ''}), undefined, {isOld: true});
	await terminal.waitFor(/שלום 12\u{200E}? +1 B +10d/v);
	terminal.press('j');
	await terminal.waitFor(at(2));
	expect(terminal.screen()[1]).toMatch(/^ {5}שלום 12\u{200E} +1 B +10d │/v);
	expect(terminal.screen()[1]!.replace('\u{200E}', '').indexOf('│')).toBe(50);
});

test('doctor says which theme, glyphs and mouse are in force', async () => {
	const place = configure(await makePlace(files), {theme: {base: 'light', roles: {key: {bold: false}}}, mouse: true, screenReader: true, keys: {export: 'E'}});
	const terminal = launch(place, ['doctor'], {columns: 300, env: {COLORTERM: 'truecolor'}});
	expect(await terminal.exit).toMatchObject({exitCode: 0});
	expect(terminal.text()).toContain('C.UTF-8; theme light with changes, 24-bit colours, UTF-8 glyphs, mouse on, lines for a screen reader, keys of your own');
});
