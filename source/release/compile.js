/**
Keeps the code that V8 makes of a script: `node compile.js SCRIPT MODULE CODE COMMANDS`. SCRIPT is what scripts.js has made of MODULE, COMMANDS a list in JSON of lists of arguments. With commands it is the code of the functions that they use, without any that of all functions.

V8 must do the same in each run, or the bytes differ: so nothing is collected or thrown away meanwhile, and what is random is not. V8 believes no code that was kept under other flags than it runs with, so those that count are taken back before.
*/
import {readFileSync, writeFileSync} from 'node:fs';
import process from 'node:process';
import {pathToFileURL} from 'node:url';
import v8 from 'node:v8';
import vm from 'node:vm';

/** With each flag the one that takes it back. */
const undone = new Map([
	['--no-flush-bytecode', '--flush-bytecode'],
	['--initial-heap-size=1000', '--initial-heap-size=0'],
	// What another thread compiles meanwhile is marked in the code.
	['--no-sparkplug', '--sparkplug'],
	['--no-concurrent-sparkplug', '--concurrent-sparkplug'],
]);

/** For the command line. */
export const flags = ['--random-seed=1', '--min-semi-space-size=256', '--max-semi-space-size=256', ...undone.keys()];

const compile = text => new vm.Script(text, {importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER});

const [, own, file, module, code, commands] = process.argv;
if (own === import.meta.filename) {
	const text = readFileSync(file, 'utf8');
	const list = JSON.parse(commands);
	if (list.length === 0) {
		v8.setFlagsFromString('--no-lazy');
	}

	const script = compile(text);
	v8.setFlagsFromString('--lazy');
	if (list.length > 0) {
		const main = await script.runInThisContext()({url: pathToFileURL(module).href});
		for (const command of list) {
			const exitCode = await main(command);
			if (exitCode !== 0) {
				throw new Error(`sojourn ${command.join(' ')} ended with ${exitCode}`);
			}
		}
	}

	for (const flag of undone.values()) {
		v8.setFlagsFromString(flag);
	}

	writeFileSync(code, script.createCachedData());
	process.exit(); // eslint-disable-line unicorn/no-process-exit -- what the commands have left open is not waited for
}
