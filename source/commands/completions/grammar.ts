/**
What can stand where on a command line, read from the tables of commands and flags: the scripts for all shells are written from it.
*/
import {verifyValues} from '../../export/check-archive.js';
import {themeNames} from '../../settings/theme.js';
import {commandTable, type CommandDefinition} from '../commands.js';
import {flagTable, isOn, written, type FlagDefinition, type FlagName} from '../flags.js';

/** The shells that there is a script for. */
export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = typeof shells[number];

/** What a word or the value of a flag is: one of some words, of a kind that is looked up when it is needed, or anything. */
export type Kind = readonly string[] | 'sessions' | 'outputs' | 'files' | 'folders' | 'command' | 'text';

export type Slot = {
	/** The command, or the command and its action, a colon between them. */
	readonly command: string;
	/** Which of its words, from 0; `*` for those that are left. */
	readonly position: string;
	readonly kind: Kind;
};

const table: readonly FlagDefinition[] = flagTable;

const choices: Readonly<Partial<Record<FlagName, readonly string[]>>> = {
	theme: themeNames,
	verify: verifyValues,
	level: Array.from({length: 10}, (_, level) => String(level)),
};

/** What the tables call a value, and what that is. */
const kinds: Readonly<Record<string, Kind>> = {
	DIR: 'folders', DEST: 'files', S: 'sessions', PATH: 'outputs', FILE: 'files', FOLDER: 'folders', BACKUP: 'folders', COMMAND: 'command',
};

/** The flags that have a value, as written, and what that is. */
export const valueFlags: ReadonlyArray<{readonly flag: string; readonly kind: Kind}> = table
	.filter(({value}) => value !== undefined)
	.map(({name, value}) => ({flag: written(name), kind: (choices as Readonly<Record<string, Kind>>)[name] ?? kinds[value!] ?? 'text'}));

/** The flags of a command, as written, and what they do. */
export const flagsOf = (command: string): ReadonlyArray<readonly [flag: string, help: string]> =>
	table.filter(flag => isOn(flag, command)).map(({name, help}) => [written(name), help] as const);

const slotsOf = (command: string, usage: string): Slot[] => {
	const words = usage
		.replaceAll(/\[-[^\]]*\]/g, '') // Flags are in a table of their own.
		.split(' ')
		.slice(1)
		.map(word => word.replaceAll(/[[\]]/g, ''))
		.filter(word => /^[\w\|…]+$/v.test(word));
	return words.flatMap((word, index): Slot[] => {
		const name = word.replace('…', '');
		const kind = /^[a-z]/.test(name) ? name.split('|') : kinds[name];
		return kind === undefined ? [] : [{command, position: name === word ? String(index) : '*', kind}];
	});
};

/** The words of all commands. */
export const slots: readonly Slot[] = commandTable.flatMap(({name, usage, actions = []}) => [
	...actions.flatMap(([action]) => slotsOf(action.split(' ', 2).join(':'), action.slice(action.indexOf(' ') + 1))),
	...slotsOf(name, usage),
]);

/** What an action is called, and what it does. */
export const actionsOf = ({actions = []}: CommandDefinition): ReadonlyArray<readonly [action: string, summary: string]> =>
	actions.map(([usage, summary]) => [usage.split(' ', 2)[1]!, summary] as const);

/** The commands, and what they do. */
export const commands = commandTable.filter(({name}) => name !== 'explorer');

/** The names of all commands, that of none of them among these. */
export const commandNames: readonly string[] = commandTable.map(({name}) => name);
