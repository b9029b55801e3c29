const sequences = new Map(Object.entries({
	space: ' ', return: '\r', tab: '\t', 'shift+tab': '\u{1B}[Z', escape: '\u{1B}', backspace: '\u{7F}', delete: '\u{1B}[3~', insert: '\u{1B}[2~',
	up: '\u{1B}[A', down: '\u{1B}[B', right: '\u{1B}[C', left: '\u{1B}[D', home: '\u{1B}[H', end: '\u{1B}[F', pageup: '\u{1B}[5~', pagedown: '\u{1B}[6~',
	f1: '\u{1B}OP', f2: '\u{1B}OQ', f3: '\u{1B}OR', f4: '\u{1B}OS', f5: '\u{1B}[15~', f6: '\u{1B}[17~', f7: '\u{1B}[18~', f8: '\u{1B}[19~', f9: '\u{1B}[20~', f10: '\u{1B}[21~', f11: '\u{1B}[23~', f12: '\u{1B}[24~',
	'ctrl+left': '\u{1B}[1;5D', 'ctrl+right': '\u{1B}[1;5C', 'shift+up': '\u{1B}[1;2A', 'shift+down': '\u{1B}[1;2B',
}));

/** What xterm sends for a key, by the names of source/explorer/keys.ts. */
export const bytesOfKey = (name: string): string => {
	const sequence = sequences.get(name);
	if (sequence !== undefined) {
		return sequence;
	}

	const control = /^ctrl\+(?<letter>[a-z])$/v.exec(name)?.groups?.letter;
	if (control !== undefined) {
		return String.fromCodePoint(control.codePointAt(0)! - 96);
	}

	if (name.startsWith('alt+')) {
		return `\u{1B}${bytesOfKey(name.slice(4))}`;
	}

	if ([...new Intl.Segmenter().segment(name)].length !== 1) {
		throw new Error(`There is no key named ${name}.`);
	}

	return name;
};
