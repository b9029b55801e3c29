/**
Times the built program side by side with others, in a real pseudo-terminal, interleaved, medians: `npm run bench -- [--runs N] [--only browse|million|busy|flat|zip|startup] [--files N,N…] [--corpora a,b,c,d] [--scale N]`. What counts is ratios on one machine, not times. `flat` takes minutes, and `startup` makes the packages: they are run only if they are asked for.
*/
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
} from 'node:fs';
import {rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {parseArgs} from 'node:util';
import {compareBrowsing} from './browse.js';
import {measureFlatness, printBusy, stepWhileCounting, stepWhileExporting, stepWithPreviews} from './busy.js';
import {
	program,
	startSession,
	writeManyFiles,
	writeMillion,
	type Session,
} from './corpus.js';
import {compareMillion} from './million.js';
import {corpora} from './zip-corpora.js';
import {compareStartup} from './startup.js';
import {compareZip} from './zip.js';

const {values: {runs, only, files, corpora: keys, scale}} = parseArgs({
	options: {
		runs: {type: 'string', default: '7'},
		only: {type: 'string'},
		files: {type: 'string', default: '30,1000,100000'},
		corpora: {type: 'string', default: 'a,b,c,d'},
		scale: {type: 'string', default: '1'},
	},
});

if (only !== undefined && !['browse', 'million', 'busy', 'flat', 'zip', 'startup'].includes(only)) {
	throw new Error(`there is no part "${only}": give browse, million, busy, flat, zip or startup`);
}

if (!existsSync(program[1])) {
	throw new Error(`${program[1]} is missing: run \`npm run build\` first.`);
}

const isWanted = (part: string): boolean => only === undefined ? !['flat', 'startup'].includes(part) : only === part;

const home = mkdtempSync(path.join(tmpdir(), 'sojourn-bench-'));
mkdirSync(path.join(home, '.config')); // Nnn makes its own folder in there, but not this one.
mkdirSync(path.join(home, '.cache')); // What Node has compiled is kept in there, as at any user's home.

const sessionOf = (name: string, count: number): Session => {
	const session = startSession(home, name);
	writeManyFiles(session.single, count);
	return session;
};

try {
	if (isWanted('browse')) {
		for (const text of files.split(',')) {
			const count = Number(text);
			await compareBrowsing(sessionOf(`outputs-${count}`, count), count, Number(runs), home);
		}
	}

	if (isWanted('million') || isWanted('busy')) {
		const million = startSession(home, 'outputs-million');
		await writeMillion(million.bulk);
		if (isWanted('million')) {
			await compareMillion(million, Number(runs), home);
		}

		if (isWanted('busy')) {
			const many = sessionOf('outputs-busy', 20_000);
			printBusy([
				...await stepWithPreviews(many, home),
				await stepWhileCounting(million, home),
				await stepWhileExporting(many, home),
			]);
		}
	}

	if (isWanted('flat')) {
		await measureFlatness(sessionOf('outputs-flat', 1000), home);
	}

	if (isWanted('startup')) {
		await compareStartup(sessionOf('outputs-startup', 30), Number(runs), home);
	}

	if (isWanted('zip')) {
		const wanted = new Set(keys.split(','));
		const verdicts = corpora.filter(({key}) => wanted.has(key)).flatMap(corpus => compareZip(corpus, {runs: Number(runs), scale: Number(scale), home}));
		console.log(`\n${verdicts.join('\n')}`);
	}
} finally {
	await rm(home, {recursive: true, force: true});
}
