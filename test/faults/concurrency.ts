import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type {Finding} from './concurrency-checks.js';
import {gateScript, type Tools} from './concurrency-parts.js';
import {giveUp, play, prepare, type Outcome, type Prepared} from './concurrency-round.js';
import {timeout, timeoutHours, type Sizes} from './concurrency-world.js';
import {copyProgram} from './launch.js';
import type {Row, Scale} from './row.js';
import {temporaryBase} from './store.js';

const roundCounts: Readonly<Record<Scale, number>> = {short: 1, full: 20};

const sizes: Readonly<Record<Scale, Sizes>> = {
	short: {sweepers: 8, expired: 20, held: 2, live: 2, early: 1, late: 1, contested: 1},
	full: {sweepers: 20, expired: 30, held: 4, live: 3, early: 1, late: 1, contested: 2},
};

const controlSizes: Sizes = {sweepers: 2, expired: 3, held: 2, live: 1, early: 0, late: 0, contested: 0};

/** As somebody would write it in an afternoon: goes by the times of the directories, and asks nobody. */
const naive = `
const fs = require('node:fs');
const path = require('node:path');
(async () => {
	const removed = [];
	for (const id of fs.readdirSync(process.env.SOJOURN_OUTPUTS)) {
		const place = path.join(process.env.SOJOURN_OUTPUTS, id);
		if (fs.statSync(place).mtimeMs < Date.now() - ${timeout}) {
			await fs.promises.rm(place, {recursive: true});
			removed.push({id: id});
		}
	}
	console.log(JSON.stringify({skipped: null, removed, recovered: [], failed: []}));
})();
`;

/** Why this part cannot be run here, as a sentence. */
export const whyNoConcurrency = (): string | undefined => {
	if (process.platform !== 'linux') {
		return 'ctimes, locks and processes are looked at as Linux has them';
	}

	for (const [file, ...args] of [['python3', '-c', ''], ['flock', '--version'], ['unzip', '-v']] as const) {
		try {
			execFileSync(file, args, {stdio: 'ignore'});
		} catch {
			return `there is no ${file}`;
		}
	}

	return undefined;
};

type Tally = {
	runs: number;
	fired: number;
	readonly findings: Finding[];
	exports: number;
	readonly exportFindings: Finding[];
	contested: number;
	resumed: number;
	readonly contestFindings: Finding[];
};

const isFired = ({reports}: Outcome): boolean => reports.some(({skipped}) => skipped === 'busy') && reports.some(({removed}) => removed.length > 0);

const rowOf = (what: string, runs: number, fired: number, findings: readonly Finding[]): Row => ({
	part: 'concurrency', what, runs, fired,
	lost: findings.reduce((sum, {lost}) => sum + lost, 0),
	problems: findings.slice(0, 30).map(({text}) => text),
});

/**
Lets many sweepers loose at once on a directory in which sessions are written to, held, explored and exported.

@param options.dist - another build of the program
@param options.seed - of the first round; a problem names its own
*/
export const runConcurrency = async (
	scale: Scale,
	onRow?: (row: Row) => void,
	{dist, seed = 1, rounds = roundCounts[scale]}: {readonly dist?: string | undefined; readonly seed?: number; readonly rounds?: number} = {},
): Promise<Row[]> => {
	const base = await temporaryBase(scale, 'concurrency');
	const program = copyProgram(base, dist);
	const gate = path.join(base, 'gate.cjs');
	const control = path.join(base, 'control.cjs');
	fs.writeFileSync(gate, gateScript);
	fs.writeFileSync(control, naive);
	const tools: Tools = {program, gate, sweep: [program, 'sweep', '--json', '--max-age-hours', String(timeoutHours)]};
	const wrongTools: Tools = {...tools, sweep: [control]};
	const tally: Tally = {runs: 0, fired: 0, findings: [], exports: 0, exportFindings: [], contested: 0, resumed: 0, contestFindings: []};
	let number = 0;
	const prepareNext = async (): Promise<Prepared> => prepare(tools, `${base}/${number}`, seed + number++, sizes[scale]);
	const pending = new Set<Promise<Prepared>>();
	const begin = <T extends Promise<Prepared>>(preparing: T): T => {
		pending.add(preparing);
		preparing.catch(() => undefined); // Told when it is asked for.
		return preparing;
	};

	const take = async (preparing: Promise<Prepared>): Promise<Prepared> => {
		pending.delete(preparing);
		return preparing;
	};

	try {
		const wrongRound = begin(prepare(wrongTools, `${base}/control`, seed, controlSizes));
		let next = begin(prepareNext());
		// A machine that is too busy gets other rounds, but not for ever; the short version ends with the first round that has struck.
		for (let tries = 0; tries < (2 * rounds) + 1 && tally.runs < rounds; tries++) {
			const name = `seed ${seed + number - 1}`;
			const prepared = await take(next);
			if (tally.runs + 1 < rounds) {
				next = begin(prepareNext());
			}

			const outcome = await play(tools, prepared);
			const hasFired = isFired(outcome);
			if (!outcome.isStalled && (hasFired || scale === 'full' || outcome.findings.length > 0 || tries > 1)) {
				tally.runs++;
				tally.fired += hasFired ? 1 : 0;
				tally.exports += outcome.exported.length;
				tally.contested += outcome.contests.length;
				tally.resumed += outcome.contests.filter(({isResumed}) => isResumed).length;
				for (const [all, found] of [[tally.findings, outcome.findings], [tally.exportFindings, outcome.exportFindings], [tally.contestFindings, outcome.contests.flatMap(({findings}) => findings)]] as const) {
					all.push(...found.map(({text, lost}) => ({text: `${name}: ${text}`, lost})));
				}
			}

			if (tally.runs < rounds && !pending.has(next)) {
				next = begin(prepareNext());
			}
		}

		const {sweepers, early, late, contested} = sizes[scale];
		const rows: Row[] = [
			rowOf(`${sweepers} sweepers at once, with ${early + late + contested} explorers, holders and producers`, tally.runs, tally.fired, tally.findings),
			rowOf(`explorers that resume what is being swept: ${tally.resumed} were quicker, ${tally.contested - tally.resumed} were told that it is gone`, tally.contested, tally.contested, tally.contestFindings),
			rowOf('exports of held and live sessions meanwhile', tally.exports, tally.exports, tally.exportFindings),
		];
		const wrong = await play(wrongTools, await take(wrongRound));
		rows.push({...rowOf('the same with a script that goes by the times of directories', 1, 1, wrong.findings), problems: [], isControl: true});
		for (const row of rows) {
			onRow?.(row);
		}

		return rows;
	} finally {
		for (const preparing of pending) {
			await preparing.then(giveUp).catch(() => undefined);
		}

		await fs.promises.rm(base, {recursive: true, force: true});
	}
};
