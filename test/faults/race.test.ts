import {execFileSync} from 'node:child_process';
import process from 'node:process';
import {expect, test} from 'vitest';
import {runRace} from './race.js';
import {isGood} from './row.js';

const hasPython = ((): boolean => {
	try {
		execFileSync('python3', ['-c', '']);
		return true;
	} catch {
		return false;
	}
})();

test.skipIf(process.platform !== 'linux' || !hasPython)('no exchange of folders and links leads a removal astray, and the same attacks do with rm', async () => {
	const rows = await runRace('short');
	expect(rows.filter(row => !isGood(row))).toEqual([]);
	expect(rows.filter(({isControl}) => isControl)).toHaveLength(4);
}, 120_000);
