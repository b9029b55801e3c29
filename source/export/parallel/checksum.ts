/**
Arithmetic on CRC-32 checksums: blocks are summed side by side, and their sums put together, as zlib's `crc32_combine` does it. A checksum is a polynomial over GF(2), its lowest power in the highest bit.
*/

const polynomial = 0xed_b8_83_20;

/** The product of two polynomials, modulo the one of CRC-32. */
const multiply = (one: number, other: number): number => {
	let product = 0;
	let factor = other;
	for (let bit = 0x80_00_00_00; bit !== 0; bit >>>= 1) {
		if ((one & bit) !== 0) {
			product ^= factor;
		}

		factor = (factor & 1) === 0 ? factor >>> 1 : (factor >>> 1) ^ polynomial;
	}

	return product >>> 0;
};

/** `x` to the powers 1, 2, 4, 8 and so on. */
const squares: readonly number[] = (() => {
	const result = [0x40_00_00_00];
	while (result.length < 64) {
		const last = result.at(-1)!;
		result.push(multiply(last, last));
	}

	return result;
})();

/** What a checksum is multiplied with when so many bytes follow. */
const shiftOf = (bytes: number): number => {
	let result = 0x80_00_00_00;
	// Eight bits a byte: the power starts at the third square.
	for (let [left, index] = [bytes, 3]; left > 0; left = Math.floor(left / 2), index++) {
		if (left % 2 === 1) {
			result = multiply(squares[index]!, result);
		}
	}

	return result;
};

/**
The CRC-32 of two pieces, one behind the other.

@param bytes - how long the second one is
*/
export const combineChecksums = (first: number, second: number, bytes: number): number =>
	bytes === 0 ? first : (multiply(shiftOf(bytes), first) ^ second) >>> 0;
