import fs from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {placeholder} from '../../source/explorer/preview-picture.js';
import {makePng} from '../helpers/pictures.js';
import {colours, launch, makePlace, strays} from '../helpers/sojourn.js';
import type {TestTerminal} from '../helpers/terminal.js';

/** The right half of the screen: the preview. */
const pane = (terminal: TestTerminal): string[] => terminal.screen().map(line => line.slice(52).trimEnd());

test('texts are shown by their kind, each as it is best read', async () => {
	const place = await makePlace({
		'single/a.json': '{"name":"aurora","list":[1,2,3],"deep":{"text":"a long text that does not fit on a line of its own"}}',
		'single/b.csv': 'article,price\n"Ink, black",3.50\n日本語,12.00\n',
		'single/c.md': '# A heading\n\n- an *item*\n',
		'single/d.py': 'def main():\n\treturn "text"\n',
		'single/e.bin': Uint8Array.from({length: 64}, (_, index) => index),
		'single/f.jsonl': '{"step":1}\n{"step":2}\n',
		'bulk/batch/one.txt': 'x',
		'bulk/batch/inner/two.txt': 'x',
	});
	fs.symlinkSync('a.json', path.join(place.session, 'single/g.link'));
	const terminal = launch(place);
	const next = async (expected: string | RegExp): Promise<void> => {
		terminal.press('j');
		await terminal.waitFor(expected);
	};

	await next('"list": [1, 2, 3],');
	await next(/article +price/v);
	expect(pane(terminal).slice(2, 6)).toEqual(['article     price', '─────────────────', 'Ink, black   3.50', '日本語      12.00']);
	await next('• an item');
	await next('    return "text"');
	await next('00000008  08 09 0a 0b 0c 0d 0e 0f  ········');
	await next('{"step": 2}');
	await next('there is   a file of');
	expect(terminal.text()).toContain('points to  a.json');
	terminal.press('G');
	await terminal.waitFor('1 folder');
	expect(pane(terminal)).toEqual(expect.arrayContaining(['inner/', 'one.txt']));
	expect(colours(terminal).length).toBeGreaterThan(10);
	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
	expect(strays(terminal)).toBe('');
});

test('with NO_COLOR they have no colour, but are marked where that helps', async () => {
	const terminal = launch(await makePlace({'single/a.py': 'def main():\n\treturn "text"\n'}), undefined, {env: {NO_COLOR: '1'}});
	await terminal.waitFor('a.py');
	terminal.press('j');
	await terminal.waitFor('    return "text"');
	expect(colours(terminal)).toEqual([]);
	expect(terminal.output()).toContain('1mdef');
});

describe('a picture', () => {
	const picture = makePng({width: 96, height: 96, pixel: (x, y) => [x < 48 ? 255 : 0, y < 48 ? 255 : 0, 0]});
	const files = {'single/a.png': picture, 'single/b.png': makePng({width: 96, height: 96, pixel: () => [0, 0, 255]}), 'single/c.txt': 'a text'};
	const sgr = (terminal: TestTerminal): string => terminal.output();

	test('is drawn in half blocks, in the colours that the terminal can show, and goes with its file', async () => {
		const place = await makePlace(files);
		const terminal = launch(place, undefined, {env: {COLORTERM: 'truecolor'}});
		await terminal.waitFor('c.txt');
		terminal.press('j');
		await terminal.waitFor('PNG picture, 96 × 96, RGB');
		await terminal.waitFor('▀▀▀▀▀');
		expect(sgr(terminal)).toContain('38;2;255;255;0');
		expect(sgr(terminal)).toContain('38;2;0;255;0');
		expect(pane(terminal).filter(line => line.startsWith('▀')).length).toBeGreaterThan(15);
		expect(terminal.output()).not.toContain(placeholder);
		terminal.press('j');
		await terminal.waitFor(() => sgr(terminal).includes('38;2;0;0;255'));
		terminal.press('?');
		await terminal.waitFor('Keys');
		terminal.press('q', 'return');
		await terminal.waitFor(() => terminal.screen().some(line => line.startsWith('▀▀▀')));
		terminal.press('q', 'j');
		await terminal.waitFor('a text');
		expect(terminal.text()).not.toContain('▀');
		terminal.press('q');
		await terminal.exit;
		expect(strays(terminal)).toBe('');
	});

	test('costs nothing while one marks its row, and comes back after a resize', async () => {
		const terminal = launch(await makePlace(files), undefined, {columns: 120, rows: 40});
		await terminal.waitFor('c.txt');
		terminal.press('j');
		await terminal.waitFor('▀▀▀▀▀');
		expect(sgr(terminal)).toContain('38;5;226');
		await terminal.waitForQuiet();
		const before = terminal.bytesWritten();
		terminal.press('space', 'k');
		await terminal.waitFor('1 marked');
		await terminal.waitForQuiet();
		expect(terminal.bytesWritten() - before).toBeLessThan(2000);
		terminal.resize(100, 30);
		await terminal.waitFor(() => terminal.screen().filter(line => line.includes('▀▀▀▀▀')).length > 10);
		const fresh = launch(await makePlace(files), undefined, {columns: 100, rows: 30});
		await fresh.waitFor('c.txt');
		fresh.press('j', 'space', 'k');
		await fresh.waitFor('▀▀▀▀▀');
		await expect.poll(() => terminal.text() === fresh.text(), {timeout: 5000}).toBe(true);
	});

	test('is told, not drawn, with NO_COLOR', async () => {
		const terminal = launch(await makePlace(files), undefined, {env: {NO_COLOR: '1'}});
		await terminal.waitFor('c.txt');
		terminal.press('j');
		await terminal.waitFor('PNG picture, 96 × 96, RGB');
		terminal.press('q');
		await terminal.exit;
		expect(terminal.output()).not.toContain('▀');
	});
});
