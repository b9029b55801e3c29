import {Failure} from '../text/errors.js';
import {printable} from '../text/printable.js';

/** What a flag may stand on: every command, or these; `explorer` is `sojourn` without a command. */
export type FlagOn = 'all' | readonly string[];

export type FlagDefinition = {
	/** As on the command line, without the dashes. */
	readonly name: string;
	/** What the value is called in the help; absent for a switch. */
	readonly value?: string;
	readonly on: FlagOn;
	readonly help: string;
};

/** Every flag there is, in the order of the help. */
export const flagTable = [
	{name: 'outputs', value: 'DIR', on: 'all', help: 'the outputs directory'},
	{name: 'max-age-hours', value: 'N', on: 'all', help: 'hours without activity after which a session expires'},
	{name: 'session', value: 'S', on: ['explorer', 'path', 'add', 'run', 'ls', 'export', 'rm', 'legacy'], help: 'a session other than the current one: id, label, or unique prefix'},
	{name: 'new', on: ['explorer', 'add', 'run'], help: 'start a session first'},
	{name: 'no-sweep', on: ['explorer', 'start', 'run'], help: 'remove nothing that has expired'},
	{name: 'all', on: ['explorer', 'sessions', 'sweep', 'ls', 'export', 'keep', 'unkeep', 'end', 'doctor', 'legacy'], help: 'every owner\'s sessions that the system lets you read (ls, export: with --session; legacy: publish)'},
	{name: 'theme', value: 'NAME', on: ['explorer', 'demo'], help: 'terminal (its own colours), dark, light, or high-contrast'},
	{name: 'mouse', on: ['explorer', 'demo'], help: 'the mouse works too: click, double click, wheel'},
	{name: 'print-path', on: ['explorer'], help: 'print the focused path, or the marked ones, on leaving by q'},
	{name: 'label', value: 'TEXT', on: ['start', 'legacy'], help: 'what the new session is called'},
	{name: 'bulk', on: ['add'], help: 'add files as a batch'},
	{name: 'batch', value: 'NAME', on: ['add'], help: 'the batch that files go to'},
	{name: 'name', value: 'NAME', on: ['add'], help: 'the name of what is added'},
	{name: 'tree', on: ['ls'], help: 'draw a tree'},
	{name: 'zip', on: ['export'], help: 'a ZIP also for one file'},
	{name: 'to', value: 'DEST', on: ['export', 'legacy'], help: 'a directory, a file name, or - for standard output; {label}, {id}, {date} and {name} are filled in (legacy: where backups are)'},
	{name: 'level', value: 'N', on: ['export'], help: 'how hard a ZIP is compressed: 0 (not at all) to 9; 5 if it is not given'},
	{name: 'verify', value: 'HOW', on: ['export'], help: 'read a finished ZIP back: directory (the default), or full, every byte'},
	{name: 'manifest', on: ['export'], help: 'put SHA256SUMS into the ZIP, which sha256sum -c reads'},
	{name: 'overwrite', on: ['export'], help: 'replace a file that is there'},
	{name: 'dry-run', on: ['sweep', 'legacy'], help: 'change nothing; only say what would be done'},
	{name: 'hours', value: 'N', on: ['keep'], help: 'for how long; for good if it is not given'},
	{name: 'force', on: ['end'], help: 'also a session that something holds'},
	{name: 'yes', on: ['end', 'rm', 'legacy'], help: 'do not ask'},
	{name: 'no-sizes', on: ['sessions'], help: 'do not count files and bytes'},
	{name: 'keep', on: ['demo'], help: 'keep the examples on exit'},
	{name: '0', on: ['explorer', 'sessions', 'path', 'add', 'ls', 'export', 'rm'], help: 'end each line with a NUL byte, names exact (the explorer: with --print-path)'},
	{name: 'json', on: 'all', help: 'one JSON document on standard output'},
	{name: 'quiet', on: 'all', help: 'only errors on standard error'},
	{name: 'verbose', on: 'all', help: 'more on standard error'},
	{name: 'help', on: 'all', help: 'show the help'},
	{name: 'version', on: 'all', help: 'show the version'},
] as const satisfies readonly FlagDefinition[];

type Table = typeof flagTable[number];

export type FlagName = Table['name'];

type Camel<S extends string> = S extends `${infer A}-${infer B}` ? `${A}${Capitalize<Camel<B>>}` : S;

/** The flags as given: the switches that are on, the values of the others. A switch that starts with `no-` keeps its name. */
export type Flags = {
	readonly [F in Table as Camel<F['name']>]?: F extends {readonly value: string} ? string : true;
};

const table: readonly FlagDefinition[] = flagTable;

/** How a flag is written. */
export const written = (name: string): string => name.length === 1 ? `-${name}` : `--${name}`;

const placesOf = ({on}: FlagDefinition): string =>
	on === 'all' ? 'every command' : on.map(place => place === 'explorer' ? 'sojourn without a command' : `sojourn ${place}`).join(', ');

export const isOn = (flag: FlagDefinition, command: string): boolean => flag.on === 'all' || flag.on.includes(command);

/** The flag that the user most likely meant. */
const closest = (name: string): string | undefined =>
	table.find(flag => flag.name.length > 1 && (flag.name.startsWith(name.slice(0, 3)) || flag.name.includes(name)))?.name;

export type Tokens = {
	readonly flags: Flags;
	readonly words: readonly string[];
};

const camel = (name: string): string => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/**
Checks the flags on a command line before it is parsed, so that what is wrong is named as it was written.

@returns the arguments with `-0` in the form that the parser takes
@throws Failure with exit code 2 for an unknown flag, one without its value or with one that it does not take, or one given twice
*/
export const checkFlags = (argv: readonly string[]): string[] => {
	const checked: string[] = [];
	let command: string | undefined;
	const seen = new Set<string>();
	for (let index = 0; index < argv.length; index++) {
		const token = argv[index]!;
		if (token === '--') {
			return [...checked, ...argv.slice(index)];
		}

		if (!token.startsWith('-') || token === '-') {
			if (command === 'run') {
				return [...checked, '--', ...argv.slice(index)]; // As with env and nice, what follows is the other program's.
			}

			command ??= token;
			checked.push(token);
			continue;
		}

		const [, dashes, name, equals] = /^(--?)([^=]*)(=.*)?$/s.exec(token)!;
		const flag = table.find(candidate => candidate.name === name && written(candidate.name).startsWith(dashes!) && (dashes === '--') === (candidate.name.length > 1));
		if (flag === undefined) {
			const near = closest(name!);
			throw new Failure(`there is no flag ${printable(token)}${near === undefined ? '' : `; did you mean ${written(near)}?`} ("sojourn --help" lists the flags; after -- everything is an argument)`, 2);
		}

		if (seen.has(flag.name)) {
			throw new Failure(`${written(flag.name)} is given twice`, 2);
		}

		seen.add(flag.name);
		if (flag.value === undefined) {
			if (equals !== undefined) {
				throw new Failure(`${written(flag.name)} takes no value`, 2);
			}

			checked.push(flag.name === '0' ? '--nul' : token);
			continue;
		}

		const value = equals === undefined ? argv[++index] : equals.slice(1);
		if (value === undefined) {
			throw new Failure(`${written(flag.name)} needs a value: ${written(flag.name)} ${flag.value}`, 2);
		}

		checked.push(`--${flag.name}=${value}`);
	}

	return checked;
};

/** Refuses flags that do not belong to a command, or not together. */
export const checkPlaces = (flags: Flags, command: string): void => {
	if (flags.json && flags[0]) {
		throw new Failure('--json and -0 contradict each other: give one of them', 2);
	}

	for (const flag of table) {
		if (Object.hasOwn(flags, camel(flag.name)) && !isOn(flag, command)) {
			throw new Failure(`${written(flag.name)} does not belong to ${command === 'explorer' ? 'the explorer' : `sojourn ${command}`}; it goes with ${placesOf(flag)}`, 2);
		}
	}
};

/** The flags as meow's parser wants them described. `no-x` is its negation of `x`. */
export const parserFlags = (): Record<string, {type: 'string' | 'boolean'}> => Object.fromEntries(table
	.map(flag => [
		flag.name === '0' ? 'nul' : camel(flag.name.replace(/^no-/, '')),
		{type: flag.value === undefined ? 'boolean' as const : 'string' as const},
	]));

/** The flags among checked arguments: only what was given, values as they were written. The parser would take quotes off a value. */
export const givenFlags = (checked: readonly string[]): Flags => {
	const end = checked.indexOf('--');
	const given = end === -1 ? checked : checked.slice(0, end);
	const flags: Record<string, string | true> = {};
	for (const flag of table) {
		const start = `--${flag.name === '0' ? 'nul' : flag.name}${flag.value === undefined ? '' : '='}`;
		const token = given.find(candidate => flag.value === undefined ? candidate === start : candidate.startsWith(start));
		if (token !== undefined) {
			flags[camel(flag.name)] = flag.value === undefined ? true : token.slice(start.length);
		}
	}

	return flags;
};
