import fc from 'fast-check';
import {
	describe,
	expect,
	it,
	test,
} from 'vitest';
import {
	definitions,
	parseHours,
	resolveSettings,
	SettingsError,
	type SettingsInput,
} from '../../source/settings/settings.js';

const plainLook = {theme: {base: 'terminal', roles: {}}, depth: 16, isAscii: true, hasMouse: false, pictures: 'auto', isLinear: false, keys: {}};

const configPath = '/home/ada/.config/sojourn/config.json';
const defaults = {outputs: '/data/outputs', exportTo: '/work'};

const resolve = (input: Partial<SettingsInput> = {}) => resolveSettings({
	flags: {}, environment: {HOME: '/home/ada'}, configPath, defaults, ...input,
});

const errorOf = (input: Partial<SettingsInput>): SettingsError => {
	try {
		resolve(input);
	} catch (error) {
		if (error instanceof SettingsError) {
			return error;
		}

		throw error;
	}

	throw new Error('No error was thrown.');
};

const badHours = [
	'', '0', '0.0', '-1', '+1', '24h', '1e3', '0x10', 'NaN', 'Infinity', ' 24', '24 ', '24\n', '٢٤', '２４', '.5', '5.', '1,5', '1_000', '87600.1', '87601', '9'.repeat(400), `0.${'0'.repeat(400)}1`,
];

describe('hours', () => {
	test.each([['24', 24], ['0.5', 0.5], ['87600', 87_600], ['87600.0', 87_600], ['0.001', 0.001], ['007', 7]])('%j is %d', (text, hours) => {
		expect(parseHours(text)).toBe(hours);
	});

	test.each(badHours)('%j is not allowed', text => {
		expect(parseHours(text)).toBeUndefined();
	});

	it('is a number in the limits, or nothing, for any text', () => {
		const anyText = fc.oneof(fc.string(), fc.double().map(String), fc.integer().map(String));
		fc.assert(fc.property(anyText, text => {
			const hours = parseHours(text);
			return hours === undefined || (hours > 0 && hours <= 87_600 && /^[\d.]+$/.test(text));
		}));
	});
});

describe('precedence', () => {
	// From the weakest level to the strongest: what is added wins over all before it.
	const levels: ReadonlyArray<{readonly source: string; readonly input: Partial<SettingsInput>; readonly hours: number}> = [
		{source: 'default', input: {}, hours: 24},
		{source: 'policy', input: {policy: {maxAgeHours: 5}}, hours: 5},
		{source: 'config', input: {config: {maxAgeHours: 4}}, hours: 4},
		{source: 'environment', input: {environment: {SESSION_TIMEOUT_HOURS: '3'}}, hours: 3},
		{source: 'flag', input: {flags: {maxAgeHours: '2'}}, hours: 2},
	];

	test.each(levels.map((level, index) => ({...level, index})))('the $source beats all that is weaker', ({source, hours, index}) => {
		const input = Object.assign({}, ...levels.slice(0, index + 1).map(level => level.input)) as Partial<SettingsInput>;
		expect(resolve(input).maxAgeHours).toEqual({value: hours, source});
	});

	it('holds for every other setting, which a policy does not reach', () => {
		const flags = {outputs: 'flagged', session: 'cafe', to: '-'};
		const environment = {SOJOURN_OUTPUTS: 'from/environment', SOJOURN_SESSION: 'aurora', SOJOURN_EXPORT_TO: '../home'};
		const config = {outputs: '/from/config', exportTo: '/exports'};
		expect(resolve({flags, environment, config})).toMatchObject({
			outputs: {value: 'flagged', source: 'flag'},
			session: {value: 'cafe', source: 'flag'},
			exportTo: {value: '-', source: 'flag'},
		});
		expect(resolve({environment, config})).toMatchObject({
			outputs: {value: 'from/environment', source: 'environment'},
			session: {value: 'aurora', source: 'environment'},
			exportTo: {value: '../home', source: 'environment'},
		});
		expect(resolve({config, policy: {sharedGroup: 'artists'}})).toEqual({
			outputs: {value: '/from/config', source: 'config'},
			maxAgeHours: {value: 24, source: 'default'},
			exportTo: {value: '/exports', source: 'config'},
			look: plainLook,
		});
	});

	it('gives the defaults, and no session, where nothing is set', () => {
		expect(resolve()).toEqual({
			outputs: {value: '/data/outputs', source: 'default'},
			maxAgeHours: {value: 24, source: 'default'},
			exportTo: {value: '/work', source: 'default'},
			look: plainLook,
		});
	});

	test.each([[undefined, false], ['', false], ['1', true], ['0', true], ['no', true]])('NO_COLOR of %j means %j', (value, noColor) => {
		expect(resolve({environment: {NO_COLOR: value}}).look.depth === 0).toBe(noColor);
	});
});

describe('bad values', () => {
	test.each(badHours)('hours of %j are an error as a flag and in the environment', text => {
		for (const [setting, input] of [
			['--max-age-hours', {flags: {maxAgeHours: text}}],
			['SESSION_TIMEOUT_HOURS', {environment: {SESSION_TIMEOUT_HOURS: text}}],
		] as const) {
			const error = errorOf(input);
			expect(error).toMatchObject({setting, value: text});
			expect(error.message).toContain('give a number of hours above 0 and at most 87600');
			expect(error.message).toMatch(new RegExp(`^${setting}: `));
		}
	});

	test.each([0, -1, 87_601, '24', '', null, true, [24], {hours: 24}])('hours of %j are an error in the config', value => {
		expect(errorOf({config: {maxAgeHours: value}})).toMatchObject({setting: `maxAgeHours in ${configPath}`, value});
	});

	it('says the whole sentence', () => {
		expect(errorOf({flags: {maxAgeHours: '24h'}}).message)
			.toBe('--max-age-hours: "24h" is not allowed; give a number of hours above 0 and at most 87600, such as 24 or 0.5');
		expect(errorOf({environment: {SOJOURN_OUTPUTS: ''}}).message)
			.toBe('SOJOURN_OUTPUTS: "" is empty, which is not allowed; unset it, or give a directory');
		expect(errorOf({config: {outputs: 'outputs'}}).message)
			.toBe(`outputs in ${configPath}: "outputs" is not allowed; give an absolute path, or one that starts with ~/`);
	});

	test.each(Object.values(definitions))('$flag and $environment may not be empty', ({flag, environment}) => {
		const key = {
			'--outputs': 'outputs', '--max-age-hours': 'maxAgeHours', '--session': 'session', '--to': 'to',
		}[flag];
		expect(errorOf({flags: {[key]: ''}}).message).toContain(`${flag}: "" is empty`);
		expect(errorOf({environment: {[environment]: ''}}).message).toContain(`${environment}: "" is empty, which is not allowed; unset it`);
	});

	it('are errors on a level that a stronger one overrides, too', () => {
		const flags = {maxAgeHours: '2', outputs: '/o', to: '/t'};
		expect(errorOf({flags, environment: {SESSION_TIMEOUT_HOURS: 'soon'}}).setting).toBe('SESSION_TIMEOUT_HOURS');
		expect(errorOf({flags, config: {maxAgeHours: 0}}).setting).toBe(`maxAgeHours in ${configPath}`);
		expect(errorOf({flags, config: {exportTo: 'relative'}}).setting).toBe(`exportTo in ${configPath}`);
		expect(errorOf({flags, policy: {maxAgeHours: NaN}}).setting).toBe('maxAgeHours in .sojourn.json');
	});

	it('cannot reach the terminal raw, nor fill it', () => {
		const {message} = errorOf({flags: {maxAgeHours: `\u001B[2J${'9'.repeat(5000)}`}});
		expect(message).toContain(String.raw`\x1b[2J999`);
		expect(message.length).toBeLessThan(300);
		expect(errorOf({config: {'\u001B]0;x\u0007': 1}}).message).toContain(String.raw`\x1b]0;x\x07`);
	});
});

describe('the config file', () => {
	test.each([null, [], [1], 'text', 24, true])('that holds %j is an error', config => {
		expect(errorOf({config})).toMatchObject({setting: configPath, value: config});
	});

	test.each(['colour', 'maxagehours', 'session', 'toString', '__proto__'])('may not hold the unknown key %s', key => {
		const config: unknown = JSON.parse(`{"maxAgeHours": 3, "${key}": 1}`);
		expect(errorOf({config}).message).toBe(`${configPath}: "${key}" is not a setting; known are outputs, maxAgeHours, exportTo, theme, keys, mouse, pictures, screenReader`);
	});

	it('may name directories of the home directory', () => {
		expect(resolve({config: {outputs: '~/outputs', exportTo: '~'}})).toMatchObject({
			outputs: {value: '/home/ada/outputs'}, exportTo: {value: '/home/ada'},
		});
		expect(resolve({config: {outputs: '~/outputs'}, home: '/root'}).outputs.value).toBe('/root/outputs');
		expect(errorOf({config: {outputs: '~/outputs'}, environment: {}}).setting).toBe(`outputs in ${configPath}`);
	});

	test.each(['', '.', 'a/b', './a', '../a', '-', '~ada/a', '/a\0b', '/\uD800', 7, null])('may not name %j as a directory', value => {
		expect(errorOf({config: {outputs: value}}).message).toContain('give an absolute path');
	});
});
