import {isAbsolute, join} from 'node:path/posix';
import {SettingsError} from './error.js';
import {allowedHours, isHours, parseHours} from './hours.js';
import {lookKeys, resolveLook, type Look} from './look.js';
import {policyName, type DeploymentPolicy} from './policy.js';

export {SettingsError} from './error.js';
export {longestHours, parseHours} from './hours.js';

/** Where a value comes from, the strongest first. */
export type SettingSource = 'flag' | 'environment' | 'config' | 'policy' | 'default';

export type Setting<T> = {
	readonly value: T;
	readonly source: SettingSource;
};

export type Settings = {
	/** The outputs directory. From a flag or the environment it may be relative to the working directory. */
	readonly outputs: Setting<string>;
	readonly maxAgeHours: Setting<number>;
	/** An id, a label or a prefix. Absent: the current session. */
	readonly session?: Setting<string>;
	/** A directory, a file name, or `-`; relative as `outputs` may be. */
	readonly exportTo: Setting<string>;
	readonly look: Look;
};

export type SettingsInput = {
	/** By the flag's name in camel case without the dashes, as meow gives them: `maxAgeHours`, `to`. */
	readonly flags: Readonly<Record<string, string | undefined>>;
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** The parsed `config.json`, whatever it is; `undefined` if there is none. */
	readonly config?: unknown;
	/** The path of `config.json`, for messages. */
	readonly configPath?: string | undefined;
	readonly policy?: DeploymentPolicy | undefined;
	/** What `~` stands for in `config.json`; without it, `HOME` of the environment. */
	readonly home?: string | undefined;
	readonly defaults: {readonly outputs: string; readonly exportTo: string};
};

type Definition<T> = {
	readonly flag: string;
	readonly environment: string;
	/** Absent: cannot be set in `config.json`. */
	readonly configKey?: string;
	/** Ends a message: what may be given. */
	readonly allowed: string;
	/** What may be given in `config.json`, where that differs. */
	readonly allowedInConfig?: string;
	/** Both give `undefined` for what is not allowed. */
	readonly parse: (text: string) => T | undefined;
	readonly parseConfig?: (value: unknown, home: string | undefined) => T | undefined;
};

const parseText = (text: string): string | undefined => text === '' || text.includes('\0') ? undefined : text;

// Relative to what? A file that is read from anywhere has no working directory.
const parseConfigPath = (value: unknown, home: string | undefined): string | undefined => {
	if (typeof value !== 'string' || value.includes('\0') || !value.isWellFormed()) {
		return undefined;
	}

	if (isAbsolute(value)) {
		return value;
	}

	const isInHome = value === '~' || value.startsWith('~/');
	return isInHome && home !== undefined && isAbsolute(home) ? join(home, value.slice(1)) : undefined;
};

const pathInConfig = 'give an absolute path, or one that starts with ~/';

/** Every setting: what it is called at each level, and how it is read. */
export const definitions = {
	outputs: {
		flag: '--outputs',
		environment: 'SOJOURN_OUTPUTS',
		configKey: 'outputs',
		allowed: 'give a directory',
		allowedInConfig: pathInConfig,
		parse: parseText,
		parseConfig: parseConfigPath,
	},
	maxAgeHours: {
		flag: '--max-age-hours',
		environment: 'SESSION_TIMEOUT_HOURS',
		configKey: 'maxAgeHours',
		allowed: allowedHours,
		allowedInConfig: `${allowedHours}, without quotes`,
		parse: parseHours,
		parseConfig: (value: unknown) => isHours(value) ? value : undefined,
	},
	session: {
		flag: '--session',
		environment: 'SOJOURN_SESSION',
		allowed: 'give a session\'s id, its label, or 4 or more characters that its id starts with',
		parse: parseText,
	},
	exportTo: {
		flag: '--to',
		environment: 'SOJOURN_EXPORT_TO',
		configKey: 'exportTo',
		allowed: 'give a directory, a file name, or - for standard output',
		allowedInConfig: pathInConfig,
		parse: parseText,
		parseConfig: parseConfigPath,
	},
} as const satisfies Record<string, Definition<string> | Definition<number>>;

/** The timeout in hours where nobody has set another. */
export const defaultMaxAgeHours = 24;

const flagKey = (flag: string): string =>
	flag.slice(2).replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Reads a flag's or an environment variable's text. */
const readText = <T>(setting: string, text: string, {parse, allowed}: Definition<T>, source: SettingSource): Setting<T> => {
	const value = parse(text);
	if (value !== undefined) {
		return {value, source};
	}

	throw text === '' && source === 'environment'
		? new SettingsError(setting, text, `unset it, or ${allowed}`, 'is empty, which is not allowed')
		: new SettingsError(setting, text, allowed, text === '' ? 'is empty, which is not allowed' : undefined);
};

type Levels = SettingsInput & {
	readonly config: Readonly<Record<string, unknown>>;
	readonly configPath: string;
};

/** All that is given for one setting, the strongest first. */
const readLevels = <T>(definition: Definition<T>, {flags, environment, config, configPath, home}: Levels): Array<Setting<T>> => {
	const {flag, environment: variable, configKey, allowed, allowedInConfig = allowed, parseConfig} = definition;
	const found: Array<Setting<T>> = [];
	const flagText = flags[flagKey(flag)];
	if (flagText !== undefined) {
		found.push(readText(flag, flagText, definition, 'flag'));
	}

	const variableText = environment[variable];
	if (variableText !== undefined) {
		found.push(readText(variable, variableText, definition, 'environment'));
	}

	if (configKey !== undefined && parseConfig && Object.hasOwn(config, configKey)) {
		const value = parseConfig(config[configKey], home ?? environment.HOME);
		if (value === undefined) {
			throw new SettingsError(`${configKey} in ${configPath}`, config[configKey], allowedInConfig);
		}

		found.push({value, source: 'config'});
	}

	return found;
};

const checkConfig = (config: unknown, path: string): Readonly<Record<string, unknown>> => {
	if (typeof config !== 'object' || config === null || Array.isArray(config)) {
		throw new SettingsError(path, config, 'give a JSON object, such as {"maxAgeHours": 24}');
	}

	const known: string[] = [...Object.values(definitions).flatMap(definition => 'configKey' in definition ? [definition.configKey] : []), ...lookKeys];
	const unknownKey = Object.keys(config).find(key => !known.includes(key));
	if (unknownKey !== undefined) {
		throw new SettingsError(path, unknownKey, `known are ${known.join(', ')}`, 'is not a setting');
	}

	return config as Record<string, unknown>;
};

/**
Settles every setting: flag, then environment, then `config.json`, then the deployment's policy, then the default. All that is given is checked, also where a stronger level overrides it, so that a broken setting shows on the day it is made.

@returns the settings, each with where it comes from
@throws {SettingsError} on the first value that is not allowed
*/
export const resolveSettings = (input: SettingsInput): Settings => {
	const {environment, policy, defaults, configPath = 'config.json'} = input;
	const config = input.config === undefined ? {} : checkConfig(input.config, configPath);
	const levels: Levels = {...input, config, configPath};
	const outputs = readLevels<string>(definitions.outputs, levels);
	const maxAgeHours = readLevels<number>(definitions.maxAgeHours, levels);
	const [session] = readLevels<string>(definitions.session, levels);
	const exportTo = readLevels<string>(definitions.exportTo, levels);
	if (policy?.maxAgeHours !== undefined) {
		if (!isHours(policy.maxAgeHours)) {
			throw new SettingsError(`maxAgeHours in ${policyName}`, policy.maxAgeHours, allowedHours);
		}

		maxAgeHours.push({value: policy.maxAgeHours, source: 'policy'});
	}

	return {
		outputs: outputs[0] ?? {value: defaults.outputs, source: 'default'},
		maxAgeHours: maxAgeHours[0] ?? {value: defaultMaxAgeHours, source: 'default'},
		...(session && {session}),
		exportTo: exportTo[0] ?? {value: defaults.exportTo, source: 'default'},
		look: resolveLook({flags: input.flags, environment, config, inConfig: key => `${key} in ${configPath}`}),
	};
};
