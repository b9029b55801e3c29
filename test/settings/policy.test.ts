import {
	describe,
	expect,
	it,
	test,
} from 'vitest';
import {parsePolicy} from '../../source/settings/policy.js';

const problemOf = (text: string): string => {
	const reading = parsePolicy(text);
	return 'problem' in reading ? reading.problem : 'none';
};

describe('a deployment\'s policy', () => {
	it('holds a timeout, a group, both or neither', () => {
		expect(parsePolicy('{"maxAgeHours": 48, "sharedGroup": "artists"}')).toEqual({policy: {maxAgeHours: 48, sharedGroup: 'artists'}});
		expect(parsePolicy('{"maxAgeHours": 0.5}')).toEqual({policy: {maxAgeHours: 0.5}});
		expect(parsePolicy('{"sharedGroup": "domain users"}')).toEqual({policy: {sharedGroup: 'domain users'}});
		expect(parsePolicy('{}')).toEqual({policy: {}});
	});

	test.each(['', 'maxAgeHours: 3', '{"maxAgeHours": NaN}', '{"maxAgeHours": 3}}'])('is not JSON as %j', text => {
		expect(parsePolicy(text)).toEqual({problem: 'is not valid JSON'});
	});

	test.each(['null', '[]', '3', '"x"'])('is no object as %s', text => {
		expect(parsePolicy(text)).toEqual({problem: 'is not a JSON object'});
	});

	test.each(['0', '-1', '87601', '1e999', '"24"', 'null', '[24]'])('has a bad timeout as %s', hours => {
		expect(problemOf(`{"maxAgeHours": ${hours}}`)).toContain('maxAgeHours that is not allowed; give a number');
	});

	test.each(['""', '" artists"', '"a:b"', String.raw`"\u001b[2J"`, '100', 'null', '["artists"]'])('has a bad group as %s', group => {
		expect(problemOf(`{"sharedGroup": ${group}}`)).toContain('sharedGroup that is not allowed');
	});

	it('may not hold unknown keys, as a misspelt one would be no policy at all', () => {
		expect(parsePolicy('{"maxAgehours": 3}')).toEqual({problem: 'has the unknown key "maxAgehours"; known are maxAgeHours and sharedGroup'});
		expect(problemOf(String.raw`{"\u001b[2J": 3}`)).toContain(String.raw`"\x1b[2J"`);
	});
});
