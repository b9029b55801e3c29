import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, test} from 'vitest';
import {formatMarker} from '../../source/session/marker.js';
import {execute, isRoot, namesIn, stranger} from '../helpers/folders.js';
import {isRestored, launch, makePlace, sessionId, type Place} from '../helpers/sojourn.js';
import type {TestTerminal} from '../helpers/terminal.js';

const binary = path.resolve(import.meta.dirname, '../../dist/bin.cjs');

const files = {'single/a.txt': 'the text of a', 'single/b.txt': '', 'bulk/batch/1.txt': 'x'};

const writeMarker = ({session}: Place, keepUntil?: 'forever'): void => {
	const now = Date.now();
	fs.writeFileSync(path.join(session, '.session.json'), formatMarker({id: sessionId, label: 'mine', createdAt: now, lastActiveAt: now, ...(keepUntil !== undefined && {keepUntil})}), {mode: 0o600});
};

/** A session that nobody keeps. */
const openPlace = async (): Promise<Place> => {
	const place = await makePlace(files);
	writeMarker(place);
	return place;
};

const question = 'Type y for yes:';

const ask = async (place: Place, args: readonly string[]): Promise<TestTerminal> => {
	const terminal = launch(place, args);
	await terminal.waitFor(question);
	return terminal;
};

const isThere = ({session}: Place): boolean => fs.existsSync(`${session}/single/a.txt`);

const end = ['end', 'mine'];
const remove = ['rm', 'single/a.txt', '--session', 'mine'];

describe('the question', () => {
	test('of end shows what would go', async () => {
		const terminal = await ask(await openPlace(), end);
		expect(terminal.text()).toContain('This removes 1 session with all that it holds:\n  mine (11111111): 3 files, 14 B\nRemove it? This cannot be undone. Type y for yes:');
		terminal.type('n\r');
		await terminal.exit;
	});

	test('of rm shows what would go, and of much the first', async () => {
		const place = await openPlace();
		const terminal = await ask(place, ['rm', 'single/a.txt', 'bulk', '--session', 'mine']);
		expect(terminal.text()).toContain('This removes from the session mine (11111111) 2 files, 14 B:\n  bulk/batch/  1 file  1 B\n  single/a.txt  13 B\nRemove them?');
		terminal.type('\r');
		await terminal.exit;
		for (let index = 0; index < 20; index++) {
			fs.writeFileSync(`${place.session}/single/x${index}`, '');
		}

		const long = await ask(place, ['rm', 'single', '--session', 'mine']);
		expect(long.text()).toContain('\n  and 12 more outputs\n');
		long.type('\r');
		expect(await long.exit).toMatchObject({exitCode: 1});
	});

	test('shows no name that does something', async () => {
		const place = await openPlace();
		fs.writeFileSync(Buffer.from(`${place.session}/single/x\u001B[2J\u001B]0;title\u0007\r\ny\u202E`), '');
		const terminal = await ask(place, ['rm', 'single', '--session', 'mine']);
		expect(terminal.text()).toContain(String.raw`single/x\x1b[2J\x1b]0;title\x07\x0d\x0ay\xe2\x80\xae`);
		expect(terminal.text()).toContain('This removes from the session');
		expect(terminal.output()).not.toContain('\u001B]');
		terminal.type('n\r');
		await terminal.exit;
	});
});

describe.each([['end', end], ['rm', remove]] as const)('%s', (_, args) => {
	test.each(['y\r', 'Y\r', 'yes\r', ' y \r', 'n\u{7F}y\r'])('does it after %j', async keys => {
		const place = await openPlace();
		const terminal = await ask(place, args);
		terminal.type(keys);
		expect(await terminal.exit).toEqual({exitCode: 0, signal: 0});
		expect(isThere(place)).toBe(false);
		expect(isRestored(terminal)).toBe(true);
	});

	test.each(['n\r', '\r', 'no\r', 'yy\r', 'yess\r', 'ye\r', 'ÿ\r', 'y\u{7F}\r', '\u{4}'])('does nothing after %j, and says so', async keys => {
		const place = await openPlace();
		const terminal = await ask(place, args);
		terminal.type(keys);
		expect(await terminal.exit).toEqual({exitCode: 1, signal: 0});
		expect(terminal.text()).toContain('nothing was removed');
		expect(isThere(place)).toBe(true);
		expect(isRestored(terminal)).toBe(true);
	});

	test('does nothing after Ctrl+C, ends with 130, and leaves the terminal as it was', async () => {
		const place = await openPlace();
		const terminal = await ask(place, args);
		terminal.type('y');
		terminal.press('ctrl+c');
		expect(await terminal.exit).toEqual({exitCode: 130, signal: 0});
		expect(isThere(place)).toBe(true);
		expect(isRestored(terminal)).toBe(true);
		expect(terminal.text()).not.toMatch(/abort/i);
	});

	test.each([['SIGTERM', 143], ['SIGINT', 130], ['SIGHUP', 129]] as const)('does nothing after %s, and ends with %i', async (signal, exitCode) => {
		const place = await openPlace();
		const terminal = await ask(place, args);
		terminal.kill(signal);
		expect(await terminal.exit).toEqual({exitCode, signal: 0});
		expect(isThere(place)).toBe(true);
	});

	test('takes the first line of a paste, and does nothing with the rest', async () => {
		const place = await openPlace();
		const terminal = await ask(place, args);
		terminal.paste('some text\ny\nyes\n');
		expect(await terminal.exit).toMatchObject({exitCode: 1});
		expect(isThere(place)).toBe(true);
		const bytes = await ask(place, args);
		bytes.type('\u001B[200~y\u001B[201~\r');
		await bytes.exit;
		expect(isRestored(bytes)).toBe(true);
	});
});

test('the terminal echoes and takes lines again afterwards', async () => {
	const place = await openPlace();
	for (const keys of ['n\r', '\u{3}', '\u{4}']) {
		const terminal = launch(place, ['--norc', '--noprofile', '-c', `'${process.execPath}' '${binary}' end mine; echo code $?; stty -a`], {command: 'bash'});
		await terminal.waitFor(question);
		terminal.type(keys);
		await terminal.exit;
		expect(terminal.text()).toMatch(/code [1-9]/);
		expect(terminal.text()).toMatch(/(?<!-)\bicanon\b/);
		expect(terminal.text()).toMatch(/(?<!-)\becho\b/);
		expect(terminal.text()).toMatch(/(?<!-)\bisig\b/);
	}
});

test('what is kept while the question stands is not removed', async () => {
	const place = await openPlace();
	const terminal = await ask(place, end);
	writeMarker(place, 'forever');
	terminal.type('y\r');
	expect(await terminal.exit).toMatchObject({exitCode: 1});
	expect(terminal.text()).toContain('was not removed: it is kept for good');
	expect(isThere(place)).toBe(true);
});

test('what is gone when the answer comes is told', async () => {
	const place = await openPlace();
	const terminal = await ask(place, remove);
	fs.rmSync(`${place.session}/single/a.txt`);
	terminal.type('y\r');
	expect(await terminal.exit).toMatchObject({exitCode: 1});
	expect(terminal.text()).toContain('single/a.txt: it is gone: it was removed meanwhile');
	const whole = await ask(place, end);
	fs.rmSync(place.session, {recursive: true});
	whole.type('y\r');
	expect(await whole.exit).toMatchObject({exitCode: 1});
	expect(whole.text()).toContain('it is gone');
});

test('what cannot go as it is kept is told, whatever is said to the rest', async () => {
	const place = await openPlace();
	const another = `${place.outputs}/${sessionId.replaceAll('1', '2')}`;
	fs.cpSync(place.session, another, {recursive: true});
	fs.writeFileSync(`${another}/.session.json`, formatMarker({id: path.basename(another), createdAt: 0, lastActiveAt: 0, keepUntil: 'forever'}));
	const terminal = await ask(place, ['end', 'mine', '2222']);
	expect(terminal.text()).toContain('This removes 1 session');
	terminal.type('n\r');
	expect(await terminal.exit).toMatchObject({exitCode: 1});
	expect(terminal.text()).toContain('the session 22222222 was not removed: it is kept for good');
});

test('with standard output elsewhere it is asked all the same, and nothing but the result goes there', async () => {
	const place = await openPlace();
	const terminal = launch(place, ['--norc', '--noprofile', '-c', `'${process.execPath}' '${binary}' rm single/a.txt --session mine --json > out; echo code $?`], {command: 'bash'});
	await terminal.waitFor(question);
	terminal.type('y\r');
	await terminal.exit;
	expect(terminal.text()).toContain('code 0');
	expect(JSON.parse(fs.readFileSync(path.join(place.work, 'out'), 'utf8'))).toEqual({removed: [{path: 'single/a.txt', files: 1, bytes: 13}], failed: []});
});

test.each([['< /dev/null', 'nothing to read from'], ['2> errors', 'nothing to ask on']])('with %s there is %s: nothing is asked and nothing removed', async redirection => {
	const place = await openPlace();
	const terminal = launch(place, ['--norc', '--noprofile', '-c', `'${process.execPath}' '${binary}' end mine ${redirection}; echo code $?`], {command: 'bash'});
	expect(await terminal.exit).toMatchObject({exitCode: 0});
	expect(terminal.text()).toContain('code 2');
	expect(isThere(place)).toBe(true);
});

test('--yes asks nothing', async () => {
	const place = await openPlace();
	const terminal = launch(place, [...end, '--yes']);
	expect(await terminal.exit).toMatchObject({exitCode: 0});
	expect(terminal.text()).not.toContain('Type y');
	expect(namesIn(place.outputs)).not.toContain(sessionId);
});

test.skipIf(!isRoot)('somebody else\'s session goes only after a whole yes', async () => {
	const place = await openPlace();
	await execute('chown', ['-R', `${stranger}:${stranger}`, place.session]);
	for (const [answer, isLeft] of [['y', true], ['yes', false]] as const) {
		const terminal = launch(place, ['end', 'mine', '--all']);
		await terminal.waitFor('Type yes for yes:');
		expect(terminal.text()).toContain(`, of uid ${stranger}`);
		terminal.type(`${answer}\r`);
		expect(await terminal.exit).toMatchObject({exitCode: isLeft ? 1 : 0});
		expect(isThere(place)).toBe(isLeft);
	}
});
