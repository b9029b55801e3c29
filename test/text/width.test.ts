import fc from 'fast-check';
import {
	describe,
	expect,
	it,
	test,
} from 'vitest';
import {printable} from '../../source/text/printable.js';
import {
	fitColumns,
	takeColumns,
	truncateEnd,
	truncateMiddle,
	widthOf,
} from '../../source/text/width.js';

const pieces = fc.oneof(
	fc.string({unit: 'grapheme', maxLength: 6}),
	fc.string({unit: 'binary', maxLength: 4}),
	fc.constantFrom('画像', '👩‍👩‍👧', '🇦', '🏽', 'e\u0301', '\u0301', 'ᄀ', '\u1161', '각', 'क्', 'षि', 'שלום', '.png'),
);
const printables = fc.array(pieces, {maxLength: 10}).map(parts => printable(parts.join('')));
const columns = fc.integer({min: 0, max: 30});

describe('width', () => {
	test.each([['', 0], ['a.png', 5], ['画像', 4], ['e\u0301', 1], ['👩‍👩‍👧', 2], ['❤️', 2], ['🇩🇪', 2], ['…', 1]])('of %j is %d', (text, width) => {
		expect(widthOf(text)).toBe(width);
	});
});

describe('cutting', () => {
	it('never leaves more than the columns there are', () => {
		fc.assert(fc.property(printables, columns, (text, available) => {
			expect(widthOf(takeColumns(text, available))).toBeLessThanOrEqual(available);
			expect(widthOf(truncateEnd(text, available))).toBeLessThanOrEqual(available);
			expect(widthOf(truncateMiddle(text, available))).toBeLessThanOrEqual(available);
			expect(widthOf(fitColumns(text, available))).toBe(available);
		}), {numRuns: 2000});
	});

	it('leaves alone what fits', () => {
		fc.assert(fc.property(printables, text => {
			const width = widthOf(text);
			expect([truncateEnd(text, width), truncateMiddle(text, width), fitColumns(text, width)]).toEqual([text, text, text]);
		}));
	});

	test.each([
		[truncateEnd, 'a long name.png', 8, 'a long …'],
		[truncateEnd, '画像画像', 6, '画像…'],
		[truncateEnd, 'abc', 0, ''],
		[truncateMiddle, 'a very long name indeed.png', 16, 'a very l…eed.png'],
		[truncateMiddle, '画像画像画像画像.png', 12, '画像画….png'],
		[truncateMiddle, 'a long name.png', 7, 'a long…'],
		[takeColumns, '👩‍👩‍👧👩‍👩‍👧', 3, '👩‍👩‍👧'],
		[takeColumns, 'e\u0301e\u0301', 1, 'e\u0301'],
		[takeColumns, 'abc', -1, ''],
		[fitColumns, '画像', 3, '画…'],
		[fitColumns, 'ab', 4, 'ab  '],
	])('with %o of %j to %d is %j', (cut, text, available, expected) => {
		expect(cut(text, available)).toBe(expected);
	});
});
