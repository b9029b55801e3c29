/**
Looks of cells, and the shortest way from one to another in SGR sequences.
*/

const slots = ['intensity', 'italic', 'underline', 'blink', 'inverse', 'hidden', 'strike', 'overline', 'foreground', 'background', 'underlineColor'] as const;

type Slot = typeof slots[number];

/** What is switched on, as SGR parameters by what they set; '' where nothing is. Equal looks are the same object. */
export type Style = Readonly<Record<Slot, string>>;

const offs: Style = {
	intensity: '22', italic: '23', underline: '24', blink: '25', inverse: '27', hidden: '28', strike: '29', overline: '55',
	foreground: '39', background: '49', underlineColor: '59',
};

const known = new Map<string, Style>();

/** Looks that are remembered: more than a screen has cells. */
const knownLimit = 50_000;

const nameOf = (style: Style): string => slots.map(slot => style[slot]).join('/');

const intern = (style: Style): Style => {
	const name = nameOf(style);
	const same = known.get(name);
	if (same === undefined) {
		// Pictures bring ever new ones. Where one is forgotten, its next use is another object, and no more than drawn anew.
		if (known.size >= knownLimit) {
			known.clear();
			known.set(nameOf(plainStyle), plainStyle);
		}

		known.set(name, style);
	}

	return same ?? style;
};

export const plainStyle = intern({
	intensity: '', italic: '', underline: '', blink: '', inverse: '', hidden: '', strike: '', overline: '',
	foreground: '', background: '', underlineColor: '',
});

/** The look of two colours, each as SGR parameters, `''` for the terminal's own. */
export const colourStyle = (foreground: string, background: string): Style => intern({...plainStyle, foreground, background});

const slotByCode = new Map<number, Slot>([
	[1, 'intensity'],
	[2, 'intensity'],
	[22, 'intensity'],
	[3, 'italic'],
	[23, 'italic'],
	[4, 'underline'],
	[21, 'underline'],
	[24, 'underline'],
	[5, 'blink'],
	[6, 'blink'],
	[25, 'blink'],
	[7, 'inverse'],
	[27, 'inverse'],
	[8, 'hidden'],
	[28, 'hidden'],
	[9, 'strike'],
	[29, 'strike'],
	[53, 'overline'],
	[55, 'overline'],
	[58, 'underlineColor'],
	[59, 'underlineColor'],
	...Array.from({length: 10}, (_, digit) => [
		[30 + digit, 'foreground'],
		[90 + digit, 'foreground'],
		[40 + digit, 'background'],
		[100 + digit, 'background'],
	] as const).flat(),
]);

/**
The look after an SGR sequence.

@param parameters what stands between `CSI` and `m`
*/
export const applySgr = (style: Style, parameters: string): Style => {
	const next = {...style};
	const codes = parameters.split(';');
	for (let index = 0; index < codes.length; index++) {
		const code = codes[index]!;
		const number = Number(code.split(':', 1)[0]);
		if (number === 0) {
			Object.assign(next, plainStyle);
			continue;
		}

		const slot = slotByCode.get(number);
		if (slot === undefined) {
			continue;
		}

		if (code === offs[slot] || code === '4:0') {
			next[slot] = '';
		} else if (slot === 'intensity') {
			next.intensity = next.intensity === '' || next.intensity === code ? code : '1;2';
		} else if ([38, 48, 58].includes(number) && !code.includes(':')) {
			const length = codes[index + 1] === '5' ? 3 : 5; // 38;5;n or 38;2;r;g;b
			next[slot] = codes.slice(index, index + length).join(';');
			index += length - 1;
		} else {
			next[slot] = code;
		}
	}

	return intern(next);
};

/** Whether a space in this look cannot be told from an erased cell. */
export const isBlankStyle = (style: Style): boolean =>
	style === plainStyle || (style.background + style.inverse + style.underline + style.strike + style.overline) === '';

/** The bytes that change what follows from one look to another. */
export const sgrBetween = (from: Style, to: Style): string => {
	if (from === to) {
		return '';
	}

	if (to === plainStyle) {
		return '\u{1B}[m';
	}

	const steps: string[] = [];
	for (const slot of slots) {
		const [before, after] = [from[slot], to[slot]];
		if (before === after) {
			continue;
		}

		if (after === '') {
			steps.push(offs[slot]);
		} else if (slot !== 'intensity' || before === '') {
			steps.push(after);
		} else {
			steps.push(after === '1;2' ? (before === '1' ? '2' : '1') : `22;${after}`);
		}
	}

	const change = steps.join(';');
	const anew = ['0', ...slots.map(slot => to[slot]).filter(Boolean)].join(';');
	return `\u{1B}[${anew.length < change.length ? anew : change}m`;
};
