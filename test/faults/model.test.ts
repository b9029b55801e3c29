import process from 'node:process';
import {expect, test} from 'vitest';
import {runModel} from './model.js';
import {isGood} from './row.js';

test.skipIf(process.platform !== 'linux')('what a sweep leaves of random trees is what the rules say, and wrong sweeps are noticed', async () => {
	const rows = await runModel('short');
	expect(rows.filter(row => !isGood(row))).toEqual([]);
	expect(rows.filter(({isControl}) => isControl)).toHaveLength(3);
}, 120_000);
