import {fitColumns, widthOf} from '../text/width.js';
import {commandTable} from './commands.js';
import {flagTable, isOn, written, type FlagDefinition} from './flags.js';

const rows = (pairs: ReadonlyArray<readonly [string, string]>, column: number): string =>
	pairs.map(([left, right]) => widthOf(left) > column
		? `  ${left}\n  ${' '.repeat(column)}  ${right}\n`
		: `  ${fitColumns(left, column)}  ${right}\n`).join('');

const flagRows = (flags: readonly FlagDefinition[]): string =>
	rows(flags.map(({name, value, help}) => [`${written(name)}${value === undefined ? '' : ` ${value}`}`, help] as const), 24);

/** The help of the program, or of one command. */
export const helpText = (command: string): string => {
	if (command !== 'explorer') {
		const {usage, summary, actions = []} = commandTable.find(({name}) => name === command)!;
		return `sojourn ${usage}\n\n  ${summary[0]!.toUpperCase()}${summary.slice(1)}.\n\n${actions.length === 0 ? '' : `${rows(actions.map(([action, what]) => [`sojourn ${action}`, what] as const), 28)}\n`}Flags\n${flagRows(flagTable.filter(flag => isOn(flag, command)))}`;
	}

	return `sojourn: the outputs that programs wrote for you, session by session

Usage
${rows(commandTable.map(({usage, summary}) => [`sojourn${usage === '' ? '' : ` ${usage}`}`, summary] as const), 28)}
Flags
${flagRows(flagTable)}
Settings: a flag, else the environment (SOJOURN_OUTPUTS, SESSION_TIMEOUT_HOURS, SOJOURN_SESSION,
SOJOURN_EXPORT_TO, NO_COLOR), else config.json in the XDG config directory (sojourn/), else the
deployment's .sojourn.json, else the default. "sojourn COMMAND --help" shows a command's flags; in
the explorer ? shows the keys.

Exit codes: 0 done, 1 failed in whole or in part, 2 wrong usage or settings, 128+n on signal n.
`;
};
