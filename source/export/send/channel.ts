/** The way to the user's terminal, and from it. */
export type Channel = {
	/** Hands bytes to the terminal. Resolves when it has taken them, and other things have had their turn. */
	readonly write: (bytes: string) => Promise<void>;
	/** Tells what the terminal answers, without the ESC before it and what ends it. @returns what ends that */
	readonly listen: (listener: (reply: string) => void) => () => void;
};

/** A file that is sent. */
export type Outgoing = {
	/** What it is called at the other end. */
	readonly name: string;
	readonly bytes: number;
	/** Milliseconds since 1970. */
	readonly modifiedAt: number;
	/** Reads at `position` into `buffer`; 0 at the end of the file. */
	readonly read: (buffer: Uint8Array, position: number) => Promise<number>;
};

export type SendOptions = {
	readonly signal: AbortSignal;
	/** Told how many bytes have gone in all. */
	readonly onProgress: (bytes: number) => void;
};

/** What becomes of a file. */
export type Sender = {
	/** Sends one. Rejects if that failed, which ends nothing but this file unless `isOver`. */
	readonly send: (file: Outgoing) => Promise<void>;
	/** Whether nothing more can be sent. */
	readonly isOver: () => boolean;
	/** Says that all has been sent. */
	readonly finish: () => Promise<void>;
};

/** Reads a file in pieces of `size` bytes, each but the last whole, and no more than it is said to have. */
export async function * piecesOf({bytes, read}: Outgoing, size: number): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < bytes;) {
		const piece = new Uint8Array(Math.min(size, bytes - at));
		let filled = 0;
		while (filled < piece.length) {
			const got = await read(piece.subarray(filled), at + filled);
			if (got === 0) {
				break;
			}

			filled += got;
		}

		if (filled > 0) {
			yield piece.subarray(0, filled);
		}

		if (filled < piece.length) {
			return;
		}

		at += filled;
	}
}
