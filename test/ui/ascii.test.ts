import {onTestFinished, expect, test} from 'vitest';
import {isPrintable, parsePrintable, printable, printableText, usePlainAscii} from '../../source/text/printable.js';
import {widthOf} from '../../source/text/width.js';
import {asciiFrame} from '../../source/ui/ascii.js';

test('what this program draws has a stand-in of the same width', () => {
	expect(asciiFrame('┌──┐ ▾ single ▸ bulk → link │ cut…  ↓ ↑ ← →\n└──┘')).toBe('+--+ - single + bulk > link | cut~  v ^ < >\n+--+');
});

test('all else is a question mark a column, and what stands beside it keeps its place', () => {
	for (const text of ['日本語 |', 'e\u{301}tude |', '👩‍👩‍👧 |', '█▀▄ |', 'שלום |']) {
		const shown = asciiFrame(text);
		expect(shown).toMatch(/^[ -~]+$/v);
		expect(shown).toHaveLength(widthOf(text));
	}
});

test('sequences stay as they are', () => {
	expect(asciiFrame('\u{1B}[1m▸\u{1B}[22m')).toBe('\u{1B}[1m+\u{1B}[22m');
});

test('names are their bytes, and can be read back; what two names are is still told apart', () => {
	usePlainAscii(true);
	onTestFinished(() => {
		usePlainAscii(false);
	});
	expect(printable('été.txt')).toBe(String.raw`\xc3\xa9t\xc3\xa9.txt`);
	expect(printable('a…b')).toBe(String.raw`a\xe2\x80\xa6b`);
	expect(printable('back\\slash\n')).toBe(String.raw`back\\slash\x0a`);
	for (const name of ['日本語', '👩‍👩‍👧 family', 'a\u{202E}b', '\u{DCE9}t\u{DCE9}', 'e\u{301}', '\\']) {
		expect(printable(name)).toMatch(/^[ -~]*$/v);
		expect(parsePrintable(printable(name))).toBe(name);
	}

	expect(printableText('sweeping… é\tx')).toBe(String.raw`sweeping… \xc3\xa9 x`);
	expect(isPrintable('été')).toBe(true);
	expect(isPrintable('a\u{202E}')).toBe(false);
});
