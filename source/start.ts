import fs from 'node:fs';
import module from 'node:module';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type * as cli from './cli.js';

/** Whether nobody but this user could have put something there; what is missing is made by this user. */
const isOwn = (folder: string): boolean => {
	const stats = fs.statSync(folder, {throwIfNoEntry: false});
	return stats === undefined || (stats.uid === process.getuid?.() && (stats.mode & 0o022) === 0);
};

/**
Where compiled code is kept between runs. Node would take a folder in the temporary directory that every user can make, and runs what it finds there: not as root, and not for anybody.

@returns `undefined` if there is no place that is the user's alone
*/
const findCache = (): string | undefined => {
	const {NODE_COMPILE_CACHE: chosen, XDG_CACHE_HOME: named} = process.env;
	if (chosen !== undefined && chosen !== '') {
		return chosen;
	}

	try {
		const isNamed = named !== undefined && path.isAbsolute(named);
		const home = os.homedir();
		const cache = isNamed ? named : path.join(home, '.cache');
		const folder = path.join(cache, 'sojourn');
		const on = isNamed ? [cache, folder] : [home, cache, folder];
		return fs.existsSync(on[0]!) && on.every(place => isOwn(place)) ? folder : undefined;
	} catch {
		return undefined;
	}
};

// A cache that cannot be written is none.
const cache = findCache();
if (cache !== undefined) {
	module.enableCompileCache?.(cache);
}

// A bundler must leave this import alone: it is what keeps the bundle lazy.
const bundle = './cli.js';

const start = async (): Promise<void> => {
	const {main} = await import(bundle) as typeof cli;
	process.exitCode = await main(process.argv.slice(2));
};

void start();
