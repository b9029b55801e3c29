/**
Which keys a user may bind: those that every terminal sends, and that can be told from each other.
*/

const editing = new Set(['up', 'down', 'left', 'right', 'home', 'end', 'pageup', 'pagedown', 'insert', 'delete', ...Array.from({length: 12}, (_, index) => `f${index + 1}`)]);

const plainNames = ['space', 'return', 'tab', 'escape', 'backspace', 'shift+tab', 'alt+backspace', 'alt+return'];

/** Terminals send the same for both, or the one is how the other is written here. */
const sameAs = new Map(Object.entries({
	m: 'return', j: 'return', i: 'tab', h: 'backspace', '[': 'escape',
}));

/** What the terminal sends before everything else of its own. */
const beginnings = '[O]P_';

/** How keys are called, for a message. */
export const allowedKeys = `give a character, or one of ${plainNames.slice(0, 5).join(', ')}, up, down, left, right, home, end, pageup, pagedown, insert, delete, f1 to f12; with ctrl+ (a letter), alt+ or, for those with names, shift+ before it; or two of them with a space between, to be pressed one after the other`;

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

const isCharacter = (text: string): boolean => text !== '' && !/[\p{C}\p{Z}]/v.test(text) && [...segmenter.segment(text)].length === 1;

/** Why a key cannot be bound, as the end of a sentence that starts with it; `undefined` if it can. */
export const keyProblem = (key: string): string | undefined => {
	if (plainNames.includes(key) || isCharacter(key)) {
		return undefined;
	}

	const parts = /^(?<held>(?:(?:ctrl|alt|shift)\+)+)(?<name>.+)$/v.exec(key);
	const held = parts?.groups!.held ?? '';
	const name = parts?.groups!.name ?? key;
	if (editing.has(name)) {
		return ['', 'ctrl+', 'alt+', 'shift+', 'ctrl+alt+', 'ctrl+shift+', 'alt+shift+', 'ctrl+alt+shift+'].includes(held) ? undefined : 'is no key';
	}

	if (held === 'ctrl+' || held === 'ctrl+alt+') {
		const same = sameAs.get(name.toLowerCase());
		if (same !== undefined) {
			return `cannot be told from ${held === 'ctrl+' ? '' : 'alt+'}${same} by a terminal`;
		}

		if (/^[a-z]$/v.test(name) || (held === 'ctrl+' && name === 'space')) {
			return undefined;
		}

		return /^[A-Z]$/v.test(name) ? `cannot be told from ${held}${name.toLowerCase()} by a terminal` : 'is sent by no terminal, or not by all';
	}

	if (held === 'alt+' && isCharacter(name)) {
		return beginnings.includes(name) ? 'cannot be told from the beginning of what a terminal sends for other keys' : undefined;
	}

	return held === 'shift+' && isCharacter(name) ? `is written as the character that it makes, such as ${name.toUpperCase()}` : 'is no key';
};
