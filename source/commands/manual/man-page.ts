/**
The manual page, sojourn(1), from the tables that the help is made of. It is written when the program is built.
*/
import {keyLabels, keymap, keymapOf, type Binding} from '../../explorer/keymap.js';
import {version} from '../../version.js';
import {commandTable, type CommandDefinition} from '../commands.js';
import {flagTable, isOn, written, type FlagDefinition} from '../flags.js';
import {description, environment, examples, expiry, files, seeAlso} from './pages.js';
import {bold, example, heading, item, more, nested, paragraph, subheading, title, usageTerm} from './roff.js';
import {exitCodes, moreHelp, purpose, settings, settingsOrder} from './sentences.js';

const table: readonly FlagDefinition[] = flagTable;

const flagTerm = ({name, value}: FlagDefinition): string => usageTerm(`${written(name)}${value === undefined ? '' : ` ${value}`}`);

const plain = (text: string): string => text.replaceAll('`', '');

const command = (definition: CommandDefinition): string => {
	const {name, usage, summary, actions = []} = definition;
	const own = table.filter(flag => flag.on !== 'all' && isOn(flag, name)).map(flag => written(flag.name));
	return item(usageTerm(`sojourn ${usage}`.trimEnd()), summary)
		+ (actions.length === 0 ? '' : nested(actions.map(([action, what]) => item(usageTerm(`sojourn ${action}`), what)).join('')))
		+ (own.length === 0 ? '' : more(`Flags: ${own.join(', ')}`));
};

const placesOf = ({on}: FlagDefinition): string => on === 'all' ? '' : `. Goes with ${on.map(place => place === 'explorer' ? 'the explorer' : place).join(', ')}`;

const setting = ({flag, environment: variable, config, otherwise}: typeof settings[number]): string => {
	const ways = [flag === undefined ? '' : usageTerm(flag), variable === undefined ? '' : bold(variable), config === undefined ? '' : `${bold(config)} in config.json`];
	return item(ways.filter(way => way !== '').join(', '), `default: ${plain(otherwise)}`);
};

const keys = (bindings: readonly Binding[]): string => bindings.map(binding => item(bold(keyLabels(binding)), binding.help)).join('');

/**
The page, in man(7).

@param date - as `2026-01-02`
*/
export const manPage = (date: string): string => [
	title('SOJOURN', 1, date, `sojourn ${version}`, 'User Commands'),
	heading('NAME'),
	`sojourn \\- ${purpose}\n`,
	heading('SYNOPSIS'),
	`${usageTerm('sojourn')} [\\fIFLAGS\\fR]\n.br\n${usageTerm('sojourn')} \\fICOMMAND\\fR [\\fIFLAGS\\fR] [\\fIARGUMENTS\\fR]\n`,
	heading('DESCRIPTION'),
	...description.map(text => paragraph(text)),
	heading('COMMANDS'),
	paragraph(`Every command takes ${table.filter(({on}) => on === 'all').map(({name}) => written(name)).join(', ')} as well. ${moreHelp}`),
	...commandTable.map(definition => command(definition)),
	heading('OPTIONS'),
	paragraph('Where a flag belongs to some commands only, they are named. After -- everything is an argument.'),
	...table.map(flag => item(flagTerm(flag), flag.help + placesOf(flag))),
	heading('SETTINGS'),
	paragraph(`${settingsOrder[0]!.toUpperCase()}${settingsOrder.slice(1)} A bad value ends the program before anything is touched.`),
	...settings.map(one => setting(one)),
	heading('EXPIRY'),
	...expiry.map(text => paragraph(text)),
	heading('FILES'),
	paragraph('OUTPUTS stands for the outputs directory, and ~/.config and its like for what XDG_CONFIG_HOME and its like name.'),
	...files.map(([path, what]) => item(bold(path), what)),
	heading('KEYS'),
	keys(keymapOf('browse')),
	subheading('In the list of sessions'),
	keys(keymap.filter(({only}) => only === 'sessions')),
	subheading('In the list of tasks'),
	keys(keymap.filter(({only}) => only === 'tasks')),
	heading('ENVIRONMENT'),
	...settings.filter(({environment: variable}) => variable !== undefined).map(({flag, environment: variable, config}) => item(bold(variable!), flag === undefined ? `as "${config!}" in config.json` : `as ${flag}`)),
	...environment.map(([name, what]) => item(bold(name), what)),
	heading('EXIT STATUS'),
	...exitCodes.map(([code, meaning]) => item(bold(code), meaning)),
	heading('EXAMPLES'),
	...examples.map(([line, what]) => example(what, line)),
	heading('SEE ALSO'),
	`${seeAlso.map(page => page.replace(/(?<name>.+)(?=\(\d\))/v, '.BR $<name> ')).join(' ,\n')}\n`,
].join('').replaceAll(/(?<heading>^\.SH .*\n)\.PP\n/gm, '$<heading>');
