/** The longest timeout: 10 years of 365 days. */
export const longestHours = 87_600;

export const allowedHours = `give a number of hours above 0 and at most ${longestHours}, such as 24 or 0.5`;

// `Number` alone would take exponents, spaces, signs, and a point with nothing beside it.
const digits = /^\d+(?:\.\d+)?$/;

/** Whether `value` is a number of hours above 0 and at most `longestHours`. */
export const isHours = (value: unknown): value is number =>
	typeof value === 'number' && value > 0 && value <= longestHours;

/**
A number of hours from a flag or an environment variable: digits with an optional fraction, above 0, at most 87600.

@returns the hours, or `undefined` if the text is anything else: `''`, `24h`, `1e3`, `.5`, `5.`, `-1`, `0`

@example
parseHours('0.5') //=> 0.5
*/
export const parseHours = (text: string): number | undefined => {
	const hours = digits.test(text) ? Number(text) : undefined;
	return isHours(hours) ? hours : undefined;
};
