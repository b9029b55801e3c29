import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {edit, paste, type TextField} from '../../source/explorer/text-field.js';

/** A field as one would draw it: `|` is the cursor. */
const field = (drawn: string): TextField => ({text: drawn.replace('|', ''), caret: drawn.indexOf('|')});

const draw = ({text, caret}: TextField): string => `${text.slice(0, caret)}|${text.slice(caret)}`;

test.each([
	['a|b', 'x', 'ax|b'],
	['a|b', 'space', 'a |b'],
	['|', 'é', 'é|'],
	['a|', '\u{3000}', 'a\u{3000}|'],
	['ab|c', 'backspace', 'a|c'],
	['|c', 'backspace', '|c'],
	['a|bc', 'delete', 'a|c'],
	['a|bc', 'ctrl+d', 'a|c'],
	['abc|', 'delete', 'abc|'],
	['ab|c', 'left', 'a|bc'],
	['ab|c', 'ctrl+b', 'a|bc'],
	['ab|c', 'right', 'abc|'],
	['ab|c', 'ctrl+f', 'abc|'],
	['ab|c', 'home', '|abc'],
	['ab|c', 'ctrl+a', '|abc'],
	['ab|c', 'end', 'abc|'],
	['ab|c', 'ctrl+e', 'abc|'],
	['ab|c', 'ctrl+u', '|c'],
	['ab|c', 'ctrl+k', 'ab|'],
	['/home/me/out|put', 'ctrl+w', '/home/me/|put'],
	['/home/me/|', 'ctrl+w', '/home/|'],
	['/home/me/|', 'alt+backspace', '/home/|'],
	['a b  |', 'ctrl+w', 'a |'],
	['/|', 'ctrl+w', '|'],
	['ab|c', 'pageup', 'ab|c'],
	['ab|c', 'f1', 'ab|c'],
	['ab|c', 'alt+x', 'ab|c'],
])('%s, %s: %s', (before, key, after) => {
	expect(draw(edit(field(before), key))).toBe(after);
});

describe('what one sees as one character', () => {
	test.each([
		['a👩‍👩‍👧‍👦', 'a'],
		['ae\u{301}', 'a'],
		['a🇫🇮', 'a'],
		['a語', 'a'],
	])('%s goes as one', (text, rest) => {
		expect(edit({text, caret: text.length}, 'backspace').text).toBe(rest);
		expect(edit({text, caret: text.length}, 'left').caret).toBe(1);
		expect(edit({text, caret: 1}, 'right').caret).toBe(text.length);
		expect(edit({text, caret: 1}, 'delete').text).toBe(rest);
	});

	test('comes as one', () => {
		expect(edit(field('|'), '👩‍👩‍👧‍👦').text).toBe('👩‍👩‍👧‍👦');
	});
});

test('whatever keys come, the cursor is between two characters, and no control character comes in', () => {
	const key = fc.oneof(
		fc.string({unit: 'grapheme', minLength: 1, maxLength: 1}),
		fc.constantFrom('left', 'right', 'backspace', 'delete', 'home', 'end', 'ctrl+w', 'ctrl+u', 'ctrl+k', 'space', 'f5'),
	);
	fc.assert(fc.property(fc.array(key), fc.string({unit: 'binary'}), (keys, pasted) => {
		let current = field('|');
		for (const one of keys) {
			current = paste(edit(current, one), keys.length % 3 === 0 ? pasted : '');
			expect(current.caret).toBeGreaterThanOrEqual(0);
			expect(current.caret).toBeLessThanOrEqual(current.text.length);
			expect(current.text.isWellFormed()).toBe(true);
			expect(current.text.slice(0, current.caret).isWellFormed()).toBe(true);
			expect(current.text).not.toMatch(/\p{Cc}/v);
		}
	}));
});
