/** What one look has found. */
export type Check = {
	readonly name: string;
	/** Whether all is well, as far as was looked. */
	readonly ok: boolean;
	/** What was found: a sentence, not yet made printable. */
	readonly detail: string;
	/** What to do, where something is to be done. */
	readonly advice?: string;
};

export const good = (name: string, detail: string, advice?: string): Check => ({name, ok: true, detail, ...(advice !== undefined && {advice})});

export const bad = (name: string, detail: string, advice: string): Check => ({name, ok: false, detail, advice});
