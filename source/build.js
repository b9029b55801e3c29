/**
Builds dist/: a guard that any Node can parse (bin.cjs), what starts the program (start.cjs), the program (cli.js), its workers, the manual page (man/sojourn.1), and the licences of what is in them (licences.txt). The library is one more file (index.js), with a declaration beside it for each of its public modules. The program is one file, as each further one takes longer to find than to read; what an import() asks for is in it, and runs when it is asked for.
*/
import {
	chmod,
	mkdir,
	readFile,
	rm,
	writeFile,
} from 'node:fs/promises';
import {builtinModules} from 'node:module';
import process from 'node:process';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {build} from 'esbuild';
import ts from 'typescript';
import {licencesOf} from './licences.js';

const root = fileURLToPath(new URL('..', import.meta.url));

const common = {
	absWorkingDir: root,
	bundle: true,
	platform: 'node',
	outdir: 'dist',
	logLevel: 'warning',
	legalComments: 'none',
	metafile: true,
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

/**
Takes Node's own modules as they are: for an `import` Node makes a copy of all their names first. Together they are a tenth of the time to the first frame.
*/
const builtins = {
	name: 'builtins',
	setup({onResolve, onLoad}) {
		const names = new Set(builtinModules);
		const namespace = 'builtin';
		onResolve({filter: /^(node:)?[a-z_\d]+(\/[a-z\d]+)?$/}, ({path, kind}) => {
			const name = path.replace(/^node:/, '');
			return kind === 'import-statement' && names.has(name) ? {path: name, namespace} : undefined; // What is required is taken as it is anyway.
		});
		onLoad({filter: /./, namespace}, async ({path}) => {
			const exported = Object.keys(await import(`node:${path}`)).filter(name => name !== 'default' && name !== 'module.exports');
			const builtin = `process.getBuiltinModule('node:${path}')`;
			if (path === 'crypto') {
				// It takes 4 ms to load, and no first frame needs it. All that is used of it are functions.
				return {contents: exported.map(name => `export const ${name} = (...values) => ${builtin}.${name}(...values);`).join('\n')};
			}

			// Marked as pure: only the names that are used are kept.
			const lines = exported.map((name, index) => `const value${index} = /* @__PURE__ */ (() => builtin.${name})();\nexport {value${index} as ${name}};`);
			return {contents: `const builtin = ${builtin};\nexport default builtin;\n${lines.join('\n')}`};
		});
	},
};

/** What is imported with `?raw` is a text. */
const rawTexts = {
	name: 'raw-texts',
	setup({onResolve, onLoad}) {
		onResolve({filter: /\?raw$/}, ({path, resolveDir}) => ({path: fileURLToPath(new URL(path.replace('?raw', ''), pathToFileURL(`${resolveDir}/`))), namespace: 'raw'}));
		onLoad({filter: /./, namespace: 'raw'}, async ({path}) => ({contents: await readFile(path, 'utf8'), loader: 'text'}));
	},
};

/** What the program and its workers have in common. */
const bundle = {
	target: 'node22',
	format: 'esm',
	minify: !process.argv.includes('--readable'),
	keepNames: false,
	jsx: 'automatic',
	define: {
		'process.env.NODE_ENV': '"production"',
		// The WebAssembly loader of yoga-layout asks for `fetch`, and touching it makes Node load its whole HTTP client.
		fetch: 'undefined',
		'import.meta.workerScript': '"./preview/worker.js"',
		'import.meta.zipScript': '"./export/thread.js"',
		'Intl.Segmenter': 'LazySegmenter',
	},
	inject: ['source/lazy-segmenter.js'],
	plugins: [quickWidth, lastingCaches, builtins, rawTexts],
	alias: {
		// Only with DEV=true, for Ink's own developers.
		'react-devtools-core': './source/empty.js',
	},
	banner: {
		// What is CommonJS among the dependencies asks for Node's modules by require.
		js: 'const require = process.getBuiltinModule(\'node:module\').createRequire(import.meta.url);',
	},
};

/**
Writes the declarations of the library: of index.ts, and of the modules that it hands on. Each module that a declaration names must be one of the library's own: what is private stays so. The build fails where it does not.
*/
const declare = async (file = 'index.ts', seen = new Set()) => {
	seen.add(file);
	const source = await readFile(new URL(file, import.meta.url), 'utf8');
	const {outputText, diagnostics} = ts.transpileDeclaration(source, {
		fileName: file,
		reportDiagnostics: true,
		compilerOptions: {target: ts.ScriptTarget.ES2024, module: ts.ModuleKind.NodeNext, declaration: true, isolatedDeclarations: true, strict: true, stripInternal: true},
	});
	if (diagnostics.length > 0) {
		throw new Error(ts.formatDiagnostics(diagnostics, {getCanonicalFileName: name => name, getCurrentDirectory: () => root, getNewLine: () => '\n'}));
	}

	const declaration = new URL(`../dist/${file.replace(/\.ts$/, '.d.ts')}`, import.meta.url);
	await mkdir(new URL('.', declaration), {recursive: true});
	await writeFile(declaration, outputText);
	for (const [, specifier] of outputText.matchAll(/from '(?<specifier>\.[^']*)';/g)) {
		const next = new URL(specifier.replace(/\.js$/, '.ts'), new URL(file, 'file:///')).pathname.slice(1);
		if (!next.startsWith('library/')) {
			throw new Error(`source/${file} makes source/${next} public: keep what it exports to source/library`);
		}

		if (!seen.has(next)) {
			await declare(next, seen);
		}
	}
};

/** Leaves alone what is imported when it is needed: the tables are what is asked of them. */
const onlyTables = {
	name: 'only-tables',
	setup({onResolve}) {
		onResolve({filter: /./}, ({path, kind}) => kind === 'dynamic-import' ? {path, external: true} : undefined);
	},
};

/** The day that the manual page says it is from, where nobody says another by SOURCE_DATE_EPOCH. */
const manualDate = '2026-11-25';

/** Writes the manual page. */
const writeManual = async () => {
	const {outputFiles} = await build({...common, entryPoints: ['source/commands/manual/man-page.ts'], target: 'node20', format: 'esm', write: false, plugins: [onlyTables]});
	const {manPage} = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
	const {SOURCE_DATE_EPOCH: seconds} = process.env;
	const folder = new URL('../dist/man/', import.meta.url);
	await mkdir(folder, {recursive: true});
	await writeFile(new URL('sojourn.1', folder), manPage(seconds === undefined ? manualDate : new Date(seconds * 1000).toISOString().slice(0, 10)));
};

await rm(new URL('../dist', import.meta.url), {recursive: true, force: true});

const results = await Promise.all([
	build({...common, entryPoints: ['source/bin.ts'], target: 'es5', format: 'cjs', banner: {js: '#!/usr/bin/env node'}, outExtension: {'.js': '.cjs'}, external: ['./start.cjs']}),
	build({...common, entryPoints: ['source/start.ts'], target: 'node22', format: 'cjs', outExtension: {'.js': '.cjs'}}),
	build({...common, ...bundle, entryPoints: ['source/cli.ts']}),
	build({...common, ...bundle, entryPoints: {worker: 'source/preview/worker.ts'}, outdir: 'dist/preview'}),
	build({...common, ...bundle, entryPoints: {thread: 'source/export/parallel/worker.ts'}, outdir: 'dist/export'}),
	// Not minified: it stands in the traces of other programs.
	build({...common, ...bundle, minify: false, entryPoints: ['source/index.ts']}),
	declare(),
	writeManual(),
]);

await writeFile(new URL('../dist/licences.txt', import.meta.url), await licencesOf(results.flatMap(result => result?.metafile ?? []), root));
await chmod(new URL('../dist/bin.cjs', import.meta.url), 0o755);
