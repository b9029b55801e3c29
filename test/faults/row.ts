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
	// That something was lost shows that the fault has struck, also where nobody saw it do so.
	isControl ? lost > 0 : fired > 0 && lost === 0 && problems.length === 0;

/** What rows have in common that differ in the operation or in the way of the attack only. */
const groupOf = ({part, what, isControl}: Row): string => {
	if (part === 'crash' && !isControl) {
		return what.replace(/^[^,]*, /v, '').replace(/ each of \d+ system calls?$/v, ' each system call of an operation');
	}

	return part === 'race' ? `folders, links and sessions exchanged during ${what.split(',', 1)[0]!}` : what;
};

/** Rows that belong together as one, their numbers added up. */
const summed = (rows: readonly Row[]): Row[] => {
	const groups = new Map<string, Row>();
	for (const row of rows) {
		const what = groupOf(row);
		const key = `${row.part} ${what} ${row.isControl ?? false}`;
		const before = groups.get(key);
		groups.set(key, before === undefined
			? {...row, what}
			: {...before, runs: before.runs + row.runs, fired: before.fired + row.fired, lost: before.lost + row.lost, problems: [...before.problems, ...row.problems]});
	}

	return [...groups.values()];
};

/** Rows as a table in Markdown. */
export const tableOf = (rows: readonly Row[]): string => {
	const line = ({part, what, runs, fired, lost, isControl}: Row): string =>
		`| ${part} | ${what}${isControl ? ' (control)' : ''} | ${runs.toLocaleString('en-US')} | ${fired.toLocaleString('en-US')} | ${lost.toLocaleString('en-US')} |`;
	return [
		'| part | what was done | runs | struck | lost |',
		'|---|---|--:|--:|--:|',
		...summed(rows).map(row => line(row)),
	].join('\n');
};
