import type {Reach} from '../files/reach.js';

/** What a worker that copies works with: where it reads, and where it writes. */
export class Pair {
	constructor(readonly from: Reach, readonly to: Reach) {}

	async close(): Promise<void> {
		await this.from.close();
		await this.to.close();
	}
}
