import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, test} from 'vitest';
import {namesIn} from '../helpers/folders.js';
import {
	at,
	isRestored,
	launch,
	makePlace,
	sessionId,
	strays,
} from '../helpers/sojourn.js';

const binary = path.resolve(import.meta.dirname, '../../dist/bin.cjs');
const files = {'single/a.txt': 'the text of a', 'bulk/batch/1.txt': ''};

test.each([
	['q', 0],
	['ctrl+c', 130],
] as const)('%s ends with %i, and the terminal is as before', async (key, exitCode) => {
	const terminal = launch(await makePlace(files));
	await terminal.waitFor('batch');
	expect([terminal.isAlternate(), terminal.isCursorVisible(), terminal.isPasteBracketed()]).toEqual([true, false, true]);
	terminal.press('j', key);
	expect(await terminal.exit).toEqual({exitCode, signal: 0});
	expect(isRestored(terminal)).toBe(true);
	expect(terminal.text().trim()).toBe('');
	expect(strays(terminal)).toBe('');
});

test.each([
	['SIGTERM', 143],
	['SIGINT', 130],
	['SIGHUP', 129],
] as const)('%s ends with %i, in the menu too', async (signal, exitCode) => {
	const place = await makePlace(files);
	for (const args of [['--session', sessionId], []]) {
		const terminal = launch(place, args);
		await terminal.waitFor(args.length === 0 ? 'start a new session' : 'batch');
		terminal.kill(signal);
		expect(await terminal.exit).toEqual({exitCode, signal: 0});
		expect(isRestored(terminal)).toBe(true);
	}
});

test('sent to the background it leaves the terminal to the shell until it is fetched', async () => {
	const place = await makePlace(files);
	const terminal = launch(place, ['--norc', '--noprofile', '-i'], {command: 'bash', env: {PS1: 'shell> ', SOJOURN_OUTPUTS: place.outputs}});
	await terminal.waitFor('shell>');
	terminal.type(`'${process.execPath}' '${binary}' --session ${sessionId}\r`);
	await terminal.waitFor('▸ batch');
	terminal.type('\u{1A}');
	await terminal.waitFor(() => !terminal.isAlternate() && terminal.text().includes('Stopped') && terminal.text().trimEnd().endsWith('shell>'));
	// The explorer looks at SIGCONT before the shell's next command is done.
	terminal.type('bg; for n in 1 2 3 4 5 6 7 8 9 10; do sleep 0.05; done; echo still-$((40+2))\r');
	await terminal.waitFor('\nstill-42');
	expect([terminal.isAlternate(), terminal.isCursorVisible()]).toEqual([false, true]);
	terminal.type('fg\r');
	await terminal.waitFor('▸ batch');
	expect([terminal.isAlternate(), terminal.isCursorVisible()]).toEqual([true, false]);
	terminal.type('q');
	await terminal.waitFor(() => !terminal.isAlternate());
});

test('suspended it gives the terminal back to the shell, and comes again', async () => {
	const place = await makePlace(files);
	const terminal = launch(place, ['--norc', '--noprofile', '-i'], {command: 'bash', env: {PS1: 'shell> ', SOJOURN_OUTPUTS: place.outputs}});
	await terminal.waitFor('shell>');
	terminal.type(`'${process.execPath}' '${binary}' --session ${sessionId}\r`);
	await terminal.waitFor('▸ batch');
	for (const round of [1, 2]) {
		terminal.type('j\u{1A}');
		// The shell asks for bracketed pastes itself.
		await terminal.waitFor(() => !terminal.isAlternate() && terminal.isCursorVisible() && terminal.text().split('Stopped').length === round + 1 && terminal.text().trimEnd().endsWith('shell>'));
		terminal.type(`echo usable-$((${round}+40))\r`);
		await terminal.waitFor(`\nusable-${round + 40}`);
		if (round === 2) {
			terminal.resize(90, 20);
		}

		terminal.type('fg\r');
		await terminal.waitFor('▸ batch');
		expect([terminal.isAlternate(), terminal.isCursorVisible(), terminal.isPasteBracketed()]).toEqual([true, false, true]);
		await terminal.waitFor(at(round + 1));
		expect(terminal.screen()).toHaveLength(round === 2 ? 20 : 24);
	}

	terminal.type('q');
	await terminal.waitFor('shell>');
	terminal.type('echo code $?\r');
	await terminal.waitFor('code 0');
	expect([terminal.isAlternate(), terminal.isCursorVisible()]).toEqual([false, true]);
});

test('a fault inside ends with 1, says so, and leaves the terminal as it was', async () => {
	const place = await makePlace(files);
	const script = path.join(place.home, 'fault.mjs');
	fs.writeFileSync(script, String.raw`process.on("SIGPWR", () => { setImmediate(() => { throw new Error("a fault\u001B[31m that nobody saw"); }); });`);
	const terminal = launch(place, ['--import', script, binary, '--session', sessionId], {command: process.execPath});
	await terminal.waitFor('batch');
	terminal.kill('SIGPWR');
	expect(await terminal.exit).toEqual({exitCode: 1, signal: 0});
	expect(isRestored(terminal)).toBe(true);
	expect(terminal.text().replaceAll('\n', '')).toContain(String.raw`a fault\x1b[31m that nobody saw`);
});

test('without a terminal it prints what ls prints, and changes nothing', async () => {
	const place = await makePlace(files);
	const session = `node '${binary}' --session ${sessionId}`.replace('node', `'${process.execPath}'`);
	const terminal = launch(place, ['--norc', '-c', `${session} > out; echo code $?; ${session} < /dev/null; ${session} ls > same`], {command: 'bash'});
	expect(await terminal.exit).toMatchObject({exitCode: 0});
	expect(terminal.text()).toContain('code 0');
	expect(terminal.text()).toContain('single/a.txt');
	expect(terminal.isAlternate()).toBe(false);
	expect(fs.readFileSync(path.join(place.work, 'out'), 'utf8')).toContain('bulk/batch/1.txt');
	expect(fs.readFileSync(path.join(place.work, 'same'), 'utf8')).toBe(fs.readFileSync(path.join(place.work, 'out'), 'utf8'));
});

describe('the demo', () => {
	test('tells that it swept what had expired, and takes everything with it when it ends', async () => {
		const place = await makePlace();
		const temporary = path.join(place.home, 'tmp');
		fs.mkdirSync(temporary);
		const terminal = launch(place, ['demo'], {env: {TMPDIR: temporary}});
		await terminal.waitFor('3 sessions had expired and were removed');
		expect(namesIn(temporary).filter(name => name.startsWith('sojourn-demo-'))).toHaveLength(1);
		terminal.press('return');
		await terminal.waitFor('▾ single');
		terminal.press('q');
		expect(await terminal.exit).toMatchObject({exitCode: 0});
		expect(namesIn(temporary).filter(name => name.startsWith('sojourn-demo-'))).toEqual([]);
		expect(fs.existsSync(path.join(place.home, '.local/state/sojourn'))).toBe(false);
	});

	test('takes everything with it when it is ended, too', async () => {
		const place = await makePlace();
		const temporary = path.join(place.home, 'tmp');
		fs.mkdirSync(temporary);
		const terminal = launch(place, ['demo'], {env: {TMPDIR: temporary}});
		await terminal.waitFor('start a new session');
		terminal.kill('SIGTERM');
		expect(await terminal.exit).toMatchObject({exitCode: 143});
		expect(isRestored(terminal)).toBe(true);
		expect(namesIn(temporary).filter(name => name.startsWith('sojourn-demo-'))).toEqual([]);
	});
});
