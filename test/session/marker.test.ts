import fc from 'fast-check';
import {
	describe,
	expect,
	it,
	test,
} from 'vitest';
import {labelProblem} from '../../source/session/label.js';
import {
	formatMarker,
	markerLimit,
	parseMarker,
	type Marker,
} from '../../source/session/marker.js';

const id = '0b5c3f1e-9a77-4d0e-8b2a-3c1d5e6f7a8b';
const valid = {
	version: 1, id, label: 'aurora', createdAt: '2026-11-20T08:00:00.000Z', lastActiveAt: '2026-11-21T09:30:00.125Z', keepUntil: 'forever',
};

const problemOf = (changes: Record<string, unknown>): string => {
	const reading = parseMarker(JSON.stringify({...valid, ...changes}), id);
	return 'problem' in reading ? reading.problem : 'none';
};

// Years that ISO 8601 writes with four digits.
const time = fc.integer({min: 0, max: Date.UTC(9999, 11, 31)});

const labels = fc.string({unit: 'grapheme', maxLength: 70}).filter(label => labelProblem(label) === undefined);
const markers = fc.record({
	id: fc.uuid(),
	createdAt: time,
	lastActiveAt: time,
	label: labels,
	keepUntil: fc.oneof(time, fc.constant('forever' as const)),
}, {requiredKeys: ['id', 'createdAt', 'lastActiveAt']});

describe('a marker', () => {
	it('is read as it was written', () => {
		fc.assert(fc.property(markers, (marker: Marker) => {
			const text = formatMarker(marker);
			expect(parseMarker(text, marker.id)).toEqual({marker});
			expect(text.length).toBeLessThan(markerLimit);
		}));
	});

	it('has the form that other programs read', () => {
		const text = formatMarker({
			id, label: 'aurora', createdAt: Date.UTC(2026, 10, 20), lastActiveAt: Date.UTC(2026, 10, 21), keepUntil: Date.UTC(2027, 0, 1),
		});
		expect(JSON.parse(text)).toEqual({
			version: 1, id, label: 'aurora', createdAt: '2026-11-20T00:00:00.000Z', lastActiveAt: '2026-11-21T00:00:00.000Z', keepUntil: '2027-01-01T00:00:00.000Z',
		});
		expect(JSON.parse(formatMarker({id, createdAt: 0, lastActiveAt: 0}))).not.toHaveProperty('keepUntil');
	});

	it('may come from another program: seconds without a fraction, nulls, further keys', () => {
		const text = JSON.stringify({
			...valid, createdAt: '2026-11-20T08:00:00Z', label: null, keepUntil: null, colour: 'red',
		});
		expect(parseMarker(text, id)).toEqual({marker: {id, createdAt: Date.UTC(2026, 10, 20, 8), lastActiveAt: Date.UTC(2026, 10, 21, 9, 30, 0, 125)}});
	});

	test.each(['', '{', '{}}', JSON.stringify(valid).slice(0, -1), '\0'.repeat(20)])('is not JSON as %j', text => {
		expect(parseMarker(text, id)).toEqual({problem: 'is not valid JSON'});
	});

	test.each(['null', '[]', '"text"', '1'])('is no object as %s', text => {
		expect(parseMarker(text, id)).toEqual({problem: 'is not a JSON object'});
	});

	const badTimes = [undefined, null, '', 0, 1_700_000_000_000, '2026-11-20', '2026-11-20T08:00:00', '2026-11-20T08:00:00+01:00', '2026-13-20T08:00:00Z', '2026-11-20T25:00:00Z', '+012026-11-20T08:00:00Z', ['2026-11-20T08:00:00Z']];

	test.each(badTimes)('is broken with the time %j', value => {
		expect(problemOf({createdAt: value})).toBe('has no valid createdAt');
		expect(problemOf({lastActiveAt: value})).toBe('has no valid lastActiveAt');
		if (value !== undefined && value !== null) {
			expect(problemOf({keepUntil: value})).toContain('has a keepUntil');
		}
	});

	test.each([
		[{version: 2}, 'version'],
		[{version: '1'}, 'version'],
		[{version: undefined}, 'version'],
		[{id: undefined}, 'no valid id'],
		[{id: id.toUpperCase()}, 'no valid id'],
		[{id: '../..'}, 'no valid id'],
		[{id: [id]}, 'no valid id'],
		[{id: id.replace('0', '1')}, 'another session'],
		[{label: ''}, 'label'],
		[{label: 7}, 'label'],
		[{label: 'a\u001B[2J'}, 'label'],
		[{label: id}, 'label'],
		[{keepUntil: 'Forever'}, 'keepUntil'],
		[{keepUntil: true}, 'keepUntil'],
	])('is broken with %j', (changes, reason) => {
		expect(problemOf(changes)).toContain(reason);
	});

	it('never throws, nor is believed, whatever JSON it holds', () => {
		fc.assert(fc.property(fc.json(), text => 'problem' in parseMarker(text, id)));
	});
});
