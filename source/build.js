/**
Builds dist/: a guard that any Node can parse (bin.cjs), what starts the program (start.cjs), and the program as one bundle, whose heavy parts are chunks that are loaded when they are needed.
*/
import {chmod, readFile, rm} from 'node:fs/promises';
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

/**
Ink takes every line of a frame apart anew, although a key changes two of forty. Its caches live as long as one frame; here they live on, within bounds, which makes a key a third quicker. The build fails where Ink no longer has what this replaces.
*/
const lastingCaches = {
	name: 'lasting-caches',
	setup({onLoad}) {
		onLoad({filter: /\/ink\/build\/output\.js$/}, async ({path}) => {
			const text = await readFile(path, 'utf8');
			const perFrame = 'caches = new OutputCaches();';
			if (text.split(perFrame).length !== 2) {
				throw new Error(`${path} is not as it was: look at lastingCaches in source/build.js again`);
			}

			return {
				contents: `${text.replace(perFrame, 'caches = lastingCaches();')}
let kept;
const lastingCaches = () => {
	if (kept === undefined || kept.styledChars.size > 2000 || kept.widths.size > 20_000) {
		kept = new OutputCaches();
	}

	return kept;
};
`,
			};
		});
	},
};

/** What the program and its worker have in common: a module, and chunks that are loaded when they are needed. */
const bundle = {
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
		'import.meta.workerScript': '"../preview/worker.js"',
		'import.meta.zipScript': '"../export/thread.js"',
		'Intl.Segmenter': 'LazySegmenter',
	},
	inject: ['source/lazy-segmenter.js'],
	plugins: [quickWidth, lastingCaches],
	alias: {
		// Only with DEV=true, for Ink's own developers.
		'react-devtools-core': './source/empty.js',
	},
	banner: {
		// What is CommonJS among the dependencies asks for Node's modules by require.
		js: 'import {createRequire as __createRequire} from \'node:module\';\nconst require = __createRequire(import.meta.url);',
	},
};

await rm(new URL('../dist', import.meta.url), {recursive: true, force: true});

await Promise.all([
	build({...common, entryPoints: ['source/bin.ts'], target: 'es5', format: 'cjs', banner: {js: '#!/usr/bin/env node'}, outExtension: {'.js': '.cjs'}, external: ['./start.cjs']}),
	build({...common, entryPoints: ['source/start.ts'], target: 'node22', format: 'cjs', outExtension: {'.js': '.cjs'}}),
	build({...common, ...bundle, entryPoints: ['source/cli.ts']}),
	// By itself: if it shared chunks with the program, that would be in more pieces, and start the slower.
	build({...common, ...bundle, entryPoints: {worker: 'source/preview/worker.ts'}, outdir: 'dist/preview'}),
	build({...common, ...bundle, entryPoints: {thread: 'source/export/parallel/worker.ts'}, outdir: 'dist/export'}),
]);

await chmod(new URL('../dist/bin.cjs', import.meta.url), 0o755);
