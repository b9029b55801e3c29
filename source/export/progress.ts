import type {Progress, Totals} from './types.js';

const intervalMilliseconds = 50; // As often as a screen needs it.

/**
Tells of progress, but not oftener than anybody can see.

@param totals - what is added to each report
@returns `tell` for each step, `finish` for the last one, which is always told
*/
export const throttleProgress = (
	onProgress: ((progress: Progress) => void) | undefined,
	totals: () => Totals,
): {tell(progress: Progress): void; finish(): void} => {
	let last: Progress | undefined;
	let isTold = true;
	let toldAt = -Infinity;

	const tellNow = (): void => {
		if (last === undefined || isTold) {
			return;
		}

		isTold = true;
		toldAt = performance.now();
		onProgress?.(last);
	};

	return {
		tell(progress) {
			last = {...totals(), ...progress};
			isTold = false;
			if (performance.now() - toldAt >= intervalMilliseconds) {
				tellNow();
			}
		},
		finish: tellNow,
	};
};
