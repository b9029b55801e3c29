import type {Row} from './row.js';

/** What trials of one kind have come to. */
export type Tally = {
	runs: number;
	fired: number;
	lost: number;
	readonly problems: string[];
};

export const emptyTally = (): Tally => ({runs: 0, fired: 0, lost: 0, problems: []});

/** Notes a problem; `lost` is how many sessions were changed, shown or removed that should not have been. */
export const blame = (tally: Tally, text: string, lost = 0): void => {
	tally.problems.push(text);
	tally.lost += lost;
};

/** Notes a problem unless something is so. */
export const expect = (tally: Tally, isSo: boolean, text: string, lost = 0): void => {
	if (!isSo) {
		blame(tally, text, lost);
	}
};

export const rowOf = (what: string, {runs, fired, lost, problems}: Tally): Row => ({part: 'users', what, runs, fired, lost, problems: problems.slice(0, 30)});
