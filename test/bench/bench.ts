/**
Times the built program side by side with others, in a real pseudo-terminal, interleaved, medians: `npm run bench -- [--runs N] [--only browse|zip] [--files N,N…] [--corpora a,b,c,d] [--scale N]`. What counts is ratios on one machine, not times.
*/
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	rmSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {parseArgs} from 'node:util';
import {compareBrowsing} from './browse.js';
import {
	program,
	startSession,
	writeManyFiles,
} from './corpus.js';
import {corpora} from './zip-corpora.js';
import {compareZip} from './zip.js';

const {values: {runs, only, files, corpora: keys, scale}} = parseArgs({
	options: {
		runs: {type: 'string', default: '7'},
		only: {type: 'string'},
		files: {type: 'string', default: '30,100000'},
		corpora: {type: 'string', default: 'a,b,c,d'},
		scale: {type: 'string', default: '1'},
	},
});

if (!existsSync(program[1])) {
	throw new Error(`${program[1]} is missing: run \`npm run build\` first.`);
}

const home = mkdtempSync(path.join(tmpdir(), 'sojourn-bench-'));
mkdirSync(path.join(home, '.config')); // Nnn makes its own folder in there, but not this one.
try {
	if (only !== 'zip') {
		for (const text of files.split(',')) {
			const count = Number(text);
			const session = startSession(home, `outputs-${count}`);
			writeManyFiles(session.single, count);
			await compareBrowsing(session, count, Number(runs), home);
		}
	}

	if (only !== 'browse') {
		const wanted = new Set(keys.split(','));
		const verdicts = corpora.filter(({key}) => wanted.has(key)).flatMap(corpus => compareZip(corpus, {runs: Number(runs), scale: Number(scale), home}));
		console.log(`\n${verdicts.join('\n')}`);
	}
} finally {
	rmSync(home, {recursive: true, force: true});
}
