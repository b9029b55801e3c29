const isDigit = (code: number): boolean => code >= 48 && code <= 57;

const lower = (code: number): number => code >= 65 && code <= 90 ? code + 32 : code;

/**
Compares two names as people count: `run-2` before `run-10`, `a` beside `A`. A total order: names that differ in case or in leading zeros only are told apart by code unit, so that a list is always in the same order. Written by hand as `Intl.Collator` with `numeric` takes some ten times as long, which shows with 100,000 names.

@returns below 0 if `a` comes first, above 0 if `b` does, 0 only if they are equal
*/
export const compareNatural = (a: string, b: string): number => {
	let i = 0;
	let j = 0;
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
