import {fitColumns, widthOf} from '../text/width.js';
import {commandTable} from './commands.js';
import {flagTable, isOn, written, type FlagDefinition} from './flags.js';
import {exitCodes, moreHelp, purpose, settingsOrder} from './manual/sentences.js';

/** Columns that the help fits in. */
const width = 80;

/** Words in lines of at most `columns`. */
const wrap = (text: string, columns: number): string[] => {
	const lines: string[] = [];
	for (const word of text.split(' ')) {
		const last = lines.at(-1);
		if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= columns) {
			lines[lines.length - 1] = `${last} ${word}`;
		} else {
			lines.push(word);
		}
	}

	return lines;
};

const rows = (pairs: ReadonlyArray<readonly [string, string]>, column: number): string => pairs.map(([left, right]) => {
	const [first, ...more] = wrap(right, width - column - 4).map(line => `  ${line}\n`);
	const margin = ' '.repeat(column + 2);
	const head = widthOf(left) > column ? `  ${wrap(left, width - 2).join('\n    ')}\n${margin}` : `  ${fitColumns(left, column)}`;
	return head + [first, ...more.map(line => margin + line)].join('');
}).join('');

const paragraph = (text: string): string => `${wrap(text, width).join('\n')}\n`;

const flagRows = (flags: readonly FlagDefinition[]): string =>
	rows(flags.map(({name, value, help}) => [`${written(name)}${value === undefined ? '' : ` ${value}`}`, help] as const), 20);

/** The help of the program, or of one command. */
export const helpText = (command: string): string => {
	if (command !== 'explorer') {
		const everywhere = flagTable.filter(({on}) => on === 'all');
		const own = flagTable.filter(flag => flag.on !== 'all' && isOn(flag, command)); // These first: they are what is looked for.
		const {usage, summary, actions = []} = commandTable.find(({name}) => name === command)!;
		return `sojourn ${usage}\n\n${rows([['', `${summary[0]!.toUpperCase()}${summary.slice(1)}.`]], 0).replaceAll(/^ {4}/gm, '  ')}\n${actions.length === 0 ? '' : `${rows(actions.map(([action, what]) => [`sojourn ${action}`, what] as const), 24)}\n`}Flags\n${flagRows([...own, ...everywhere])}`;
	}

	return `sojourn: ${purpose}

Usage
${rows(commandTable.map(({usage, summary}) => [`sojourn${usage === '' ? '' : ` ${usage}`}`, summary] as const), 24)}
Flags
${flagRows(flagTable)}
${paragraph(`Settings: ${settingsOrder} ${moreHelp}`)}
${paragraph(`Exit codes: ${exitCodes.map(([code, meaning]) => `${code} ${meaning}`).join(', ')}.`)}`;
};
