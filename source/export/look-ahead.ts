/**
Draws from a source as fast as it gives, and hands on as fast as is asked: so what comes later is known early.

@param most - how many items are kept at most; the source waits then
@param onEnd - called when the source has given all
@throws what the source throws, when all before that is handed on
*/
export async function * lookAhead<T>(source: AsyncIterable<readonly T[]>, most: number, onEnd: () => void): AsyncGenerator<readonly T[]> {
	const chunks: Array<readonly T[]> = [];
	let count = 0;
	let isGivenUp = false;
	let end: {readonly error?: unknown} | undefined;
	let changed = Promise.withResolvers<void>();
	const tell = (): void => {
		changed.resolve();
		changed = Promise.withResolvers();
	};

	const isFull = (): boolean => count >= most && !isGivenUp;

	const draw = async (): Promise<void> => {
		for await (const chunk of source) {
			chunks.push(chunk);
			count += chunk.length;
			tell();
			while (isFull()) {
				await changed.promise;
			}

			if (isGivenUp) {
				return;
			}
		}

		onEnd();
	};

	const drawing = (async () => {
		try {
			await draw();
			end = {};
		} catch (error) {
			end = {error};
		}

		tell();
	})();
	try {
		for (;;) {
			const chunk = chunks.shift();
			if (chunk !== undefined) {
				count -= chunk.length;
				tell();
				yield chunk;
			} else if (end === undefined) {
				await changed.promise;
			} else {
				if ('error' in end) {
					throw end.error;
				}

				return;
			}
		}
	} finally {
		isGivenUp = true;
		tell();
		await drawing;
	}
}
