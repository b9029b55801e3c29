import {describe, expect, test} from 'vitest';
import {escapeTemplate, fillTemplate, hasField} from '../../source/text/template.js';
import {templateValues} from '../../source/export/template-values.js';

const values = {label: 'trip', id: '1234', date: '2026-01-02', name: 'a.png'};

describe('a destination with fields', () => {
	test.each([
		['~/x', '~/x'],
		['{label}-{id}-{date}-{name}', 'trip-1234-2026-01-02-a.png'],
		['{{label}', '{label}'],
		['a{{{{b}}', 'a{{b}}'],
		['{{{label}', '{trip'],
		['{Label} {0A-1B} {} {', '{Label} {0A-1B} {} {'],
	])('%s becomes %s', (text, filled) => {
		expect(fillTemplate(text, values)).toBe(filled);
	});

	test('with one that there is not is refused, and the known ones are named', () => {
		expect(() => fillTemplate('x/{lable}.zip', values)).toThrow('there is no {lable} in a destination: the fields are {label} {id} {date} {name}, and {{ stands for a brace');
	});

	test.each(['plain', '{label}', '{{', 'a{b}c', '{{{name}'])('a path is escaped so that it means itself: %s', text => {
		expect(fillTemplate(escapeTemplate(text), values)).toBe(text);
		expect(hasField(escapeTemplate(text))).toBe(false);
	});

	test('has a field, or has not', () => {
		expect([hasField('{date}'), hasField('{{date}'), hasField('{date}', 'name'), hasField('{date}{name}', 'name')]).toEqual([true, false, false, true]);
	});
});

describe('what a field stands for', () => {
	const id = '11111111-2222-4333-8444-555555555555';
	test.each([
		['trip', 'trip'],
		['../../etc', '_.._etc'],
		['..', '11111111'],
		['.', '11111111'],
		['/', '_'],
		[String.raw`a/b\c:d`, 'a_b_c_d'],
		['a\u{1B}[2J\u{202E}b', 'a_[2J_b'],
		['~', '~'],
		['{name}', '{name}'],
		[undefined, '11111111'],
	])('the label %j is %j: it leads nowhere', (label, expected) => {
		expect(templateValues({id, label, now: 0}).label).toBe(expected);
	});

	test('the date is the day that the clock of the user shows', () => {
		expect(templateValues({id, now: new Date(2026, 8, 5, 23, 59).getTime()}).date).toBe('2026-09-05');
	});
});
