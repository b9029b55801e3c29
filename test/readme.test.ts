import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {expect, test} from 'vitest';
import {commandTable} from '../source/commands/commands.js';
import {helpText} from '../source/commands/help.js';
import {flagTable} from '../source/commands/flags.js';
import {settingsMarkdown} from '../source/commands/manual/sentences.js';
import {keymapMarkdown} from '../source/explorer/keymap.js';

const file = path.join(import.meta.dirname, '../README.md');
const section = /(<!-- keys: [^>]*-->\n)([\s\S]*?)(<!-- \/keys -->)/;

test('the README shows the keys that the program has (SOJOURN_UPDATE_README=1 writes them)', () => {
	const text = fs.readFileSync(file, 'utf8');
	const wanted = text.replace(section, (_, before: string, __, after: string) => `${before}${keymapMarkdown()}\n${after}`);
	if (process.env['SOJOURN_UPDATE_README'] !== undefined) {
		fs.writeFileSync(file, wanted);
	}

	expect(section.exec(text)?.[2]?.trim() ?? '').toBe(keymapMarkdown());
});

test('the README shows the settings that the help and the manual page tell of', () => {
	expect(/<!-- settings: [^>]*-->\n(?<table>[\s\S]*?)\n<!-- \/settings -->/.exec(fs.readFileSync(file, 'utf8'))?.groups!['table']).toBe(settingsMarkdown());
});

test('the README refers to nothing outside the project', () => {
	expect(fs.readFileSync(file, 'utf8')).not.toMatch(/\.\.\/shared|DESIGN\.md/);
});

test('the help names every command and every flag', () => {
	const help = helpText('explorer').replaceAll(/\s+/g, ' ');
	for (const {usage} of commandTable) {
		expect(help).toContain(`sojourn${usage === '' ? '' : ` ${usage}`}`);
	}

	for (const {name, help: what} of flagTable) {
		expect(help).toContain(name);
		expect(help).toContain(what);
	}
});
