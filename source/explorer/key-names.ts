/**
Names of keys from what terminals send for them: xterm, rxvt, the Linux console, the kitty protocol and xterm's `modifyOtherKeys`.
*/

const letters = new Map(Object.entries({
	A: 'up', B: 'down', C: 'right', D: 'left', F: 'end', H: 'home', P: 'f1', Q: 'f2', S: 'f4',
}));

const numbers = new Map(Object.entries({
	1: 'home', 2: 'insert', 3: 'delete', 4: 'end', 5: 'pageup', 6: 'pagedown', 7: 'home', 8: 'end',
	11: 'f1', 12: 'f2', 13: 'f3', 14: 'f4', 15: 'f5', 17: 'f6', 18: 'f7', 19: 'f8', 20: 'f9', 21: 'f10', 23: 'f11', 24: 'f12',
}));

const keypad = new Map(Object.entries({
	I: 'tab', M: 'return', R: 'f3', X: '=', j: '*', k: '+', l: ',', m: '-', n: '.', o: '/',
	p: '0', q: '1', r: '2', s: '3', t: '4', u: '5', v: '6', w: '7', x: '8', y: '9',
}));

const rxvtArrows = new Map(Object.entries({
	a: 'up', b: 'down', c: 'right', d: 'left',
}));

const codes = new Map(Object.entries({
	8: 'backspace', 9: 'tab', 10: 'return', 13: 'return', 27: 'escape', 32: 'space', 127: 'backspace',
}));

// In the kitty protocol the keypad has code points of its own, in this order.
const kittyKeypad = [
	'0',
	'1',
	'2',
	'3',
	'4',
	'5',
	'6',
	'7',
	'8',
	'9',
	'.',
	'/',
	'*',
	'-',
	'+',
	'return',
	'=',
	',',
	'left',
	'right',
	'up',
	'down',
	'pageup',
	'pagedown',
	'home',
	'end',
	'insert',
	'delete',
];
const firstKittyKeypad = 0xE0_37;

const shift = 1;
const control = 4;

/** A key held with modifiers, as terminals number them: 1 plus a bit each for shift, alt, ctrl, super, hyper, meta. */
const held = (key: string | undefined, modifiers: number): string | undefined => {
	const has = (bits: number) => ((modifiers - 1) & bits) > 0;
	return key === undefined
		? undefined
		: [
			has(control) ? 'ctrl+' : '',
			has(2 | 32) ? 'alt+' : '',
			has(shift) ? 'shift+' : '',
			has(8 | 16) ? 'super+' : '',
			key,
		].join('');
};

const controlName = (code: number): string => {
	const character = code === 0 ? 'space' : String.fromCodePoint(code + (code < 27 ? 96 : 64));
	return `ctrl+${character}`;
};

/** The name of one printable character or control character. */
export const characterName = (character: string): string => {
	const code = character.codePointAt(0)!;
	return codes.get(String(code)) ?? (code < 32 ? controlName(code) : character);
};

/** The name of a character sent after an ESC: the key pressed with Alt. */
export const altName = (character: string): string => {
	const name = characterName(character);
	return name.startsWith('ctrl+') ? `ctrl+alt+${name.slice(5)}` : `alt+${name}`;
};

/** A key that is reported by its code point (`CSI code u`, `CSI 27;modifiers;code~`). */
const codePointName = (code: number, shifted: number, modifiers: number): string | undefined => {
	const name = codes.get(String(code)) ?? kittyKeypad[code - firstKittyKeypad];
	if (name !== undefined) {
		return held(name, modifiers);
	}

	// Below 32 nothing is left; in the private use area are keys without a name here, such as the modifiers themselves.
	if (!(code > 32) || (code >= 0xD8_00 && code < 0xF9_00) || code > 0x10_FF_FF) {
		return undefined;
	}

	const character = String.fromCodePoint(code);
	const bits = modifiers - 1;
	if ((bits & control) > 0) {
		return held(character.toLowerCase(), modifiers);
	}

	// Shift is part of a printable character, not a modifier of it.
	const capital = shifted > 32 ? String.fromCodePoint(shifted) : character.toUpperCase();
	return (bits & shift) === 0 ? held(character, modifiers) : held(capital, modifiers - shift);
};

const parse = (parameters: string): number[][] =>
	parameters.split(';').map(parameter => parameter.split(':').map(Number));

/**
The name of the key that `CSI parameters final` stands for.

@param sequence what follows `CSI`, to its end
@returns `undefined` for what is no key: a terminal's reply, a mouse or focus report, the release of a key, an unknown sequence
*/
export const csiName = (sequence: string): string | undefined => {
	if (sequence.startsWith('[')) { // The Linux console
		const index = 'ABCDE'.indexOf(sequence.slice(1));
		return index === -1 ? undefined : `f${index + 1}`;
	}

	const final = sequence.at(-1)!;
	const parameters = sequence.slice(0, -1);
	if (!/^[\d;:]*$/v.test(parameters)) {
		return undefined;
	}

	const [[code = 0, shifted = 0] = [], [modifierParameter = 1, event = 1] = [], [third = 0] = []] = parse(parameters);
	const modifiers = Math.max(1, modifierParameter);
	if (event === 3 || modifiers > 256 || shifted > 0x10_FF_FF) {
		return undefined;
	}

	const numbered = numbers.get(String(code));
	switch (final) {
		case '~': {
			return code === 27 ? codePointName(third, 0, modifiers) : held(numbered, modifiers);
		}

		case 'u': {
			return codePointName(code, shifted, modifiers);
		}

		case '$': { // Rxvt, as the next two
			return held(numbered, 1 + shift);
		}

		case '^': {
			return held(numbered, 1 + control);
		}

		case '@': {
			return held(numbered, 1 + shift + control);
		}

		case 'Z': {
			return 'shift+tab';
		}

		default: {
			if (parameters === '' && rxvtArrows.has(final)) {
				return held(rxvtArrows.get(final), 1 + shift);
			}

			// A first parameter other than 1 belongs to some report.
			return parameters === '' || code === 1 ? held(letters.get(final), modifiers) : undefined;
		}
	}
};

/**
The name of the key that `SS3 final` stands for: arrows in application mode, F1 to F4, the keypad.

@param sequence what follows `ESC O`, to its end
*/
export const ss3Name = (sequence: string): string | undefined => {
	const final = sequence.at(-1)!;
	const modifiers = Math.max(1, Number(sequence.slice(0, -1)));
	return held(rxvtArrows.get(final), 1 + control) ?? held(letters.get(final) ?? keypad.get(final), modifiers);
};
