import {quoteForShell} from '../../text/shell.js';
import {actionsOf, commandNames, commands, flagsOf, slots, valueFlags, type Kind} from './grammar.js';
import script from './sojourn.zsh?raw';

/** Words with what they mean, as `_describe` takes them. */
const described = (pairs: ReadonlyArray<readonly [word: string, meaning: string]>, indent = ''): string =>
	`(\n${pairs.map(([word, meaning]) => `${indent}\t${quoteForShell(`${word}:${meaning}`)}\n`).join('')}${indent})`;

const answer = (kind: Kind): string => typeof kind === 'string' ? `kind=${kind}` : `choices=(${kind.map(word => quoteForShell(word)).join(' ')})`;

const cases = (name: string, lines: ReadonlyArray<readonly [pattern: string, answer: string]>): string =>
	`${name}() {\n\tcase $1 in\n${lines.map(([pattern, what]) => `\t${pattern}) ${what} ;;\n`).join('')}\tesac\n}\n`;

const words = (): ReadonlyArray<readonly [pattern: string, answer: string]> => slots.map(({command, position, kind}) => {
	const actions = actionsOf(commands.find(({name}) => name === command) ?? commands[0]!);
	return [`${command}:${position}`, actions.length > 0 ? `choices=${described(actions, '\t\t')}` : answer(kind)] as const;
});

/** The script for zsh: a file of $fpath, or read after `compinit`. */
export const zshScript = (): string => `#compdef sojourn
# Completions of sojourn for zsh, printed by "sojourn completions zsh".

typeset -ga _sojourn_commands _sojourn_with_actions
_sojourn_commands=${described(commands.map(({name, summary}) => [name, summary] as const))}
_sojourn_with_actions=(${commands.filter(({actions}) => actions !== undefined).map(({name}) => name).join(' ')})

# The flags of a command.
${cases('_sojourn_flags', commandNames.map(command => [command, `choices=${described(flagsOf(command), '\t\t')}`] as const))}
# What the value of a flag is, where it has one.
${cases('_sojourn_value', valueFlags.map(({flag, kind}) => [flag, answer(kind)] as const))}
# What a word of a command is, by its place.
${cases('_sojourn_word', words())}
${script}`;
