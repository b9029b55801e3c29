import process from 'node:process';
import {parseArgs} from 'node:util';
import {runContest, runEnded, runFailingWrites, runFullDisks} from './break.js';
import {runDisturbed} from './disturb.js';
import type {Tally} from './stage.js';
import {runTrees} from './trees.js';

/** All parts at full scale: `npm run test:export`, or `npm run test:export -- [--scale N] PART…`. Ends with 1 if anything was wrong, or could not be run. */
const {values: {scale}, positionals: names} = parseArgs({allowPositionals: true, options: {scale: {type: 'string', default: '1'}}});
const times = (count: number): number => Math.max(1, Math.round(count * Number(scale)));

const parts: Readonly<Record<string, () => Promise<Tally>>> = {
	trees: async () => runTrees(times(150), true),
	disturbed: async () => runDisturbed(times(60), true),
	writes: async () => runFailingWrites(times(60)),
	full: async () => runFullDisks(times(60)),
	ended: async () => runEnded(times(200)),
	contest: async () => runContest(times(10)),
};

const unknown = names.filter(name => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
	throw new Error(`there is no part ${unknown.join(', ')}: the parts are ${Object.keys(parts).join(', ')}`);
}

const tallies: Tally[] = [];
for (const [name, run] of Object.entries(parts)) {
	if (names.length > 0 && !names.includes(name)) {
		continue;
	}

	const start = performance.now();
	const tally = await run();
	tallies.push(tally);
	console.log(`${tally.problems.length === 0 && tally.struck > 0 ? 'good' : 'BAD '}  ${name}: ${tally.part}: ${tally.runs} runs, struck ${tally.struck}, ${tally.problems.length} failures, ${Math.round((performance.now() - start) / 1000)} s`);
}

const problems = tallies.flatMap(tally => tally.problems);
console.log(`\n${tallies.reduce((sum, {runs}) => sum + runs, 0)} runs, ${problems.length} failures`);
for (const problem of problems) {
	console.log(problem);
}

process.exitCode = problems.length > 0 || tallies.some(({struck}) => struck === 0) ? 1 : 0;
