import {altName} from './key-names.js';
import {
	escape,
	readGround,
	stringIntroducers,
	type Input,
	type Step,
} from './key-sequences.js';

export type {Input} from './key-sequences.js';

export type KeySplitter = {
	/** Takes what the terminal sent, decoded from UTF-8 and cut anywhere, and gives the inputs that are complete. */
	readonly push: (chunk: string) => Input[];
	/** Gives what is held back because it could have been the beginning of a longer sequence: a lone ESC is the Escape key. */
	readonly flush: () => Input[];
	/** Whether `flush` should be called if nothing follows within some 30 ms. */
	readonly isWaiting: () => boolean;
	/** Whether what is held back is more than a lone ESC: no key that can be bound begins so, but replies do, and may arrive in parts. */
	readonly isAmidReply: () => boolean;
};

/** Code units of a reply that is passed on; a longer one is dropped. */
export const longestReply = 65_536;

/** Of a longer paste the rest is dropped. In UTF-16 code units. */
export const longestPaste = 1024 * 1024;

// Of a sequence that grows longer than this, which is no key, only its beginning is held until its end comes.
const longestSequence = 256;

const pasteEnd = `${escape}[201~`;
const cancels = '\u{18}\u{1A}'; // CAN, SUB
const stringEnds = `\u{7}${cancels}\u{9C}`; // BEL, ST
const heldBack = new Set(['', '[', 'O', ...stringIntroducers].map(character => escape + character));

const ignore = (): void => undefined;

/** How many code units at the end of `text` could be the beginning of `mark`. */
const overlap = (text: string, mark: string): number => {
	let length = Math.min(text.length, mark.length - 1);
	while (length > 0 && !mark.startsWith(text.slice(-length))) {
		length--;
	}

	return length;
};

/**
Splits what a terminal sends into keys, pastes and uses of the mouse. Replies and other reports of the terminal (OSC, DCS, APC, cursor position, device attributes, focus) and sequences that nobody knows are swallowed whole: they must never act as typed keys.

@param onReply - told of what the terminal answers: device attributes, sizes in pixels, and strings (DCS, OSC, APC) that ended as they should, each without the ESC before it and what ends it

A grapheme of several code points is one key only if it arrives in one chunk, which is how terminals send it.
*/
export const createKeySplitter = (onReply: (text: string) => void = ignore): KeySplitter => {
	let mode: 'ground' | 'paste' | 'string' | 'after-string' = 'ground';
	let pending = '';
	let pasted = '';
	/** The string that is being read, with what introduced it. */
	let string = '';

	const collect = (text: string): void => {
		// One longer than allowed stays longer, and is dropped.
		string += text.slice(0, longestReply + 1 - string.length);
	};

	const tellString = (): void => {
		if (string.length <= longestReply) {
			onReply(string);
		}

		string = '';
	};

	const readPaste = (text: string): Step => {
		const end = text.indexOf(pasteEnd);
		const length = end === -1 ? text.length - overlap(text, pasteEnd) : end;
		pasted += text.slice(0, Math.min(length, longestPaste - pasted.length));
		if (end === -1) {
			pending = text.slice(length);
			return undefined;
		}

		const paste: Input = {type: 'paste', text: pasted.toWellFormed().replaceAll(/\r\n?/gv, '\n')};
		pasted = '';
		mode = 'ground';
		return {length: end + pasteEnd.length, inputs: [paste]};
	};

	const readString = (text: string): Step => {
		const end = text.search(/\p{Cc}/v);
		collect(end === -1 ? text : text.slice(0, end));
		if (end === -1 || (text[end] === escape && end + 1 === text.length)) {
			pending = end === -1 ? '' : escape;
			return undefined;
		}

		// ST ends the string; any other sequence or control character shows that its end was lost.
		mode = 'ground';
		const used = text.startsWith(`${escape}\\`, end) ? 2 : (stringEnds.includes(text[end]!) ? 1 : 0);
		if (used > 0 && !cancels.includes(text[end]!)) {
			tellString();
		}

		return {length: end + used, inputs: []};
	};

	const read = (text: string): Step => {
		switch (mode) {
			case 'paste': {
				return readPaste(text);
			}

			case 'string': {
				return readString(text);
			}

			case 'after-string': {
				mode = 'ground';
				if (text.startsWith('\\')) {
					tellString();
					return {length: 1, inputs: []};
				}

				return {length: 0, inputs: []};
			}

			case 'ground': {
				return readGround(text);
			}
		}
	};

	const push = (chunk: string): Input[] => {
		const inputs: Input[] = [];
		let text = pending + chunk;
		pending = '';
		while (text !== '') {
			const step = read(text);
			if (step === undefined) {
				pending = mode === 'ground' ? text.slice(0, longestSequence) : pending;
				break;
			}

			for (const input of step.inputs) {
				inputs.push(input);
			}

			if (step.reply !== undefined) {
				onReply(step.reply);
			}

			if (step.next === 'string') {
				string = text.slice(1, step.length);
			}

			text = text.slice(step.length);
			mode = step.next ?? mode;
		}

		return inputs;
	};

	const isWaiting = (): boolean => mode !== 'paste' && heldBack.has(pending);

	const flush = (): Input[] => {
		if (!isWaiting()) {
			return [];
		}

		const held = pending;
		pending = '';
		if (mode === 'string') {
			// The string's end arrives in two parts, or its end was lost and Escape is how to get out.
			mode = 'after-string';
			return [];
		}

		return [{type: 'key', key: held === escape ? 'escape' : altName(held[1]!)}];
	};

	const isAmidReply = (): boolean => isWaiting() && (pending !== escape || mode === 'string');

	return {push, flush, isWaiting, isAmidReply};
};
