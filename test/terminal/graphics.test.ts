import {Buffer} from 'node:buffer';
import {decode} from 'sixel';
import {describe, expect, test} from 'vitest';
import {decodePng, readPngHead} from '../../source/preview/picture/png.js';
import {graphicsBound} from '../../source/preview/picture/shrink.js';
import {characters, fakeGraphics, type Seen} from '../helpers/graphics.js';
import {makePng} from '../helpers/pictures.js';
import {launch, makePlace, strays, type Place} from '../helpers/sojourn.js';
import type {TerminalOptions, TestTerminal} from '../helpers/terminal.js';

const quarters = makePng({width: 96, height: 96, pixel: (x, y) => [x < 48 ? 255 : 0, y < 48 ? 255 : 0, 0]});
const files = {
	'single/a.png': quarters,
	'single/b.png': makePng({width: 40, height: 400, pixel: (_, y) => [0, y < 200 ? 0 : 255, 255]}),
	'single/c.txt': 'a text',
};

type Case = {readonly place: Place; readonly terminal: TestTerminal; readonly graphics: ReturnType<typeof fakeGraphics>};

const begin = async (character: keyof typeof characters, options: Partial<TerminalOptions> = {}, more: Readonly<Record<string, Uint8Array | string>> = {}): Promise<Case> => {
	const place = await makePlace({...files, ...more});
	const graphics = fakeGraphics(characters[character]);
	const terminal = launch(place, undefined, {answer: graphics.answer, ...options});
	await terminal.waitFor('c.txt');
	return {place, terminal, graphics};
};

const pixelOf = async ({data}: Seen, x: number, y: number): Promise<number[]> => {
	const bytes = Buffer.from(data, 'base64');
	const source = {name: 'a.png', bytes: bytes.length, read: async (offset: number, length: number) => bytes.subarray(offset, offset + length)};
	const pixels = await decodePng(source, await readPngHead(source), graphicsBound);
	const index = ((y * pixels.width) + x) * 4;
	return [...pixels.data.subarray(index, index + 4)];
};

const placed = ({terminal, graphics}: Case): Seen[] => [...graphics.kitty(terminal.output()).placements.values()];

describe('in kitty', () => {
	test('a picture is drawn by the terminal, and goes with its file, its screen and the program', async () => {
		const it = await begin('kitty');
		const {terminal, graphics} = it;
		terminal.press('j');
		await terminal.waitFor(() => placed(it).length === 1);
		const [picture] = placed(it);
		// 96 pixels at twice their size, on cells of 10 by 20.
		expect(picture).toMatchObject({row: 3, column: 52, columns: 20, rows: 10, y: 0, height: 200});
		expect(await pixelOf(picture!, 20, 20)).toEqual([255, 255, 0, 255]);
		expect(await pixelOf(picture!, 150, 150)).toEqual([0, 0, 0, 255]);
		expect(await pixelOf(picture!, 199, 199)).toEqual([0, 0, 0, 0]);
		expect(terminal.text()).not.toContain('▀');

		terminal.press('?');
		await terminal.waitFor('Keys');
		await terminal.waitFor(() => placed(it).length === 0);
		const sent = () => terminal.output().split('a=t,').length;
		const before = sent();
		terminal.press('q');
		await terminal.waitFor(() => placed(it).length === 1);
		expect(sent()).toBe(before); // It was there still.

		terminal.press('j');
		await terminal.waitFor('PNG picture, 40 × 400');
		await terminal.waitFor(() => placed(it).length === 1 && placed(it)[0]!.columns === 4);
		expect(graphics.kitty(terminal.output()).images.size).toBe(1);
		terminal.press('j');
		await terminal.waitFor('a text');
		await terminal.waitFor(() => placed(it).length === 0);
		terminal.press('k');
		await terminal.waitFor(() => placed(it).length === 1);
		terminal.press('q');
		expect(await terminal.exit).toMatchObject({exitCode: 0});
		expect(placed(it)).toEqual([]);
		expect(graphics.kitty(terminal.output()).images.size).toBe(0);
	});

	test('it is cut where it is scrolled, fitted where the screen is resized, and sent anew after a stop', async () => {
		const it = await begin('kitty', {}, {'single/a.png': makePng({width: 96, height: 96, pixel: (x, y) => [x, y, 0], chunks: []})});
		const {terminal, graphics} = it;
		terminal.press('j');
		await terminal.waitFor(() => placed(it).length === 1);
		terminal.resize(60, 20);
		await terminal.waitFor(() => placed(it)[0]?.row === 14);
		expect(placed(it)[0]).toMatchObject({column: 0, rows: 3});
		terminal.press('J');
		await terminal.waitForQuiet();
		terminal.resize(100, 24);
		await terminal.waitFor(() => placed(it)[0]?.column === 52);
		terminal.press('return');
		await terminal.waitFor(() => placed(it)[0]?.column === 0);
		terminal.press('q', 'X');
		await terminal.waitFor('Remove this output');
		await terminal.waitFor(() => placed(it).length === 0);
		terminal.press('n');
		await terminal.waitFor(() => placed(it).length === 1);
		const before = terminal.output().length;
		terminal.press('ctrl+z');
		await terminal.waitFor(() => terminal.output().slice(before).includes('\u{1B}[?1049h') && placed(it).length === 1);
		const left = terminal.output().slice(before, terminal.output().indexOf('\u{1B}[?1049l', before));
		expect(left).toContain('a=d,d=I,');
		expect(graphics.kitty(terminal.output()).images.size).toBe(1);
		terminal.kill('SIGTERM');
		await terminal.exit;
		expect(graphics.kitty(terminal.output()).images.size).toBe(0);
	});
});

test('in iTerm2 it is drawn in strips of whole rows', async () => {
	const {terminal, graphics} = await begin('iterm2');
	terminal.press('j');
	await terminal.waitFor(() => graphics.iterm2(terminal.output()).length > 0);
	await terminal.waitForQuiet();
	const strips = graphics.iterm2(terminal.output());
	expect(strips[0]).toMatchObject({row: 3, column: 52, columns: 20});
	expect(strips.reduce((sum, {rows}) => sum + rows, 0)).toBe(10);
	expect(await pixelOf(strips[0]!, 20, 20)).toEqual([255, 255, 0, 255]);
	terminal.press('space', 'k');
	await terminal.waitFor('1 marked');
	await terminal.waitForQuiet();
	expect(graphics.iterm2(terminal.output())).toHaveLength(strips.length);
	terminal.press('j', 'j');
	await terminal.waitFor('a text');
	// What lay beneath is erased and painted anew.
	expect(terminal.output().slice(terminal.output().lastIndexOf('\u{1B}]1337;File'))).toMatch(/\u{1B}\[4;53H(?:\u{1B}\[K| )/v); // eslint-disable-line no-control-regex
	terminal.press('q');
	await terminal.exit;
	expect(terminal.output().endsWith('\u{1B}[?1049l')).toBe(true);
});

test('in a terminal with sixels it is drawn in those', async () => {
	const {terminal, graphics} = await begin('sixel');
	terminal.press('j');
	await terminal.waitFor(() => graphics.sixel(terminal.output()).length === 1);
	const [picture] = graphics.sixel(terminal.output());
	expect(picture).toMatchObject({row: 3, column: 52, columns: 20});
	const {width, data32} = decode(picture!.data, {fillColor: 0});
	expect(data32[(20 * width) + 20]).toBe(0xFF_00_FF_FF);
	expect(data32[(150 * width) + 150]).toBe(0xFF_00_00_00);
	terminal.press('j');
	await terminal.waitFor(() => graphics.sixel(terminal.output()).length === 2);
	terminal.press('q');
	await terminal.exit;
	expect(strays({...terminal, output: () => terminal.output().replaceAll(/\u{1B}[78]|\u{1B}[P_][^\u{1B}]*\u{1B}\\/gv, '')})).toBe(''); // eslint-disable-line no-control-regex
});

describe('no picture is drawn by the terminal', () => {
	test('that cannot', async () => {
		const {terminal} = await begin('plain', {env: {COLORTERM: 'truecolor'}});
		terminal.press('j');
		await terminal.waitFor('▀▀▀');
		terminal.press('q');
		await terminal.exit;
		expect(strays(terminal)).toBe('');
	});

	test.each<[string, Readonly<Record<string, string>>]>([
		['with NO_COLOR', {NO_COLOR: '1', TERM: 'xterm-kitty'}], ['in tmux', {TMUX: '/tmp/x,1,0', TERM: 'tmux-256color'}], ['on the console', {TERM: 'linux'}],
	])('%s, and it is not asked', async (_, env) => {
		const {terminal} = await begin('kitty', {env});
		terminal.press('j');
		await terminal.waitFor('PNG picture, 96 × 96');
		terminal.press('q');
		await terminal.exit;
		expect(terminal.output()).not.toMatch(/\u{1B}_|\u{1B}P|\u{1B}\]|\u{1B}\[(?:>0q|c|1[46]t)/v); // eslint-disable-line no-control-regex
	});
});

test('answers in the middle of keys, and late ones, are no keys', async () => {
	const place = await makePlace(files);
	const terminal = launch(place);
	await terminal.waitFor('c.txt');
	for (const reply of ['\u{1B}P>|kitty(0.35)\u{1B}\\', '\u{1B}[6;20;10t', '\u{1B}[?62;4c', '\u{1B}_Gi=31;OK\u{1B}\\', '\u{1B}]5113;ac=status;id=x\u{1B}\\']) {
		for (const part of [reply.slice(0, 2), reply.slice(2, 5), reply.slice(5)]) {
			terminal.type(part);
			await terminal.waitForQuiet(60);
		}
	}

	terminal.press('j');
	await terminal.waitFor('PNG picture, 96 × 96');
	expect(terminal.text()).not.toContain('Keys');
	expect(terminal.screen().at(-2)).toMatch(/2\/\d+$/v);
	terminal.press('q');
	expect(await terminal.exit).toMatchObject({exitCode: 0});
});
