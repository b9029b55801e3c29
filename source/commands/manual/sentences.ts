/**
What the help, the manual page and the README say alike. Sentences are plain text; what the user types in them stands as it is typed.
*/

/** What the program is, in one line. */
export const purpose = 'the outputs that programs wrote for you, session by session';

/** A setting: the ways to give it, in the order in which they count. */
export type Setting = {
	readonly flag?: string;
	readonly environment?: string;
	readonly config?: string;
	readonly otherwise: string;
};

export const settings: readonly Setting[] = [
	{flag: '--outputs DIR', environment: 'SOJOURN_OUTPUTS', config: 'outputs', otherwise: '`sojourn/outputs` in the XDG data directory (`~/.local/share`)'},
	{flag: '--max-age-hours N', environment: 'SESSION_TIMEOUT_HOURS', config: 'maxAgeHours', otherwise: '24'},
	{flag: '--session S', environment: 'SOJOURN_SESSION', otherwise: 'the current one'},
	{flag: '--to DEST (export)', environment: 'SOJOURN_EXPORT_TO', config: 'exportTo', otherwise: 'the current directory'},
	{flag: '--theme NAME', environment: 'NO_COLOR', config: 'theme', otherwise: 'the terminal\'s colours'},
	{flag: '--mouse', config: 'mouse', otherwise: 'off'},
	{config: 'pictures', otherwise: '`auto`'},
	{environment: 'INK_SCREEN_READER', config: 'screenReader', otherwise: 'off'},
	{config: 'keys', otherwise: 'those under Keys'},
];

const environments = settings.filter(({flag, environment}) => flag !== undefined && environment !== undefined).map(({environment}) => environment!);

export const settingsOrder = `a flag, else the environment (${environments.join(', ')}), else config.json in the XDG config directory (sojourn/), else the deployment's .sojourn.json, else the default.`;

export const moreHelp = '"sojourn COMMAND --help" shows a command\'s flags; in the explorer ? shows the keys.';

export const exitCodes: ReadonlyArray<readonly [code: string, meaning: string]> = [
	['0', 'done'],
	['1', 'failed in whole or in part'],
	['2', 'wrong usage or settings'],
	['128+n', 'on signal n; run gives its command\'s, 126 if that may not be run, 127 if it is missing'],
];

/** The table of settings in the README, in Markdown. */
export const settingsMarkdown = (): string => [
	'| flag | environment | `config.json` | default |',
	'|---|---|---|---|',
	...settings.map(({flag, environment, config, otherwise}) => {
		const cells = [
			flag === undefined ? '' : flag.replace(/^(?<written>--[^\(]*[^\s\(])/v, '`$<written>`'),
			environment === undefined ? '' : `\`${environment}\``,
			config === undefined ? '' : `\`${config}\``,
			otherwise,
		];
		return `|${cells.map(cell => cell === '' ? ' ' : ` ${cell} `).join('|')}|`;
	}),
].join('\n');
