import {Buffer} from 'node:buffer';
import {randomBytes} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {createRandom, type Random} from '../../faults/random.js';
import {attempt} from '../../helpers/tools.js';
import {createReaders, problemsOf} from './readers.js';
import {createStage, type Stage, type Tally} from './stage.js';

/** Text that must never get into an archive. */
const secret = 'SECRET-OUTSIDE-THE-SESSION';

const plant = (stage: Stage): string[] => {
	const files: string[] = [];
	for (let index = 0; index < 300; index++) {
		const place = path.join(stage.session, 'bulk', `folder-${index % 20}`, `file-${index}.txt`);
		fs.mkdirSync(path.dirname(place), {recursive: true});
		fs.writeFileSync(place, 'text '.repeat(1000 + (index * 50)));
		files.push(place);
	}

	for (const name of ['large.bin', 'large.csv']) {
		const place = path.join(stage.session, 'single', name);
		fs.writeFileSync(place, Buffer.concat([Buffer.alloc(6_000_000, 'a,b,c\n'), randomBytes(6_000_000)]));
		files.push(place);
	}

	fs.rmSync(path.join(stage.base, 'outside'), {recursive: true, force: true});
	fs.writeFileSync(path.join(stage.base, 'outside.txt'), secret);
	fs.mkdirSync(path.join(stage.base, 'outside'), {recursive: true});
	for (let index = 0; index < 300; index++) {
		fs.writeFileSync(path.join(stage.base, 'outside', `file-${index}.txt`), secret);
	}

	return files;
};

/** One change to what is being exported. */
const meddle = (stage: Stage, files: readonly string[], {weighted, pick, below}: Random): void => {
	const file = pick(files);
	const kind = weighted<'grow' | 'shrink' | 'vanish' | 'link' | 'exchange' | 'folder' | 'rewrite'>([[3, 'grow'], [2, 'shrink'], [2, 'vanish'], [2, 'link'], [1, 'exchange'], [1, 'folder'], [2, 'rewrite']]);
	try {
		switch (kind) {
			case 'grow': {
				fs.appendFileSync(file, 'more '.repeat(below(3000)));
				break;
			}

			case 'shrink': {
				fs.truncateSync(file, below(1000));
				break;
			}

			case 'vanish': {
				fs.rmSync(file);
				break;
			}

			case 'link': {
				fs.rmSync(file);
				fs.symlinkSync(path.join(stage.base, 'outside.txt'), file);
				break;
			}

			case 'exchange': {
				fs.rmSync(file);
				fs.mkdirSync(file);
				break;
			}

			case 'folder': {
				const folder = path.dirname(file);
				if (path.basename(folder).startsWith('folder-')) {
					fs.renameSync(folder, `${folder}-moved`);
					fs.symlinkSync(path.join(stage.base, 'outside'), folder);
				}

				break;
			}

			case 'rewrite': {
				fs.writeFileSync(file, 'new '.repeat(below(5000)));
			}
		}
	} catch {
		// Somebody was quicker: what is there has changed already.
	}
};

/** Files that grow, shrink, vanish or become something else while they are exported; folders that become links to elsewhere. */
export const runDisturbed = async (count: number, isFull: boolean): Promise<Tally> => {
	const stage = createStage();
	const problems: string[] = [];
	let struck = 0;
	try {
		const readers = createReaders(stage.base).filter(reader => isFull || reader.isSlow === undefined);
		for (let seed = 1; seed <= count; seed++) {
			stage.clear();
			const random = createRandom(seed);
			const files = plant(stage);
			const archive = path.join(stage.exports, 'out.zip');
			const {ended} = stage.start(['--zip', '--to', archive, ...(random.chance(0.5) ? ['--manifest'] : [])]);
			const timer = setInterval(() => {
				meddle(stage, files, random);
			}, 1);
			const {code, stderr} = await ended;
			clearInterval(timer);
			const found = code === 0 || code === 1 ? [] : [`it ended with ${code}`];
			struck += stderr.split('\n').filter(line => line.includes('not exported: ')).length;
			if (fs.existsSync(archive)) {
				found.push(...await problemsOf(readers, archive));
				const {code: leaked} = await attempt('sh', ['-c', 'bsdtar -xOf "$0" | grep -aq "$1"', archive, secret]);
				if (leaked === 0) {
					found.push('what lies outside has got into the archive');
				}
			} else {
				found.push(`there is no archive: ${stderr.trim().split('\n').at(-1)}`);
			}

			problems.push(...found.map(problem => `disturbed ${seed}: ${problem}`));
		}
	} finally {
		stage.close();
	}

	return {part: 'sessions that change while they are exported (struck: files told as left out)', runs: count, struck, problems};
};
