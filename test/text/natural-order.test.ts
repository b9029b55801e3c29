import fc from 'fast-check';
import {
	describe,
	expect,
	it,
	test,
} from 'vitest';
import {compareNatural} from '../../source/text/natural-order.js';

// Few different characters, so that names are often alike up to case, zeros or a number's length.
const names = fc.oneof(
	fc.array(fc.constantFrom('a', 'A', 'b', 'B', '0', '00', '1', '9', '10', '01', '.', ' ', '_', 'é', '日', '\uDCFF'), {maxLength: 6}).map(parts => parts.join('')),
	fc.string({maxLength: 6}),
);

describe('natural order', () => {
	test.each([
		[['run-10', 'run-2', 'run-1'], ['run-1', 'run-2', 'run-10']],
		[['b', 'A', 'a', 'B'], ['A', 'a', 'B', 'b']],
		[['img_010.png', 'img_9.png', 'img_10.png', 'img_11.png'], ['img_9.png', 'img_010.png', 'img_10.png', 'img_11.png']],
		[['a1b10', 'a1b9', 'a01b9'], ['a01b9', 'a1b9', 'a1b10']],
		[['1.txt', '10', '1'], ['1', '1.txt', '10']],
		[['v1.10', 'v1.9', 'v1'], ['v1', 'v1.9', 'v1.10']],
		[['0', '00', '000', '1'], ['0', '00', '000', '1']],
		[['99999999999999999999', '100000000000000000000'], ['99999999999999999999', '100000000000000000000']],
	])('of %j is %j', (shuffled, sorted) => {
		expect(shuffled.toSorted(compareNatural)).toEqual(sorted);
		expect(shuffled.toReversed().toSorted(compareNatural)).toEqual(sorted);
	});

	it('is one order for all names: both ways round, through any third, and equal only to itself', () => {
		fc.assert(fc.property(names, names, names, (a, b, c) => {
			expect(Math.sign(compareNatural(a, b))).toBe(-Math.sign(compareNatural(b, a)) + 0);
			expect(compareNatural(a, b) === 0).toBe(a === b);
			if (compareNatural(a, b) <= 0 && compareNatural(b, c) <= 0) {
				expect(compareNatural(a, c)).toBeLessThanOrEqual(0);
			}
		}), {numRuns: 5000});
	});

	it('reads a number as a whole, whatever stands around it', () => {
		const numbers = fc.bigInt({min: 0n, max: 10n ** 30n});
		const zeros = fc.constantFrom('', '0', '000');
		fc.assert(fc.property(names.map(name => `${name}-`), numbers, numbers, zeros, zeros, names.map(name => `-${name}`), (before, m, n, mZeros, nZeros, after) => {
			fc.pre(m !== n);
			expect(compareNatural(`${before}${mZeros}${m}${after}`, `${before}${nZeros}${n}${after}`) < 0).toBe(m < n);
		}));
	});

	it('is quick with 100,000 names', () => {
		const sorted = Array.from({length: 100_000}, (_, index) => `img_${String(index).padStart(5, '0')}.png`);
		// 7919 is prime to the length: a shuffle that is the same each time.
		const shuffled = sorted.map((_, index) => sorted[(index * 7919) % sorted.length]!);
		const start = performance.now();
		expect(shuffled.toSorted(compareNatural)).toEqual(sorted);
		expect(performance.now() - start).toBeLessThan(3000); // Measured at 150 ms.
	});
});
