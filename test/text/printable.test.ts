import {Buffer} from 'node:buffer';
import fc from 'fast-check';
import xterm from '@xterm/headless';
import {
	describe,
	expect,
	it,
	test,
} from 'vitest';
import {decodeName} from '../../source/text/names.js';
import {
	parsePrintable,
	printable,
	printableLines,
	printableText,
} from '../../source/text/printable.js';
import {widthOf} from '../../source/text/width.js';

const troublesome = [
	'\\', String.raw`\x41`, '\u001B[2J', '\u001B]0;title\u0007', '\n', '\r', '\t', '\u0000', '\u007F', '\u009B', '\u00A0', '\u00AD', '\u034F', '\u061C', '\u115F', '\u1160', '\u180E', '\u200B', '\u200D', '\u200E', '\u202E', '\u2028', '\u2060', '\u2066', '\u2069', '\u2800', '\u3000', '\u3164', '\uE000', '\uFE0E', '\uFE0F', '\uFEFF', '\uFFA0', '\uFFF9', '\u{E0001}', '\u{E0041}', '\u{E0100}', '\u{1F3FB}', '👩‍👩‍👧', '❤️', '1️⃣', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🇦', 'e\u0301', '日', 'שלום', 'a', '#', '/',
];

const names = fc.array(fc.oneof(
	fc.constantFrom(...troublesome).map(text => Buffer.from(text)),
	fc.string({unit: 'binary', maxLength: 3}).map(text => Buffer.from(text)),
	fc.uint8Array({maxLength: 3}).map(bytes => Buffer.from(bytes)),
), {maxLength: 8}).map(parts => decodeName(Buffer.concat(parts)));

// What may stand in an emoji, and nowhere else.
const emoji = /[\d#*]\uFE0F\u20E3|\p{RGI_Emoji}/gv;
const dangerous = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/v;

describe('a printable name', () => {
	test.each([
		['run 1.txt', 'run 1.txt'],
		['a\u001B[31m.txt', String.raw`a\x1b[31m.txt`],
		['two\nlines', String.raw`two\x0alines`],
		[String.raw`back\slash`, String.raw`back\\slash`],
		['caf\uDCE9', String.raw`caf\xe9`],
		['photo\u202Egpj.exe', String.raw`photo\xe2\x80\xaegpj.exe`],
		['wide\u3000space', String.raw`wide\xe3\x80\x80space`],
		['zero\u200Bwidth', String.raw`zero\xe2\x80\x8bwidth`],
		['日本語 cafe\u0301 שלום', '日本語 cafe\u0301 שלום'],
		['👩‍👩‍👧 ❤️ 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👩‍👩‍👧 ❤️ 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
		['a\u200Db\uFE0F', String.raw`a\xe2\x80\x8db\xef\xb8\x8f`],
		['', ''],
	])('of %j is %j', (name, text) => {
		expect(printable(name)).toBe(text);
		expect(parsePrintable(text)).toBe(name);
	});

	it('reads back as the name', () => {
		fc.assert(fc.property(names, name => {
			expect(parsePrintable(printable(name))).toBe(name);
		}), {numRuns: 2000});
	});

	it('holds nothing that is invisible, steers the terminal or turns the direction', () => {
		fc.assert(fc.property(names, name => {
			expect(printable(name).replaceAll(emoji, '')).not.toMatch(dangerous);
			expect(printableText(name).replaceAll(emoji, '')).not.toMatch(dangerous);
		}), {numRuns: 2000});
	});

	it('lands on one line of a real terminal, and leaves its title, colours and cursor alone', async () => {
		const terminal = new xterm.Terminal({cols: 400, rows: 3, allowProposedApi: true});
		const titles: string[] = [];
		terminal.onTitleChange(title => {
			titles.push(title);
		});
		for (const name of fc.sample(names, {numRuns: 300, seed: 7})) {
			terminal.write(`\u001B[H\u001B[2K${printable(name)}`);
			await new Promise<void>(resolve => {
				terminal.write('', resolve);
			});
			const {active} = terminal.buffer;
			expect(active.cursorY, name).toBe(0);
			expect(active.getLine(0)!.translateToString(true).trimEnd(), name).toBe(printable(name).trimEnd());
			expect(active.getLine(1)!.translateToString(true), name).toBe('');
		}

		expect(titles).toEqual([]);
		terminal.dispose();
	});
});

describe('what a user types', () => {
	it('may be any name as it is, if it holds no backslash', () => {
		expect(parsePrintable('run:1 é.txt')).toBe('run:1 é.txt');
	});

	it('may spell out any byte, in either case', () => {
		expect(parsePrintable(String.raw`\x41\xC3\xa9\xe9`)).toBe('Aé\uDCE9');
	});

	test.each(['\\', 'a\\', String.raw`\y`, String.raw`\x4`, String.raw`\xg0`, String.raw`\X41`, String.raw`\\\ `])('is not a name as %j', text => {
		expect(parsePrintable(text)).toBeUndefined();
	});
});

describe('running text', () => {
	test.each([
		[String.raw`C:\temp`, String.raw`C:\temp`],
		['a\tb', 'a   b'],
		['abcd\tb\tc', 'abcd    b   c'],
		['\u001B[31mred', String.raw`\x1b[31mred`],
		['line\r', String.raw`line\x0d`],
		['日本\u200B', String.raw`日本\xe2\x80\x8b`],
	])('of %j is %j', (text, safe) => {
		expect(printableText(text)).toBe(safe);
	});

	it('keeps line breaks where they are wanted', () => {
		expect(printableLines('a\n\u001Bb\n')).toBe('a\n\\x1bb\n');
	});
});

describe('speed', () => {
	it('is that of a look for plain names, also with 100,000 of them', () => {
		const folder = Array.from({length: 100_000}, (_, index) => `img_${String(index).padStart(5, '0')}.png`);
		const start = performance.now();
		let columns = 0;
		for (const name of folder) {
			columns += widthOf(printable(name));
		}

		expect(columns).toBe(1_300_000);
		expect(performance.now() - start).toBeLessThan(1000); // Measured at 9 ms; a regex gone wrong takes minutes.
	});
});
