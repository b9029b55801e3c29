/** Numbers that look random and are the same for the same seed, so that a failure can be repeated. */
export type Random = {
	/** A whole number from 0, below `end`. */
	readonly below: (end: number) => number;
	readonly chance: (probability: number) => boolean;
	readonly pick: <T>(list: readonly T[]) => T;
	/** One of several, each as often as its weight says. */
	readonly weighted: <T>(choices: ReadonlyArray<readonly [weight: number, value: T]>) => T;
	/** So many hexadecimal digits. */
	readonly hex: (digits: number) => string;
};

/** Mulberry32: small, and good enough to pick faults. */
export const createRandom = (seed: number): Random => {
	let state = seed >>> 0;
	const next = (): number => {
		state = (state + 0x6d_2b_79_f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_00_00_00_00;
	};

	const below = (end: number): number => Math.floor(next() * end);
	return {
		below,
		chance: probability => next() < probability,
		pick: list => list[below(list.length)]!,
		weighted(choices) {
			let left = next() * choices.reduce((sum, [weight]) => sum + weight, 0);
			for (const [weight, value] of choices) {
				left -= weight;
				if (left < 0) {
					return value;
				}
			}

			return choices.at(-1)![1];
		},
		hex: digits => Array.from({length: digits}, () => below(16).toString(16)).join(''),
	};
};

/** A lower-case UUID of any version. */
export const randomId = ({hex}: Random): string => [8, 4, 4, 4, 12].map(digits => hex(digits)).join('-');
