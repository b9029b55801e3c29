/** A source of numbers that looks random and is the same for the same seed. */
export type Random = {
	/** From 0 up to 1. */
	readonly next: () => number;
	/** A whole number from `low` to `high`, both included. */
	readonly between: (low: number, high: number) => number;
	readonly pick: <T>(choices: readonly T[]) => T;
	/** About normally distributed around 0, rarely beyond 3. */
	readonly normal: () => number;
};

/** FNV-1a: spreads a text over 32 bits. */
const hash = (text: string): number => {
	let value = 0x81_1c_9d_c5;
	for (let index = 0; index < text.length; index++) {
		value = Math.imul(value ^ text.charCodeAt(index), 0x01_00_01_93);
	}

	return value;
};

/**
A generator for one subject (Mulberry32). Every file has its own, so that its content does not depend on which other files were made before it.
*/
export const createRandom = (seed: number, subject: string): Random => {
	let state = Math.imul(seed, 0x9e_37_79_b1) ^ hash(subject);
	const next = () => {
		state = (state + 0x6d_2b_79_f5) >>> 0;
		let value = Math.imul(state ^ (state >>> 15), 1 | state);
		value ^= value + Math.imul(value ^ (value >>> 7), 61 | value);
		return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
	};

	return {
		next,
		between: (low, high) => low + Math.floor(next() * (high - low + 1)),
		pick: choices => choices[Math.floor(next() * choices.length)]!,
		normal: () => (next() + next() + next() + next() + next() + next() - 3) * Math.SQRT2,
	};
};
