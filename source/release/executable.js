import {execFile} from 'node:child_process';
import {copyFile, mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';
import {compileScript} from './code.js';
import {scripts} from './scripts.js';

const execute = promisify(execFile);

/**
Makes the executable: this very Node with the program in it. It needs nothing but the C and C++ libraries of the system, and takes no options for Node, neither from NODE_OPTIONS nor from its arguments.

@param {string} output - where to
@param {string} folder - empty; for what is made on the way
*/
export const makeExecutable = async (output, folder) => {
	await mkdir(folder, {recursive: true});
	const node = path.join(folder, 'node');
	await copyFile(process.execPath, node);
	await execute('strip', [node]); // Before anything is put into it: afterwards its sections are no longer where strip wants them.
	const assets = {};
	for (const name of scripts) {
		const {text, code} = await compileScript(name, path.join(folder, name));
		assets[name] = text;
		assets[`${name}.code`] = code;
	}

	const config = path.join(folder, 'sea.json');
	await writeFile(config, JSON.stringify({
		main: path.join(import.meta.dirname, 'main.cjs'),
		executable: node,
		output,
		assets,
		disableExperimentalSEAWarning: true,
		execArgvExtension: 'none',
	}));
	await execute(process.execPath, ['--build-sea', config]);
};
