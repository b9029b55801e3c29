/** A line of text being edited. It holds what was typed or pasted as it is: who draws it makes it printable. */
export type TextField = {
	readonly text: string;
	/** Code units before the text cursor; always between two graphemes. */
	readonly caret: number;
};

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

const lastGrapheme = (text: string): number => [...segmenter.segment(text)].at(-1)?.segment.length ?? 0;

const firstGrapheme = (text: string): number => segmenter.segment(text)[Symbol.iterator]().next().value?.segment.length ?? 0;

/** Code units that a field takes: as many as the system takes of a path. */
const longest = 4096;

const insert = ({text, caret}: TextField, added: string): TextField => {
	const piece = added.slice(0, Math.max(0, longest - text.length)).toWellFormed();
	return {text: text.slice(0, caret) + piece + text.slice(caret), caret: caret + piece.length};
};

/** Pasted text put in at the cursor, as one line and without control characters. */
export const paste = (field: TextField, pasted: string): TextField =>
	insert(field, pasted.trimEnd().replaceAll(/[\r\n\t]+/g, ' ').replaceAll(/\p{Cc}/gu, ''));

/** What a key does to a text field, with the keys of a shell's line editor; any other key does nothing. */
export const edit = (field: TextField, key: string): TextField => {
	const {text, caret} = field;
	const before = text.slice(0, caret);
	const after = text.slice(caret);
	switch (key) {
		case 'backspace': {
			const kept = before.slice(0, before.length - lastGrapheme(before));
			return {text: kept + after, caret: kept.length};
		}

		case 'delete':
		case 'ctrl+d': {
			return {text: before + after.slice(firstGrapheme(after)), caret};
		}

		case 'left':
		case 'ctrl+b': {
			return {text, caret: caret - lastGrapheme(before)};
		}

		case 'right':
		case 'ctrl+f': {
			return {text, caret: caret + firstGrapheme(after)};
		}

		case 'home':
		case 'ctrl+a': {
			return {text, caret: 0};
		}

		case 'end':
		case 'ctrl+e': {
			return {text, caret: text.length};
		}

		case 'ctrl+u': {
			return {text: after, caret: 0};
		}

		case 'ctrl+k': {
			return {text: before, caret};
		}

		case 'ctrl+w':
		case 'alt+backspace': {
			const kept = before.replace(/[^\s/]*[\s/]*$/, '');
			return {text: kept + after, caret: kept.length};
		}

		case 'space': {
			return insert(field, ' ');
		}

		default: {
			// A key with a name of several letters is none that types.
			return firstGrapheme(key) === key.length ? insert(field, key) : {text, caret};
		}
	}
};
