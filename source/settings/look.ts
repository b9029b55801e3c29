import {SettingsError} from './error.js';
import {isUtf8} from './locale.js';
import {allowedThemes, parseTheme, parseThemeName, type ThemeChoice} from './theme.js';

/** How many colours: none, the terminal's 16, 256, or 24 bits of them. */
export type ColourDepth = 0 | 16 | 256 | 24;

/** How pictures are drawn: by what the terminal can, in one way whatever it says, in half blocks, or not at all. */
export const pictureSettings = ['auto', 'kitty', 'iterm2', 'sixel', 'blocks', 'none'] as const;

export type PictureSetting = typeof pictureSettings[number];

/** How the explorer is shown and worked with. */
export type Look = {
	readonly theme: ThemeChoice;
	readonly depth: ColourDepth;
	/** Whether the terminal may be handed nothing but ASCII. */
	readonly isAscii: boolean;
	readonly hasMouse: boolean;
	readonly pictures: PictureSetting;
	/** Whether a screen reader is served: lines of text, one after the other. */
	readonly isLinear: boolean;
	/** Keys that the user has given to actions, by the actions' names; what they are worth, the explorer's keymap says. */
	readonly keys: Readonly<Record<string, readonly string[]>>;
};

type LookInput = {
	readonly flags: {readonly theme?: string | undefined; readonly mouse?: string | undefined};
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly config: Readonly<Record<string, unknown>>;
	/** Names a key of the file, for messages. */
	readonly inConfig: (key: string) => string;
};

export const lookKeys = ['theme', 'keys', 'mouse', 'pictures', 'screenReader'] as const;

const isSet = (value: string | undefined): boolean => (value ?? '') !== '';

/** By what the terminal says of itself in the environment: it is never asked. */
const depthOf = ({NO_COLOR: none, COLORTERM: colours = '', TERM: type = ''}: LookInput['environment']): ColourDepth => {
	if (isSet(none)) {
		return 0;
	}

	if (/^(?:truecolor|24bit)$/i.test(colours) || type.endsWith('-direct')) {
		return 24;
	}

	return type.includes('256') ? 256 : 16;
};

const readSwitch = ({config, inConfig}: LookInput, key: 'mouse' | 'screenReader'): boolean => {
	if (!Object.hasOwn(config, key)) {
		return false;
	}

	const value = config[key];
	if (typeof value !== 'boolean') {
		throw new SettingsError(inConfig(key), value, 'give true or false, without quotes');
	}

	return value;
};

const readPictures = ({config, inConfig}: LookInput): PictureSetting => {
	if (!Object.hasOwn(config, 'pictures')) {
		return 'auto';
	}

	const value = config['pictures'];
	const known = pictureSettings.find(setting => setting === value);
	if (known === undefined) {
		throw new SettingsError(inConfig('pictures'), value, `give ${pictureSettings.slice(0, -1).map(setting => `"${setting}"`).join(', ')} or "none"`);
	}

	return known;
};

const readTheme = ({flags, config, inConfig}: LookInput): ThemeChoice => {
	const fromConfig = Object.hasOwn(config, 'theme') ? parseTheme(config['theme'], inConfig) : undefined;
	const named = flags.theme === undefined ? undefined : parseThemeName(flags.theme);
	if (flags.theme !== undefined && named === undefined) {
		throw new SettingsError('--theme', flags.theme, allowedThemes, flags.theme === '' ? 'is empty, which is not allowed' : undefined);
	}

	return named ?? fromConfig ?? {base: 'terminal', roles: {}};
};

const isText = (value: unknown): value is string => typeof value === 'string';

const readKeys = ({config, inConfig}: LookInput): Look['keys'] => {
	if (!Object.hasOwn(config, 'keys')) {
		return {};
	}

	const {keys} = config;
	if (typeof keys !== 'object' || keys === null || Array.isArray(keys)) {
		throw new SettingsError(inConfig('keys'), keys, 'give an object of actions with their keys, such as {"export": "e", "mark": ["space", "t"]}');
	}

	return Object.fromEntries(Object.entries(keys).map(([action, given]: [string, unknown]) => {
		const list = isText(given) ? [given] : given;
		if (!Array.isArray(list) || list.some(key => !isText(key))) {
			throw new SettingsError(inConfig(`keys.${action}`), given, 'give a key, or a list of keys, such as "e" or ["space", "t"]');
		}

		return [action, list];
	}));
};

/**
Settles how the explorer is shown.

@throws {SettingsError} on the first value that is not allowed
*/
export const resolveLook = (input: LookInput): Look => ({
	theme: readTheme(input),
	depth: depthOf(input.environment),
	isAscii: !isUtf8(input.environment),
	hasMouse: readSwitch(input, 'mouse') || input.flags.mouse !== undefined,
	pictures: readPictures(input),
	isLinear: readSwitch(input, 'screenReader') || input.environment['INK_SCREEN_READER'] === 'true',
	keys: readKeys(input),
});
