import {expect, it} from 'vitest';
import {runCrash} from './crash.js';
import {isGood} from './row.js';
import {whyNoTracing} from './strace.js';

const reason = await whyNoTracing();

it('loses nothing when it is killed at a system call, or one fails', async context => {
	if (reason !== undefined) {
		context.skip(reason);
	}

	const rows = await runCrash('short');
	expect(rows.filter(row => !isGood(row))).toEqual([]);
}, 240_000);
