import {Buffer} from 'node:buffer';

/** Languages by the extensions of their files. */
const extensions: Readonly<Record<string, string>> = {
	js: 'javascript', mjs: 'javascript', cjs: 'javascript', jsx: 'javascript', ts: 'typescript', mts: 'typescript', cts: 'typescript', tsx: 'typescript',
	py: 'python', pyw: 'python', pyi: 'python', sh: 'bash', bash: 'bash', zsh: 'bash', ksh: 'bash', fish: 'bash', bats: 'bash',
	c: 'c', h: 'c', cc: 'cpp', cpp: 'cpp', cxx: 'cpp', hpp: 'cpp', hh: 'cpp', cu: 'cpp', ino: 'cpp', glsl: 'cpp', frag: 'cpp', vert: 'cpp', comp: 'cpp',
	cs: 'csharp', java: 'java', kt: 'kotlin', kts: 'kotlin', scala: 'scala', go: 'go', rs: 'rust', swift: 'swift', rb: 'ruby', php: 'php', pl: 'perl', pm: 'perl', lua: 'lua',
	r: 'r', jl: 'julia', m: 'matlab', f90: 'fortran', f95: 'fortran', hs: 'haskell', ml: 'ocaml', ex: 'elixir', exs: 'elixir', erl: 'erlang', clj: 'clojure', dart: 'dart',
	sql: 'sql', html: 'xml', htm: 'xml', xhtml: 'xml', xml: 'xml', svg: 'xml', xsl: 'xml', rss: 'xml', plist: 'xml', kml: 'xml', gpx: 'xml', vue: 'xml', svelte: 'xml',
	css: 'css', scss: 'scss', less: 'less', yaml: 'yaml', yml: 'yaml', toml: 'ini', ini: 'ini', cfg: 'ini', conf: 'ini', properties: 'ini', env: 'ini', desktop: 'ini', service: 'ini',
	json5: 'javascript', jsonc: 'javascript', mk: 'makefile', cmake: 'cmake', diff: 'diff', patch: 'diff', tex: 'latex', sty: 'latex', bib: 'latex', proto: 'protobuf', graphql: 'graphql', gql: 'graphql',
	ps1: 'powershell', vim: 'vim', nix: 'nix', groovy: 'groovy', gradle: 'groovy', awk: 'awk', dockerfile: 'dockerfile',
};

/** Languages by the whole names of files. */
const names: Readonly<Record<string, string>> = {
	makefile: 'makefile', gnumakefile: 'makefile', dockerfile: 'dockerfile', containerfile: 'dockerfile', 'cmakelists.txt': 'cmake', gemfile: 'ruby', rakefile: 'ruby', '.bashrc': 'bash', '.profile': 'bash', '.gitconfig': 'ini', '.editorconfig': 'ini', '.env': 'ini',
};

/** Languages by the programs that a first line names. */
const interpreters: ReadonlyArray<readonly [RegExp, string]> = [
	[/\b(?:bash|sh|zsh|dash|ksh)\b/, 'bash'],
	[/\bpython[\d.]*\b/, 'python'],
	[/\b(?:node|deno|bun)\b/, 'javascript'],
	[/\bruby\b/, 'ruby'],
	[/\bperl\b/, 'perl'],
	[/\bRscript\b/, 'r'],
	[/\bjulia\b/, 'julia'],
	[/\bawk\b/, 'awk'],
];

const own = (record: Readonly<Record<string, string>>, key: string): string | undefined => Object.hasOwn(record, key) ? record[key] : undefined;

/** The language of a text, as highlight.js calls it; `undefined` for running text. */
export const languageOf = (name: string, head: Uint8Array): string | undefined => {
	const lower = name.toLowerCase();
	const byName = own(names, lower) ?? (lower.includes('.') ? own(extensions, lower.slice(lower.lastIndexOf('.') + 1)) : undefined);
	if (byName !== undefined) {
		return byName;
	}

	const [first = ''] = Buffer.from(head.subarray(0, 256)).toString('latin1').split('\n', 1);
	if (first.startsWith('#!')) {
		return interpreters.find(([pattern]) => pattern.test(first))?.[1];
	}

	return /^<(?:\?xml|!doctype html|svg\b)/i.test(first) ? 'xml' : undefined;
};
