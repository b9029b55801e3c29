import {widthOf} from '../text/width.js';

/** What stands for the glyphs that this program draws, each in one column as they are. */
const glyphs = new Map(Object.entries({
	'▸': '+', '▾': '-', '→': '>', '←': '<', '↑': '^', '↓': 'v', '…': '~', '│': '|', '─': '-', '┌': '+', '┐': '+', '└': '+', '┘': '+',
}));

const beyond = /\P{ASCII}+/gv;

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/** A frame for a terminal that may know nothing but ASCII. What has no stand-in is a `?` for each of its columns, so that all else keeps its place. */
export const asciiFrame = (frame: string): string => frame.replaceAll(beyond, run =>
	Array.from(segmenter.segment(run), ({segment}) => glyphs.get(segment) ?? '?'.repeat(widthOf(segment))).join(''));
