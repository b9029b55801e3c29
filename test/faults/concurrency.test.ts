import {expect, it} from 'vitest';
import {runConcurrency, whyNoConcurrency} from './concurrency.js';
import {isGood} from './row.js';

const reason = whyNoConcurrency();

it('sweeps at once remove what has expired exactly once, and nothing that is in use', async context => {
	if (reason !== undefined) {
		context.skip(reason);
	}

	const rows = await runConcurrency('short');
	expect(rows.filter(row => !isGood(row))).toEqual([]);
	expect(rows.filter(({isControl}) => isControl)).toHaveLength(1);
}, 120_000);
