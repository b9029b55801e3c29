import {Buffer} from 'node:buffer';
import {StringDecoder} from 'node:string_decoder';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {createKeySplitter, longestPaste, type Input} from '../../source/explorer/keys.js';

const escape = '\u{1B}';

const names = (inputs: readonly Input[]): string[] =>
	inputs.map(input => input.type === 'key' ? input.key : (input.type === 'paste' ? `paste:${input.text}` : `${input.kind}:${input.row},${input.column}`));

/** What a user at rest gets from these chunks: whatever waits is flushed at the end. */
const read = (...chunks: string[]): string[] => {
	const splitter = createKeySplitter();
	const inputs = chunks.flatMap(chunk => splitter.push(chunk));
	return names([...inputs, ...splitter.flush()]);
};

const known: ReadonlyArray<readonly [bytes: string, name: string]> = [
	['j', 'j'],
	['J', 'J'],
	['?', '?'],
	['é', 'é'],
	['語', '語'],
	['🎉', '🎉'],
	[' ', 'space'],
	['\r', 'return'],
	['\n', 'return'],
	['\t', 'tab'],
	['\u{7F}', 'backspace'],
	['\b', 'backspace'],
	['\u{1}', 'ctrl+a'],
	['\u{4}', 'ctrl+d'],
	['\u{1A}', 'ctrl+z'],
	['\0', 'ctrl+space'],
	['\u{1C}', 'ctrl+\\'],
	['[A', 'up'],
	['[B', 'down'],
	['[C', 'right'],
	['[D', 'left'],
	['[H', 'home'],
	['[F', 'end'],
	['[Z', 'shift+tab'],
	['OA', 'up'],
	['OD', 'left'],
	['OH', 'home'],
	['OP', 'f1'],
	['OS', 'f4'],
	['OM', 'return'],
	['Ot', '4'],
	['Oc', 'ctrl+right'],
	['[1~', 'home'],
	['[3~', 'delete'],
	['[4~', 'end'],
	['[5~', 'pageup'],
	['[6~', 'pagedown'],
	['[7~', 'home'],
	['[8~', 'end'],
	['[11~', 'f1'],
	['[15~', 'f5'],
	['[17~', 'f6'],
	['[24~', 'f12'],
	['[[A', 'f1'],
	['[[E', 'f5'],
	['[1;5D', 'ctrl+left'],
	['[1;2A', 'shift+up'],
	['[1;3C', 'alt+right'],
	['[1;6F', 'ctrl+shift+end'],
	['[5;5~', 'ctrl+pageup'],
	['[1;2P', 'shift+f1'],
	['[a', 'shift+up'],
	['[3$', 'shift+delete'],
	['[3^', 'ctrl+delete'],
	['[5@', 'ctrl+shift+pageup'],
	['x', 'alt+x'],
	['X', 'alt+X'],
	['é', 'alt+é'],
	['\r', 'alt+return'],
	['\u{7F}', 'alt+backspace'],
	['\u{1}', 'ctrl+alt+a'],
	['[27;5;105~', 'ctrl+i'],
	['[27;2;13~', 'shift+return'],
	['[105;5u', 'ctrl+i'],
	['[27u', 'escape'],
	['[97;2u', 'A'],
	['[97:65;2u', 'A'],
	['[97;3u', 'alt+a'],
	['[13;5u', 'ctrl+return'],
	['[57414u', 'return'],
	['[57400u', '1'],
	['[97;5:2u', 'ctrl+a'],
	['[1;1:1B', 'down'],
	['[97;65u', 'a'],
	['[<0;1;1M', 'click:0,0'],
	['[<0;300;120M', 'click:119,299'],
	['[<4;10;20M', 'click:19,9'],
	['[<64;10;20M', 'wheel-up:19,9'],
	['[<65;10;20M', 'wheel-down:19,9'],
	['[<81;10;20M', 'wheel-down:19,9'],
].map(([bytes, name], index) => [index >= 17 ? `${escape}${bytes}` : bytes!, name!] as const);

const swallowed: readonly string[] = [
	`${escape}]11;rgb:1e1e/1e1e/1e1e\u{7}`,
	`${escape}]11;rgb:0000/0000/0000${escape}\\`,
	`${escape}]52;c;cXVpdA==\u{7}`,
	`${escape}P>|XTerm(388)${escape}\\`,
	`${escape}P1$r0m${escape}\\`,
	`${escape}_Gi=31;OK${escape}\\`,
	`${escape}]5113;ac=status;st=T0s\u{9C}`,
	`${escape}[24;80R`,
	`${escape}[1;5R`,
	`${escape}[?62;22c`,
	`${escape}[>1;10;0c`,
	`${escape}[?2026;2$y`,
	`${escape}[4;1$y`,
	`${escape}[?0u`,
	`${escape}[0n`,
	`${escape}[8;40;120t`,
	`${escape}[I`,
	`${escape}[O`,
	`${escape}[<0;10;20m`,
	`${escape}[<1;10;20M`,
	`${escape}[<2;10;20M`,
	`${escape}[<32;10;20M`,
	`${escape}[<35;10;20M`,
	`${escape}[<66;10;20M`,
	`${escape}[<64;10;20m`,
	`${escape}[<0;0;1M`,
	`${escape}[<0;10M`,
	`${escape}[<128;10;20M`,
	`${escape}[M !!`,
	`${escape}[Mq\rj`,
	`${escape}[97;1:3u`,
	`${escape}[57441u`,
	`${escape}[99;99;99X`,
	`${escape}[999~`,
	`${escape}[201~`,
	`${escape}Oz`,
];

describe('names', () => {
	test.each(known)('%j is %s', (bytes, name) => {
		expect(read(bytes)).toEqual([name]);
	});

	test.each(swallowed)('%j is not typed', bytes => {
		expect(read('j', bytes, 'k')).toEqual(['j', 'k']);
	});

	test('a run of text is one key for each grapheme', () => {
		expect(read('jj\r👩‍👩‍👧e\u{301}')).toEqual(['j', 'j', 'return', '👩‍👩‍👧', 'e\u{301}']);
	});

	test('text typed without brackets may be long', () => {
		expect(read('q'.repeat(300_000))).toHaveLength(300_000);
	});
});

describe('Escape', () => {
	test('waits to see whether a sequence follows, and is a key if none does', () => {
		const splitter = createKeySplitter();
		expect(splitter.push(escape)).toEqual([]);
		expect(splitter.isWaiting()).toBe(true);
		expect(names(splitter.flush())).toEqual(['escape']);
		expect(splitter.isWaiting()).toBe(false);
		expect(names(splitter.push('[A'))).toEqual(['[', 'A']);
	});

	test('twice is two keys, and does not change the key after it', () => {
		expect(read(escape + escape)).toEqual(['escape', 'escape']);
		expect(read(`${escape}${escape}[A`)).toEqual(['escape', 'up']);
	});

	test('ends a sequence that never came to its end', () => {
		expect(read(`${escape}[1;`, `${escape}[B`)).toEqual(['down']);
		expect(read(`${escape}[1;`, '\u{3}')).toEqual(['ctrl+c']);
	});

	test.each(['[', 'O', ']', 'P', '_'])('and %s alone are a key with Alt', character => {
		expect(read(escape + character)).toEqual([`alt+${character}`]);
	});

	test('gives the keyboard back when a reply lost its end', () => {
		const splitter = createKeySplitter();
		expect(splitter.push(`${escape}]11;rgb:00jj`)).toEqual([]);
		expect(splitter.isWaiting()).toBe(false);
		splitter.push(escape);
		expect(splitter.isWaiting()).toBe(true);
		expect(splitter.flush()).toEqual([]);
		expect(names(splitter.push('j'))).toEqual(['j']);
		expect(read(`${escape}]11;rgb:00jj`, '\u{3}')).toEqual(['ctrl+c']);
	});

	test('in the middle of a reply\'s slow end types nothing', () => {
		const splitter = createKeySplitter();
		const inputs = [...splitter.push(`${escape}]11;rgb:0/0/0${escape}`), ...splitter.flush(), ...splitter.push(String.raw`\j`)];
		expect(names(inputs)).toEqual(['j']);
	});

	test('begins a sequence without end that takes no memory', () => {
		const splitter = createKeySplitter();
		for (let count = 0; count < 1000; count++) {
			expect(splitter.push(count === 0 ? `${escape}[` : '1'.repeat(1000))).toEqual([]);
		}

		expect(names(splitter.push('~j'))).toEqual(['j']);
	});
});

describe('a reply of the terminal', () => {
	const replies = [
		['[?62;4;22c', `${escape}[?62;4;22c`],
		['[6;20;10t', `${escape}[6;20;10t`],
		['P>|kitty(0.35.2)', `${escape}P>|kitty(0.35.2)${escape}\\`],
		['_Gi=31;OK', `${escape}_Gi=31;OK${escape}\\`],
		[']5113;ac=status;id=a;st=T0s=', `${escape}]5113;ac=status;id=a;st=T0s=${escape}\\`],
		[']11;rgb:0/0/0', `${escape}]11;rgb:0/0/0\u{7}`],
	] as const;
	const hear = () => {
		const heard: string[] = [];
		const splitter = createKeySplitter(text => {
			heard.push(text);
		});
		return {heard, splitter};
	};

	test.each(replies)('%j is told, wherever it is cut, and is no key', (text, sent) => {
		for (let cut = 0; cut <= sent.length; cut++) {
			const {heard, splitter} = hear();
			const inputs = [...splitter.push(`j${sent.slice(0, cut)}`), ...splitter.push(`${sent.slice(cut)}k`)];
			expect(names(inputs)).toEqual(['j', 'k']);
			expect(heard).toEqual([text]);
		}
	});

	test('comes with others and with keys in one go, or by single characters', () => {
		const all = replies.map(([, sent]) => sent).join('q');
		for (const chunks of [[all], [...all]]) {
			const {heard, splitter} = hear();
			expect(names(chunks.flatMap(chunk => splitter.push(chunk)))).toEqual(['q', 'q', 'q', 'q', 'q']);
			expect(heard).toEqual(replies.map(([text]) => text));
		}
	});

	test('whose end comes late is told all the same; one that is given up is not, nor one without end', () => {
		const {heard, splitter} = hear();
		splitter.push(`${escape}_Gi=31;OK${escape}`);
		expect(splitter.isAmidReply()).toBe(true);
		splitter.flush();
		expect(splitter.push('\\')).toEqual([]);
		splitter.push(`${escape}_Gi=31;OK\u{18}${escape}_Gi=31;EBAD${escape}[A`);
		splitter.push(`${escape}]${'x'.repeat(100_000)}\u{7}`);
		expect(heard).toEqual(['_Gi=31;OK']);
	});

	test('is waited for longer than a key that begins so', () => {
		const {splitter} = hear();
		splitter.push(escape);
		expect(splitter.isAmidReply()).toBe(false);
		splitter.push('[');
		expect(splitter.isAmidReply()).toBe(true);
		expect(splitter.push('?62;4c')).toEqual([]);
	});
});

describe('a paste', () => {
	const bracketed = (text: string) => `${escape}[200~${text}${escape}[201~`;

	test('is one input, whatever it holds', () => {
		expect(read(`a${bracketed('q\r\nquit\rx')}b`)).toEqual(['a', 'paste:q\nquit\nx', 'b']);
		expect(read(bracketed(`${escape}[A${escape}]0;x\u{7}\u{3}`))).toEqual([`paste:${escape}[A${escape}]0;x\u{7}\u{3}`]);
	});

	test('holds no key even while it has not ended', () => {
		const splitter = createKeySplitter();
		expect(splitter.push(`${escape}[200~q\u{3}${escape}`)).toEqual([]);
		expect(splitter.isWaiting()).toBe(false);
		expect(splitter.flush()).toEqual([]);
		expect(names(splitter.push('[201~'))).toEqual(['paste:q\u{3}']);
	});

	test('that is too long is cut, and its rest is not typed', () => {
		const splitter = createKeySplitter();
		splitter.push(`${escape}[200~`);
		for (let count = 0; count < 5; count++) {
			expect(splitter.push('q'.repeat(longestPaste / 2))).toEqual([]);
		}

		const inputs = splitter.push(`q${escape}[201~j`);
		expect(inputs).toEqual([{type: 'paste', text: 'q'.repeat(longestPaste)}, {type: 'key', key: 'j'}]);
	});
});

test('however the bytes are cut into chunks, the same keys come out', () => {
	const pastes: ReadonlyArray<readonly [string, string]> = [[`${escape}[200~a q${escape}[20é\r${escape}[201~`, `paste:a q${escape}[20é\n`]];
	const item = fc.constantFrom(...known, ...pastes, ...swallowed.map(bytes => [bytes, undefined] as const));
	const items = fc.array(item, {maxLength: 12});
	const sizes = fc.array(fc.integer({min: 1, max: 9}), {minLength: 1, maxLength: 40});
	fc.assert(fc.property(items, sizes, (sent, cuts) => {
		const splitter = createKeySplitter();
		const decoder = new StringDecoder('utf8');
		const bytes = Buffer.from(sent.map(([sequence]) => sequence).join(''));
		const inputs: Input[] = [];
		let start = 0;
		for (let count = 0; start < bytes.length; count++) {
			const end = start + cuts[count % cuts.length]!;
			const chunk = decoder.write(bytes.subarray(start, end));
			inputs.push(...splitter.push(chunk));
			start = end;
		}

		expect(splitter.isWaiting()).toBe(false);
		expect(names(inputs)).toEqual(sent.flatMap(([, name]) => name ?? []));
	}), {numRuns: 2000});
});

test('no bytes make it throw or hold back typing for good', () => {
	const unit = fc.constantFrom(escape, '[', ']', 'O', 'P', '_', '2', '0', '~', '\\', ';', 'M', 'j', '\u{7}', '\u{9B}', '\r', '$');
	const chunk = fc.string({unit});
	fc.assert(fc.property(fc.array(chunk, {maxLength: 20}), chunks => {
		const splitter = createKeySplitter();
		for (const text of chunks) {
			splitter.push(text);
		}

		splitter.push(`${escape}[201~`); // Had a paste begun.
		splitter.flush();
		splitter.push('\u{18}'); // Had a reply begun.
		splitter.push('xxxx'); // Had a mouse report begun.
		expect(names(splitter.push('\u{3}')).at(-1)).toBe('ctrl+c');
	}), {numRuns: 2000});
});
