import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {expect, test} from 'vitest';
import {plant} from '../helpers/folders.js';
import {readRecipeLines} from '../helpers/recipes.js';
import {makeTools, openShell} from '../helpers/shell.js';
import {makePlace, sessionId, type Place} from '../helpers/sojourn.js';
import {startSshd} from '../helpers/sshd.js';
import {cleanEnvironment, type TestTerminal} from '../helpers/terminal.js';
import {attempt, need, type Outcome} from '../helpers/tools.js';

/** A program that writes to where it is told. */
const render = `#!/bin/sh
case $1 in
--movie) echo movie > "$SINGLE_DIR/movie.txt" ;;
--out) echo out > "$2/out.txt"; if flock -x -n "$(sojourn path)/." true; then echo nobody holds it; fi ;;
*) echo picture ;;
esac
`;

/** A shell in a terminal, and a way to see a command end in it. */
const openBash = async (place: Place, env: Readonly<Record<string, string>> = {}): Promise<{readonly terminal: TestTerminal; readonly enter: (line: string) => void; readonly ended: (code: number | string) => Promise<void>}> => {
	const terminal = await openShell(place, 'bash', ['--norc', '--noprofile', '-i'], {columns: 120, rows: 40, env});
	let count = 0;
	return {
		terminal,
		enter(line) {
			count++;
			terminal.type(`tput rmcup; clear; ${line}; echo "command ${count} ended with $?"\r`);
		},
		async ended(code) {
			await terminal.waitFor(new RegExp(String.raw`^command ${count} ended with ${code}\b`, 'm'));
		},
	};
};

test('the commands under "Use", one after the other', {timeout: 60_000}, async context => {
	await need(context, 'bash', 'flock');
	const place = await makePlace();
	fs.rmSync(place.session, {recursive: true});
	plant(place.work, {'photo.png': 'photo', 'notes/deep/a.png': 'a', 'notes/b.txt': 'b'});
	fs.writeFileSync(path.join(makeTools(place), 'render'), render, {mode: 0o755});
	const {terminal, enter, ended} = await openBash(place);
	terminal.type('unset SOJOURN_SESSION\r');
	const [explorer, ...lines] = readRecipeLines('use');
	enter(explorer!);
	await terminal.waitFor(() => terminal.isAlternate() && terminal.text().includes('single'));
	terminal.press('q');
	await terminal.waitFor(() => !terminal.isAlternate());
	await ended(0);
	for (const line of lines) {
		enter(line);
		if (/ (?:rm|end) /.test(line)) {
			await terminal.waitFor('Type y for yes:');
			terminal.type('y\r');
		}

		await ended(line.endsWith('doctor') ? '[01]' : 0);
		const text = terminal.text();
		const shown: Record<string, RegExp> = {
			ls: /^single\/movie\.txt\nsingle\/photo\.png\nsingle\/result\.png\nbulk\/notes$/m,
			'ls \'bulk/**/*.png\'': /^bulk\/notes\/deep\/a\.png\ncommand/m,
			sessions: /holiday/,
			log: /bulk\/notes/,
		};
		expect(text).toMatch(shown[line.replace(/^.*sojourn /, '')] ?? /./);
	}

	expect([`${place.home}/photo.png`, `${place.work}/holiday.zip`].filter(file => !fs.existsSync(file))).toEqual([]);
	enter('sojourn start');
	await ended(0);
	enter(readRecipeLines('hold')[0]!);
	await ended(0);
	expect(terminal.text()).not.toContain('nobody holds it');
});

type Remote = {
	/** The folder of the user at this end. */
	readonly here: string;
	readonly place: Place;
	readonly env: Record<string, string>;
	readonly run: (line: string) => Promise<Outcome>;
	/** The commands of the recipe, in its order. */
	readonly lines: readonly string[];
};

const openRemote = async (): Promise<Remote> => {
	const place = await makePlace({'single/photo.png': 'photo', 'bulk/b/1.png': '1', 'bulk/b/2.txt': '2'});
	const remote = cleanEnvironment(place.home, {SOJOURN_OUTPUTS: place.outputs, SOJOURN_SESSION: sessionId, PATH: `${makeTools(place)}:${process.env['PATH']!}`});
	const bin = await startSshd(path.join(place.home, 'sshd'), Object.fromEntries(['PATH', 'HOME', 'SOJOURN_OUTPUTS', 'SOJOURN_SESSION', 'XDG_STATE_HOME', 'XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'LANG', 'TMUX_TMPDIR'].map(name => [name, name === 'TMUX_TMPDIR' ? place.home : remote[name]!])));
	const here = path.join(place.home, 'here');
	fs.mkdirSync(here);
	const env = cleanEnvironment(here, {PATH: `${bin}:${process.env['PATH']!}`});
	return {
		place, here, env, lines: readRecipeLines('ssh'),
		run: async line => attempt('env', ['-i', ...Object.entries(env).map(([name, value]) => `${name}=${value}`), 'bash', '-c', `cd '${here}'; set -o pipefail; ${line}`]),
	};
};

const names = async (zip: string): Promise<string[]> => {
	expect(await attempt('unzip', ['-t', zip])).toMatchObject({code: 0});
	return (await attempt('unzip', ['-Z1', zip])).stdout.split('\n').filter(name => name !== '' && !name.endsWith('/')).sort();
};

test('files come and go over a real SSH', {timeout: 60_000}, async context => {
	await need(context, 'ssh', 'sshd', 'ssh-keygen', 'bash', 'unzip', 'tar');
	const {run, lines, here, place} = await openRemote();
	const [everything, some, one, add, folder] = lines;
	expect(await run(everything!)).toMatchObject({code: 0, stderr: ''});
	expect(await names(`${here}/outputs.zip`)).toEqual(['bulk/b/1.png', 'bulk/b/2.txt', 'single/photo.png']);
	expect(await run(some!)).toMatchObject({code: 0, stderr: ''});
	expect(await names(`${here}/pictures.zip`)).toEqual(['bulk/b/1.png']);
	expect(await run(one!)).toMatchObject({code: 0, stderr: ''});
	expect(fs.readFileSync(`${here}/copy.png`, 'utf8')).toBe('photo');

	const data = Buffer.alloc(3_000_000, 'some data\n');
	fs.writeFileSync(`${here}/data.csv`, data);
	expect(await run(add!)).toMatchObject({code: 0, stdout: 'single/data.csv\n', stderr: ''});
	expect(fs.readFileSync(`${place.session}/single/data.csv`).equals(data)).toBe(true);
	plant(here, {'photos/a.png': 'a', 'photos/deep/b.png': 'b'});
	expect(await run(folder!)).toMatchObject({code: 0, stderr: ''});
	expect(fs.readFileSync(`${place.session}/bulk/photos/deep/b.png`, 'utf8')).toBe('b');

	// What fails there fails here, with the reason.
	expect(await run(one!.replaceAll('photo', 'nothing'))).toMatchObject({code: 1, stderr: expect.stringContaining('there is no output single/nothing.png') as string});
});

test('the explorer over ssh -t, and in tmux, where it outlives the connection', {timeout: 60_000}, async context => {
	await need(context, 'ssh', 'sshd', 'ssh-keygen', 'bash', 'tmux');
	const {lines, env, place} = await openRemote();
	const [plain, tmux] = lines.slice(5);
	const {terminal, enter, ended} = await openBash(place, env);
	enter(plain!);
	await terminal.waitFor(() => terminal.isAlternate() && terminal.text().includes('photo.png'));
	terminal.press('G');
	await terminal.waitFor('4/4');
	terminal.resize(60, 15);
	await terminal.waitFor(() => terminal.screen().at(-1)!.includes('4/4') || terminal.text().includes('4/4'));
	terminal.press('q');
	await terminal.waitFor(() => !terminal.isAlternate());
	await ended(0);

	terminal.resize(100, 30);
	enter(tmux!);
	await terminal.waitFor(() => terminal.isAlternate() && terminal.text().includes('photo.png'));
	terminal.press('G');
	await terminal.waitFor('4/4');
	// The connection breaks: sshd's own child for it ends, and so does ssh.
	await attempt('pkill', ['-f', `ssh -F ${place.home}/sshd/ssh.conf`]);
	await ended(255);
	enter(tmux!);
	await terminal.waitFor(() => terminal.isAlternate() && terminal.text().includes('4/4'));
	terminal.press('q');
	await ended(0);
});
