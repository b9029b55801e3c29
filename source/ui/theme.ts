import type {ColourDepth} from '../settings/look.js';
import {roles, type Attribute, type Role, type RoleStyle, type ThemeChoice} from '../settings/theme.js';
import {colourCode} from './colour.js';
import {themes} from './themes.js';

export type {Role} from '../settings/theme.js';

/** How each role looks: the sequences before and after its text. */
export type Theme = Readonly<Record<Role, {readonly open: string; readonly close: string}>>;

const switches: ReadonlyArray<readonly [attribute: Attribute, on: string, off: string]> = [
	['bold', '1', '22'], ['dim', '2', '22'], ['italic', '3', '23'], ['underline', '4', '24'], ['inverse', '7', '27'],
];

const sequences = (style: RoleStyle, depth: ColourDepth): Theme[Role] => {
	const pairs = [
		...switches.filter(([attribute]) => style[attribute]).map(([, on, off]) => [on, off] as const),
		...([[style.color, false, '39'], [style.background, true, '49']] as const)
			.map(([colour, isBackground, off]) => [colour === undefined ? '' : colourCode(colour, depth, isBackground), off] as const)
			.filter(([on]) => on !== ''),
	];
	// One sequence each: Ink knows what ends it.
	const write = (codes: readonly string[]): string => codes.map(code => `\u{1B}[${code}m`).join('');
	return {open: write(pairs.map(([on]) => on)), close: write(pairs.map(([, off]) => off).toReversed())};
};

/** A theme as the terminal is handed it. Without colours the attributes are those of a theme of their own, with what the user has changed. */
export const themeOf = ({base, roles: changed}: ThemeChoice, depth: ColourDepth): Theme => {
	const styles = themes[depth === 0 ? 'none' : base];
	return Object.fromEntries(roles.map(role => [role, sequences({...styles[role], ...changed[role]}, depth)])) as Theme;
};

export const terminalTheme = themeOf({base: 'terminal', roles: {}}, 16);

export const plainTheme = themeOf({base: 'terminal', roles: {}}, 0);
