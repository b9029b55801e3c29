import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, test} from 'vitest';
import {encodeName} from '../../source/text/names.js';
import {readRecipe} from '../helpers/recipes.js';
import {noted, openShell} from '../helpers/shell.js';
import {
	at,
	launch,
	makePlace,
	sessionId,
	strays,
	type Place,
} from '../helpers/sojourn.js';
import type {TerminalOptions, TestTerminal} from '../helpers/terminal.js';
import {need} from '../helpers/tools.js';

const hostile = [
	' lead', '-dash', 'a b', 'end\n', 'it\'s "so"', 'new\nline', '$(touch owned)', '\u{1B}]0;owned\u{7}', '\u{1B}[31mred', '\u{DCFF}byte', 'tab\t', '*', '~', '日本',
];

const bash = async (place: Place, options: Partial<TerminalOptions> = {}): Promise<TestTerminal> => openShell(place, 'bash', ['--norc', '--noprofile', '-i'], options);

/** That the explorer is on the screen, and shows a text. */
const shows = (terminal: TestTerminal, text: string | RegExp) => (): boolean => terminal.isAlternate() && (typeof text === 'string' ? terminal.text().includes(text) : text.test(terminal.text()));

/** Leaves the explorer, and waits until it has gone. */
const leave = async (terminal: TestTerminal, ...keys: readonly string[]): Promise<void> => {
	terminal.press(...keys);
	await terminal.waitFor(() => !terminal.isAlternate() && terminal.isCursorVisible());
};

/** The processes that a process has started, and those have. */
const processesBelow = (parent: number): Array<{readonly pid: number; readonly command: string}> => fs.readdirSync('/proc').filter(name => /^\d+$/v.test(name)).flatMap(name => {
	try {
		const stat = fs.readFileSync(`/proc/${name}/stat`, 'utf8');
		const command = fs.readFileSync(`/proc/${name}/cmdline`, 'utf8');
		return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ', 2)[1]) === parent ? [{pid: Number(name), command}, ...processesBelow(Number(name))] : [];
	} catch {
		return []; // It has ended.
	}
});

describe('what is printed', () => {
	test('is the focused path, and nothing but that, while the screen is on the terminal', async () => {
		const place = await makePlace({'single/a.txt': '', 'bulk/batch/1.txt': ''});
		const terminal = await bash(place);
		terminal.type('note "$(sojourn --print-path)"\r');
		await terminal.waitFor(shows(terminal, 'a.txt'));
		await leave(terminal, 'j', 'q');
		expect(await noted(place)).toEqual([`${place.session}/single/a.txt`]);
	});

	test('is the marked paths in the order of the tree, exact, one a line or ended by NUL', async () => {
		const place = await makePlace({'single/2\nb': '', 'single/1 \u{DCFF}': '', 'bulk/batch/1.txt': ''});
		const terminal = await bash(place);
		for (const [flag, end] of [['', '\n'], ['-0', '\0']] as const) {
			terminal.type(`clear; sojourn --print-path ${flag} < /dev/null > '${place.home}/printed'; echo ended with $?\r`);
			await terminal.waitFor(shows(terminal, 'batch'));
			await terminal.waitFor(String.raw`2\x0ab`);
			terminal.press('G', 'space', 'g', 'g', 'j', 'a');
			await terminal.waitFor('3 marked');
			await leave(terminal, 'q');
			await terminal.waitFor('ended with 0');
			expect(fs.readFileSync(`${place.home}/printed`)).toEqual(encodeName([`${place.session}/single/1 \u{DCFF}`, `${place.session}/single/2\nb`, `${place.session}/bulk/batch`].map(line => line + end).join('')));
		}
	});

	test('on the terminal itself is what cannot harm it', async () => {
		const place = await makePlace({'single/\u{1B}]0;owned\u{7}': ''});
		const terminal = launch(place, ['--session', sessionId, '--print-path']);
		await terminal.waitFor(shows(terminal, 'owned'));
		await leave(terminal, 'j', 'q');
		expect(await terminal.exit).toMatchObject({exitCode: 0});
		expect(terminal.screen().map(line => line.trimEnd()).join('')).toContain(String.raw`${place.session}/single/\x1b]0;owned\x07`);
		expect(strays(terminal)).toBe('');
	});

	test('is the folder whose emptiness is told, or a range that is not ended', async () => {
		const place = await makePlace({'bulk/batch/1.txt': '', 'bulk/batch/2.txt': ''});
		const terminal = await bash(place);
		terminal.type('note "$(sojourn --print-path)"\r');
		await terminal.waitFor(shows(terminal, 'batch'));
		await leave(terminal, 'j', 'q');
		expect(await noted(place)).toEqual([`${place.session}/single`]);
		terminal.type('note "$(sojourn --print-path)"\r');
		await terminal.waitFor(shows(terminal, 'batch'));
		terminal.press('G', 'l');
		await terminal.waitFor('2.txt');
		await terminal.waitFor(at(4, 6));
		terminal.press('j', 'v');
		await leave(terminal, 'j', 'q');
		expect(await noted(place)).toEqual([`${place.session}/bulk/batch/1.txt\n${place.session}/bulk/batch/2.txt`]);
	});

	test('is nothing after Ctrl+C, a signal, or where no session is open', async () => {
		const place = await makePlace({'bulk/batch/1.txt': ''});
		const terminal = await bash(place);
		const printed = `${place.home}/printed`;
		const open = async (shown: string, setup = ':'): Promise<void> => {
			terminal.type(`clear; ${setup}; sojourn --print-path > '${printed}'; echo ended with $?\r`);
			await terminal.waitFor(shows(terminal, shown));
		};

		await open('batch');
		await leave(terminal, 'ctrl+c');
		await terminal.waitFor('ended with 130');
		expect(fs.readFileSync(printed, 'utf8')).toBe('');

		await open('batch');
		process.kill(processesBelow(terminal.pid).find(({command}) => command.startsWith('sojourn'))!.pid, 'SIGTERM');
		await terminal.waitFor('ended with 143');
		expect(fs.readFileSync(printed, 'utf8')).toBe('');

		await open('start a new session', 'unset SOJOURN_SESSION');
		await leave(terminal, 'q');
		await terminal.waitFor('ended with 0');
		expect(fs.readFileSync(printed, 'utf8')).toBe('');
	});
});

test('the screen follows the terminal, programs have it, and it is not suspended while the shell waits', async () => {
	const place = await makePlace({'single/a.txt': 'the text of a', 'bulk/batch/1.txt': ''});
	const terminal = await bash(place, {env: {EDITOR: 'echo edits; read -r line; echo got "$line"; sleep 0.05; :'}});
	terminal.type('note "$(sojourn --print-path < /dev/null)"\r');
	await terminal.waitFor(shows(terminal, 'batch'));
	terminal.resize(60, 14);
	await terminal.waitFor(() => terminal.screen().length === 14 && /\s1\/\d+$/mv.test(terminal.screen().at(-2)!));
	terminal.press('ctrl+z');
	await terminal.waitFor('it cannot be suspended while another');
	terminal.press('j', 'e');
	await terminal.waitFor(() => !terminal.isAlternate() && terminal.text().includes('edits'));
	terminal.type('typed\r');
	await terminal.waitFor(shows(terminal, 'batch'));
	expect(terminal.output()).toContain('got typed');
	await leave(terminal, 'q');
	expect(await noted(place)).toEqual([`${place.session}/single/a.txt`]);
});

test('a session of somebody\'s, or one that is only looked into: what is open is what is chosen from', async () => {
	const other = '22222222-2222-4333-8444-555555555555';
	const place = await makePlace({'single/a.txt': ''});
	fs.mkdirSync(`${place.outputs}/${other}/single`, {recursive: true, mode: 0o700});
	fs.writeFileSync(`${place.outputs}/${other}/single/other.txt`, '');
	const terminal = await bash(place);
	terminal.type('note "$(sojourn --print-path)"\r');
	await terminal.waitFor(shows(terminal, 'a.txt'));
	terminal.press('s');
	await terminal.waitFor('22222222');
	terminal.press('f');
	terminal.type('22222222\r');
	await terminal.waitFor('filter: 22222222');
	terminal.press('i');
	await terminal.waitFor('other.txt');
	terminal.press('q', 'q');
	await terminal.waitFor('a.txt');
	await leave(terminal, 'q');
	expect(await noted(place)).toEqual([`${place.session}/single`]);
	terminal.type(`note "$(sojourn --print-path --session ${other})"\r`);
	await terminal.waitFor('other.txt');
	await leave(terminal, 'j', 'q');
	expect(await noted(place)).toEqual([`${place.outputs}/${other}/single/other.txt`]);
});

test('what was chosen is opened', async () => {
	const place = await makePlace({'single/a.txt': 'the text of a', 'bulk/batch/1.txt': ''});
	const terminal = await bash(place);
	terminal.type(`${/^To open what was chosen: `(?<command>[^`]+)`/mv.exec(fs.readFileSync(path.join(import.meta.dirname, '../../README.md'), 'utf8'))!.groups!['command']!}\r`);
	await terminal.waitFor(shows(terminal, 'batch'));
	terminal.press('j', 'q');
	await terminal.waitFor(() => terminal.text().includes('single/a.txt (END)'));
	await leave(terminal, 'q');
	await terminal.waitFor(() => terminal.text().trimEnd().endsWith('here$'));
});

describe.each([
	['bash', ['--norc', '--noprofile', '-i'], () => readRecipe('shell-bash')],
	['zsh', ['-f', '-i'], () => readRecipe('shell-zsh')],
	['fish', ['--no-config', '--init-command', String.raw`function fish_prompt; echo "here\$ "; end`], () => readRecipe('shell-fish')],
] as const)('the functions for %s', (shell, args, recipe) => {
	const rows = hostile.length + 3;
	const start = async (): Promise<{place: Place; terminal: TestTerminal}> => {
		const place = await makePlace({...Object.fromEntries(hostile.map(name => [`single/${name}`, ''])), 'bulk/\u{1B}]0;owned\u{7} -\nfolder\n/1.txt': ''});
		fs.writeFileSync(`${place.home}/functions`, recipe());
		const terminal = await openShell(place, shell, args);
		terminal.type(`. '${place.home}/functions'; cd /; echo ready-$(echo 42)\r`);
		await terminal.waitFor('ready-42');
		return {place, terminal};
	};

	test('go to what was focused, whatever its name is, and nowhere if nothing was', async context => {
		await need(context, shell);
		const {place, terminal} = await start();
		terminal.type('socd --no-sweep\r');
		await terminal.waitFor(shows(terminal, at(1, rows)));
		await leave(terminal, 'G', 'q');
		terminal.type('note "$PWD"\r');
		expect(await noted(place)).toEqual([`${place.session}/bulk/\u{1B}]0;owned\u{7} -\nfolder\n`]);
		terminal.type('socd\r');
		await terminal.waitFor(shows(terminal, at(1, rows)));
		await leave(terminal, 'j', 'q');
		terminal.type('note "$PWD"\r');
		expect(await noted(place)).toEqual([`${place.session}/single`]);
		terminal.type('socd\r');
		await terminal.waitFor(shows(terminal, at(1, rows)));
		await leave(terminal, 'G', 'ctrl+c');
		terminal.type('note "$PWD"\r');
		expect(await noted(place)).toEqual([`${place.session}/single`]);
	});

	test('put paths into the line that is typed, and add nothing if nothing was chosen', async context => {
		await need(context, shell);
		const {place, terminal} = await start();
		terminal.type('note before  after');
		terminal.press('left', 'left', 'left', 'left', 'left', 'left');
		terminal.type('\u{1B}s');
		await terminal.waitFor(shows(terminal, at(1, rows)));
		await leave(terminal, 'j', 'a', 'q');
		terminal.type('\r');
		const words = await noted(place);
		expect([words[0], words.at(-1)]).toEqual(['before', 'after']);
		expect(words.slice(1, -1).toSorted()).toEqual(hostile.map(name => `${place.session}/single/${name}`).toSorted());
		expect(fs.existsSync('/owned')).toBe(false);
		expect(Buffer.from(terminal.output()).includes('\u{1B}]0;owned')).toBe(false);
		terminal.type('note one');
		terminal.type('\u{1B}s');
		await terminal.waitFor(shows(terminal, at(1, rows)));
		await leave(terminal, 'ctrl+c');
		terminal.type(' two\r');
		expect(await noted(place)).toEqual(['one', 'two']);
	});
});
