import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {
	afterAll,
	afterEach,
	beforeAll,
	describe,
	expect,
	test,
} from 'vitest';
import {openTerminal, type TerminalOptions, type TestTerminal} from '../helpers/terminal.js';

let home = '';
const open: TestTerminal[] = [];

const bash = (script: string, options: Partial<TerminalOptions> = {}): TestTerminal => {
	const terminal = openTerminal({
		command: 'bash', args: ['--norc', '-c', script], home, ...options,
	});
	open.push(terminal);
	return terminal;
};

// Shows what it reads, control characters as ^X.
const showInput = 'stty raw -echo; echo ready; exec cat -v';

beforeAll(async () => {
	home = await mkdtemp(path.join(tmpdir(), 'sojourn-harness-'));
});

afterEach(async () => {
	await Promise.all(open.splice(0).map(async terminal => terminal.dispose()));
});

afterAll(async () => {
	await rm(home, {recursive: true});
});

test('what a program writes is on the screen, and its exit is told', async () => {
	const terminal = bash(String.raw`printf 'one\n\033[31mtwo\033[m  \n日本|'; exit 3`);
	expect(await terminal.exit).toEqual({exitCode: 3, signal: 0});
	expect(terminal.screen().slice(0, 4)).toEqual(['one', 'two', '日本|', '']);
	expect(terminal.screen()).toHaveLength(40);
	expect(terminal.bytesWritten()).toBe('one\r\n\u{1B}[31mtwo\u{1B}[m  \r\n|'.length + 6);
});

test('keys, text and pastes arrive', async () => {
	const terminal = bash(showInput);
	await terminal.waitFor('ready');
	terminal.press('up', 'ctrl+d', 'return');
	await terminal.waitFor('^[[A^D^M');
	terminal.type('jk');
	await terminal.waitFor(/jk$/mv);
	terminal.paste('a\nb');
	await terminal.waitFor('jka^Mb');
});

test('pastes are bracketed for a program that asks for it', async () => {
	const terminal = bash(String.raw`printf '\033[?2004h'; ${showInput}`);
	await terminal.waitFor('ready');
	expect(terminal.isPasteBracketed()).toBe(true);
	terminal.paste('a');
	await terminal.waitFor('^[[200~a^[[201~');
});

test('the alternate screen and the cursor are followed, there and back', async () => {
	const terminal = bash(String.raw`echo before; printf '\033[?1049h\033[?25l\033[3;5Hinside'; read -r line; printf '\033[?1049l\033[?25h'; echo after`);
	await terminal.waitFor('inside');
	expect([terminal.isAlternate(), terminal.isCursorVisible(), terminal.text().includes('before')]).toEqual([true, false, false]);
	terminal.press('return');
	await terminal.exit;
	expect([terminal.isAlternate(), terminal.isCursorVisible()]).toEqual([false, true]);
	expect(terminal.text()).toContain('before');
	expect(terminal.text()).toContain('after');
});

test('a program sees the size, and each new one', async () => {
	const terminal = bash('trap "stty size" WINCH; stty size; while :; do read -t 1 -r line; done', {columns: 50, rows: 12});
	await terminal.waitFor('12 50');
	terminal.resize(80, 20);
	await terminal.waitFor('20 80');
	expect(terminal.screen()).toHaveLength(20);
});

test('the environment says nothing of the machine that the test runs on', async () => {
	const terminal = bash('env; echo "in $PWD"', {env: {SOJOURN_OUTPUTS: '/somewhere'}, columns: 200, rows: 200});
	await terminal.exit;
	const lines = terminal.screen();
	expect(lines).toEqual(expect.arrayContaining(['TERM=xterm-256color', 'LANG=C.UTF-8', `HOME=${home}`, `XDG_STATE_HOME=${home}/.local/state`, 'SOJOURN_OUTPUTS=/somewhere', `in ${home}`]));
	expect(lines.filter(line => /^(?:CI|VITEST|NODE_ENV|NO_COLOR|FORCE_COLOR|LC_\w+)=/v.test(line))).toEqual([]);
});

test('queries are not answered', async () => {
	const terminal = bash(String.raw`printf '\033[c\033[6n'; ${showInput}`);
	await terminal.waitFor('ready');
	terminal.type('x');
	await terminal.waitFor('x');
	expect(terminal.text()).not.toContain('^[');
});

describe('waiting', () => {
	test('that lasts too long fails with the screen', async () => {
		const terminal = bash('echo here I am; read -r line');
		await terminal.waitFor('here');
		await expect(terminal.waitFor('something else', {timeout: 20})).rejects.toThrow(/20 ms passed while waiting for something else[\s\S]*\| here I am/v);
	});

	test('for a program that has ended fails at once', async () => {
		const terminal = bash('echo that was all; exit 4');
		await expect(terminal.waitFor(/more/v)).rejects.toThrow(/ended \(code 4[\s\S]*that was all/v);
	});

	test('takes a predicate, looked at after each output', async () => {
		const terminal = bash('for number in 1 2 3 4 5; do echo $number; done; read -r line');
		await terminal.waitFor(() => terminal.screen()[4] === '5');
	});

	test('for quiet counts all that a program wrote', async () => {
		const terminal = bash('echo one; read -r line; echo two; read -r line');
		await terminal.waitFor('one');
		const before = terminal.bytesWritten();
		terminal.press('return');
		await terminal.waitForQuiet();
		expect(terminal.bytesWritten() - before).toBe('\r\ntwo\r\n'.length);
	});
});

test('a signal ends a program, and its number is told', async () => {
	const terminal = bash('exec sleep 60');
	terminal.kill('SIGTERM');
	expect(await terminal.exit).toMatchObject({signal: 15});
	terminal.kill('SIGTERM');
});
