const isDigit = (code: number): boolean => code >= 48 && code <= 57;

const lower = (code: number): number => code >= 65 && code <= 90 ? code + 32 : code;

/** Where the comparison has to start: names of a folder share much of their beginning, but a number that goes on is read from its first digit. */
const sharedStart = (a: string, b: string): number => {
	const end = Math.min(a.length, b.length);
	let index = 0;
	while (index < end && a.charCodeAt(index) === b.charCodeAt(index)) {
		index++;
	}

	while (index > 0 && isDigit(a.charCodeAt(index - 1))) {
		index--;
	}

	return index;
};

/**
Compares two names as people count: `run-2` before `run-10`, `a` beside `A`. A total order: names that differ in case or in leading zeros only are told apart by code unit, so that a list is always in the same order. Written by hand as `Intl.Collator` with `numeric` takes two to three times as long, which shows with 100,000 names, and calls some different names equal.

@returns below 0 if `a` comes first, above 0 if `b` does, 0 only if they are equal
*/
export const compareNatural = (a: string, b: string): number => {
	let i = sharedStart(a, b);
	let j = i;
	while (i < a.length && j < b.length) {
		let x = a.charCodeAt(i);
		let y = b.charCodeAt(j);
		if (isDigit(x) && isDigit(y)) {
			while (a.charCodeAt(i) === 48 && isDigit(a.charCodeAt(i + 1))) {
				i++;
			}

			while (b.charCodeAt(j) === 48 && isDigit(b.charCodeAt(j + 1))) {
				j++;
			}

			let difference = 0;
			for (;;) {
				x = a.charCodeAt(i);
				y = b.charCodeAt(j);
				const isXDigit = isDigit(x);
				const isYDigit = isDigit(y);
				if (!isXDigit || !isYDigit) {
					if (isXDigit !== isYDigit) {
						return isXDigit ? 1 : -1;
					}

					break;
				}

				if (difference === 0) {
					difference = x - y;
				}

				i++;
				j++;
			}

			if (difference !== 0) {
				return difference;
			}

			continue;
		}

		x = lower(x);
		y = lower(y);
		if (x !== y) {
			return x - y;
		}

		i++;
		j++;
	}

	const rest = (a.length - i) - (b.length - j);
	if (rest !== 0) {
		return rest;
	}

	if (a === b) {
		return 0;
	}

	return a < b ? -1 : 1;
};
