import fs from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {commandTable} from '../../source/commands/commands.js';
import {flagTable, written} from '../../source/commands/flags.js';
import {manPage} from '../../source/commands/manual/man-page.js';
import {escapeRoff, paragraph, usageTerm} from '../../source/commands/manual/roff.js';
import {settings} from '../../source/commands/manual/sentences.js';
import {keyLabels, keymap} from '../../source/explorer/keymap.js';
import {version} from '../../source/version.js';
import {temporaryFolder} from '../helpers/folders.js';
import {attempt, need} from '../helpers/tools.js';

const built = path.join(import.meta.dirname, '../../dist/man/sojourn.1');

/** What a reader sees, overstrikes and colours taken out. */
const shown = async (): Promise<string> => {
	const {stdout, stderr} = await attempt('man', ['--warnings', '-E', 'utf8', '-l', built], {
		MANWIDTH: '80', MANPAGER: 'cat', PAGER: 'cat', LANG: 'C.UTF-8', MANROFFSEQ: '', MAN_KEEP_FORMATTING: '',
	});
	expect(stderr).toBe('');
	return stdout;
};

describe('the manual page', () => {
	test('is built, named by package.json, of this version, and the same whenever it is built', () => {
		const {man} = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, '../../package.json'), 'utf8')) as {man: readonly [string]};
		const text = fs.readFileSync(built, 'utf8');
		expect(path.resolve(import.meta.dirname, '../..', man[0])).toBe(built);
		expect(text).toContain(`"sojourn ${version.replaceAll('-', String.raw`\-`)}"`);
		const date = /^\.TH SOJOURN 1 "(?<date>\d{4}-\d\d-\d\d)"/.exec(text)!.groups!['date']!;
		expect(text).toBe(manPage(date));
	});

	test('has no warnings from groff, and its lines fit 80 columns', async context => {
		await need(context, 'man', 'groff');
		expect(await attempt('groff', ['-man', '-ww', '-Tutf8', '-rLL=80n', '-z', built])).toEqual({code: 0, stdout: '', stderr: ''});
		for (const device of ['ascii', 'latin1']) {
			expect((await attempt('groff', ['-man', '-ww', `-T${device}`, '-z', built])).stderr).toBe('');
		}

		const text = await shown();
		expect(text.split('\n').filter(line => [...line].length > 80)).toEqual([]);
		const words = text.replaceAll(/\s+/g, ' ');
		for (const {usage} of commandTable) {
			expect(words).toContain(`sojourn ${usage.replaceAll('…', '...')}`.trimEnd());
		}

		for (const {name, help} of flagTable) {
			expect(words.toLowerCase()).toContain(`${written(name)} `);
			expect(words.toLowerCase()).toContain(help.toLowerCase());
		}

		for (const binding of keymap) {
			expect(words.toLowerCase()).toContain(`${keyLabels(binding).replace('↓', 'down').replace('↑', 'up').replace('←', 'left').replace('→', 'right')} ${binding.help}`.toLowerCase());
		}

		for (const {environment} of settings) {
			expect(words).toContain(environment ?? '');
		}
	});

	test('has nothing to mend for mandoc', async context => {
		await need(context, 'mandoc');
		expect(await attempt('mandoc', ['-T', 'lint', built])).toEqual({code: 0, stdout: '', stderr: ''});
	});

	test('is found by what it says it is', async context => {
		await need(context, 'lexgrog');
		expect((await attempt('lexgrog', [built])).stdout).toContain(': "sojourn - the outputs that programs wrote for you, session by session"');
	});

	test('is where npm install -g puts it, for man to find', async context => {
		await need(context, 'man');
		const folder = await temporaryFolder();
		fs.mkdirSync(path.join(folder, 'man1'));
		fs.copyFileSync(built, path.join(folder, 'man1/sojourn.1'));
		expect((await attempt('man', ['-w', '-M', folder, 'sojourn'])).stdout.trim()).toBe(path.join(folder, 'man1/sojourn.1'));
	});

	test('has the sections that readers look for, each flag beside its command', () => {
		const text = manPage('2026-01-02');
		expect([...text.matchAll(/^\.SH (?<name>.*)$/gm)].map(match => match.groups!['name'])).toEqual([
			'NAME', 'SYNOPSIS', 'DESCRIPTION', 'COMMANDS', 'OPTIONS', 'SETTINGS', 'EXPIRY', 'FILES', 'KEYS', 'ENVIRONMENT', 'EXIT STATUS', 'EXAMPLES', 'SEE ALSO',
		]);
		const commands = text.slice(text.indexOf('.SH COMMANDS'), text.indexOf('.SH OPTIONS'));
		for (const {name, on} of flagTable) {
			expect(commands.split(/\W*\b(?=Flags)/).filter(part => part.includes(escapeRoff(written(name)))).length).toBeGreaterThanOrEqual(on === 'all' ? 1 : on.length);
		}
	});
});

describe('roff', () => {
	test('shows what it would take for requests and escapes as it is', async context => {
		expect(escapeRoff('.hidden')).toBe(String.raw`\&.hidden`);
		expect(paragraph(String.raw`a \x1b b`)).toBe('.PP\na \\ex1b b.\n');
		expect(usageTerm('legacy import [FOLDER] --to DIR')).toBe(String.raw`\fBlegacy\fR \fBimport\fR [\fIFOLDER\fR] \fB\-\-to\fR \fIDIR\fR`);
		expect(() => escapeRoff('日本')).toThrow('no manual page can show');
		await need(context, 'groff');
		const trap = '.so /etc/passwd \'quoted\' "double" `back` ^ ~ - -- \\fB \\n(yr \\ .';
		const folder = await temporaryFolder();
		const file = path.join(folder, 'trap.1');
		fs.writeFileSync(file, `.TH T 1 "2026-01-02"\n.SH NAME\n${escapeRoff(trap)}\n`);
		expect((await attempt('groff', ['-man', '-ww', '-Tascii', '-P-cbou', '-rLL=100n', file])).stdout).toContain(trap);
	});

	test('keeps a dot or a quote at the beginning of a line, where lines are broken', () => {
		const text = paragraph(`${'word '.repeat(15)}.so x ${'word '.repeat(15)}'br end`);
		expect(text.split('\n').slice(1).filter(line => /^[.']/.test(line))).toEqual([]);
	});
});
