import {describe, expect, test} from 'vitest';
import {
	at,
	isRestored,
	launch,
	makePlace,
	strays,
} from '../helpers/sojourn.js';

/**
What the explorer does for terminals, eyes and hands that are not everybody's.
*/

const files = {
	'single/a.txt': 'the text of a\n',
	'single/b.png': new Uint8Array(2000),
	'single/é 日.txt': 'where é is\n',
	'bulk/batch 2/1.txt': 'one',
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
