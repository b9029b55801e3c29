/**
The code that V8 makes of the program's scripts, which the executable takes along: without it each start would take three times as long. For the program it is what its commands need, found by running them here; what the explorer needs beyond that is compiled when it opens, as what a terminal does is never the same twice, and each release would differ. The workers take everything along.
*/
import {execFile} from 'node:child_process';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';
import vm from 'node:vm';
import {flags} from './compile.js';
import {asFunction, built} from './scripts.js';

const execute = promisify(execFile);

/** What is run: nothing that works with threads, or does several things at once. */
const commands = [['--version'], ['--help'], ['ls']];

/**
@param {string} name - of a script
@param {string} folder - empty; what is made is left in it
@returns {Promise<{text: string, code: string}>} two files: the script, and its code
*/
export const compileScript = async (name, folder) => {
	const outputs = path.join(folder, 'outputs');
	const text = path.join(folder, 'script.js');
	const code = path.join(folder, 'code');
	const file = path.join(folder, 'story.txt');
	await mkdir(outputs, {recursive: true, mode: 0o700});
	await writeFile(text, await asFunction(name));
	await writeFile(file, 'Once upon a time\n');
	const run = async args => execute(process.execPath, args, {
		cwd: folder, env: {PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8', TZ: 'UTC', SOJOURN_OUTPUTS: outputs, MALLOC_PERTURB_: '255'},
	});
	await run([built('bin.cjs'), 'start']);
	await run([built('bin.cjs'), 'add', file]);
	await run([...flags, path.join(import.meta.dirname, 'compile.js'), text, built(name), code, JSON.stringify(name === 'cli.js' ? commands : [])]);
	const {cachedDataRejected} = new vm.Script(await readFile(text, 'utf8'), {cachedData: await readFile(code)});
	if (cachedDataRejected) {
		throw new Error(`V8 does not take the code that it has made of ${name}: look at the flags in source/release/compile.js again`);
	}

	return {text, code};
};
