/**
Builds dist/: a guard that any Node can parse (bin.cjs), what starts the program (start.cjs), and the program as one bundle, whose heavy parts are chunks that are loaded when they are needed.
*/
import {rm} from 'node:fs/promises';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

const common = {
	absWorkingDir: root,
	bundle: true,
	platform: 'node',
	outdir: 'dist',
	logLevel: 'warning',
	legalComments: 'none',
};

/** Gives the libraries a `string-width` that loads the real one when it is first needed. */
const quickWidth = {
	name: 'quick-width',
	setup({onResolve}) {
		onResolve({filter: /^string-width$/}, ({importer}) => importer.endsWith('/source/quick-width.js') ? undefined : {path: fileURLToPath(new URL('quick-width.js', import.meta.url))});
	},
};

await rm(new URL('../dist', import.meta.url), {recursive: true, force: true});

await Promise.all([
	build({...common, entryPoints: ['source/bin.ts'], target: 'es5', format: 'cjs', outExtension: {'.js': '.cjs'}, external: ['./start.cjs']}),
	build({...common, entryPoints: ['source/start.ts'], target: 'node22', format: 'cjs', outExtension: {'.js': '.cjs'}}),
	build({
		...common,
		entryPoints: ['source/cli.ts'],
		target: 'node22',
		format: 'esm',
		splitting: true,
		chunkNames: 'chunks/[name]-[hash]',
		minify: !process.argv.includes('--readable'),
		keepNames: false,
		jsx: 'automatic',
		define: {
			'process.env.NODE_ENV': '"production"',
			// The WebAssembly loader of yoga-layout asks for `fetch`, and touching it makes Node load its whole HTTP client.
			fetch: 'undefined',
			'Intl.Segmenter': 'LazySegmenter',
		},
		inject: ['source/lazy-segmenter.js'],
		plugins: [quickWidth],
		alias: {
			// Only with DEV=true, for Ink's own developers.
			'react-devtools-core': './source/empty.js',
		},
		banner: {
			// What is CommonJS among the dependencies asks for Node's modules by require.
			js: 'import {createRequire as __createRequire} from \'node:module\';\nconst require = __createRequire(import.meta.url);',
		},
	}),
]);
