import fs from 'node:fs';
import {expect, test} from 'vitest';
import {openShell} from '../helpers/shell.js';
import {launch, makePlace, sessionId} from '../helpers/sojourn.js';
import {need} from '../helpers/tools.js';

const counter = 'n=0; trap \'n=$((n+1))\' INT; trap \'echo "caught $n"; exit 4\' TERM; echo ready; while :; do sleep 0.02; [ $n = 0 ] || { sleep 0.3; kill -TERM $$; }; done';

test('Ctrl+C reaches a program that run has started once, by the terminal, and ends run with it', async () => {
	const place = await makePlace();
	const terminal = launch(place, ['run', '--session', sessionId, '--', 'sh', '-c', counter]);
	await terminal.waitFor('ready');
	terminal.press('ctrl+c');
	expect(await terminal.exit).toMatchObject({exitCode: 4});
	expect(terminal.text()).toContain('caught 1');
});

test('a program that run has started has the terminal, and stops and goes on with it', async context => {
	await need(context, 'bash');
	const place = await makePlace();
	const terminal = await openShell(place, 'bash', ['--norc', '--noprofile', '-i']);
	terminal.type('sojourn run -- sh -c \'printf "name? "; read name; echo "hello $name" > "$SINGLE_DIR/a.txt"; test -t 0 && echo on a terminal\'\r');
	await terminal.waitFor(/^name\?$/m);
	terminal.press('ctrl+z');
	await terminal.waitFor('Stopped');
	terminal.type('fg\r');
	await terminal.waitFor(/fg\s[\s\S]*sh -c/);
	terminal.type('Ada\r');
	await terminal.waitFor(/^on a terminal$/m);
	expect(fs.readFileSync(`${place.session}/single/a.txt`, 'utf8')).toBe('hello Ada\n');
	terminal.type('echo "code $?"\r');
	await terminal.waitFor('code 0');
});
