/** The middle value; of an even number, the mean of the two in the middle. `NaN` of none. */
export const median = (values: readonly number[]): number => {
	const sorted = values.toSorted((one, other) => one - other);
	const middle = sorted.length / 2;
	return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle) - 1] ?? NaN)) / 2;
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
