/** Lets so many through, and the next when one of them is done. Whoever waits is turned away when it is closed. */
export class Window {
	#inside = 0;
	readonly #waiting: Array<PromiseWithResolvers<void>> = [];
	#failure: {readonly reason: unknown} | undefined;

	constructor(private readonly size: number) {}

	async enter(): Promise<void> {
		if (this.#failure !== undefined) {
			throw this.#failure.reason;
		}

		if (this.#inside < this.size) {
			this.#inside++;
			return;
		}

		const turn = Promise.withResolvers<void>();
		this.#waiting.push(turn);
		await turn.promise;
	}

	leave(): void {
		const next = this.#waiting.shift();
		if (next === undefined) {
			this.#inside--;
		} else {
			next.resolve();
		}
	}

	close(reason: unknown): void {
		this.#failure ??= {reason};
		for (const {reject} of this.#waiting.splice(0)) {
			reject(reason);
		}
	}
}
