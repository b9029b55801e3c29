import {Buffer} from 'node:buffer';
import {decodeName} from '../../text/names.js';
import {
	hour,
	minute,
	type DemoEntry,
	type Maker,
} from './entry.js';
import {story} from './prose.js';

const longName = (ending: string): string => {
	const words = 'a name as long as a file system will take it and a terminal will not ';
	return words.repeat(4).slice(0, 250 - ending.length) + ending;
};

const names = [
	'two  spaces and a trailing one ',
	'日本語のメモ.txt',
	'party 🎉👩‍👩‍👧❤️.txt',
	'cre\u0300me bru\u0302le\u0301e.txt', // Combining accents
	'Åström – naïve “quotes”.txt',
	'שלום עולם.txt',
	'مرحبا 2026.txt',
	'photo\u202Egnp.txt', // An override that would show it as `phototxt.png`
	'zero\u200Bwidth.txt',
	'\u001B[31mred alert\u001B[0m.txt',
	'two\nlines.txt',
	'bell\u0007 and tab\t.txt',
	decodeName(Buffer.from('caf\u00E9 latin-1.txt', 'latin1')),
	decodeName(Buffer.from([0xff, 0xfe, 0x2e, 0x64, 0x61, 0x74])),
	'-rf',
	'--help.txt',
	'run:1.txt',
	String.raw`back\slash.txt`,
	'quote\' and ".txt',
	'$(date) `id` & ; |.txt',
	'glob *?[a].txt',
	'100%.txt',
	'#hash',
	'~',
	'name (2).txt',
	longName('.txt'),
];

/** Names that are allowed and make trouble: what a user meets sooner or later, and what a name must not do to a terminal. */
export const oddNames = ({file}: Maker): DemoEntry[] => [
	...names.map((name, index) => file(`bulk/odd names/${name}`, (2 * hour) + (index * minute), random => story(random, 1))),
	file('single/run:1.txt', 25 * minute, random => story(random, 2)),
	file('single/二〇二六年の報告.md', 95 * minute, random => story(random, 3)),
	file('single/\u001B[31mred alert\u001B[0m.txt', 40 * minute, random => story(random, 1)),
];
