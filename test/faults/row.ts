/** How much of a campaign is run: the short version is part of `npm test`, the full one is `npm run test:faults`. */
export type Scale = 'short' | 'full';

/** What one fault or attack came to: a line of the campaign's table. */
export type Row = {
	readonly part: 'crash' | 'race' | 'concurrency' | 'model' | 'users';
	/** What was done, and to what: `sweep, killed at rename`. */
	readonly what: string;
	/** How often it was tried. */
	readonly runs: number;
	/** How often the fault was seen to strike. */
	readonly fired: number;
	/** Files lost that should have been kept, and half-done things left for good. Must be 0, and above 0 for a control. */
	readonly lost: number;
	/** What went wrong, in words, with the numbers that repeat it. */
	readonly problems: readonly string[];
	/** The same attack on something that is known to fall for it: shows that the attack can win. */
	readonly isControl?: true;
};

/** Whether a row is as it should be: the fault struck, and lost nothing; or, as a control, something. */
export const isGood = ({fired, lost, problems, isControl}: Row): boolean =>
	fired > 0 && (isControl ? lost > 0 : lost === 0 && problems.length === 0);

/** Rows as a table in Markdown, each part summed up at its end. */
export const tableOf = (rows: readonly Row[]): string => {
	const line = ({part, what, runs, fired, lost, isControl}: Row): string =>
		`| ${part} | ${what}${isControl ? ' (control)' : ''} | ${runs.toLocaleString('en-US')} | ${fired.toLocaleString('en-US')} | ${lost.toLocaleString('en-US')} |`;
	return [
		'| part | what was done | runs | struck | lost |',
		'|---|---|--:|--:|--:|',
		...rows.map(row => line(row)),
	].join('\n');
};
