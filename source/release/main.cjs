/**
What the executable runs first. The program and its workers are assets in it, each with the code that V8 has made of it (see code.js), as there are no files that could be imported.
*/
const process = require('node:process');
const threads = require('node:worker_threads');

/** Runs a script of the program. Its text stands for itself in a worker, so it uses nothing from around it. */
const run = async name => {
	const {Buffer} = require('node:buffer');
	const sea = require('node:sea');
	const {pathToFileURL} = require('node:url');
	const vm = require('node:vm');
	const script = new vm.Script(sea.getAsset(name, 'utf8'), {
		filename: `/${name}`,
		cachedData: Buffer.from(sea.getRawAsset(`${name}.code`)),
		importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
	});
	return script.runInThisContext()({url: pathToFileURL(process.execPath).href});
};

const {Worker} = threads;
threads.Worker = class extends Worker {
	/** @param {URL} script - `sojourn:/preview/worker.js`, as scripts.js has written it */
	constructor(script, options) {
		super(`(${String(run)})(${JSON.stringify(script.pathname.slice(1))});`, {...options, eval: true});
	}
};

const start = async () => {
	const main = await run('cli.js');
	process.exitCode = await main(process.argv.slice(2));
};

start();
