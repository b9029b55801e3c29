import {tones} from '../text/tones.js';
import {SettingsError} from './error.js';

/** What a piece of the screen means; a theme says how that looks. */
export const roles = ['plain', 'dim', 'match', 'folder', 'special', 'marked', 'focus', 'focus-away', 'range', 'title', 'warning', 'problem', 'success', 'key', 'status', 'frame', ...tones] as const;

export type Role = typeof roles[number];

/** The colours that a terminal has of its own, in the order of their numbers. */
export const terminalColours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'].flatMap((name, _, all) => name === 'white' ? [name, ...all.map(dark => `bright-${dark}`)] : [name]);

const attributes = ['bold', 'dim', 'italic', 'underline', 'inverse'] as const;

export type Attribute = typeof attributes[number];

/** A colour is a name of `terminalColours`, `#rrggbb`, or `default`. */
export type RoleStyle = {readonly color?: string; readonly background?: string} & Readonly<Partial<Record<Attribute, boolean>>>;

export const themeNames = ['terminal', 'dark', 'light', 'high-contrast'] as const;

export type ThemeName = typeof themeNames[number];

/** A theme by its name, with what the user has changed of it. */
export type ThemeChoice = {
	readonly base: ThemeName;
	readonly roles: Readonly<Partial<Record<Role, RoleStyle>>>;
};

const isThemeName = (value: unknown): value is ThemeName => (themeNames as readonly unknown[]).includes(value);

export const allowedThemes = `give one of ${themeNames.join(', ')}`;

export const parseThemeName = (text: string): ThemeChoice | undefined => isThemeName(text) ? {base: text, roles: {}} : undefined;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const hex = /^#(?:[\da-f]{3}|[\da-f]{6})$/i;

const parseColour = (value: unknown): string | undefined => {
	if (typeof value !== 'string') {
		return undefined;
	}

	if (hex.test(value)) {
		return value.length === 4 ? `#${value.slice(1).replaceAll(/./g, '$&$&')}`.toLowerCase() : value.toLowerCase();
	}

	return value === 'default' || terminalColours.includes(value) ? value : undefined;
};

const allowedColour = `give a colour such as "#88f" or "#8888ff", "default", or one of the terminal's: ${terminalColours.join(', ')}`;

const parseStyle = (style: unknown, setting: (key: string) => string, at: string): RoleStyle => {
	const known = ['color', 'background', ...attributes];
	if (!isObject(style)) {
		throw new SettingsError(setting(at), style, 'give an object, such as {"color": "#88f", "bold": true}');
	}

	return Object.fromEntries(Object.entries(style).map(([key, value]) => {
		if (!known.includes(key)) {
			throw new SettingsError(setting(at), key, `known are ${known.join(', ')}`, 'is nothing that a role has');
		}

		const isColour = key === 'color' || key === 'background';
		const parsed = isColour ? parseColour(value) : (typeof value === 'boolean' ? value : undefined);
		if (parsed === undefined) {
			throw new SettingsError(setting(`${at}.${key}`), value, isColour ? allowedColour : 'give true or false, without quotes');
		}

		return [key, parsed];
	}));
};

/**
A theme from `config.json`: a name, or a name with roles to change.

@param setting - names a key of the file, for messages
@throws {SettingsError} on the first value that is not allowed
*/
export const parseTheme = (value: unknown, setting: (key: string) => string): ThemeChoice => {
	if (typeof value === 'string') {
		const theme = parseThemeName(value);
		if (theme !== undefined) {
			return theme;
		}
	}

	if (!isObject(value)) {
		throw new SettingsError(setting('theme'), value, `${allowedThemes}, or an object, such as {"base": "dark", "roles": {"folder": {"color": "#88f", "bold": true}}}`);
	}

	const unknownKey = Object.keys(value).find(key => key !== 'base' && key !== 'roles');
	if (unknownKey !== undefined) {
		throw new SettingsError(setting('theme'), unknownKey, 'known are base, roles', 'is nothing that a theme has');
	}

	const {base = 'terminal', roles: changed = {}} = value;
	if (!isThemeName(base)) {
		throw new SettingsError(setting('theme.base'), base, allowedThemes);
	}

	if (!isObject(changed)) {
		throw new SettingsError(setting('theme.roles'), changed, 'give an object of roles, such as {"folder": {"color": "#88f"}}');
	}

	const unknownRole = Object.keys(changed).find(role => roles.every(known => known !== role));
	if (unknownRole !== undefined) {
		throw new SettingsError(setting('theme.roles'), unknownRole, `known are ${roles.join(', ')}`, 'is no role');
	}

	return {base, roles: Object.fromEntries(Object.entries(changed).map(([role, style]) => [role, parseStyle(style, setting, `theme.roles.${role}`)]))};
};
