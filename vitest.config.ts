import os from 'node:os';
import process from 'node:process';
import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		// Campaigns take long, and have npm scripts of their own.
		include: process.env['SOJOURN_CAMPAIGN'] === undefined ? ['test/**/*.test.{ts,tsx}'] : [`test/**/${process.env['SOJOURN_CAMPAIGN']}.campaign.ts`],
		// Two at once also on two cores, as most of them wait for programs.
		maxWorkers: Math.max(2, os.availableParallelism()),
		testTimeout: 30_000,
		hookTimeout: 30_000,
		env: {TZ: 'UTC'},
	},
});
