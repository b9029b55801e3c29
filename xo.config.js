/**
The import rule of the house: imports run one way, from the first of these folders to the last. `settings`, `session` and `text` are pure and may be imported from anywhere.
*/
const layers = ['commands', 'ui', 'explorer', 'export', 'preview', 'legacy', 'outputs', 'files', 'session', 'text'];
const siblings = new Set(['export', 'preview', 'legacy']);
const pure = ['settings', 'session', 'text'];
const inputOutput = ['export', 'preview', 'legacy', 'outputs', 'files'];
const inputOutputModules = ['node:fs', 'node:fs/*', 'node:child_process', 'node:net', 'node:worker_threads'];

const folder = name => [`../${name}/*`, `../../${name}/*`, `../../../${name}/*`, `./${name}/*`];

const forbid = (names, message) => ({group: names.flatMap(name => folder(name)), message});

const higherThan = name => layers.slice(0, layers.indexOf(name)).filter(other => !(siblings.has(name) && siblings.has(other)));

const restrict = (files, patterns) => ({files, rules: {'@typescript-eslint/no-restricted-imports': ['error', {patterns}]}});

const dynamicImportOf = name => String.raw`ImportExpression[source.value=/\/${name}\//]`;

const layerRules = layers.filter(name => !pure.includes(name)).map(name => restrict(
	[`source/${name}/**/*.{ts,tsx}`],
	[
		forbid(higherThan(name), `Imports run one way: source/${name} may not import from the folders above it.`),
		{group: ['../cli.js', '../../cli.js', '../bin.js'], message: 'Only bin imports cli.'},
		...(name === 'commands' ? [forbid(['ui'], 'Only commands/explore.ts imports ui, and dynamically: a command that prints never loads Ink.')] : []),
	],
));

const pureRules = pure.map(name => restrict(
	[`source/${name}/**/*.ts`],
	[
		forbid([...layers, 'settings'].filter(other => other !== name && other !== 'text' && other !== 'session'), `source/${name} is pure: it imports nothing that does I/O.`),
		{group: inputOutputModules, message: `source/${name} is pure.`},
	],
));

const explorerRule = restrict(
	['source/explorer/*.ts'],
	[
		forbid(['commands', 'ui'], 'Imports run one way.'),
		{...forbid(inputOutput, 'In explorer only effects/ imports values from what does I/O.'), allowTypeImports: true},
		{group: inputOutputModules, message: 'In explorer only effects/ does I/O.'},
	],
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
			'no-await-in-loop': 'off', // Order matters where files are concerned, and memory stays bounded.
			'no-bitwise': 'off', // Modes are bits.
			'no-restricted-syntax': ['error', {selector: dynamicImportOf('ui'), message: 'Only commands/explore.ts imports ui.'}],
		},
	},
	...layerRules,
	...pureRules,
	explorerRule,
	{files: ['source/commands/explore.ts'], rules: {'no-restricted-syntax': 'off'}},
];

export default config;
