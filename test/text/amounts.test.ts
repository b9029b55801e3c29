import fc from 'fast-check';
import {
	describe,
	expect,
	it,
	test,
} from 'vitest';
import {formatAge, formatDuration} from '../../source/text/age.js';
import {formatBytes, plural} from '../../source/text/size.js';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('sizes', () => {
	test.each([
		[0, '0 B'], [1, '1 B'], [999, '999 B'], [1000, '1.0 KB'], [1536, '1.5 KB'], [9949, '9.9 KB'], [9950, '10 KB'], [999_499, '999 KB'], [999_500, '1.0 MB'], [5_368_709_120, '5.4 GB'], [Number.MAX_SAFE_INTEGER, '9.0 PB'],
	])('%d is %s', (bytes, text) => {
		expect(formatBytes(bytes)).toBe(text);
	});

	it('take at most 6 characters', () => {
		fc.assert(fc.property(fc.maxSafeNat(), bytes => formatBytes(bytes).length <= 6));
	});

	it('grow with the bytes', () => {
		const value = (text: string) => {
			const [number, unit] = text.split(' ', 2);
			return Number(number) * (1000 ** ['B', 'KB', 'MB', 'GB', 'TB', 'PB'].indexOf(unit!));
		};

		fc.assert(fc.property(fc.nat(2_000_000), fc.nat(2000), (bytes, more) => value(formatBytes(bytes)) <= value(formatBytes(bytes + more))));
	});

	test.each([[0, '0 files'], [1, '1 file'], [1234, '1,234 files']])('%d counts as %s', (count, text) => {
		expect(plural(count, 'file')).toBe(text);
	});

	it('count irregular words, too', () => {
		expect([plural(1, 'entry', 'entries'), plural(2, 'entry', 'entries')]).toEqual(['1 entry', '2 entries']);
	});
});

describe('ages', () => {
	test.each([
		[-day, 'now'], [0, 'now'], [9999, 'now'], [10 * second, '10s'], [minute - 1, '59s'], [minute, '1m'], [hour - 1, '59m'], [hour, '1h'], [(2 * day) - 1, '47h'], [2 * day, '2d'], [(1000 * day) - 1, '999d'], [1000 * day, '2y'], [Number.MAX_SAFE_INTEGER, '999y'],
	])('%d is %s', (age, text) => {
		expect(formatAge(age)).toBe(text);
	});

	test.each([
		[-1, '0s'], [59_999, '59s'], [minute, '1m 0s'], [hour - 1, '59m 59s'], [86_340_000, '23h 59m'], [(2 * day) - 1, '47h 59m'], [2 * day, '2d 0h'], [(9 * day) + (5 * hour), '9d 5h'],
	])('%d lasts %s', (duration, text) => {
		expect(formatDuration(duration)).toBe(text);
	});

	it('take at most 4 characters', () => {
		fc.assert(fc.property(fc.maxSafeInteger(), age => formatAge(age).length <= 4));
	});
});
