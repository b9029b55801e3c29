import {Buffer} from 'node:buffer';
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {expect, test} from 'vitest';
import {fakeKitty, type Manners} from '../helpers/fake-kitty.js';
import {launch, makePlace, sessionId} from '../helpers/sojourn.js';
import type {TestTerminal} from '../helpers/terminal.js';

const large = Uint8Array.from({length: 300_001}, (_, index) => (index * 7919) >> 3);
const files = {
	'single/a.bin': large, 'single/b.txt': 'a text', 'single/sub/b.txt': 'another', 'single/empty': '',
};

const inKitty = {TERM: 'xterm-kitty'} as const;

const askToSend = async (terminal: TestTerminal): Promise<void> => {
	terminal.press('j', 'j');
	await terminal.waitFor(/3\/\d+$/mv);
	terminal.press('D');
};

const begin = async (manners: Manners, env: Readonly<Record<string, string>> = inKitty) => {
	const place = await makePlace(files);
	const kitty = fakeKitty(manners);
	const terminal = launch(place, undefined, {env, answer: kitty.answer});
	await terminal.waitFor(/b\.txt.*\n.*empty.*\n.*bulk/v);
	return {place, kitty, terminal};
};

test('kitty is sent a file, which arrives as it is', async () => {
	const {place, kitty, terminal} = await begin('agrees');
	terminal.press('j', 'j');
	await terminal.waitFor(/3\/\d+$/mv);
	terminal.press('D');
	await terminal.waitFor('Send a file to your own machine');
	await terminal.waitFor('1 file, 300 KB');
	expect(terminal.text()).toContain('~/Downloads/a.bin');
	expect(kitty.actions()).toEqual([]);
	terminal.press('return');
	await terminal.waitFor('sent 1 file, 300 KB, to ~/Downloads/a.bin on your machine');
	await terminal.waitFor(() => kitty.actions().at(-1) === 'finish');
	const [received] = kitty.received();
	expect(received).toMatchObject({name: '~/Downloads/a.bin', size: large.length, isWhole: true});
	fs.writeFileSync(path.join(place.work, 'received'), received!.data);
	execFileSync('cmp', [path.join(place.work, 'received'), path.join(place.session, 'single/a.bin')]);
	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
});

test('marked files go one after the other, each under a name of its own', async () => {
	const {kitty, terminal} = await begin('agrees');
	terminal.press('j');
	await terminal.waitFor(/2\/\d+$/mv);
	terminal.press('l');
	await terminal.waitFor(/b\.txt.*\n.*a\.bin/v);
	terminal.press('j', 'space', 'space', 'space', 'space');
	await terminal.waitFor('4 marked, 4 files');
	terminal.press('D');
	await terminal.waitFor('4 files, 300 KB');
	terminal.press('return');
	await terminal.waitFor('sent 4 files');
	expect(kitty.received().map(({name, data}) => [name, data.length])).toEqual([['~/Downloads/b.txt', 7], ['~/Downloads/a.bin', large.length], ['~/Downloads/b (2).txt', 6], ['~/Downloads/empty', 0]]);
	expect(kitty.actions().filter(action => action === 'send')).toHaveLength(1);
});

test('the dialog is left without sending', async () => {
	const {kitty, terminal} = await begin('agrees');
	await askToSend(terminal);
	await terminal.waitFor('Send a file');
	terminal.press('escape');
	await terminal.waitFor(() => !terminal.text().includes('Send a file'));
	expect(kitty.actions()).toEqual([]);
});

test.each<[Manners, string]>([
	['refuses', 'nothing was sent: it was refused in the terminal'],
	['refuses late', 'nothing was sent: single/a.bin: it was refused in the terminal'],
	['fails a file', String.raw`nothing was sent: single/a.bin: the terminal says: EACCES:no \x1b[31mright`],
])('a terminal that %s is believed', async (manners, message) => {
	const {kitty, terminal} = await begin(manners);
	await askToSend(terminal);
	await terminal.waitFor('Send a file');
	terminal.press('return');
	await terminal.waitFor(message);
	expect(kitty.received().every(({isWhole}) => !isWhole)).toBe(true);
	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
});

test.each<[Manners, string]>([['is silent', 'escape'], ['falls silent', 'ctrl+c']])('a terminal that %s can be given up with %s', async (manners, key) => {
	const {kitty, terminal} = await begin(manners);
	await askToSend(terminal);
	await terminal.waitFor('Send a file');
	terminal.press('return');
	await terminal.waitFor(() => kitty.actions().at(-1) === (manners === 'is silent' ? 'send' : 'file'));
	await terminal.waitFor('sending a.bin');
	terminal.press('ctrl+z');
	await terminal.waitFor('files are being sent');
	terminal.press(key);
	await terminal.waitFor('sending was cancelled');
	await terminal.waitFor(() => kitty.actions().at(-1) === 'cancel');
	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
});

test('quitting meanwhile asks, and tells the terminal', async () => {
	const {kitty, terminal} = await begin('is silent');
	await askToSend(terminal);
	await terminal.waitFor('Send a file');
	terminal.press('return');
	await terminal.waitFor(() => kitty.actions().length === 1);
	terminal.press('q');
	await terminal.waitFor('1 task is still running');
	terminal.press('y');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
	expect(kitty.actions()).toEqual(['send', 'cancel']);
});

/** The files that were written for iTerm2. */
const iterm2 = (output: string): Array<{readonly head: string; readonly data: Buffer}> => {
	const found: Array<{head: string; data: Buffer}> = [];
	// eslint-disable-next-line no-control-regex -- sequences begin with one
	for (const {groups} of output.matchAll(/\u{1B}\]1337;(?<kind>FilePart|FileEnd|MultipartFile|File)=?(?<rest>[^\u{7}]*)\u{7}/gv)) {
		const {kind = '', rest = ''} = groups!;
		if (kind === 'FilePart') {
			found.at(-1)!.data = Buffer.concat([found.at(-1)!.data, Buffer.from(rest, 'base64')]);
		} else if (kind !== 'FileEnd') {
			const [head = '', data = ''] = rest.split(':', 2);
			found.push({head, data: Buffer.from(data, 'base64')});
		}
	}

	return found;
};

test('iTerm2 is sent a file, which it does not confirm', async () => {
	const {terminal} = await begin('is silent', {LC_TERMINAL: 'iTerm2', LC_TERMINAL_VERSION: '3.5.3'});
	await askToSend(terminal);
	await terminal.waitFor('does not say');
	terminal.press('return');
	await terminal.waitFor('sent 1 file, 300 KB to iTerm2, not confirmed');
	terminal.press('j', 'D', 'return');
	await terminal.waitFor('sent 1 file, 6 B to iTerm2');
	const [first, second] = iterm2(terminal.output());
	expect(first!.head).toBe(`name=${Buffer.from('a.bin').toString('base64')};size=300001;inline=0`);
	expect(first!.data.equals(large)).toBe(true);
	expect(second!.head).toBe(`name=${Buffer.from('b.txt').toString('base64')};size=6;inline=0`);
	expect(second!.data.toString()).toBe('a text');
});

test('elsewhere, and for folders, it is told what to run', async () => {
	const {place, terminal} = await begin('is silent', {TERM: 'xterm-256color'});
	await askToSend(terminal);
	await terminal.waitFor('This terminal takes no files');
	await terminal.waitFor('ssh ');
	expect(terminal.text()).toContain(sessionId);
	// It is what the shell at the other end would run.
	const copied = /\u{1B}\]52;c;(?<text>[^\u{7}]*)\u{7}/v.exec(terminal.output())!.groups!.text!; // eslint-disable-line no-control-regex
	const command = Buffer.from(copied, 'base64').toString();
	expect(command).toMatch(/^ssh \S+ 'sojourn export .* --to - single\/a\.bin' > a\.bin$/v);
	fs.mkdirSync(path.join(place.work, 'bin'));
	fs.writeFileSync(path.join(place.work, 'bin/ssh'), '#!/bin/sh\nshift\nexec sh -c "$*"\n', {mode: 0o755});
	fs.writeFileSync(path.join(place.work, 'bin/sojourn'), `#!/bin/sh\nexec '${process.execPath}' '${path.resolve('dist/bin.cjs')}' "$@"\n`, {mode: 0o755});
	execFileSync('sh', ['-c', command], {cwd: place.work, env: {PATH: `${place.work}/bin:${process.env['PATH']!}`, HOME: place.home}});
	expect(fs.readFileSync(path.join(place.work, 'a.bin')).equals(large)).toBe(true);
	terminal.press('q', 'k', 'D');
	await terminal.waitFor('--zip');
});
