import {describe, expect, test} from 'vitest';
import {resolveLook, type Look} from '../../source/settings/look.js';

const look = (config: unknown = {}, environment: Readonly<Record<string, string>> = {}, flags: {theme?: string; mouse?: string} = {}): Look =>
	resolveLook({flags, environment, config: config as Record<string, unknown>, inConfig: key => `${key} in config.json`});

const messageOf = (config: unknown, flags = {}): string => {
	try {
		look(config, {}, flags);
	} catch (error) {
		return (error as Error).message;
	}

	throw new Error('No error was thrown.');
};

describe('the theme', () => {
	test('is the terminal\'s, else the config\'s, else the flag\'s', () => {
		expect(look().theme).toEqual({base: 'terminal', roles: {}});
		expect(look({theme: 'dark'}).theme).toEqual({base: 'dark', roles: {}});
		expect(look({theme: 'dark'}, {}, {theme: 'light'}).theme).toEqual({base: 'light', roles: {}});
	});

	test('may have roles changed', () => {
		expect(look({theme: {base: 'dark', roles: {folder: {color: '#88F', bold: true}, focus: {color: 'bright-red', background: 'default'}}}}).theme)
			.toEqual({base: 'dark', roles: {folder: {color: '#8888ff', bold: true}, focus: {color: 'bright-red', background: 'default'}}});
		expect(look({theme: {roles: {}}}).theme).toEqual({base: 'terminal', roles: {}});
	});

	test.each<[unknown, string]>([
		['solarized', 'theme in config.json: "solarized" is not allowed; give one of terminal, dark, light, high-contrast, or an object, such as {"base": "dark"'],
		[7, 'theme in config.json: 7 is not allowed'],
		[null, 'theme in config.json: null is not allowed'],
		[{name: 'dark'}, 'theme in config.json: "name" is nothing that a theme has; known are base, roles'],
		[{base: 'toString'}, 'theme.base in config.json: "toString" is not allowed; give one of terminal, dark'],
		[{roles: []}, 'theme.roles in config.json: [] is not allowed; give an object'],
		[{roles: {folders: {}}}, 'theme.roles in config.json: "folders" is no role; known are plain, dim, match, folder'],
		[{roles: {folder: 'red'}}, 'theme.roles.folder in config.json: "red" is not allowed; give an object'],
		[{roles: {folder: {colour: 'red'}}}, 'theme.roles.folder in config.json: "colour" is nothing that a role has; known are color, background, bold'],
		[{roles: {folder: {color: '#12345'}}}, 'theme.roles.folder.color in config.json: "#12345" is not allowed; give a colour such as "#88f"'],
		[{roles: {folder: {color: '\u{1B}[31m'}}}, String.raw`theme.roles.folder.color in config.json: "\x1b[31m" is not allowed`],
		[{roles: {folder: {bold: 'yes'}}}, 'theme.roles.folder.bold in config.json: "yes" is not allowed; give true or false'],
	])('cannot be %j', (theme, message) => {
		expect(messageOf({theme})).toContain(message);
	});

	test('a bad flag is an error, and so is a bad config that a flag overrides', () => {
		expect(messageOf({}, {theme: 'blue'})).toBe('--theme: "blue" is not allowed; give one of terminal, dark, light, high-contrast');
		expect(messageOf({}, {theme: ''})).toContain('--theme: "" is empty');
		expect(messageOf({theme: 1}, {theme: 'dark'})).toContain('theme in config.json');
	});
});

test.each<[Readonly<Record<string, string>>, Look['depth']]>([
	[{TERM: 'xterm'}, 16], [{TERM: 'linux'}, 16], [{}, 16], [{TERM: 'xterm-256color'}, 256], [{TERM: 'foot'}, 16], [{TERM: 'xterm-direct'}, 24],
	[{TERM: 'xterm', COLORTERM: 'truecolor'}, 24], [{TERM: 'screen-256color', COLORTERM: '24bit'}, 24], [{TERM: 'xterm-256color', COLORTERM: 'yes'}, 256],
	[{COLORTERM: 'truecolor', NO_COLOR: '1'}, 0], [{TERM: 'xterm', NO_COLOR: ''}, 16],
])('with %j there are %d colours', (environment, depth) => {
	expect(look({}, environment).depth).toBe(depth);
});

test('pictures are drawn by what the terminal can, or as is said', () => {
	expect(look().pictures).toBe('auto');
	expect(look({pictures: 'sixel'}).pictures).toBe('sixel');
	expect(messageOf({pictures: 'ascii'})).toBe('pictures in config.json: "ascii" is not allowed; give "auto", "kitty", "iterm2", "sixel", "blocks" or "none"');
	expect(messageOf({pictures: true})).toContain('pictures in config.json: true is not allowed');
});

test('switches are true or false', () => {
	expect(look({mouse: true})).toMatchObject({hasMouse: true, isLinear: false});
	expect(look({mouse: false}, {}, {mouse: 'on'})).toMatchObject({hasMouse: true});
	expect(look({screenReader: true})).toMatchObject({isLinear: true});
	expect(look({}, {INK_SCREEN_READER: 'true'})).toMatchObject({isLinear: true});
	expect(messageOf({mouse: 'on'})).toBe('mouse in config.json: "on" is not allowed; give true or false, without quotes');
	expect(messageOf({screenReader: 1})).toContain('screenReader in config.json: 1');
});

test('keys are lists of texts', () => {
	expect(look({keys: {export: 'e', mark: ['space', 't']}}).keys).toEqual({export: ['e'], mark: ['space', 't']});
	expect(messageOf({keys: []})).toContain('keys in config.json: [] is not allowed; give an object of actions');
	expect(messageOf({keys: {export: 7}})).toContain('keys.export in config.json: 7 is not allowed; give a key, or a list of keys');
	expect(messageOf({keys: {export: ['e', null]}})).toContain('keys.export in config.json: ["e",null]');
});
