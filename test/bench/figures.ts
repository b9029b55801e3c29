/** The middle value; of an even number, the mean of the two in the middle. `NaN` of none. */
export const median = (values: readonly number[]): number => {
	const sorted = values.toSorted((one, other) => one - other);
	const middle = sorted.length / 2;
	return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle) - 1] ?? NaN)) / 2;
};

/** The value that a part (0 to 1) of all values does not exceed. `NaN` of none. */
export const quantile = (values: readonly number[], part: number): number => {
	const sorted = values.toSorted((one, other) => one - other);
	return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? NaN;
};

const digits = (value: number): string => Number.isNaN(value) ? '-' : value.toFixed(value < 10 ? 2 : (value < 100 ? 1 : 0));

/** Prints a table: the first column to the left, numbers to the right, `-` for what could not be measured. */
export const printTable = (title: string, heads: readonly string[], rows: ReadonlyArray<ReadonlyArray<string | number>>): void => {
	const texts = [heads, ...rows.map(row => row.map(value => typeof value === 'number' ? digits(value) : value))];
	const widths = heads.map((_, column) => Math.max(...texts.map(row => (row[column] ?? '').length)));
	console.log(`\n${title}`);
	for (const row of texts) {
		console.log(row.map((text, column) => column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!)).join('  '));
	}
};

/** Numbers that look random and are the same in each run (a linear congruential generator), 24 bits each. */
export const seededNumbers = (seed: number) => {
	let state = seed >>> 0;
	return (): number => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state >>> 8;
	};
};

/** Says whether a figure is within its bound: `first frame, 30 files: 6.1 × node -e 0 (bound 8): met`. */
export const printVerdict = (what: string, value: number, bound: number, unit: string): void => {
	console.log(`${what}: ${Number.isNaN(value) ? 'not measured' : `${digits(value)} ${unit} (bound ${digits(bound).replace(/\.0+$/v, '')}): ${value <= bound ? 'met' : 'NOT MET'}`}`);
};
