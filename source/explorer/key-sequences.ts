import {
	altName,
	characterName,
	csiName,
	ss3Name,
} from './key-names.js';

/** What a user did: one key, by its name (`j`, `space`, `ctrl+d`, `shift+tab`, `alt+x`, `pageup`), one paste, with its line breaks as `\n`, or one use of the mouse, rows and columns counted from 0. */
export type Input =
	| {readonly type: 'key'; readonly key: string}
	| {readonly type: 'paste'; readonly text: string}
	| {readonly type: 'mouse'; readonly kind: 'click' | 'wheel-up' | 'wheel-down'; readonly row: number; readonly column: number};

/** One step of reading: how many code units it used, what they mean, and what begins after them; `reply`: an answer of the terminal, without the ESC before it. `undefined` where more is needed to tell. */
export type Step = {readonly length: number; readonly inputs: readonly Input[]; readonly next?: 'paste' | 'string'; readonly reply?: string} | undefined;

export const escape = '\u{1B}';

/** What may follow an ESC to begin a string that ends with ST: DCS, OSC, APC. */
export const stringIntroducers = 'P]_';

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

// What follows `ESC [` and `ESC O`: a whole sequence, the beginning of one, what of it was good before something else came.
const csi = /^(?:\[.|M[\s\S]{3}|\d{1,2}\$|(?![M\[])[0-?]*[ -\/]*[@-~])/v;
const csiBeginning = /^(?:\[|M[\s\S]{0,2}|[0-?]*[ -\/]*)$/v;
const csiHead = /^[0-?]*[ -\/]*/v;
const ss3 = /^\d{0,3}[A-Za-z]/v;
const ss3Beginning = /^\d{0,3}$/v;

const printableRun = /^\P{Cc}+/v;
const isControl = (character: string): boolean => /^\p{Cc}/v.test(character);

/** What terminals answer in this form: device attributes (`c`), and sizes in pixels (`t`). */
const csiReply = /^(?:\?[\d;]*c|[\d;]+t)$/v;

const key = (name: string): Input => ({type: 'key', key: name});
const keyIf = (name: string | undefined): Input[] => name === undefined ? [] : [key(name)];

const mouseReport = /^<(?<code>\d{1,3});(?<column>\d{1,5});(?<row>\d{1,5})(?<end>m)$/iv;

/** What a report of mode 1006 means: the left button pressed, or the wheel; all else (releases, movements, other buttons) is nothing. */
const readMouse = (sequence: string): Input[] => {
	const {code = '', column = '', row = '', end = ''} = mouseReport.exec(sequence)?.groups ?? {};
	// Shift, Alt and Ctrl are left out of account: 4, 8, 16.
	const kind = end === 'M' ? new Map([[0, 'click'], [64, 'wheel-up'], [65, 'wheel-down']] as const).get((Number(code) & ~28) as 0) : undefined;
	return kind === undefined || column === '0' || row === '0' ? [] : [{type: 'mouse', kind, row: Number(row) - 1, column: Number(column) - 1}];
};

const readCsi = (text: string): Step => {
	const rest = text.slice(2);
	const sequence = csi.exec(rest)?.[0];
	if (sequence === undefined) {
		if (csiBeginning.test(rest)) {
			return undefined;
		}

		// Something that belongs to no sequence came between: what was begun is given up, what came is read by itself.
		const begun = csiHead.exec(rest)![0].length;
		return {length: 2 + begun, inputs: begun === 0 ? [key('alt+[')] : []};
	}

	const length = 2 + sequence.length;
	if (csiReply.test(sequence)) {
		return {length, inputs: [], reply: text.slice(1, length)};
	}

	return sequence === '200~'
		? {length, inputs: [], next: 'paste'}
		: {length, inputs: sequence.startsWith('M') ? [] : (sequence.startsWith('<') ? readMouse(sequence) : keyIf(csiName(sequence)))};
};

const readSs3 = (text: string): Step => {
	const rest = text.slice(2);
	if (ss3Beginning.test(rest)) {
		return undefined;
	}

	const sequence = ss3.exec(rest)?.[0];
	return sequence === undefined
		? {length: 2, inputs: [key('alt+O')]}
		: {length: 2 + sequence.length, inputs: keyIf(ss3Name(sequence))};
};

const readEscape = (text: string): Step => {
	const second = text[1];
	if (second === undefined) {
		return undefined;
	}

	if (second === '[' || second === 'O') {
		return second === '[' ? readCsi(text) : readSs3(text);
	}

	if (second === escape) {
		return {length: 1, inputs: [key('escape')]};
	}

	if (stringIntroducers.includes(second)) {
		if (text.length === 2) {
			return undefined;
		}

		if (!isControl(text[2]!)) {
			return {length: 2, inputs: [], next: 'string'};
		}
	}

	const character = String.fromCodePoint(text.codePointAt(1)!);
	return {length: 1 + character.length, inputs: [key(altName(character))]};
};

/** Reads the first key, or the first run of printable characters, of text that is not empty. */
export const readGround = (text: string): Step => {
	const code = text.codePointAt(0)!;
	if (code === 0x1B) {
		return readEscape(text);
	}

	if (code < 0x20 || code === 0x7F) {
		return {length: 1, inputs: [key(characterName(text[0]!))]};
	}

	// Where nothing printable begins is a C1 control character.
	const run = printableRun.exec(text)?.[0] ?? '';
	return {length: Math.max(1, run.length), inputs: Array.from(segmenter.segment(run), ({segment}) => key(characterName(segment)))};
};

