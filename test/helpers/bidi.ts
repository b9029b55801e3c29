/**
A terminal that orders text by the Unicode bidirectional algorithm, as far as names need it: each row is a paragraph that runs from left to right.
*/

type Direction = 'L' | 'R' | 'EN' | 'N';

const classOf = (character: string): Direction => {
	if (/[\u{590}-\u{8FF}\u{FB1D}-\u{FDFF}\u{FE70}-\u{FEFC}]/v.test(character)) {
		return 'R';
	}

	if (/\d/v.test(character)) {
		return 'EN';
	}

	return /\p{L}|\u{200E}/v.test(character) ? 'L' : 'N';
};

/** The columns of a row in the order in which they are drawn. A cell may hold marks of no width behind its character. */
export const drawnOrder = (cells: readonly string[]): number[] => {
	const items = cells.flatMap((cell, column) => [...(cell === '' ? ' ' : cell)].map((character, index) => ({column: index === 0 ? column : undefined, type: classOf(character)})));
	let strong: Direction = 'L';
	for (const item of items) {
		if (item.type === 'EN' && strong === 'L') {
			item.type = 'L';
		} else if (item.type === 'L' || item.type === 'R') {
			strong = item.type;
		}
	}

	const sideOf = (type: Direction | undefined): Direction => type === undefined || type === 'L' ? 'L' : 'R';
	const levels = items.map(({type}, index) => {
		if (type !== 'N') {
			return {L: 0, R: 1, EN: 2}[type];
		}

		const before = sideOf(items.slice(0, index).findLast(item => item.type !== 'N')?.type);
		const after = sideOf(items.slice(index + 1).find(item => item.type !== 'N')?.type);
		return before === 'R' && after === 'R' ? 1 : 0;
	});
	const order = items.map((_, index) => index);
	for (const level of [2, 1]) {
		for (let start = 0; start < order.length; start++) {
			let end = start;
			while (end < order.length && levels[order[end]!]! >= level) {
				end++;
			}

			order.splice(start, end - start, ...order.slice(start, end).toReversed());
			start = end;
		}
	}

	return order.flatMap(index => items[index]!.column ?? []);
};
