import {expect, test} from 'vitest';
import type {Drawing, Drawn} from '../../source/preview/picture/render.js';
import {createPainter} from '../../source/ui/painter.js';
import type {WantedPicture} from '../../source/ui/picture.js';
import {createPresenter} from '../../source/ui/graphics/presenter.js';
import {createScreen, feed, linesOf} from '../helpers/screen.js';

const pixels = (value: number) => ({width: 2, height: 2, data: new Uint8Array(16).fill(value)});

const picture = (protocol: Drawing['protocol'], changes: Partial<WantedPicture> = {}): WantedPicture => ({
	protocol, pixels: pixels(1), width: 40, height: 40, columns: 4, rows: 2, cell: {width: 10, height: 20}, first: 0, count: 2, row: 3, column: 5, ...changes,
});

/** What would be drawn is said by the test: long enough to be written in several parts. */
const drawnAs = ({protocol, count}: Drawing): Drawn => {
	switch (protocol) {
		case 'kitty': {
			return {protocol, data: 'A'.repeat(40_000), width: 40, height: 40};
		}

		case 'iterm2': {
			return {protocol, strips: Array.from({length: count}, (_, row) => ({row, rows: 1, bytes: 3, data: `strip${row}`}))};
		}

		case 'sixel': {
			return {protocol, parts: ['\u{1B}P0;1q"1;1;40;40', 'part1-', 'part2-', 'part3']};
		}
	}
};

const open = (first: WantedPicture | undefined) => {
	let wanted = first;
	let output = '';
	let renders = 0;
	/** Lets no more than so many parts through. */
	let allowed = Infinity;
	let release: (() => void) | undefined;
	const presenter = createPresenter({
		wanted: () => wanted,
		write(bytes) {
			output += bytes;
			allowed--;
		},
		async drain() {
			if (allowed <= 0) {
				const waiting = Promise.withResolvers<void>();
				release = waiting.resolve;
				await waiting.promise;
			}
		},
		async render(drawing) {
			renders++;
			return drawnAs(drawing);
		},
		firstId: 7,
		isOpen: () => true,
	});
	return {
		presenter,
		output: () => output,
		renders: () => renders,
		want(next: WantedPicture | undefined) {
			wanted = next;
		},
		stopAfter(parts: number) {
			allowed = parts;
		},
		goOn() {
			allowed = Infinity;
			release?.();
		},
		/** A frame that changes nothing else. */
		frame(isCleared = false) {
			const before = presenter.before(isCleared);
			output += before.bytes;
			presenter.after();
			return before.images;
		},
	};
};

test('kitty keeps a picture: what moves or is scrolled is placed anew, not sent', async () => {
	const it = open(picture('kitty'));
	it.frame();
	await expect.poll(it.output).toContain('\u{1B}7\u{1B}[4;6H\u{1B}_Ga=p,i=7,p=1,x=0,y=0,w=40,h=40,c=4,r=2,C=1,q=2\u{1B}\\\u{1B}8');
	const sent = it.output().length;
	it.want(picture('kitty', {pixels: pixels(1), first: 1, count: 1}));
	it.frame();
	expect(it.output().slice(sent)).toBe('\u{1B}7\u{1B}[4;6H\u{1B}_Ga=p,i=7,p=1,x=0,y=20,w=40,h=20,c=4,r=1,C=1,q=2\u{1B}\\\u{1B}8');
	it.want(undefined);
	it.frame();
	expect(it.output().endsWith('\u{1B}_Ga=d,d=i,i=7,q=2\u{1B}\\')).toBe(true);
	expect(it.presenter.leave()).toBe('\u{1B}_Ga=d,d=I,i=7,q=2\u{1B}\\');
	expect(it.renders()).toBe(1);
});

test('a picture that is not wanted any more is ended in the middle', async () => {
	const it = open(picture('kitty'));
	it.stopAfter(2);
	it.frame();
	await expect.poll(() => it.output().split('m=1').length).toBe(5);
	it.want(picture('kitty', {pixels: pixels(9)}));
	it.frame();
	expect(it.output()).toContain('\u{1B}_Gq=2,m=0\u{1B}\\\u{1B}_Ga=d,d=I,i=7,q=2\u{1B}\\');
	it.goOn();
	await expect.poll(it.output).toContain('a=p,i=8,');
	expect(it.output()).not.toContain('a=p,i=7,');
});

test('no frame comes between the parts of one sequence: it is ended, its cells are painted, and it begins again', async () => {
	const it = open(picture('sixel'));
	it.stopAfter(2);
	it.frame();
	await expect.poll(it.output).toMatch(/part1-$/v);
	const images = it.frame();
	expect(it.output().startsWith('\u{1B}7\u{1B}[4;6H\u{1B}P0;1q"1;1;40;40part1-\u{1B}\\')).toBe(true);
	expect(images).toEqual({goes: {row: 3, column: 5, rows: 2, columns: 4}});
	it.goOn();
	await expect.poll(it.output).toMatch(/part1-part2-part3\u{1B}\\\u{1B}8$/v); // eslint-disable-line no-control-regex
	expect(it.frame()).toEqual({stays: {row: 3, column: 5, rows: 2, columns: 4}});
	it.want(undefined);
	expect(it.frame()).toEqual({goes: {row: 3, column: 5, rows: 2, columns: 4}});
	expect(it.presenter.leave()).toBe('');
});

test('something else to be written ends the sequence as well', async () => {
	const it = open(picture('sixel'));
	it.stopAfter(1);
	it.frame();
	await expect.poll(it.output).toContain('40;40');
	expect(it.presenter.interrupt()).toBe('\u{1B}\\');
	expect(it.presenter.interrupt()).toBe('');
});

test('strips stay where a frame comes between them', async () => {
	const it = open(picture('iterm2'));
	it.stopAfter(1);
	it.frame();
	await expect.poll(it.output).toContain('strip0');
	expect(it.frame()).toEqual({stays: {row: 3, column: 5, rows: 2, columns: 4}});
	it.goOn();
	await expect.poll(it.output).toContain('\u{1B}7\u{1B}[5;6H\u{1B}]1337;File=inline=1;size=3;width=4;height=1;preserveAspectRatio=0;doNotMoveCursor=1:strip1\u{7}\u{1B}8');
	it.frame(true);
	await expect.poll(() => it.output().split('strip1').length).toBe(3);
});

const placeholder = '\u{E000}';

test('a painted frame leaves an image alone that stays, whatever changes on its left, and paints over one that goes', async () => {
	const painter = createPainter();
	const screen = createScreen(20, 3);
	const frame = (name: string) => `${name.padEnd(6)}│ ${placeholder.repeat(4)}\nb     │ ${placeholder.repeat(4)}\nfoot`;
	const area = {row: 0, column: 8, rows: 2, columns: 4};
	await feed(screen, painter.paint(frame('a'), 20, 3));
	await feed(screen, '\u{1B}[1;9HIIII\u{1B}[2;9HIIII\u{1B}[H'); // The image.
	expect(painter.isFresh(20, 3)).toBe(false);
	await feed(screen, painter.paint(frame('日本').replace('日本    ', '日本  '), 20, 3, undefined, undefined, {stays: area}));
	expect(linesOf(screen)).toEqual(['日本  │ IIII', 'b     │ IIII', 'foot']);
	await feed(screen, painter.paint(frame('c'), 20, 3, undefined, undefined, {stays: area}));
	expect(linesOf(screen)).toEqual(['c     │ IIII', 'b     │ IIII', 'foot']);
	await feed(screen, painter.paint('c     │ text\nb     │\nfoot', 20, 3, undefined, undefined, {goes: area}));
	expect(linesOf(screen)).toEqual(['c     │ text', 'b     │', 'foot']);
	expect(painter.isFresh(21, 3)).toBe(true);
});
