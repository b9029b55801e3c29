/**
Makes the README's picture from the real program: `npm run picture`. The demo runs in a pseudo-terminal, some keys are pressed, and what a user would see then is drawn.
*/
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {createScreen, feed} from '../helpers/screen.js';
import {openTerminal} from '../helpers/terminal.js';
import {screenToSvg} from './svg.js';

const columns = 110;
const rows = 30;

const home = await mkdtemp(path.join(tmpdir(), 'sojourn-picture-'));
const terminal = openTerminal({args: ['demo'], columns, rows, home, env: {TZ: 'UTC'}});
try {
	await terminal.waitFor('aurora');
	await terminal.waitFor('296 files');
	terminal.press('return');
	await terminal.waitFor('cover.png');
	terminal.press('j', 'j', 'j', 'space', 'j', 'space');
	await terminal.waitFor('2 marked');
	terminal.type('j'.repeat(10));
	await terminal.waitFor(/report\.md +[\d.]+ KB, /);
	await terminal.waitForQuiet();
	const screen = createScreen(columns, rows);
	await feed(screen, terminal.output());
	await writeFile(path.join(import.meta.dirname, 'explorer.svg'), screenToSvg(screen, 'sojourn: the tree of a session on the left, a preview on the right'));
	console.log(terminal.text());
} finally {
	await terminal.dispose();
	await rm(home, {recursive: true, force: true});
}
