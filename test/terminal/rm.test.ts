import fs from 'node:fs';
import {expect, test} from 'vitest';
import {openShell} from '../helpers/shell.js';
import {makePlace} from '../helpers/sojourn.js';
import {need} from '../helpers/tools.js';

test('what rm says of patterns works: it asks on the terminal for what one matches', async context => {
	await need(context, 'bash', 'xargs');
	const place = await makePlace({'single/a b.tmp': '', 'single/b.tmp': '', 'single/c.txt': ''});
	const terminal = await openShell(place, 'bash', ['--norc', '--noprofile', '-i'], {columns: 200});
	terminal.type('sojourn rm "single/*.tmp"\r');
	await terminal.waitFor('rm takes no patterns');
	const {advice} = /"(?<advice>sojourn ls -0 PATTERN .*)" asks/v.exec(terminal.text())!.groups!;
	terminal.type(`clear; ${advice!.replace('PATTERN', '"single/*.tmp"')}\r`);
	await terminal.waitFor('Type y for yes:');
	terminal.type('y\r');
	await terminal.waitFor(/^single\/b\.tmp$/m);
	expect(fs.readdirSync(`${place.session}/single`)).toEqual(['c.txt']);
});
