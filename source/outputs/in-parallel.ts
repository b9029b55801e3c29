/**
Does something with each of many items, a few at a time.

@returns what `action` gave for each, in their order
@throws the first error of an action; those at work go on to their end
*/
export const inParallel = async <T, R>(items: readonly T[], workers: number, action: (item: T) => Promise<R>): Promise<R[]> => {
	const results: R[] = [];
	let next = 0;
	await Promise.all(Array.from({length: workers}, async () => {
		while (next < items.length) {
			const index = next++;
			results[index] = await action(items[index]!);
		}
	}));
	return results;
};
