import module from 'node:module';
import process from 'node:process';
import type * as cli from './cli.js';

// Compiled code is kept between runs; a cache that cannot be written is none.
module.enableCompileCache?.();

// A bundler must leave this import alone: it is what keeps the bundle lazy.
const bundle = './cli.js';

const start = async (): Promise<void> => {
	const {main} = await import(bundle) as typeof cli;
	process.exitCode = await main(process.argv.slice(2));
};

void start();
