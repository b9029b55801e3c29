import {actionsOf, commandNames, commands, flagsOf, slots, valueFlags, type Kind} from './grammar.js';
import script from './sojourn.fish?raw';

const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;

/** A command that prints words, a line each, with what they mean. */
const print = (pairs: ReadonlyArray<readonly [word: string, meaning: string]>, indent: string): string =>
	String.raw`printf '%s\t%s\n'` + pairs.map(pair => ` \\\n${indent}\t${pair.map(text => quoted(text)).join(' ')}`).join('');

const answer = (kind: Kind): string => typeof kind === 'string' ? `echo ${kind}` : String.raw`printf '%s\n' choices ${kind.join(' ')}`;

const cases = (name: string, lines: ReadonlyArray<readonly [pattern: string, answer: string]>): string =>
	`function ${name}\n\tswitch $argv[1]\n${lines.map(([pattern, what]) => `\tcase ${quoted(pattern)}\n\t\t${what}\n`).join('')}\tend\nend\n`;

const words = (): ReadonlyArray<readonly [pattern: string, answer: string]> => slots.map(({command, position, kind}) => {
	const actions = actionsOf(commands.find(({name}) => name === command) ?? commands[0]!);
	return [`${command}:${position}`, actions.length > 0 ? `echo choices\n\t\t${print(actions, '\t\t')}` : answer(kind)] as const;
});

/** The script for fish, 3.4 or newer. */
export const fishScript = (): string => `# Completions of sojourn for fish, printed by "sojourn completions fish".

set -g __sojourn_with_actions ${commands.filter(({actions}) => actions !== undefined).map(({name}) => name).join(' ')}

function __sojourn_commands
	${print(commands.map(({name, summary}) => [name, summary] as const), '\t')}
end

# The flags of a command.
${cases('__sojourn_flags', commandNames.map(command => [command, print(flagsOf(command), '\t\t')] as const))}
# What the value of a flag is, where it has one.
${cases('__sojourn_value', valueFlags.map(({flag, kind}) => [flag, answer(kind)] as const))}
# What a word of a command is, by its place.
${cases('__sojourn_word', words())}
${script}`;
