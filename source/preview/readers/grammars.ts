import type {LanguageFn} from 'highlight.js';

type Grammar = {readonly default: LanguageFn};

/** The grammars of highlight.js that `languageOf` names, each a chunk of its own. */
export const grammars: Readonly<Record<string, () => Promise<Grammar>>> = {
	awk: async () => import('highlight.js/lib/languages/awk'),
	bash: async () => import('highlight.js/lib/languages/bash'),
	c: async () => import('highlight.js/lib/languages/c'),
	clojure: async () => import('highlight.js/lib/languages/clojure'),
	cmake: async () => import('highlight.js/lib/languages/cmake'),
	cpp: async () => import('highlight.js/lib/languages/cpp'),
	csharp: async () => import('highlight.js/lib/languages/csharp'),
	css: async () => import('highlight.js/lib/languages/css'),
	dart: async () => import('highlight.js/lib/languages/dart'),
	diff: async () => import('highlight.js/lib/languages/diff'),
	dockerfile: async () => import('highlight.js/lib/languages/dockerfile'),
	elixir: async () => import('highlight.js/lib/languages/elixir'),
	erlang: async () => import('highlight.js/lib/languages/erlang'),
	fortran: async () => import('highlight.js/lib/languages/fortran'),
	go: async () => import('highlight.js/lib/languages/go'),
	graphql: async () => import('highlight.js/lib/languages/graphql'),
	groovy: async () => import('highlight.js/lib/languages/groovy'),
	haskell: async () => import('highlight.js/lib/languages/haskell'),
	ini: async () => import('highlight.js/lib/languages/ini'),
	java: async () => import('highlight.js/lib/languages/java'),
	javascript: async () => import('highlight.js/lib/languages/javascript'),
	json: async () => import('highlight.js/lib/languages/json'),
	julia: async () => import('highlight.js/lib/languages/julia'),
	kotlin: async () => import('highlight.js/lib/languages/kotlin'),
	latex: async () => import('highlight.js/lib/languages/latex'),
	less: async () => import('highlight.js/lib/languages/less'),
	lua: async () => import('highlight.js/lib/languages/lua'),
	makefile: async () => import('highlight.js/lib/languages/makefile'),
	matlab: async () => import('highlight.js/lib/languages/matlab'),
	nix: async () => import('highlight.js/lib/languages/nix'),
	ocaml: async () => import('highlight.js/lib/languages/ocaml'),
	perl: async () => import('highlight.js/lib/languages/perl'),
	php: async () => import('highlight.js/lib/languages/php'),
	powershell: async () => import('highlight.js/lib/languages/powershell'),
	protobuf: async () => import('highlight.js/lib/languages/protobuf'),
	python: async () => import('highlight.js/lib/languages/python'),
	r: async () => import('highlight.js/lib/languages/r'),
	ruby: async () => import('highlight.js/lib/languages/ruby'),
	rust: async () => import('highlight.js/lib/languages/rust'),
	scala: async () => import('highlight.js/lib/languages/scala'),
	scss: async () => import('highlight.js/lib/languages/scss'),
	sql: async () => import('highlight.js/lib/languages/sql'),
	swift: async () => import('highlight.js/lib/languages/swift'),
	typescript: async () => import('highlight.js/lib/languages/typescript'),
	vim: async () => import('highlight.js/lib/languages/vim'),
	xml: async () => import('highlight.js/lib/languages/xml'),
	yaml: async () => import('highlight.js/lib/languages/yaml'),
};

/** What else a language may hold: each is highlighted by a grammar of its own. */
export const embedded: Readonly<Record<string, readonly string[]>> = {
	xml: ['css', 'javascript'], php: ['xml', 'css', 'javascript'],
};

/** Other names by which Markdown calls languages. */
export const aliases: Readonly<Record<string, string>> = {
	js: 'javascript', jsx: 'javascript', ts: 'typescript', tsx: 'typescript', py: 'python', sh: 'bash', shell: 'bash', zsh: 'bash', console: 'bash', html: 'xml', svg: 'xml', yml: 'yaml', toml: 'ini', rb: 'ruby', rs: 'rust', golang: 'go', 'c++': 'cpp', cs: 'csharp', kt: 'kotlin', pl: 'perl', ps1: 'powershell', jsonc: 'json', json5: 'json', tex: 'latex', make: 'makefile', docker: 'dockerfile', patch: 'diff',
};
