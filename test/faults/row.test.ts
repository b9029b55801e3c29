import {expect, test} from 'vitest';
import {isGood, tableOf, type Row} from './row.js';

const row = (fields: Partial<Row>): Row => ({part: 'crash', what: 'sweep, killed at each of 9 system calls', runs: 2, fired: 1, lost: 0, problems: [], ...fields});

test('a row is good if the fault struck and nothing was lost; a control, if something was', () => {
	expect(isGood(row({}))).toBe(true);
	expect(isGood(row({fired: 0}))).toBe(false);
	expect(isGood(row({lost: 1}))).toBe(false);
	expect(isGood(row({problems: ['x']}))).toBe(false);
	expect(isGood(row({isControl: true}))).toBe(false);
	expect(isGood(row({isControl: true, lost: 1}))).toBe(true);
});

test('the table adds up what differs in the operation only, and controls apart', () => {
	expect(tableOf([
		row({}),
		row({what: 'add, killed at each of 7 system calls', runs: 1000}),
		row({what: 'sweep in place, killed at each of 2 system calls', lost: 5, isControl: true}),
		row({part: 'race', what: 'purge, by path'}),
	]).split('\n').slice(2)).toEqual([
		'| crash | killed at each system call of an operation | 1,002 | 2 | 0 |',
		'| crash | sweep in place, killed at each of 2 system calls (control) | 2 | 1 | 5 |',
		'| race | folders, links and sessions exchanged during purge | 2 | 1 | 0 |',
	]);
});
