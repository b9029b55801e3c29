/**
Runs a TypeScript file of this folder that is no test: `node test/run.js bench/bench.ts [ARGUMENT…]`.
*/
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {pathToFileURL} from 'node:url';
import {build} from 'esbuild';

const [name, ...rest] = process.argv.slice(2);
if (name === undefined) {
	throw new Error('Usage: node test/run.js FILE [ARGUMENT…], FILE relative to test/');
}

const here = import.meta.dirname;
const source = path.join(here, name);
const outfile = path.join(here, '../node_modules/.cache/sojourn', name.replace(/\.tsx?$/v, '.js'));

// The bundle lies elsewhere than the files it was made of.
const keepPlace = {
	name: 'keep-place',
	setup(pluginBuild) {
		pluginBuild.onLoad({filter: /\.tsx?$/}, async ({path: file}) => {
			const text = await readFile(file, 'utf8');
			return {
				contents: text.replaceAll('import.meta.dirname', JSON.stringify(path.dirname(file))),
				loader: file.endsWith('x') ? 'tsx' : 'ts',
			};
		});
	},
};

await build({
	entryPoints: [source],
	outfile,
	bundle: true,
	packages: 'external',
	platform: 'node',
	format: 'esm',
	target: 'node22',
	jsx: 'automatic',
	sourcemap: 'inline',
	logLevel: 'warning',
	plugins: [keepPlace],
});

process.argv = [process.argv[0], source, ...rest];
await import(pathToFileURL(outfile));
