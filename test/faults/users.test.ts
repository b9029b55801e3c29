import {expect, it} from 'vitest';
import {isGood} from './row.js';
import {runUsers} from './users.js';
import {whyNoUsers} from './users-system.js';

const reason = whyNoUsers();

it('users of one outputs directory neither see nor touch what is another\'s', async context => {
	if (reason !== undefined) {
		context.skip(reason);
	}

	const rows = await runUsers('short');
	expect(rows.filter(row => !isGood(row))).toEqual([]);
}, 120_000);
