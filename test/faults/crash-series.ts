import type {Scale} from './row.js';
import type {Fault, Target} from './strace.js';

/** The calls of one kind that are struck, one after the other: `next` gives none when there are no more. */
export type Series = {
	readonly target: Target;
	readonly next: () => number | undefined;
	/** Says that the call of this number was not made. */
	readonly end: (call: number) => void;
};

/** The short version strikes the first calls, the last, and few in between. A full disk shows itself as other failures do. */
const isChosen = (index: number, length: number, fault: Fault): boolean => fault === 'ENOSPC' ? index === length - 1 : [0, 1, 4, 16, 64, length - 1].includes(index);

/** All calls of one kind that are struck; in the full version, all that there are. */
export const seriesOf = (target: Target, fault: Fault, scale: Scale): Series => {
	const {first, last, only} = target;
	const numbers = only ?? Array.from({length: last - first + 1}, (_, index) => first + index);
	const chosen = scale === 'full' ? numbers : numbers.filter((_, index) => isChosen(index, numbers.length, fault));
	// Runs differ a little: the full version goes on until nothing is struck.
	const isOpen = scale === 'full' && only === undefined;
	let index = 0;
	let isOver = false;
	return {
		target,
		next() {
			const number = chosen[index] ?? (isOpen ? first + index : undefined);
			index++;
			return isOver ? undefined : number;
		},
		end(call) {
			isOver ||= isOpen && call > last;
		},
	};
};

/** Runs what `next` gives, two at a time. */
export const inPairs = async <T>(next: () => T | undefined, action: (item: T) => Promise<void>): Promise<void> => {
	const work = async (): Promise<void> => {
		for (let item = next(); item !== undefined; item = next()) {
			await action(item);
		}
	};

	await Promise.all([work(), work()]);
};
