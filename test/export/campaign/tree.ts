import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type {Random} from '../../faults/random.js';
import {nativePath} from '../../../source/files/descriptor.js';
import {decodeName} from '../../../source/text/names.js';

/** What was put into a session, by path. */
export type Planted = ReadonlyMap<string, {readonly hash: string; readonly mode: number; readonly seconds: number}>;

/** Names that trouble some reader or system, and some that do not. */
const oddNames = [
	'a', 'A', 'con', 'NUL.txt', 'com1.log', 'trailing.', 'trailing ', ' leading', '-rf', '...', 'run:1.txt', String.raw`back\slash`, 'qu"ote', '*', '?', '<>|', 'é', 'e\u{301}', '日本語', '🙂', '\u{202E}cod.exe', 'new\nline', 'tab\there', '\u{1B}[31mred', '%FF', '%', 'x'.repeat(200), 'é'.repeat(100),
];

const extensions = ['', '.txt', '.json', '.png', '.bin', '.tar.gz'];

const blockBytes = 1024 * 1024;

/** Sizes at which something changes in the writer, and any other. */
const sizeOf = ({weighted, below}: Random): number => weighted([
	[3, 0],
	[10, below(200)],
	[10, below(20_000)],
	[4, below(300_000)],
	[1, (96 * 1024) + below(3) - 1],
	[1, blockBytes + below(3) - 1],
	[1, (2 * blockBytes) + below(3) - 1],
	[1, below(3 * blockBytes)],
]);

const contentsOf = ({below, weighted}: Random, length: number): Buffer => {
	const kind = weighted([[2, 'text'], [1, 'noise'], [1, 'both'], [1, 'zeros']]);
	const contents = Buffer.alloc(length);
	if (kind === 'zeros') {
		return contents;
	}

	let state = below(0x1_00_00_00);
	for (let index = 0; index < length; index++) {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		const isNoise = kind === 'noise' || (kind === 'both' && Math.floor(index / 50_000) % 2 === 0);
		contents[index] = isNoise ? state >>> 24 : 97 + ((state >>> 24) % 7);
	}

	return contents;
};

const nameOf = ({weighted, pick, hex, below}: Random): string => weighted([
	[4, `${hex(6)}${pick(extensions)}`],
	[3, `${pick(oddNames)}${pick(extensions)}`],
	[1, decodeName(Buffer.from(Array.from({length: 1 + below(5)}, () => 1 + below(255)).filter(byte => byte !== 0x2f)))],
]);

/** Fills a session with a random tree. */
export const plantTree = (session: string, random: Random, files: number): Planted => {
	const {below, chance, pick} = random;
	const planted = new Map<string, {readonly hash: string; readonly mode: number; readonly seconds: number}>();
	const folders = ['single', 'bulk'];
	for (const folder of folders) {
		fs.mkdirSync(`${session}/${folder}`, {recursive: true});
	}

	const isFree = (name: string, at: string): boolean => name !== '' && name !== '.' && name !== '..' && !fs.existsSync(nativePath(at)) && Buffer.byteLength(path.basename(at)) <= 250;
	while (planted.size < files) {
		const name = nameOf(random);
		const location = `${pick(folders)}/${name}`;
		const place = `${session}/${location}`;
		if (!isFree(name, place)) {
			continue;
		}

		if (chance(0.15)) {
			fs.mkdirSync(nativePath(place));
			folders.push(location);
			continue;
		}

		const contents = contentsOf(random, sizeOf(random));
		const mode = pick([0o600, 0o644, 0o700, 0o755, 0o640, 0o400]);
		// From 1980 on, before the extended time stamp ends.
		const seconds = 315_619_200 + (below(0x1_00_00_00) * 100);
		fs.writeFileSync(nativePath(place), contents, {mode});
		fs.chmodSync(nativePath(place), mode);
		fs.utimesSync(nativePath(place), seconds, seconds);
		planted.set(location, {hash: createHash('sha256').update(contents).digest('hex'), mode, seconds});
	}

	return planted;
};

/** What lies in a folder, in the same words. */
export const lookAt = (folder: string): Planted => {
	const found = new Map<string, {readonly hash: string; readonly mode: number; readonly seconds: number}>();
	const look = (prefix: string): void => {
		for (const bytes of fs.readdirSync(nativePath(`${folder}/${prefix}`), {encoding: 'buffer'})) {
			const location = prefix + decodeName(bytes);
			const stats = fs.lstatSync(nativePath(`${folder}/${location}`));
			if (stats.isDirectory()) {
				look(`${location}/`);
			} else {
				found.set(location, {
					hash: createHash('sha256').update(fs.readFileSync(nativePath(`${folder}/${location}`))).digest('hex'),
					mode: stats.mode & 0o777,
					seconds: Math.floor(stats.mtimeMs / 1000),
				});
			}
		}
	};

	look('');
	return found;
};
