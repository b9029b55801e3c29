import {describe, expect, test} from 'vitest';
import type {Model} from '../../source/explorer/model.js';
import {placeholder} from '../../source/explorer/preview-picture.js';
import type {Content} from '../../source/preview/shapes.js';
import {widthOf} from '../../source/text/width.js';
import {App} from '../../source/ui/app.js';
import {createPainter} from '../../source/ui/painter.js';
import {nearestOf256, placePicture} from '../../source/ui/picture.js';
import {plainTheme, terminalTheme} from '../../source/ui/theme.js';
import {factsFor, openExplorer} from '../helpers/explorer.js';
import {contentOf} from '../helpers/preview.js';
import {renderAt} from '../helpers/render.js';
import {createScreen, feed, linesOf} from '../helpers/screen.js';

const wide = '日本語のとても長い文章'.repeat(20);
const combining = 'e\u{301}'.repeat(150);
const pixels = {width: 300, height: 200, data: Uint8Array.from({length: 240_000}, (_, index) => index % 4 === 3 ? 255 : (index * 7) % 256)};

const contents: ReadonlyArray<readonly [string, () => Promise<Content> | Content]> = [
	['a program', async () => contentOf('a.py', `def ${'x'.repeat(300)}():\n\treturn "${wide}" # ${combining}\n`.repeat(60))],
	['JSON', async () => contentOf('a.json', JSON.stringify({[wide]: combining, list: Array.from({length: 500}, (_, index) => ({index, wide}))}))],
	['Markdown', async () => contentOf('a.md', `# ${wide}\n\n- ${combining} ${'word '.repeat(60)}\n\n> ${'deep '.repeat(90)}\n\n|a|${wide}|\n|-|-|\n|1|2|\n`.repeat(9))],
	['a table', async () => contentOf('a.csv', `a,${wide},c\n${`${combining},2,${'x'.repeat(90)}\n`.repeat(200)}`)],
	['a table of 150 columns', async () => contentOf('a.csv', `${Array.from({length: 150}, (_, index) => `column ${index}`).join(',')}\n`.repeat(5))],
	['bytes', async () => contentOf('a.bin', Uint8Array.from({length: 9000}, (_, index) => index % 256))],
	['a picture', () => ({kind: 'picture', title: `PNG picture ${wide}`, pixels, colours: 256, details: [['name', wide], combining]})],
	['facts', () => ({kind: 'facts', title: wide, details: [['name', combining], ['a very long name that leaves no room for its value at all', 'value']], graph: new Uint8Array(600).fill(99), body: {lines: [wide, '', combining]}})],
];

const modelOf = (content: Content, columns: number, rows: number, keys: readonly string[]): Model => {
	const explorer = openExplorer({single: ['a.png', '日本語.png']});
	explorer.press('j');
	explorer.send({type: 'screen-resized', columns, rows});
	explorer.send({type: 'preview-read', path: 'single/a.png', preview: {...content, facts: factsFor('file', 1234)}});
	explorer.press(...keys);
	return explorer.model();
};

describe.each(contents)('%s', (_, make) => {
	test.each([[40, 10], [40, 24], [80, 24], [120, 40], [240, 70]] as const)('fills its pane at %ix%i, and no more', async (columns, rows) => {
		const content = await make();
		for (const keys of [[], ['J', 'J', 'J'], ['tab', 'G'], ['return'], ['return', 'G']]) {
			const rendered = renderAt(<App model={modelOf(content, columns, rows, keys)} theme={terminalTheme}/>, columns, rows);
			const lines = rendered.frame().split('\n');
			rendered.unmount();
			expect(lines).toHaveLength(rows);
			expect(lines.filter(line => widthOf(line) > columns)).toEqual([]);
			// Nothing but cells of a table is cut: what has no room is wrapped.
			expect(content.kind === 'table' ? [] : lines.slice(1, -2).filter(line => line.endsWith('…'))).toEqual([]);
		}
	});
});

describe('a picture on the screen', () => {
	const content: Content = {kind: 'picture', title: 'a picture', pixels: {width: 60, height: 60, data: new Uint8Array(14_400).fill(255)}, colours: 256, details: ['noted']};

	test.each([[100, 30, []], [60, 30, []], [100, 30, ['return']], [100, 30, ['J', 'J']], [100, 30, ['return', 'j', 'j', 'j']]] as const)('stands where its rows are, at %ix%i after %j', async (columns, rows, keys) => {
		const model = modelOf(content, columns, rows, keys);
		const rendered = renderAt(<App model={model} theme={plainTheme}/>, columns, rows);
		const frame = rendered.styledFrame();
		rendered.unmount();
		const terminal = createScreen(columns, rows);
		await feed(terminal, createPainter().paint(frame, columns, rows, undefined, placePicture(model)));
		const placeholders = frame.split(placeholder).length - 1;
		const drawn = linesOf(terminal).join('').split('▀').length - 1;
		expect(placeholders).toBeGreaterThan(0);
		expect(drawn).toBe(placeholders);
		expect(placePicture(model)).toBe(placePicture({...model, now: model.now + 1}));
	});
});

test('the nearest of 256 colours', () => {
	expect(nearestOf256(0, 0, 0)).toBe(16);
	expect(nearestOf256(255, 255, 255)).toBe(231);
	expect(nearestOf256(255, 0, 0)).toBe(196);
	expect(nearestOf256(128, 128, 128)).toBe(244);
	expect(nearestOf256(95, 135, 175)).toBe(67);
	expect(nearestOf256(250, 250, 250)).toBe(231);
	for (let red = 0; red < 256; red += 5) {
		for (let green = 0; green < 256; green += 17) {
			const number = nearestOf256(red, green, 77);
			expect(number).toBeGreaterThanOrEqual(16);
			expect(number).toBeLessThanOrEqual(255);
		}
	}
});
