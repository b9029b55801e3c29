import fs from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
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
