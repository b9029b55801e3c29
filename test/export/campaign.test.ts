import {expect, test} from 'vitest';
import {runContest, runEnded, runFailingWrites, runFullDisks} from './campaign/break.js';
import {runDisturbed} from './campaign/disturb.js';
import type {Tally} from './campaign/stage.js';
import {runTrees} from './campaign/trees.js';

/** The built program, in a small version of what `npm run test:export` does. */
const parts: ReadonlyArray<readonly [string, () => Promise<Tally>]> = [
	['random trees come back as they were, in three time zones', async () => runTrees(4, false)],
	['a session that changes meanwhile makes a valid archive, and nothing from elsewhere gets in', async () => runDisturbed(2, false)],
	['a write that fails leaves nothing behind', async () => runFailingWrites(1)],
	['a disk that is too small leaves nothing behind', async () => runFullDisks(2)],
	['killed or interrupted, it leaves nothing wrong under the final name', async () => runEnded(4)],
	['several exports to one name all arrive', async () => runContest(1)],
];

test.each(parts)('%s', async (_, run) => {
	const {problems, runs} = await run();
	if (problems[0]?.startsWith('not run: ')) {
		return; // Its tools are missing here; the campaign says so.
	}

	expect(problems).toEqual([]);
	expect(runs).toBeGreaterThan(0);
}, 120_000);
