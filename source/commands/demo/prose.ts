import {Buffer} from 'node:buffer';
import type {Random} from './random.js';

const subjects = ['The archive', 'A quiet harbour', 'The north wind', 'Every third frame', 'The second pass', 'Her notebook', 'The old projector', 'A field of barley', 'The night train', 'Our colour table'];
const verbs = ['remembers', 'crosses', 'keeps', 'answers', 'outlasts', 'follows', 'gathers', 'mirrors', 'loses', 'measures'];
const objects = ['the light of the morning', 'what the tide has left', 'a long exposure', 'the sound of rain on tin', 'three shades of green', 'the names on the map', 'an unfinished letter', 'the last of the signal', 'the grain of the paper'];
const endings = ['without a word', 'again', 'as it was promised', 'until late in the year', 'a little to the left', 'and then some', 'in spite of the noise'];

const sentence = (random: Random): string =>
	`${random.pick(subjects)} ${random.pick(verbs)} ${random.pick(objects)} ${random.pick(endings)}.`;

const paragraph = (random: Random): string =>
	Array.from({length: random.between(3, 7)}, () => sentence(random)).join(' ');

/** Paragraphs of plain text. */
export const story = (random: Random, paragraphs: number): Uint8Array =>
	Buffer.from(`${Array.from({length: paragraphs}, () => paragraph(random)).join('\n\n')}\n`);

/** A report in Markdown: headings, a list, a table, code. */
export const report = (random: Random, title: string): Uint8Array => Buffer.from(`# ${title}

${paragraph(random)}

## What was made

- **${random.between(12, 96)} pictures**, of which ${random.between(1, 11)} were set aside
- ${random.between(2, 30)} sounds, *all* of them usable
- one table, see [orders](orders.csv)

| round | kept | minutes |
|---:|---:|---:|
${Array.from({length: 5}, (_, index) => `| ${index + 1} | ${random.between(4, 40)} | ${(random.next() * 12).toFixed(1)} |`).join('\n')}

> ${sentence(random)}

## How to make it again

\`\`\`sh
sojourn run -- python3 render.py --seed ${random.between(1, 9999)}
\`\`\`

${paragraph(random)}
`);

const places = ['render', 'mixer', 'tables', 'uploader', 'scheduler'];

/** A program's log: times, levels, and a stack trace now and then. */
export const log = (random: Random, count: number): Uint8Array => {
	let time = Date.UTC(2026, 10, 21, 22);
	const rows: string[] = [];
	for (let index = 0; index < count; index++) {
		time += random.between(5, 4000);
		const level = random.pick(['DEBUG', 'INFO', 'INFO', 'INFO', 'INFO', 'WARN', 'ERROR']);
		rows.push(`${new Date(time).toISOString()} ${level.padEnd(5)} [${random.pick(places)}] ${sentence(random)} (${random.between(1, 900)} ms)`);
		if (level === 'ERROR' && random.next() < 0.3) {
			rows.push('    at draw (render.js:112:9)', '    at async main (main.js:20:3)');
		}
	}

	return Buffer.from(`${rows.join('\n')}\n`);
};

/** A short program in Python that draws what the demo pretends to have drawn. */
export const python = (random: Random): Uint8Array => Buffer.from(`"""Draws a plasma of waves, one picture a seed."""
import math
import random
import sys

WIDTH, HEIGHT = ${random.pick([320, 640, 1280])}, ${random.pick([180, 360, 720])}


def wave(x: float, y: float, phase: float) -> float:
    return math.sin(x * ${random.between(2, 9)} + phase) + math.sin(y * ${random.between(2, 9)} - phase)


def main(seed: int) -> None:
    random.seed(seed)
    phase = random.random() * math.tau
    for row in range(HEIGHT):
        print(" ".join(f"{wave(column / WIDTH, row / HEIGHT, phase):.2f}" for column in range(WIDTH)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ${random.between(1, 99)})
`);

/** A page that shows a batch. */
export const page = (random: Random, title: string, pictures: readonly string[]): Uint8Array => Buffer.from(`<!doctype html>
<meta charset="utf-8">
<title>${title}</title>
<style>body { font: 1rem/1.5 sans-serif; background: #${random.between(0x11_11_11, 0x44_44_44).toString(16)}; color: #eee }</style>
<h1>${title}</h1>
${pictures.map(picture => `<img src="${encodeURIComponent(picture)}" alt="">`).join('\n')}
`);

/** A drawing in SVG. */
export const drawing = (random: Random): Uint8Array => Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180">
${Array.from({length: 24}, () => `  <circle cx="${random.between(0, 320)}" cy="${random.between(0, 180)}" r="${random.between(4, 40)}" fill="hsl(${random.between(0, 359)} 60% 55% / 0.6)"/>`).join('\n')}
</svg>
`);

/** Bytes without any meaning. */
export const noise = (random: Random, length: number): Uint8Array => {
	const words = new Uint32Array(Math.ceil(length / 4));
	for (let index = 0; index < words.length; index++) {
		words[index] = random.next() * 4_294_967_296;
	}

	return new Uint8Array(words.buffer, words.byteOffset, length);
};
