import {quoteForShell} from '../../text/shell.js';
import {commandNames, commands, flagsOf, slots, valueFlags, type Kind} from './grammar.js';
import script from './sojourn.bash?raw';

const answer = (kind: Kind): string => typeof kind === 'string' ? `kind=${kind}` : `choices=${quoteForShell(kind.join(' '))}`;

const cases = (name: string, lines: ReadonlyArray<readonly [pattern: string, answer: string]>): string =>
	`${name}() {\n\tcase $1 in\n${lines.map(([pattern, what]) => `\t${pattern}) ${what} ;;\n`).join('')}\tesac\n}\n`;

/** The script for bash, 4.2 or newer, with or without the package bash-completion. */
export const bashScript = (): string => `# Completions of sojourn for bash, printed by "sojourn completions bash".

_sojourn_commands=${quoteForShell(commands.map(({name}) => name).join(' '))}
_sojourn_with_actions=${quoteForShell(commands.filter(({actions}) => actions !== undefined).map(({name}) => name).join(' '))}

# The flags of a command.
${cases('_sojourn_flags', commandNames.map(command => [command, `choices=${quoteForShell(flagsOf(command).map(([flag]) => flag).join(' '))}`] as const))}
# What the value of a flag is, where it has one.
${cases('_sojourn_value', valueFlags.map(({flag, kind}) => [flag, answer(kind)] as const))}
# What a word of a command is, by its place.
${cases('_sojourn_word', slots.map(({command, position, kind}) => [`${command}:${position}`, answer(kind)] as const))}
${script}`;
