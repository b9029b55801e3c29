import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import {seededNumbers} from './figures.js';

/**
What is archived in the bench, made from seeds, so that it is the same each time. `scale` makes each smaller (or larger) in files, or, where there is one, in bytes.
*/
export type ZipCorpus = {
	readonly key: string;
	readonly what: string;
	/** Writes it into a folder. */
	readonly write: (folder: string, scale: number) => void;
};

const syllables = 'ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo yu za sha tre pli gro'.split(' ');

/** Words as a language has them: few are common, most are rare. */
const vocabulary = (next: () => number): string[] => Array.from({length: 3000}, () => {
	let word = '';
	for (let left = 1 + (next() % 4); left > 0; left--) {
		word += syllables[next() % syllables.length]!;
	}

	return word;
});

const createWriter = (seed: number) => {
	const next = seededNumbers(seed);
	const words = vocabulary(next);
	const word = (): string => words[Math.floor(words.length * ((next() / 0x1_00_00_00) ** 3))]!;

	const fill = (length: number, line: () => string): Buffer => {
		const lines: string[] = [];
		for (let bytes = 0; bytes < length;) {
			const one = line();
			lines.push(one);
			bytes += one.length;
		}

		return Buffer.from(lines.join('')).subarray(0, length);
	};

	return {
		next,
		/** A length that is more often small. */
		between: (least: number, most: number): number => Math.floor(least * ((most / least) ** (next() / 0x1_00_00_00))),
		prose: (length: number): Buffer => fill(length, () => `${word()}${next() % 9 === 0 ? (next() % 7 === 0 ? '.\n' : ', ') : ' '}`),
		table: (length: number): Buffer => fill(length, () => `${next() % 100_000},${word()},${(next() / 1000).toFixed(3)},${next() % 2 === 0}\n`),
		records: (length: number): Buffer => fill(length, () => `{"id":${next()},"name":"${word()} ${word()}","score":${(next() / 0x1_00_00_00).toFixed(6)},"tags":["${word()}"]}\n`),
		noise(length: number): Buffer {
			const bytes = Buffer.allocUnsafe(length + 3);
			for (let offset = 0; offset < length; offset += 3) {
				bytes.writeUIntLE(next(), offset, 3);
			}

			return bytes.subarray(0, length);
		},
	};
};

const put = (folder: string, name: string, contents: Uint8Array): void => {
	const place = path.join(folder, name);
	fs.mkdirSync(path.dirname(place), {recursive: true});
	fs.writeFileSync(place, contents);
};

const mixed: ZipCorpus = {
	key: 'a',
	what: '2,000 files: pictures, sounds, tables, records, prose',
	write(folder, scale) {
		const {next, between, noise, table, records, prose} = createWriter(1);
		for (let index = 0; index < 2000 * scale; index++) {
			const place = `batch-${String(Math.floor(index / 100)).padStart(2, '0')}/output-${String(index).padStart(4, '0')}`;
			const kind = next() % 10;
			if (kind < 5) {
				put(folder, `${place}.${['jpg', 'png', 'webp', 'mp3', 'flac'][kind]!}`, noise(between(30_000, 1_600_000)));
			} else {
				switch (kind) {
					case 5: {
						put(folder, `${place}.dat`, noise(between(20_000, 400_000))); // Nothing in its name tells that it does not shrink.

						break;
					}

					case 6: {
						put(folder, `${place}.csv`, table(between(3000, 3_000_000)));

						break;
					}

					case 7: {
						put(folder, `${place}.json`, records(between(2000, 2_000_000)));

						break;
					}

					default: {
						put(folder, `${place}.md`, prose(between(1000, 200_000)));
					}
				}
			}
		}
	},
};

const small: ZipCorpus = {
	key: 'b',
	what: '50,000 files of 1 to 4 KB',
	write(folder, scale) {
		const {next, prose, records} = createWriter(2);
		for (let index = 0; index < 50_000 * scale; index++) {
			const length = 1000 + (next() % 3000);
			put(folder, `set-${String(Math.floor(index / 500)).padStart(3, '0')}/item-${String(index).padStart(5, '0')}.${index % 2 === 0 ? 'txt' : 'json'}`, index % 2 === 0 ? prose(length) : records(length));
		}
	},
};

const large: ZipCorpus = {
	key: 'c',
	what: 'one file of 2 GB, mostly random',
	write(folder, scale) {
		const {noise, records} = createWriter(3);
		const piece = 4_000_000;
		const random = noise(piece);
		const text = records(piece);
		const file = fs.openSync(path.join(folder, 'checkpoint.bin'), 'w');
		for (let index = 0; index < 500 * scale; index++) {
			if (index % 50 === 49) {
				fs.writeSync(file, text);
				continue;
			}

			// New to deflate, which looks back 32 KB, without making half a billion numbers.
			const turn = (index * 7919) % piece;
			fs.writeSync(file, random, turn);
			fs.writeSync(file, random, 0, turn);
		}

		fs.closeSync(file);
	},
};

const many: ZipCorpus = {
	key: 'd',
	what: '70,000 entries: a folder in seven',
	write(folder, scale) {
		const {next, prose} = createWriter(4);
		const text = prose(100_000);
		for (let index = 0; index < 10_000 * scale; index++) {
			const place = `group-${String(Math.floor(index / 100)).padStart(3, '0')}/case-${String(index).padStart(5, '0')}`;
			for (const name of ['input.txt', 'output.txt', 'log.txt', 'seed', 'params.json', 'score']) {
				const start = next() % 90_000;
				put(folder, `${place}/${name}`, text.subarray(start, start + (next() % 1200)));
			}
		}
	},
};

export const corpora: readonly ZipCorpus[] = [mixed, small, large, many];
