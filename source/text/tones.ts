/** What a part of a text means; a theme says how that looks. Where tones are numbers, they are places in this list. */
export const tones = [
	'keyword', 'string', 'number', 'comment', 'name', 'meta', 'heading', 'strong', 'emphasis', 'link', 'added', 'removed', 'faint', 'entry-folder',
] as const;

export type Tone = typeof tones[number];
