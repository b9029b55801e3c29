import {describe, expect, test} from 'vitest';
import {roles, type RoleStyle} from '../../source/settings/theme.js';
import {colourCode} from '../../source/ui/colour.js';
import {themeOf} from '../../source/ui/theme.js';
import {themes} from '../../source/ui/themes.js';

const luminance = (colour: string): number => {
	const [red, green, blue] = [1, 3, 5].map(at => {
		const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
		return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
	});
	return (0.2126 * red!) + (0.7152 * green!) + (0.0722 * blue!);
};

/** As WCAG counts it. */
const contrast = (one: string, other: string): number => {
	const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
	return (light! + 0.05) / (dark! + 0.05);
};

describe('a colour', () => {
	test.each([
		['red', 16, '31'], ['bright-red', 16, '91'], ['bright-white', 256, '97'], ['blue', 24, '34'], ['default', 24, ''], ['red', 0, ''],
		['#ff0000', 24, '38;2;255;0;0'], ['#ff0000', 256, '38;5;196'], ['#ff0000', 16, '91'], ['#808080', 256, '38;5;244'], ['#000000', 256, '38;5;16'], ['#ffffff', 16, '97'], ['#ff0000', 0, ''],
	] as const)('%s in depth %d is %j', (colour, depth, code) => {
		expect(colourCode(colour, depth)).toBe(code);
	});

	test('of a background has numbers of its own', () => {
		expect([colourCode('red', 16, true), colourCode('bright-red', 16, true), colourCode('#010203', 24, true), colourCode('#ff0000', 256, true)]).toEqual(['41', '101', '48;2;1;2;3', '48;5;196']);
	});
});

describe('a theme', () => {
	test('opens and closes each look', () => {
		const {folder, plain} = themeOf({base: 'dark', roles: {folder: {color: '#010203', background: 'red', underline: true}}}, 24);
		expect(folder).toEqual({open: '\u{1B}[1m\u{1B}[4m\u{1B}[38;2;1;2;3m\u{1B}[41m', close: '\u{1B}[49m\u{1B}[39m\u{1B}[24m\u{1B}[22m'});
		expect(plain).toEqual({open: '', close: ''});
	});

	test('without colours has attributes only, the user\'s among them', () => {
		const theme = themeOf({base: 'dark', roles: {folder: {color: '#010203', underline: true, bold: false}}}, 0);
		expect(theme.folder.open).toBe('\u{1B}[4m');
		expect(roles.map(role => theme[role].open).join('')).not.toMatch(/\[(?:3[0-8]|4[0-8]|9\d|10\d)/v);
		expect(theme.focus.open).toBe('\u{1B}[7m');
	});

	test('the default uses the terminal\'s 16 only, whatever it could do', () => {
		const theme = themeOf({base: 'terminal', roles: {}}, 24);
		expect(roles.map(role => theme[role].open).join('')).not.toMatch(/[34]8;/v);
	});

	test.each(['terminal', 'dark', 'light', 'high-contrast', 'none'] as const)('in %s the focus, the marks and problems can be told apart from the rest, in any depth', name => {
		for (const depth of [0, 16, 256, 24] as const) {
			const theme = themeOf({base: name === 'none' ? 'terminal' : name, roles: {}}, depth);
			const looks = [theme.plain, theme.focus, theme.marked, theme.problem, theme['focus-away']].map(({open}) => open);
			expect(new Set(looks).size).toBe(looks.length);
		}
	});
});

test.each<[keyof typeof themes, readonly string[], number]>([
	['dark', ['#000000', '#1e1e1e'], 4.5],
	['light', ['#ffffff', '#fafafa'], 4.5],
	['high-contrast', [], 7],
])('what is read in %s stands out from what is behind it', (name, backgrounds, least) => {
	for (const [role, {color, background}] of Object.entries<RoleStyle>(themes[name])) {
		if (color !== undefined && role !== 'frame') {
			for (const behind of background === undefined ? backgrounds : [background]) {
				expect([role, contrast(color, behind) >= least]).toEqual([role, true]);
			}

			expect(background ?? backgrounds[0]).toBeDefined();
		}
	}
});
