import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

/** The program and its workers, by their places in dist/. */
export const scripts = ['cli.js', 'preview/worker.js', 'export/thread.js'];

/** The place of a file of dist/. */
export const built = name => fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));

/**
Makes of a built module what can be run where there is no file to import: an expression that is a function of the module's `import.meta`. It resolves to what the module exports as `main`, if it does.

@param {string} name - one of `scripts`
@returns {Promise<string>}
*/
export const asFunction = async name => {
	const module = await readFile(built(name), 'utf8');
	const {outputFiles} = await build({
		stdin: {contents: module.replaceAll(/new URL\("\.\/(?<script>[a-z/]+\.js)",import\.meta\.url\)/g, 'new URL("sojourn:/$<script>")')},
		write: false,
		minify: true,
		platform: 'node',
		target: 'node26',
		format: 'esm',
		charset: 'ascii', // V8 keeps it in half the memory, and compares it quicker.
		define: {'import.meta': 'meta'},
		legalComments: 'none',
		logLevel: 'warning',
	});
	const body = outputFiles[0].text.replace(/export\{(?<local>[\w$]+) as main\};\s*$/, (_, local) => `return ${local};`);
	if (name === 'cli.js' && scripts.some(script => script !== name && !body.includes(`sojourn:/${script}`))) {
		throw new Error(`dist/${name} starts its workers in another way than it did`);
	}

	if (/(?:^|[;}])(?:export\{|import[{"*])/.test(body.slice(0, 100) + body.slice(-100))) {
		throw new Error(`dist/${name} imports or exports what the executable knows nothing of`);
	}

	return `(async meta => {${body}})`;
};
