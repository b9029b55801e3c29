import fs from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {
	at,
	colours,
	launch,
	makePlace,
	strays,
} from '../helpers/sojourn.js';

const files = {
	'single/a.txt': 'the text of a\n',
	'single/b.png': new Uint8Array(2000),
	'single/c.csv': 'x,y\n1,2\n',
	'bulk/batch 2/1.txt': 'one',
	'bulk/batch 10/1.txt': 'ten',
};

test('it opens with single and bulk expanded and the cursor on the first row, and one can walk', async () => {
	const terminal = launch(await makePlace(files));
	await terminal.waitFor('batch 10');
	await terminal.waitFor('3 files');
	await terminal.waitFor('2.0 KB');
	await terminal.waitFor(/batch 10 +10d/v);
	expect(terminal.screen().slice(0, 7).map(line => line.slice(0, 52).trimEnd())).toEqual([
		' ▾ single                                     10d │',
		'     a.txt                              14 B  10d │',
		'     b.png                            2.0 KB  10d │',
		'     c.csv                               8 B  10d │',
		' ▾ bulk                                       10d │',
		'   ▸ batch 2                                  10d │',
		'   ▸ batch 10                                 10d │',
	]);
	expect(terminal.screen().at(-2)).toMatch(/^mine {2}kept for good +1\/7$/v);
	terminal.press('j');
	await terminal.waitFor('the text of a');
	terminal.press('G', 'l', 'j');
	await terminal.waitFor('ten');
	expect(terminal.text()).toMatch(at(8, 8));
	terminal.press('h', 'h', 'h', 'h');
	await terminal.waitFor('▸ bulk');
	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
});

describe('the start menu', () => {
	test('offers the sessions there are, and a new one', async () => {
		const place = await makePlace(files);
		const terminal = launch(place, []);
		await terminal.waitFor('start a new session');
		await terminal.waitFor(/> mine \(11111111\) +5 files, 2\.0 KB +kept for good/v);
		terminal.press('j', 'k', 'return');
		await terminal.waitFor('batch 10');
		terminal.press('q');
		await terminal.exit;

		const again = launch(place, []);
		await again.waitFor(/kept for good {2}current/v);
		again.press('G', 'return');
		await again.waitFor('empty: sojourn add FILE');
		expect(again.text()).toContain('started session');
		expect(fs.readdirSync(place.outputs).filter(name => !name.startsWith('.'))).toHaveLength(2);
	});

	test('is not there where there is nothing to resume: a new session is', async () => {
		const place = await makePlace();
		fs.rmSync(place.session, {recursive: true});
		const terminal = launch(place, []);
		await terminal.waitFor('empty: sojourn add FILE --bulk');
		expect(terminal.text()).not.toContain('start a new session');
		expect(terminal.text()).toMatch(/started session [\da-f]{8}/v);
	});
});

describe('keys that come together', () => {
	test('all act, each on what the one before has left', async () => {
		const place = await makePlace(Object.fromEntries(Array.from({length: 80}, (_, index) => [`single/${index}.txt`, ''])));
		const terminal = launch(place);
		await terminal.waitFor('20.txt');
		terminal.type('jjj ');
		await terminal.waitFor(at(5));
		expect(terminal.text()).toContain('*    2.txt');
		terminal.type('j'.repeat(50));
		await terminal.waitFor(at(55));
		terminal.type('Ggg');
		await terminal.waitFor(at(1));
		terminal.type('u\u{1B}[B\u{1B}[B v\u{1B}OBjv');
		await terminal.waitFor('4 marked');
	});

	test('and those cut in pieces are what they are', async () => {
		const terminal = launch(await makePlace(files));
		await terminal.waitFor('batch 10');
		for (const byte of '\u{1B}[B\u{1B}[B\u{1B}[6~\u{1B}[1;5D\u{1B}[A') {
			terminal.type(byte);
		}

		await terminal.waitFor(at(6));
		terminal.type('gj');
		await terminal.waitFor(at(7));
		expect(terminal.text()).not.toContain('┌');
	});

	test('while Escape alone closes a dialog', async () => {
		const terminal = launch(await makePlace(files));
		await terminal.waitFor('batch 10');
		terminal.press('?');
		await terminal.waitFor('Keys');
		terminal.press('escape');
		await terminal.waitFor(() => !terminal.text().includes('Keys'));
		terminal.press('j');
		await terminal.waitFor(at(2));
	});
});

test('a paste does nothing in the tree, and is text in the prompt', async () => {
	const place = await makePlace(files);
	const terminal = launch(place);
	await terminal.waitFor('batch 10');
	terminal.paste('jjq\nq\u{3}x\n');
	terminal.press('j');
	await terminal.waitFor(at(2));
	terminal.press('x', 'ctrl+u');
	await terminal.waitFor('Export a file');
	terminal.paste('over\nthere q');
	await terminal.waitFor('> over there q');
	expect(fs.readdirSync(place.work)).toEqual([]);
	terminal.press('escape', 'ctrl+z');
});

test('the screen after any change of size is that of a fresh start at that size', async () => {
	const place = await makePlace({...files, ...Object.fromEntries(Array.from({length: 60}, (_, index) => [`bulk/日本語 ${index}/x`, '']))});
	const terminal = launch(place, undefined, {columns: 120, rows: 40});
	await terminal.waitFor('2.0 KB');
	for (const [columns, rows] of [[90, 40], [90, 12], [60, 30], [41, 11], [20, 5], [200, 50], [119, 41], [120, 40]] as const) {
		const fresh = launch(place, undefined, {columns, rows});
		await fresh.waitFor(columns < 40 ? 'Too small' : '10d');
		terminal.resize(columns + 7, rows + 3);
		terminal.resize(columns, rows);
		// The one and the other may still be reading.
		await expect.poll(() => terminal.text() === fresh.text(), {timeout: 5000}).toBe(true);
		await fresh.dispose();
	}
});

test('where it is too small it says so, and is there again when there is room', async () => {
	const terminal = launch(await makePlace(files), undefined, {columns: 39, rows: 24});
	await terminal.waitFor('39x24; needs 40x10');
	terminal.type('jjx?z');
	terminal.resize(80, 24);
	await terminal.waitFor('batch 10');
	await terminal.waitFor(at(1));
	expect(terminal.text()).not.toContain('┌');
	terminal.resize(30, 4);
	await terminal.waitFor('Too small');
	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
});

test('names and contents that are meant to harm reach the terminal as text', async () => {
	const terminal = launch(await makePlace({
		'single/\u{1B}]0;owned\u{7}.txt': '\u{1B}[2J\u{1B}]52;c;AAAA\u{7}\u{9B}31mred\u{8}\u{8}\r\nnext\u{85}line',
		'single/\u{1B}[31mred\nline\u{202E}gnp.exe': '',
		'single/\u{DCFF}\u{DC9B}31m': '',
		'bulk/\u{1B}c/\u{1B}P+q\u{1B}\\': '',
	}));
	await terminal.waitFor(String.raw`\x1b]0;owned\x07.txt`);
	terminal.press('j', 'j');
	await terminal.waitFor(/2 *\/|\s3\/\d+$/mv);
	terminal.press('k', 'return');
	await terminal.waitFor('next');
	terminal.press('q', 'G', 'l', 'a', 'x');
	await terminal.waitFor('Export as one ZIP');
	terminal.press('return');
	await terminal.waitFor('exported');
	terminal.press('q');
	await terminal.exit;
	expect(strays(terminal)).toBe('');
	expect(terminal.output()).not.toContain('\u{202E}');
});

test('with NO_COLOR there is no colour, and still a cursor', async () => {
	const place = await makePlace(files);
	const plain = launch(place, undefined, {env: {NO_COLOR: '1'}});
	const coloured = launch(place);
	for (const terminal of [plain, coloured]) {
		await terminal.waitFor('batch 10');
		terminal.press('j', 'space', '?', 'q', 'z');
		await terminal.waitFor('Export as one ZIP');
	}

	expect(colours(plain)).toEqual([]);
	expect(plain.output()).toContain('\u{1B}[7m');
	expect(colours(coloured).length).toBeGreaterThan(0);
});

test('100,000 files open, and one can go to their ends', async () => {
	const place = await makePlace();
	for (let number = 1; number <= 100_000; number++) {
		const file = path.join(place.session, 'single', `${number}.txt`);
		// A link costs a fraction of a file, but a file cannot have so many.
		if (number % 50_000 === 1) {
			fs.writeFileSync(file, '');
		} else {
			fs.linkSync(path.join(place.session, 'single', `${number - ((number - 1) % 50_000)}.txt`), file);
		}
	}

	const terminal = launch(place);
	await terminal.waitFor('100,000 files');
	await terminal.waitFor(at(1, 100_003));
	terminal.type('G');
	await terminal.waitFor(at(100_003));
	expect(terminal.text()).toContain('100000.txt');
	terminal.type('kk jgg');
	await terminal.waitFor(at(1));
	expect(terminal.screen()[1]).toMatch(/^ {5}1\.txt/v);
	terminal.press('j', 'a');
	await terminal.waitFor('100,000 marked');
	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
});
