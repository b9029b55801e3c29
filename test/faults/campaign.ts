import process from 'node:process';
import {runConcurrency, whyNoConcurrency} from './concurrency.js';
import {runCrash} from './crash.js';
import {runModel} from './model.js';
import {runRace} from './race.js';
import {isGood, tableOf, type Row} from './row.js';
import {whyNoTracing} from './strace.js';
import {runUsers} from './users.js';
import {whyNoUsers} from './users-system.js';

/**
Runs the parts at full scale: `npm run test:faults`, or `npm run test:faults -- PART…` for some of them. Ends with 1 if any row is not good, or a part could not be run.
*/

type Part = {
	/** Why it cannot be run here, as a sentence. */
	readonly whyNot: () => string | undefined | Promise<string | undefined>;
	/** @param onRow - told of each row as it comes, by those that take long */
	readonly run: (onRow: (row: Row) => void) => Promise<readonly Row[]>;
};

const needsLinux = (): string | undefined => process.platform === 'linux' ? undefined : 'it is made for Linux';

const parts: Readonly<Record<Row['part'], Part>> = {
	crash: {whyNot: whyNoTracing, run: async onRow => runCrash('full', onRow)},
	race: {whyNot: needsLinux, run: async () => runRace('full')},
	concurrency: {whyNot: whyNoConcurrency, run: async onRow => runConcurrency('full', onRow)},
	model: {whyNot: needsLinux, run: async () => runModel('full')},
	users: {whyNot: whyNoUsers, run: async onRow => runUsers('full', onRow)},
};

const isPart = (name: string): name is Row['part'] => Object.hasOwn(parts, name);

const tell = (line: string): void => {
	process.stdout.write(`${line}\n`);
};

const describe = (row: Row): string => `${isGood(row) ? 'good' : 'BAD '}  ${row.part}: ${row.what}${row.isControl ? ' (control)' : ''}: ${row.runs} runs, struck ${row.fired}, lost ${row.lost}`;

const names = process.argv.slice(2);
const unknown = names.filter(name => !isPart(name));
if (unknown.length > 0) {
	throw new Error(`there is no part ${unknown.join(', ')}: the parts are ${Object.keys(parts).join(', ')}`);
}

const rows: Row[] = [];
const notRun: string[] = [];
const chosen = (names.length > 0 ? names : Object.keys(parts)).filter(one => isPart(one));
for (const name of chosen) {
	const {whyNot, run} = parts[name];
	const reason = await whyNot();
	if (reason !== undefined) {
		notRun.push(`${name}: not run here: ${reason}`);
		tell(notRun.at(-1)!);
		continue;
	}

	const seen = new Set<Row>();
	const onRow = (row: Row): void => {
		seen.add(row);
		rows.push(row);
		tell(describe(row));
	};

	const start = performance.now();
	try {
		for (const row of await run(onRow)) {
			if (!seen.has(row)) {
				onRow(row);
			}
		}
	} catch (error) {
		// The other parts are run all the same.
		notRun.push(`${name}: it broke off: ${error instanceof Error ? error.stack ?? error.message : String(error)}`);
		tell(notRun.at(-1)!);
	}

	tell(`      ${name} took ${Math.round((performance.now() - start) / 1000)} s`);
}

const bad = rows.filter(row => !isGood(row));
const problems = rows.flatMap(row => row.problems);
tell(`\n${tableOf(rows)}\n`);
tell(`${rows.reduce((sum, {runs}) => sum + runs, 0).toLocaleString('en-US')} runs, ${problems.length} problems, ${bad.length} of ${rows.length} rows bad, ${notRun.length} parts not run`);
for (const line of [...problems, ...notRun]) {
	tell(line);
}

process.exitCode = bad.length > 0 || notRun.length > 0 ? 1 : 0;
