import type {Terminal} from '@xterm/headless';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {widthOf} from '../../source/text/width.js';
import {placeholder} from '../../source/explorer/preview-picture.js';
import type {Cell} from '../../source/ui/cells.js';
import {createPainter} from '../../source/ui/painter.js';
import type {PlacedPicture} from '../../source/ui/picture.js';
import {colourStyle} from '../../source/ui/sgr.js';
import {
	cellsOf,
	createScreen,
	feed,
	linesOf,
} from '../helpers/screen.js';

const csi = '\u{1B}[';
const begin = `${csi}?2026h`;
const end = `${csi}?2026l`;

type Piece = {readonly text: string; readonly style: string};
type Frame = ReadonlyArray<readonly Piece[]>;

/** Draws each piece by itself, from a clean state: what the frame means, without any cleverness. */
const drawPlainly = async (frame: Frame, columns: number, rows: number): Promise<Terminal> => {
	const terminal = createScreen(columns, rows);
	let bytes = '';
	for (const [row, pieces] of frame.slice(0, rows).entries()) {
		let column = 0;
		for (const {text, style} of pieces) {
			const width = widthOf(text);
			const shown = column + width > columns ? ' '.repeat(Math.max(0, columns - column)) : text;
			bytes += `${csi}${row + 1};${column + 1}H${csi}0m${csi}${style}m${shown}`;
			column += width;
			if (column >= columns) {
				break;
			}
		}
	}

	await feed(terminal, bytes);
	return terminal;
};

// As chalk and Ink write them: every style opened and closed.
const closing: Readonly<Record<string, string>> = {
	'': '', 1: '22', 2: '22', '1;2': '22', 3: '23', 4: '24', 7: '27', 9: '29', 31: '39', 92: '39', '38;5;208': '39', '38;2;1;2;3': '39', 44: '49', 103: '49', '48;5;17': '49', '1;31;44': '22;39;49', '7;31': '27;39', '7;2': '27;22',
};

const toText = (frame: Frame): string =>
	frame.map(pieces => pieces.map(({text, style}) => style === '' ? text : `${csi}${style}m${text}${csi}${closing[style]}m`).join('')).join('\n');

const style = fc.oneof({weight: 3, arbitrary: fc.constant('')}, fc.constantFrom(...Object.keys(closing)));
const plainText = fc.constantFrom('a', 'b', ' ', ' ', '  ', ' '.repeat(3), 'name', '.png', '│', '─', '█', 'é', '…', '▸', '0123456789');
const anyText = fc.oneof({weight: 4, arbitrary: plainText}, fc.constantFrom('語', '日', '🎉', '한'));
const pieces = (text: fc.Arbitrary<string>) => fc.array(fc.record({text, style}), {maxLength: 12})
	.map(items => items.flatMap(item => Array.from(new Intl.Segmenter().segment(item.text), ({segment}) => ({text: segment, style: item.style}))));
const frame = (text: fc.Arbitrary<string>) => fc.array(fc.oneof({weight: 4, arbitrary: pieces(text)}, fc.constant([])), {maxLength: 7});
const size = fc.constantFrom([20, 5], [20, 5], [20, 5], [21, 5], [9, 7], [2, 1]);

/** A frame after another one: most lines stay, as on a real screen. */
const mix = (before: Frame, after: Frame, keep: number): Frame =>
	after.map((line, row) => ((keep >> row) & 1) === 1 ? before[row] ?? line : line);

describe('a terminal fed with the painter\'s bytes shows the frame', () => {
	test.each([['safe', plainText, 120], ['any', anyText, 120]] as const)('of %s characters, whatever it showed before', async (_name, text, numberRuns) => {
		const step = fc.record({
			next: frame(text), keep: fc.nat(127), at: size, isForgotten: fc.boolean(),
		});
		await fc.assert(fc.asyncProperty(fc.array(step, {minLength: 1, maxLength: 6}), async steps => {
			const painter = createPainter();
			let terminal = createScreen(20, 5);
			let shown: Frame = [];
			for (const {next, keep, at, isForgotten} of steps) {
				const [columns, rows] = at;
				if (terminal.cols !== columns || terminal.rows !== rows) {
					terminal.resize(columns, rows);
				}

				if (isForgotten && keep % 4 === 0) {
					terminal = createScreen(columns, rows);
					await feed(terminal, 'what another program left behind\r\n'.repeat(9) + csi + '3H');
					painter.forget();
				}

				shown = mix(shown, next, keep);
				const scrolled = terminal.buffer.active.baseY;
				await feed(terminal, painter.paint(toText(shown), columns, rows));
				const expected = await drawPlainly(shown, columns, rows);
				expect(cellsOf(terminal)).toEqual(cellsOf(expected));
				expect(terminal.buffer.active.baseY).toBe(scrolled);
				expect(painter.paint(toText(shown), columns, rows)).toBe('');
			}
		}), {numRuns: numberRuns});
	});

	test('filled to the last cell of the last row, without scrolling', async () => {
		const painter = createPainter();
		const terminal = createScreen(10, 4);
		for (const character of ['x', 'y', '語', '🎉']) {
			const line = character.repeat(10 / widthOf(character));
			await feed(terminal, painter.paint([line, line, line, line, 'below'].join('\n'), 10, 4));
			expect(linesOf(terminal)).toEqual([line, line, line, line]);
			expect(terminal.buffer.active.baseY).toBe(0);
		}
	});
});

describe('where the terminal has other ideas of width', () => {
	// Two columns for string-width; one each for the code points in a terminal of old, which makes four or more of the last two.
	const doubtful = ['🎉', '❤️', '👩‍👩‍👧', '🇪🇺', 'क्षि', '﷽'];

	test.each(doubtful)('what stands right of %s keeps its column', async character => {
		const terminal = createScreen(30, 3, true);
		const painter = createPainter();
		const line = (name: string) => `${name}${' '.repeat(14 - widthOf(name))}│ right side │`;
		for (const name of [character, 'a.png', `${character} ${character}`, `x${character}y`, 'x'.repeat(14 - widthOf(character)) + character, '']) {
			await feed(terminal, painter.paint([line('above'), line(name), line('below')].join('\n'), 30, 3));
			const row = terminal.buffer.active.getLine(1)!;
			expect(row.translateToString(false, 14, 28)).toBe('│ right side │');
			expect(row.translateToString(false, 28)).toBe('  ');
			expect(linesOf(terminal)[0]).toBe(line('above'));
			expect(linesOf(terminal)[2]).toBe(line('below'));
		}

		expect(linesOf(terminal)[1]!.trimStart()).toBe('│ right side │');
	});

	test('nothing wraps into the next row', async () => {
		const terminal = createScreen(12, 2, true);
		const painter = createPainter();
		const wide = '👩‍👩‍👧'.repeat(6);
		await feed(terminal, painter.paint(`${wide}\nsecond`, 12, 2));
		await feed(terminal, painter.paint(`first\n${wide}`, 12, 2));
		expect(linesOf(terminal)[0]).toBe('first');
		expect(terminal.buffer.active.baseY).toBe(0);
		await feed(terminal, 'x'.repeat(30));
		expect(terminal.buffer.active.baseY).toBeGreaterThan(0); // Wrapping is on again for others.
	});
});

describe('what a change costs', () => {
	const rows = 40;
	const listed = Array.from({length: rows - 3}, (_, row) => ` ▸ picture-${String(row).padStart(4, '0')}.png`.padEnd(40) + '1.2 MB  3 h ');
	const preview = (row: number) => ` ${csi}32m${row}${csi}39m some text of the previewed file, line ${row}`;
	const browser = (cursor: number, at = 0) => [
		`╭${'─'.repeat(52)}┬${'─'.repeat(65)}╮`,
		...Array.from({length: rows - 3}, (_, row) => {
			const name = listed[(row + at) % listed.length]!;
			return `│${row === cursor ? `${csi}7m${name}${csi}27m` : name}│${preview(row)}`;
		}),
		`╰${'─'.repeat(52)}┴${'─'.repeat(65)}╯`,
		` ${csi}1mmy session${csi}22m  23 h left  j k move  ? help`,
	].join('\n');
	const cost = (painter: ReturnType<typeof createPainter>, text: string) => painter.paint(text, 120, rows).length;

	test('a bar that moves by one row: two rows of the list, not the preview', () => {
		const painter = createPainter();
		cost(painter, browser(3));
		const bytes = cost(painter, browser(4));
		expect(bytes).toBeGreaterThan(0);
		expect(bytes).toBeLessThan(180);
	});

	test('a clock in the status bar: only its digits', () => {
		const painter = createPainter();
		cost(painter, browser(3));
		expect(painter.paint(browser(3).replace('23 h', '22 h'), 120, rows)).toBe(`${csi}40;15H2`);
	});

	test('a whole frame: not more than its text', () => {
		const text = browser(3);
		expect(cost(createPainter(), text)).toBeLessThan(text.length + (rows * 12));
	});

	test('nothing, if nothing changed', () => {
		const painter = createPainter();
		cost(painter, browser(3));
		expect(cost(painter, browser(3))).toBe(0);
	});

	test('a line that becomes shorter: one erasure', () => {
		const painter = createPainter();
		painter.paint('a long line of text', 30, 2);
		expect(painter.paint('a long', 30, 2)).toBe(`${csi}1;8H${csi}K`);
		expect(painter.paint('', 30, 2)).toBe(`${csi}H${csi}K`);
	});
});

describe('what reaches the terminal', () => {
	test('several lines change at once for the eye', () => {
		const painter = createPainter();
		expect(painter.paint('a\nb', 10, 2)).toBe(`${begin}${csi}m${csi}H${csi}2J${csi}Ha${csi}2Hb${end}`);
		expect(painter.paint('a\nc', 10, 2)).toBe(`${csi}2Hc`);
		expect(painter.paint('d\ne', 10, 2)).toBe(`${begin}${csi}Hd${csi}2He${end}`);
	});

	test('no look is left switched on', () => {
		expect(createPainter().paint(`${csi}7mbar`, 10, 2)).toContain(`bar${csi}m`);
	});

	test('no sequence but SGR, and no control character, gets through', async () => {
		const terminal = createScreen(20, 3);
		const titles: string[] = [];
		terminal.onTitleChange(title => {
			titles.push(title);
		});
		const painted = createPainter().paint(`a\u{1B}]0;title\u{7}b${csi}2Jc\rd\te\u{1B}Pq\u{1B}\\f\u{9B}1mg\u{1B}`, 20, 3);
		await feed(terminal, painted);
		expect(linesOf(terminal)[0]).toBe('abcdef1mg');
		expect(titles).toEqual([]);
		expect(painted).not.toMatch(/[\r\n\t]/v);
	});
});

describe('a picture', () => {
	const cellAt = (row: number, column: number): Cell => ({
		text: '▀', width: 1, style: colourStyle(`38;5;${row}`, `48;5;${column}`), isDoubtful: false,
	});
	const lineOf = (before: string): string => `${before}│ ${placeholder.repeat(3)}`;
	const cells = async (...frames: ReadonlyArray<readonly [string, PlacedPicture | undefined]>): Promise<{readonly cells: string[][]; readonly last: string}> => {
		const terminal = createScreen(20, 3);
		const painter = createPainter();
		let last = '';
		for (const [shown, picture] of frames) {
			last = painter.paint(shown, 20, 3, undefined, picture);
			await feed(terminal, last);
		}

		return {cells: cellsOf(terminal), last};
	};

	test('stands where the frame says so, beside whatever width', async () => {
		const picture: PlacedPicture = {top: 1, left: 6, cellAt};
		const text = ['', lineOf('name'), lineOf('語語')].join('\n');
		const plain = ['', 'name│ ', '語語│ '].map((start, row) => row === 0 ? start : start + [0, 1, 2].map(column => `${csi}38;5;${row - 1}m${csi}48;5;${column}m▀${csi}39m${csi}49m`).join('')).join('\n');
		expect((await cells([text, picture])).cells).toEqual((await cells([plain, undefined])).cells);
	});

	test('costs nothing while it stays, and is drawn anew when it is another', async () => {
		const picture: PlacedPicture = {top: 0, left: 6, cellAt};
		const text = [lineOf('name'), lineOf('four')].join('\n');
		const other: PlacedPicture = {top: 0, left: 6, cellAt: (row, column) => cellAt(row + 1, column)};
		expect((await cells([text, picture], [text, picture])).last).toBe('');
		expect((await cells([text, picture], [text.replace('name', 'NAME'), picture])).last).toBe(`${csi}HNAME`);
		const after = await cells([text, picture], [text, other]);
		expect(after.cells).toEqual((await cells([text, other])).cells);
		// Where it has gone, nothing of it is left, and never its stand-in.
		const gone = await cells([text, picture], [text, undefined]);
		expect(gone.cells).toEqual((await cells(['name│\nfour│', undefined])).cells);
		expect(gone.last).not.toContain(placeholder);
	});

	test('after picture leaves no memory of its colours, and the screen is right', async () => {
		const painter = createPainter();
		const terminal = createScreen(20, 3);
		const text = placeholder.repeat(20);
		for (let number = 0; number < 6000; number++) {
			const bytes = painter.paint(text, 20, 3, undefined, {top: 0, left: 0, cellAt: (_, column) => ({text: '▀', width: 1, style: colourStyle(`38;2;${number >> 8};${number & 255};${column}`, ''), isDoubtful: false})});
			if (number > 5990) {
				await feed(terminal, bytes);
			}
		}

		const fresh = createScreen(20, 3);
		await feed(fresh, createPainter().paint(text, 20, 3, undefined, {top: 0, left: 0, cellAt: (_, column) => ({text: '▀', width: 1, style: colourStyle(`38;2;${5999 >> 8};${5999 & 255};${column}`, ''), isDoubtful: false})}));
		expect(cellsOf(terminal)).toEqual(cellsOf(fresh));
	});
});
