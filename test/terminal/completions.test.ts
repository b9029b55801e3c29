import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import {describe, expect, test, type TestContext} from 'vitest';
import {commandTable} from '../../source/commands/commands.js';
import {formatMarker} from '../../source/session/marker.js';
import {encodeName} from '../../source/text/names.js';
import {plant} from '../helpers/folders.js';
import {readRecipe} from '../helpers/recipes.js';
import {noted, openShell} from '../helpers/shell.js';
import {makePlace, sessionId, type Place} from '../helpers/sojourn.js';
import type {TestTerminal} from '../helpers/terminal.js';
import {need} from '../helpers/tools.js';

/** What matters in quotes as well. */
const quoting = ['it\'s', '"so"', '\'a"b\'', '$HOME $(touch owned)', '`touch owned`', '!! a!x!', 'a\\', String.raw`\x41`, 'a:b=c'];

/** Each would do something, or name something else, if a shell or a terminal took it as it is. */
const hostile = [
	...quoting, ' lead end ', ';touch owned', '*', '?[ab]{a,b}', '~', '#x', 'a&b|c<d>e(x)', '--yes', 'new\nline\n', 'tab\t\u{1B}]0;owned\u{7}\u{DCFF}', '日本 ^x %1 @,',
];

const paths = hostile.map((name, index) => `bulk/${String(index).padStart(2, '0')}/${name}`);

const packaged = '/usr/share/bash-completion/bash_completion';

type Shell = {
	readonly name: string;
	readonly program: string;
	readonly args: readonly string[];
	/** What is typed before the recipe. */
	readonly setup: string;
	readonly recipe: () => string;
	/** What the shell has to have besides; the rest is as without it, and not tried again. */
	readonly file?: string;
};

const shells: readonly Shell[] = [
	{name: 'bash', program: 'bash', args: ['--norc', '--noprofile', '-i'], setup: ':', recipe: () => readRecipe('completions-bash')},
	{name: 'bash with the package bash-completion', program: 'bash', args: ['--norc', '--noprofile', '-i'], setup: `. ${packaged}`, recipe: () => readRecipe('completions-bash-package'), file: packaged},
	{name: 'zsh', program: 'zsh', args: ['-f', '-i'], setup: 'unsetopt prompt_sp; zstyle ":completion:*" list-prompt ""', recipe: () => readRecipe('completions-zsh')},
	{name: 'fish', program: 'fish', args: ['--init-command', String.raw`function fish_prompt; echo "here\$ "; end`], setup: ':', recipe: () => readRecipe('completions-fish')},
];

const tab = '\t';

/** A word with a backslash before each character: every shell reads that alike. */
const quoted = (text: string): string => text.replaceAll(/[^\p{L}\d]/gv, String.raw`\$&`);

/** What the session of a place holds, as the file system has it. */
const outputs = (place: Place): string[] => (fs.readdirSync(place.session, {recursive: true, encoding: 'buffer', withFileTypes: true}))
	.filter(entry => !entry.isDirectory() && entry.name.toString() !== '.session.json')
	.map(entry => path.relative(place.session, `${entry.parentPath}/${entry.name.toString()}`));

describe.each(shells)('$name', ({program, args, setup, recipe, file}) => {
	/** A shell in a folder in which what is not quoted would name something else. */
	const start = async (context: TestContext, files: Readonly<Record<string, string>>): Promise<{place: Place; terminal: TestTerminal; run: (line: string) => Promise<void>}> => {
		await need(context, program);
		if (file !== undefined && !fs.existsSync(file)) {
			context.skip(`there is no ${file} here`);
		}

		const place = await makePlace(files);
		fs.mkdirSync(`${place.home}/.cache`); // For compiled code: the program is started a hundred times.
		plant(place.work, Object.fromEntries(paths.flatMap((_, index) => ['a', 'b', 'c'].map(name => [`bulk/${String(index).padStart(2, '0')}/${name}`, '']))));
		const terminal = await openShell(place, program, args, {rows: 50});
		fs.writeFileSync(`${place.home}/setup`, `${setup}\n${recipe()}`);
		let runs = 0;
		const run = async (line: string): Promise<void> => {
			runs++;
			terminal.type(`${line}; echo > ~/done-${runs}\r`);
			await terminal.waitFor(() => fs.existsSync(`${place.home}/done-${runs}`), {timeout: 20_000});
		};

		await run('. ~/setup');
		return {place, terminal, run};
	};

	/** What is there beside what was planted: nothing may be. */
	const strangers = (place: Place): string[] => [...fs.readdirSync(place.work), ...fs.readdirSync(place.home)].filter(name => name.includes('owned'));

	test.for(file === undefined ? [['without quotes', ''], ['in single quotes', '\''], ['in double quotes', '"']] as const satisfies ReadonlyArray<readonly [string, string]> : [])('outputs of any name are completed, %s', async ([, quote], context) => {
		const names = quote === '' ? paths : paths.slice(0, quoting.length);
		const {place, terminal, run} = await start(context, {'single/other.txt': '', ...Object.fromEntries(names.map(name => [name, '']))});
		await run(`cd ~/work; sojourn rm --yes ${names.map(name => `${quote}${name.slice(0, 8)}${tab}`).join('')}`);
		expect(outputs(place), terminal.text()).toEqual(['single/other.txt']);
		expect(strangers(place)).toEqual([]);
		expect(Buffer.from(terminal.output()).includes('\u{1B}]0;owned')).toBe(false);
	});

	test('a path is completed a level at a time, for ls and export too', async context => {
		const name = 'it\'s $(touch owned) "a:b=c" \\x41 \u{DCFF}\n*';
		const {place, run} = await start(context, {[`bulk/ a 1/${name}`]: 'this one', 'bulk/ a 1/.hidden': '', 'bulk/b/c': ''});
		await run(String.raw`sojourn ls -0 bu${tab}\ ${tab}${tab} > ~/listed`);
		expect(fs.readFileSync(`${place.home}/listed`)).toEqual(encodeName(`bulk/ a 1/${name}\0`));
		await run(`sojourn export 'bulk/ a 1/it${tab} --to ~/taken`);
		expect(fs.readFileSync(`${place.home}/taken`, 'utf8')).toBe('this one');
		await run(String.raw`sojourn export bulk/\ a\ 1/it\'s${tab} --to ~/taken --overwrite`);
		await run(String.raw`sojourn export "bulk/ a 1/it's \$(touch ${tab} --to ~/taken --overwrite`);
		await run(String.raw`sojourn ls bulk/\ a\ 1/.${tab} > ~/listed`);
		expect(fs.readFileSync(`${place.home}/listed`, 'utf8')).toBe('bulk/ a 1/.hidden\n');
		expect(strangers(place)).toEqual([]);
	});

	test('commands, flags, their values and words are completed', async context => {
		const {place, run} = await start(context, {});
		fs.symlinkSync('note', `${place.home}/bin/sojourn-note`);
		fs.mkdirSync(`${place.home}/a folder`);
		fs.writeFileSync(`${place.home}/a file`, '');
		// The scripts ask the real program; what runs in the end only notes what it was given.
		fs.renameSync(`${place.home}/bin/sojourn`, `${place.home}/bin/real`);
		fs.writeFileSync(`${place.home}/bin/sojourn`, '#!/bin/sh\ncase $1 in __complete) exec real "$@" ;; *) exec note "$@" ;; esac\n', {mode: 0o755});
		const expectLine = async (typed: string, words: readonly string[]): Promise<void> => {
			await run(`sojourn ${typed}`);
			// Zsh takes a slash away again when what follows is no name.
			expect((await noted(place)).map(word => word.replace(/\/$/, ''))).toEqual(words);
		};

		await expectLine(`sess${tab}--no-s${tab}--al${tab}`, ['sessions', '--no-sizes', '--all']);
		await expectLine(`legacy pub${tab}min${tab}`, ['legacy', 'publish', 'mine']);
		await expectLine(`--th${tab}hi${tab}--theme=l${tab}`, ['--theme', 'high-contrast', '--theme=light']);
		await expectLine(`export --verify f${tab}--level=9${tab} --sess${tab}m${tab}`, ['export', '--verify', 'full', '--level=9', '--session', 'mine']);
		await expectLine(`path bu${tab}--session=mi${tab}`, ['path', 'bulk', '--session=mine']);
		await expectLine(`completions zs${tab}`, ['completions', 'zsh']);
		await expectLine(String.raw`add ~/a\ fi${tab}--bul${tab}-- ~/a\ fo${tab}`, ['add', `${place.home}/a file`, '--bulk', '--', `${place.home}/a folder`]);
		await expectLine(`ls --outputs ~/a${tab} --all`, ['ls', '--outputs', `${place.home}/a folder`, '--all']);
		await expectLine(`--outputs=${place.home}/a${tab} ls`, [`--outputs=${place.home}/a folder`, 'ls']);
		await expectLine(`export --all --al${tab}`, ['export', '--all', '--al']); // Once is enough.
		await expectLine(`sweep --tre${tab}`, ['sweep', '--tre']); // Of another command.
		await expectLine(`keep -- min${tab}`, ['keep', '--', 'mine']);
		await expectLine(`end 1111${tab}`, ['end', sessionId]);
	});

	test.runIf(commandTable.some(({name}) => name === 'run'))('what comes after -- is completed as a command line of its own', async context => {
		const {place, run} = await start(context, {});
		fs.symlinkSync('note', `${place.home}/bin/note-what-is-given`);
		fs.writeFileSync(`${place.home}/a file`, '');
		await run('hash -r'); // Zsh has looked already.
		await run(String.raw`sojourn run --no-s${tab}-- note-wh${tab}--theme ~/a\ fi${tab}`);
		expect(await noted(place)).toEqual(['--theme', `${place.home}/a file`]);
	});

	if (file !== undefined) {
		return;
	}

	test('sessions of any label are completed, where the line says that they are', async context => {
		const {place, run} = await start(context, {});
		const labels = ['it\'s $HOME', 'so "so"', '*', '$(touch owned)', 'a;b', '日本', 'a:b', '`touch owned`'];
		const other = path.join(path.dirname(place.home), 'other outputs');
		fs.mkdirSync(other, {mode: 0o700});
		for (const [index, label] of labels.entries()) {
			const id = `${String(index).repeat(8)}-2222-4333-8444-555555555555`;
			plant(`${other}/${id}`, {'single/': '', 'bulk/': ''});
			fs.writeFileSync(`${other}/${id}/.session.json`, formatMarker({id, label, createdAt: Date.now(), lastActiveAt: Date.now()}), {mode: 0o600});
		}

		await run(String.raw`cd ~/work; unset SOJOURN_SESSION; sojourn end --yes --outputs ../../other\ outputs ${labels.map(label => `${label === '日本' || label === '*' ? label.replace('*', String.raw`\*`) : quoted(label.slice(0, 3))}${tab}`).join('')}`);
		expect(fs.readdirSync(other).filter(name => !name.startsWith('.'))).toEqual([]);
		expect(strangers(place)).toEqual([]);
	});
});
