/**
The import rule of the house: imports run one way, from the first of these folders to the last. `settings`, `session` and `text` are pure and may be imported from anywhere.
*/
const layers = ['commands', 'ui', 'explorer', 'export', 'preview', 'legacy', 'outputs', 'files', 'session', 'text'];
const siblings = new Set(['export', 'preview', 'legacy']);
const pure = ['settings', 'session', 'text'];
const inputOutput = ['export', 'preview', 'legacy', 'outputs', 'files'];
const inputOutputModules = ['node:fs', 'node:fs/*', 'node:child_process', 'node:net', 'node:http', 'node:https', 'node:os', 'node:tty', 'node:readline', 'node:worker_threads'];

const folder = name => [`../${name}/*`, `../../${name}/*`, `../../../${name}/*`, `./${name}/*`];

const forbid = (names, message, more = {}) => names.length === 0 ? [] : [{group: names.flatMap(name => folder(name)), message, ...more}];

// What is imported at run time is seen by another rule than what is imported at the top.
const forbidDynamic = (names, message) => names.length === 0 ? [] : [{selector: String.raw`ImportExpression[source.value=/^\.{1,2}\/(?:\.\.\/)*(?:${names.join('|')})\//]`, message}];

const restrict = (files, patterns, dynamic, ignores = []) => ({
	files,
	...(ignores.length > 0 && {ignores}),
	rules: {
		'@typescript-eslint/no-restricted-imports': ['error', {patterns}],
		'no-restricted-syntax': dynamic.length > 0 ? ['error', ...dynamic] : 'off',
	},
});

const oneWay = name => `Imports run one way: source/${name} may not import from the folders above it.`;
const onlyExplore = 'Only commands/explore.ts imports ui, and dynamically: a command that prints never loads Ink.';
const noTerminal = 'The library imports nothing of the explorer: who imports it never loads Ink.';
const noEntryPoint = {group: ['../cli.js', '../../cli.js', '../bin.js', '../../bin.js', '../index.js', '../../index.js'], message: 'Nothing imports the program\'s entry points.'};

const higherThan = name => layers.slice(0, layers.indexOf(name)).filter(other => !(siblings.has(name) && siblings.has(other)));

const layerRules = layers.filter(name => !pure.includes(name) && name !== 'commands').map(name => restrict(
	[`source/${name}/**/*.{ts,tsx}`],
	[...forbid(higherThan(name), oneWay(name)), noEntryPoint],
	forbidDynamic(higherThan(name), oneWay(name)),
));

const commandRules = [
	restrict(['source/*.ts', 'source/commands/**/*.{ts,tsx}'], forbid(['ui'], onlyExplore), forbidDynamic(['ui'], onlyExplore)),
	restrict(['source/index.ts', 'source/library/**/*.ts'], [...forbid(['ui', 'explorer', 'preview', 'legacy'], noTerminal), noEntryPoint], forbidDynamic(['ui', 'explorer', 'preview', 'legacy'], noTerminal)),
	restrict(['source/commands/explore.ts'], forbid(['ui'], onlyExplore, {allowTypeImports: true}), []),
];

const pureRules = pure.map(name => {
	// What a pure folder may import: a pure one that is below it.
	const allowed = new Set(pure.slice(pure.indexOf(name)));
	const others = [...layers, 'settings'].filter(other => !allowed.has(other));
	const message = `source/${name} is pure: it imports nothing that does I/O, and nothing from the folders above it.`;
	return restrict([`source/${name}/**/*.{ts,tsx}`], [...forbid(others, message), {group: inputOutputModules, message}, noEntryPoint], forbidDynamic(others, message));
});

const onlyEffects = 'In explorer only effects/ imports values from what does I/O.';
const explorerRule = restrict(
	['source/explorer/**/*.{ts,tsx}'],
	[
		...forbid(['commands', 'ui'], oneWay('explorer')),
		...forbid(inputOutput, onlyEffects, {allowTypeImports: true}),
		{group: inputOutputModules, message: onlyEffects, allowTypeImports: true},
		noEntryPoint,
	],
	forbidDynamic(['commands', 'ui', ...inputOutput], onlyEffects),
	['source/explorer/effects/**'],
);

/** @type {import('xo').FlatXoConfig} */
const config = [
	{ignores: ['dist', '*.md', 'package.json', 'tsconfig.json', 'source/*.json']},
	{
		rules: {
			// The project's own habits.
			'@typescript-eslint/naming-convention': 'off',
			'@typescript-eslint/prefer-readonly-parameter-types': 'off',
			'capitalized-comments': 'off',
			'unicorn/prevent-abbreviations': 'off',
			'@typescript-eslint/no-restricted-types': 'off', // node:fs speaks Buffer.
			'require-unicode-regexp': 'off',
			'no-misleading-character-class': 'off',
			'regexp/sort-character-class-elements': 'off',
			'unicorn/prefer-simple-condition-first': 'off',
			'unicorn/consistent-boolean-name': 'off',
			'jsdoc/require-param-description': 'off',
			'jsdoc/require-returns-description': 'off',
			'regexp/prefer-named-capture-group': 'off',
			'regexp/no-obscure-range': 'off',
			'regexp/unicode-property': 'off',
			'regexp/unicode-escape': 'off',
			'unicorn/prefer-unicode-code-point-escapes': 'off',
			'unicorn/single-line-block-comment-style': 'off',
			'unicorn/number-literal-case': 'off',
			'unicorn/no-unsafe-string-replacement': 'off',
			'unicorn/no-break-in-nested-loop': 'off',
			'unicorn/prefer-code-point': 'off', // Code units are enough for an order, and quicker.
			'node-test/no-import-test-files': 'off',
			'unicorn/consistent-class-member-order': 'off', // What belongs together stands together.
			complexity: 'off', // An exhaustive switch over a union is long, and simple.
			'max-params': 'off',
			'max-depth': ['error', 6],
			'unicorn/prefer-ternary': 'off',
			'unicorn/no-array-sort': 'off',
			'regexp/no-super-linear-move': 'off', // A path is short.
			'@typescript-eslint/dot-notation': 'off', // An index signature is no property.
			'unicorn/no-declarations-before-early-exit': 'off',
			'jsdoc/require-param': 'off', // What a name and a type say is not said again.
			'jsdoc/check-param-names': 'off',
			'jsdoc/escape-inline-tags': 'off',
			'jsdoc/require-yields': 'off',
			'jsdoc/require-description': 'off',
			'unicorn/no-await-expression-member': 'off',
			'unicorn/max-nested-calls': 'off',
			'unicorn/prefer-minimal-ternary': 'off',
			'unicorn/consistent-conditional-object-spread': 'off',
			'unicorn/prefer-iterator-to-array': 'off', // Newer than the oldest Node that we run on.
			'unicorn/prefer-iterator-zip': 'off',
			'unicorn/prefer-array-from-async': 'off', // Not in the ECMAScript that we are written in.
			'unicorn/prefer-iterator-helpers': 'off',
			'unicorn/prefer-continue': 'off',
			'unicorn/prefer-early-return': 'off',
			'unicorn/no-nested-ternary': 'off',
			'@stylistic/object-curly-newline': 'off',
			'@stylistic/array-element-newline': 'off',
			'@stylistic/max-len': 'off', // Messages and docstrings are sentences.
			'xo/import-specifier-newline': 'off',
			'regexp/no-control-character': 'off',
			'no-await-in-loop': 'off', // Order matters where files are concerned, and memory stays bounded.
			'no-bitwise': 'off', // Modes are bits.
		},
	},
	...layerRules,
	...commandRules,
	...pureRules,
	explorerRule,
	{
		// What any Node must be able to parse.
		files: ['source/bin.ts'],
		rules: {
			'no-var': 'off', 'prefer-template': 'off', 'vars-on-top': 'off', 'unicorn/prefer-module': 'off', '@typescript-eslint/no-require-imports': 'off', 'import-x/unambiguous': 'off', 'n/prefer-global/process': 'off', 'unicorn/no-process-exit': 'off', 'unicorn/no-useless-else': 'off', 'import-x/no-unassigned-import': 'off',
		},
	},
];

export default config;
